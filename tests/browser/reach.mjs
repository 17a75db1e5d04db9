// Who reads on a small telephone, with the keyboard alone, with large letters, on paper.

import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { Visitor, accounts, has, id, is, journey, lacks, ok, screens, totp } from "./lib.mjs";

const sora = "/children/c7k3m9q2v4";
const sheet = `${sora}/sheets/kyoiku-shien/2026`;

// What pdftotext finds; without spaces and line ends, which the layout decides.
function pdfText(bytes) {
  const folder = mkdtempSync(join(tmpdir(), "karte-pdf."));
  try {
    writeFileSync(join(folder, "x.pdf"), bytes);
    return execFileSync("pdftotext", [join(folder, "x.pdf"), "-"], { encoding: "utf8" })
      .replace(/\s/g, "");
  } finally {
    rmSync(folder, { recursive: true });
  }
}

// Wider than the window?
const overflow = (page) => page.evaluate(() => {
  const root = document.documentElement;
  return root.scrollWidth <= root.clientWidth ? "" : `${root.scrollWidth} > ${root.clientWidth}`;
});

// Controls smaller than 24 px; links in the run of a text may be as high as its line.
const smallTargets = (page) => page.$$eval("a, button, input:not([type=hidden]), select, summary",
  (list) => list
    .filter((el) => el.checkVisibility() && getComputedStyle(el).display !== "inline")
    .map((el) => ({ el, box: el.getBoundingClientRect() }))
    .filter(({ box }) => box.width > 1 && (box.width < 24 || box.height < 24))
    .map(({ el, box }) => `${el.outerHTML.slice(0, 80)}: ${box.width} × ${box.height}`));

// Texts that something cuts off; what is typed scrolls in its field.
const cutOff = (page) => page.$$eval("main *, header *, footer *", (list) => list
  .filter((el) => el.checkVisibility() && !el.closest("input, select, .visually-hidden, .list thead, .edit-table thead"))
  .filter((el) => ["hidden", "clip"].includes(getComputedStyle(el).overflowX) &&
    el.scrollWidth > el.clientWidth + 1 && el.clientWidth > 1)
  .map((el) => el.outerHTML.slice(0, 80)));

// ---- a parent on a small telephone --------------------------------------------------------------

async function parentReads(browser, js) {
  const told = js ? "on a phone" : "on a phone without JavaScript";
  const mother = await Visitor.signedIn(browser, "yoshida-f", { js, screen: screens.phone });
  has(await mother.text("main"), "𠮷田 そら", `${told}: the parent sees the child`);
  await mother.follow(`a[href="${sora}"]`);
  await mother.follow(`a[href="${sheet}"]`);
  const text = await mother.text("main");
  has(text, "本人の願い", `${told}: the parent reads the sheet`);
  for (const hidden of ["発達検査の記録", "校内での検討", "通級を終える時期は"])
    lacks(text, hidden, `${told}: ${hidden} is not on the page`);
  for (const path of ["/", sora, sheet, `${sheet}/history`, "/help/household", "/about",
    "/children/c2h8r5t0wn/sheets/shugaku-shien/2026/edit"]) {
    const response = await mother.go(path);
    is(response.status(), 200, `${told}: ${path} opens`);
    is(await overflow(mother.page), "", `${told}: ${path} fits the width`);
    const small = await smallTargets(mother.page);
    ok(!small.length, `${told}: ${path} can be touched`, small);
  }
  if (js) {
    const bytes = Buffer.from(await mother.page.evaluate(async (path) => {
      const answer = await fetch(path);
      return Array.from(new Uint8Array(await answer.arrayBuffer()));
    }, `${sheet}.pdf`));
    is(bytes.subarray(0, 5).toString(), "%PDF-", `${told}: the paper can be kept`);
    const paper = pdfText(bytes);
    has(paper, "そら", `${told}: the name is on it`);
    has(paper, "本人の願い", `${told}: so is the sheet`);
    lacks(paper, "校内での検討", `${told}: what is hidden is not`);
  }
  ok(!mother.wrongs.length, `${told}: nothing went wrong for the parent`, mother.wrongs);
  await mother.leave();
}

// ---- the keyboard alone -------------------------------------------------------------------------

// Presses Tab until the element has the focus; each stop on the way must be visible.
async function tabTo(visitor, selector, most = 40) {
  for (let i = 0; i < most; i++) {
    await visitor.page.keyboard.press("Tab");
    const seen = await visitor.page.evaluate((wanted) => {
      const el = document.activeElement;
      const box = el.getBoundingClientRect();
      const bar = document.querySelector(".edit > .actions");
      const style = getComputedStyle(el);
      const hiddenBehind = bar && !bar.contains(el) && box.height < 200 &&
        box.top >= bar.getBoundingClientRect().top && box.top < innerHeight;
      return {
        found: el.matches(wanted),
        marked: el === document.body || style.outlineStyle !== "none",
        behind: Boolean(hiddenBehind),
        what: el.outerHTML.slice(0, 100),
      };
    }, selector);
    if (!seen.marked || seen.behind)
      throw new Error(`the focus cannot be seen: ${JSON.stringify(seen)}`);
    if (seen.found)
      return i + 1;
  }
  throw new Error(`Tab does not lead to ${selector}`);
}

async function keyboardOnly(browser) {
  const hayashi = await Visitor.enter(browser);
  const { page } = hayashi;
  const press = (key) => hayashi.follow(() => page.keyboard.press(key));
  await hayashi.go("/login");
  is(await tabTo(hayashi, ".skip-link"), 1, "the first stop leads past the head");
  await page.keyboard.press("Enter");
  await tabTo(hayashi, "#account", 1);
  ok(true, "and from there the next stop is the ID");
  await page.keyboard.type("hayashi");
  await tabTo(hayashi, "#password", 1);
  await page.keyboard.type(accounts.get("hayashi").password);
  await press("Enter");
  is(hayashi.path(), "/login/code", "Enter leads to the second step");
  await tabTo(hayashi, "#code");
  await page.keyboard.type(totp(accounts.get("hayashi").secret));
  await press("Enter");
  is(hayashi.path(), "/", "and signs in");
  await tabTo(hayashi, "#q");
  await page.keyboard.type("おのでら");
  await press("Enter");
  await tabTo(hayashi, "tbody a");
  await press("Enter");
  await tabTo(hayashi, 'a[href$="/sheets/shugaku-shien/2024"]');
  await press("Enter");
  await tabTo(hayashi, 'a[href$="/edit"]');
  await press("Enter");
  await tabTo(hayashi, 'a[href$="/edit/all"]', 60);
  await press("Enter");
  ok(hayashi.path().endsWith("/edit/all"), "links lead to the form");
  await tabTo(hayashi, "textarea", 60);
  await page.keyboard.down("Control");
  await page.keyboard.press("End");
  await page.keyboard.up("Control");
  await page.keyboard.type("けんばんだけで 書きました。");
  await tabTo(hayashi, ".checks input[type=checkbox]", 60);
  const before = await page.evaluate(() => document.activeElement.checked);
  await page.keyboard.press("Space");
  is(await page.evaluate(() => document.activeElement.checked), !before, "Space ticks a box");
  await tabTo(hayashi, "#reason", 400);
  await page.keyboard.type("ようすを 書き足した");
  await tabTo(hayashi, ".edit > .actions button", 400);
  await press("Enter");
  has(await hayashi.text("main"), "けんばんだけで 書きました。", "the button saves with Enter");
  await tabTo(hayashi, ".skip-link", 1);
  await tabTo(hayashi, ".person-menu summary");
  await page.keyboard.press("Space");
  await tabTo(hayashi, '.person-menu a[href="/account"]', 1);
  await tabTo(hayashi, ".person-menu button", 6);
  await press("Enter");
  is(hayashi.path(), "/login", "signing out needs no mouse either");
  ok(!hayashi.wrongs.length, "nothing went wrong with the keyboard", hayashi.wrongs);
  await hayashi.leave();
}

// ---- large letters, and paper -------------------------------------------------------------------

async function largeLetters(browser) {
  const tanaka = await Visitor.signedIn(browser, "tanaka");
  for (const path of ["/", "/children", sora, sheet, `${sheet}/edit`, `${sheet}/history`]) {
    await tanaka.go(path);
    await tanaka.page.evaluate(() => { document.documentElement.style.fontSize = "200%"; });
    is(await overflow(tanaka.page), "", `with letters of 200 % ${path} fits the width`);
    const cut = await cutOff(tanaka.page);
    ok(!cut.length, `with letters of 200 % nothing of ${path} is cut off`, cut);
  }
  await tanaka.go(sheet);
  const paper = pdfText(await tanaka.page.pdf({ format: "A4" }));
  has(paper, "本人と保護者の願い", "printed by the browser, the sheet is on the paper");
  has(paper, "𠮷田そら", "with the name");
  for (const part of ["子どもをさがす", "ログアウト", "記入する", "目次"])
    lacks(paper, part, `but not ${part}`);
  ok(!tanaka.wrongs.length, "nothing went wrong with large letters", tanaka.wrongs);
  await tanaka.leave();
}

export async function reach(browser) {
  await journey("a parent reads", () => parentReads(browser, true));
  await journey("a parent reads without JavaScript", () => parentReads(browser, false));
  await journey("the keyboard", () => keyboardOnly(browser));
  await journey("large letters", () => largeLetters(browser));
}
