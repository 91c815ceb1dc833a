// A patient's chart: its head, its tabs, and the billing tab with the transactions.
import { ask, draw, facts, html, newId, showFailure, to, view } from "./parts.js";
import { box } from "./layers.js";
import { endless, live, pager, table } from "./tables.js";
import { openVisit } from "./visit.js";

const TABS = [["Info", ""], ["Schedule", "/schedule"], ["Documents", "/documents"],
  ["Patient Billing", "/billing"], ["Billing Settings", "/settings"]];
const HEADS = ["Date", "Time", "Service", "Clinician", "Rate", "Pt Amt", "Pt Paid", "Pt Bal",
  "Pt Status", "Ins Status"];
const ITEMS = [["open", "Open Items"], ["all", "All Items"], ["payments", "Payments Only"]];

/** The head of a chart with its tabs; answers with the place below them. */
export function head(main, who, chosen) {
  draw(main, html`<header class="who">
      <h1>${who.name}</h1>
      ${facts([["Born", who.born], ["Account number", who.account], ["Phone", who.phone],
        ["Status", who.status]])}
    </header>
    <div role="tablist" aria-label="Chart" class="tabs">
      ${TABS.map(([words, path]) => html`<a role="tab" href="${to(`/patients/${who.number}${path}`)}"
        aria-selected="${String(words === chosen)}">${words}</a>`)}
    </div>
    <div role="tabpanel" aria-label="${chosen}" data-tab></div>`);
  return main.querySelector("[data-tab]");
}

/** A tab of the chart that holds little at this practice. */
export const chart = (kind) => async (main, [number, tab]) => {
  const who = await ask(`patients/${number}`);
  const name = kind === "info" ? "Info" : tab[0].toUpperCase() + tab.slice(1);
  draw(head(main, who, name), html`<section class="card">
      <h2>${name}</h2><p>${kind === "info" ? "No alerts." : "Nothing is planned here yet."}</p>
    </section>`);
};

/** A row of the transactions; a payment's is light blue. */
const row = (who) => (each) => {
  const link = (path, extra) =>
    html`<a id="${newId()}" href="${to(`/patients/${who.number}${path}`)}" ${extra}>${each.date}</a>`;
  if (each.payment) {
    const cells = [link(`/payments/${each.payment}`, ""), "", `Payment - ${each.kind}`, "", "", "",
      each.amount, "", "", ""];
    return { css: "payment", cells };
  }
  const star = each.note && html`<abbr title="${each.note}">*</abbr>`;
  return {
    cells: [
      link(`/visits/${each.visit}`, html`data-visit="${each.visit}"`), each.time, each.service,
      each.clinician, each.rate, each.pt_amt, each.paid, each.balance,
      html`${each.pt_status}${star}`, each.ins_status,
    ],
  };
};

/** The billing tab: sums, links, and the search of transactions. */
export async function billing(main, [number], query) {
  const who = await ask(`patients/${number}`);
  const place = head(main, who, "Patient Billing");
  const state = { items: query.get("items") ?? "open", page: Number(query.get("page") ?? 1) };
  draw(place, html`<div class="two">
      <section class="card"><h2>Patient Accounting</h2>
        <p class="links">
          <a href="${to(`/patients/${number}/payments/new`)}">Enter Patient Payment</a>
          <button type="button" class="link" data-credit>Apply Credit</button>
        </p>
      </section>
      <section class="card"><h2>Balances</h2><div data-sums></div></section>
    </div>
    <section class="card" aria-labelledby="search-head">
      <h2 id="search-head">Search Billing Transactions</h2>
      <div role="radiogroup" aria-label="Items" class="segments">
        ${ITEMS.map(([key, words]) => html`<button type="button" role="radio" data-items="${key}">
          ${words}</button>`)}
      </div>
      <div data-rows></div><div data-pager></div>
    </section>`);
  const sums = (fresh) =>
    draw(place.querySelector("[data-sums]"), facts([["Patient Balance", fresh.balance],
      ["Insurance Balance", fresh.claims], ["Unassigned Credit", fresh.credit]], "sums"));
  sums(who);
  const show = () => transactions(place, who, state, show);
  const again = async () => {
    await show();
    await ask(`patients/${number}`).then(sums).catch(() => null);
  };
  place.addEventListener("click", (event) => pressed(event, place, state, show, again));
  place.querySelector("[data-credit]").addEventListener("click", () => credit(number));
  await show();
  return again;
}

/** Does what a click on the billing tab asks for. */
function pressed(event, place, state, show, again) {
  const at = (what) => event.target.closest(what)?.dataset;
  const [items, page, visit] = [at("[data-items]"), at("[data-page]"), at("[data-visit]")];
  if (items) Object.assign(state, { items: items.items, page: 1 });
  if (page) state.page = Number(page.page);
  if (items || page) {
    const address = new URLSearchParams({ items: state.items, page: state.page });
    history.replaceState(null, "", `${location.pathname}?${address}`);
    show();
  }
  if (visit && !event.ctrlKey && !event.metaKey) {
    event.preventDefault();
    openVisit(Number(visit.visit), again);
  }
}

/** Shows the transactions that are asked for; the old rows stay pale until the new ones come. */
async function transactions(place, who, state, show) {
  const [rows, turn] = [place.querySelector("[data-rows]"), place.querySelector("[data-pager]")];
  place.querySelectorAll("[role=radio]").forEach((each) =>
    each.setAttribute("aria-checked", String(each.dataset.items === state.items)));
  const asked = (state.asked = {});
  const path = `patients/${who.number}/transactions?items=${state.items}`;
  const fresh = rows.cloneNode(false);
  fresh.removeAttribute("aria-busy");
  rows.setAttribute("aria-busy", "true");
  try {
    if (view.virtual) {
      rows.replaceWith(fresh);
      draw(turn, "");
      await endless(fresh, path, "Transactions", HEADS, row(who));
      return;
    }
    const found = await ask(`${path}&page=${state.page}`);
    if (asked !== state.asked) return;
    state.page = found.page;
    place.querySelector("[data-rows]").replaceWith(fresh);
    live(fresh, () => table("Transactions", HEADS, found.rows.map(row(who))));
    draw(turn, pager(found, "Pages of transactions"));
  } catch (problem) {
    if (problem.status === 401) throw problem;
    place.querySelector("[data-rows]").replaceWith(fresh); // the old rows may yet be drawn anew
    showFailure(fresh, problem, show);
  }
}

/** Lists the payments of which something is left, and goes to the one that is chosen. */
async function credit(number) {
  const { credits } = await ask(`patients/${number}`);
  const rows = credits.map((each) => ({
    cells: [each.date, each.kind, each.amount, each.left,
      html`<button type="button" data-value="${each.number}">Use Credit</button>`],
  }));
  const heads = ["Date", "Payment Method", "Amount", "Unassigned", ""];
  const content = table("Payments with Unassigned Credit", heads, rows);
  const title = "Payments with Unassigned Credit";
  const chosen = await box(title, content, [["Cancel", "", "plain"]], { role: "dialog" });
  if (!chosen) return;
  const path = `/patients/${number}/payments/${chosen}/edit`;
  dispatchEvent(new CustomEvent("go", { detail: path }));
}

/** The address of one visit: all items, with the visit open. */
export async function visitPage(main, [number, visit]) {
  const again = await billing(main, [number], new URLSearchParams({ items: "all" }));
  openVisit(Number(visit), again);
}
