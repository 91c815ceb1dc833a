// The billing settings of a patient: a card for each policy, and the form that opens below.
import { ask, choice, draw, facts, field, html, newId, to, toast, typed } from "./parts.js";
import { allowed } from "./layers.js";
import { head } from "./billing.js";

const RANKS = ["Primary", "Secondary", "Tertiary"];

/** A policy as a card. */
const card = (number) => (each, place) => {
  const id = newId();
  return html`<article class="policy" aria-labelledby="${id}">
    <header><h3 id="${id}">${each.payer}</h3>
      <a href="${to(`/patients/${number}/settings?edit=${place}`)}" aria-label="Edit ${each.payer}"
        data-edit="${place}">Edit</a>
    </header>
    ${facts([["Priority", each.priority], ["Coverage", `${each.from} – ${each.to}`],
      ["Copay", each.copay], ["Deductible", each.deductible]], "sums")}
  </article>`;
};

/** The form of a policy. */
const form = (each) => html`<form class="edit" aria-label="Edit ${each.payer}" novalidate>
    <h3>${each.payer}</h3>
    <div class="row">${choice("Priority", "priority", RANKS, each.priority)}
      ${field("Coverage from", "starts", each.form.starts, { size: 10 })}
      ${field("Coverage to", "ends", each.form.ends, { size: 10 })}</div>
    <div class="row">${field("Copay", "copay", each.form.copay, { sign: true, size: 8 })}
      ${field("Deductible", "deductible", each.form.deductible, { sign: true, size: 8 })}</div>
    <p class="bad" role="alert"></p>
    <p class="buttons"><button type="button" class="plain" data-cancel>Cancel</button>
      <button type="submit" class="main">Save Changes</button></p>
  </form>`;

/** Shows the settings. */
export async function settings(main, [number]) {
  const who = await ask(`patients/${number}`);
  const place = head(main, who, "Billing Settings");
  draw(place, html`<section class="card"><h2>Billing Comments</h2><p>None.</p></section>
    <section class="card"><h2>Insurance</h2><div class="cards" data-cards></div>
      <div data-form></div></section>`);
  const [cards, open] = [place.querySelector("[data-cards]"), place.querySelector("[data-form]")];
  let policies = [];
  const show = async () => {
    policies = (await ask(`patients/${number}/policies`)).rows;
    draw(open, "");
    draw(cards, policies.length ? policies.map(card(number)) : html`<p>No insurance on file.</p>`);
  };
  place.addEventListener("click", (event) => {
    if (event.target.closest("[data-cancel]")) draw(open, "");
    const edit = event.target.closest("[data-edit]");
    if (!edit) return;
    event.preventDefault();
    draw(open, form(policies[edit.dataset.edit]));
    open.firstElementChild.dataset.place = edit.dataset.edit;
    open.querySelector("select").focus();
  });
  place.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (!(await allowed())) return;
    const sent = event.target;
    const button = sent.querySelector("[type=submit]");
    button.disabled = true;
    try {
      await ask(`patients/${number}/policies/${sent.dataset.place}`, "PUT", typed(sent));
      toast("Changes saved");
      await show();
    } catch (problem) {
      sent.querySelector(".bad").textContent = problem.message;
      button.disabled = false;
    }
  });
  await show();
}
