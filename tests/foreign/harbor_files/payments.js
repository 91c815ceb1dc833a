// Patient payments: the page of one, its form, and the receipt.
import { ask, choice, draw, facts, field, html, newId, option, to, toast, typed } from "./parts.js";
import { allowed, box } from "./layers.js";
import { table } from "./tables.js";

const jump = (path) => dispatchEvent(new CustomEvent("go", { detail: path }));
const cents = (text) => Math.round(Number(text.replace(/[$,]/g, "")) * 100) || 0;
const money = (amount) =>
  (amount / 100).toLocaleString("en-US", { style: "currency", currency: "USD" });
const NONE = "Choose a reason";

/** The way back, and whose payment it is. */
const top = (who, title) => html`<p><a href="${to(`/patients/${who.number}/billing`)}">‹ Back to
    ${who.name}'s chart</a></p><h1>${title}</h1>
  ${facts([["Patient", who.name], ["Born", who.born], ["Account number", who.account]])}`;

/** What a payment did, as a table. */
const used = (payment) => {
  const lines = payment.lines.filter((each) => each.given !== "$0.00" || each.write_off);
  const rows = lines.map((each) => ({ cells: [each.name, each.given,
    each.write_off ? `${each.written_off} (${each.reason})` : ""] }));
  return table("Allocations", ["Visit", "Allocation", "Write-Off"], rows);
};

const told = (payment) => facts([["Payment Date", payment.date], ["Payment Method", payment.kind],
  ["Payment Amount", payment.total], ["Unassigned Credit", payment.left],
  ["Check Number", payment.check_number || "None"]], "sums");

/** The page of a payment. */
export async function payment(main, [number, key]) {
  const found = await ask(`payments/${key}`);
  draw(main, html`${top(found.patient, "Patient Payment")}
    <section class="card">${told(found)}${used(found)}
      <p class="buttons"><button type="button" class="danger" data-delete>Delete this Payment</button>
        <button type="button" class="plain" data-edit>Edit</button></p></section>`);
  main.querySelector("[data-edit]").addEventListener("click", () =>
    jump(`/patients/${number}/payments/${key}/edit`));
  main.querySelector("[data-delete]").addEventListener("click", async () => {
    const words = `The payment of ${found.total} and all that it paid or wrote off are taken back.`;
    const buttons = [["Cancel", "", "plain"], ["Delete Payment", "yes", "danger"]];
    if ((await box("Permanently Delete Payment Record", words, buttons)) !== "yes") return;
    try {
      await ask(`payments/${key}`, "DELETE");
    } catch (problem) {
      toast(`Not deleted: ${problem.message}`);
      return;
    }
    jump(`/patients/${number}/billing?items=all`);
    toast("Payment deleted");
  });
}

/** What says that a payment was stored. */
export async function receipt(main, [, key]) {
  const found = await ask(`payments/${key}`);
  draw(main, html`${top(found.patient, "Payment saved")}
    <section class="card"><p>Receipt no. ${found.number}</p>${told(found)}${used(found)}
      <p class="links"><a href="${to(`/patients/${found.patient.number}/payments/new`)}">Enter another
        payment</a></p></section>`);
}

/** A visit on the form: what to give to it, whether to write off what is left, and why. */
const line = (each, reasons) => {
  const off = each.write_off ? "" : html`disabled`;
  return {
    extra: html`data-line="${each.visit}" data-due="${each.due_cents}"`,
    cells: [
      each.name, each.pt_amt, each.due,
      html`<input name="allocation" id="${newId()}" size="8" value="${each.allocation}"
        aria-label="Allocation for ${each.name}" autocomplete="off" />`,
      html`<input type="checkbox" name="off" id="${newId()}" ${each.write_off ? html`checked` : ""}
        aria-label="Write-Off for ${each.name}" /> <span data-left></span>`,
      html`<select name="reason" id="${newId()}" aria-label="Reason for ${each.name}" ${off}>
        ${option(NONE, !each.reason, "")}
        ${reasons.map((words) => option(words, words === each.reason))}</select>`,
    ],
  };
};

/** The form of a payment, new or known, on a page of its own. */
export async function paymentForm(main, [number, key]) {
  const found = await ask(key ? `payments/${key}` : `patients/${number}/payments/new`);
  const heads = ["Visit", "Pt Amt", "Pt Bal", "Allocation", "Write-Off", "Write-Off Reason"];
  draw(main, html`${top(found.patient, key ? "Edit Payment" : "Enter Patient Payment")}
    <form novalidate><section class="card"><div class="row">
        ${field("Payment Date", "day", found.day, { size: 10 })}
        ${choice("Payment Method", "kind", found.kinds, found.kind)}
        ${field("Check Number", "check_number", found.check_number, { size: 10 })}
        ${field("Payment Amount", "amount", found.amount, { sign: true, size: 10 })}</div></section>
      <section class="card"><h2>Open visits</h2>
        ${table("Open visits", heads, found.lines.map((each) => line(each, found.reasons)))}
        <p class="count" data-total></p><p class="bad" role="alert"></p>
        <p class="buttons"><a class="plain" href="${to(key ? `/patients/${number}/payments/${key}`
          : `/patients/${number}/billing`)}">Cancel</a>
          <button type="submit" class="main">Save Payment</button></p></section></form>`);
  const form = main.querySelector("form");
  form.addEventListener("input", (event) => {
    if (event.target.name === "amount" && !key) spread(form);
    if (event.target.name === "allocation") event.target.dataset.own = "yes";
    sum(form);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send(form, number, key);
  });
  sum(form);
}

const lines = (form) => [...form.querySelectorAll("[data-line]")];
const named = (row, name) => row.querySelector(`[name=${name}]`);

/** Gives the amount to the oldest visits first, but for what was typed by hand. */
function spread(form) {
  const own = (row) => named(row, "allocation").dataset.own;
  const hand = lines(form).filter(own).map((row) => cents(named(row, "allocation").value));
  let left = cents(form.elements.amount.value) - hand.reduce((all, next) => all + next, 0);
  for (const row of lines(form).filter((each) => !own(each))) {
    const given = Math.max(0, Math.min(left, Number(row.dataset.due)));
    named(row, "allocation").value = (given / 100).toFixed(2);
    left -= given;
  }
}

/** Tells what is left of the payment, and what each tick would write off. */
function sum(form) {
  let given = 0;
  for (const row of lines(form)) {
    const allocation = cents(named(row, "allocation").value);
    const off = named(row, "off").checked;
    given += allocation;
    named(row, "reason").disabled = !off;
    row.querySelector("[data-left]").textContent = money(Number(row.dataset.due) - allocation);
  }
  const left = cents(form.elements.amount.value) - given;
  form.dataset.left = left;
  form.querySelector("[data-total]").textContent =
    `Allocated ${money(given)} · Unassigned Credit ${money(Math.max(0, left))}`;
}

/** Sends the form, after asking when something is left of the payment. */
async function send(form, number, key) {
  const left = Number(form.dataset.left);
  if (left > 0) {
    const words = `${money(left)} of this payment is not allocated and becomes Unassigned Credit.`;
    const buttons = [["Go back", "", "plain"], ["Save Payment Anyway", "yes", "main"]];
    if ((await box("The payment is not fully allocated", words, buttons)) !== "yes") return;
  }
  if (!(await allowed())) return;
  const { day, kind, check_number, amount } = typed(form);
  const sent = lines(form).map((row) => ({
    visit: Number(row.dataset.line),
    allocation: named(row, "allocation").value,
    write_off: named(row, "off").checked,
    reason: named(row, "off").checked ? named(row, "reason").value : "",
  }));
  const button = form.querySelector("[type=submit]");
  button.disabled = true;
  try {
    const path = key ? `payments/${key}` : `patients/${number}/payments`;
    const body = { day, kind, check_number, amount, lines: sent };
    const stored = await ask(path, key ? "PUT" : "POST", body);
    jump(`/patients/${number}/payments/${stored.number}/receipt`);
  } catch (problem) {
    form.querySelector(".bad").textContent = problem.message;
    button.disabled = false;
  }
}
