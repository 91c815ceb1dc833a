// Tables that keep themselves fresh, pagers, and the list without an end.
import { ask, draw, html, newId, showFailure } from "./parts.js";

const FRESH = 350;
const TOUCHED = 60;
export const ROW = 46;
let pressed = false;
addEventListener("pointerdown", () => (pressed = true), true);
addEventListener("pointerup", () => (pressed = false), true);
addEventListener("pointercancel", () => (pressed = false), true);

/** A row: cells with a class each; the first word of every column is its head. */
const line = (row) =>
  html`<tr id="${newId()}" class="${row.css ?? ""}" ${row.extra ?? ""}>
    ${row.cells.map((cell, place) => html`<td class="c${place}">${cell}</td>`)}
  </tr>`;

/** A whole table. */
export const table = (caption, heads, rows, { count = 0, above = 0, below = 0 } = {}) => {
  const gap = (height) =>
    height > 0 &&
    html`<tr aria-hidden="true" class="gap">
      <td colspan="${heads.length}" style="height:${height}px"></td>
    </tr>`;
  return html`<table id="${newId()}" ${count ? html`aria-rowcount="${count + 1}"` : ""}>
    <caption>${caption}</caption>
    <thead><tr>${heads.map((each) => html`<th scope="col">${each}</th>`)}</tr></thead>
    <tbody>
      ${gap(above)}${rows.map(line)}${gap(below)}
      ${!rows.length &&
      html`<tr><td class="none" colspan="${heads.length}">Nothing to show.</td></tr>`}
    </tbody>
  </table>`;
};

/** Draws a table now, anew in a moment, and anew when it is first pointed at or walked into. */
export function live(place, content) {
  const paint = () => {
    if (!place.isConnected) return;
    if (pressed) {
      setTimeout(paint, 50);
      return;
    }
    const inside = [...place.querySelectorAll("a, button, input")];
    const focused = inside.indexOf(document.activeElement);
    draw(place, content());
    if (focused >= 0) place.querySelectorAll("a, button, input")[focused]?.focus();
  };
  draw(place, content());
  setTimeout(paint, FRESH);
  const touched = () => {
    place.removeEventListener("pointerenter", touched);
    place.removeEventListener("focusin", touched);
    setTimeout(paint, TOUCHED);
  };
  place.addEventListener("pointerenter", touched);
  place.addEventListener("focusin", touched);
  return paint;
}

/** First, Previous, 1, 2, 3, Next, Last; three numbers around the page that is shown. */
export const pager = (turning, name) => {
  const { page, pages, total, first, last } = turning;
  const from = Math.max(1, Math.min(page - 1, pages - 2));
  const near = [from, from + 1, from + 2].filter((each) => each <= pages);
  const button = (words, target, off) =>
    off
      ? html`<button type="button" disabled>${words}</button>`
      : html`<button type="button" data-page="${target}">${words}</button>`;
  return html`<nav class="pager" aria-label="${name}">
    <span>Showing ${first}–${last} of ${total}</span>
    ${button("First", 1, page === 1)}${button("Previous", page - 1, page === 1)}
    ${near.map((each) =>
      each === page
        ? html`<button type="button" aria-current="page" data-page="${each}">${each}</button>`
        : button(each, each, false)
    )}
    ${button("Next", page + 1, page === pages)}${button("Last", pages, page === pages)}
  </nav>`;
};

/** A table that has only the rows in sight, and fetches more while it is scrolled. */
export async function endless(place, path, caption, heads, row) {
  const first = await ask(`${path}&page=1`);
  const rows = first.rows;
  let [page, fetching] = [1, false];
  draw(place, html`<div class="scroller" tabindex="0" role="region" aria-label="${caption}"></div>
    <p class="count">${first.total} in all</p><div data-error></div>`);
  const scroller = place.querySelector(".scroller");
  const paint = live(scroller, () => {
    const from = Math.max(0, Math.floor(scroller.scrollTop / ROW) - 2);
    const till = Math.min(rows.length, from + Math.ceil(scroller.clientHeight / ROW) + 4);
    const shown = rows.slice(from, till).map((each, next) => ({
      ...row(each),
      extra: html`aria-rowindex="${from + next + 2}"`,
    }));
    const gaps = { above: from * ROW, below: (rows.length - till) * ROW, count: first.total };
    return table(caption, heads, shown, gaps);
  });
  const more = async () => {
    if (fetching || page >= first.pages) return;
    fetching = true;
    try {
      rows.push(...(await ask(`${path}&page=${page + 1}`)).rows);
      page += 1;
      draw(place.querySelector("[data-error]"), "");
    } catch (problem) {
      showFailure(place.querySelector("[data-error]"), problem, () => {
        fetching = false;
        more();
      });
      return;
    }
    fetching = false;
    paint();
    near();
  };
  const near = () => {
    const left = rows.length * ROW - scroller.scrollTop - scroller.clientHeight;
    if (left < 2 * ROW) more();
  };
  scroller.addEventListener("scroll", () => {
    paint();
    near();
  });
  near();
}
