"""Harmless changes to the words on pages, and to names that nobody sees."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Callable, Mapping, Sequence
from hashlib import sha256
from pathlib import Path

import automation.sandbox

from .markup import Element

Change = Callable[[str], "str | list[Element | str]"]
PRACTICE = Path(automation.sandbox.__file__).parent
HEADINGS = {"h1", "h2", "h3"}
BUTTONS = {"button", "psy-button"}
BY_SCRIPTS = "here Stale saving standard-banner-message good bad loading notice"
REFERENCES = ("id", "for", "aria-labelledby", "aria-controls", "aria-describedby")
ICONS = {"Save Changes": "\N{CHECK MARK}", "Edit": "\N{LOWER RIGHT PENCIL}"}
numbers = itertools.count(1)


def is_button(element: Element) -> bool:
    """Tell whether an element is a button with words on it."""
    named = element.tag in BUTTONS and not {"data-close", "data-panel"} & element.attrs.keys()
    return named or (element.tag == "input" and element.get("type") == "button")


def is_choice(element: Element) -> bool:
    """Tell whether an element is one of several choices, other than a dropdown's."""
    boxes = element.all(lambda one: one.get("type") in ("radio", "checkbox"))
    return "data-items" in element.attrs or (element.tag == "label" and bool(boxes))


def is_heading(path: Sequence[Element]) -> bool:
    """Tell whether a text is a heading; the patient's name above a chart is not."""
    if any(one.has_class("chartheader") for one in path):
        return False
    return path[-1].tag in HEADINGS or any(one.has_class("DialogTitle") for one in path[-2:])


def is_label(path: Sequence[Element]) -> bool:
    """Tell whether a text is a field's label."""
    around = path[-2] if path[-1].tag == "span" else path[-1]
    return path[-1].tag == "label" or around.has_class("FormLabel", "fieldlabel", "fieldline")


def kind_of(path: Sequence[Element]) -> str:
    """Return what a text is for, "" for data; the path leads to the element that it is in."""
    within = path[-1]
    if any("data-close" in one.attrs for one in path) or within.tag in ("", "option"):
        return ""
    if within.tag == "th" or within.get("role") == "columnheader":
        return "column"
    if any({"data-tab", "data-panel"} & one.attrs.keys() for one in path):
        return "tab"
    if any(is_button(one) for one in path):
        return "button"
    if is_choice(within):
        return "choice"
    return "label" if is_label(path) else "heading" if is_heading(path) else ""


def reword(element: Element, changes: Mapping[str, Change], path: tuple[Element, ...] = ()) -> None:
    """Change texts by what they are for; keep the space around them."""
    path = (*path, element)
    children: list[Element | str] = []
    for child in element.children:
        change = changes.get(kind_of(path)) if isinstance(child, str) and child.strip() else None
        if change and isinstance(child, str):
            new = change(child.strip())
            before, after = child.split(child.strip())
            children += [before, *([new] if isinstance(new, str) else new), after]
            continue
        if isinstance(child, Element):
            reword(child, changes, path)
        children.append(child)
    element.children = children
    if element.tag == "input" and is_button(element) and "button" in changes:
        element.attrs["value"] = str(changes["button"](element.get("value")))


def letter_case(page: Element) -> None:
    """Write labels and columns in lower case; buttons, tabs and headings in capitals."""
    small, capitals = ("label", "choice", "column"), ("button", "tab", "heading")
    reword(page, dict.fromkeys(small, str.lower) | dict.fromkeys(capitals, str.upper))
    for dialog in page.all(lambda one: one.get("role") == "dialog"):
        dialog.attrs["aria-label"] = dialog.get("aria-label").upper()  # its heading, read aloud


def spacing(page: Element) -> None:
    """Put other spaces and line breaks between words, and colons after labels."""

    def between(space: str, end: str = "") -> Change:
        return lambda text: space.join(text.split()) + end

    def broken(text: str) -> list[Element | str]:
        parts: list[Element | str] = []
        for word in text.split():
            parts += [Element("br"), word] if parts else [word]
        return parts

    changes = {
        "label": between("\N{NO-BREAK SPACE} ", ":"),
        "choice": between("\N{NO-BREAK SPACE}"),
        "button": between("\N{NO-BREAK SPACE}\N{NO-BREAK SPACE}"),
        "tab": between("\n  "),
        "heading": between(" \N{NO-BREAK SPACE}"),
        "column": broken,
    }
    reword(page, changes)


def icons(page: Element) -> None:
    """Put a symbol before the words of buttons, and a drawing before those of tabs."""

    def drawing(text: str) -> list[Element | str]:
        dot = Element("circle", {"cx": "5", "cy": "5", "r": "4", "fill": "currentColor"})
        size: dict[str, str | None] = {"width": "10", "height": "10", "aria-hidden": "true"}
        return [Element("svg", size, [dot]), " ", text]

    usual = "\N{BLACK RIGHT-POINTING SMALL TRIANGLE}"
    reword(page, {"button": lambda text: f"{ICONS.get(text, usual)} {text}", "tab": drawing})


def another(name: str) -> str:
    """Return another name for a class, the same one each time."""
    return "x" + sha256(name.encode()).hexdigest()[:7]


def class_names(page: Element) -> None:
    """Give every class another name, also in the style sheets and for the scripts."""
    for element in page.walk():
        if element.tag == "link" and element.get("href").startswith("/static/"):
            css = (PRACTICE / element.get("href").lstrip("/")).read_text(encoding="utf-8")
            element.tag, element.attrs, element.children = "style", {}, [css]
        if element.tag == "style":
            element.children = [renamed(element.text)]
        if element.tag == "body":
            element.attrs["data-classes"] = json.dumps({n: another(n) for n in BY_SCRIPTS.split()})
        if "class" in element.attrs:
            element.attrs["class"] = " ".join(another(n) for n in element.get("class").split())


def renamed(css: str) -> str:
    """Return a style sheet with the other class names."""
    return re.sub(r"\.([A-Za-z][\w-]*)", lambda found: "." + another(found[1]), css)


def ids(page: Element) -> None:
    """Give every id another name on each page, and change the references to it."""
    new: dict[str, str] = {}
    for element in page.walk():
        for name in REFERENCES:
            if name in element.attrs:
                old = element.get(name)
                if old not in new:
                    new[old] = f"r{next(numbers)}"
                element.attrs[name] = new[old]
