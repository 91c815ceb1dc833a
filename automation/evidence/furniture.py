"""The words of a screen that belong to the practice's software, not to a patient.

A renamed label is not a word of the site profile, and yet a bug report needs it. The names of
controls and columns in the screen's outline are taken; text in rows, text with a number in it, and
what looks like a person's name are left out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

_LINE = re.compile(
    r'^(?P<indent> *)- (?P<role>/?[a-z]+)(?: "(?P<name>(?:[^"\\]|\\.)*)")?(?P<more>.*)$'
)
_CONTROLS = (
    *("button", "tab", "radio", "checkbox", "menuitem", "menuitemradio", "switch", "columnheader"),
    *("textbox", "searchbox", "combobox", "spinbutton", "listbox"),
)
_ROWS = ("row", "rowgroup", "listitem")
_LONGEST = 40  # letters; a longer text is a sentence
_WORDS = (
    "account add all amount amounts any apply assistance back billing cancel change changes charge "
    "charges chart choose claim claims clear client clients close closed code confirm copay create "
    "current date delete details document documents due edit enter entries every everything "
    "export fee fees filter filters find go help hide history home info insurance invoice invoices "
    "item items ledger list log menu message messages more name new next note notes ok only open "
    "options order owed page paid patient patients pay payer payers payment payments policy portal "
    "post previous print profile rate record records refresh remove report reports reset "
    "responsibility save schedule scheduling search select service services session sessions "
    "settings show sign sort statement statements status store submit summary tab tasks time to "
    "total totals transaction transactions type undo unpaid update upload user value view visit "
    "visits write off"
)
_USUAL = frozenset(_WORDS.split())
"""Common words of software: a text of several words with one of these is not a person's name."""


@dataclass(frozen=True)
class OutlineLine:
    """One line of an ARIA outline; `more` is the text after its name."""

    depth: int
    role: str
    name: str
    more: str


def words_of_controls(
    outline: str, is_known: Callable[[str], bool], names_nobody: Callable[[str], bool]
) -> set[str]:
    """Return the words of the software's own controls on a screen, from its ARIA outline.

    `is_known` accepts the site profile's words, `names_nobody` the URLs that are about no patient.
    """
    lines = list(outside_rows(outline))
    found = {line.name for line in lines if line.role in _CONTROLS}
    found |= set(_options(lines, is_known))
    found |= {_value(line) for line in lines if line.role == "combobox" and " " in _value(line)}
    found |= {line.name for line, url in _links(lines) if names_nobody(url)}
    return {name for name in found if is_known(name) or _is_nobodys(name)}


def outside_rows(outline: str) -> Iterator[OutlineLine]:
    """Yield the lines of an outline outside rows, which may be a patient's; column headers stay."""
    inside: int | None = None
    for text in outline.splitlines():
        match = _LINE.match(text)
        if match is None:
            continue
        line = OutlineLine(
            len(match["indent"]),
            match["role"],
            (match["name"] or "").replace('\\"', '"').strip(),
            match["more"],
        )
        if inside is not None and line.depth > inside and line.role != "columnheader":
            continue
        inside = line.depth if line.role in _ROWS else None
        yield line


def _options(lines: list[OutlineLine], is_known: Callable[[str], bool]) -> Iterator[str]:
    """Yield the options of each list that has a known word as an option or as its name."""
    group: list[OutlineLine] = []
    for line in [*lines, OutlineLine(-1, "", "", "")]:
        if group and line.depth <= group[0].depth:
            names = [each.name for each in group]
            if any(map(is_known, names)):
                yield from names[1:]
            group = []
        if line.role in ("combobox", "listbox"):
            group = [line]
        elif group and line.role == "option":
            group.append(line)


def _value(line: OutlineLine) -> str:
    """Return what a list shows as selected, without its drop-down arrow."""
    return line.more.lstrip(": ").rstrip(" ▾▼⌄").strip('"')


def _links(lines: list[OutlineLine]) -> Iterator[tuple[OutlineLine, str]]:
    """Yield each link with its URL."""
    for line, after in zip(lines, [*lines[1:], OutlineLine(-1, "", "", "")], strict=True):
        if line.role == "link":
            url = after.more.lstrip(": ").strip('"') if after.role == "/url" else ""
            yield line, url


def _is_nobodys(name: str) -> bool:
    """Return whether a text can be neither a person's name nor a value."""
    if not name or len(name) > _LONGEST or re.search(r"\d|,", name):
        return False
    words = re.findall(r"[^\W\d_]+", name.lower())
    return len(words) == 1 or any(word in _USUAL for word in words)
