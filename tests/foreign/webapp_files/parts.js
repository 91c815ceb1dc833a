// The small parts of the page: custom elements, icons and words for money.

const PATHS = {
  search: "M10 4a6 6 0 1 0 0 12 6 6 0 0 0 0-12zm5 11 5 5",
  pencil: "M4 20l4-1L19 8l-3-3L5 16z",
  next: "M9 5l7 7-7 7",
  back: "M15 5l-7 7 7 7",
  close: "M6 6l12 12M18 6L6 18",
  person: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zm-8 8a8 8 0 0 1 16 0",
  card: "M3 6h18v12H3zM3 10h18",
  gear: "M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM12 2v4M12 18v4M2 12h4M18 12h4",
  day: "M4 6h16v14H4zM4 10h16M8 3v5M16 3v5",
  clock: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM12 7v5l4 2",
};

/** An icon that no screen reader speaks. */
export const icon = (name) =>
  `<svg aria-hidden="true" viewBox="0 0 24 24" width="15" height="15" fill="none"
    stroke="currentColor" stroke-width="2"><path d="${PATHS[name]}"/></svg>`;

/** Text made safe for HTML. */
export const safe = (text) =>
  String(text).replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);

/** Cents as $1,234.50, negative as -$20.00. */
export const money = (cents) => {
  const plain = (Math.abs(cents) / 100).toLocaleString("en-US", { minimumFractionDigits: 2 });
  return `${cents < 0 ? "-" : ""}$${plain}`;
};

/** A button whose real button lives in an open shadow root. */
class LakeButton extends HTMLElement {
  static observedAttributes = ["disabled"];

  constructor() {
    super();
    this.attachShadow({ mode: "open" });
  }

  connectedCallback() {
    const label = this.getAttribute("label");
    const bare = this.hasAttribute("bare");
    const drawn = this.hasAttribute("icon") ? icon(this.getAttribute("icon")) : "";
    const emoji = this.getAttribute("emoji") ?? "";
    this.shadowRoot.innerHTML = `<style>
        button{font:inherit;display:inline-flex;gap:6px;align-items:center;cursor:pointer;
          padding:6px 13px;border-radius:18px;border:1px solid #6a4fb3;background:#fff;color:#503a91}
        :host([main]) button{background:#6a4fb3;color:#fff}
        button[aria-label]{padding:6px;border-color:transparent}
        button:disabled{opacity:.45;cursor:default}</style>
      <button type="button" ${bare ? `aria-label="${label}" title="${label}"` : ""}>
        ${drawn}${bare ? "" : `<span>${emoji ? emoji + " " : ""}${label}</span>`}</button>`;
    this.attributeChangedCallback();
  }

  attributeChangedCallback() {
    const button = this.shadowRoot.querySelector("button");
    if (button) button.disabled = this.hasAttribute("disabled");
  }
}
customElements.define("lake-button", LakeButton);

/** A grid of divs: heads are words, rows are lists of HTML cells with a kind. */
export const grid = (kind, heads, rows) => {
  const line = (role, cells, css) =>
    `<div role="row" class="line ${css}">${cells
      .map((cell) => `<div role="${role}">${cell}</div>`)
      .join("")}</div>`;
  const body = rows.map((row) => line("gridcell", row.cells, row.css ?? ""));
  return `<div role="grid" class="grid ${kind}">${line("columnheader", heads, "heads")}
    ${body.join("") || '<p class="none">Nothing to show.</p>'}</div>`;
};

/** Tabs with icons: [key, words, icon]. */
export const tabs = (list, chosen) =>
  `<div role="tablist" class="tabs">${list
    .map(
      ([key, words, drawn]) =>
        `<div role="tab" tabindex="0" data-tab="${key}" aria-selected="${key === chosen}">` +
        `${icon(drawn)}<span>${words}</span></div>`
    )
    .join("")}</div>`;

/** Previous and Next around "Page 1 of 2". */
export const pager = (page, pages) =>
  `<div class="pager"><lake-button data-turn="-1" label="Previous" icon="back"
     ${page > 1 ? "" : "disabled"}></lake-button><span>Page ${page} of ${pages}</span>
   <lake-button data-turn="1" label="Next" icon="next"
     ${page < pages ? "" : "disabled"}></lake-button></div>`;

/** Words above, inputs below: a table of two rows. */
export const twoRows = (pairs) =>
  `<table class="two"><tr>${pairs.map(([words]) => `<td>${words}</td>`).join("")}</tr>
   <tr>${pairs.map(([, input]) => `<td>${input}</td>`).join("")}</tr></table>`;

/** A message that goes away by itself. */
export const toast = (words) => {
  const note = document.createElement("div");
  note.className = "toast";
  note.textContent = words;
  document.body.append(note);
  setTimeout(() => note.remove(), 3500);
};
