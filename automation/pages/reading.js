// Reads a page by what a person sees on it: words and their places, not tags, ids or classes.
// Evaluated once per reading; returns the object of readers below.
() => {
  const GLYPHS = /^[\s:*▲▼△▽↑↓↕⇅⇵‹›»«•✓✔✎✏️💾🔒⭐★☆|]+|[\s:*▲▼△▽↑↓↕⇅⇵•✓✔✎✏️💾🔒⭐★☆|]+$/gu;
  const squash = (text) => (text || "").replace(/[\s\u00a0]+/g, " ").trim();
  const norm = (text) => squash(text).replace(GLYPHS, "").toLowerCase();
  const box = (el) => el.getBoundingClientRect();

  const seen = (el) => {
    if (el.closest && el.closest("[aria-hidden='true'], [inert]")) return false;
    if (!el.checkVisibility({ visibilityProperty: true, opacityProperty: true })) return false;
    const b = box(el);
    return b.width > 0 && b.height > 0;
  };

  // Elements in document order, through open shadow roots, as a person sees no such border.
  function* deep(root) {
    for (const el of root.querySelectorAll("*")) {
      yield el;
      if (el.shadowRoot) yield* deep(el.shadowRoot);
    }
  }

  const parentOf = (el) =>
    el.assignedSlot || el.parentElement || (el.getRootNode() instanceof ShadowRoot ? el.getRootNode().host : null);
  const holds = (outer, inner) => {
    for (let el = inner; el; el = parentOf(el)) if (el === outer) return true;
    return false;
  };

  const ownText = (el) =>
    squash([...el.childNodes].filter((n) => n.nodeType === Node.TEXT_NODE).map((n) => n.data).join(" "));

  // The smallest elements that carry words of their own.
  const leaves = (root) => {
    const found = [];
    for (const el of deep(root)) {
      if (/^(SCRIPT|STYLE|OPTION|TEMPLATE|NOSCRIPT)$/.test(el.tagName)) continue;
      const text = ownText(el);
      if (text && seen(el)) found.push({ el, text });
    }
    return found;
  };

  const wordsMatch = (text, words) => words.findIndex((w) => norm(w) === norm(text));
  const textOf = (el) => squash(el.innerText !== undefined ? el.innerText : el.textContent);

  const cellsOf = (row) => {
    let el = row;
    while (el.children.length === 1 && el.children[0].children.length > 0) el = el.children[0];
    return [...el.children].filter((c) => seen(c));
  };

  const bluish = (el, stop) => {
    for (let at = el; at && at !== stop; at = parentOf(at)) {
      const m = getComputedStyle(at).backgroundColor.match(/[\d.]+/g).map(Number);
      if (m.length === 4 && m[3] === 0) continue;
      return m[2] > m[0] + 8 && m[2] >= m[1] && m[0] + m[1] + m[2] > 480;
    }
    return false;
  };

  const titles = (row) =>
    [row, ...deep(row)]
      .flatMap((el) => [el.getAttribute("title"), el.getAttribute("aria-description"), el.getAttribute("data-tooltip")])
      .filter(Boolean)
      .map(squash)
      .join(" · ");

  // Find the line of column titles: the smallest element that holds the anchor's title and most others.
  const headerOf = (all, columns, anchor, needed) => {
    const hits = [];
    for (const leaf of all)
      for (const [key, words] of Object.entries(columns)) {
        const rank = wordsMatch(leaf.text, words);
        if (rank >= 0) hits.push({ key, rank, el: leaf.el });
      }
    const found = new Map();
    for (const hit of hits.filter((h) => h.key === anchor)) {
      for (let at = parentOf(hit.el), level = 0; at && level < 8; at = parentOf(at), level++) {
        const keys = new Set(hits.filter((h) => holds(at, h.el)).map((h) => h.key));
        if (needed.every((k) => keys.has(k)) && keys.size >= Math.min(3, needed.length + 1)) {
          if (!found.has(at)) found.set(at, hits.filter((h) => holds(at, h.el)));
          break;
        }
      }
    }
    const lines = [...found.keys()].filter((a) => ![...found.keys()].some((b) => b !== a && holds(a, b)));
    return { lines, hits: found };
  };

  const columnBoxes = (line, hits) => {
    const cells = cellsOf(line);
    const best = {};
    for (const hit of hits) {
      const index = cells.findIndex((c) => holds(c, hit.el));
      if (!(hit.key in best) || hit.rank < best[hit.key].rank)
        best[hit.key] = { rank: hit.rank, index, box: box(index >= 0 ? cells[index] : hit.el) };
    }
    return { count: cells.length, best };
  };

  const overlap = (a, b) => Math.min(a.right, b.right) - Math.max(a.left, b.left);

  const cellFor = (cells, column, count) => {
    if (column.index >= 0 && cells.length === count) return cells[column.index];
    const near = cells.map((c) => ({ c, o: overlap(box(c), column.box) })).filter((x) => x.o > 2);
    near.sort((x, y) => y.o - x.o);
    return near.length ? near[0].c : null;
  };

  const isPressable = (el) => {
    for (let at = el, level = 0; at && level < 4; at = parentOf(at), level++)
      if (at.matches("a, button, [role=link], [role=button]")) return true;
    return getComputedStyle(el).cursor === "pointer";
  };

  // rows(): {state: "none"|"several"|"ok", columns: [...], rows: [{cells, text, title, blue}], anchors: [element]}
  const rows = (columns, anchor, pattern, needed) => {
    const all = leaves(document);
    const { lines, hits } = headerOf(all, columns, anchor, needed);
    if (lines.length !== 1) return { state: lines.length ? "several" : "none", rows: [], anchors: [] };
    const line = lines[0];
    const layout = columnBoxes(line, hits.get(line));
    const column = layout.best[anchor];
    const top = box(line).top;
    const wanted = new RegExp(pattern);
    const starts = all.filter(
      (l) => !holds(line, l.el) && box(l.el).top >= top && wanted.test(l.text) && overlap(box(l.el), column.box) > 2,
    );
    const columnsSeen = Object.keys(layout.best);
    const out = { state: "ok", columns: columnsSeen, rows: [], anchors: [], elements: [] };
    // Rows start with a link where the page has links; and they stand in the titles' own table.
    const pressable = starts.filter((l) => isPressable(l.el));
    const candidates = (pressable.length ? pressable : starts).map((l) => l.el);
    let table = line;
    while (table && !candidates.some((el) => holds(table, el))) table = parentOf(table);
    const anchors = candidates.filter((el) => table && holds(table, el));
    for (const start of anchors) {
      let row = start;
      for (let at = parentOf(start); at; at = parentOf(at)) {
        if (holds(at, line) || anchors.some((other) => other !== start && holds(at, other))) break;
        row = at;
      }
      const cells = cellsOf(row);
      if (cells.length < 2) continue;
      const values = {};
      for (const key of columnsSeen) {
        const cell = cellFor(cells, layout.best[key], layout.count);
        values[key] = cell ? textOf(cell) : "";
      }
      out.rows.push({ cells: values, text: textOf(row), title: titles(row), blue: bluish(cells[0] || row, document.body) });
      out.anchors.push(start);
      out.elements.push(row);
    }
    return out;
  };

  const isControl = (el) =>
    (el.matches("input:not([type=hidden]):not([type=button]):not([type=submit]):not([type=checkbox]):not([type=radio])") ||
      el.matches("select, textarea, [contenteditable=''], [contenteditable=true]") ||
      ["textbox", "spinbutton", "combobox", "searchbox"].includes(el.getAttribute("role"))) && seen(el);

  // The control that stands right of, or straight below, a label; the nearest one only.
  const controlBeside = (root, words) => {
    const controls = [...deep(root)].filter(isControl);
    const labels = leaves(root).filter((l) => wordsMatch(l.text, words) >= 0 && !isControl(l.el));
    const found = new Set();
    for (const { el } of labels) {
      const l = box(el);
      const near = controls
        .map((control) => {
          const c = box(control);
          const middle = (c.top + c.bottom) / 2;
          const beside = middle > l.top - 8 && middle < l.bottom + 8 && c.left >= l.left - 2;
          const below = c.top >= l.bottom - 4 && overlap(c, l) > 0;
          const far = beside ? c.left - l.right : below ? 40 + c.top - l.bottom : Infinity;
          return { control, far };
        })
        .filter((x) => x.far < 320)
        .sort((x, y) => x.far - y.far);
      if (near.length) found.add(near[0].control);
    }
    return [...found];
  };

  const valueOf = (el) => {
    if (el.tagName === "SELECT") return squash(el.selectedOptions.length ? el.selectedOptions[0].textContent : "");
    return "value" in el && typeof el.value === "string" ? squash(el.value) : textOf(el);
  };

  // The words right of, or straight below, a label, where the value is plain text.
  const textBeside = (root, words) => {
    const all = leaves(root);
    const found = new Set();
    for (const { el } of all.filter((l) => wordsMatch(l.text, words) >= 0)) {
      const l = box(el);
      const near = all
        .filter((x) => x.el !== el && !holds(x.el, el))
        .map((x) => {
          const c = box(x.el);
          const middle = (c.top + c.bottom) / 2;
          const beside = middle > l.top - 8 && middle < l.bottom + 8 && c.left >= l.right - 2;
          const below = c.top >= l.bottom - 4 && overlap(c, l) > 0 && Math.abs(c.left - l.left) < 40;
          return { text: x.text, far: beside ? c.left - l.right : below ? 60 + c.top - l.bottom : Infinity };
        })
        .filter((x) => x.far < 400)
        .sort((x, y) => x.far - y.far);
      if (near.length) found.add(near[0].text);
    }
    return [...found];
  };

  // The names that a page itself gives a control.
  const namesOf = (el) => {
    const ids = (el.getAttribute("aria-labelledby") || "").split(/\s+/).filter(Boolean);
    const told = ids.map((id) => el.getRootNode().getElementById(id)).filter(Boolean).map(textOf);
    const labels = [...(el.labels || [])].flatMap((label) => [ownText(label), textOf(label)]);
    return [...labels, told.join(" "), el.getAttribute("aria-label")].filter(Boolean);
  };

  // What stands under a label: in the control it names, in one beside it, or as plain words.
  const value = (root, words) => {
    const scope = root || document;
    const named = [...deep(scope)].filter((el) => isControl(el) && namesOf(el).some((n) => wordsMatch(n, words) >= 0));
    const control = named.length ? named : controlBeside(scope, words);
    if (control.length === 1) return valueOf(control[0]);
    const text = textBeside(scope, words);
    return text.length === 1 ? text[0] : null;
  };

  // The smallest box around `inner` that also shows every group of words.
  const panelAround = (inner, groups) => {
    for (let at = parentOf(inner); at; at = parentOf(at)) {
      const all = leaves(at);
      if (groups.every((words) => all.some((l) => wordsMatch(l.text, words) >= 0))) return at;
    }
    return null;
  };

  // Everything inside an element that is pressed by one of the words, its name or its tooltip.
  const pressables = (root, words) =>
    [...deep(root)].filter((el) => {
      if (!el.matches("a, button, [role=button], [role=link], input[type=button], input[type=submit]")) return false;
      const names = [textOf(el), el.getAttribute("aria-label"), el.getAttribute("title"), el.value];
      return seen(el) && names.some((name) => typeof name === "string" && name && wordsMatch(name, words) >= 0);
    }).filter((el, _, all) => !all.some((other) => other !== el && holds(el, other)));

  return { rows, value, pressables, leaves, controlBeside, textBeside, valueOf, panelAround, norm, squash, seen, textOf, deep };
}
