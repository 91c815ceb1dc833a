// Patients' payments and the Activity Log.
import { grid, money, pager, safe, toast } from "./parts.js";

const WORDS = { date: "Date", service: "Service", left: "Pt Bal", part: "Allocation", off: "Write-Off" };
const select = (id, label, list) =>
  `<label>${label} <select id="${id}">${list.map((each) => `<option>${safe(each)}</option>`)}
   </select></label>`;
const box = (id, label, value = "") =>
  `<label>${label} <input id="${id}" size="9" value="${value}"></label>`;
const plain = (cents) => (cents / 100).toFixed(2);
const bare = '<lake-button id="shut" bare label="Close" icon="close"></lake-button>';
const drawn = (title, body) =>
  `<div class="veil"></div><dialog open><header><h2>${title}</h2>${bare}</header>${body}</dialog>`;

/** What the patient owes and has left, and what can be done with it. */
export const accounting = (who) => {
  const left = who.accounting.credits.reduce((sum, each) => sum + each.left, 0);
  return `<section class="till"><h2>Patient Accounting</h2>
    <dl><dt>Patient Balance</dt><dd>${money(who.accounting.owed)}</dd>
    <dt>Unassigned Credit</dt><dd>${money(left)}</dd></dl>
    <lake-button data-till="form" label="Enter Patient Payment"></lake-button>
    <lake-button data-till="credits" label="Apply Credit"></lake-button></section>`;
};

/** The form of a payment, or of the credit of one; it names services by their words alone. */
const form = (who, use) => {
  const rows = who.rows.filter((row) => !row.payment && row.left > 0).reverse();
  const cells = rows.map((row) => ({ cells: [row.date, safe(row.service.split(" · ")[1]),
    money(row.left), `<input data-part="${row.number}" size="7">`,
    `<input type="checkbox" data-off="${row.number}">`] }));
  const { kinds, reasons } = who.accounting;
  return drawn(use ? "Use Credit" : "Enter Patient Payment", `<div class="fields">
    ${box("sum", "Payment Amount", use ? plain(use.amount) : "")}
    ${select("kind", "Payment Method", kinds)} ${box("check", "Check Number")}
    ${select("reason", "Write-Off Reason", ["", ...reasons])}</div>
    ${grid("parts", Object.values(WORDS), cells)}<p class="bad" role="alert"></p>
    <span class="ask"></span>
    <lake-button id="pay" main label="Save Payment"></lake-button>`);
};

const credits = (who) => drawn("Payments with Unassigned Credit",
  grid("credits", ["Date", "Amount", "Unassigned", ""], who.accounting.credits.map((each) => ({
    cells: [each.date, money(each.amount), money(each.left),
      `<lake-button data-use="${each.number}" label="Use Credit"></lake-button>`] }))));

const question = (row) => drawn("Permanently Delete Payment Record",
  `<p>${row.date} · ${safe(row.payment)} · ${money(row.amount)}</p>
   <lake-button id="gone" main label="Delete Payment"></lake-button>`);

/** What lies over the chart: a form, a list of credits, or a question. */
export const overlay = (who, what) => {
  if (what === "form") return form(who);
  if (what === "credits") return credits(who);
  if (what && what.use) return form(who, what.use);
  return what && what.delete ? question(what.delete) : "";
};

/** What is typed into the form, as it is sent. */
const slip = (app, what, anyway) => {
  const typed = (id) => app.querySelector(id).value;
  const parts = [...app.querySelectorAll("[data-part]")].map((each) => [each.dataset.part, each.value]);
  const ticked = [...app.querySelectorAll("[data-off]:checked")].map((each) => each.dataset.off);
  return { slip: what.slip, use: what.use ? what.use.number : 0, anyway, amount: typed("#sum"),
    kind: typed("#kind"), check: typed("#check"), reason: typed("#reason"), ticked,
    parts: Object.fromEntries(parts) };
};

/** Wires what lies over the chart; `done` loads the chart afresh, `redraw` draws it again. */
export function wire(app, who, ask, look, redraw, done) {
  const on = (what, run) =>
    app.querySelectorAll(what).forEach((each) => each.addEventListener("click", () => run(each)));
  on("[data-till]", (each) => redraw({ till: each.dataset.till }));
  on("[data-use]", (each) => redraw({
    till: { use: who.accounting.credits.find((one) => one.number === Number(each.dataset.use)) } }));
  on("#shut", () => redraw({ till: null }));
  const what = { ...(look.till && look.till.use ? look.till : {}), slip: crypto.randomUUID() };
  const send = async (anyway) => {
    try {
      const told = await ask(`patients/${who.number}/payments`, "POST", slip(app, what, anyway));
      if (!told.ask) return done("Payment saved");
      app.querySelector(".bad").textContent = told.ask;
      app.querySelector(".ask").innerHTML =
        '<lake-button id="anyway" label="Save Payment Anyway"></lake-button>';
      on("#anyway", () => send(true));
    } catch (problem) {
      app.querySelector(".bad").textContent = problem.message;
    }
  };
  on("#pay", () => send(false));
  on("#delete", () => redraw({ open: null,
    till: { delete: who.rows.find((row) => row.number === look.open) } }));
  on("#gone", async () => {
    await ask(`patients/${who.number}/payments/${look.till.delete.number}`, "DELETE");
    done("Payment deleted");
  });
}

/** The Activity Log, one page of it. */
export async function log(ask, frame, app, page = 1) {
  const told = await ask(`log?page=${page}`);
  const rows = told.rows.map((row) => ({
    cells: [row.when, row.who, row.patient, row.action, row.details].map(safe) }));
  frame(`<h1>Activity Log</h1>
    ${grid("log", ["Date and Time", "User", "Client", "Action", "Details"], rows)}
    ${pager(page, told.pages)}`);
  app.querySelectorAll("[data-turn]").forEach((each) => each.addEventListener("click", () =>
    log(ask, frame, app, page + Number(each.dataset.turn))));
}
