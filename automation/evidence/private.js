// Covers what may be a patient's on the screen, for one picture, and takes the covers off again.
// Whatever is not one of the known words is covered: what is forgotten here is hidden, not shown.
(known) => {
  const words = new Set(known);
  const EDGE = /^[^\p{L}\p{N}#+$]+|[^\p{L}\p{N}#+$]+$/gu;
  const plain = (text) => (text || "").replace(/[\s\u00a0]+/g, " ").trim().replace(EDGE, "").toLowerCase();
  const says = (text) => /[\p{L}\p{N}]/u.test(text || "");
  const isKnown = (text) => words.has(plain(text));
  const isPrivate = (text) => says(text) && !isKnown(text);

  const seen = (el) => el.checkVisibility({ visibilityProperty: true, opacityProperty: true });

  // Through open shadow roots; a person sees no such border.
  function* nodesOf(root) {
    const walk = document.createTreeWalker(root, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
    for (let node = walk.nextNode(); node; node = walk.nextNode()) {
      yield node;
      if (node.shadowRoot) yield* nodesOf(node.shadowRoot);
    }
  }

  // A label may be written in several pieces: "Pt <b>Amt</b>".
  const inLabel = (text) => {
    for (let at = text.parentElement, level = 0; at && level < 2; at = at.parentElement, level++)
      if (at.textContent.length < 80 && isKnown(at.textContent)) return true;
    return false;
  };

  const textBoxes = (node) => {
    if (!isPrivate(node.data) || inLabel(node)) return [];
    const range = document.createRange();
    range.selectNodeContents(node);
    const boxes = [...range.getClientRects()].filter((b) => b.width && b.height);
    if (!boxes.length) return [];
    const owner = node.parentElement || node.getRootNode().host;
    return owner && !seen(owner) ? [] : boxes;
  };

  const PICTURES = "img, image, canvas, video, object, embed, iframe, frame, input[type=image]";

  const typed = (el) => {
    if (el.matches("select")) {
      const open = el.multiple || el.size > 1;
      return [...(open ? el.options : el.selectedOptions)].some((o) => isPrivate(o.textContent));
    }
    if (el.matches("input[type=hidden], input[type=checkbox], input[type=radio]")) return false;
    return el.matches("input, textarea") && isPrivate(el.value || el.placeholder);
  };

  const painted = (el) =>
    ["::before", "::after"].some((part) => {
      const content = getComputedStyle(el, part).content;
      return !["none", "normal"].includes(content) && (/url\(/.test(content) || isPrivate(content));
    }) || (!/^(HTML|BODY)$/.test(el.tagName) && /url\(/.test(getComputedStyle(el).backgroundImage));

  // A component that shows nothing of its own to a script keeps what it shows to itself.
  const closed = (el) => el.localName.includes("-") && !el.shadowRoot && !el.childNodes.length;

  const elementBoxes = (el) => {
    const b = el.getBoundingClientRect();
    if (!b.width || !b.height || !seen(el)) return [];
    return el.matches(PICTURES) || typed(el) || closed(el) || painted(el) ? [b] : [];
  };

  // What lies wholly behind one opaque thing, such as a dialog, needs no cover: it would hide the
  // dialog's own labels. In doubt it is covered.
  const opaque = (el) => {
    const style = getComputedStyle(el);
    if (!/^rgb\(/.test(style.backgroundColor) || style.backgroundClip !== "border-box") return false;
    if (!/^(block|flow-root|flex|grid)$/.test(style.display)) return false; // one box without gaps
    for (let at = el; at; at = at.parentElement) {
      const { opacity, clipPath, maskImage, filter, mixBlendMode } = getComputedStyle(at);
      if (opacity !== "1" || mixBlendMode !== "normal") return false;
      if ([clipPath, maskImage, filter].some((value) => value !== "none")) return false;
    }
    return true;
  };
  const above = (el, x, y) => {
    const stack = document.elementsFromPoint(x, y);
    return stack.slice(0, Math.max(0, stack.indexOf(el))).filter((other) => !el.contains(other));
  };
  const isBehind = (node, b) => {
    let el = node.nodeType === Node.TEXT_NODE ? node.parentNode : node;
    while (el.getRootNode() instanceof ShadowRoot) el = el.getRootNode().host;
    const corners = [b.left + 1, b.right - 1].flatMap((x) => [b.top + 1, b.bottom - 1].map((y) => [x, y]));
    const [first, ...others] = corners.map(([x, y]) => above(el, x, y));
    return first.some((one) => others.every((stack) => stack.includes(one)) && opaque(one));
  };

  // Rounded outwards, with room for letters that lean out of their boxes.
  const marks = () => {
    const found = [];
    for (const node of nodesOf(document)) {
      const boxes = node.nodeType === Node.TEXT_NODE ? textBoxes(node) : elementBoxes(node);
      for (const b of boxes) {
        const { left, top, right, bottom } = b;
        if (right > 0 && bottom > 0 && left < innerWidth && top < innerHeight && !isBehind(node, b))
          found.push([Math.floor(left) - 2, Math.floor(top) - 1, Math.ceil(right) + 2, Math.ceil(bottom) + 1]);
      }
    }
    return found;
  };

  // In the top layer, over dialogs too; in a closed root, where no style of the page reaches.
  const cover = (boxes) => {
    const host = document.createElement("div");
    const lay = (el, style) => Object.entries({ all: "initial", ...style }).forEach(([k, v]) => el.style.setProperty(k, v, "important"));
    lay(host, { display: "block", position: "fixed", inset: "0", "z-index": "2147483647", "pointer-events": "none" });
    const inside = host.attachShadow({ mode: "closed" });
    for (const [left, top, right, bottom] of boxes) {
      const one = inside.appendChild(document.createElement("div"));
      lay(one, { display: "block", position: "fixed", background: "#8795a6", left: `${left}px`, top: `${top}px`,
        width: `${right - left}px`, height: `${bottom - top}px` });
    }
    host.popover = "manual";
    document.documentElement.append(host);
    host.showPopover();
    return host;
  };

  const before = marks();
  const host = cover(before);
  // Whether the page stood still meanwhile: else something may have been seen beside its cover.
  return {
    lift: () => {
      const over = host.isConnected && host.matches(":popover-open");
      host.remove();
      return over && JSON.stringify(marks()) === JSON.stringify(before);
    },
  };
}
