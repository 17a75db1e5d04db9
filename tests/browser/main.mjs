// All journeys and gates in one browser, a few pages at a time.

import { finish, launch, ok } from "./lib.mjs";
import { journeys } from "./journeys.mjs";
import { reach } from "./reach.mjs";
import { gates } from "./gates.mjs";
import { sheet } from "./sheet.mjs";
import { proof } from "./proof.mjs";
import { writing } from "./writing.mjs";

const LIMIT_MS = 1500000;

const parts = { journeys, reach, gates, proof, writing, sheet };
const chosen = process.argv.slice(2);
const browser = await launch();
const clock = setTimeout(() => {
  ok(false, `all is done within ${LIMIT_MS / 60000} minutes`);
  browser.process()?.kill("SIGKILL");
  process.exit(1);
}, LIMIT_MS);

const wanted = Object.keys(parts).filter((name) => !chosen.length || chosen.includes(name));
// it takes second factors away and gives them back: nobody else may want to sign in meanwhile
if (wanted.includes("proof"))
  await parts.proof(browser);
await Promise.all(wanted.filter((name) => name !== "proof").map((name) => parts[name](browser)));
clearTimeout(clock);
await browser.close();
process.exitCode = finish();
