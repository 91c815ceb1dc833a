// The page of reports, and the Activity Log.
import { ask, choice, draw, html, to, typed } from "./parts.js";
import { live, pager, table } from "./tables.js";

const REPORTS = [
  ["Activity Log", "/reports/activity-log", "Who changed what, and when."],
  ["Write-Off Report", "/reports/write-offs", "What was written off, by whom and why."],
  ["Aging Report", "/reports/aging", "How long balances have been open."],
];
const HEADS = ["When", "Who", "Patient", "Action", "Details"];

/** The page of reports. */
export async function reports(main) {
  draw(main, html`<h1>Reports</h1><ul class="cards">
    ${REPORTS.map(([name, path, words]) => html`<li class="policy">
      <a href="${to(path)}">${name}</a><p>${words}</p></li>`)}</ul>`);
}

/** The Activity Log, as the address asks for it. */
export async function activityLog(main, _, query) {
  const found = await ask(`activity?${query}`);
  const any = "Anybody";
  const every = "Every action";
  draw(main, html`<p><a href="${to("/reports")}">‹ Reports</a></p><h1>Activity Log</h1>
    <form class="bar card">
      ${choice("Period", "period", found.periods, query.get("period") ?? "Last 30 days")}
      ${choice("Who", "who", [any, ...found.users], query.get("who") || any)}
      ${choice("Action", "action", [every, ...found.actions], query.get("action") || every)}
      <button type="submit" class="main">Apply filters</button>
    </form>
    <div class="card"><div data-rows></div>${pager(found, "Pages of the log")}</div>`);
  const row = (each) => ({
    cells: [each.when, each.who, each.patient, each.action, each.details],
  });
  live(main.querySelector("[data-rows]"), () => table("Activity Log", HEADS, found.rows.map(row)));
  const go = (changed) => {
    const next = new URLSearchParams({ ...Object.fromEntries(query), ...changed });
    dispatchEvent(new CustomEvent("go", { detail: `/reports/activity-log?${next}` }));
  };
  const form = main.querySelector("form");
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const sent = typed(form);
    const who = sent.who === any ? "" : sent.who;
    go({ period: sent.period, who, action: sent.action === every ? "" : sent.action, page: 1 });
  });
  main.querySelector(".pager").addEventListener("click", (event) => {
    const button = event.target.closest("[data-page]");
    if (button) go({ page: button.dataset.page });
  });
}
