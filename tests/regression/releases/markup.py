"""Pages as trees that can be changed, read from HTML and written as HTML."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from html import escape
from html.parser import HTMLParser

EMPTY = {"br", "hr", "img", "input", "link", "meta"}  # void elements

Attributes = dict[str, str | None]
Test = Callable[["Element"], bool]


@dataclass(eq=False)
class Element:
    """An element with its content: text and further elements."""

    tag: str
    attrs: Attributes = field(default_factory=dict)
    children: list[Element | str] = field(default_factory=list)

    def get(self, name: str) -> str:
        """Return an attribute, or "" if it is missing."""
        return self.attrs.get(name) or ""

    def has_class(self, *names: str) -> bool:
        """Tell whether it has one of these classes."""
        return not set(names).isdisjoint(self.get("class").split())

    @property
    def inside(self) -> list[Element]:
        """Return its child elements."""
        return [child for child in self.children if isinstance(child, Element)]

    @property
    def text(self) -> str:
        """Return all text in it."""
        return "".join(c.text if isinstance(c, Element) else c for c in self.children)

    def walk(self) -> Iterator[Element]:
        """Go through all elements in it, outer ones first."""
        for child in self.inside:
            yield child
            yield from child.walk()

    def all(self, test: Test) -> list[Element]:
        """Return all elements in it that pass a test."""
        return [one for one in self.walk() if test(one)]

    def swap(self, change: Callable[[Element], Element]) -> None:
        """Replace elements, inner ones first."""
        for child in self.inside:
            child.swap(change)
        self.children = [change(c) if isinstance(c, Element) else c for c in self.children]

    def rearrange(self, parts: list[Element]) -> None:
        """Reorder elements within their own places; new ones go to the end."""
        waiting = iter(parts)
        mine = {id(part) for part in parts}
        kept = [
            next(waiting) if isinstance(c, Element) and id(c) in mine else c for c in self.children
        ]
        self.children = [*kept, *waiting]


class Reader(HTMLParser):
    """Reads the sandbox's own pages, in which every tag is closed."""

    def __init__(self) -> None:
        super().__init__()
        self.open = [Element("")]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open an element."""
        self.handle_startendtag(tag, attrs)
        if tag not in EMPTY:
            self.open.append(self.open[-1].inside[-1])

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Add an element without content."""
        self.open[-1].children.append(Element(tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        """Close an element."""
        if tag not in EMPTY:
            self.open.pop()

    def handle_data(self, data: str) -> None:
        """Add text."""
        self.open[-1].children.append(data)

    def handle_decl(self, decl: str) -> None:
        """Keep the doctype."""
        self.open[-1].children.append(Element("!", {}, [decl]))


def read(html: str) -> Element:
    """Read a page or a part of one; the returned root has no tag of its own."""
    reader = Reader()
    reader.feed(html)
    reader.close()
    return reader.open[0]


def write(element: Element) -> str:
    """Write a tree as HTML."""
    if element.tag == "style":
        return f"<style>{element.text}</style>"
    inner = "".join(
        write(c) if isinstance(c, Element) else escape(c, False) for c in element.children
    )
    if not element.tag:
        return inner
    if element.tag == "!":
        return f"<!{inner}>"
    attrs = "".join(
        f" {name}" if value is None else f' {name}="{escape(value)}"'
        for name, value in element.attrs.items()
    )
    return f"<{element.tag}{attrs}>" + ("" if element.tag in EMPTY else f"{inner}</{element.tag}>")
