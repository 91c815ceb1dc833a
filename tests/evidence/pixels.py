"""Finds texts on a page and checks the pixels of PNGs, without using the program's own code."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Browser, Page

Box = list[float]

# Finds each text or typed value with a digit or one of the words, and each marked element, and
# says where it is.
_FIND = r"""words => {
  const found = [];
  window.telling = [];
  const tells = text => /\d/.test(text) || words.some(w => text.toLowerCase().includes(w));
  const add = (text, boxes) => [...boxes].forEach(b => b.width > 3 && b.height > 3 &&
    b.left >= 0 && b.top >= 0 && b.right <= innerWidth && b.bottom <= innerHeight &&
    found.push([text, [b.left, b.top, b.right, b.bottom]]));
  const look = root => root.querySelectorAll('*').forEach(el => {
    if (el.shadowRoot) look(el.shadowRoot);
    if (!el.checkVisibility({ visibilityProperty: true, opacityProperty: true })) return;
    if (el.matches('input, textarea, select') && tells(el.value + ' ' + (el.placeholder || '')))
      add(el.value, el.getClientRects());
    if (el.hasAttribute('data-secret')) add(el.outerHTML, el.getClientRects());
    for (const node of el.childNodes) {
      if (node.nodeType !== 3 || !tells(node.data)) continue;
      const range = document.createRange();
      range.selectNode(node);
      window.telling.push(el);
      add(node.data.trim(), range.getClientRects());
    }
  });
  look(document);
  return found;
}"""

# Makes those texts transparent and hides the marked elements, or shows them again.
_FADE = """on => {
  const set = (el, name, value) => on
    ? el.style.setProperty(name, value, 'important') : el.style.removeProperty(name);
  window.telling.forEach(el => set(el, '-webkit-text-fill-color', 'transparent'));
  document.querySelectorAll('[data-secret]').forEach(el => set(el, 'visibility', 'hidden'));
}"""

# For each box, cut to the picture: how many colours it has, and a checksum of its pixels.
_COLOURS = """async ([source, boxes]) => {
  const image = new Image();
  image.src = source;
  await image.decode();
  const pen = new OffscreenCanvas(image.width, image.height).getContext('2d');
  pen.drawImage(image, 0, 0);
  return boxes.map(([left, top, right, bottom]) => {
    const x = Math.max(0, Math.floor(left)), y = Math.max(0, Math.floor(top));
    const w = Math.min(image.width, Math.ceil(right)) - x;
    const h = Math.min(image.height, Math.ceil(bottom)) - y;
    const data = new Uint32Array(pen.getImageData(x, y, w, h).data.buffer);
    return [new Set(data).size, data.reduce((sum, pixel) => (sum * 31 + pixel) | 0, 7)];
  });
}"""


def telling(tab: Page, words: list[str]) -> list[tuple[str, Box]]:
    """Every visible text with a digit or one of the words, and its box in CSS pixels."""
    found: list[Any] = tab.evaluate(_FIND, [word.lower() for word in words])
    return [(text, box) for text, box in found]


def _looked_at(browser: Browser, picture: bytes, boxes: list[Box]) -> list[tuple[int, int]]:
    page = browser.new_page()
    source = "data:image/png;base64," + base64.b64encode(picture).decode()
    found: list[Any] = page.evaluate(_COLOURS, [source, boxes])
    page.close()
    return [(count, number) for count, number in found]


def colours(browser: Browser, picture: bytes, boxes: list[Box]) -> list[int]:
    """How many colours a PNG has in each of the boxes."""
    return [count for count, _ in _looked_at(browser, picture, boxes)]


def legible(
    browser: Browser, tab: Page, take: Callable[[], bytes | None], words: list[str]
) -> tuple[int, list[str]]:
    """How many telling texts are visible, and which of them a picture of the tab shows.

    A box of one colour shows nothing. A box of several colours may show what covers the text: then
    the picture must stay the same when the text is made transparent.
    """
    seen = telling(tab, words)
    boxes = [box for _, box in seen]
    picture = take()
    tab.evaluate(_FADE, True)
    without = take()
    tab.evaluate(_FADE, False)
    assert picture is not None
    assert without is not None
    first, second = _looked_at(browser, picture, boxes), _looked_at(browser, without, boxes)
    both = zip(seen, first, second, strict=True)
    return len(seen), [text for (text, _), one, other in both if one[0] != 1 and one != other]
