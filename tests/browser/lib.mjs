// What the journeys share: the browser, the visitors and the sentences they say.
//
// The server's address and the accounts come from run.sh.  A visitor is one person with a browser
// profile of one's own; everything that must never happen on any page (a script error, a breach of
// the content security policy, a request to somewhere else) is collected while it is used.

import { execFileSync } from "node:child_process";
import { createHmac } from "node:crypto";

import puppeteer from "puppeteer-core";

export const base = process.env.KARTE_URL;

// Of staff the third word is the institution.
export const accounts = new Map(
  (process.env.KARTE_ACCOUNTS ?? "").split("\n").map((line) => line.trim().split(/\s+/))
    .filter((words) => words.length > 3)
    .map((words) => words[1] === "staff" ? words : [...words.slice(0, 2), "", ...words.slice(2)])
    .map(([id, , , password, secret]) => [id, { password, secret }]));

// A statement for vault.db, for what only time would do.
export function sql(statement) {
  return execFileSync("python3", ["-c", `import sqlite3, sys
db = sqlite3.connect(sys.argv[1], timeout=20)
for row in db.execute(sys.argv[2]).fetchall():
    print(*row, sep="|")
db.commit()`, process.env.KARTE_DB, statement], { encoding: "utf8" }).trim();
}

// RFC 6238 over a secret in base32.
export function totp(secret, step = Math.floor(Date.now() / 30000)) {
  const bits = Array.from(secret.replaceAll(" ", ""),
    (c) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(c).toString(2).padStart(5, "0")).join("");
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const hash = createHmac("sha1", key).update(counter).digest();
  const number = hash.readUInt32BE(hash[19] & 15) & 0x7fffffff;
  return String(number % 1000000).padStart(6, "0");
}

// ---- sentences ---------------------------------------------------------------------------------

let count = 0;
let failed = 0;

// One line of the outcome; what was seen is shown when the sentence does not hold.
export function ok(good, sentence, seen) {
  count++;
  if (good) {
    console.log(`ok ${count} - ${sentence}`);
    return true;
  }
  failed++;
  console.log(`not ok ${count} - ${sentence}`);
  if (seen !== undefined) {
    const text = typeof seen === "string" ? seen : JSON.stringify(seen, null, 1);
    console.log(text.split("\n").slice(0, 40).map((line) => `# ${line.slice(0, 300)}`).join("\n"));
  }
  return false;
}

export function is(got, want, sentence) {
  return ok(got === want, sentence, { got, want });
}

export function has(text, part, sentence) {
  return ok(part.length > 0 && text.includes(part), sentence, `lacks: ${part}`);
}

export function lacks(text, part, sentence) {
  return ok(text.length > 0 && !text.includes(part), sentence, `has: ${part}`);
}

// Says how many there were; the answer is the exit code.
export function finish() {
  console.log(`1..${count}`);
  return failed || !count ? 1 : 0;
}

// A journey that ends in an exception has failed, and the others go on.
export async function journey(name, walk) {
  try {
    await walk();
  } catch (error) {
    ok(false, `${name}: goes to its end`, String(error?.stack ?? error));
  }
}

// ---- the browser -------------------------------------------------------------------------------

export function launch() {
  return puppeteer.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    acceptInsecureCerts: true, // the demo's certificate is its own
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
      "--disable-background-networking", "--disable-component-update", "--disable-sync"],
  });
}

export const screens = {
  desk: { width: 1366, height: 768 },
  phone: { width: 320, height: 640, isMobile: true, hasTouch: true },
};

export class Visitor {
  // js: false is a browser without JavaScript.  screen: one of screens.
  static async enter(browser, { js = true, screen = screens.desk } = {}) {
    const visitor = new Visitor();
    visitor.context = await browser.createBrowserContext();
    visitor.js = js;
    visitor.screen = screen;
    visitor.wrongs = [];
    visitor.page = await visitor.tab();
    return visitor;
  }

  static async signedIn(browser, who, options) {
    const visitor = await Visitor.enter(browser, options);
    await visitor.signIn(who);
    return visitor;
  }

  // Another tab of the same person.
  async tab() {
    const page = await this.context.newPage();
    page.setDefaultTimeout(60000);
    await page.setViewport(this.screen);
    await page.setJavaScriptEnabled(this.js);
    page.on("request", (request) => {
      const url = request.url();
      if (!url.startsWith(`${base}/`) && !url.startsWith("data:"))
        this.wrongs.push(`asks elsewhere: ${url}`);
    });
    page.on("pageerror", (error) => this.wrongs.push(`${page.url()}: ${error.message}`));
    page.on("console", (message) => {
      const text = message.text();
      const status = /the server responded with a status of (4|5)/.test(text);
      if ((message.type() === "error" && !status) || /Content Security Policy/.test(text))
        this.wrongs.push(`${page.url()}: ${text}`);
    });
    page.on("dialog", (dialog) => dialog.accept());
    return page;
  }

  async go(path) {
    return this.page.goto(base + path, { waitUntil: "load" });
  }

  // Presses or clicks what leads to another page, and waits for it; the answer is the response.
  async follow(act) {
    const [response] = await Promise.all([
      this.page.waitForNavigation({ waitUntil: "load" }),
      typeof act === "string" ? this.page.click(act) : act(),
    ]);
    return response;
  }

  // The password alone.
  async enter(who, password = accounts.get(who).password) {
    await this.go("/login");
    await this.page.type("#account", who);
    await this.page.type("#password", password);
    return this.follow('form[action="/login"] button');
  }

  // The second step.  Many sign in as the same person at the same time here, and each code counts
  // once: what was used is forgotten first, and another visitor may still be quicker.
  async giveCode(who) {
    let answer;
    for (let i = 0; i < 10 && this.path() === "/login/code"; i++) {
      sql(`UPDATE factor SET count = 0 WHERE account = '${who}' AND kind = 'totp'`);
      await this.page.type("#code", totp(accounts.get(who).secret));
      answer = await this.follow('form[action="/login/code"] button');
    }
    return answer;
  }

  async signIn(who) {
    const answer = await this.enter(who);
    return this.path() === "/login/code" ? this.giveCode(who) : answer;
  }

  async leave() {
    await this.context.close();
  }

  path() {
    return new URL(this.page.url()).pathname;
  }

  text(selector = "body") {
    return this.page.$eval(selector, (el) => el.innerText);
  }

  count(selector) {
    return this.page.$$eval(selector, (list) => list.length);
  }

  value(selector) {
    return this.page.$eval(selector, (el) => el.value);
  }

  // Replaces what is in a field, as one who selects everything and types.
  async fill(selector, text) {
    await this.page.$eval(selector, (el) => el.select());
    await this.page.keyboard.press("Delete");
    await this.page.keyboard.type(text);
  }

  // The address of the link with this text.
  async href(text) {
    return this.page.$$eval("a", (list, wanted) =>
      list.find((a) => a.textContent.includes(wanted))?.getAttribute("href") ?? "", text);
  }
}

// Sends a form as the pages do, with the token of the session: for what takes many clicks.  A list
// is sent as several fields of one name.
export async function submit(visitor, action, fields) {
  if (!await visitor.page.$('input[name="csrf"]'))
    await visitor.go("/about");
  const pairs = Object.entries(fields).flatMap(([name, value]) =>
    [value].flat().map((one) => [name, one]));
  return visitor.follow(() => visitor.page.evaluate((to, list) => {
    const form = document.createElement("form");
    form.method = "post";
    form.action = to;
    const token = document.querySelector('input[name="csrf"]').value;
    for (const [name, value] of [["csrf", token], ...list]) {
      const input = document.createElement("input");
      input.type = "hidden";
      input.name = name;
      input.value = value;
      form.append(input);
    }
    document.body.append(form);
    form.submit();
  }, action, pairs));
}

// An id that has dots, as a selector.
export const id = (name) => `[id="${name}"]`;
