"use strict";
// Dialogs: how they open, how their Save is sent, and what is shown afterwards.

const dropbox = there("dialogs");

function hideDialog(overlay) {
  // The old dialog stays in the page, hidden, until the next one has come and gone.
  dropbox.querySelectorAll("[data-gone]").forEach((one) => one.remove());
  overlay.dataset.gone = "";
  overlay.classList.add(styled("Stale"));
  overlay.style.display = "none";
}

async function openDialog(address) {
  dropbox.querySelectorAll("[data-overlay]:not([data-gone])").forEach(hideDialog);
  await pause(delay / 2);
  const answer = await ask(address);
  const holder = document.createElement("div");
  holder.innerHTML = await answer.text();
  if (!answer.ok) return banner(holder.textContent.trim(), "bad");
  const overlay = holder.firstElementChild;
  dropbox.append(overlay);
  setTimeout(() => wake(overlay), delay * 0.48);
  if (overlay.querySelector("[data-payment]")) watchPayment(overlay);
}

function wake(overlay) {
  overlay.querySelectorAll("[data-late]").forEach((one) => {
    one.disabled = false;
    one.removeAttribute("disabled");
    one.removeAttribute("aria-disabled");
  });
}

function banner(says, kind = "good") {
  const place = there("banner");
  place.innerHTML = "";
  const box = document.createElement("div");
  box.className = styled("standard-banner-message " + kind);
  box.setAttribute("role", kind === "good" ? "status" : "alert");
  box.textContent = says;
  place.append(box);
}

function complain(overlay, says) {
  const place = overlay.querySelector("[data-error]");
  place.textContent = says;
  place.style.display = "";
}

async function send(address, data) {
  try {
    const answer = await ask(address, { method: "POST", body: data });
    const said = answer.headers.get("content-type") || "";
    if (said.includes("json")) return { status: answer.status, ...(await answer.json()) };
    return { status: answer.status };
  } catch {
    return { error: "The connection was lost. Your changes may or may not have been saved." };
  }
}

// Asks before a save, in the browser's own dialog or in one of the page's.
function agreed(overlay) {
  if (settings.how === "browser") return Promise.resolve(confirm(settings.asks));
  const box = document.createElement("div");
  box.setAttribute("role", "alertdialog");
  box.style = "position:fixed; z-index:4000; inset:30% 30%; background:#fff; border:1px solid";
  const says = document.createElement("p");
  says.textContent = settings.asks;
  box.append(says);
  overlay.append(box);
  return new Promise((done) => {
    for (const name of ["Yes", "No"]) {
      const one = document.createElement("button");
      one.type = "button";
      one.textContent = name;
      one.addEventListener("click", () => { box.remove(); done(name === "Yes"); });
      box.append(one);
    }
  });
}

async function save(button) {
  const overlay = button.closest("[data-overlay]");
  const form = overlay.querySelector("form");
  if (overlay.dataset.saving && !("double" in settings)) return;
  if (settings.asks && form.dataset.action.includes("/visit/") && !(await agreed(overlay))) return;
  overlay.dataset.saving = "yes";
  overlay.classList.add(styled("saving"));
  there("banner").innerHTML = "";
  const data = new URLSearchParams(new FormData(form));
  if (button.dataset.also) data.set(button.dataset.also, "yes");
  // The page's filter goes along, so that an answer can show the table as it stands.
  const result = await send(form.dataset.action + "?" + tabState(), data);
  delete overlay.dataset.saving;
  overlay.classList.remove(styled("saving"));
  after(overlay, result);
}

function after(overlay, result) {
  if (result.confirm) return showConfirm(overlay, result.confirm);
  if (!result.saved) {
    const usual = "Something went wrong. Your changes may not have been saved.";
    return complain(overlay, result.error || usual);
  }
  hideDialog(overlay);
  if (result.banner) banner(result.banner);
  if (result.open) openDialog(result.open);
  if (result.pretend) {
    there("table").innerHTML = result.pretend;
  } else if (there("table") && settings.stale !== "") showTable();
  else if (there("tab")) showTab(true);
}

function showConfirm(overlay, says) {
  complain(overlay, says);
  overlay.querySelectorAll("[data-anyway]").forEach((one) => { one.style.display = ""; });
}

function showPanel(link) {
  const overlay = link.closest("[data-overlay]");
  overlay.querySelectorAll("[data-panel]").forEach((one) => {
    one.classList.toggle(styled("here"), one === link);
    if (one.getAttribute("role")) one.setAttribute("aria-selected", String(one === link));
  });
  overlay.querySelectorAll("[data-panel-name]").forEach((one) => {
    one.style.display = one.dataset.panelName === link.dataset.panel ? "" : "none";
  });
}

Object.assign(clicks, {
  "[data-save]": save,
  "[data-close]": (one) => hideDialog(one.closest("[data-overlay]")),
  "[data-panel]": showPanel,
  "[data-dialog]": (one) => openDialog(one.dataset.dialog || one.getAttribute("href")),
  "[data-print]": () => window.print(),
});
