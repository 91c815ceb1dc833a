// Describes the things on a page by their place: what can be pressed, chosen or filled in, column
// titles and other words, each with the elements around it. Uses the readers of reading.js.
(reader) => {
  const PRESSED = "a, button, summary, [role=button], [role=link], [role=tab], [role=menuitem], " +
    "[role=radio], [role=menuitemradio], input[type=button], input[type=submit]";
  const LONGEST = 48;
  const { squash, seen, deep, textOf, isControl, namesOf, valueOf, parentOf, box, overlap } = reader;

  const number = new Map(), elements = [];
  for (const el of [document.documentElement, ...deep(document.documentElement)]) {
    number.set(el, elements.length);
    elements.push(el);
  }
  const pathOf = (el) => {
    const path = [];
    for (let at = el; at; at = parentOf(at)) path.push(number.get(at));
    return path.reverse();
  };
  const isDialog = (el) =>
    /^(dialog|alertdialog)$/.test(el.getAttribute("role") || "") || el.getAttribute("aria-modal") === "true" || (el.tagName === "DIALOG" && el.open);
  const short = (text) => squash(text).length > 0 && squash(text).length < LONGEST;

  const kindOf = (text) => {
    if (!squash(text)) return "blank";
    if (/^\(?[-\u2212]?\s?[$€£]?\s?[\d,]+(\.\d{1,2})?\)?\s*\*?$/.test(squash(text))) return "money";
    if (/^\d{1,4}([./-])\d{1,2}\1\d{1,4}\b|^\d{1,2} [A-Z][a-z]{2,} \d{4}\b|^[A-Z][a-z]{2,} \d{1,2}, \d{4}/.test(squash(text))) return "date";
    if (/^\d{1,2}:\d{2}/.test(squash(text))) return "time";
    return /\d/.test(text) ? "digits" : "words";
  };

  const things = [];
  const add = (el, role, names, more) =>
    things.push({ number: number.get(el), role, names: [...new Set(names.map(squash).filter(short))], path: pathOf(el), ...more });

  const roleOf = (el) => {
    const told = el.getAttribute("role") || "";
    if (/^(tab|radio|menuitemradio)$/.test(told)) return told === "tab" ? "tab" : "choice";
    if (told === "link" || (el.tagName === "A" && !told)) return "link";
    return told === "menuitem" ? "link" : "button";
  };
  const holders = new Set();
  const inHolder = (el) => {
    for (let at = parentOf(el); at; at = parentOf(at)) if (holders.has(at)) return true;
    return false;
  };
  const press = (el) => {
    const inner = [...deep(el)].filter((part) => part.matches(PRESSED) && seen(part));
    if (inner.length > 1) return;
    holders.add(el);
    const names = [textOf(el) || (el.shadowRoot ? [...deep(el)].map(textOf).find(Boolean) : ""), el.value, ...inner.map(textOf),
      el.getAttribute("aria-label"), el.getAttribute("title"), ...inner.map((part) => part.getAttribute("aria-label"))];
    add(el, roleOf(inner[0] || el), names.filter((name) => typeof name === "string"), { combo: el.getAttribute("role") === "combobox" });
  };
  for (const el of elements) {
    if (el.matches("label") && el.querySelector("input[type=radio]") && seen(el)) {
      holders.add(el);
      add(el, "choice", [textOf(el)]);
    } else if (el.matches(PRESSED) && seen(el) && !inHolder(el)) press(el);
    else if (el.tagName === "OPTION" && el.closest("select") && seen(el.closest("select"))) add(el, "choice", [el.textContent]);
    else if (el.getAttribute("role") === "option") add(el, "choice", [el.textContent]); // hidden until its list is opened
    else if (el.matches("th, [role=columnheader]") && seen(el)) {
      holders.add(el);
      add(el, "column", [textOf(el)]);
    }
  }

  // The names of a box or list: given by the page itself, else by the words beside or above it.
  const leaves = reader.leaves(document).filter((leaf) => short(leaf.text));
  const controls = elements.filter(isControl).map((control) => ({ control, place: box(control) }));
  const isNear = (leaf, place) =>
    leaf.place.left < place.right + 40 && leaf.place.top < place.bottom + 8 && place.top - leaf.place.bottom < 120 && place.left - leaf.place.right < 400;
  const isPressed = (el) => holders.has(el) || inHolder(el);
  const dialogOf = (el) => {
    for (let at = el; at; at = parentOf(at)) if (isDialog(at)) return at;
    return null;
  };
  // Words beside a box take precedence over those above it; what can be pressed is not a label.
  const gap = (leaf, place) => {
    const above = place.top - leaf.place.bottom;
    return above > -4 ? 1000 + above : place.left - leaf.place.right;
  };
  const byPlace = ({ control, place }) => {
    const around = dialogOf(control); // text behind a dialog, or in another dialog, is not a label
    const near = leaves.filter((leaf) => isNear(leaf, place) && dialogOf(leaf.el) === around && !isPressed(leaf.el));
    const own = near.filter((leaf) => {
      const label = { leaf, own: leaf.place, area: leaf.only ? box(leaf.el) : leaf.place };
      const inside = controls.filter((other) => dialogOf(other.control) === around);
      return reader.nearest(leaves.filter((other) => dialogOf(other.el) === around), label, inside, 400)?.control === control;
    });
    own.sort((one, other) => gap(one, place) - gap(other, place));
    return own.slice(0, 1).map((leaf) => leaf.text);
  };
  for (const { control, place } of controls) {
    const own = namesOf(control).filter((name) => short(name));
    const names = own.length ? own : byPlace({ control, place });
    const list = control.tagName === "SELECT" || control.getAttribute("role") === "combobox";
    add(control, "field", [...names, control.getAttribute("placeholder") || ""], { list, kind: kindOf(valueOf(control)), value: list ? valueOf(control) : "" });
  }

  const pointer = (el) => getComputedStyle(el).cursor === "pointer";
  for (const leaf of leaves) {
    if (holders.has(leaf.el) || inHolder(leaf.el)) continue;
    const colon = leaf.text.match(/^([^:]{1,40}):\s*(\S.*)$/);
    add(leaf.el, pointer(leaf.el) ? "button" : "words", [colon ? colon[1] : leaf.text], colon ? { kind: kindOf(colon[2]) } : {});
  }

  // The kinds of the texts directly below titles, or beside words.
  const under = (numbers) =>
    numbers.map((each) => {
      const top = box(elements[each]);
      const below = reader.leaves(document).filter((leaf) => leaf.place.top >= top.bottom - 4 && overlap(leaf.place, top) > 2);
      return below.slice(0, 40).map((leaf) => kindOf(leaf.text));
    });
  const beside = (numbers) =>
    numbers.map((each) => {
      const place = box(elements[each]);
      const line = reader.leaves(document).filter(({ el, place: at }) =>
        el !== elements[each] && at.left >= place.right - 2 && (at.top + at.bottom) / 2 > place.top - 6 && (at.top + at.bottom) / 2 < place.bottom + 6);
      line.sort((one, other) => one.place.left - other.place.left);
      return line.length ? kindOf(line[0].text) : "blank";
    });

  const all = (fits) => elements.filter((el) => fits(el) && seen(el)).map((el) => number.get(el));
  things.sort((one, other) => one.number - other.number);
  const landmarks = { dialogs: all(isDialog), menus: all((el) => el.matches("nav, [role=navigation], [role=menubar]")) };
  return { things, under, beside, ...landmarks };
}
