// Every kind of page, as each role comes to it, in each of its states: what gates.mjs checks and
// pictures.mjs shows.
//
// A scene is an address, or a function that leads a visitor there and gives the answer.  Scenes that
// change something come after those that show what was before, so the lists are walked in order.

import { writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { base, id, submit } from "./lib.mjs";

const sora = "/children/c7k3m9q2v4";
const soraSheet = `${sora}/sheets/kyoiku-shien/2024`;
const soraFinal = `${sora}/sheets/kyoiku-shien/2026`;
const soraDevelopment = `${sora}/sheets/shugaku-shien/2023`;
const haru = "/children/c2h8r5t0wn";
const haruSheet = `${haru}/sheets/shugaku-shien/2026`;
const ren = "/children/c5v0g7b3yq";
const renSheet = `${ren}/sheets/kyoiku-shien/2026`;
const draftChild = "/children/c4f2j9s7mh";
const draftSheet = `${draftChild}/sheets/kyoiku-shien/2026`;

const tokyo = (days) => new Date(Date.now() + (days * 24 + 9) * 3600000).toISOString().slice(0, 10);
const today = tokyo(0);

// What one scene leaves for the next: the numbers of what was made on the way.
const made = { ask: "", paper: "", handover: "", file: "", waiting: "" };

// ---- signing in -----------------------------------------------------------------------------------

async function loginFailed(visitor) {
  await visitor.go("/login");
  await visitor.page.type("#account", "nobody-of-this-name");
  await visitor.page.type("#password", "wrong");
  return visitor.follow('form[action="/login"] button');
}

async function firstFailed(visitor) {
  await visitor.go("/first#account=nobody-of-this-name&code=0000-0000-0000-0000");
  await visitor.page.type("#password", "momiji-no-ha-wo-hirou");
  return visitor.follow('form[action="/first"] button');
}

async function formIsStale(visitor) {
  await visitor.go("/login");
  await visitor.page.$eval("input[name=csrf]", (el) => { el.value = "x"; });
  return visitor.follow('form[action="/login"] button');
}

async function codeFailed(visitor) {
  await visitor.go("/login/code");
  await visitor.page.type("#code", "12");
  return visitor.follow('form[action="/login/code"] button');
}

async function codeOfAppFailed(visitor) {
  await visitor.go("/account/factors/totp");
  await visitor.page.type("#code", "12");
  return visitor.follow('form[action="/account/factors/totp"] button');
}

async function newCodes(visitor) {
  await visitor.go("/account/codes");
  return visitor.follow('form[action="/account/codes"] button');
}

// ---- reading --------------------------------------------------------------------------------------

async function newestVersion(visitor) {
  await visitor.go(`${soraSheet}/history`);
  return visitor.follow("tbody tr:first-child a");
}

async function verify(visitor) {
  await visitor.go(`${soraSheet}/history`);
  const href = await visitor.page.$eval("tbody a", (el) => el.getAttribute("href"));
  return visitor.go(`/verify/${href.split("/").pop()}`);
}

async function printFailed(visitor) {
  await visitor.go(`${sora}/print`);
  await visitor.page.type("#pages", "9-1");
  return visitor.follow("main form .button");
}

// Readings, huge letters and no movement, from here on.
async function withReadings(visitor) {
  await visitor.go("/settings/display");
  for (const [name, value] of [["size", "huge"], ["ruby", "ruby"], ["motion", "still"]])
    await visitor.page.click(`input[name="${name}"][value="${value}"]`);
  await visitor.follow("main form .button");
  return visitor.go(haruSheet);
}

async function displayKept(visitor) {
  await visitor.go("/settings/display");
  return visitor.follow("main form .button");
}

// ---- writing --------------------------------------------------------------------------------------

// Presses what is under the bar at the foot of a form as well.
const press = (visitor, selector) =>
  visitor.follow(() => visitor.page.$eval(selector, (el) => el.click()));

async function wrongValue(visitor) {
  await visitor.go(`${soraSheet}/edit/all`);
  await visitor.fill(id("f.recorded-on"), "2026-13-45");
  await visitor.fill(id("f.height.0.value"), "たかい");
  return press(visitor, ".edit > .actions button");
}

async function conflictIn(visitor, sheet, part) {
  const field = id("f.direction");
  const last = ".edit > .actions button";
  const reason = async (page) => {
    if (await page.$("#reason"))
      await page.$eval("#reason", (el) => { el.value = "見直した"; });
  };
  const other = await visitor.tab();
  await other.goto(`${base}${sheet}/edit/${part}?draft=none`);
  await other.$eval(field, (el, n) => { el.value = `ひとつめの文章（${n}）。`; }, part);
  await reason(other);
  await visitor.go(`${sheet}/edit/${part}?draft=none`);
  await Promise.all([other.waitForNavigation(), other.$eval(last, (el) => el.click())]);
  await other.close();
  await visitor.page.bringToFront();
  await visitor.fill(field, `ふたつめの文章（${part}）。`);
  await reason(visitor.page);
  return press(visitor, last);
}

const conflict = (visitor) => conflictIn(visitor, "/children/c4f2j9s7mh/sheets/kyoiku-shien/2024", "all");
const sectionConflict = (visitor) => conflictIn(visitor, "/children/c4f2j9s7mh/sheets/kyoiku-shien/2024", "goals");

async function sectionWrong(visitor) {
  await visitor.go(`${soraFinal}/edit/goals?draft=none`);
  await visitor.fill(id("f.long-goal-until"), "令和8年13月1日");
  return press(visitor, '.edit > .actions [name="next"]');
}

async function draftKept(visitor) {
  await visitor.go(`${soraFinal}/edit/strengths?draft=none`);
  await visitor.fill(id("f.strengths"), "書きかけの 文です。");
  return press(visitor, '.edit > .actions [name="draft"]');
}
const draftOffered = (visitor) => visitor.go(`${soraFinal}/edit/strengths`);
const draftAside = (visitor) => visitor.go(`${soraFinal}/edit/strengths?draft=none`);

async function sectionPreview(visitor) {
  await visitor.go(`${soraFinal}/edit/goals?draft=none`);
  return press(visitor, '[name="use"][value="print"]');
}

async function sectionCompared(visitor) {
  await visitor.go(`${soraFinal}/edit/goals?draft=none`);
  await visitor.page.$$eval("details", (list) => list.forEach((el) => { el.open = true; }));
  await visitor.page.select('[name="from"]', "kyoiku-shien/2025");
  return press(visitor, '[name="use"][value="look"]');
}

async function emptySheet(visitor) {
  return submit(visitor, `${sora}/sheets`, { type: "kobetsu-shido", on: today });
}
async function emptySection(visitor) {
  const path = visitor.path().replace(/\/edit$/, "");
  return visitor.go(`${path}/edit/strengths`);
}
async function sectionSaved(visitor) {
  await visitor.fill(id("f.strengths"), "地図を かくことが とくいです。");
  return press(visitor, '.edit > .actions [name="next"]');
}
async function toldOnce(visitor) {
  await submit(visitor, `${sora}/sheets`, { type: "kyoiku-shien", on: "2028-05-01" });
  const path = visitor.path().replace(/\/edit$/, "");
  return visitor.go(`${path}/edit/strengths?draft=none`);
}

async function unusual(visitor) {
  await visitor.go(`${sora}/sheets/kyoiku-shien/2026/edit/health?draft=none`);
  const rows = await visitor.page.$$eval('[name^="f.height."][name$=".value"]', (list) =>
    list.map((el) => [el.name, el.value]));
  const [name] = rows.find(([, value]) => !value);
  await visitor.fill(id(name), "82");
  await visitor.fill(id(name.replace(/value$/, "on")), today);
  await visitor.page.$eval("#reason", (el) => { el.value = "測った"; });
  return press(visitor, '.edit > .actions [name="next"]');
}

async function oldVersion(visitor) {
  const { page } = visitor;
  await visitor.go(`${draftChild}/sheets/kyoiku-shien/2024/history`);
  const links = await page.$$eval("tbody a", (list) => list.map((a) => a.getAttribute("href")));
  return visitor.go(links.at(-1));
}
const restoreFailed = (visitor) => submit(visitor, visitor.path(), { reason: "" });

// ---- steps of a sheet -----------------------------------------------------------------------------

async function step(visitor, sheet, fields) {
  await visitor.go(`${sheet}/check`);
  const newest = await visitor.page.$eval('form [name="base"]', (el) => el.value).catch(() => "");
  return submit(visitor, `${sheet}/step`, { base: newest, ...fields });
}

async function submitted(visitor) {
  await visitor.go(`${draftSheet}/edit/all?draft=none`);
  for (const name of ["guardian-wish", "direction", "long-goal", "support-content", "homeroom"])
    await visitor.page.$eval(id(`f.${name}`), (el) => { el.value ||= "これから書く"; }).catch(() => {});
  await press(visitor, ".edit > .actions button");
  return step(visitor, draftSheet, { step: "submit", comment: "算数のところを 見てください。" });
}
const lookedThrough = (visitor) => visitor.go(`${draftSheet}/check`);
const returnFailed = (visitor) => step(visitor, draftSheet, { step: "return", comment: "" });
const returned = (visitor) =>
  step(visitor, draftSheet, { step: "return", comment: "目標を 短くしてください。" });

// ---- consent --------------------------------------------------------------------------------------

const asks = `${ren}/consents`;
const ask = `${asks}/new?type=kyoiku-shien&id=2026`;

async function askWith(visitor, fields) {
  await visitor.go(ask);
  const newest = await visitor.page.$eval('[name="base"]', (el) => el.value);
  return submit(visitor, `${asks}/new`, { type: "kyoiku-shien", id: "2026", base: newest,
    due: tokyo(10), ...fields });
}
const asked = { make: "true", r0: "hoken-center", "s0-health": "true", "s0-condition": "true",
  "to-takahashi-f": "true", note: "健診のときに 使うためです。" };
const askFailed = (visitor) => askWith(visitor, { "to-takahashi-f": "true" });
const askLooked = (visitor) => askWith(visitor, { ...asked, step: "check" });
async function askSent(visitor) {
  const answer = await askWith(visitor, { ...asked, step: "send" });
  made.ask = visitor.path();
  return answer;
}
const askOne = (visitor) => visitor.go(made.ask);
async function answer(visitor, fields) {
  await visitor.go(made.ask);
  const version = await visitor.page.$eval('[name="version"]', (el) => el.value);
  return submit(visitor, made.ask, { version, ...fields });
}
const answerMissing = (visitor) => answer(visitor, { step: "check", i0: "agree" });
const answerLooked = (visitor) => answer(visitor, { step: "check", i0: "agree", i1: "agree" });
const answerSent = (visitor) => answer(visitor, { step: "send", i0: "agree", i1: "agree" });
const withdrawLooked = (visitor) => submit(visitor, `${made.ask}/withdraw`, { wi1: "true" });
const withdrawn = (visitor) => submit(visitor, `${made.ask}/withdraw`, { wi1: "true", sure: "yes" });
const paperFailed = (visitor) =>
  submit(visitor, `${made.ask}/paper`, { account: "", on: "2999-01-01", i0: "agree" });
// 1 x 1, black
const dot = Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABc3UBGAAAAABJRU5ErkJggg==",
  "base64");
async function paperWritten(visitor) {
  await upload(visitor, "れんさんの 同意書", dot, "kami.png", `${ren}/files`);
  await visitor.go(made.ask);
  const file = await visitor.page.$$eval("#file option", (list) =>
    list.find((el) => el.textContent.includes("同意書"))?.value ?? "");
  return submit(visitor, `${made.ask}/paper`,
    { account: "takahashi-f", on: today, i0: "agree", i1: "agree", file });
}
async function onePaper(visitor) {
  await visitor.go(made.ask);
  const answer = await visitor.follow(`main a[href^="${made.ask}/papers/"]`);
  made.paper = visitor.path();
  return answer;
}
const paperUnopened = (visitor) => submit(visitor, `${made.paper}/confirm`, {});
const paperSentBack = (visitor) =>
  submit(visitor, `${made.paper}/return`, { text: "書いた日が ちがいます。" });
const askCancelled = (visitor) => submit(visitor, `${made.ask}/cancel`, {});

// ---- handover -------------------------------------------------------------------------------------

const handovers = `${sora}/handover`;
const parts = (...names) => names.map((name) => `kyoiku-shien/2026/${name}`);
const plan = { to: "minamizaka-gakuen", purpose: "move", since: today, until: tokyo(60),
  message: "よろしく お願いします。" };
const handoverFailed = (visitor) => submit(visitor, `${handovers}/new`, plan);
async function handoverAsked(visitor) {
  const result = await submit(visitor, `${handovers}/new`,
    { ...plan, s: parts("goals", "wishes", "accommodations") });
  made.handover = visitor.path();
  return result;
}
const handover = (visitor) => visitor.go(made.handover);
const handoverPackage = (visitor) => visitor.go(`${made.handover}/package`);
const packageFailed = async (visitor) => {
  await visitor.go(`${made.handover}/package`);
  const password = await visitor.page.$eval('[name="password"]', (el) => el.value);
  return submit(visitor, `${made.handover}/package`, { password, reason: "" });
};
const handoverAnswered = (visitor) =>
  submit(visitor, `${made.handover}/answer`, { s: parts("goals", "wishes") });
const handoverOpenFailed = (visitor) =>
  submit(visitor, `${made.handover}/open`, { s: parts("accommodations") });
const handoverOpened = (visitor) =>
  submit(visitor, `${made.handover}/open`, { s: parts("goals", "wishes") });
const handoverConfirmed = (visitor) => submit(visitor, `${made.handover}/confirm`, {});
const feedbackFailed = (visitor) => submit(visitor, `${made.handover}/feedback`, { text: "" });
const feedbackSent = (visitor) =>
  submit(visitor, `${made.handover}/feedback`, { text: "読みました。ありがとうございます。" });
const handoverClosed = (visitor) => submit(visitor, `${made.handover}/close`, {});

// ---- files ----------------------------------------------------------------------------------------

const files = `${sora}/files`;

async function upload(visitor, title, text, name = "memo.txt", folder = files) {
  const path = join(tmpdir(), name);
  writeFileSync(path, text);
  await visitor.go(folder);
  await visitor.page.$$eval("details", (list) => list.forEach((el) => { el.open = true; }));
  const input = await visitor.page.$("#file-1");
  await input.uploadFile(path);
  await visitor.fill("#title-1", title);
  await visitor.page.$$eval('[name="reader"][value="household"]', (list) =>
    list.forEach((el) => { el.checked = true; }));
  return press(visitor, `form[action="${folder}"] .actions button`);
}
const noFile = (visitor) => upload(visitor, "", "");
const wrongFile = (visitor) => upload(visitor, "プログラム", "MZ\0\0", "program.exe");
async function fileAdded(visitor) {
  return upload(visitor, "遠足の しおり", `くつと 水とう ${Date.now()}\n`);
}
async function oneFile(visitor) {
  await visitor.go(files);
  return visitor.follow('main a[href^="/children/c7k3m9q2v4/files/f"]');
}

// ---- auditors -------------------------------------------------------------------------------------

export async function proofRunning(visitor) {
  await visitor.go("/audit/verify");
  return visitor.follow('form[action="/audit/verify"] button');
}

export async function proofDone(visitor) {
  for (let i = 0; i < 400; i++) {
    const answer = await visitor.go("/audit/verify");
    if (!(await visitor.text("main")).includes("いま 検証しています"))
      return answer;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error("the proof does not end");
}

async function proofOne(visitor) {
  await visitor.go("/audit/verify");
  return visitor.follow('tbody th a[href^="/audit/verify/"]');
}

async function certificates(visitor) {
  await visitor.go("/audit/retention");
  return visitor.follow('.subnav a[href="/audit/certificates"]');
}

async function changeOfSheet(visitor) {
  await visitor.go("/audit/changes?child=c7k3m9q2v4&type=kyoiku-shien");
  return visitor.follow("tbody a");
}

async function changeReasonMissing(visitor) {
  await changeOfSheet(visitor);
  return visitor.follow('form[action*="/changes/"] button');
}

async function changeContent(visitor) {
  await changeOfSheet(visitor);
  await visitor.page.type("#reason", "保護者からの問い合わせを調べるため");
  return visitor.follow('form[action*="/changes/"] button');
}

async function changeOfRegistry(visitor) {
  await visitor.go("/audit/changes?action=account.");
  return visitor.follow("tbody a");
}

// ---- administrators -------------------------------------------------------------------------------

// An administrator who reads a child is told to the others.
const opened = (visitor) =>
  submit(visitor, `${sora}/open`, { reason: "保護者からの問い合わせのため" });

async function alertToSee(visitor) {
  for (let i = 0; i < 100; i++) {
    const answer = await visitor.go("/admin/alerts");
    if (await visitor.count('form[action$="/seen"]'))
      return answer;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error("no alert comes");
}

const alertSeen = (visitor) => visitor.follow('form[action$="/seen"] button');

async function holdFailed(visitor) {
  await visitor.go("/admin/retention");
  return submit(visitor, "/admin/retention/hold", { "hold-child": "c0000000000", "hold-reason": "x" });
}
async function held(visitor) {
  await visitor.go("/admin/retention");
  return submit(visitor, "/admin/retention/hold",
    { "hold-child": "c7k3m9q2v4", "hold-reason": "訴訟が続いているため" });
}

// ---- all of them ----------------------------------------------------------------------------------

export const kinds = [
  ["nobody", ["/login", "/login?kept=1", "/first", "/about", "/privacy", "/accessibility",
    "/help/household", "/nothing/here", "/settings/display", "/verify",
    "/verify?checkpoint=1+000000000000", "/verify?version=0000&checkpoint=1", loginFailed, formIsStale, firstFailed]],
  ["half", ["/login/code", "/login/code?paper=1", codeFailed]],
  ["tanaka", ["/", "/children", "/children?q=%E3%81%9D%E3%82%89", "/children?q=zzzz", sora, soraSheet,
    `${sora}/growth`, `${sora}/timeline`, `${sora}/print`, printFailed, soraDevelopment,
    `${soraSheet}/history`, newestVersion, verify, "/help/staff", "/children/c0000000000",
    `${soraSheet}/edit`, `${soraSheet}/edit/all`, wrongValue, conflict, sectionConflict,
    `${soraFinal}/edit`, `${soraFinal}/edit/goals`, sectionWrong, sectionCompared, sectionPreview,
    draftKept, draftOffered, draftAside, "/drafts", unusual, oldVersion, restoreFailed,
    emptySheet, emptySection, sectionSaved, toldOnce]],
  ["tanaka", ["/releases", "/releases/new"]],
  ["tanaka", ["/settings/display", displayKept, "/account", "/account/password", "/account/factors",
    "/account/factors/totp", codeOfAppFailed, "/account/codes", newCodes, "/account/sessions",
    "/kept"]],
  ["kobayashi", ["/", `${draftSheet}/check`, submitted]],
  ["tanaka", ["/", draftSheet, lookedThrough, returnFailed, returned]],
  ["kobayashi", ["/", draftSheet, `${draftSheet}/history`]],
  ["tanaka", [renSheet, asks, ask, askFailed, askLooked, askSent]],
  ["takahashi-f", ["/", ren, asks, askOne, answerMissing, answerLooked, answerSent, askOne,
    withdrawLooked, withdrawn, asks, `${ren}/accesses`]],
  ["tanaka", ["/", askOne, paperFailed, paperWritten, asks, onePaper]],
  ["takahashi-f", [asks, askOne]],
  ["kobayashi", ["/", onePaper, paperUnopened, paperSentBack]],
  ["tanaka", ["/", asks, askCancelled]],
  ["tanaka", [handovers, `${handovers}/new`, `${handovers}/new?to=minamizaka-gakuen`,
    handoverFailed, handoverAsked, handoverPackage]],
  ["yoshida-f", ["/", handovers, handover, handoverAnswered]],
  ["tanaka", [handover, handoverOpenFailed, handoverOpened, handoverPackage, packageFailed]],
  ["yamamoto", ["/", sora, soraFinal, handovers, handover, feedbackFailed, handoverConfirmed,
    feedbackSent]],
  ["tanaka", ["/", handover, handoverClosed, files, noFile, wrongFile, fileAdded, oneFile]],
  ["yoshida-f", ["/", sora, soraFinal, `${sora}/growth`, `${sora}/timeline`, `${sora}/print`, files,
    oneFile, `${sora}/consents`, handover, `${sora}/accesses`, haru, haruSheet,
    `${haruSheet}/edit`, `${haruSheet}/edit/all`, `${haruSheet}/edit/wishes`,
    `${haruSheet}/history`, soraSheet, "/help/household", "/audit", "/settings/display",
    withReadings, sora, "/"]],
  ["hayashi", ["/", haru, haruSheet, `${haruSheet}/edit`, `${haruSheet}/edit/all`]],
  ["shimizu", ["/", "/children", sora, soraSheet, `${sora}/exposure?object=kyoiku-shien/2026`]],
  ["okada", ["/audit", "/audit/log?account=tanaka&class=read", "/audit/log?event=nothing",
    "/audit/log?from=zzz", "/audit/log/7", "/audit/exposure",
    "/audit/exposure?child=c7k3m9q2v4&object=kyoiku-shien/2026", "/audit/retention",
    certificates, "/audit/alerts", "/audit/alerts?state=all&severity=severe",
    "/audit/verify", proofRunning, proofDone, proofOne, "/audit",
    "/audit/changes", "/audit/changes?child=c7k3m9q2v4&type=kyoiku-shien&from=2026/04/01",
    "/audit/changes?account=nobody", "/audit/changes?from=zzz", changeOfSheet, changeReasonMissing,
    changeContent, changeOfRegistry, "/audit/keys", "/audit/keys?account=tanaka",
    "/help/auditor", "/help/audit-change", "/help/audit-verify", "/help/audit-tools",
    "/account/tokens", "/audit/children/c9d4x1e6pj.bundle"]],
  ["fujii", ["/", "/admin/accounts", "/admin/accounts/new", "/admin/accounts/ito",
    "/admin/institutions", "/admin/institutions/aozora-es", "/admin/children",
    "/admin/children/c7k3m9q2v4", "/admin/children/new", "/admin/households", "/admin/access",
    "/admin/access/ranges/new", "/admin/accounts/import", `${sora}/open`, "/help/admin",
    "/help/alerts", opened, "/admin/alerts?state=all&severity=severe", alertToSee, alertSeen,
    "/admin/retention", holdFailed, held]],
];

export const nameOf = (role, scene) => `${role} ${typeof scene === "string" ? scene : scene.name}`;

// Leads the visitor to a scene; the answer is the page's.
export const open = (visitor, scene) =>
  typeof scene === "string" ? visitor.go(scene) : scene(visitor);
