// Reads a page by what a person sees on it: words and their places, not tags, ids or classes.
// Evaluated once per document; returns the object of readers below.
() => {
  const GLYPHS = /^[^\p{L}\p{N}#+$]+|[^\p{L}\p{N}#+$]+$/gu;
  const squash = (text) => (text || "").replace(/[\s\u00a0]+/g, " ").trim();
  // Icons, colons and arrows beside a word do not count; a text of icons only is kept.
  const known = new Map(); // a cache: the same few words are compared again and again
  const norm = (text) => {
    let plain = known.get(text);
    if (plain === undefined) {
      plain = (squash(text).replace(GLYPHS, "") || squash(text)).toLowerCase();
      if (known.size > 20000) known.clear();
      known.set(text, plain);
    }
    return plain;
  };
  const box = (el) => el.getBoundingClientRect();

  const seen = (el) => {
    if (el.closest && el.closest("[aria-hidden='true'], [inert]")) return false;
    if (!el.checkVisibility({ visibilityProperty: true, opacityProperty: true })) return false;
    const b = box(el);
    return b.width > 0 && b.height > 0;
  };

  // Elements in document order, through open shadow roots, which a person does not see.
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

  // Runs of text inside an element, up to the next child element; a line break does not end one.
  const runsOf = (el) => {
    const runs = [];
    let open = null;
    for (const node of el.childNodes) {
      if (node.nodeType === Node.TEXT_NODE) {
        if (open) open.push(node);
        else runs.push((open = [node]));
      } else if (node.nodeType === Node.ELEMENT_NODE && !/^W?BR$/.test(node.tagName)) open = null;
    }
    return runs.map((nodes) => ({ nodes, text: squash(nodes.map((n) => n.data).join(" ")) })).filter((r) => r.text);
  };

  // The pieces of text that a person sees; `place` is the box of the text itself.
  const leaves = (root) => {
    const found = [];
    for (const el of deep(root)) {
      if (/^(SCRIPT|STYLE|OPTION|TEMPLATE|NOSCRIPT)$/.test(el.tagName)) continue;
      const runs = runsOf(el);
      if (!runs.length || !seen(el)) continue;
      for (const { nodes, text } of runs) {
        const leaf = { el, text, only: runs.length === 1 && el.children.length === 0 };
        Object.defineProperty(leaf, "place", { enumerable: false, get: () => placeOf(nodes) });
        found.push(leaf);
      }
    }
    return found;
  };

  // The whole texts of small boxes, because a name may be drawn in pieces.
  const phrases = (root) => {
    const found = new Set();
    for (const leaf of leaves(root))
      for (let at = parentOf(leaf.el), level = 0; at && level < 2; at = parentOf(at), level++) {
        const text = textOf(at);
        if (text.length > 80) break;
        found.add(text);
      }
    return [...found];
  };

  const placeOf = (nodes) => {
    const range = document.createRange();
    range.setStartBefore(nodes[0]);
    range.setEndAfter(nodes[nodes.length - 1]);
    return range.getBoundingClientRect();
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

  // Finds the line of column titles: the smallest element with the anchor's title and most others.
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
      let index = cells.findIndex((c) => holds(c, hit.el));
      // Titles in two lines, one below the other: the cell is further inside.
      if (index >= 0 && hits.some((other) => other.key !== hit.key && holds(cells[index], other.el))) index = -1;
      const cell = index >= 0 ? cells[index] : hit.el.closest("th, td, [role=columnheader], [role=cell], [role=gridcell]");
      if (!(hit.key in best) || hit.rank < best[hit.key].rank)
        best[hit.key] = { rank: hit.rank, index, box: box(cell || hit.el) };
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
  // The elements of the latest readings are kept, so that a row can be pressed after it was read.
  const looks = [];
  let number = 0;
  const keep = (look) => {
    looks.push({ ...look, number: ++number });
    if (looks.length > 8) looks.shift();
    return number;
  };
  const kept = (wanted) => looks.find((look) => look.number === wanted);

  const rows = (columns, anchor, pattern, needed, root) => {
    const all = root ? leaves(root) : [];
    const { lines, hits } = headerOf(all, columns, anchor, needed);
    if (lines.length !== 1) return { state: lines.length ? "several" : "none", rows: [] };
    const line = lines[0];
    const layout = columnBoxes(line, hits.get(line));
    const column = layout.best[anchor];
    const top = box(line).top;
    const wanted = new RegExp(pattern);
    const starts = all.filter(
      (l) => wanted.test(l.text) && box(l.el).top >= top && overlap(box(l.el), column.box) > 2 && !holds(line, l.el),
    );
    const columnsSeen = Object.keys(layout.best);
    const out = { state: "ok", columns: columnsSeen, rows: [], anchors: [], elements: [], parts: [] };
    // Rows start with a link if the page has links, and are in the same table as the titles.
    const unread = starts.length
      ? []
      : all.filter((l) => /\d\D+\d/.test(l.text) && !/\bof\b/i.test(l.text) && l.text.length < 40 && box(l.el).top > box(line).bottom - 2 && overlap(box(l.el), column.box) > 2)
          .map((l) => l.text);
    const pressable = starts.filter((l) => isPressable(l.el));
    const candidates = (pressable.length ? pressable : starts).map((l) => l.el);
    let table = line;
    while (table && !candidates.some((el) => holds(table, el))) table = parentOf(table);
    const anchors = candidates.filter((el) => table && holds(table, el));
    // The line of a row has cells beside its start, under titles; anything else around it, such as
    // totals below the only row, is not part of it.
    const isLine = (el, start) => {
      const cells = cellsOf(el);
      const own = cells.find((c) => holds(c, start));
      if (!own || !cells.some((c) => c !== own && box(c).top < box(own).bottom - 2 && box(c).bottom > box(own).top + 2)) return false;
      const titled = new Set(columnsSeen.map((key) => cellFor(cells, layout.best[key], layout.count)).filter(Boolean));
      return titled.size >= Math.min(3, columnsSeen.length);
    };
    for (const start of anchors) {
      const around = [start];
      for (let at = parentOf(start); at; at = parentOf(at)) {
        if (holds(at, line) || anchors.some((other) => other !== start && holds(at, other))) break;
        around.push(at);
      }
      const outer = around[around.length - 1];
      const inner = around.find((el) => isLine(el, start)) || outer;
      const cells = cellsOf(inner);
      const row = anchors.length > 1 ? outer : around.findLast((el) => holds(el, inner) && cellsOf(el)[0] === cells[0]) || outer;
      if (cells.length < 2) continue;
      const values = {};
      const parts = {};
      for (const key of columnsSeen) {
        const cell = (parts[key] = cellFor(cells, layout.best[key], layout.count));
        values[key] = cell ? valueIn(cell) : "";
      }
      out.parts.push(parts);
      out.rows.push({ cells: values, text: textOf(row), title: titles(row), blue: bluish(cells[0] || row, document.body) });
      out.anchors.push(start);
      out.elements.push(row);
    }
    out.holder = holderOf(out.elements[out.elements.length - 1]);
    const counts = all.map((l) => l.text).filter((text) => /\d\s+of\s+[\d,]+/.test(text));
    return { state: out.state, columns: out.columns, rows: out.rows, counts, unread, number: keep(out) };
  };

  // The box that scrolls the rows; the page itself if none does.
  const holderOf = (row) => {
    let at = row ? parentOf(row) : null;
    const scrolls = (el) => el.scrollHeight > el.clientHeight + 4 && /auto|scroll/.test(getComputedStyle(el).overflowY);
    while (at && !scrolls(at)) at = parentOf(at);
    return at || document.scrollingElement;
  };

  // Scrolls the box with the rows of a reading, or the page: to its top, or on by a share of its
  // height. Returns whether it moved, once that was drawn, or null if the box was redrawn since the
  // reading. A tab in the background draws nothing: there, a moment is waited.
  const drawn = () => new Promise((done) => {
    requestAnimationFrame(() => requestAnimationFrame(done));
    setTimeout(done, 100);
  });
  const scrollRows = async (number, share) => {
    const look = kept(number);
    const holder = look && look.holder;
    if (!holder || !holder.isConnected) return null;
    const before = holder.scrollTop;
    holder.scrollTop = share === null ? 0 : before + holder.clientHeight * share;
    const moved = Math.abs(holder.scrollTop - before) > 2;
    if (moved) await drawn();
    return moved;
  };

  const isControl = (el) =>
    (el.matches("input:not([type=hidden]):not([type=button]):not([type=submit]):not([type=checkbox]):not([type=radio])") ||
      el.matches("select, textarea, [contenteditable=''], [contenteditable=true]") ||
      ["textbox", "spinbutton", "combobox", "searchbox"].includes(el.getAttribute("role"))) && seen(el);

  const isTick = (el) => (el.matches("input[type=checkbox]") || el.getAttribute("role") === "checkbox") && seen(el);

  // The value of a cell: that of its only box, ignoring words beside the box; else its text.
  const valueIn = (cell) => {
    const boxes = cell.firstElementChild ? [...deep(cell)].filter(isControl) : [];
    return boxes.length === 1 ? valueOf(boxes[0]) : textOf(cell);
  };

  // The only text box, or tick box, in a cell of a row that was read.
  const inCell = (number, index, key, tick) => {
    const cell = kept(number).parts[index][key];
    const found = cell ? [...deep(cell)].filter(tick ? isTick : isControl) : [];
    return found.length === 1 ? found[0] : null;
  };

  // The drop-down lists in a row that was read.
  const listsIn = (number, index) =>
    [...deep(kept(number).elements[index])].filter((el) => seen(el) && (el.tagName === "SELECT" || el.getAttribute("role") === "combobox"));

  // The place of a label, and the distance of something from it: to its right on the same line,
  // or directly below. Words in between on the line belong to something else, a currency sign not.
  const labelsOf = (all, words) =>
    all
      .filter((leaf) => wordsMatch(leaf.text, words) >= 0 && !isControl(leaf.el))
      .map((leaf) => ({ leaf, own: leaf.place, area: leaf.only ? box(leaf.el) : leaf.place }));

  const besideFar = ({ own }, c) => {
    const middle = (c.top + c.bottom) / 2;
    return middle > own.top - 8 && middle < own.bottom + 8 && c.left >= own.right - 2 ? c.left - own.right : Infinity;
  };

  const belowFar = ({ own, area }, c, widest) =>
    c.top >= own.bottom - 4 && overlap(c, area) > 0 && Math.abs(c.left - own.left) < widest ? c.top - own.bottom : Infinity;

  const SIGN = /^(\(?([$€£]|USD)\)?|[*?:i]|required|optional)$/i;

  const isFree = (all, label, c) =>
    !all.some(({ text, place }) => {
      if (SIGN.test(text) || place.left < label.own.right - 2 || place.right > c.left + 2) return false;
      const middle = (place.top + place.bottom) / 2;
      return middle > label.own.top - 4 && middle < label.own.bottom + 4;
    });

  // Whether nothing else is between a label and what is below it.
  const isClear = (all, { own, leaf }, c) =>
    !all.some(({ text, place, el }) => {
      if (SIGN.test(text) || el === leaf.el || place.top < own.bottom - 4 || place.bottom > c.top + 4) return false;
      return place.right > Math.min(own.left, c.left) && place.left < Math.max(own.right, c.right);
    });

  const least = (things, far, most) => {
    const near = things.map((thing) => ({ thing, far: far(thing.place) })).filter((x) => x.far < most);
    return near.sort((x, y) => x.far - y.far)[0];
  };

  // The nearest thing that belongs to a label. A row of headings over a row of values looks the
  // same as labels with values beside them; if only one of the two has digits, that is the value.
  const nearest = (all, label, things, widest) => {
    let beside = least(things, (place) => besideFar(label, place), 800);
    let below = least(things, (place) => belowFar(label, place, widest), 280);
    const free = beside && isFree(all, label, beside.thing.place);
    const isText = things.length > 0 && things[0].text !== undefined;
    if (beside && !free && (!isText || below || beside.far > 320)) beside = undefined;
    // A box below must be the label's own: other words in between are the label of another box.
    if (below && !isText && !isClear(all, label, below.thing.place)) below = undefined;
    if (!beside || !below) return (beside || below || {}).thing || null;
    const digits = ({ thing }) => isText && /\d/.test(thing.text);
    return digits(below) && !digits(beside) ? below.thing : beside.thing;
  };

  // The names that the page itself gives a control.
  const namesOf = (el) => {
    const ids = (el.getAttribute("aria-labelledby") || "").split(/\s+/).filter(Boolean);
    const told = ids.map((id) => el.getRootNode().getElementById(id)).filter(Boolean).map(textOf);
    const labels = [...(el.labels || [])].flatMap((label) => [ownText(label), textOf(label)]);
    return [...labels, told.join(" "), el.getAttribute("aria-label")].filter(Boolean);
  };

  // The nearest control to the right of, or directly below, a label. Words that name a control
  // belong to that one, wherever it is: it may have appeared a moment ago.
  const controlBeside = (root, words) => {
    const there = [...deep(root)].filter(isControl);
    const named = there.filter((el) => namesOf(el).some((name) => wordsMatch(name, words) >= 0));
    if (named.length) return named;
    const controls = there.map((control) => ({ control, place: box(control) }));
    const all = leaves(root);
    const found = labelsOf(all, words).map((label) => nearest(all, label, controls, 400));
    return [...new Set(found.filter(Boolean).map((one) => one.control))];
  };

  const valueOf = (el) => {
    if (el.tagName === "SELECT") return squash(el.selectedOptions.length ? el.selectedOptions[0].textContent : "");
    return "value" in el && typeof el.value === "string" ? squash(el.value) : textOf(el);
  };

  const MONEY = /^\(?[-\u2212]?\$?\s?[\d,]+(\.\d{2})?\)?$/;

  // The value of a label in the same piece of text: "Copay: $25.00".
  const inOne = (text, words) => {
    const told = text.match(/^([^:]{1,40}):\s*(\S.*)$/);
    const split = told || text.match(/^(.{1,40}?)\s+(\S+)$/);
    if (!split || wordsMatch(split[1], words) < 0) return null;
    return told || MONEY.test(split[2]) ? split[2] : null;
  };

  // Choices of which one is selected: radio buttons, and toggle buttons. The words beside one that
  // is not selected are never a value.
  const CHOICE = "input[type=radio], [role=radio], [role=menuitemradio], button[aria-pressed], [role=button][aria-pressed]";

  const choiceOf = (el) => {
    for (let at = el, level = 0; at && level < 4; at = parentOf(at), level++) {
      if (at.matches(CHOICE)) return at;
      if (at.tagName === "LABEL" && at.control && at.control.matches(CHOICE)) return at.control;
    }
    return null;
  };

  const choicesWith = (choice) => {
    if (choice.tagName === "INPUT" && choice.name)
      return [...deep(choice.form || choice.getRootNode())].filter((el) => el.matches(CHOICE) && el.name === choice.name);
    let at = choice.closest("[role=radiogroup], [role=group], fieldset") || parentOf(choice);
    while (at && [...deep(at)].filter((el) => el.matches(CHOICE)).length < 2) at = parentOf(at);
    return at ? [...deep(at)].filter((el) => el.matches(CHOICE)) : [choice];
  };

  const isTaken = (el) => el.checked === true || el.getAttribute("aria-checked") === "true" || el.getAttribute("aria-pressed") === "true";

  const wordsOfChoice = (el) => [...(el.labels || [])].map(textOf).find(Boolean) || textOf(el) || el.getAttribute("aria-label") || "";

  // The words of the selected choice in the group of this one.
  const taken = (choice) => {
    const found = choicesWith(choice).filter(isTaken).map(wordsOfChoice);
    return found.length === 1 && found[0] ? found[0] : null;
  };

  const valueOfLeaf = (leaf) => {
    const choice = choiceOf(leaf.el);
    return choice ? taken(choice) : leaf.text;
  };

  // The words to the right of, or directly below, a label whose value is plain text.
  const textBeside = (root, words, known) => {
    const all = leaves(root);
    const values = all.filter((leaf) => !/[:：]$/.test(leaf.text) && wordsMatch(leaf.text, known) < 0);
    const beside = labelsOf(all, words).map((label) => nearest(all, label, values, 60));
    const found = beside.filter(Boolean).map(valueOfLeaf).filter(Boolean);
    return [...new Set([...found, ...all.map((leaf) => inOne(leaf.text, words)).filter(Boolean)])];
  };

  // The value of a label: in the control that it names, in one beside it, or as plain text.
  // A value is never one of the `known` labels: that is then the next label.
  const value = (root, words, known) => {
    const scope = root || document;
    const control = controlBeside(scope, words);
    if (control.length) return control.length === 1 ? valueOf(control[0]) : null;
    const groups = [...deep(scope)].filter((el) => el.matches("[role=radiogroup], [role=group]") && namesOf(el).some((n) => wordsMatch(n, words) >= 0));
    const first = groups.length === 1 ? [...deep(groups[0])].find((el) => el.matches(CHOICE)) : null;
    if (first) return taken(first);
    const text = textBeside(scope, words, [...(known || []), ...words]);
    return text.length === 1 ? text[0] : null;
  };

  const values = (root, labels, known) =>
    root && Object.fromEntries(Object.entries(labels).map(([key, words]) => [key, value(root, words, known)]));

  // Everything pressable inside an element whose text, name or tooltip is one of the words.
  const pressables = (root, words) =>
    [...deep(root)].filter((el) => {
      if (!el.matches("a, button, [role=button], [role=link], input[type=button], input[type=submit]")) return false;
      const names = [textOf(el), el.getAttribute("aria-label"), el.getAttribute("title"), el.value];
      return seen(el) && names.some((name) => typeof name === "string" && name && wordsMatch(name, words) >= 0);
    }).filter((el, _, all) => !all.some((other) => other !== el && holds(el, other)));

  // Whether any of the words is on the screen: as text, on a button, or as a list's choice.
  const shows = (words) => {
    for (const el of deep(document)) {
      const option = el.tagName === "OPTION";
      const named = [ownText(el), el.getAttribute("aria-label"), /^(button|submit)$/.test(el.type || "") ? el.value : ""];
      if (option) named.push(squash(el.textContent));
      if (!named.some((name) => name && wordsMatch(name, words) >= 0)) continue;
      if (seen(option ? el.closest("select") || el : el)) return true;
    }
    return false;
  };

  // The lists that offer one of the words: their number, the choice's label, whether it is chosen.
  const choice = (words) => {
    const offers = [...deep(document)]
      .filter((el) => el.tagName === "SELECT" && seen(el))
      .flatMap((el) => [...el.options].filter((o) => wordsMatch(o.textContent, words) >= 0).slice(0, 1));
    const one = offers.length === 1 ? offers[0] : null;
    return { lists: offers.length, label: one && squash(one.label), chosen: Boolean(one && one.selected) };
  };

  return { isControl, namesOf, nearest, parentOf, box, overlap, scrollRows, phrases, choice, shows, kept, rows, inCell, listsIn, value, values, pressables, leaves, controlBeside, valueOf, squash, seen, textOf, deep };
}
