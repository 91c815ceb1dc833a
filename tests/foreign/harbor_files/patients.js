// The list of patients.
import { ask, choice, draw, html, newId, to, typed } from "./parts.js";
import { live, pager, table } from "./tables.js";

const HEADS = ["Name", "Date of Birth", "Acct #", "Phone", "Status"];

const row = (each) => ({
  cells: [
    html`<a id="${newId()}" href="${to(`/patients/${each.number}`)}">${each.name}</a>`,
    each.born,
    each.account,
    each.phone,
    html`<span class="pill ${each.status}">${each.status}</span>`,
  ],
});

/** Shows one page of the patients that the address asks for. */
export async function patients(main, _, query) {
  const found = await ask(`patients?${query}`);
  const id = newId();
  draw(main, html`<h1>Patients</h1>
    <form class="bar card" role="search">
      <div class="field">
        <label for="${id}">Search patients</label>
        <input id="${id}" name="q" type="search" size="34" value="${query.get("q") ?? ""}"
          placeholder="Name, Acct #, Phone, or Ins ID" />
      </div>
      ${choice("Status", "status", ["Active", "Inactive", "All"], query.get("status") ?? "Active")}
      <button type="submit" class="main">Search</button>
    </form>
    <div class="card"><div data-rows></div>${pager(found, "Pages of patients")}</div>`);
  live(main.querySelector("[data-rows]"), () => table("Patients", HEADS, found.rows.map(row)));
  const go = (changed) => {
    const next = new URLSearchParams({ ...Object.fromEntries(query), ...changed });
    dispatchEvent(new CustomEvent("go", { detail: `/patients?${next}` }));
  };
  const form = main.querySelector("form");
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    go({ ...typed(form), page: 1 });
  });
  main.querySelector(".pager").addEventListener("click", (event) => {
    const button = event.target.closest("[data-page]");
    if (button) go({ page: button.dataset.page });
  });
}
