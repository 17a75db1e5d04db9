// Model cases and sheet types as the files say: a reader of its own of the small part of YAML in
// which they are written, so that what the pages show is measured against what stands there.

import { readFileSync } from "node:fs";

// ---- the values of one line -----------------------------------------------------------------------

class Line {
  constructor(text) {
    this.text = text;
    this.at = 0;
  }

  skip() {
    while (this.text[this.at] === " ") this.at++;
  }

  quoted(mark) {
    let out = "";
    const again = mark === "'" ? "'" : "";
    for (this.at++; this.text[this.at] !== mark || this.text[this.at + 1] === again; this.at++) {
      if (this.at >= this.text.length) throw new Error(`no end of the quotes: ${this.text}`);
      if (mark === "'" && this.text[this.at] === "'") this.at++;
      else if (mark === '"' && this.text[this.at] === "\\") this.at++;
      out += this.text[this.at];
    }
    this.at++;
    return out;
  }

  plain(ends) {
    const from = this.at;
    while (this.at < this.text.length && !ends.includes(this.text[this.at])) {
      if (this.text[this.at] === ":" && ends.includes(":") && this.text[this.at + 1] !== " ") this.at++;
      this.at++;
    }
    return this.text.slice(from, this.at).trim();
  }

  scalar(ends) {
    this.skip();
    const mark = this.text[this.at];
    return mark === '"' || mark === "'" ? this.quoted(mark) : this.plain(ends);
  }

  // What stands between brackets.
  value(ends = "") {
    this.skip();
    const mark = this.text[this.at];
    if (mark !== "{" && mark !== "[") return this.scalar(ends);
    const close = mark === "{" ? "}" : "]";
    const out = mark === "{" ? {} : [];
    for (this.at++, this.skip(); this.text[this.at] !== close; this.skip()) {
      if (this.at >= this.text.length) throw new Error(`no end of ${mark}: ${this.text}`);
      if (mark === "{") {
        const key = this.key();
        out[key] = this.value(",}");
      } else {
        out.push(this.value(",]"));
      }
      this.skip();
      if (this.text[this.at] === ",") this.at++;
    }
    this.at++;
    return out;
  }

  key() {
    const from = this.at;
    while (this.text[this.at] !== ":" || !" ".includes(this.text[this.at + 1] ?? " ")) this.at++;
    const key = this.text.slice(from, this.at++);
    return key;
  }
}

// ---- blocks ---------------------------------------------------------------------------------------

const indentOf = (line) => line.length - line.trimStart().length;

function block(lines) {
  const indent = indentOf(lines[0]);
  const out = lines[0][indent] === "-" ? [] : {};
  while (lines.length && indentOf(lines[0]) === indent) {
    let text = lines[0].slice(indent);
    if (Array.isArray(out)) {
      text = text.slice(2);
      if (/^[{["']/.test(text) || !/^[\w-]+:( |$)/.test(text)) {
        out.push(new Line(text).value());
        lines.shift();
      } else {
        lines[0] = `${" ".repeat(indent + 2)}${text}`;
        out.push(block(lines));
      }
      continue;
    }
    const line = new Line(text);
    const key = line.key();
    lines.shift();
    if (text.slice(line.at).trim()) out[key] = line.value();
    else if (lines.length && (indentOf(lines[0]) > indent || lines[0][indent] === "-")) out[key] = block(lines);
    else out[key] = "";
  }
  return out;
}

function yaml(text) {
  return block(text.split("\n").filter((line) => line.trim() && !line.trim().startsWith("#")));
}

// ---- a type: its sections, and the fields in them -------------------------------------------------

// What is measured on several days is written as a table of days and values.
function measured(field) {
  return field.kind !== "measure" ? field : {
    ...field, kind: "table",
    columns: [{ id: "on", kind: "date" }, { id: "value", kind: "number", unit: field.unit, inTable: true }],
  };
}

export function readType(path) {
  const type = yaml(readFileSync(path, "utf8"));
  type.fields = type.sections.flatMap((section) =>
    section.fields.map((field) => ({ ...measured(field), section: section.id, sectionTitle: section.title })));
  return type;
}

// ---- a case ---------------------------------------------------------------------------------------

// Text below the headings of section (##) and field (###).
function prose(type, body) {
  const found = new Map();
  let title = "";
  let field;
  let fence = false;
  for (const line of body.split("\n")) {
    if (line.startsWith("```")) fence = !fence;
    if (!fence && line.startsWith("## ")) {
      title = line.slice(3);
      field = undefined;
    } else if (!fence && line.startsWith("### ")) {
      field = type.fields.find((f) =>
        f.kind === "prose" && f.sectionTitle === title && f.label === line.slice(4));
      if (!field) throw new Error(`no field ${title} / ${line.slice(4)} in ${type.type}`);
      found.set(field.id, []);
    } else if (field) {
      found.get(field.id).push(line);
    } else if (line.trim()) {
      throw new Error(`a line in no field: ${line}`);
    }
  }
  return new Map([...found].map(([id, lines]) => [id, lines.join("\n").trim()]));
}

// { text, head, fields }: fields are those of the type that have a value, in its order; a value is a
// text, a list of choices, or a list of rows.
export function readCase(path, type) {
  const text = readFileSync(path, "utf8");
  const [, head, body] = /^---\n([\s\S]*?)\n---\n([\s\S]*)$/.exec(text);
  const values = yaml(head);
  const texts = prose(type, body);
  const fields = type.fields
    .map((field) => ({ ...field,
      value: field.kind === "prose" ? texts.get(field.id) : values.values?.[field.id] }))
    .filter((field) => field.value !== undefined && field.value !== "");
  return { text, head: values, fields };
}

// ---- what is to be seen ---------------------------------------------------------------------------

// 令和8年5月18日, by the rules of the platform and not by ours.
const era = new Intl.DateTimeFormat("ja-JP-u-ca-japanese", { dateStyle: "long", timeZone: "UTC" });
export const eraDate = (iso) => era.format(new Date(`${iso}T00:00:00Z`));
const shownDate = (iso) => `${eraDate(iso)}（${Number(iso.slice(0, 4))}年）`;

// Markdown as it is read: lines without their marks, in pieces that stand together.
export function spoken(markdown) {
  let fence = false;
  return markdown.split("\n").flatMap((line) => {
    if (line.startsWith("```")) {
      fence = !fence;
      return [];
    }
    if (fence) return [line];
    if (line === "---") return [];
    let text = line.replace(/^( *(> ?|#{1,6} |- |\d+\. ))+/, "").replace(/(^|[^\\])\[([^\]]*)\]\([^)]*\)/g, "$1$2\0");
    text = text.replace(/`([^`]*)`|\\([!-/:-@[-`{-~])|\*+/g,
      (all, code, mark) => code ?? mark ?? "");
    return text.split("\0"); // on paper the address stands behind what leads to it
  }).map((line) => line.trim()).filter((line) => line);
}

// The texts of one scalar as pages say them.
function scalarTexts(field, value, names) {
  switch (field.kind) {
  case "choice": return [field.choices[value]];
  case "date": return [shownDate(value)];
  case "institution": return [names.get(value) ?? value];
  case "number": return [field.inTable ? value : `${value}${field.unit ?? ""}`];
  case "flag": return value === "true" ? ["はい"] : [];
  case "time": return [value.replace(/^0/, "")];
  case "file": return [];
  default: return [value];
  }
}

// Every text that a field shows.  names: of institutions.
export function textsOf(field, names) {
  switch (field.kind) {
  case "prose": return spoken(field.value);
  case "choices": return field.value.map((id) => field.choices[id]);
  case "table":
    return field.value.flatMap((row) => field.columns
      .filter((column) => row[column.id] !== undefined)
      .flatMap((column) => scalarTexts(column, row[column.id], names)));
  default: return scalarTexts(field, field.value, names);
  }
}

// Without spaces and line ends, as paper and pages break them where they like.
export const packed = (text) => text.replace(/[\s\u00ad\u200b-\u200d\u3000]+/g, "");
