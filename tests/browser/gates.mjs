// What holds for every kind of page and every role: no accessibility violation in light and dark,
// on a narrow screen and with forced colours; valid HTML and CSS; nothing inline; small files.

import { execFile } from "node:child_process";
import { createRequire } from "node:module";
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

import { Visitor, base, id, is, journey, ok, screens } from "./lib.mjs";

const JS_MOST = 20 * 1024;
const CSS_MOST = 48 * 1024;

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const folder = mkdtempSync(join(tmpdir(), "karte-pages."));

const sora = "/children/c7k3m9q2v4";
const soraSheet = `${sora}/sheets/kyoiku-shien/2024`;
const haru = "/children/c2h8r5t0wn";
const haruSheet = `${haru}/sheets/shugaku-shien/2026`;

// Role, and the pages that it comes to.  A page that needs more than an address is a function.
const kinds = [
  ["nobody", ["/login", "/settings/display", "/login?kept=1", "/first", "/about", "/privacy", "/accessibility", "/help/household", "/nothing/here",
    loginFailed, formIsStale, firstFailed]],
  ["half", ["/login/code", "/login/code?paper=1", codeFailed]],
  ["tanaka", [`${sora}/timeline`, `${sora}/print`, printFailed, "/settings/display", "/", "/children", "/children?q=%E3%81%9D%E3%82%89", "/children?q=zzzz", sora, soraSheet,
    `${sora}/growth`, `${soraSheet}/edit`, `${soraSheet}/history`, newestVersion, verify, wrongValue, conflict,
  ["tanaka", ["/", "/children", "/children?q=%E3%81%9D%E3%82%89", "/children?q=zzzz", sora, soraSheet,
    `${sora}/growth`, `${soraSheet}/edit`, `${soraSheet}/edit/all`, `${soraSheet}/edit/goals`,
    `${soraSheet}/edit/goals?draft=none`, "/drafts", `${soraSheet}/history`, newestVersion, verify, wrongValue, conflict,
    "/help/staff", "/children/c0000000000", "/account", "/account/password", "/account/factors",
    "/account/factors/totp", codeOfAppFailed, "/account/codes", newCodes, "/account/sessions",
    "/kept"]],
  ["hayashi", ["/", haru, haruSheet, `${haruSheet}/edit`, `${haruSheet}/edit/all`]],
  ["shimizu", ["/", "/children", sora, soraSheet]],
  ["yoshida-f", [withReadings, `${haru}/timeline`, `${haru}/print`, "/", haru, haruSheet, `${haruSheet}/edit`, `${haruSheet}/history`, soraSheet,
  ["yoshida-f", ["/", haru, haruSheet, `${haruSheet}/edit`, `${haruSheet}/edit/all`, `${haruSheet}/history`, soraSheet,
    "/help/household", "/audit"]],
  ["okada", ["/audit", "/audit?account=tanaka", "/audit?event=nothing", "/audit?from=zzz",
    "/help/auditor"]],
  ["fujii", ["/", "/help/admin"]],
];

// ---- pages behind an action ---------------------------------------------------------------------

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

async function formIsStale(visitor) {
  await visitor.go("/login");
  await visitor.page.$eval("input[name=csrf]", (el) => { el.value = "x"; });
  return visitor.follow('form[action="/login"] button');
}

async function newestVersion(visitor) {
  await visitor.go(`${soraSheet}/history`);
  return visitor.follow("tbody tr:first-child a");
}

async function verify(visitor) {
  await visitor.go(`${soraSheet}/history`);
  const href = await visitor.page.$eval("tbody a", (el) => el.getAttribute("href"));
  return visitor.go(`/verify/${href.split("/").pop()}`);
}

async function wrongValue(visitor) {
  await visitor.go(`${soraSheet}/edit/all`);
  await visitor.fill(id("f.recorded-on"), "2026-13-45");
  await visitor.fill(id("f.height.0.value"), "たかい");
  return visitor.follow(".edit > .actions button");
}

async function conflict(visitor) {
  const field = id("f.direction");
  const sheet = "/children/c4f2j9s7mh/sheets/kyoiku-shien/2024";
  const other = await visitor.tab();
  await other.goto(`${base}${sheet}/edit/all`);
  await other.$eval(field, (el) => { el.value = "ひとつめの文章。"; });
  await visitor.go(`${sheet}/edit/all`);
  await Promise.all([other.waitForNavigation(), other.click(".edit > .actions button")]);
  await other.close();
  await visitor.page.bringToFront();
  await visitor.fill(field, "ふたつめの文章。");
  return visitor.follow(".edit > .actions button");
}

// ---- what is looked at --------------------------------------------------------------------------

// Narrow without being a phone: a phone would load the page anew.
const narrow = { width: 320, height: 640 };

// Colours need the rules about colours; everything else is the same in each of them.
const views = [
  { name: "light", screen: screens.desk, media: [], all: true },
  { name: "320 px", screen: narrow, media: [], all: true },
  { name: "dark", screen: screens.desk, media: [["prefers-color-scheme", "dark"]] },
  { name: "forced colours", screen: screens.desk, media: [["forced-colors", "active"]] },
];

// By the protocol itself: puppeteer does not let forced-colors through.
async function emulate(page, media) {
  const session = await page.createCDPSession();
  const features = new Map([["prefers-color-scheme", "light"], ["forced-colors", "none"], ...media]);
  await session.send("Emulation.setEmulatedMedia",
    { features: [...features].map(([name, value]) => ({ name, value })) });
  await session.detach();
}

async function violations(page, { screen, media, all }) {
  await page.setViewport(screen);
  await emulate(page, media);
  return page.evaluate(async (whole) => {
    const options = whole ? { rules: { "target-size": { enabled: true } } }
      : { runOnly: { type: "tag", values: ["cat.color"] },
        rules: { "color-contrast-enhanced": { enabled: false } } };
    const { violations: list } = await globalThis.axe.run(document,
      { ...options, resultTypes: ["violations"] });
    return list.map((v) => `${v.id}: ${v.nodes.map((n) => n.target.join(" ")).slice(0, 5).join(" | ")}`);
  }, Boolean(all));
}

// What a strict content security policy would have to allow, and what makes a page hard to read.
function inlineParts(html) {
  return [...html.matchAll(/<(?:style|script(?![^>]*\ssrc=))[^>]*>|\s(?:style|on[a-z]+)="[^"]*"/g)]
    .map((found) => found[0]);
}

async function onePage(visitor, role, kind) {
  const name = `${role} ${typeof kind === "string" ? kind : kind.name}`;
  const { page } = visitor;
  await page.setViewport(screens.desk);
  const response = typeof kind === "string" ? await visitor.go(kind) : await kind(visitor);
  const html = await response.text();
  writeFileSync(join(folder, `${name.replace(/[^a-z0-9]+/gi, "-")}.html`), html);
  const inline = inlineParts(html);
  ok(!inline.length, `${name}: nothing is inline`, inline);
  is(await page.$$eval("h1", (list) => list.length), 1, `${name}: has one main heading`);
  await page.evaluate(axe);
  for (const view of views) {
    const found = await violations(page, view);
    ok(!found.length, `${name}, ${view.name}: no accessibility violation`, found);
  }
  const wide = await page.setViewport(narrow).then(() => page.evaluate(() =>
    document.documentElement.scrollWidth - document.documentElement.clientWidth));
  is(wide, 0, `${name}: fits 320 px`);
}

async function oneRole(browser, role, list) {
  const visitor = ["nobody", "half"].includes(role) ? await Visitor.enter(browser)
    : await Visitor.signedIn(browser, role);
  if (role === "half")
    await visitor.enter("watanabe-f");
  for (const kind of list)
    await journey(`${role} ${kind.name ?? kind}`, () => onePage(visitor, role, kind));
  ok(!visitor.wrongs.length, `${role}: no policy is broken, nobody else is asked, no script fails`,
    visitor.wrongs);
  await visitor.leave();
}

// ---- files --------------------------------------------------------------------------------------

async function assets(browser) {
  const visitor = await Visitor.enter(browser);
  const sizes = { js: 0, css: 0 };
  mkdirSync(join(folder, "css"));
  visitor.page.on("response", async (response) => {
    const kind = /\.(js|css)$/.exec(new URL(response.url()).pathname)?.[1];
    if (!kind)
      return;
    const bytes = await response.buffer();
    sizes[kind] += bytes.length;
    if (kind === "css")
      writeFileSync(join(folder, "css", response.url().split("/").pop()), bytes);
  });
  await visitor.page.goto(`${base}/login`, { waitUntil: "networkidle0" });
  ok(sizes.js > 0 && sizes.js <= JS_MOST, `all scripts are at most ${JS_MOST} bytes`, sizes);
  ok(sizes.css > 0 && sizes.css <= CSS_MOST, `all styles are at most ${CSS_MOST} bytes`, sizes);
  await visitor.leave();
}

// The validator of the W3C over everything that was saved.
async function valid() {
  const jar = new URL("node_modules/vnu-jar/build/dist/vnu.jar", import.meta.url).pathname;
  const pages = readdirSync(folder).filter((name) => name.endsWith(".html"));
  ok(pages.length > 30, "pages of all kinds are there to be validated", pages.length);
  for (const [kind, files] of [["HTML", pages.map((name) => join(folder, name))],
    ["CSS", readdirSync(join(folder, "css")).map((name) => join(folder, "css", name))]]) {
    const args = ["-jar", jar, "--errors-only", "--stdout", "--format", "text",
      ...(kind === "CSS" ? ["--css"] : []), ...files];
    const wrong = await promisify(execFile)("java", args, { maxBuffer: 1 << 24 })
      .then(() => "", (error) => error.stdout || String(error));
    is(wrong, "", `the ${kind} of ${files.length} files is valid`);
  }
}

export async function gates(browser) {
  try {
    await journey("assets", () => assets(browser));
    for (const [role, list] of kinds)
      await journey(role, () => oneRole(browser, role, list));
    await journey("validity", () => valid());
  } finally {
    rmSync(folder, { recursive: true });
  }
}
