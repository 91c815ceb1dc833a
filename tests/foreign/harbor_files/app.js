// The frame of the page, the sign-in, and which address shows what.
import { BASE, ask, draw, field, html, showFailure, to, typed } from "./parts.js";
import "./layers.js";
import { billing, chart, visitPage } from "./billing.js";
import { patients } from "./patients.js";
import { payment, paymentForm, receipt } from "./payments.js";
import { activityLog, reports } from "./reports.js";
import { settings } from "./settings.js";

const app = document.querySelector("#app");
const SIDE = [["Home", "/home"], ["Schedule", "/schedule"], ["Patients", "/patients"],
  ["Payers", "/payers"]];
const PRACTICE = [["Reports", "/reports"], ["Staff", "/staff"], ["Payers", "/payers"]];
const SCREENS = [
  [/^\/home$/, home],
  [/^\/patients$/, patients],
  [/^\/patients\/(\d+)$/, chart("info")],
  [/^\/patients\/(\d+)\/(schedule|documents)$/, chart("plain")],
  [/^\/patients\/(\d+)\/billing$/, billing],
  [/^\/patients\/(\d+)\/visits\/(\d+)$/, visitPage],
  [/^\/patients\/(\d+)\/settings$/, settings],
  [/^\/patients\/(\d+)\/payments\/new$/, paymentForm],
  [/^\/patients\/(\d+)\/payments\/(\d+)$/, payment],
  [/^\/patients\/(\d+)\/payments\/(\d+)\/edit$/, paymentForm],
  [/^\/patients\/(\d+)\/payments\/(\d+)\/receipt$/, receipt],
  [/^\/reports$/, reports],
  [/^\/reports\/activity-log$/, activityLog],
];
const state = { me: null, turn: 0 };

/** The frame with the sidebar; drawn once. */
function frame() {
  const links = (list) => list.map(([words, path]) => html`<a href="${to(path)}">${words}</a>`);
  draw(app, html`<aside class="side"><p class="brand">Harborview</p>
      <nav aria-label="Main">${links(SIDE)}</nav></aside>
    <div class="rest">
      <header class="top">
        <span>${state.me.practice}</span>
        <div class="menu">
          <button type="button" aria-expanded="false" data-menu>Practice</button>
          <div hidden>${links(PRACTICE)}</div>
        </div>
        <div class="menu">
          <button type="button" class="round" aria-expanded="false" title="${state.me.user}"
            data-menu>${state.me.initials}</button>
          <div hidden>${links([["My profile", "/profile"]])}
            <button type="button" data-sign-out>Sign out</button></div>
        </div>
      </header>
      <main tabindex="-1"></main>
    </div>`);
}

/** Opens or shuts a menu; any other one shuts. */
function menus(button) {
  app.querySelectorAll("[data-menu]").forEach((each) => {
    const open = each === button && each.getAttribute("aria-expanded") === "false";
    each.setAttribute("aria-expanded", String(open));
    each.nextElementSibling.hidden = !open;
  });
}

/** The first screen after the sign-in. */
async function home(main) {
  draw(main, html`<h1>Welcome, ${state.me.user}</h1>
    <p class="card">You have no tasks that are due today.</p>`);
}

/** A screen that holds nothing at this practice. */
async function empty(main, [path]) {
  const last = path.split("/").at(-1).replaceAll("-", " ");
  draw(main, html`<h1>${last[0].toUpperCase() + last.slice(1)}</h1><p class="card">Nothing is planned here yet.</p>`);
}

/** The sign-in: the practice code first, then the person. */
function signIn(code = "") {
  const who = html`${field("Username", "user", "")}
    ${field("Password", "password", "", { kind: "password" })}`;
  draw(app, html`<form class="door card">
      <p class="brand">Harborview</p><h1>Sign in</h1>
      ${code ? who : field("Practice Code", "code", "")}
      <p class="bad" role="alert"></p>
      <button type="submit" class="main">${code ? "Log In" : "Continue"}</button>
    </form>`);
  const form = app.querySelector("form");
  form.querySelector("input").focus();
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    try {
      const sent = code ? { code, ...typed(form) } : typed(form);
      await ask("sign-in", "POST", sent);
      if (code) location.assign("/home");
      else signIn(sent.code);
    } catch (problem) {
      form.querySelector(".bad").textContent = problem.message;
    }
  });
}

/** Goes to an address inside the page. */
export function go(path, { replace = false } = {}) {
  history[replace ? "replaceState" : "pushState"](null, "", to(path));
  return route();
}

/** Shows what the address asks for. */
export async function route() {
  const turn = (state.turn += 1);
  const path = location.pathname.slice(BASE.length);
  const [pattern, screen] = SCREENS.find(([each]) => each.test(path)) ?? [/.*/, empty];
  let main = null;
  try {
    if (!state.me) {
      state.me = await ask("me");
      frame();
    }
    app.querySelectorAll(".side a").forEach((each) =>
      each.toggleAttribute("aria-current", path.startsWith(each.pathname.slice(BASE.length))));
    menus(null);
    const old = app.querySelector("main");
    main = old.cloneNode(false);
    main.classList.add("coming");
    draw(main, html`<p class="loading">Loading…</p>`);
    old.replaceWith(main);
    const asked = pattern.exec(path);
    const part = pattern.source === ".*" ? [path] : asked.slice(1);
    await screen(main, part, new URLSearchParams(location.search));
    main.classList.remove("coming");
    document.title = `${main.querySelector("h1")?.textContent ?? "Harborview"} · Harborview`;
  } catch (problem) {
    if (turn !== state.turn) return;
    if (problem.status === 401 && BASE) window.top.location.assign("/");
    else if (problem.status === 401) {
      state.me = null;
      signIn();
    } else showFailure(main ?? app, problem, route);
  }
}

addEventListener("popstate", route);
addEventListener("go", (event) => go(event.detail));
document.addEventListener("click", async (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.button) return;
  const menu = event.target.closest("[data-menu]");
  if (menu || !event.target.closest(".menu")) menus(menu);
  if (event.target.closest("[data-sign-out]")) {
    await ask("sign-out", "POST", {});
    window.top.location.assign("/");
  }
  const link = event.target.closest("a[href]");
  if (!link || link.origin !== location.origin) return;
  event.preventDefault();
  go(link.pathname.slice(BASE.length) + link.search);
});
if (location.pathname === "/") history.replaceState(null, "", "/home");
route();
