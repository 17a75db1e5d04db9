// What people prove themselves with: passkeys, by the browser's own authenticators; the first
// sign-in; the warning before a session ends, and what was typed after it.

import { Visitor, accounts, base, has, id, is, journey, lacks, ok, sql, totp } from "./lib.mjs";

const sheet = "/children/c7k3m9q2v4/sheets/kyoiku-shien/2024";

// ---- passkeys -----------------------------------------------------------------------------------

// An authenticator in the visitor's browser, as a phone or a computer has one.
async function authenticator(visitor, options) {
  const session = await visitor.page.createCDPSession();
  await session.send("WebAuthn.enable");
  const { authenticatorId } = await session.send("WebAuthn.addVirtualAuthenticator", { options: {
    protocol: "ctap2", ctap2Version: "ctap2_1", transport: "internal", hasResidentKey: true,
    hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true,
    ...options,
  } });
  return { session, authenticatorId };
}

const create = '[data-passkey="create"]';
const get = '[data-passkey="get"]';

async function addPasskey(visitor, name) {
  await visitor.go("/account/factors");
  await visitor.page.type(`${create} #name`, name);
  return visitor.follow(`${create} button`);
}

const leave = (visitor) => visitor.page.$eval("form[action='/logout']", (form) => form.submit());

async function signOut(visitor) {
  await visitor.go("/about");
  await visitor.follow(() => leave(visitor));
}

async function passkeyAlone(browser) {
  const mori = await Visitor.signedIn(browser, "mori");
  const { session, authenticatorId } = await authenticator(mori, { hasPrf: true });
  const key = sql("SELECT sealed FROM secret WHERE account = 'mori'");
  await addPasskey(mori, "わたしのスマートフォン");
  is(mori.path(), "/account", "a passkey is added");
  const text = await mori.text("main");
  has(text, "わたしのスマートフォン", "under its name");
  has(text, "パスワードなしで", "and says that it signs in alone");
  const { credentials } = await session.send("WebAuthn.getCredentials", { authenticatorId });
  is(credentials.length, 1, "the authenticator has one key");
  is(credentials[0].rpId, "localhost", "for this site");

  await signOut(mori);
  is(mori.path(), "/login", "after signing out");
  await mori.follow(`${get} button`);
  is(mori.path(), "/", "the passkey alone signs in");
  has(await mori.text(".person-menu summary"), "森 千夏", "as its owner");
  await mori.go(`${sheet}`);
  ok((await mori.text("main")).length > 100, "to what that person may see");
  is(sql("SELECT sealed FROM secret WHERE account = 'mori'"), key, "nothing about the password changed");

  // it opens the key that signs: another code page is made with it
  await mori.go("/account/codes");
  await mori.follow('form[action="/account/codes"] button');
  is(await mori.count("ol .code-text"), 10, "and does what a whole session does");
  await mori.go("/account/factors/totp");
  ok(await mori.count("svg path") > 0, "the session may set up more");

  // beside a password
  await signOut(mori);
  await mori.enter("mori");
  is(mori.path(), "/login/code", "the password asks for a second step");
  await mori.follow(`${get} button`);
  is(mori.path(), "/", "which the passkey is too");

  // an answer that comes twice
  await signOut(mori);
  const body = await mori.page.evaluate(async (selector) => {
    const form = document.querySelector(selector);
    const sent = new Promise((resolve) => {
      form.submit = () => resolve(new URLSearchParams(new FormData(form)).toString());
    });
    form.querySelector("button").click();
    return sent;
  }, get);
  const send = (text) => mori.page.evaluate(async (what) => (await fetch("/login/passkey", {
    method: "POST", redirect: "manual", body: what,
    headers: { "Content-Type": "application/x-www-form-urlencoded" },
  })).status, text);
  const wrong = new URLSearchParams(body);
  const signature = wrong.get("signature");
  wrong.set("signature", (signature[20] === "A" ? "B" : "A") + signature.slice(1));
  is(await send(wrong.toString()), 422, "an answer that was changed is refused");
  is(await send(body), 0, "the answer itself signs in"); // a redirect that is not followed
  is(await send(body), 403, "the same again does not: its page is over");

  // removed
  await mori.go("/account");
  const drop = 'form[action="/account/factors/drop"]';
  is(await mori.count(drop), 2, "either of two can be removed");
  await mori.follow(() => mori.page.$$eval(drop, (list) => list[1].querySelector("button").click()));
  await signOut(mori);
  await mori.follow(`${get} button`);
  has(await mori.text("h1"), "たしかめられませんでした", "a passkey that was removed does not sign in");

  // a wrong finger
  await mori.go("/login");
  await session.send("WebAuthn.setUserVerified", { authenticatorId, isUserVerified: false });
  await mori.page.click(`${get} button`);
  await mori.page.waitForFunction(() => document.getElementById("status").textContent !== "");
  is(mori.path(), "/login", "who is not verified stays out");
  has(await mori.text("#status"), "パスキーを 使えませんでした", "and is told");
  ok(!mori.wrongs.length, "nothing went wrong with the passkey", mori.wrongs);
  await mori.leave();
}

async function passkeySecond(browser) {
  const kato = await Visitor.signedIn(browser, "kato");
  await authenticator(kato, { hasPrf: false });
  await addPasskey(kato, "");
  is(kato.path(), "/account", "a passkey without a key of its own is added");
  has(await kato.text("main"), "パスワードのあとの確認に", "and says that it comes after the password");
  await signOut(kato);
  await kato.follow(`${get} button`);
  has(await kato.text("h1"), "先に パスワードを", "alone it does not sign in");
  await kato.enter("kato");
  await kato.follow(`${get} button`);
  is(kato.path(), "/", "after the password it does");
  ok(!kato.wrongs.length, "nothing went wrong with the second step", kato.wrongs);
  await kato.leave();
}

async function passkeyUnverified(browser) {
  const ito = await Visitor.signedIn(browser, "ito");
  await authenticator(ito, { hasUserVerification: false, isUserVerified: false, hasPrf: false });
  await ito.go("/account/factors");
  await ito.page.evaluate(() => { // nobody waits two minutes here
    const real = navigator.credentials.create.bind(navigator.credentials);
    navigator.credentials.create = ({ publicKey }) => real({ publicKey: { ...publicKey, timeout: 2000 } });
  });
  await ito.page.type(`${create} #name`, "だれでも");
  await ito.page.click(`${create} button`);
  await ito.page.waitForFunction(() => document.getElementById("status").textContent !== "");
  is(ito.path(), "/account/factors", "an authenticator that verifies nobody is refused");
  is(sql("SELECT count(*) FROM factor WHERE account = 'ito'"), "1", "and nothing is added");
  await ito.leave();
}

// A script that asks for less than we do: the server refuses what comes of it.
async function passkeyCheated(browser) {
  const yamamoto = await Visitor.signedIn(browser, "yamamoto");
  await authenticator(yamamoto, { hasUserVerification: false, isUserVerified: false, hasPrf: false });
  await yamamoto.go("/account/factors");
  await yamamoto.page.evaluate(() => {
    const real = navigator.credentials.create.bind(navigator.credentials);
    navigator.credentials.create = (options) => {
      options.publicKey.authenticatorSelection.userVerification = "discouraged";
      return real(options);
    };
  });
  await yamamoto.page.type(`${create} #name`, "だれでも");
  const answer = await yamamoto.follow(`${create} button`);
  is(answer.status(), 422, "a passkey that was made without verification is refused by the server");
  is(sql("SELECT count(*) FROM factor WHERE account = 'yamamoto'"), "1", "and is not kept");
  await yamamoto.leave();
}

// ---- setting up an app --------------------------------------------------------------------------

async function app(browser, js) {
  const told = js ? "with JavaScript" : "without JavaScript";
  const who = "takahashi-f";
  sql(`UPDATE factor SET account = 'parked' WHERE account = '${who}'`);
  const visitor = await Visitor.enter(browser, { js });
  await visitor.enter(who);
  is(visitor.path(), "/account/factors", `${told}: who has no second factor has to set one up`);
  await visitor.go("/");
  is(visitor.path(), "/account/factors", `${told}: and gets nowhere else`);
  await visitor.follow('a[href^="/account/factors/totp"]');
  const secret = await visitor.text(".code-text");
  await visitor.page.type("#code", totp(secret));
  await visitor.follow('form[action="/account/factors/totp"] button');
  is(visitor.path(), "/account/codes", `${told}: then codes on paper are offered`);
  await visitor.follow('form[action="/account/codes"] button');
  const [paper] = await visitor.page.$$eval("ol .code-text", (list) => list.map((el) => el.textContent));
  await visitor.go("/");
  is(visitor.path(), "/", `${told}: the person is in`);
  await visitor.go("/about");
  if (js)
    await visitor.page.click(".person-menu summary");
  else
    await visitor.follow(".person-menu summary").catch(() => undefined);
  await visitor.follow(".person-menu button");
  await visitor.enter(who);
  await visitor.follow('a[href*="paper=1"]');
  await visitor.page.type("#code", paper.toLowerCase());
  await visitor.follow('form[action="/login/code"] button');
  is(visitor.path(), "/account/codes", `${told}: a code from paper signs in`);
  has(await visitor.text("main"), "のこり 9こ", `${told}: and is used up`);
  ok(!visitor.wrongs.length, `${told}: nothing went wrong while setting up`, visitor.wrongs);
  await visitor.leave();
  sql(`DELETE FROM factor WHERE account = '${who}'`);
  sql(`UPDATE factor SET account = '${who}' WHERE account = 'parked'`);
}

// ---- the slip -----------------------------------------------------------------------------------

async function slip(browser) {
  const visitor = await Visitor.enter(browser);
  await visitor.go("/first#account=suzuki-f&code=ABCD-EFGH-JKMN-PQRS&password=x");
  is(await visitor.value("#account"), "suzuki-f", "the slip's address fills in the account");
  is(await visitor.value("#code"), "ABCD-EFGH-JKMN-PQRS", "and the code");
  is(await visitor.value("#password"), "", "but no password");
  is(visitor.page.url(), `${base}/first`, "and forgets both");
  await visitor.leave();
}

// ---- the end of a session -----------------------------------------------------------------------

// The first question of the script comes after a while; here at once.
const askNow = (visitor) => visitor.page.evaluate(() =>
  document.dispatchEvent(new Event("visibilitychange", { bubbles: true })));

const dialogText = (visitor) => visitor.page.waitForFunction(
  () => document.querySelector("#session[open] p")?.textContent, { timeout: 60000 })
  .then((handle) => handle.jsonValue());

async function warned(browser) {
  const nakamura = await Visitor.signedIn(browser, "nakamura");
  const end = (idle, all) => sql(`UPDATE session SET seen = strftime('%s') - 1800 + ${idle},
    since = strftime('%s') - 43200 + ${all} WHERE account = 'nakamura'`);
  await nakamura.go("/");
  end(100, 5000);
  await askNow(nakamura);
  const text = await dialogText(nakamura);
  ok(/あと 1分\d+秒で/.test(text), "two minutes before the end a dialog tells", text);
  is(await nakamura.page.$eval("#session", (el) => el.matches(":modal")), true, "in front of all");
  await nakamura.page.click("#session [value=stay]");
  await nakamura.page.waitForFunction(() => !document.querySelector("#session[open]"));
  // it was 1,700 seconds before
  const used = () => Number(sql("SELECT max(seen) - strftime('%s') FROM session WHERE account = 'nakamura'")) > -600;
  for (let i = 0; i < 100 && !used(); i++)
    await new Promise((resolve) => { setTimeout(resolve, 200); });
  ok(used(), "to go on counts as use");

  end(1800, 90);
  await askNow(nakamura);
  has(await dialogText(nakamura), "のばせません", "the last end cannot be put off, and the dialog says so");
  is(await nakamura.page.$eval("#session [value=stay]", (el) => el.hidden), true, "nor is it offered");
  await nakamura.page.click("#session [value=close]");

  end(-5, 5000);
  await askNow(nakamura);
  has(await dialogText(nakamura), "ログアウトしました", "after the end it says so");
  ok(!nakamura.wrongs.length, "nothing went wrong with the warning", nakamura.wrongs);
  await nakamura.leave();
}

async function comesBack(browser, js) {
  const told = js ? "with JavaScript" : "without JavaScript";
  const who = js ? "yamamoto" : "nakamura";
  const where = js ? "/children/c9d4x1e6pj/sheets/kyoiku-shien/2025"
    : "/children/c8b5y0d2rx/sheets/kyoiku-shien/2025";
  const text = `おわったあとに 書いた文章（${told}）。\n2行目も ある。`;
  const visitor = await Visitor.signedIn(browser, who, { js });
  await visitor.go(`${where}/edit/all`);
  await visitor.fill(id("f.child-wish"), text);
  await visitor.fill(id("reason"), "聞きとりを 書き足した");
  sql(`UPDATE session SET seen = seen - 3600 WHERE account = '${who}'`);
  await visitor.follow(".edit > .actions button");
  is(visitor.path(), "/login", `${told}: after the end saving leads to signing in`);
  has(await visitor.text(".banner"), "預かっています", `${told}: and says that nothing is lost`);
  const other = await Visitor.signedIn(browser, "okada", { js });
  is(other.path(), "/audit", `${told}: another person's sign-in does not lead to it`);
  await other.leave();
  await visitor.page.type("#account", who);
  await visitor.page.type("#password", accounts.get(who).password);
  await visitor.follow('form[action="/login"] button');
  await visitor.giveCode(who);
  is(visitor.path(), "/kept", `${told}: the same person's does`);
  lacks(await visitor.text("main"), "おわったあと", `${told}: the list does not show the text`);
  await visitor.follow(`form[action="${where}/edit"] button`);
  is(visitor.path(), where, `${told}: sent again it is saved`);
  has(await visitor.text("main"), "おわったあとに 書いた文章", `${told}: as it was typed`);
  has(await visitor.text("main"), "2行目も ある。", `${told}: with all its lines`);
  await visitor.go("/kept");
  has(await visitor.text("main"), "ありません", `${told}: and is kept no longer`);
  ok(!visitor.wrongs.length, `${told}: nothing went wrong on the way back`, visitor.wrongs);
  await visitor.leave();
}

export async function proof(browser) {
  await journey("a passkey alone", () => passkeyAlone(browser));
  await journey("a passkey after the password", () => passkeySecond(browser));
  await journey("a passkey that verifies nobody", () => passkeyUnverified(browser));
  await journey("a passkey that was cheated", () => passkeyCheated(browser));
  await journey("an app", () => app(browser, true));
  await journey("an app without JavaScript", () => app(browser, false));
  await journey("the slip", () => slip(browser));
  await journey("the warning", () => warned(browser));
  await journey("what was typed", () => comesBack(browser, true));
  await journey("what was typed without JavaScript", () => comesBack(browser, false));
}
