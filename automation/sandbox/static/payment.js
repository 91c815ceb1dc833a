"use strict";
// The payment form: money goes to the oldest open visit first; the rest can be written off.

function toCents(text) {
  const number = Number(text.replace(/[$,\s]/g, "") || 0);
  return Number.isFinite(number) ? Math.round(number * 100) : 0;
}

function watchPayment(overlay) {
  const parts = [...overlay.querySelectorAll("[data-part]")];
  const amount = overlay.querySelector("[name=amount]");
  const rests = () => parts.forEach((one) => {
    const rest = Math.max(0, Number(one.dataset.part) - toCents(one.value));
    const place = one.closest("tr, [role=row]").querySelector("[data-rest]");
    if (rest || one.value) place.textContent = "$" + (rest / 100).toFixed(2);
  });
  amount.addEventListener("input", () => {
    let left = toCents(amount.value);
    for (const one of parts) {
      const part = Math.min(left, Number(one.dataset.part));
      one.value = part > 0 ? (part / 100).toFixed(2) : "";
      left -= Math.max(part, 0);
    }
    rests();
  });
  parts.forEach((one) => one.addEventListener("input", rests));
}
