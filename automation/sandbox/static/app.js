"use strict";
// Everything a page does by itself: tabs that load late, tables, the patients' search, sign-in.

const settings = document.body.dataset;
const delay = Number(settings.delay || 0);
// Scripts find things by data attributes, since ids and class names may change from release to
// release; the classes that they set are called what this page calls them.
const there = (name) => document.querySelector(`[data-place="${name}"]`);
const called = JSON.parse(settings.classes || "{}");
const styled = (names) => names.split(" ").map((one) => called[one] || one).join(" ");
const pause = (ms) => new Promise((done) => setTimeout(done, ms));

async function ask(address, options = {}) {
  const headers = { "X-Requested-With": "XMLHttpRequest", ...(options.headers || {}) };
  const answer = await fetch(address, { ...options, headers });
  if (answer.status === 401) {
    location.href = (await answer.json()).go;
    await new Promise(() => {}); // the page is being left
  }
  return answer;
}

function fragment() {
  return new URLSearchParams(location.hash.slice(1));
}

function remember(changes) {
  const words = fragment();
  for (const [name, value] of Object.entries(changes)) {
    if (value === "" || value === null) words.delete(name);
    else words.set(name, value);
  }
  history.replaceState(null, "", "#" + words.toString());
}

let newest = 0;

async function load(place, address, keepOld) {
  const mine = ++newest;
  if (keepOld) await pause(Number(settings.stale));
  else {
    place.setAttribute("aria-busy", "true");
    place.innerHTML = `<div class="${styled("loading")}">Loading...</div>`;
    await pause(delay);
  }
  try {
    const html = await (await ask(address)).text();
    if (mine === newest) place.innerHTML = html;
  } catch {
    const says = "This part could not be loaded.";
    place.innerHTML = `<p class="${styled("notice")}" role="alert">${says}</p>`;
  }
  place.removeAttribute("aria-busy");
}

function tabState() {
  const words = fragment();
  const state = new URLSearchParams();
  for (const name of ["items", "page", "what", "from", "to"]) {
    if (words.get(name)) state.set(name, words.get(name));
  }
  return state.toString();
}

function chosenTab() {
  const links = [...document.querySelectorAll("[data-tab]")];
  const wanted = fragment().get("tab");
  return links.find((one) => one.dataset.tab === wanted) || links[0];
}

let shownTab = null;

async function showTab(again = false) {
  const place = there("tab");
  if (!place) return;
  const tab = chosenTab();
  if (tab === shownTab && !again) return;
  shownTab = tab;
  document.querySelectorAll("[data-tab]").forEach((one) => {
    one.classList.toggle(styled("here"), one === tab);
    if (one.getAttribute("role") === "tab") one.setAttribute("aria-selected", String(one === tab));
  });
  const address = place.dataset.chart + "tab/" + encodeURIComponent(tab.dataset.tab) + "/?";
  await load(place, address + tabState());
}

function showTable() {
  const place = there("table");
  const keepOld = settings.stale !== "" && place.querySelector("[role=table], [role=grid], table");
  return load(place, place.dataset.result + "?" + tabState(), keepOld);
}

function chooseItems(items) {
  const custom = there("criteria");
  custom.style.display = items === "custom" ? "" : "none";
  document.querySelectorAll("[data-items]").forEach((one) => {
    one.classList.toggle(styled("here"), one.dataset.items === items);
    if (one.dataset.items === items) one.setAttribute("aria-current", "true");
    else one.removeAttribute("aria-current");
  });
  remember({ items, page: "", what: "", from: "", to: "" });
  if (items !== "custom") showTable();
}

function searchCustom() {
  const changes = { items: "custom", page: "" };
  document.querySelectorAll("[data-custom]").forEach((one) => {
    changes[one.dataset.custom] = one.value;
  });
  remember(changes);
  showTable();
}

let asked = "";

function searchPatients(page = 1) {
  const place = there("patients");
  const value = (name) => document.querySelector(`[data-query="${name}"]`).value;
  // Paging goes on with what was searched for, not with what was typed since.
  if (page === 1 || asked === "") {
    asked = new URLSearchParams({
      q: value("q"),
      filter: value("filter"),
      assigned: value("assigned"),
    }).toString();
  }
  load(place, place.dataset.result + "?" + asked + "&page=" + page);
}

function turnPage(link) {
  if (link.closest("[data-place=patients]")) return searchPatients(Number(link.dataset.page));
  remember({ page: link.dataset.page });
  return showTable();
}

function isOff(element) {
  return element.disabled || element.getAttribute("aria-disabled") === "true";
}

const clicks = {
  "[data-items]": (one) => chooseItems(one.dataset.items),
  "[data-page]": turnPage,
  "[data-custom-search]": searchCustom,
  "[data-search-button]": () => searchPatients(),
  "[data-go]": (one) => { location.href = one.dataset.go; },
  "[data-announcement]": (one) => { one.closest("[data-overlay]").style.display = "none"; },
  "[data-submit]": (one) => one.closest("form").requestSubmit(),
};

document.addEventListener("click", (event) => {
  for (const [selector, act] of Object.entries(clicks)) {
    const one = event.target.closest(selector);
    if (!one) continue;
    event.preventDefault();
    if (!isOff(one)) act(one);
    return;
  }
});

document.addEventListener("keydown", (event) => {
  const one = event.target.closest("psy-button");
  if (one && (event.key === "Enter" || event.key === " ")) {
    event.preventDefault();
    one.click();
  }
});

document.addEventListener("change", (event) => {
  if (event.target.matches("[data-items-select], [data-items-radio]")) {
    chooseItems(event.target.value);
  }
});

function watchSignIn(form) {
  const inputs = [...form.querySelectorAll("input")];
  const button = form.querySelector("[aria-disabled]");
  const look = () => {
    button.setAttribute("aria-disabled", String(inputs.some((one) => one.value === "")));
  };
  inputs.forEach((one) => one.addEventListener("input", look));
  form.addEventListener("submit", (event) => { if (isOff(button)) event.preventDefault(); });
  look();
}

document.querySelectorAll("[data-login]").forEach(watchSignIn);
window.addEventListener("hashchange", () => showTab());
showTab();
const announcement = there("announcement");
if (announcement) setTimeout(() => { announcement.style.display = ""; }, Math.max(50, delay * 2));

// What lies over the page comes after a moment; some of it goes by itself.
document.querySelectorAll("[data-comes]").forEach((one) => {
  setTimeout(() => { one.style.display = ""; }, Number(one.dataset.comes));
  if (Number(one.dataset.goes)) setTimeout(() => one.remove(), Number(one.dataset.goes));
});
if ("telemetry" in settings) {
  setInterval(() => fetch("/app/seen/", { method: "POST", body: "here", keepalive: true }), 250);
}
