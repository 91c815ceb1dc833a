// What lies over the page: the drawer, questions, and what a vendor likes to announce.
import { ask, draw, html, newId, onView, view } from "./parts.js";

const app = document.querySelector("#app");
const layers = document.querySelector("#layers");

/** Only the topmost layer can be used. */
function settle() {
  const all = [...layers.children];
  app.inert = all.length > 0;
  all.forEach((each, place) => (each.inert = place < all.length - 1));
}

/** Puts a layer over the page; answers with it and with what takes it away again. */
export function over(kind, content) {
  const before = document.activeElement;
  const layer = document.createElement("div");
  layer.className = `layer ${kind}`;
  draw(layer, content);
  layers.append(layer);
  settle();
  layer.querySelector("[data-first], input, button")?.focus();
  const close = () => {
    layer.remove();
    settle();
    if (before?.isConnected) before.focus();
  };
  return { layer, close };
}

/** Shows a box with buttons; answers with the value of the one that was pressed. */
export function box(title, content, buttons, { role = "alertdialog", css = "", quit = "" } = {}) {
  const id = newId();
  const { layer, close } = over(
    `middle ${css}`,
    html`<div class="veil"></div>
      <section role="${role}" aria-modal="true" aria-labelledby="${id}" class="box-over"
        tabindex="-1" ${role === "dialog" ? html`data-first` : ""}>
        <h2 id="${id}">${title}</h2>
        <div>${content}</div>
        <p class="buttons">
          ${buttons.map(
            ([words, value, look]) =>
              html`<button type="button" class="${look}" data-value="${value}">${words}</button>`
          )}
        </p>
      </section>`
  );
  return new Promise((answer) => {
    const end = (value) => {
      close();
      answer(value);
    };
    layer.addEventListener("click", (event) => {
      const pressed = event.target.closest("[data-value]");
      if (pressed) end(pressed.dataset.value);
    });
    layer.addEventListener("keydown", (event) => event.key === "Escape" && end(quit));
  });
}

const QUESTION = "This changes what the patient owes. Statements that were sent stay as they are.";

/** Asks before a save when the practice wants to be asked. */
export async function allowed() {
  if (view.question === "confirm") return window.confirm(`${QUESTION} Save the changes?`);
  if (view.question !== "page") return true;
  const buttons = [["Keep editing", "", "plain"], ["Yes, save", "yes", "main"]];
  return (await box("Save the changes?", QUESTION, buttons)) === "yes";
}

const NOTICES = {
  cookies: [
    "We value your privacy",
    "We use cookies to improve our services and to measure how they are used.",
    [["Reject all", "no", "plain"], ["Manage choices", "some", "plain"], ["Accept all", "yes", "main"]],
  ],
  tour: [
    "New: find your balances faster",
    "Take two minutes to see what has changed in your billing pages. Step 1 of 5.",
    [["Skip tour", "no", "plain"], ["Next", "yes", "main"]],
  ],
  session: [
    "Your session is about to expire",
    "You have not been active for a while. For your patients' safety you will be signed out soon.",
    [["Sign out", "out", "plain"], ["Stay signed in", "yes", "main"]],
  ],
  survey: [
    "How likely are you to recommend us?",
    "Your answer helps us to make your work easier.",
    [...[1, 2, 3, 4, 5].map((mark) => [`${mark}`, `${mark}`, "plain"]), ["Not now", "no", "plain"]],
  ],
};
let announcing = false;

/** Lays an announcement over the page, a moment after the server has spoken of it. */
function announce() {
  if (announcing || !view.overlay) return;
  announcing = true;
  setTimeout(async () => {
    const kind = view.overlay;
    const [title, words, buttons] = NOTICES[kind];
    const pressed = await box(title, words, buttons, { role: "dialog", css: kind });
    if (pressed === "out") {
      await ask("sign-out", "POST", {});
      window.top.location.assign("/");
    } else await ask("overlay/close", "POST", {}).catch(() => null);
    announcing = false;
  }, 500);
}
onView(announce);
