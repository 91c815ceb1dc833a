// The drawer of a date of service, with its tabs Billing and History.
import { Problem, ask, draw, facts, field, html, newId, showFailure, toast, typed, view } from
  "./parts.js";
import { allowed, over } from "./layers.js";
import { table } from "./tables.js";

/** The form of the amounts. */
const form = (visit) => html`<form novalidate>
    <fieldset class="ways">
      <legend>Method</legend>
      ${visit.methods.map((each) => {
        const id = newId();
        const chosen = each === visit.method ? html`checked` : "";
        return html`<div><input type="radio" name="method" id="${id}" value="${each}" ${chosen} />
          <label for="${id}">${each}</label></div>`;
      })}
    </fieldset>
    <div class="row">
      ${visit.fields.map(([name, label, value]) => field(label, name, value, { sign: true, size: 9 }))}
    </div>
    <p class="bad" role="alert"></p>
    <p class="buttons"><button type="button" class="plain" data-close>Cancel</button>
      <button type="submit" class="main">Save Changes</button></p>
  </form>`;

/** The changes of a visit: in columns, or as sentences. */
const history = (lines) => {
  if (!lines.length) return html`<p>No changes so far.</p>`;
  if (view.history === "sentences")
    return html`<ol class="sentences">${lines.map((each) => html`<li>${each.sentence}</li>`)}</ol>`;
  const rows = lines.map((each) => ({
    cells: [each.when, each.who, each.what, each.from, each.to],
  }));
  return table("History", ["When", "Who", "What", "From", "To"], rows);
};

const inside = (visit, tab, id) => html`<header>
    <div><p class="over-head">Date of Service</p>
      <h2 id="${id}">${visit.date}, ${visit.time}</h2>
      <p>${visit.service} · ${visit.clinician}</p></div>
    <button type="button" class="round" aria-label="Close" data-close>✕</button>
  </header>
  <div role="tablist" class="tabs">
    ${["Billing", "History"].map((each) => html`<button type="button" role="tab" data-tab="${each}"
      aria-selected="${String(each === tab)}">${each}</button>`)}
  </div>
  <div role="tabpanel" aria-label="${tab}">
    ${tab === "Billing"
      ? html`${facts([["Pt Paid", visit.paid], ["Pt Bal", visit.balance],
          ["Pt Status", visit.pt_status]], "sums")}${form(visit)}`
      : history(visit.history)}
  </div>`;

/** Opens the drawer of a visit; runs `done` after something was saved. */
export async function openVisit(number, done) {
  const id = newId();
  const { layer, close } = over("side-over", html`<div class="veil" data-close></div>
    <aside role="dialog" aria-modal="true" aria-labelledby="${id}" tabindex="-1" data-first>
      <p id="${id}" class="loading">Loading…</p></aside>`);
  const drawer = layer.querySelector("aside");
  let visit = null;
  const show = async (tab) => {
    try {
      visit = await ask(`visits/${number}`);
      draw(drawer, inside(visit, tab, id));
    } catch (problem) {
      showFailure(drawer, problem, () => show(tab));
    }
  };
  layer.addEventListener("click", (event) => {
    if (event.target.closest("[data-close]")) close();
    const tab = event.target.closest("[data-tab]");
    if (tab) show(tab.dataset.tab);
  });
  layer.addEventListener("keydown", (event) => event.key === "Escape" && close());
  layer.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (!(await allowed())) return;
    if (await saved(number, event.target)) {
      close();
      toast("Changes saved");
      done();
    }
  });
  await show("Billing");
}

/** Sends the form; says whether it was stored, and if not, why, on the form. */
async function saved(number, sent) {
  const button = sent.querySelector("[type=submit]");
  button.disabled = true;
  button.textContent = "Saving…";
  sent.querySelector(".bad").textContent = "";
  try {
    await ask(`visits/${number}`, "PUT", typed(sent));
    return true;
  } catch (problem) {
    const words = problem instanceof Problem ? problem.message : "No answer from the server.";
    const start = problem.status >= 500 ? "Something went wrong, nothing was saved. " : "";
    sent.querySelector(".bad").textContent = start + words;
    button.disabled = false;
    button.textContent = "Save Changes";
    return false;
  }
}
