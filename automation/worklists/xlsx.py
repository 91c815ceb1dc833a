"""Reads .xlsx, .xlsm and Strict Open XML as a stream: cells, hidden rows, merged cells."""

from __future__ import annotations

import datetime as dt
import re
from functools import partial

from automation.worklists.grid import (
    NOT_COMPUTED,
    Cell,
    Grid,
    Merged,
    Row,
    Sheet,
    number_as_shown,
)
from automation.worklists.limits import (
    LARGEST_INDEX,
    LAST_COLUMN,
    LAST_ROW,
    LONGEST_CELL,
    Budget,
    NoList,
)
from automation.worklists.packed import Attributes, Handler, Package
from automation.worklists.xlsx_shared import (
    Look,
    Workbook,
    is_on,
    look_of,
    places_of,
    targets_of,
    unescaped,
    whole,
)

_ADDRESS = re.compile(r"([A-Za-z]{1,3})(\d{1,7})")
_MOST_MERGED = 50_000


def sheets_of_xlsx(package: Package) -> list[Sheet]:
    """The sheets of a workbook in order. Raises NoList when there are none."""
    start = targets_of(package, "").get("officeDocument", ["xl/workbook.xml"])[0]
    book = Workbook()
    package.read(start, book, LARGEST_INDEX)
    places = places_of(package, start)
    look: list[Look] = []

    def load(part: str) -> Grid:
        if not look:
            look.append(look_of(package, start, book.since_1904))
        reader = _SheetReader(look[0])
        package.read(part, reader)
        return reader.grid()

    sheets = [
        Sheet(name, partial(load, places[key]), hidden)
        for name, key, hidden in book.sheets
        if key in places and places[key] in package
    ]
    if not sheets:
        raise NoList("a workbook without a sheet", "save it as .xlsx again")
    return sheets


# One sheet -----------------------------------------------------------------------------------


class _SheetReader(Handler):
    """Keeps the non-empty cells, whatever size the sheet declares."""

    def __init__(self, look: Look) -> None:
        self._look, self._budget = look, Budget()
        self._rows: list[Row] = []
        self._merged: list[Merged] = []
        self._hidden_columns: set[int] = set()
        self._row, self._hidden, self._cells = 0, False, dict[int, Cell]()
        self._column = -1
        self._kind = self._style = ""
        self._pieces: list[str] = []
        self._length = 0
        self._in_value = self._formula = self._spoken = self._all_hidden = False

    def grid(self) -> Grid:
        """Return what was kept."""
        rows = tuple(sorted(self._rows, key=lambda row: row.number))
        return Grid(rows, tuple(self._merged), frozenset(self._hidden_columns))

    def start(self, tag: str, attributes: Attributes) -> None:
        if tag == "c":
            self._cell_begins(attributes)
        elif tag in ("v", "t"):
            self._in_value = not self._spoken
        elif tag == "f":
            self._formula = True
        elif tag == "row":
            self._row_begins(attributes)
        elif tag == "rPh":
            self._spoken = True
        else:
            self._other(tag, attributes)

    def _other(self, tag: str, attributes: Attributes) -> None:
        if tag == "mergeCell" and len(self._merged) < _MOST_MERGED:
            self._merged += _merged(attributes.get("ref", ""))
        elif tag == "sheetFormatPr":
            self._all_hidden = is_on(attributes.get("zeroHeight"))
        elif tag == "col" and (is_on(attributes.get("hidden")) or attributes.get("width") == "0"):
            first, last = whole(attributes.get("min")), whole(attributes.get("max"))
            self._hidden_columns.update(range(max(first, 1) - 1, min(last, LAST_COLUMN)))

    def end(self, tag: str) -> None:
        if tag in ("v", "t"):
            self._in_value = False
        elif tag == "rPh":
            self._spoken = False
        elif tag == "c":
            self._cell_ends()
        elif tag == "row" and self._cells:
            self._budget.row()
            self._rows.append(Row(self._row, self._cells, self._hidden))
            self._cells = {}

    def text(self, data: str) -> None:
        if self._in_value:
            self._length += len(data)
            if self._length > LONGEST_CELL:
                self._budget.words(" " * self._length, (self._row, self._column))
            self._pieces.append(data)

    def _row_begins(self, attributes: Attributes) -> None:
        self._row = whole(attributes.get("r")) or self._row + 1
        if self._row > LAST_ROW:
            raise NoList(f"a row {self._row}, after a sheet's last", "save the list anew")
        flat = attributes.get("ht") in ("0", "0.0")
        self._hidden = is_on(attributes.get("hidden", str(int(self._all_hidden)))) or flat
        self._column, self._cells = -1, {}

    def _cell_begins(self, attributes: Attributes) -> None:
        match = _ADDRESS.fullmatch(attributes.get("r", ""))
        self._column = _column(match[1]) if match else self._column + 1
        if self._column >= LAST_COLUMN:
            raise NoList(f"a column {self._column + 1}, after a sheet's last", "save it anew")
        self._kind, self._style = attributes.get("t", "n"), attributes.get("s", "")
        self._pieces, self._length, self._formula = [], 0, False

    def _cell_ends(self) -> None:
        value = self._value("".join(self._pieces))
        if value is None or (isinstance(value, str) and not value.strip()):
            return
        self._budget.cell(value, (self._row, self._column))
        self._cells[self._column] = value

    def _value(self, text: str) -> Cell:
        if not text:
            return NOT_COMPUTED if self._formula and self._kind != "str" else None
        if self._kind == "s":
            place = whole(text)
            return self._look.words[place] if place < len(self._look.words) else None
        if self._kind in ("str", "inlineStr", "e"):
            return unescaped(text)
        if self._kind == "b":
            return is_on(text)
        if self._kind == "d":
            return _iso(text)
        return self._number(text)

    def _number(self, text: str) -> Cell:
        try:
            number = float(text)
        except ValueError:
            return text
        style = whole(self._style)
        kinds = self._look.kinds
        kind = kinds[style] if style < len(kinds) else ""
        return number_as_shown(number, kind, since_1904=self._look.since_1904)


def _merged(reference: str) -> list[Merged]:
    ends = [_ADDRESS.fullmatch(end) for end in reference.split(":")]
    if len(ends) != 2 or ends[0] is None or ends[1] is None:
        return []
    rows, columns = zip(*((int(e[2]), _column(e[1])) for e in ends if e), strict=True)
    return [Merged((min(rows), max(rows)), (min(columns), max(columns)))]


def _column(name: str) -> int:
    place = 0
    for letter in name.upper():
        place = place * 26 + ord(letter) - 64
    return place - 1


def _iso(text: str) -> Cell:
    try:
        return dt.datetime.fromisoformat(text).replace(tzinfo=None)
    except ValueError:
        return text
