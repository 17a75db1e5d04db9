// A model case typed into the forms, as people do: dates and figures in their various ways, one
// section a page or the whole form, rows added as the form lets one add them.

import { id, is, ok } from "./lib.mjs";
import { eraDate, textsOf } from "./case_file.mjs";

const wide = (text) => text.replace(/[0-9]/g, (c) => String.fromCharCode(c.charCodeAt(0) + 0xfee0));

// The ways to type a date; the n-th of them.
function typedDate(iso, n) {
  const [y, m, d] = iso.split("-").map(Number);
  const said = eraDate(iso);
  const [, era, year] = /^(\D{2})(元|\d+)年/.exec(said);
  const letter = { 令和: "R", 平成: "H", 昭和: "S" }[era];
  const ways = [iso, `${y}/${m}/${d}`, `${y}年${m}月${d}日`, said, wide(said), wide(`${y}／${m}／${d}`)];
  if (letter && year !== "元") ways.push(`${letter}${year}.${m}.${d}`, `${letter}${year}/${m}/${d}`);
  return ways[n % ways.length];
}

function typedTime(text, n) {
  const [h, m] = text.split(":").map(Number);
  const half = h < 12 ? `午前${h}時${m}分` : `午後${h - 12}時${m}分`;
  return [text, `${h}時${m}分`, text.replace(":", ""), half, wide(text)][n % 5];
}

// What is typed for a stored value; count goes on from field to field.
function typed(field, value, count) {
  switch (field.kind) {
  case "date": return typedDate(value, count.dates++);
  case "time": return typedTime(value, count.times++);
  case "number":
    return [value, wide(value), `${value}${field.unit ?? ""}`][count.numbers++ % 3];
  default: return value;
  }
}

// ---- controls ------------------------------------------------------------------------------------

const press = (visitor, selector) => visitor.follow(() => visitor.page.$eval(selector, (el) => el.click()));

// One after the other a few short ones by the keyboard, the rest at once.
async function put(visitor, walk, jobs) {
  const isShort = (job) => job.kind === "text" && [...job.text].length < 30;
  const byHand = visitor.js ? jobs.filter(isShort).slice(0, 3) : [];
  for (const job of byHand) await visitor.fill(id(job.name), job.text);
  const missing = await visitor.page.evaluate((list) => list.flatMap((job) => {
    const all = [...document.getElementsByName(job.name)].filter((el) => el.type !== "hidden");
    if (!all.length) return [`${job.name}: there is no control`];
    if (job.kind === "choices") {
      const lost = job.values.filter((v) => !all.some((el) => el.value === v));
      for (const el of all) if (el.checked !== job.values.includes(el.value)) el.click();
      return lost.map((v) => `${job.name}: ${v} cannot be chosen`);
    }
    const [el] = all;
    if (job.kind === "flag") {
      if (el.checked !== (job.text === "true")) el.click();
      return el.type === "checkbox" ? [] : [`${job.name}: is no box to tick`];
    }
    if (el.tagName === "SELECT" && ![...el.options].some((o) => o.value === job.text))
      return [`${job.name}: ${job.text} cannot be chosen`];
    el.value = job.text;
    el.dispatchEvent(new Event("input", { bubbles: true }));
    el.dispatchEvent(new Event("change", { bubbles: true }));
    return [];
  }), jobs.filter((job) => !byHand.includes(job)));
  ok(!missing.length, `${walk.told}: each value has its control`, missing.join("\n"));
}

function job(field, name, value, count) {
  if (field.kind === "choices") return { kind: "choices", name, values: value };
  if (field.kind === "flag") return { kind: "flag", name, text: value };
  const kind = ["text", "person", "date"].includes(field.kind) ? "text" : "other";
  return { kind, name, text: typed(field, value, count) };
}

const rowsOf = (visitor, table) => visitor.page.$$eval(`[name^="f.${table}."]`, (list) =>
  1 + Math.max(-1, ...list.map((el) => Number(el.name.split(".")[2]))));

// Presses the button that adds rows until there are so many; without the script there is none.
async function addRows(visitor, table, want) {
  let rows = await rowsOf(visitor, table);
  while (rows < want && visitor.js) {
    await visitor.page.evaluate((name) => {
      const at = document.querySelector(`[name^="f.${name}."]`).closest("table");
      const box = at.closest(".field, fieldset, .group, section") ?? at.parentNode.parentNode;
      [...box.querySelectorAll("button")].find((b) => b.textContent.includes(at.dataset.add)).click();
    }, table);
    const now = await rowsOf(visitor, table);
    if (now <= rows) throw new Error(`${table}: no row comes`);
    rows = now;
  }
  return rows;
}

// ---- saving ----------------------------------------------------------------------------------------

// Presses the first button below the form.  Unusual values are asked about once, and kept when it is
// pressed again.
async function save(visitor, walk) {
  let answer = await press(visitor, ".edit > .actions button");
  if (await visitor.count('.edit input[name="sure"]')) {
    walk.asked = (walk.asked ?? 0) + 1;
    answer = await press(visitor, ".edit > .actions button");
  }
  const problems = answer.status() < 400 ? "" : await visitor.text("main");
  return ok(!problems, `${walk.told}: it is saved`, `${answer.status()} ${visitor.path()}\n${problems.slice(0, 1500)}`);
}

// One form: all that is known of these fields; what finds no row waits for the next round.
async function fillForm(visitor, walk, path, fields, count) {
  let from = new Map();
  for (let round = 0; round < 12; round++) {
    const answer = await visitor.go(path);
    if (!is(answer.status(), 200, `${walk.told}: ${path.split("/").pop()} opens`)) return;
    const jobs = [];
    const next = new Map();
    for (const field of fields) {
      if (field.kind !== "table") {
        if (!round) jobs.push(job(field, `f.${field.id}`, field.value, count));
        continue;
      }
      const begin = round ? from.get(field.id) : 0;
      if (begin === undefined) continue;
      const room = await addRows(visitor, field.id, field.value.length);
      field.value.slice(begin, room).forEach((row, i) => field.columns
        .filter((column) => row[column.id] !== undefined)
        .forEach((column) =>
          jobs.push(job(column, `f.${field.id}.${begin + i}.${column.id}`, row[column.id], count))));
      if (room < field.value.length) next.set(field.id, room);
    }
    await put(visitor, walk, jobs);
    if (!(await save(visitor, walk))) return;
    if (!next.size) return;
    from = next;
  }
  ok(false, `${walk.told}: every row finds a place`, [...from]);
}

// ---- a whole case -----------------------------------------------------------------------------------

// As a new sheet of the child, made on the karte page.
async function begin(visitor, walk) {
  await visitor.go(`/children/${walk.child}`);
  await visitor.page.select("main #type", walk.type);
  // any day of the fiscal year
  await visitor.page.$eval("main #on", (el, day) => { el.value = day; }, `${walk.year}-05-07`);
  await press(visitor, 'main form[action$="/sheets"] button');
  ok(visitor.path().startsWith(walk.sheet), `${walk.told}: a new sheet is made`, await visitor.text("main"));
}

// Writes what the case says in these sections.  walk.last is the last version: its id and its texts.
export async function writeCase(visitor, walk, sections, options) {
  const count = { dates: Number(walk.number), times: Number(walk.number), numbers: Number(walk.number) };
  if (options.begin) await begin(visitor, walk);
  const fields = walk.fields.filter((field) => sections.has(field.section) && field.kind !== "file");
  const ids = [...new Set(fields.map((field) => field.section))];
  if (walk.whole) {
    await fillForm(visitor, walk, `${walk.sheet}/edit/all`, fields, count);
  } else {
    await visitor.go(`${walk.sheet}/edit`);
    const links = await visitor.page.$$eval("main a", (list) => list.map((a) => a.getAttribute("href")));
    for (const section of ids) {
      ok(links.includes(`${walk.sheet}/edit/${section}`), `${walk.told}: the list leads to ${section}`, links);
      await fillForm(visitor, walk, `${walk.sheet}/edit/${section}`,
        fields.filter((f) => f.section === section), count);
    }
  }
  const last = fields.filter((f) => walk.whole || f.section === ids.at(-1))
    .flatMap((f) => textsOf(f, walk.names)).filter((text) => [...text].length > 2);
  if (last.length) walk.last = { text: last };
}
