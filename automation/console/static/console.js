// The page works without this; it only adds what plain forms cannot do.
"use strict";

const all = (selector) => [...document.querySelectorAll(selector)];

// Lock: what is on the screen goes away, too, when the page was not used for a while.
const seconds = Number(document.body.dataset.lockSeconds);
if (seconds) {
  setTimeout(() => location.replace("/?auto=1"), (seconds + 1) * 1000);
}

// Printing needs a script.
for (const button of all("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

// A dropped or chosen file is read at once; nothing is done with it yet.
for (const form of all("form.drop")) {
  const input = form.querySelector("input[type=file]");
  for (const kind of ["dragenter", "dragover"]) {
    form.addEventListener(kind, (event) => {
      event.preventDefault();
      form.classList.add("over");
    });
  }
  form.addEventListener("dragleave", () => form.classList.remove("over"));
  form.addEventListener("drop", (event) => {
    event.preventDefault();
    form.classList.remove("over");
    if (event.dataTransfer.files.length) {
      input.files = event.dataTransfer.files;
      form.requestSubmit();
    }
  });
  input.addEventListener("change", () => input.files.length && form.requestSubmit());
}
for (const kind of ["dragover", "drop"]) {
  // A file dropped beside the area would replace the page.
  document.addEventListener(kind, (event) => event.preventDefault());
}

// The sum of the ticked lines, with those on the plan's other pages.
for (const form of all("form[data-sum]")) {
  const total = form.querySelector("[data-total]");
  const show = () => {
    const ticked = [...form.querySelectorAll("input[data-cents]:checked")];
    const others = Number(form.dataset.sum);
    const cents = ticked.reduce((sum, tick) => sum + Number(tick.dataset.cents), others);
    const count = ticked.length + Number(form.dataset.ticked);
    const money = (cents / 100).toLocaleString("en-US", { style: "currency", currency: "USD" });
    total.textContent = `${count}, ${money}`;
  };
  form.addEventListener("change", show);
  show();
}

// Work: hear how far it is; when it has ended, show its end. While the page's program is gone, the
// browser asks for it again and again; the work goes on without it.
const work = document.querySelector("[data-work]");
if (work) {
  const address = work.dataset.work || "/working";
  const source = new EventSource(`${address}?auto=1&part=1`);
  const leave = (where) => {
    source.close();
    location.replace(where);
  };
  source.addEventListener("message", ({ data }) => {
    const told = JSON.parse(data);
    if (told.question !== work.dataset.question) {
      leave("/working?auto=1");
      return;
    }
    if (told.all) {
      const count = work.querySelector("[data-count]");
      count.textContent = `${told.ended} ${count.dataset.label} ${told.all}`;
      const bar = work.querySelector("[data-bar]");
      bar.max = told.all;
      bar.value = told.ended;
    }
    const soon = work.querySelector("[data-soon]");
    if (soon) {
      const later = work.querySelector("[data-later]");
      soon.hidden = told.minutes_left !== 0;
      later.hidden = !told.minutes_left;
      later.querySelector("[data-minutes]").textContent = told.minutes_left || "";
    }
    const lines = told.at_hand.map((text) => {
      const line = document.createElement("li");
      line.textContent = text;
      return line;
    });
    work.querySelector("[data-at-hand]").replaceChildren(...lines);
  });
  source.addEventListener("ended", () => leave(`${address}?auto=1`));
  source.addEventListener("error", () => {
    if (source.readyState === EventSource.CLOSED) leave(`${address}?auto=1`);
  });
}
