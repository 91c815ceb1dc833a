"""Reads .ods as a stream: cells, hidden and filtered rows, hidden sheets, merged cells."""

from __future__ import annotations

import datetime as dt
import re
from functools import partial

from automation.worklists.grid import Cell, Grid, Merged, Row, Sheet, number_as_shown
from automation.worklists.limits import (
    LAST_COLUMN,
    LAST_ROW,
    LONGEST_CELL,
    Budget,
    NoList,
)
from automation.worklists.packed import Attributes, Enough, Handler, Package

_CONTENT = "content.xml"
_DURATION = re.compile(r"PT(\d{1,4})H(\d{1,2})M(\d{1,2})(?:[.,]\d+)?S")


def sheets_of_ods(package: Package) -> list[Sheet]:
    """The sheets of a workbook in order. Raises NoList when there are none."""
    names = _Names()
    package.read(_CONTENT, names)
    if not names.found:
        raise NoList("a file without a sheet", "save the list as .xlsx")

    def load(place: int) -> Grid:
        reader = _TableReader(place)
        package.read(_CONTENT, reader)
        return reader.grid()

    return [Sheet(n, partial(load, place), h) for place, (n, h) in enumerate(names.found)]


class _Names(Handler):
    """The names of the tables, and whether their style hides them."""

    def __init__(self) -> None:
        self._tables: list[tuple[str, str]] = []
        self._hiding: set[str] = set()
        self._style = ""
        self._depth = 0

    @property
    def found(self) -> list[tuple[str, bool]]:
        """Each table's name and whether it is hidden."""
        return [(name, bool(style) and style in self._hiding) for name, style in self._tables]

    def start(self, tag: str, attributes: Attributes) -> None:
        if tag == "style":
            self._style = attributes.get("name", "")
        elif tag == "table-properties" and attributes.get("display") == "false":
            self._hiding.add(self._style)
        elif tag == "table":
            self._depth += 1
            if self._depth == 1:
                table = (attributes.get("name", ""), attributes.get("style-name", ""))
                self._tables.append(table)

    def end(self, tag: str) -> None:
        if tag == "table":
            self._depth -= 1


class _TableReader(Handler):
    """Keeps the non-empty cells of one table; repeated empty ones cost nothing."""

    def __init__(self, place: int) -> None:
        self._wanted, self._seen, self._depth = place, -1, 0
        self._budget = Budget()
        self._rows: list[Row] = []
        self._merged: list[Merged] = []
        self._hidden_columns: set[int] = set()
        self._groups: list[bool] = []
        self._row, self._times, self._hidden = 0, 1, False
        self._cells: dict[int, Cell] = {}
        self._column, self._columns_seen = 0, 0
        self._cell: Attributes | None = None
        self._pieces: list[str] = []
        self._length = 0
        self._paragraphs = self._aside = 0

    def grid(self) -> Grid:
        """Return what was kept."""
        return Grid(tuple(self._rows), tuple(self._merged), frozenset(self._hidden_columns))

    def start(self, tag: str, attributes: Attributes) -> None:
        if tag == "table":
            self._depth += 1
            self._seen += self._depth == 1
        elif self._seen != self._wanted or self._depth != 1:
            return
        elif tag in ("table-cell", "covered-table-cell"):
            self._cell, self._pieces, self._length, self._paragraphs = attributes, [], 0, 0
        elif tag == "table-row":
            self._row_begins(attributes)
        elif tag == "table-column":
            self._column_told(attributes)
        elif tag == "table-row-group":
            self._groups.append(attributes.get("display") == "false")
        elif self._cell is not None:
            self._within_cell(tag, attributes)

    def _within_cell(self, tag: str, attributes: Attributes) -> None:
        if tag in ("annotation", "shapes", "frame"):
            self._aside += 1
        elif tag == "p" and not self._aside:
            self._paragraphs += 1
            self._kept("\n" if self._paragraphs > 1 else "")
        elif tag == "s":
            self._kept(" " * min(_times(attributes.get("c")), LONGEST_CELL))
        elif tag in ("tab", "line-break"):
            self._kept(" ")

    def end(self, tag: str) -> None:
        if tag == "table":
            if self._depth == 1 and self._seen == self._wanted:
                raise Enough
            self._depth -= 1
        elif self._seen != self._wanted or self._depth != 1:
            return
        elif tag in ("table-cell", "covered-table-cell"):
            self._cell_ends()
        elif tag == "table-row":
            self._row_ends()
        elif tag == "table-row-group":
            self._groups.pop()
        elif tag in ("annotation", "shapes", "frame") and self._aside:
            self._aside -= 1

    def text(self, data: str) -> None:
        if self._cell is not None and self._paragraphs:
            self._kept(data)

    def _kept(self, data: str) -> None:
        if self._aside:
            return
        self._length += len(data)
        if self._length > LONGEST_CELL:
            self._budget.words(" " * self._length, (self._row + 1, self._column))
        self._pieces.append(data)

    def _column_told(self, attributes: Attributes) -> None:
        times = min(_times(attributes.get("number-columns-repeated")), LAST_COLUMN)
        if attributes.get("visibility", "visible") != "visible":
            self._hidden_columns.update(range(self._columns_seen, self._columns_seen + times))
        self._columns_seen = min(self._columns_seen + times, LAST_COLUMN)

    def _row_begins(self, attributes: Attributes) -> None:
        self._times = _times(attributes.get("number-rows-repeated"))
        hidden = attributes.get("visibility", "visible") != "visible"
        self._hidden = hidden or any(self._groups)
        self._column, self._cells = 0, {}

    def _row_ends(self) -> None:
        if self._cells:
            if self._row + self._times > LAST_ROW:
                raise NoList("rows after a sheet's last", "save the list anew")
            for number in range(self._row + 1, self._row + self._times + 1):
                self._budget.row()
                for column, value in self._cells.items() if self._times > 1 else ():
                    self._budget.cell(value, (number, column))
                self._rows.append(Row(number, self._cells, self._hidden))
        self._row += self._times

    def _cell_ends(self) -> None:
        attributes, self._cell = self._cell or {}, None
        times = _times(attributes.get("number-columns-repeated"))
        value = _value(attributes, "".join(self._pieces))
        if value is not None and not (isinstance(value, str) and not value.strip()):
            if self._column + times > LAST_COLUMN:
                raise NoList("columns after a sheet's last", "save the list anew")
            for column in range(self._column, self._column + times):
                self._budget.cell(value, (self._row + 1, column))
                self._cells[column] = value
            self._merge(attributes)
        self._column += times

    def _merge(self, attributes: Attributes) -> None:
        down, across = (
            _times(attributes.get(f"number-{which}-spanned")) for which in ("rows", "columns")
        )
        if down > 1 or across > 1:
            rows = (self._row + 1, self._row + down)
            self._merged.append(Merged(rows, (self._column, self._column + across - 1)))


def _value(attributes: Attributes, shown: str) -> Cell:
    kind, value = attributes.get("value-type", "string"), attributes.get("value", "")
    if kind in ("float", "currency", "percentage"):
        try:
            number = float(value)
        except ValueError:
            return shown
        money = attributes.get("currency", "USD")
        form = "percent" if kind == "percentage" else f"money:{money}" if money != "USD" else ""
        return number_as_shown(number, form, since_1904=False)
    if kind == "date":
        return _day(attributes.get("date-value", ""), shown)
    if kind == "time" and (match := _DURATION.fullmatch(attributes.get("time-value", ""))):
        hour, minute, second = (int(part) for part in match.groups())
        return dt.time(hour, minute, second) if hour < 24 and minute < 60 > second else shown
    if kind == "boolean":
        return attributes.get("boolean-value") == "true"
    return shown or attributes.get("string-value") or None


def _day(told: str, shown: str) -> Cell:
    try:
        return dt.datetime.fromisoformat(told).replace(tzinfo=None)
    except ValueError:
        return shown


def _times(text: str | None) -> int:
    return int(text) if text and len(text) < 9 and text.isascii() and text.isdigit() else 1
