// The way of one sheet through everybody's hands: written section by section, looked through,
// returned, mended, put before the mother, agreed to, made final, printed, and taken back from who was
// let in; with JavaScript and without, wide and narrow.  The mother has a telephone without JavaScript
// and readings over the words.

import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { Visitor, base, has, id, is, journey, ok } from "./lib.mjs";

const sora = "/children/c7k3m9q2v4";
const wide = { width: 1366, height: 768 };
const narrow = { width: 390, height: 844, isMobile: true, hasTouch: true };

const press = (visitor, selector) =>
  visitor.follow(() => visitor.page.$eval(selector, (el) => el.click()));
const stepButton = (step) => `form:has(input[name="step"][value="${step}"]) button`;
const set = (visitor, selector, value) =>
  visitor.page.$eval(selector, (el, to) => { el.value = to; }, value);
const tick = (visitor, selector) => visitor.page.$eval(selector, (el) => { el.checked = true; });

async function fits(visitor, told) {
  const [inner, outer] = await visitor.page.evaluate(() =>
    [document.documentElement.scrollWidth, document.documentElement.clientWidth]);
  ok(inner <= outer, `${told} fits the width`, { inner, outer, path: visitor.path() });
}

// ---- the teacher ----------------------------------------------------------------------------------

// Writes into what has to be filled, and is not yet; a choice takes its first.
const fillRequired = (visitor, told) => visitor.page.$$eval(".edit .field:has(.required)",
  (list, text) => {
    for (const field of list) {
      const input = field.querySelector("select, textarea, input:not([type=hidden])");
      if (input?.type === "radio")
        input.checked = true;
      else if (input && !input.value)
        input.value = input.tagName === "SELECT" ? [...input.options].find((o) => o.value).value : text;
    }
  }, `${told}のことば`);

async function writes(tanaka, told, { day, grade }) {
  await tanaka.go(sora);
  await tanaka.page.select("#type", "kyoiku-shien");
  await set(tanaka, "#on", day);
  await press(tanaka, `form[action="${sora}/sheets"] button`);
  ok(tanaka.path().endsWith("/edit"), `${told}: a new sheet begins with the list of its sections`);
  const sheet = tanaka.path().replace(/\/edit$/, "");
  await fits(tanaka, `${told}: the list`);
  for (const section of ["basics", "contact", "strengths", "wishes", "difficulties", "goals", "school-support"]) {
    await tanaka.go(`${sheet}/edit`);
    await press(tanaka, `a[href="${sheet}/edit/${section}"]`);
    if (section === "basics") {
      await set(tanaka, id("f.recorded-on"), day);
      await tanaka.page.select(id("f.grade"), grade);
      await set(tanaka, id("f.class-name"), "2組");
    }
    await fillRequired(tanaka, told);
    await fits(tanaka, `${told}: ${section}`);
    await press(tanaka, '.edit > .actions [name="next"]');
    const wrong = await tanaka.page.$$eval("#problems a", (list) => list.map((a) => a.innerText));
    ok(!wrong.length && tanaka.path() !== `${sheet}/edit/${section}`,
      `${told}: saving ${section} leads to the next`, wrong);
  }
  await tanaka.go(`${sheet}/edit`);
  await press(tanaka, `a[href="${sheet}/check"]`);
  await fits(tanaka, `${told}: the page of all answers`);
  const missing = await tanaka.page.$$eval(".error-summary a", (list) => list.map((a) => a.innerText));
  ok(!missing.length, `${told}: nothing is missing`, missing);
  await press(tanaka, stepButton("submit"));
  has(await tanaka.text(".banner"), "確認を お願いしました", `${told}: it is put before the others`);
  return sheet;
}

async function returns(kobayashi, told, sheet) {
  await kobayashi.go("/");
  await press(kobayashi, `main a[href^="${sheet}"]`);
  await kobayashi.go(sheet);
  await set(kobayashi, `form:has(input[value="return"]) textarea`, "支援の目標を 短くしてください。");
  await press(kobayashi, stepButton("return"));
  has(await kobayashi.text(".banner"), "差しもどしました", `${told}: a colleague returns it`);
}

async function mends(tanaka, told, sheet) {
  await tanaka.go("/");
  has(await tanaka.text("main"), "支援の目標を 短くしてください。", `${told}: the writer finds it, and why`);
  await press(tanaka, `main a[href^="${sheet}"]`);
  await tanaka.go(`${sheet}/edit`);
  await press(tanaka, `a[href="${sheet}/edit/goals"]`);
  await tanaka.fill(id("f.long-goal"), `自分から 話しかける（${told}）。`);
  await press(tanaka, '.edit > .actions [name="next"]');
  await tanaka.go(`${sheet}/check`);
  await press(tanaka, stepButton("submit"));
  has(await tanaka.text(".banner"), "確認を お願いしました", `${told}: mended, it is put before them again`);
}

// ---- the mother -----------------------------------------------------------------------------------

async function asks(kobayashi, told, sheet) {
  await kobayashi.go(`${sheet}/check`);
  await press(kobayashi, 'main a[href*="/consents/new"]');
  await tick(kobayashi, '[name="make"]');
  await kobayashi.page.select('[name="r0"]', "hoken-center");
  await tick(kobayashi, '[name="to-yoshida-f"]');
  await fits(kobayashi, `${told}: the form that asks`);
  await press(kobayashi, "main form .button");
  has(await kobayashi.text("main"), "まだ お願いしていません", `${told}: what is asked is looked at first`);
  await press(kobayashi, 'main form:has([name="step"][value="send"]) button, main button[value="send"]');
  ok(/\/consents\/[0-9-]+$/.test(kobayashi.path()), `${told}: then it is asked`, kobayashi.path());
  return kobayashi.path();
}

async function agrees(mother, told, sheet, ask) {
  await mother.go("/settings/display");
  await tick(mother, 'input[name="ruby"][value="ruby"]');
  await press(mother, "main form .button");
  await mother.go("/");
  ok(await mother.count("main ruby") > 0, `${told}: the mother has readings over the words`);
  await fits(mother, `${told}: her home page`);
  await press(mother, `main a[href="${ask}"]`);
  await fits(mother, `${told}: what is asked of her`);
  await press(mother, `main a[href^="${sheet}"]`);
  has(await mother.text("main"), `${told}のことば`, `${told}: she reads the sheet`);
  await fits(mother, `${told}: the sheet`);
  await mother.go(ask);
  await tick(mother, '[name="i0"][value="agree"]');
  await press(mother, 'main form:has([name="i0"]) .actions button');
  is(await mother.value('[name="i0"]:checked'), "agree", `${told}: what she chose stays when she forgot the rest`);
  await tick(mother, '[name="i1"][value="agree"]');
  await press(mother, 'main form:has([name="i0"]) .actions button');
  has(await mother.text("h1"), "たしかめる", `${told}: she looks at her answer`);
  await fits(mother, `${told}: her answer`);
  await press(mother, 'main form:has([name="step"][value="send"]) button, main button[value="send"]');
  has(await mother.text(".banner"), "おくりました", `${told}: and sends it`);
}

async function withdraws(mother, told, ask) {
  await mother.go(ask);
  await tick(mother, '[name="wi1"]');
  await press(mother, 'form[action$="/withdraw"] button');
  is(await mother.count('[name="sure"]'), 1, `${told}: taking back is looked at, too`);
  await press(mother, 'form[action$="/withdraw"] button');
  has(await mother.text("main"), "取り消し", `${told}: she takes it back`);
}

// ---- on paper -------------------------------------------------------------------------------------

async function onPaper(visitor, told, sheet) {
  const folder = mkdtempSync(join(tmpdir(), "karte-pdf."));
  const cookies = (await visitor.page.cookies()).map((c) => `${c.name}=${c.value}`).join("; ");
  try {
    const file = join(folder, "x.pdf");
    execFileSync("curl", ["-sk", "-b", cookies, "-o", file, `${base}${sheet}.pdf`]);
    const text = execFileSync("pdftotext", [file, "-"], { encoding: "utf8" }).replace(/\s/g, "");
    has(text, `自分から話しかける（${told.replace(/\s/g, "")}）。`, `${told}: the paper has what was mended`);
    has(text, "𠮷田そら", `${told}: and whose it is`);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

// ---- all of it ------------------------------------------------------------------------------------

async function wholeWay(browser, js, screen, when) {
  const told = `${js ? "with" : "without"} JavaScript at ${screen.width} px`;
  const enter = (who, options = { js, screen }) => Visitor.signedIn(browser, who, options);
  const tanaka = await enter("tanaka");
  const kobayashi = await enter("kobayashi");
  const mori = await enter("mori");
  const mother = await enter("yoshida-f", { js: false, screen: narrow });
  const sheet = await writes(tanaka, told, when);
  await returns(kobayashi, told, sheet);
  await mends(tanaka, told, sheet);
  await mother.go(sheet);
  is(await mother.count("#s-strengths"), 0, `${told}: what is looked through is not the mother's yet`);
  const ask = await asks(kobayashi, told, sheet);
  await mother.go(sheet);
  is(await mother.count("#s-strengths"), 1, `${told}: what she is asked about is`);
  await agrees(mother, told, sheet, ask);
  is((await mori.go(sheet)).status(), 200, `${told}: the receiver reads what she agreed to`);
  await kobayashi.go("/");
  has(await kobayashi.text("main"), "返事が とどいたこと", `${told}: her answer is somebody's work`);
  await kobayashi.go(`${sheet}/check`);
  await press(kobayashi, stepButton("finalise"));
  has(await kobayashi.text("main"), "確定", `${told}: it is final`);
  await onPaper(tanaka, told, sheet);
  await onPaper(mother, told, sheet);
  await withdraws(mother, told, ask);
  is((await mori.go(sheet)).status(), 404, `${told}: the receiver has lost it`);
  for (const visitor of [tanaka, kobayashi, mori, mother]) {
    ok(!visitor.wrongs.length, `${told}: nothing went wrong on the way`, visitor.wrongs);
    await visitor.leave();
  }
}

export async function sheet(browser) {
  await journey("a sheet", () => wholeWay(browser, true, wide, { day: "2027-05-10", grade: "es4" }));
  await journey("a sheet, narrow", () => wholeWay(browser, true, narrow, { day: "2029-05-10", grade: "es6" }));
  await journey("a sheet without JavaScript", () => wholeWay(browser, false, wide, { day: "2030-05-10", grade: "jh1" }));
  await journey("a sheet without JavaScript, narrow", () => wholeWay(browser, false, narrow, { day: "2031-05-10", grade: "jh2" }));
}
