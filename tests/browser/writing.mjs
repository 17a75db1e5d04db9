// Writing: drafts that go to the server by themselves, a server that is away, the end of a session
// while somebody types, two people in one field; with JavaScript and without, wide and narrow.

import { Visitor, has, id, is, journey, lacks, ok, sql } from "./lib.mjs";

const sheet = "/children/c2h8r5t0wn/sheets/shugaku-shien/2026";
const section = `${sheet}/edit/care`;
const field = id("f.care-points");
const wide = { width: 1366, height: 768 };
const narrow = { width: 390, height: 844, isMobile: true, hasTouch: true };
const button = (visitor, selector) =>
  visitor.follow(() => visitor.page.$eval(selector, (el) => el.click()));
const line = (visitor) => visitor.text(".draft-state");

// What the page does by itself after half a minute, now: it does so as well when it is left.
async function keepNow(visitor, want) {
  await visitor.page.evaluate(() =>
    document.dispatchEvent(new Event("visibilitychange", { bubbles: true })));
  await visitor.page.waitForFunction(want, { timeout: 60000 });
}
const said = () => /に下書きを保存しました/.test(document.querySelector(".draft-state").textContent);
const alarmed = () => document.querySelector(".draft-alarm") !== null;

async function fits(visitor, told) {
  const [inner, outer] = await visitor.page.evaluate(() =>
    [document.documentElement.scrollWidth, document.documentElement.clientWidth]);
  ok(inner <= outer, `${told}: nothing stands out at the side`, { inner, outer });
}

// ---- drafts by themselves -----------------------------------------------------------------------

async function draftsByThemselves(browser, screen) {
  const told = `drafts at ${screen.width} px`;
  const ito = await Visitor.signedIn(browser, "ito", { screen });
  let asked = 0;
  ito.page.on("dialog", () => { asked++; });
  await ito.go(`${section}?draft=none`);
  await fits(ito, told);
  await ito.page.type(field, `じぶんで のこる文${screen.width}`);
  await keepNow(ito, said);
  ok(/^\d+:\d\d に下書きを保存しました。$/.test(await line(ito)), `${told}: the server says when`);
  ok(Number(await ito.value("[name=draft-n]")) > 0, `${told}: the form knows its draft`);
  await ito.go(`${sheet}/edit`);
  is(asked, 0, `${told}: what is kept can be left`);
  await fits(ito, `${told}, the list`);
  has(await ito.text("main"), "あなたの下書き", `${told}: the list says so`);
  await ito.go(section);
  has(await ito.value(field), `じぶんで のこる文${screen.width}`, `${told}: it goes on`);
  await ito.page.type(field, "まだ ");
  await ito.go(`${sheet}/edit`);
  is(asked, 1, `${told}: what is not kept warns`);

  await ito.go(section);
  await ito.page.type(field, "とぎれた ");
  await ito.page.setOfflineMode(true);
  await keepNow(ito, alarmed);
  has(await ito.text(".draft-alarm"), "まだ保存できていません", `${told}: without the server it says so`);
  has(await ito.value(field), "とぎれた", `${told}: and the text stays`);
  await ito.page.setOfflineMode(false);
  await ito.page.$eval(".draft-alarm button", (el) => el.click());
  await ito.page.waitForFunction(() => !document.querySelector(".draft-alarm"), { timeout: 60000 });
  ok(await ito.page.evaluate(said), `${told}: again it is kept`);
  await button(ito, ".draft-line button");
  is(ito.path(), "/drafts", `${told}: a draft can be thrown away`);
  has(await ito.text("main"), "ごみ箱から 出す", `${told}: and lies in the bin`);
  await fits(ito, `${told}, the bin`);
  ok(!ito.wrongs.filter((w) => !/ERR_INTERNET_DISCONNECTED/.test(w)).length,
    `${told}: nothing else went wrong`, ito.wrongs);
  await ito.leave();
}

async function everyHalfMinute(browser) {
  const told = "every half minute";
  const kato = await Visitor.signedIn(browser, "kato", { screen: wide });
  await kato.go(`${section}?draft=none`);
  await kato.page.type(field, "まつだけの文");
  await kato.page.waitForFunction(said, { timeout: 120000 });
  ok(true, `${told}: a draft is kept by itself`);
  await button(kato, ".draft-line button").catch(() => {});
  await kato.leave();
}

// ---- the session ends while somebody types -------------------------------------------------------

async function endsWhileTyping(browser) {
  const told = "the end while typing";
  const ito = await Visitor.signedIn(browser, "ito", { screen: wide });
  const n = sql("SELECT max(n) FROM session WHERE account = 'ito'");
  await ito.go(`${section}?draft=none`);
  await ito.page.type(field, "おわりかけの文");
  sql(`UPDATE session SET seen = seen - 7200, since = since - 7200 WHERE n = ${n}`);
  await keepNow(ito, alarmed);
  has(await ito.text(".draft-alarm"), "お預かりしました", `${told}: the page says that the text is kept`);
  has(await ito.value(field), "おわりかけの文", `${told}: and leaves it there`);
  await ito.signIn("ito");
  is(ito.path(), "/kept", `${told}: signing in leads to it`);
  await button(ito, `form[action="${section}"] button`);
  is(ito.path(), section, `${told}: sent again it is the draft`);
  has(await ito.value(field), "おわりかけの文", `${told}: with the text`);
  await button(ito, ".draft-line button");
  await ito.leave();
}

// ---- without JavaScript, and two people ----------------------------------------------------------

async function withoutScript(browser, screen) {
  const told = `without JavaScript at ${screen.width} px`;
  const ito = await Visitor.signedIn(browser, "ito", { js: false, screen });
  const kato = await Visitor.signedIn(browser, "kato", { js: false, screen });
  await ito.go(`${section}?draft=none`);
  await kato.go(`${section}?draft=none`);
  await ito.fill(field, `いとうの文 ${screen.width}`);
  await ito.follow('.edit > .actions [name="draft"]');
  ok(/に下書きを保存しました/.test(await ito.text(".banner")), `${told}: a draft is kept by its button`);
  await kato.go(`${sheet}/edit`);
  has(await kato.text("main"), "伊藤 まゆみさんが", `${told}: the other is told who writes`);
  await kato.go(`${section}?draft=none`);
  await kato.fill(field, `かとうの文 ${screen.width}`);
  await ito.follow('.edit > .actions [name="next"]');
  ok(ito.path().startsWith(`${sheet}/edit`), `${told}: saving leads on`);
  const answer = await kato.follow('.edit > .actions [name="next"]');
  is(answer.status(), 409, `${told}: the second is told`);
  has(await kato.text(".banner"), "下書きに 取ってあります", `${told}: and keeps the text as a draft`);
  await fits(kato, `${told}, both texts`);
  has(await kato.text(".conflict-side"), "いとう", `${told}: next to the other's`);
  await kato.follow('.edit-more [name="draft"]');
  is(kato.path(), `${sheet}/edit`, `${told}: it can wait`);
  await kato.go(section);
  is(await kato.value(field), `かとうの文 ${screen.width}`, `${told}: and is there`);
  await kato.follow('.edit > .actions [name="next"]');
  await kato.fill(field, `ふたりの文 ${screen.width}`);
  await kato.follow(".edit > .actions button");
  await kato.go(sheet);
  has(await kato.text("main"), `ふたりの文 ${screen.width}`, `${told}: decided, it is saved`);
  lacks(await kato.text("main"), `いとうの文 ${screen.width}`, `${told}: in place of the first`);
  ok(!ito.wrongs.length && !kato.wrongs.length, `${told}: nothing went wrong`,
    [...ito.wrongs, ...kato.wrongs]);
  await ito.leave();
  await kato.leave();
}

export async function writing(browser) {
  for (const screen of [wide, narrow]) {
    await journey("drafts", () => draftsByThemselves(browser, screen));
    await journey("without JavaScript", () => withoutScript(browser, screen));
  }
  await journey("the end while typing", () => endsWhileTyping(browser));
  await journey("every half minute", () => everyHalfMinute(browser));
}
