// The coach's panel beside the sandbox's page, and the watcher that reports what the page shows.
// Called with its settings at the start of every document; `window[settings.binding]` answers, and
// says which exercise is on, if any.
(settings) => {
  if (window.top !== window || location.origin !== settings.origin) return;
  if (location.pathname.startsWith(settings.room)) return;
  const WIDTH = 320;
  const PRESSED = "a, button, select, summary, input[type=button], input[type=submit], label, " +
    "[role=button], [role=link], [role=tab]";
  const squash = (text) => (text || "").replace(/[\s\u00a0]+/g, " ").trim();
  const norm = (text) => squash(text).replace(/^[^\p{L}\p{N}#+]+|[^\p{L}\p{N}#]+$/gu, "").toLowerCase();
  const any = (words, text) => words.some((word) => squash(word) === squash(text) || (norm(word) && norm(word) === norm(text)));
  const seen = (el) => el.checkVisibility({ visibilityProperty: true }) && el.getBoundingClientRect().width > 0;
  const all = (selector, root = document) => [...root.querySelectorAll(selector)].filter(seen);
  const words = (key) => key.split(".").reduce((at, part) => at[part], settings.labels);

  // What the page shows ---------------------------------------------------------------------------

  const nameOf = (el) => {
    if (el.matches("input[type=button], input[type=submit]")) return el.value;
    return el.getAttribute("aria-label") || el.textContent;
  };
  const labelsOf = (box) => [
    ...[...(box.labels || [])].map((label) => label.textContent),
    ...(box.getAttribute("aria-labelledby") || "").split(" ").map((id) => document.getElementById(id)?.textContent),
    box.getAttribute("aria-label"),
    box.placeholder,
  ].filter(Boolean);
  const labelIn = (box, list) => squash(labelsOf(box).find((text) => any(list, text))).replace(/:$/, "");
  // Boxes that carry one of the words; those with the usual word, which stands first, come first.
  const boxesCalled = (list, root) => list.flatMap((word) => all("input, select", root).filter((box) => labelIn(box, [word])));
  const boxes = (key, root) => boxesCalled(words(key), root);
  const pressed = (list, root) => all(PRESSED, root).filter((el) => any(list, nameOf(el)));
  const headed = (list) => all("h1, h2, h3, h4, legend, [role=heading]").some((el) => any(list, el.textContent));
  const openDialog = () => all("[role=dialog]").pop() || null;
  const rowsWith = (...texts) => all("tr, [role=row]").filter((row) => texts.every((text) => squash(row.innerText).includes(text)));

  const choices = () => [
    ...all("select").map((list) => list.selectedOptions[0]?.textContent),
    ...all("input[type=radio]").filter((one) => one.checked).flatMap(labelsOf),
    ...all("[aria-current=true], [aria-pressed=true], [aria-checked=true]").map((el) => el.textContent),
  ].filter(Boolean);

  const kindOf = (dialog, values) => {
    if ("copay" in values) return "policy";
    if (pressed(words("payment.delete"), dialog).length) return "payment";
    return pressed(words("dialog.history_tab"), dialog).length ? "visit" : "other";
  };

  const called = {}; // what this page calls things, for the coach's words
  const dialogSeen = () => {
    const dialog = openDialog();
    if (!dialog) return null;
    const values = {};
    const keys = { rate: "dialog.rate", pt_amt: "dialog.pt_amt", coverage: "dialog.coverage", copay: "settings.copay" };
    for (const [name, key] of Object.entries(keys)) {
      const [box] = boxes(key, dialog);
      if (!box) continue;
      values[name] = box.value;
      called[name] = labelIn(box, words(key));
    }
    const kind = kindOf(dialog, values);
    if (kind === "policy") for (const name of ["rate", "pt_amt", "coverage"]) delete values[name];
    return { kind, title: squash(dialog.getAttribute("aria-label")), values };
  };

  const viewNow = () => {
    const chart = pressed(words("settings.tab")).length > 0;
    const list = !chart && boxes("patients.search_box", document).length > 0 && headed(words("patients.link"));
    const title = all("h1")[0];
    const billing = chart && pressed(words("billing.tab")).filter((el) => el.matches("[role=tab], [data-tab]"))[0];
    if (billing) called.billing = squash(billing.textContent);
    const tab = headed(words("billing.section")) ? "billing" : headed(words("settings.section")) ? "settings" : "";
    return {
      place: chart ? "chart" : list ? "patients" : "",
      who: chart && title ? squash(title.parentElement.innerText) : "",
      tab: chart ? tab : "",
      all_items: choices().some((text) => any(words("billing.all_items"), text)),
      listed: list && rowsWith(settings.patient, settings.born).length > 0,
      dialog: dialogSeen(),
    };
  };

  // Reporting -------------------------------------------------------------------------------------

  let last = "";
  const report = async (kind, more = {}) => {
    const view = viewNow();
    last = JSON.stringify(view);
    const state = await window[settings.binding]({ kind, view, called, ...more });
    if (state) draw(state);
  };
  let waiting = null;
  const look = () => {
    waiting = null;
    if (JSON.stringify(viewNow()) !== last) report("view");
  };
  const lookSoon = () => { waiting ??= setTimeout(look, 40); };

  // A Save waits until the coach has heard of it, so that the coach knows what each Save was.
  let heard = null;
  const hold = async (event, el) => {
    event.preventDefault();
    event.stopImmediatePropagation();
    await report("save").catch(() => {});
    heard = el;
    el.click();
    heard = null;
  };

  const inPanel = (event) => event.composedPath().includes(host);
  const onPress = (event) => {
    const el = event.target.closest?.(PRESSED);
    if (inPanel(event) || !el || el === heard || el.disabled || el.getAttribute("aria-disabled") === "true") return;
    const name = nameOf(el);
    const saves = openDialog() && any([...words("dialog.save"), ...words("settings.save")], name);
    const turns = !openDialog() && (/^\d{1,3}$/.test(squash(name)) || any(words("patients.next_page"), name));
    if (saves) hold(event, el);
    else if (turns) report("turn");
    else report("press");
    lookSoon();
  };

  const watch = () => {
    document.addEventListener("click", onPress, true);
    document.addEventListener("change", (event) => { if (!inPanel(event)) report("typed"); }, true);
    document.addEventListener("input", lookSoon, true);
    new MutationObserver(lookSoon).observe(document.body, {
      subtree: true, childList: true, characterData: true,
      attributeFilter: ["style", "class", "aria-current", "aria-selected", "disabled", "open"],
    });
  };

  // The panel -------------------------------------------------------------------------------------

  const host = document.createElement("div");
  const shadow = host.attachShadow({ mode: "closed" });
  shadow.innerHTML = `<style>${settings.style}</style><div class="ring" hidden></div>
    <aside class="panel" lang="${settings.language}" aria-label="${settings.words.room}"></aside>`;
  const ring = shadow.querySelector(".ring");
  const panel = shadow.querySelector(".panel");
  let shown = null;

  const made = (tag, text, attrs = {}) => {
    const el = document.createElement(tag);
    if (text) el.textContent = text;
    for (const [name, value] of Object.entries(attrs)) el.setAttribute(name, value);
    return el;
  };
  const button = (name) => {
    const el = made("button", settings.words[name], { type: "button", "data-name": name });
    el.addEventListener("click", () => (name === "now" ? stepNow() : report(name)));
    return el;
  };

  const parts = {};
  const build = () => {
    const room = `${settings.words.room}: ${settings.words[`way_${settings.way}`]}`;
    parts.task = made("dl");
    for (const [name, value] of settings.task) parts.task.append(made("dt", name), made("dd", value));
    parts.says = made("div", "", { class: "says", role: "status", "aria-live": "polite" });
    parts.keys = made("div", "", { class: "keys" });
    parts.steps = made("ol", "", { "aria-label": settings.words.steps });
    const top = made("div", "", { class: "top" });
    top.append(made("p", room, { class: "room" }), button("leave"));
    panel.append(top, made("h1", settings.words.title), made("p", settings.story),
      parts.task, parts.keys, parts.says, parts.steps);
  };

  // Buttons that stay are kept, so that the one with the focus keeps it.
  const drawKeys = (names) => {
    const now = [...parts.keys.children];
    if (now.map((el) => el.dataset.name).join() === names.join()) return;
    const focused = shadow.activeElement?.dataset.name;
    parts.keys.replaceChildren(...names.map((name) => now.find((el) => el.dataset.name === name) || button(name)));
    const swapped = { pause: "resume", resume: "pause" }[focused] || focused;
    if (focused) parts.keys.querySelector(`[data-name=${swapped}]`)?.focus();
  };

  const draw = (state) => {
    if (parts.says.textContent !== state.says || parts.says.dataset.tone !== state.tone) {
      parts.says.textContent = state.says;
      parts.says.dataset.tone = state.tone;
    }
    drawKeys(state.keys);
    parts.steps.hidden = !state.steps.length;
    parts.steps.replaceChildren(...state.steps.map(({ text, done }) => {
      const item = made("li", text, done ? { class: "done" } : {});
      if (done) item.append(made("span", ` (${settings.words.done})`, { class: "aloud" }));
      return item;
    }));
    const changed = JSON.stringify(shown) !== JSON.stringify(state.target);
    shown = state.target;
    if (shown && changed) targetNow()?.scrollIntoView({ block: "nearest", inline: "nearest" });
    follow();
    keepPace(state.pace);
    document.documentElement.dataset.practice = state.phase;
  };

  // Doing it itself -------------------------------------------------------------------------------

  // The room shows a step for as long as its sentence takes to read; then the step is due.
  let pace = null;
  let due = null;
  const keepPace = (next) => {
    if (pace === (next && next.key)) return;
    clearTimeout(due);
    pace = next && next.key;
    if (next) due = setTimeout(stepNow, next.ms);
  };
  const stepNow = () => {
    clearTimeout(due);
    if (!shown) return;
    if (shown.how === "panel") { report("due", { place: {} }); return; }
    const place = document.readyState === "complete" && placeNow();
    if (place) report("due", { place });
    else due = setTimeout(stepNow, 100); // the page still loads what is to be pressed
  };
  const placeNow = () => {
    const el = targetNow();
    if (!el) return null;
    el.scrollIntoView({ block: "nearest", inline: "nearest" });
    const [box] = el.getClientRects(); // of a link over two lines, the first
    const option = el.matches("select") && [...el.options].find((one) => any(shown.words, one.textContent));
    return {
      x: box.left + Math.min(box.width / 2, 40), y: box.top + box.height / 2,
      option: option ? squash(option.textContent) : "",
    };
  };

  // Showing where ---------------------------------------------------------------------------------

  const targetNow = () => {
    const { how, words: list, near } = shown;
    const root = openDialog() || document;
    if (how === "panel") return panel.querySelector(`[data-name=${list[0]}]`);
    if (how === "box") return boxesCalled(list, root)[0];
    if (how === "row") return rowsWith(list[0], near).flatMap((row) => all("a", row).filter((a) => squash(a.textContent).includes(list[0])))[0];
    const found = pressed(list, root);
    const lists = all("select", root).filter((el) => [...el.options].some((o) => any(list, o.textContent)));
    return found.filter((el) => el.matches("[role=tab], [data-tab]"))[0] || found.filter((el) => !el.matches("select")).pop() || lists[0];
  };

  let following = false;
  const follow = () => {
    const el = shown && targetNow();
    ring.hidden = !el;
    if (!el) { following = false; return; }
    const box = el.getBoundingClientRect();
    const [left, top] = [Math.max(0, box.left - 7), Math.max(0, box.top - 7)];
    Object.assign(ring.style, {
      left: `${left}px`, top: `${top}px`,
      width: `${box.right + 7 - left}px`, height: `${box.bottom + 7 - top}px`,
    });
    if (!following) requestAnimationFrame(again);
    following = true;
  };
  const again = () => { following = false; follow(); };

  const begin = async () => {
    const exercise = await window[settings.binding]({ kind: "hello" });
    if (!exercise) return;
    Object.assign(settings, exercise);
    const room = made("style", `body { margin-right: ${WIDTH}px !important; }
      :has(> [role=dialog]) { right: ${WIDTH}px !important; }
      @media print { body { margin-right: 0 !important; } }`);
    document.head.append(room);
    document.documentElement.append(host);
    build();
    watch();
    report("view");
    // Typing by the room ends without a word of the page; so it is asked again.
    if (settings.way === "show") setInterval(() => report("view"), 500);
  };
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", begin);
  else begin();
}
