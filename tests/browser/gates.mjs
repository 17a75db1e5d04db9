// What holds for every kind of page and every role: no accessibility violation in light and dark,
// on a narrow screen and with forced colours; valid HTML and CSS; nothing inline; small files.

import { execFile } from "node:child_process";
import { createRequire } from "node:module";
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";

import { Visitor, base, is, journey, ok, screens } from "./lib.mjs";
import { kinds, nameOf, open } from "./scenes.mjs";

const JS_MOST = 20 * 1024;
const CSS_MOST = 48 * 1024;
const FAMILY_MOST = 60 * 1024; // a page for guardians with all that it needs, compressed

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const folder = mkdtempSync(join(tmpdir(), "karte-pages."));

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

let saved = 0;
let besides = 0; // bytes of styles and scripts, compressed

async function onePage(visitor, role, kind) {
  const name = nameOf(role, kind);
  const { page } = visitor;
  await page.setViewport(screens.desk);
  const response = await open(visitor, kind);
  const html = await response.text();
  const file = `${String(++saved).padStart(3, "0")}-${name.replace(/[^a-z0-9]+/gi, "-")}.html`;
  writeFileSync(join(folder, file), html);
  const inline = inlineParts(html);
  ok(!inline.length, `${name}: nothing is inline`, inline);
  if (role.endsWith("-f")) {
    const weight = besides + gzipSync(html).length;
    ok(besides > 0 && weight <= FAMILY_MOST, `${name}: weighs at most ${FAMILY_MOST} bytes`, weight);
  }
  is(await page.$$eval("h1", (list) => list.length), 1, `${name}: has one main heading`);
  await page.evaluate(axe);
  for (const view of views) {
    const found = await violations(page, view);
    ok(!found.length, `${name}, ${view.name}: no accessibility violation`, found);
  }
  const wide = await page.setViewport(narrow).then(() => page.evaluate(tooWide));
  ok(!wide.length, `${name}: fits 320 px`, wide);
}

// What makes a page wider than the screen: nothing, or where it reaches and what it says.
function tooWide() {
  const room = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= room)
    return [];
  return [...document.querySelectorAll("body *")]
    .filter((el) => el.getBoundingClientRect().right > room)
    .map((el) => `${el.getBoundingClientRect().right} ${el.tagName} ${el.className} ${el.textContent.slice(0, 60)}`);
}

async function oneRole(browser, role, list) {
  const visitor = ["nobody", "half"].includes(role) ? await Visitor.enter(browser)
    : await Visitor.signedIn(browser, role);
  if (role === "half")
    await visitor.enter("watanabe-f");
  for (const kind of list)
    await journey(nameOf(role, kind), () => onePage(visitor, role, kind));
  ok(!visitor.wrongs.length, `${role}: no policy is broken, nobody else is asked, no script fails`,
    visitor.wrongs);
  await visitor.leave();
}

// ---- files --------------------------------------------------------------------------------------

async function assets(browser) {
  const visitor = await Visitor.enter(browser);
  const sizes = { js: 0, css: 0 };
  mkdirSync(join(folder, "css"));
  const taken = [];
  const take = async (response) => {
    const kind = /\.(js|css)$/.exec(new URL(response.url()).pathname)?.[1];
    if (!kind)
      return;
    const bytes = await response.buffer();
    sizes[kind] += bytes.length;
    besides += gzipSync(bytes).length;
    if (kind === "css")
      writeFileSync(join(folder, "css", response.url().split("/").pop()), bytes);
  };
  visitor.page.on("response", (response) => taken.push(take(response)));
  await visitor.page.goto(`${base}/login`, { waitUntil: "networkidle0" });
  await Promise.all(taken);
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
