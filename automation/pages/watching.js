// Watches a page for signs that it is still loading, and for what covers it.
// Evaluated once per document; returns the object of readers below.
() => {
  const squash = (text) => (text || "").replace(/[\s\u00a0]+/g, " ").trim();
  const plain = (text) => squash(text).replace(/^[^\p{L}\p{N}×✕]+|[^\p{L}\p{N}×✕]+$/gu, "").toLowerCase();
  const same = (text, words) => words.findIndex((word) => plain(word) === plain(text) && plain(text) !== "");

  function* deep(root) {
    for (const el of root.querySelectorAll("*")) {
      yield el;
      if (el.shadowRoot) yield* deep(el.shadowRoot);
    }
  }
  const parentOf = (el) =>
    el.assignedSlot || el.parentElement || (el.getRootNode() instanceof ShadowRoot ? el.getRootNode().host : null);
  const holds = (outer, inner) => {
    for (let at = inner; at; at = parentOf(at)) if (at === outer) return true;
    return false;
  };
  const seen = (el) => {
    if (!el.checkVisibility({ visibilityProperty: true, opacityProperty: true })) return false;
    const box = el.getBoundingClientRect();
    return box.width > 0 && box.height > 0;
  };
  const ownText = (el) =>
    squash([...el.childNodes].filter((n) => n.nodeType === Node.TEXT_NODE).map((n) => n.data).join(" "));
  const SILENT = /^(SCRIPT|STYLE|OPTION|TEMPLATE|NOSCRIPT)$/;
  const textIn = (root) =>
    squash([root, ...deep(root)].filter((el) => !SILENT.test(el.tagName) && seen(el)).map(ownText).join(" "));

  // Changes -----------------------------------------------------------------------------------

  const OFTEN = 5; // a node that changes more often after one action is a clock or an animation
  let stirs = 0, action = 0, changed = true, wake = null, told = 0;
  let times = new WeakMap();
  const counts = (record) => {
    const growing = record.type === "childList" && record.addedNodes.length && !record.removedNodes.length;
    const often = (times.get(record.target) || 0) + 1;
    times.set(record.target, often);
    return growing || often <= OFTEN;
  };
  const observer = new MutationObserver((records) => {
    const firsts = new Map(records.map((record) => [record.target, record]));
    if ([...firsts.values()].filter(counts).length) stirs += 1;
    for (const record of records)
      for (const node of record.addedNodes)
        if (node.nodeType === Node.ELEMENT_NODE) into(node);
    changed = true;
    if (wake) wake();
  });
  const all = { subtree: true, childList: true, attributes: true, characterData: true };
  const into = (root) => {
    for (const el of [root, ...root.querySelectorAll("*")])
      if (el.shadowRoot) {
        observer.observe(el.shadowRoot, all);
        into(el.shadowRoot);
      }
  };
  observer.observe(document, all);
  if (document.documentElement) into(document.documentElement);

  // Resolves at the page's next change, so that waiting costs nothing, but not twice in 20 ms, and
  // after `least` ms; after 50 ms anyway, because no observer sees a change of a typed value.
  const next = (acts, least) => new Promise((done) => {
    if (acts !== action) { action = acts; times = new WeakMap(); }
    const end = () => { wake = null; changed = false; told = performance.now(); done(stirs); };
    const latest = setTimeout(end, 50);
    wake = () => {
      wake = null;
      clearTimeout(latest);
      setTimeout(end, Math.max(least, told + 20 - performance.now()));
    };
    if (changed) wake();
  });

  // Signs ---------------------------------------------------------------------------------------

  // The text of what shows that the page is busy: a busy sign, or words such as "Loading...".
  const busy = (words) => {
    for (const el of deep(document)) {
      const turning = el.matches("[role=progressbar]:not([aria-valuenow]), progress:not([value])");
      if ((el.getAttribute("aria-busy") === "true" || turning) && seen(el)) return textIn(el).slice(0, 40) || "a busy sign";
      const text = SILENT.test(el.tagName) ? "" : ownText(el);
      if (!text || text.length > 40) continue;
      const dots = /(\.\.\.|…)$/.test(text);
      const found = words.some((word) => plain(text) === plain(word) || (dots && plain(text).startsWith(plain(word))));
      if (found && seen(el)) return text;
    }
    return "";
  };

  const headline = () => {
    const heading = [...deep(document)].find((el) => /^H[12]$/.test(el.tagName) && seen(el));
    return { title: squash(document.title), heading: heading ? textIn(heading).slice(0, 80) : "" };
  };

  // What covers the page -------------------------------------------------------------------------

  const isDialog = (el) =>
    /^(dialog|alertdialog)$/.test(el.getAttribute("role") || "") || el.getAttribute("aria-modal") === "true" ||
    (el.tagName === "DIALOG" && el.open);
  const lifted = (el) => {
    const style = getComputedStyle(el);
    return /^(fixed|sticky)$/.test(style.position) || (style.position === "absolute" && Number(style.zIndex) > 0);
  };
  const hit = (x, y) => {
    let el = document.elementFromPoint(x, y);
    while (el && el.shadowRoot) {
      const inner = el.shadowRoot.elementFromPoint(x, y);
      if (!inner || inner === el) break;
      el = inner;
    }
    return el;
  };
  const middle = (el) => {
    const b = el.getBoundingClientRect();
    const left = Math.max(0, b.left), right = Math.min(innerWidth, b.right);
    const top = Math.max(0, b.top), bottom = Math.min(innerHeight, b.bottom);
    return left < right && top < bottom ? [(left + right) / 2, (top + bottom) / 2] : null;
  };
  const onTop = (el) => {
    const at = middle(el);
    const top = at && hit(...at);
    return Boolean(top) && holds(el, top);
  };
  const PRESSED = "a, button, [role=button], [role=link], input[type=button], input[type=submit]";
  const nameOf = (el) =>
    squash(textIn(el) || el.getAttribute("aria-label") || el.getAttribute("title") || (el.matches("input") ? el.value : ""));
  const namesOf = (el) =>
    [textIn(el), el.getAttribute("aria-label"), el.getAttribute("title"), el.matches("input") ? el.value : ""].filter(Boolean);
  const pressables = (root) =>
    [root, ...deep(root)].filter((el) => el.matches(PRESSED) && seen(el)).filter((el, _, all) => !all.some((o) => o !== el && holds(el, o)));
  const isOurs = (el, known) => {
    const found = new Set();
    for (const part of [el, ...deep(el)]) {
      const text = SILENT.test(part.tagName) ? "" : ownText(part) || (part.matches("input[type=submit], input[type=button]") ? part.value : "");
      if (text && text.length < 60 && same(text, known) >= 0 && seen(part)) found.add(plain(text));
      if (found.size > 1) return true;
    }
    return false;
  };

  let held = [];
  const described = (el) => {
    held.push(el);
    const b = el.getBoundingClientRect();
    return {
      number: held.length - 1,
      text: textIn(el).slice(0, 160),
      buttons: pressables(el).map(nameOf).filter(Boolean).slice(0, 6),
      wide: isDialog(el) || [...deep(el)].some((part) => isDialog(part) && seen(part)) ||
        b.width * b.height > innerWidth * innerHeight * 0.5,
    };
  };

  // The boxes that cover the page and are not the site's own.
  const boxes = (known) => {
    held = [];
    const found = [...deep(document)].filter((el) => (isDialog(el) || lifted(el)) && seen(el) && onTop(el));
    const outer = found.filter((el) => !found.some((other) => other !== el && holds(other, el)));
    return outer.filter((el) => !isOurs(el, known)).map(described);
  };

  // The box that would catch a click on an element; null if nothing does.
  const over = (el) => {
    held = [];
    const at = middle(el);
    const top = at && hit(...at);
    if (!top || holds(el, top) || holds(top, el)) return null;
    let root = top;
    for (let up = top; up && !holds(up, el); up = parentOf(up)) if (isDialog(up) || lifted(up)) root = up;
    return described(root);
  };

  // The one control in a box with the first of the words as its name; else its only OK or Close.
  const closer = (number, words) => {
    const all = pressables(held[number]);
    for (const word of words) {
      const found = all.filter((el) => namesOf(el).some((name) => same(name, [word]) >= 0));
      if (found.length === 1) return found[0];
    }
    const alone = all.length === 1 && /^(ok|okay|close)$/.test(plain(nameOf(all[0])));
    return alone ? all[0] : null;
  };

  // Questions ----------------------------------------------------------------------------------------

  // Counts the clicks that reach anything with the same text as an element, even if redrawn.
  let clicked = null;
  const countClicks = (el) => { clicked = { clicks: 0, words: textIn(el) }; };
  const clicks = () => clicked && clicked.clicks; // null: it led to another document
  document.addEventListener("click", (event) => {
    if (!clicked) return;
    const reached = event.composedPath().slice(0, 4).filter((at) => at.nodeType === Node.ELEMENT_NODE).map(textIn);
    if (reached.some((text) => text.includes(clicked.words) && text.length < clicked.words.length + 20)) clicked.clicks += 1;
  }, { capture: true });

  const textsNow = () =>
    [...deep(document.documentElement)].filter((el) => !SILENT.test(el.tagName) && ownText(el) && seen(el)).map(ownText);

  const PRESSES = ["pointerdown", "mousedown", "pointerup", "mouseup", "click"];
  // Lets through no press on a button that comes after `until`, a moment of this computer's clock:
  // the computer slept on the way to it.
  let guards = 0; // the last one counts
  const guard = (button, until) => {
    const number = ++guards;
    const late = (event) => {
      if (number !== guards || Date.now() <= until || !event.composedPath().includes(button)) return;
      event.preventDefault();
      event.stopImmediatePropagation();
    };
    for (const kind of PRESSES) window.addEventListener(kind, late, { capture: true });
  };

  // Records what can be pressed and read before a Save, and counts the clicks on its button.
  let before = null;
  const beforeSave = (button, until) => {
    const now = { clicks: 0, known: new Set(pressables(document.documentElement)), texts: new Set(textsNow()) };
    button.addEventListener("click", () => { now.clicks += 1; }, { capture: true });
    if (until) guard(button, until);
    before = now;
    return true;
  };
  const clicksOnSave = () => before && before.clicks;

  // What the page has asked since then: new controls that say yes or no, and the words around them.
  const question = (yes, no) => {
    if (!before) return null;
    const fresh = pressables(document.documentElement).filter((el) => !before.known.has(el));
    const one = (words) => fresh.filter((el) => namesOf(el).some((name) => same(name, words) >= 0));
    const yeses = one(yes), noes = one(no);
    if (yeses.length !== 1) return null;
    let box = parentOf(yeses[0]);
    const wanted = noes.length ? noes[noes.length - 1] : null;
    const names = [...yeses, ...noes].map(nameOf);
    const words = (el) => names.reduce((text, name) => text.replace(name, " "), textIn(el));
    while (box && parentOf(box) && ((wanted && !holds(box, wanted)) || squash(words(box)).length < 8)) box = parentOf(box);
    for (let up = box; up; up = parentOf(up)) if (isDialog(up) && !before.known.has(up) && words(up).length < 400) { box = up; break; }
    before.answers = { yes: yeses[0], no: wanted };
    return { text: squash(words(box)).slice(0, 300), buttons: names, refusable: Boolean(wanted) };
  };

  const answerTo = ([which, until]) => {
    const button = before && before.answers[which];
    if (button && until) guard(button, until);
    return button;
  };

  // What the page has said since then: the sentences that were not there before.
  const saysSince = () =>
    !before ? "" : [...new Set(textsNow())].filter((text) => !before.texts.has(text) && text.split(" ").length > 2).join(" ").slice(0, 300);

  return { saysSince, countClicks, clicks, next, busy, headline, boxes, over, closer, beforeSave, clicksOnSave, question, answerTo };
}
