// Pieces that every screen uses: safe HTML, talk with the server, fields, messages.

class Safe {
  constructor(text) {
    this.text = text;
  }
}

const written = (value) => {
  if (value instanceof Safe) return value.text;
  if (Array.isArray(value)) return value.map(written).join("");
  if (value === false || value === null || value === undefined) return "";
  return String(value).replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
};

/** HTML in which every value that was put in is made safe. */
export const html = (strings, ...values) =>
  new Safe(strings.reduce((all, next, place) => all + written(values[place - 1]) + next));

/** Draws HTML into an element; every node in it is new. */
export const draw = (element, content) => {
  element.innerHTML = written(content);
};

/** An id that was never used before. */
export const newId = () => `hv-${Math.random().toString(36).slice(2, 10)}`;

/** What the server says about how to show things; it comes with every answer. */
export const view = {};
const listeners = [];
export const onView = (run) => listeners.push(run);

/** An answer that is no success. */
export class Problem extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

/** Asks the server for data, or sends some. */
export async function ask(path, method = "GET", body = undefined) {
  const answer = await fetch(`/api/${path}`, {
    method,
    headers: body ? { "Content-Type": "application/json" } : {},
    body: body && JSON.stringify(body),
  });
  const told = await answer.json();
  if (answer.headers.has("X-Harbor")) {
    Object.assign(view, JSON.parse(answer.headers.get("X-Harbor")));
    listeners.forEach((run) => run());
  }
  if (!answer.ok) throw new Problem(answer.status, told.message);
  return told;
}

/** Addresses inside the page; in an iframe they begin with /inner. */
export const BASE = location.pathname.startsWith("/inner") ? "/inner" : "";
export const to = (path) => BASE + path;

/** A labelled box; money has its sign before the box. */
export const field = (label, name, value, { kind = "text", size = 14, sign = false } = {}) => {
  const id = newId();
  return html`<div class="field">
    <label for="${id}">${label}</label>
    <div class="box">
      ${sign && html`<span aria-hidden="true">$</span>`}
      <input id="${id}" name="${name}" type="${kind}" value="${value}" size="${size}"
        autocomplete="off" />
    </div>
  </div>`;
};

/** A labelled list to choose from. */
export const choice = (label, name, options, chosen) => {
  const id = newId();
  return html`<div class="field">
    <label for="${id}">${label}</label>
    <select id="${id}" name="${name}">
      ${options.map((each) => option(each, each === chosen))}
    </select>
  </div>`;
};

/** One entry of a list to choose from. */
export const option = (words, chosen, value = words) =>
  chosen
    ? html`<option value="${value}" selected>${words}</option>`
    : html`<option value="${value}">${words}</option>`;

/** Pairs of a word and what it stands for. */
export const facts = (pairs, kind = "facts") =>
  html`<dl class="${kind}">
    ${pairs.map(([word, value]) => html`<div><dt>${word}</dt><dd>${value}</dd></div>`)}
  </dl>`;

/** The box that tells of a failure, with a way to try again. */
export const failure = (message) =>
  html`<div class="error" role="alert">
    <strong>Something went wrong</strong>
    <p>${message}</p>
    <button type="button" class="plain" data-again>Try again</button>
  </div>`;

/** Shows a failure in a place, and runs again what failed when asked to. */
export const showFailure = (place, problem, again) => {
  draw(place, failure(problem.message));
  place.querySelector("[data-again]").addEventListener("click", again);
};

/** A message that goes away by itself. */
export const toast = (words) => {
  const note = document.createElement("div");
  note.className = "toast";
  note.textContent = words;
  document.querySelector("#toasts").append(note);
  setTimeout(() => note.remove(), 4000);
};

/** What was typed into a form, by name. */
export const typed = (form) => Object.fromEntries(new FormData(form));
