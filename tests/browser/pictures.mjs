// Takes the pictures of docs/pictures from a running demo: pictures.sh starts it and finishes them.

import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { Visitor, launch } from "./lib.mjs";
import { proofDone, proofRunning } from "./scenes.mjs";

const folder = process.argv[2];
const sheet = "/children/c7k3m9q2v4/sheets/kyoiku-shien/2026";
const desk = { width: 1366, height: 900 };
const tall = { width: 1366, height: 1200 };
const phone = { width: 390, height: 844, isMobile: true, hasTouch: true, deviceScaleFactor: 2 };

const shots = [
  { name: "staff", who: "kobayashi", screen: desk, path: sheet },
  { name: "edit", who: "kobayashi", screen: desk, path: `${sheet}/edit/all#s-strengths` },
  { name: "household", who: "yoshida-f", screen: phone, path: sheet },
  { name: "audit", who: "okada", screen: tall, path: "/audit/log" },
  { name: "proof", who: "okada", screen: desk, scene: proved },
];

async function proved(visitor) {
  await proofRunning(visitor);
  return proofDone(visitor);
}

const browser = await launch();
for (const { name, who, screen, path, scene } of shots) {
  const visitor = await Visitor.signedIn(browser, who, { screen });
  await (scene ? scene(visitor) : visitor.go(path));
  await visitor.page.screenshot({ path: join(folder, `${name}.png`) });
  if (name === "household") {
    const bytes = await visitor.page.evaluate(async (address) =>
      Array.from(new Uint8Array(await (await fetch(address)).arrayBuffer())), `${sheet}.pdf`);
    writeFileSync(join(folder, "sheet.pdf"), Buffer.from(bytes));
  }
  await visitor.leave();
}
await browser.close();
