// The acceptance test of the four sheets: what a model case says is typed into the forms, section by
// section or all at once, with JavaScript and without; then it is looked for wherever it must be
// seen, and wherever it must not.  What is expected comes from the file of the case, the file of its
// type and `karte reach`, never from a page.

import { execFileSync } from "node:child_process";
import { readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { Visitor, accounts, finish, is, journey, launch, ok, totp } from "./lib.mjs";
import { packed, readCase, readType, textsOf } from "./case_file.mjs";
import { writeCase } from "./case_write.mjs";

const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
const LIMIT_MS = process.env.CASES === "all" ? 3000000 : 840000;
const types = ["habataki/1", "hoiku-shien/1", "kyoiku-shien/2", "shugaku-shien/2"];
// Of each institution one who writes and one who looks through it; the board has one planner.
const staff = {
  "hikari-hoikuen": ["ito", "kato", "nursery"],
  "aozora-es": ["tanaka", "kobayashi", "school"],
  "minamizaka-gakuen": ["yamamoto", "nakamura", "school"],
  "kyoiku-iinkai": ["shimizu", "shimizu", "board"],
  "tsubomi-ryoiku": ["hayashi", "hayashi", "therapy"],
};
const people = {
  ito: "伊藤 まゆみ", kato: "加藤 亮子", tanaka: "田中 和子", kobayashi: "小林 直樹", yamamoto: "山本 恵",
  nakamura: "中村 拓也", shimizu: "清水 聡", hayashi: "林 さとみ",
};
const reader = { account: "mori", institution: "hoken-center", role: "health" };

function karte(...args) {
  return execFileSync(process.env.KARTE, ["-C", process.env.KARTE_VAULT, ...args],
    { encoding: "utf8", maxBuffer: 1 << 24 });
}

// ---- what a role may see ------------------------------------------------------------------------

// letter: "R" or "W".  shared: after a guardian agreed, what stays inside is left out.
function sectionsOf(reach, role, letter, shared) {
  return new Set(reach.sections
    .filter((s) => (s[role] ?? "--").includes(letter) && !(shared && s.sharing === "none"))
    .map((s) => s.id));
}

// Texts in and out of these sections.  Short ones and those that also stand in an open section, or in
// the words of the type itself, prove nothing by their absence.
function inAndOut(walk, sections) {
  const open = [];
  const closed = [];
  for (const field of walk.fields) {
    const list = sections.has(field.section) ? open : closed;
    for (const text of textsOf(field, walk.names))
      list.push({ field: `${field.section}/${field.id}`, text: packed(text) });
  }
  const said = packed(open.map((t) => t.text).join("\n") + walk.words);
  return { open: open.filter((t) => t.text),
    closed: closed.filter((t) => [...t.text].length > 4 && !said.includes(t.text)) };
}

// One sentence about all texts that must be there, one about all that must not.
function compare(isThere, { open, closed }, told, leaks = isThere) {
  const lost = open.filter((t) => !isThere(t.text));
  const leaked = closed.filter((t) => leaks(t.text));
  ok(!lost.length, `${told}: has all ${open.length} texts`, lost.map((t) => `${t.field}: ${t.text}`).join("\n"));
  ok(!leaked.length, `${told}: has none of the ${closed.length} that are closed`,
    leaked.map((t) => `${t.field}: ${t.text}`).join("\n"));
}

// ---- pages and paper --------------------------------------------------------------------------------

async function seeHtml(visitor, walk, sections, told) {
  const answer = await visitor.go(walk.sheet);
  is(answer.status(), 200, `${told}: the page is there`);
  const text = packed(await visitor.page.$eval("main", (el) => el.textContent));
  compare((part) => text.includes(part), inAndOut(walk, sections), `${told}, page`);
}

// The PDF of a sheet with the visitor's session; the status is 0 if it does not come.
async function download(visitor, path) {
  return visitor.page.evaluate(async (url) => {
    const answer = await fetch(url);
    const bytes = new Uint8Array(await answer.arrayBuffer());
    let text = "";
    for (let i = 0; i < bytes.length; i += 8192)
      text += String.fromCharCode(...bytes.subarray(i, i + 8192));
    return { status: answer.status, type: answer.headers.get("content-type"), bytes: btoa(text) };
  }, path);
}

const paperPages = (file) => execFileSync("pdftotext", ["-raw", "-enc", "UTF-8", file, "-"],
  { encoding: "utf8", maxBuffer: 1 << 24 }).split("\f").map(packed).filter((page) => page);

// Does the text stand on these pages, or begin on one and go on overleaf, past its head and foot?
// least: letters that must be overleaf.
function onPaper(pages, text, least = 1, from = 0) {
  for (let i = from; i < pages.length; i++) {
    if (pages[i].includes(text)) return true;
    let [fits, over] = [0, text.length];
    while (over - fits > 1) {
      const half = (fits + over) >> 1;
      if (pages[i].includes(text.slice(0, half))) fits = half;
      else over = half;
    }
    if (fits > 3 && text.length - fits >= least && i + 1 < pages.length &&
      onPaper(pages, text.slice(fits), least, i + 1)) return true;
  }
  return false;
}

async function seePaper(visitor, walk, sections, told) {
  const got = await download(visitor, `${walk.sheet}.pdf`);
  if (!is(got.status, 200, `${told}: the PDF comes`)) return;
  const file = join(process.env.TMPDIR, `${walk.type}-${walk.number}.pdf`);
  writeFileSync(file, Buffer.from(got.bytes, "base64"));
  let problem = "";
  try {
    execFileSync("qpdf", ["--check", file], { stdio: "pipe" });
  } catch (error) {
    problem = String(error.stdout) + error.stderr;
  }
  ok(!problem, `${told}: qpdf finds nothing wrong with it`, problem);
  const pages = paperPages(file);
  const { open, closed } = inAndOut(walk, sections);
  // cells of tables have no room for the other name of the year
  const short = open.map((t) => ({ ...t, text: t.text.replace(/（\d{4}年）$/, "") }));
  compare((text) => onPaper(pages, text), { open: short, closed }, `${told}, PDF`,
    // the last letter alone stands on every page: another text may begin in the same words
    (text) => onPaper(pages, text, 4));
  ok(onPaper(pages, packed(walk.name)), `${told}: the child's name is whole on paper`, walk.name);
}

async function see(visitor, walk, sections, told) {
  await seeHtml(visitor, walk, sections, told);
  await seePaper(visitor, walk, sections, told);
}

async function seeNothing(visitor, walk, told) {
  const answer = await visitor.go(walk.sheet);
  is(answer.status(), 404, `${told}: no sheet`);
  is((await download(visitor, `${walk.sheet}.pdf`)).status, 404, `${told}: no PDF`);
  await visitor.go(`/children/${walk.child}`);
  is(await visitor.count(`a[href^="${walk.sheet}"]`), 0, `${told}: no link in the karte`);
}

// ---- what is kept ----------------------------------------------------------------------------------

// The file without what the case cannot decide: its title, state and institution; and a box that is
// not ticked is not told from a question that nobody answered.
const plain = (text) => text.replace(/^(title|status|institution): .*$/gm, "$1")
  .replace(/^ {2}[a-z-]+: false\n/gm, "").replace(/, [a-z-]+: false(?=[,}])/g, "");

function keeps(walk) {
  const got = stored(walk);
  const want = plain(walk.text).split("\n");
  const is = plain(got).split("\n");
  const at = want.findIndex((line, i) => line !== is[i]);
  ok(plain(got) === plain(walk.text), `${walk.told}: the file has the same bytes`,
    [`line ${at + 1}`, "want", ...want.slice(at, at + 3), "got", ...is.slice(at, at + 3)].join("\n"));
}

async function seeHistory(visitor, walk) {
  const { told } = walk;
  const repo = join(process.env.KARTE_VAULT, "children", walk.child.slice(8, 10), `${walk.child}.git`);
  const file = `sheets/${walk.type}/${walk.year}.md`;
  const log = execFileSync("git", ["-C", repo, "log", "--format=%H %an", "main", "--", file],
    { encoding: "utf8" }).trim().split("\n");
  await visitor.go(`${walk.sheet}/history`);
  const rows = await visitor.page.$$eval("main tbody tr", (list) => list.map((tr) => tr.innerText));
  is(rows.length, log.length, `${told}: the history has every version`);
  const wrong = rows.filter((row, i) => !packed(row).includes(packed(log[i].slice(41))));
  ok(!wrong.length, `${told}: with who wrote it`, wrong.join("\n"));
  for (const name of walk.writers)
    ok(log.some((line) => line.slice(41) === name), `${told}: ${name} is one of them`, log);
  if (!walk.last) return;
  const { text } = walk.last;
  await visitor.go(`${walk.sheet}/history/${log[0].slice(0, 40)}`);
  const marked = (await visitor.page.$$eval("main ins", (list) => list.map((el) => el.textContent))).join("");
  ok(text.some((line) => packed(marked).includes(packed(line))),
    `${told}: the difference marks what was written last`, `${text.join("\n")}\nmarked: ${marked.slice(0, 300)}`);
}

// ---- from draft to final ----------------------------------------------------------------------------

const press = (visitor, selector) =>
  visitor.follow(() => visitor.page.$eval(selector, (el) => el.click()));
const stored = (walk) => karte("sheet", "get", walk.child, `${walk.type}/${walk.year}`);
const state = (walk) => /^status: (.*)$/m.exec(stored(walk))[1];

async function takeStep(visitor, walk, step, want) {
  await visitor.go(`${walk.sheet}/check`);
  const button = `main form[action$="/step"]:has(input[name="step"][value="${step}"]) button`;
  if (!(await visitor.count(button))) {
    ok(false, `${walk.told}: there is a button to ${step}`, await visitor.text("main"));
    return false;
  }
  await press(visitor, button);
  return is(state(walk), want, `${walk.told}: ${step} leads to ${want}`);
}

async function ask(visitor, walk) {
  await visitor.go(`/children/${walk.child}/consents/new?type=${walk.type}&id=${walk.year}`);
  await visitor.page.$eval('[name="make"]', (el) => { el.checked = true; });
  await visitor.page.$$eval('[name^="to-"]', (list) => list.forEach((el) => { el.checked = true; }));
  await visitor.page.$$eval('[name^="r"]', (list, to) => {
    const el = list.find((e) => e.value === to || [...(e.options ?? [])].some((o) => o.value === to));
    if (el.tagName === "SELECT") el.value = to;
    else el.checked = true;
  }, reader.institution);
  await press(visitor, 'main form[action$="/consents/new"] button');
  await press(visitor, 'main form:has([name="step"][value="send"]) button');
  walk.ask = /consents\/([^/?]+)/.exec(visitor.path())?.[1] ?? "";
  is(state(walk), "consent", `${walk.told}: the family is asked`);
}

async function agree(visitor, walk) {
  await visitor.go(`/children/${walk.child}/consents/${walk.ask}`);
  const items = await visitor.page.$$eval('[name^="i"][value="agree"]', (list) => list.map((el) => {
    el.checked = true;
    return el.name;
  }));
  is(items.length, 2, `${walk.told}: the family is asked about making and about sharing`);
  await press(visitor, `main form[action*="/consents/${walk.ask}"] button`);
  await press(visitor, 'main form:has([name="step"][value="send"]) button');
}

// A family's second step, set up with the page for it; once for each family.
const enrolling = new Map();

async function enrol(browser, who) {
  const visitor = await Visitor.signedIn(browser, who);
  await visitor.go("/account/factors/totp");
  const secret = await visitor.page.$$eval(".code-text", (list) =>
    list.map((el) => el.textContent.replaceAll(" ", "")).find((text) => /^[A-Z2-7]{32}$/.test(text)));
  accounts.get(who).secret = secret;
  await visitor.page.type("#code", totp(secret));
  await visitor.follow('form[action^="/account/factors/totp"] button');
  await visitor.leave();
}

function enrolled(browser, who) {
  if (!enrolling.has(who)) enrolling.set(who, enrol(browser, who));
  return enrolling.get(who);
}

// ---- one case -------------------------------------------------------------------------------------

// Who was signed in stays so; one lane does one thing after the other.
class Lane {
  constructor(browser) {
    this.browser = browser;
    this.visitors = new Map();
  }

  async visitor(who, js = true) {
    const key = `${who} ${js}`;
    if (accounts.get(who).secret === "-" || enrolling.has(who)) await enrolled(this.browser, who);
    if (!this.visitors.has(key)) this.visitors.set(key, await Visitor.signedIn(this.browser, who, { js }));
    return this.visitors.get(key);
  }

  async leave() {
    for (const [who, visitor] of this.visitors) {
      if (visitor.wrongs.length) ok(false, `nothing goes wrong in the browser of ${who}`, visitor.wrongs);
      await visitor.leave();
    }
  }
}

async function playCase(lane, type, reach, number, names) {
  const model = readCase(join(root, "tests/cases", type.type, `${number}.md`), type);
  const { child, institution } = model.head;
  const year = model.head.id;
  const n = Number(number);
  const [account, second, role] = staff[institution];
  const family = `case${number}-f`;
  const js = n % 4 === 1 || n % 4 === 2;
  const whole = n % 2 === 0;
  const walk = {
    ...model, type: type.type, number, child, year, names, js, whole, reach,
    sheet: `/children/${child}/sheets/${type.type}/${year}`,
    told: `${type.type}/${number} (${whole ? "whole form" : "by sections"}, ${js ? "script" : "no script"})`,
    name: lane.nameOf.get(child), words: JSON.stringify(type) + names.get(institution) + people[account] + people[second],
    writers: [], last: undefined,
  };
  const writer = await lane.visitor(account, js);
  const guardian = await lane.visitor(family, js);
  const other = await lane.visitor(reader.account);

  const W = (who) => sectionsOf(reach, who, "W");
  const own = new Set([...W(role)]);
  const theirs = new Set([...W("household")].filter((s) => !own.has(s)));
  await writeCase(writer, walk, own, { begin: true });
  walk.writers.push(people[account]);
  if (walk.fields.some((f) => theirs.has(f.section))) {
    await writeCase(guardian, walk, theirs, {});
    walk.writers.push(lane.guardianOf.get(family));
  }
  keeps(walk);
  await see(await lane.visitor(account), walk, sectionsOf(reach, role, "R"), `${walk.told}, who wrote it`);
  await seeHistory(writer, walk);
  const family1 = await lane.visitor(family);
  await see(family1, walk, W("household"), `${walk.told}, the family before it is asked`);
  await seeNothing(other, walk, `${walk.told}, another institution before`);
  if (model.head.status === "draft") return;

  if (!(await takeStep(writer, walk, "submit", "review"))) return;
  await seeHtml(family1, walk, W("household"), `${walk.told}, the family while it is looked through`);
  if (model.head.status === "review") return;

  await ask(await lane.visitor(second, js), walk);
  await see(family1, walk, sectionsOf(reach, "household", "R"), `${walk.told}, the family when it is asked`);
  await seeNothing(other, walk, `${walk.told}, another institution before the answer`);
  if (model.head.status === "consent") return;

  await agree(guardian, walk);
  await takeStep(await lane.visitor(second, js), walk, "finalise", "final");
  const shared = sectionsOf(reach, reader.role, "R", true);
  if (shared.size) await see(other, walk, shared, `${walk.told}, another institution with consent`);
  else await seeNothing(other, walk, `${walk.told}, another institution that never reads it`);
  await see(family1, walk, sectionsOf(reach, "household", "R"), `${walk.told}, the family at the end`);
  await see(await lane.visitor("shimizu"), walk, sectionsOf(reach, "board", "R"), `${walk.told}, the board`);
  keeps(walk);
}

const wanted = process.argv.slice(2);
const isChosen = (type, number, nth) => wanted.length
  ? wanted.includes(type) || wanted.includes(`${type}/${number}`)
  : process.env.CASES === "all" || (Number(number) - nth) % 4 === 1;

async function playType(browser, spec, nth) {
  const type = readType(join(root, "content/types", `${spec}.yaml`));
  const reach = JSON.parse(karte("reach", type.type, "--json"));
  const lane = new Lane(browser);
  lane.nameOf = new Map(karte("child", "list").trim().split("\n")
    .map((line) => /^(\S+) \S+ (.*)（/.exec(line).slice(1, 3)));
  lane.guardianOf = new Map(process.env.KARTE_ACCOUNTS.split("\n").map((line) => line.trim().split(/\s+/))
    .filter((words) => words[1] === "household").map((words) => [words[0], words.slice(4).join(" ")]));
  const names = new Map(karte("institution", "list").trim().split("\n")
    .map((line) => /^(\S+) +\S+ +(.*)$/.exec(line).slice(1, 3)));
  for (const file of readdirSync(join(root, "tests/cases", type.type)).sort()) {
    const number = file.slice(0, 2);
    if (isChosen(type.type, number, nth))
      await journey(`${type.type}/${number}`, () => playCase(lane, type, reach, number, names));
  }
  await lane.leave();
}

const browser = await launch();
const clock = setTimeout(() => {
  ok(false, `all is done within ${LIMIT_MS / 60000} minutes`);
  browser.process()?.kill("SIGKILL");
  process.exit(1);
}, LIMIT_MS);
// two at a time, each sheet after the other
const queue = types.map((spec, nth) => () => journey(spec, () => playType(browser, spec, nth)));
await Promise.all([0, 1].map(async () => {
  while (queue.length) await queue.shift()();
}));
clearTimeout(clock);
await browser.close();
process.exitCode = finish();
