"""Reads what all sheets of an .xlsx workbook share: places, texts, formats and calendar."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass

from automation.worklists.formats import kind_of_format
from automation.worklists.limits import LARGEST_INDEX, LARGEST_WORDS, LONGEST_CELL, Budget
from automation.worklists.packed import Attributes, Handler, Package

_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


@dataclass(frozen=True)
class Look:
    """What all sheets of a workbook share: the texts, the kinds of the formats, the calendar."""

    words: list[str]
    kinds: list[str]
    since_1904: bool


class Workbook(Handler):
    """The names of the sheets, their relationship ids, and which are hidden."""

    def __init__(self) -> None:
        self.sheets: list[tuple[str, str, bool]] = []
        self.since_1904 = False

    def start(self, tag: str, attributes: Attributes) -> None:
        if tag == "workbookPr":
            self.since_1904 = is_on(attributes.get("date1904"))
        elif tag == "sheet":
            hidden = attributes.get("state", "visible") != "visible"
            self.sheets.append((attributes.get("name", ""), attributes.get("id", ""), hidden))


class _Relations(Handler):
    def __init__(self) -> None:
        self.found: list[tuple[str, str, str]] = []

    def start(self, tag: str, attributes: Attributes) -> None:
        if tag == "Relationship":
            kind = attributes.get("Type", "").rpartition("/")[2]
            self.found.append((attributes.get("Id", ""), kind, attributes.get("Target", "")))


def _relations(package: Package, part: str) -> list[tuple[str, str, str]]:
    folder, name = posixpath.split(part)
    relations = _Relations()
    package.read(posixpath.join(folder, "_rels", f"{name}.rels"), relations, LARGEST_INDEX)
    return [
        (key, kind, posixpath.normpath(posixpath.join(folder, target)))
        for key, kind, target in relations.found
    ]


def targets_of(package: Package, part: str) -> dict[str, list[str]]:
    """The parts that a part points to, by their kinds."""
    found: dict[str, list[str]] = {}
    for _, kind, target in _relations(package, part):
        found.setdefault(kind, []).append(target)
    return found


def places_of(package: Package, part: str) -> dict[str, str]:
    """The part that holds each worksheet, by its relationship id; charts are left out."""
    return {key: to for key, kind, to in _relations(package, part) if kind == "worksheet"}


def look_of(package: Package, start: str, since_1904: bool) -> Look:
    """Read what the sheets share."""
    targets = targets_of(package, start)
    words, styles = _Words(), _Styles()
    for part in targets.get("sharedStrings", [])[:1]:
        package.read(part, words, LARGEST_WORDS)
    for part in targets.get("styles", [])[:1]:
        package.read(part, styles, LARGEST_INDEX)
    return Look(words.found, styles.kinds(), since_1904)


class _Words(Handler):
    """The texts of a workbook, without the phonetic text above Japanese characters."""

    def __init__(self) -> None:
        self.found: list[str] = []
        self._pieces: list[str] = []
        self._length = 0
        self._in_text = self._spoken = False
        self._budget = Budget()

    def start(self, tag: str, attributes: Attributes) -> None:
        self._in_text = tag == "t"
        self._spoken = self._spoken or tag == "rPh"

    def end(self, tag: str) -> None:
        self._in_text = False
        if tag == "rPh":
            self._spoken = False
        elif tag == "si":
            text = unescaped("".join(self._pieces))
            self._budget.cell(text, f"text {len(self.found) + 1} of the workbook")
            self.found.append(text)
            self._pieces, self._length = [], 0

    def text(self, data: str) -> None:
        if self._in_text and not self._spoken:
            self._length += len(data)
            if self._length > LONGEST_CELL:
                self._budget.words(" " * self._length, "one cell")
            self._pieces.append(data)


class _Styles(Handler):
    def __init__(self) -> None:
        self._codes: dict[int, str] = {}
        self._used: list[int] = []
        self._in_cells = False

    def start(self, tag: str, attributes: Attributes) -> None:
        if tag == "numFmt":
            self._codes[whole(attributes.get("numFmtId"))] = attributes.get("formatCode", "")
        elif tag == "cellXfs":
            self._in_cells = True
        elif tag == "xf" and self._in_cells:
            self._used.append(whole(attributes.get("numFmtId")))

    def end(self, tag: str) -> None:
        if tag == "cellXfs":
            self._in_cells = False

    def kinds(self) -> list[str]:
        """The kind of each cell format, in order."""
        return [kind_of_format(number, self._codes.get(number)) for number in self._used]


def whole(text: str | None) -> int:
    """Read a whole number; 0 for anything else."""
    return int(text) if text and len(text) < 12 and text.isascii() and text.isdigit() else 0


def is_on(text: str | None) -> bool:
    """Whether the text is one of the format's ways to write true."""
    return text in ("1", "true", "on")


def unescaped(text: str) -> str:
    """Decode the characters that the format writes by their numbers."""
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text) if "_x" in text else text
