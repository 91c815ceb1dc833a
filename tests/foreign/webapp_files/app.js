// Screens of the page. What was loaded stays in memory until the browser loads the page afresh.
import { grid, money, pager, safe, tabs, toast, twoRows } from "./parts.js";
import { accounting, log, overlay, wire } from "./till.js";

const app = document.querySelector("#app");
const seen = { charts: new Map(), list: null, me: null };
const look = { items: "Open Items", page: 1, editing: null, open: null, inner: "billing", till: null };
const list = { q: "", f: "Active", page: 1 };
const PAGE = 15;
const TABS = [
  ["info", "Info", "person"],
  ["schedule", "Schedule", "day"],
  ["billing", "Billing", "card"],
  ["settings", "Billing Settings", "gear"],
];
const INSIDE = [["billing", "Billing", "card"], ["history", "History", "clock"]];
const HEADS = ["Pt Status", "Date", "Time", "Service", "Clinician", "Method", "Rate", "Pt Amt",
  "Pt Paid", "Pt Bal", "Ins Status"];

/** Asks the server; answers with its data, or throws its message. */
async function ask(path, method = "GET", data = undefined) {
  const answer = await fetch(`/api/${path}`, { method, body: data && JSON.stringify(data) });
  const told = await answer.json();
  if (!answer.ok) throw new Error(told.message);
  return told;
}

const on = (what, kind, run) =>
  app.querySelectorAll(what).forEach((each) => each.addEventListener(kind, () => run(each)));
const value = (what) => app.querySelector(what).value;
const cents = (text) => Math.round(Number(text.replace(/[$,]/g, "") || 0) * 100);

/** Draws inside the frame with the sidebar. */
function frame(html) {
  const side = Object.entries({ home: "Home", scheduling: "Scheduling", patients: "Patients",
    payers: "Payers", billing: "Billing" })
    .map(([place, words]) => `<a href="#/${place}">${words}</a>`)
    .join("");
  app.innerHTML = `<nav>${side}<button id="tools" aria-haspopup="menu" aria-expanded="false">Tools
    ▾</button><div role="menu" id="more" hidden><a role="menuitem" href="#/log">Activity Log</a></div>
    </nav><main>${html}</main>`;
  on("#tools", "click", (each) =>
    each.setAttribute("aria-expanded", String(!app.querySelector("#more").toggleAttribute("hidden"))));
}

/** Sign-in: the practice code first, then the person. */
function signIn(code = "") {
  const ask1 = '<div class="word">Practice Code</div><input id="a" aria-label="Practice Code">';
  const ask2 = `<div class="word">Username</div><input id="a" aria-label="Username">
    <div class="word">Password</div><input id="b" type="password" aria-label="Password">`;
  app.innerHTML = `<div class="door"><h1>Lakeside Behavioral Group</h1>${code ? ask2 : ask1}
    <p class="bad"></p><lake-button main disabled label="${code ? "Log In" : "Continue"}">
    </lake-button></div>`;
  const button = app.querySelector("lake-button");
  const full = () => [...app.querySelectorAll("input")].every((each) => each.value);
  on("input", "input", () => button.toggleAttribute("disabled", !full()));
  on("lake-button", "click", async () => {
    const typed = code ? { code, user: value("#a"), password: value("#b") } : { code: value("#a") };
    try {
      await ask("sign-in", "POST", typed);
      if (!code) return signIn(typed.code);
      seen.me = await ask("me");
      location.hash = "#/home";
    } catch (problem) {
      app.querySelector(".bad").textContent = problem.message;
    }
  });
}

/** The list of patients. */
async function patients() {
  seen.list ??= await ask(`patients?${new URLSearchParams(list)}`);
  const options = ["Active", "Inactive", "Any"].map(
    (each) => `<option ${each === list.f ? "selected" : ""}>${each}</option>`
  );
  const rows = seen.list.rows.map((each) => ({
    cells: [`<a href="#/patients/${each.number}/info">${safe(each.listed)}</a>`, each.born,
      each.phone, each.status],
  }));
  frame(`<h1>Patients</h1><div class="bar"><input id="q" type="search" size="34"
      aria-label="Find a patient" placeholder="Name, Acct #, Phone, or Ins ID"
      value="${safe(list.q)}"><select id="f" aria-label="Filter">${options}</select>
      <lake-button id="go" main label="Search" icon="search"></lake-button></div>
    <p>${seen.list.total} patients</p>
    ${grid("people", ["Name", "Date of Birth", "Phone", "Status"], rows)}
    ${pager(list.page, seen.list.pages)}`);
  on("#go", "click", () => find({ q: value("#q"), f: value("#f"), page: 1 }));
  on("[data-turn]", "click", (each) => find({ page: list.page + Number(each.dataset.turn) }));
}

/** Runs the search of patients again. */
function find(changed) {
  Object.assign(list, changed);
  seen.list = null;
  return patients();
}

/** A chart, drawn from memory when it was seen before. */
async function chart(number, tab) {
  if (!seen.charts.has(number)) seen.charts.set(number, await ask(`patients/${number}`));
  const who = seen.charts.get(number);
  const body = { billing: () => billing(who), settings: () => settings(who) }[tab];
  frame(`<h1>${safe(who.full)}</h1><p class="sub">Born ${who.born} · ${who.phone} · ${who.status}
    </p>${tabs(TABS, tab)}<div role="tabpanel">${body ? body() : "Nothing planned."}</div>`);
  const again = () => chart(number, tab);
  on(".tabs:not(dialog *) [data-tab]", "click", (each) => {
    Object.assign(look, { open: null, editing: null });
    location.hash = `#/patients/${number}/${each.dataset.tab}`;
  });
  if (tab === "billing") wireBilling(who, again);
  if (tab === "settings") wireSettings(who, again);
}

const owed = (row) =>
  row.method.startsWith("Direct") ? row.rate
    : row.method.includes("Out of") ? row.rate - row.coverage : row.pt_amt;
const balance = (row) => owed(row) - row.paid - row.written_off;

/** The words of the Pt Status column. */
function status(row) {
  const left = balance(row);
  if (left) return left < 0 ? "Overpaid" : row.paid ? "Partly Paid" : "Open";
  return row.written_off || !owed(row) ? "Patient balance written off" : "Paid";
}

/** A row of the transactions; a payment's is light blue. */
function transaction(row) {
  const link = `<a href="javascript:void 0" data-open="${row.number}">${row.date}</a>`;
  if (row.payment)
    return { css: "blue", cells: ["", link, "", `➕ Payment · ${row.payment}`, "", "", "", "",
      money(row.amount), "", ""] };
  const star = row.written_off ? `<span class="star" title="${safe(row.note)}">*</span>` : "";
  return { cells: [status(row) + star, link, row.time, safe(row.service), safe(row.clinician),
    row.method, ...[row.rate, owed(row), row.paid, balance(row)].map(money), row.ins_status] };
}

/** The Billing tab. */
function billing(who) {
  const kinds = {
    "Open Items": (row) => !row.payment && balance(row),
    "All Items": () => true,
    "Payments Only": (row) => row.payment,
  };
  const rows = who.rows.filter(kinds[look.items]);
  const pages = Math.ceil(rows.length / PAGE) || 1;
  const options = Object.keys(kinds).map(
    (each) => `<li role="option" aria-selected="${each === look.items}">${each}</li>`
  );
  const open = who.rows.find((row) => row.number === look.open);
  return `${accounting(who)}<h2>Search Billing Transactions</h2><div class="bar combo">
    <button role="combobox" aria-haspopup="listbox" aria-expanded="false" aria-controls="kinds"
      aria-label="Items">${look.items} ▾</button>
    <ul role="listbox" id="kinds" hidden>${options.join("")}</ul></div>
    ${grid("money", HEADS, rows.slice((look.page - 1) * PAGE, look.page * PAGE).map(transaction))}
    ${pager(look.page, pages)}${open ? dialog(open) : ""}${overlay(who, look.till)}`;
}

/** The dialog of a date of service, or of a payment. */
function dialog(row) {
  const close = '<lake-button id="close" bare label="Close" icon="close"></lake-button>';
  if (row.payment)
    return `<div class="veil"></div><dialog open><header><h2>Patient Payment</h2>${close}</header>
      <p>${row.date} · ${row.payment} · ${money(row.amount)}</p>
      <lake-button id="delete" label="Delete this Payment"></lake-button></dialog>`;
  const options = seen.me.methods.map(
    (each) => `<option ${each === row.method ? "selected" : ""}>${each}</option>`
  );
  const box = (name) => `<input data-money="${name}" size="9" value="${(row[name] / 100).toFixed(2)}">`;
  const own = row.method.startsWith("Direct") ? []
    : row.method.includes("Out of") ? [["Coverage", box("coverage")]] : [["Pt Amt", box("pt_amt")]];
  const fields = [["Method", `<select id="m">${options}</select>`], ["Rate", box("rate")], ...own];
  const body = look.inner === "history"
    ? `<ul>${row.history.map((each) => `<li>${safe(each)}</li>`).join("") || "No changes."}</ul>`
    : `${twoRows(fields)}<p class="bad"></p>
       <lake-button id="save" main disabled label="Save Changes" emoji="✔"></lake-button>`;
  return `<div class="veil"></div><dialog open><header><h2>${row.date} ${row.time}</h2>${close}
    </header><p>${safe(row.service)} · ${safe(row.clinician)}</p>${tabs(INSIDE, look.inner)}${body}
    </dialog>`;
}

/** What the Billing tab does when clicked. */
function wireBilling(who, again) {
  const redraw = (changed) => again(Object.assign(look, changed));
  on("[role=combobox]", "click", (each) => {
    const shut = app.querySelector("#kinds").toggleAttribute("hidden");
    each.setAttribute("aria-expanded", String(!shut));
  });
  on("[role=option]", "click", (each) => redraw({ items: each.textContent, page: 1 }));
  on("[data-turn]", "click", (each) => redraw({ page: look.page + Number(each.dataset.turn) }));
  on("[data-open]", "click", (each) => redraw({ open: Number(each.dataset.open), inner: "billing" }));
  on("#close", "click", () => redraw({ open: null }));
  on("dialog [data-tab]", "click", (each) => redraw({ inner: each.dataset.tab }));
  on("dialog input, dialog select", "input", () =>
    app.querySelector("#save").removeAttribute("disabled"));
  wire(app, who, ask, look, redraw, async (words) => {
    seen.charts.set(who.number, await ask(`patients/${who.number}`));
    redraw({ till: null, open: null });
    toast(words);
  });
  on("#save", "click", (button) => saveVisit(who, button, redraw));
}

/** Sends a date of service, and shows what was typed as if it were what is stored. */
async function saveVisit(who, button, redraw) {
  const row = who.rows.find((each) => each.number === look.open);
  const typed = Object.fromEntries(
    [...app.querySelectorAll("[data-money]")].map((each) => [each.dataset.money, each.value])
  );
  const method = value("#m");
  button.setAttribute("disabled", "");
  try {
    await ask(`visits/${row.number}`, "PUT", { method, ...typed });
  } catch (problem) {
    app.querySelector(".bad").textContent = problem.message;
    return;
  }
  Object.assign(row, { method });
  for (const [name, text] of Object.entries(typed)) row[name] = cents(text);
  const zero = !owed(row) || Object.values(typed).map(cents).includes(0);
  row.written_off = zero || !row.written_off ? 0 : Math.max(0, owed(row) - row.paid);
  redraw({ open: null });
  toast("✔ Saved");
}

/** The Billing Settings tab: a table of policies, one of them perhaps being edited. */
function settings(who) {
  const cell = (name, row, size = 8) =>
    `<input data-policy="${name}" aria-label="${{ starts: "Coverage start", ends: "Coverage end",
      copay: "Copay", deductible: "Deductible" }[name]}" size="${size}" value="${row[name]}">`;
  const rank = (row) => ["Primary", "Secondary", "Tertiary"].map(
    (each) => `<option ${each === row.priority ? "selected" : ""}>${each}</option>`);
  const pencil = (key) =>
    `<lake-button bare label="Edit" icon="pencil" data-edit="${key}"></lake-button>`;
  const rows = who.policies.map((row, place) =>
    place === look.editing
      ? `<tr><td>${row.payer}</td><td><select id="r" aria-label="Priority">${rank(row)}</select>
         </td><td>${cell("starts", row, 10)} – ${cell("ends", row, 10)}</td>
         <td>${cell("copay", row)}</td><td>${cell("deductible", row)}</td>
         <td><lake-button id="keep" main label="Save Changes" emoji="✔"></lake-button></td></tr>`
      : `<tr><td>${row.payer}</td><td>${row.priority}</td><td>${row.starts} – ${row.ends}</td>
         <td>${row.copay && "$" + row.copay}</td><td>${row.deductible && "$" + row.deductible}</td>
         <td>${pencil(place)}</td></tr>`);
  const heads = ["Payer", "Priority", "Coverage", "Copay", "Deductible", ""];
  return `<section><h2>Billing Comments</h2>${pencil("comments")}</section><p>None.</p>
    <h2>Insurance</h2><table class="policies"><tr>${heads.map((each) => `<th>${each}</th>`).join("")}
    </tr>${rows.join("") || '<tr><td colspan="6">No insurance on file.</td></tr>'}</table>
    <p class="bad"></p>`;
}

/** What the Billing Settings tab does when clicked. */
function wireSettings(who, again) {
  on("[data-edit]", "click", (each) =>
    again(Object.assign(look, { editing: Number(each.dataset.edit) })));
  on("#keep", "click", async (button) => {
    const row = who.policies[look.editing];
    const typed = { priority: value("#r") };
    app.querySelectorAll("[data-policy]").forEach((each) => (typed[each.dataset.policy] = each.value));
    button.setAttribute("disabled", "");
    try {
      await ask(`patients/${who.number}/policies/${look.editing}`, "PUT", typed);
    } catch (problem) {
      app.querySelector(".bad").textContent = problem.message;
      return;
    }
    const tidy = (text) => text && money(cents(text)).slice(1);
    Object.assign(row, typed, { copay: tidy(typed.copay), deductible: tidy(typed.deductible) });
    again(Object.assign(look, { editing: null }));
    toast("✔ Saved");
  });
}

/** Shows what the address asks for. */
async function route() {
  seen.me ??= await ask("me").catch(() => null);
  if (!seen.me) return signIn();
  const [place, number, tab] = location.hash.replace("#/", "").split("/");
  if (place === "patients" && number) return chart(Number(number), tab ?? "info");
  Object.assign(look, { items: "Open Items", page: 1, editing: null, open: null, till: null });
  if (place === "log") return log(ask, frame, app);
  if (place === "patients") return patients();
  const hello = `<h1>Welcome, ${seen.me.user}</h1><p>Nothing is due today.</p>`;
  return frame(place === "home" || !place ? hello : `<h1>${safe(place)}</h1><p>Nothing here yet.</p>`);
}

addEventListener("hashchange", route);
route();
