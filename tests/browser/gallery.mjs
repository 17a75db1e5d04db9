// A picture of every scene at 320, 390 and 1366 px, and of some in dark: for eyes.  pictures.sh
// starts the server.  Arguments: a folder, and the roles to be shown (all, if there are none).

import { mkdirSync } from "node:fs";
import { join } from "node:path";

import { Visitor, launch, screens } from "./lib.mjs";
import { kinds, nameOf, open } from "./scenes.mjs";

const [folder, ...roles] = process.argv.slice(2);
const TALLEST = 6000; // px of one picture

const views = [
  { name: "1366", width: 1366 },
  { name: "390", width: 390 },
  { name: "320", width: 320 },
  { name: "dark", width: 390, dark: true },
];

async function shoot(page, name) {
  for (const view of views) {
    await page.emulateMediaFeatures([{ name: "prefers-color-scheme",
      value: view.dark ? "dark" : "light" }]);
    await page.setViewport({ width: view.width, height: 900 });
    const height = await page.evaluate(() => document.documentElement.scrollHeight);
    // as high as the page, or what stays at the foot of the window would lie across it
    await page.setViewport({ width: view.width, height: Math.max(900, Math.min(height, TALLEST)) });
    await page.screenshot({ path: join(folder, view.name, `${name}.png`),
      clip: { x: 0, y: 0, width: view.width, height: Math.min(height, TALLEST) },
      captureBeyondViewport: true });
  }
  await page.emulateMediaFeatures([]);
  await page.setViewport(screens.desk);
}

for (const view of views)
  mkdirSync(join(folder, view.name), { recursive: true });
const browser = await launch();
let count = 0;
let lost = 0;
for (const [role, list] of kinds) {
  const wanted = !roles.length || roles.includes(role);
  const visitor = ["nobody", "half"].includes(role) ? await Visitor.enter(browser)
    : await Visitor.signedIn(browser, role);
  if (role === "half")
    await visitor.enter("watanabe-f");
  for (const scene of list) {
    const name = `${String(++count).padStart(3, "0")}-${nameOf(role, scene).replace(/[^a-z0-9]+/gi, "-")}`;
    try {
      const answer = await open(visitor, scene);
      console.log(`${name}: ${answer.status()} ${visitor.path()}`);
      if (wanted)
        await shoot(visitor.page, name.slice(0, 80));
    } catch (error) {
      lost++;
      console.log(`${name}: ${error.message} at ${visitor.path()}`);
    }
  }
  await visitor.leave();
}
await browser.close();
process.exitCode = lost ? 1 : 0;
