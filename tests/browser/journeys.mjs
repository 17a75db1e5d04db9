// What people do with the vault, from signing in to the end: with JavaScript and without.

import { Visitor, base, has, id, is, journey, lacks, ok } from "./lib.mjs";

const sheetOf = (child, year = 2026) => `/children/${child}/sheets/kyoiku-shien/${year}`;
const written = (js) => (js ? "with JavaScript" : "without JavaScript");

async function openForm(visitor, sheet) {
  await visitor.go(`${sheet}/edit/all`);
}

// What is final asks for a reason; a teacher gives one.
const save = async (visitor) => {
  if ((await visitor.page.$("#reason")) && !(await visitor.value("#reason"))) {
    await visitor.page.type("#reason", "見直した");
  }
  return visitor.follow(".edit .actions button:not([name])");
};

// ---- a teacher finds a child, writes and sees what changed ---------------------------------------

async function teacherWrites(browser, js, { word, name, child }) {
  const told = written(js);
  const sheet = sheetOf(child);
  const wish = `遠足の しおりを 自分で作りたい（${told}）。`;
  const tanaka = await Visitor.signedIn(browser, "tanaka", { js });
  is(tanaka.path(), "/", `${told}: signing in leads to the home page`);
  await tanaka.page.type("#q", word);
  await tanaka.follow(".search button");
  has(await tanaka.text("table"), name, `${told}: the search finds ${word}`);
  is(await tanaka.count("tbody tr"), 1, `${told}: and nobody else`);
  await tanaka.follow("tbody th a");
  has(await tanaka.text(".identity"), name, `${told}: the karte says whose it is`);
  lacks(await tanaka.page.title(), name, `${told}: the title of the window does not`);
  await tanaka.follow(`a[href="${sheet}"]`);
  await tanaka.follow(`a[href="${sheet}/edit"]`);
  await tanaka.follow(`a[href="${sheet}/edit/all"]`);

  const scenes = await tanaka.page.$$eval('[name^="f.accommodations."][name$=".scene"]',
    (list) => list.map((el) => el.value));
  const row = scenes.indexOf("");
  ok(row >= 0, `${told}: the table has a row to write in`, scenes);
  await tanaka.fill(id("f.child-wish"), wish);
  await tanaka.fill(id(`f.accommodations.${row}.scene`), "遠足の バス");
  await tanaka.fill(id(`f.accommodations.${row}.action`), "前の席に すわる");
  await tanaka.page.select(id("f.enrolment-type"), "special-class");
  const response = await save(tanaka);
  is(response.status(), 200, `${told}: saving leads on`);
  is(tanaka.path(), sheet, `${told}: to the sheet`);
  const text = await tanaka.text("main");
  has(text, wish, `${told}: the new text is there`);
  has(text, "遠足の バス", `${told}: so is the new row`);
  has(text, "特別支援学級", `${told}: so is the choice`);
  has(text, "版 2", `${told}: it is version 2`);
  ok(/\d\d:\d\d に保存しました/.test(await tanaka.text(".banner")), `${told}: it says when it was kept`);

  await tanaka.follow(`a[href="${sheet}/history"]`);
  is(await tanaka.count("tbody tr"), 2, `${told}: the history has two versions`);
  await tanaka.follow("tbody tr:first-child a");
  ok(await tanaka.count("ins") > 2, `${told}: what came in is marked`);
  ok(await tanaka.count("del") > 0, `${told}: what went away is marked`);
  has((await tanaka.page.$$eval("ins", (list) => list.map((el) => el.textContent))).join(""),
    "遠足の", `${told}: by the words themselves`);
  ok(!tanaka.wrongs.length, `${told}: nothing went wrong on the way`, tanaka.wrongs);
  await tanaka.leave();
}

// ---- two people write the same field ------------------------------------------------------------

// The texts of both sides as they are now: without what the difference strikes out and says aloud.
function newTexts(visitor) {
  return visitor.page.$$eval(".conflict-side", (list) => list.map((side) => {
    const copy = side.cloneNode(true);
    copy.querySelectorAll("del, .visually-hidden").forEach((el) => el.remove());
    return copy.textContent;
  }));
}

async function twoWrite(browser, js, child) {
  const told = written(js);
  const sheet = sheetOf(child, 2025);
  const field = id("f.direction");
  const hers = `読むことを 先に たすける（${told}）。`;
  const his = `書くことを 先に たすける（${told}）。`;
  const both = `読むことも 書くことも たすける（${told}）。`;
  const tanaka = await Visitor.signedIn(browser, "tanaka", { js });
  const kobayashi = await Visitor.signedIn(browser, "kobayashi", { js });
  await openForm(tanaka, sheet);
  await openForm(kobayashi, sheet);
  await tanaka.fill(field, hers);
  await save(tanaka);
  is(tanaka.path(), sheet, `${told}: the first of two saves`);
  await kobayashi.fill(field, his);
  const answer = await save(kobayashi);
  is(answer.status(), 409, `${told}: the second is told`);
  has(await kobayashi.page.title(), "ほかの人が 先に 保存しました", `${told}: in the title too`);
  has((await newTexts(kobayashi)).join("\n"), hers, `${told}: her text is shown`);
  is(await kobayashi.value(field), his, `${told}: his text is not lost`);
  await kobayashi.fill(field, both);
  await save(kobayashi);
  is(kobayashi.path(), sheet, `${told}: what he decided is saved`);
  has(await kobayashi.text("main"), both, `${told}: and shown`);
  await kobayashi.go(`${sheet}/history`);
  const rows = await kobayashi.page.$$eval("tbody tr", (list) => list.map((tr) => tr.innerText));
  is(rows.length, 3, `${told}: the history has both versions and the first`);
  has(rows[0], "小林 直樹", `${told}: the newest is his`);
  has(rows[1], "田中 和子", `${told}: the one before is hers`);
  await kobayashi.follow("tbody tr:nth-child(2) a");
  has(await kobayashi.text("main"), hers, `${told}: her version is still to be read`);
  ok(!tanaka.wrongs.length && !kobayashi.wrongs.length, `${told}: nothing went wrong for the two`,
    [...tanaka.wrongs, ...kobayashi.wrongs]);
  await tanaka.leave();
  await kobayashi.leave();
}

// ---- a wrong date -------------------------------------------------------------------------------

async function wrongDate(browser, js, sheet) {
  const told = written(js);
  const tanaka = await Visitor.signedIn(browser, "tanaka", { js });
  await openForm(tanaka, sheet);
  await tanaka.fill(id("f.recorded-on"), "令和8年13月45日");
  await tanaka.fill(id("f.guardian-wish"), "消えては いけない文章です。");
  await tanaka.page.type("#reason", "日付を まちがえた");
  const answer = await save(tanaka);
  is(answer.status(), 422, `${told}: a date that does not exist is refused`);
  ok((await tanaka.page.title()).startsWith("エラー："), `${told}: the title begins with it`);
  is(await tanaka.value(id("f.recorded-on")), "令和8年13月45日", `${told}: the date stays as typed`);
  is(await tanaka.value(id("f.guardian-wish")), "消えては いけない文章です。",
    `${told}: so does the text`);
  is(await tanaka.value("#reason"), "日付を まちがえた", `${told}: so does the reason`);
  is(await tanaka.page.$eval(id("f.recorded-on"), (el) => el.getAttribute("aria-invalid")), "true",
    `${told}: the field is marked`);
  if (js) {
    is(await tanaka.page.evaluate(() => document.activeElement.id), "problems",
      `${told}: the summary has the focus`);
    await tanaka.page.click("#problems a");
    is(await tanaka.page.evaluate(() => document.activeElement.id), "f.recorded-on",
      `${told}: its link leads into the field`);
  } else {
    is(await tanaka.page.$eval("#problems a", (el) => el.getAttribute("href")), "#f.recorded-on",
      `${told}: the summary leads to the field`);
  }
  await tanaka.fill(id("f.recorded-on"), "R8.5.23");
  await save(tanaka);
  is(tanaka.path(), sheet, `${told}: put right, it is saved`);
  has(await tanaka.text("main"), "令和8年5月23日", `${told}: with the date`);
  has(await tanaka.text("main"), "消えては いけない文章です。", `${told}: and the text`);
  ok(!tanaka.wrongs.length, `${told}: nothing went wrong with the date`, tanaka.wrongs);
  await tanaka.leave();
}

// ---- those who look after it --------------------------------------------------------------------

async function auditorLooks(browser) {
  const okada = await Visitor.signedIn(browser, "okada");
  is(okada.path(), "/audit", "the auditor comes to the state of the records");
  await okada.go("/audit/log");
  await okada.page.type("#account", "tanaka");
  await okada.page.type("#event", "sheet.save");
  await okada.follow(".filters button");
  const rows = await okada.page.$$eval("tbody tr", (list) => list.map((tr) => tr.innerText));
  ok(rows.length > 0 && rows.every((row) => row.includes("tanaka")),
    "the records can be narrowed down to one account", rows);
  has(rows.join("\n"), "シートを保存した", "the auditor sees that she saved");
  has(rows.join("\n"), "c7k3m9q2v4", "and for which child");
  lacks(await okada.text("main"), "遠足", "but not what she wrote");
  is((await okada.go(sheetOf("c7k3m9q2v4"))).status(), 404, "a sheet is not for the auditor");
  ok(!okada.wrongs.length, "nothing went wrong for the auditor", okada.wrongs);
  await okada.leave();
}

async function administratorLooks(browser) {
  const fujii = await Visitor.signedIn(browser, "fujii");
  is(fujii.path(), "/admin", "the administrator comes to the home page");
  lacks(await fujii.text(), "そら", "there is no child on it");
  for (const path of ["/children", "/children/c7k3m9q2v4", sheetOf("c7k3m9q2v4"), "/audit"])
    is((await fujii.go(path)).status(), 404, `${path} is not for the administrator`);
  ok(!fujii.wrongs.length, "nothing went wrong for the administrator", fujii.wrongs);
  await fujii.leave();
}

// ---- the session ends while somebody writes -----------------------------------------------------

// Whoever comes back to a page whose session is over is told so, and closes that.
async function closeTold(visitor, told) {
  await visitor.page.evaluate(() =>
    document.dispatchEvent(new Event("visibilitychange", { bubbles: true })));
  await visitor.page.waitForSelector("#session[open]");
  has(await visitor.text("#session"), "ログアウトしました", `${told}: the page says so by itself`);
  await visitor.page.click("#session [value=close]");
  await visitor.page.waitForSelector("#session:not([open])");
}

async function sessionEnds(browser, js) {
  const told = written(js);
  const kobayashi = await Visitor.signedIn(browser, "kobayashi", { js });
  await openForm(kobayashi, sheetOf("c5v0g7b3yq", 2025));
  const other = await kobayashi.tab();
  await other.goto(`${base}/about`);
  await other.click(".person-menu summary");
  await Promise.all([other.waitForNavigation(), other.click(".person-menu button")]);
  is(new URL(other.url()).pathname, "/login", `${told}: signing out leads to the sign-in page`);
  await other.close();
  await kobayashi.page.bringToFront();
  if (js)
    await closeTold(kobayashi, told);
  await kobayashi.fill(id("f.child-wish"), "ログアウトの あとに書いた文章。");
  const answer = await save(kobayashi);
  ok(answer.status() < 500, `${told}: saving after that does not break`, answer.status());
  is(kobayashi.path(), "/login", `${told}: it leads to the sign-in page`);
  await kobayashi.signIn("kobayashi");
  await kobayashi.go(sheetOf("c5v0g7b3yq", 2025));
  lacks(await kobayashi.text("main"), "ログアウトの あと", `${told}: nothing was saved by nobody`);
  ok(!kobayashi.wrongs.length, `${told}: nothing went wrong at the end of a session`,
    kobayashi.wrongs);
  await kobayashi.leave();
}

// What is typed and not saved is not left without a question.
async function leavesUnsaved(browser) {
  const tanaka = await Visitor.signedIn(browser, "tanaka");
  let asked = 0;
  await openForm(tanaka, sheetOf("cjn4p9x6ew"));
  tanaka.page.on("dialog", (dialog) => { asked += dialog.type() === "beforeunload" ? 1 : 0; });
  await tanaka.page.type(id("f.class-name"), "3");
  await tanaka.go("/");
  is(asked, 1, "leaving what was typed is asked about");
  await tanaka.leave();
}

export async function journeys(browser) {
  await journey("a teacher writes", () =>
    teacherWrites(browser, true, { word: "そら", name: "𠮷田 そら", child: "c7k3m9q2v4" }));
  await journey("a teacher writes without JavaScript", () =>
    teacherWrites(browser, false, { word: "あおい", name: "伊東 葵", child: "cjn4p9x6ew" }));
  await journey("two write", () => twoWrite(browser, true, "c4f2j9s7mh"));
  await journey("two write without JavaScript", () => twoWrite(browser, false, "c1z6w8n4ka"));
  await journey("a wrong date", () =>
    wrongDate(browser, true, sheetOf("c7k3m9q2v4", 2025)));
  await journey("a wrong date without JavaScript", () =>
    wrongDate(browser, false, sheetOf("c1z6w8n4ka", 2024)));
  await journey("the auditor", () => auditorLooks(browser));
  await journey("the administrator", () => administratorLooks(browser));
  await journey("the session ends", () => sessionEnds(browser, true));
  await journey("the session ends without JavaScript", () => sessionEnds(browser, false));
  await journey("unsaved text", () => leavesUnsaved(browser));
}
