/*
 * What makes the pages easier with JavaScript.  Each of them works without.  Texts come from the
 * page, never from here; the page's content is changed by DOM calls only.
 */

const status = document.getElementById("status");

/* ---- Unsaved changes, and forms that are sent once ------------------------------------------ */

let dirty = false;
let sending = false;

function guard(form) {
  form.addEventListener("input", () => { dirty = true; });
  form.addEventListener("submit", (event) => {
    if (sending) {
      event.preventDefault();
      return;
    }
    sending = true;
    dirty = false;
    setTimeout(sayBusy, 1000);
  });
}

function sayBusy() {
  if (sending && status)
    status.textContent = status.dataset.busy;
}

addEventListener("beforeunload", (event) => {
  if (dirty)
    event.preventDefault();
});

/* Back from the next page: the form can be sent again. */
addEventListener("pageshow", () => {
  sending = false;
  if (status)
    status.textContent = "";
});

document.querySelectorAll("form[data-guard]").forEach(guard);

/* ---- Drafts go to the server while somebody writes ------------------------------------------ */

/* What is said comes from the server's answer, so it is never said of a text that was not kept. */
function drafts(form) {
  const line = form.querySelector(".draft-state");
  const again = document.createElement("button");
  const alarm = document.createElement("div");
  const words = document.createElement("p");
  let typed = Number(form.hasAttribute("data-typed")), kept = 0, busy = false, stopped = false;
  if (!line)
    return;
  dirty = typed > 0;
  alarm.className = "draft-alarm";
  alarm.setAttribute("role", "alert");
  again.type = "button";
  again.className = "button";
  again.textContent = form.dataset.again;

  const loud = (text) => {
    words.textContent = text;
    alarm.replaceChildren(words, again);
    line.after(alarm);
  };
  const keep = async () => {
    if (busy || sending || kept === typed)
      return;
    busy = true;
    const upto = typed;
    const body = new URLSearchParams(new FormData(form));
    body.set("draft", "auto");
    try {
      const answer = await fetch(form.action, { method: "POST", body });
      if (answer.redirected && answer.url.includes("kept=1")) {
        stopped = true;
        loud(form.dataset.ended);
      } else if (answer.status !== 200 || answer.redirected) {
        loud(form.dataset.failed);
      } else {
        const [n, text] = (await answer.text()).split("\n");
        form.elements["draft-n"].value = n;
        kept = upto;
        dirty = kept !== typed;
        line.textContent = text;
        alarm.remove();
      }
    } catch {
      loud(form.dataset.failed);
    }
    busy = false;
  };

  form.addEventListener("input", () => { typed++; });
  again.addEventListener("click", () => { stopped = false; keep(); });
  setInterval(() => { if (!stopped) keep(); }, Number(form.dataset.draft) * 1000);
  addEventListener("visibilitychange", () => { if (!stopped) keep(); });
}

document.querySelectorAll("form[data-draft]").forEach(drafts);

/* ---- A phrase goes to where one writes ------------------------------------------------------ */

function phrases(list) {
  const area = document.getElementById(list.dataset.into);
  if (!area)
    return;
  for (const item of list.children) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "phrase";
    button.textContent = item.textContent;
    button.addEventListener("click", () => {
      area.focus();
      area.setRangeText(button.textContent, area.selectionStart, area.selectionEnd, "end");
      area.dispatchEvent(new Event("input", { bubbles: true }));
    });
    item.replaceChildren(button);
  }
}

document.querySelectorAll(".phrases").forEach(phrases);

/* ---- How many characters are left ----------------------------------------------------------- */

const segmenter = "Segmenter" in Intl ? new Intl.Segmenter("ja", { granularity: "grapheme" }) : null;

function graphemes(text) {
  if (!segmenter)
    return Array.from(text).length;
  let n = 0;
  for (const part of segmenter.segment(text))
    n += part ? 1 : 0;
  return n;
}

/* The count is seen at once, but told to screen readers only when typing pauses. */
function count(line) {
  const area = document.getElementById(line.dataset.for);
  const max = area ? Number(area.dataset.max) : 0;
  if (!max)
    return;
  const seen = line.cloneNode(false);
  seen.removeAttribute("data-for");
  seen.setAttribute("aria-hidden", "true");
  line.classList.add("visually-hidden");
  line.setAttribute("role", "status");
  line.after(seen);
  let timer = 0;

  const show = () => {
    const left = max - graphemes(area.value);
    const pattern = left < 0 ? line.dataset.over : line.dataset.left;
    seen.textContent = pattern.replace("{n}", String(Math.abs(left)));
    seen.classList.toggle("over", left < 0);
    return seen.textContent;
  };
  area.addEventListener("input", () => {
    const text = show();
    clearTimeout(timer);
    timer = setTimeout(() => { line.textContent = text; }, 1500);
  });
  show();
}

document.querySelectorAll(".counter[data-for]").forEach(count);

/* ---- A password can be looked at before it is sent ------------------------------------------ */

function reveal(input) {
  const line = document.createElement("label");
  const box = document.createElement("input");
  box.type = "checkbox";
  line.className = "check";
  line.append(box, input.dataset.show);
  box.addEventListener("change", () => { input.type = box.checked ? "text" : "password"; });
  input.form.addEventListener("submit", () => { input.type = "password"; });
  input.after(line);
}

document.querySelectorAll("input[data-show]").forEach(reveal);

/* ---- What the code on a slip carries, and the address forgets ------------------------------- */

function fillFrom(form) {
  for (const [name, value] of new URLSearchParams(location.hash.slice(1)))
    if (form.elements[name]?.type === "text")
      form.elements[name].value = value;
  if (location.hash)
    history.replaceState(null, "", location.pathname + location.search);
}

document.querySelectorAll("form[data-fragment]").forEach(fillFrom);

/* ---- Passkeys ------------------------------------------------------------------------------- */

const salt = new TextEncoder().encode("karte prf 1");

function toBytes(text) {
  return Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")),
    (c) => c.charCodeAt(0));
}

function toText(buffer) {
  return btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

function credentials(list) {
  return list.split(" ").filter(Boolean).map((id) => ({ type: "public-key", id: toBytes(id) }));
}

function prove(site, challenge, allowCredentials) {
  return navigator.credentials.get({ publicKey: {
    challenge, allowCredentials, rpId: site, userVerification: "required", timeout: 120000,
    extensions: { prf: { eval: { first: salt } } },
  } });
}

function register({ site, user, account, name, allow }, challenge) {
  return navigator.credentials.create({ publicKey: {
    challenge, rp: { id: site, name: site },
    user: { id: toBytes(user), name: account, displayName: name },
    pubKeyCredParams: [-7, -8, -257].map((alg) => ({ type: "public-key", alg })),
    excludeCredentials: credentials(allow),
    authenticatorSelection: { residentKey: "preferred", userVerification: "required" },
    attestation: "none", timeout: 120000,
    extensions: { prf: { eval: { first: salt } } },
  } });
}

/* Some authenticators give the key that opens the signing secret only when they are asked again. */
async function keyOf(made, site) {
  const { prf } = made.getClientExtensionResults();
  if (!prf?.enabled || prf.results)
    return prf?.results?.first;
  try {
    const again = await prove(site, crypto.getRandomValues(new Uint8Array(32)),
      [{ type: "public-key", id: made.rawId }]);
    return again.getClientExtensionResults().prf?.results?.first;
  } catch {
    return undefined;
  }
}

async function ceremony(form) {
  const { passkey, site, allow } = form.dataset;
  const challenge = toBytes(form.elements.challenge.value);
  const made = passkey === "create" ? await register(form.dataset, challenge)
    : await prove(site, challenge, credentials(allow));
  const { response } = made;
  const key = passkey === "create" ? await keyOf(made, site)
    : made.getClientExtensionResults().prf?.results?.first;
  const parts = { id: made.rawId, client: response.clientDataJSON, prf: key,
    data: response.attestationObject ?? response.authenticatorData, signature: response.signature };
  for (const [name, part] of Object.entries(parts))
    form.elements[name].value = part ? toText(part) : "";
}

function passkeys(form) {
  form.hidden = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    try {
      await ceremony(form);
    } catch {
      status.textContent = form.dataset.failed;
      return;
    }
    form.submit();
  });
}

if (globalThis.PublicKeyCredential)
  document.querySelectorAll("form[data-passkey]").forEach(passkeys);

/* ---- The end of the session is told before it comes ----------------------------------------- */

const WARN = 120;

function watchSession(dialog) {
  const line = dialog.querySelector("p");
  const stay = dialog.querySelector("[value=stay]");
  let end = 0, kind = "soon", timer = 0;

  const later = (seconds, what) => {
    clearTimeout(timer);
    timer = setTimeout(what, Math.min(seconds, 86400) * 1000);
  };
  const say = () => {
    const left = Math.max(0, Math.round((end - Date.now()) / 1000));
    const { minute, second } = dialog.dataset;
    const minutes = Math.floor(left / 60);
    line.textContent = dialog.dataset[left ? kind : "over"].replace("{n}",
      (minutes ? minutes + minute : "") + (left % 60) + second);
    stay.hidden = !left || kind !== "soon";
    if (left)
      later(1, say);
    else if (kind !== "over")
      ask("");
  };
  const ask = async (query) => {
    let idle, all;
    try {
      const answer = await fetch(dialog.dataset.ask + query, { cache: "no-store" });
      [idle, all] = (await answer.text()).split(" ").map(Number);
    } catch {
      later(30, () => ask(""));
      return;
    }
    if (idle > WARN) {
      dialog.close();
      later(idle - WARN, () => ask(""));
      return;
    }
    kind = !idle ? "over" : all > idle ? "soon" : "last";
    end = Date.now() + idle * 1000;
    if (!dialog.open)
      dialog.showModal();
    say();
  };

  dialog.addEventListener("close", () => {
    if (dialog.returnValue === "stay")
      ask("?stay=1");
    dialog.returnValue = "";
  });
  addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible")
      later(1, () => ask(""));
  });
  later(Number(dialog.dataset.first), () => ask(""));
}

document.querySelectorAll("#session").forEach(watchSession);

/* ---- Contents beside the text are open, where there is room --------------------------------- */

if (matchMedia("(min-width: 75rem)").matches)
  document.querySelectorAll("details[data-wide]").forEach((el) => { el.open = true; });

/* ---- Rows of tables ------------------------------------------------------------------------- */

/* f.<table>.<row>.<column> and r.<table>.<row>, alone or in a list of ids. */
function renamed(text, row) {
  return text.split(" ").map((part) => part
    .replace(/^(f\.[^.]+\.)\d+(\..+)$/, (_, before, after) => before + row + after)
    .replace(/^(r\.[^.]+\.)\d+$/, (_, before) => before + row)).join(" ");
}

function renumber(row, number) {
  row.querySelectorAll("[id], [name]").forEach((el) => {
    for (const name of ["id", "name", "aria-labelledby"])
      if (el.hasAttribute(name))
        el.setAttribute(name, renamed(el.getAttribute(name), number));
    el.removeAttribute("aria-invalid");
    el.removeAttribute("aria-describedby");
  });
}

function addRow(table, button) {
  const body = table.tBodies[0];
  const last = body.rows[body.rows.length - 1];
  const row = last.cloneNode(true);
  const number = row.querySelector("th .row-number");
  const next = body.rows.length;
  renumber(row, next);
  if (number)
    number.textContent = String(next + 1);
  row.querySelectorAll("[id^='error.']").forEach((el) => el.remove());
  row.querySelectorAll("input, select").forEach((el) => {
    if (el.type === "checkbox")
      el.checked = false;
    else if (el.type !== "hidden")
      el.value = "";
  });
  body.append(row);
  row.querySelector("input:not([type=hidden]), select").focus();
  if (body.rows.length >= Number(table.dataset.maxRows))
    button.remove();
}

/* Empty rows are needed only without JavaScript: one is left. */
function isEmpty(row) {
  return Array.from(row.querySelectorAll("input, select")).every((el) =>
    el.type === "checkbox" ? !el.checked : el.type === "hidden" || el.value === "");
}

function shorten(rows) {
  while (rows.length > 1 && isEmpty(rows[rows.length - 1]) && isEmpty(rows[rows.length - 2]))
    rows[rows.length - 1].remove();
}

function growing(table) {
  shorten(table.tBodies[0].rows);
  if (!table.tBodies[0].rows.length ||
      table.tBodies[0].rows.length >= Number(table.dataset.maxRows))
    return;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button button-secondary add-row";
  button.textContent = table.dataset.add;
  button.addEventListener("click", () => addRow(table, button));
  table.parentElement.after(button);
}

document.querySelectorAll("table[data-add]").forEach(growing);

/* ---- The summary of errors takes the focus -------------------------------------------------- */

const summary = document.getElementById("problems");
if (summary) {
  summary.tabIndex = -1;
  summary.focus();
}
