"""Handles lines of text in which an unquoted comma has split a name or an amount."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping

from automation.worklists.cells import BadValue, seen
from automation.worklists.days import DayColumn, day_and_time
from automation.worklists.grid import Cell, Row
from automation.worklists.heading import Layout
from automation.worklists.meanings import means_money

_HEAD = re.compile(r"\s*\(?\s*\$?\s*\d{1,3}\s*")
_TAIL = re.compile(r"\s*\d{3}(\.\d{1,2})?\s*\)?\s*")
_PART_OF_A_NAME = re.compile(r"\s*[^\W\d_][^\d_,;<>]*\s*")


class Commas:
    """Finds names and amounts that commas have split in the lines of one text."""

    def __init__(self, layout: Layout, delimiter: str) -> None:
        self._layout, self._delimiter = layout, delimiter
        self._with_cents: dict[int, bool] = {}

    def whole_cells(self, row: Row) -> Mapping[int, Cell]:
        """The cells of a line, with an unquoted name joined again where that is certain.

        Raises BadValue when a comma has split an amount, or when the line has more cells than
        headings and nothing shows which of them belong together.
        """
        layout, cells = self._layout, None
        if row.width == layout.width + 1:
            cells = _with_whole_name(row, layout)
        if cells is None:
            cells = row.cells
            _no_more_than_headings(row, layout)
        if self._delimiter == ",":
            self._no_parted_amount(row, cells)
        return cells

    def _no_parted_amount(self, row: Row, cells: Mapping[int, Cell]) -> None:
        """Raise BadValue for "1" and "234.50" side by side if they may have been 1,234.50."""
        texts = self._layout.texts
        for place in sorted(cells):
            head, tail = str(cells[place]), str(cells.get(place + 1, ""))
            if not (_HEAD.fullmatch(head) and _TAIL.fullmatch(tail)):
                continue
            if not means_money(texts.get(place, "")):
                continue
            odd = "." in tail and not means_money(texts.get(place + 1, ""))
            if row.width > self._layout.width or odd or self._others_have_cents(place):
                raise BadValue(
                    'an amount in quotes, such as "1,234.50", where it has a comma',
                    f"{head.strip()!r} and {tail.strip()!r} in two cells",
                )

    def _others_have_cents(self, place: int) -> bool:
        """Return whether all cells of a column of amounts, or all but one, have cents."""
        if place not in self._with_cents:
            cells = [str(row.cells[place]) for row in self._layout.rows if place in row.cells]
            count = sum(bool(re.search(r"\.\d\d?\s*$", cell)) for cell in cells)
            self._with_cents[place] = 0 < count >= len(cells) - 1
        return self._with_cents[place]


def _no_more_than_headings(row: Row, layout: Layout) -> None:
    more = [place for place in row.cells if place >= layout.width]
    if more:
        raise BadValue(
            f"{layout.width} cells, as there are headings",
            f"{row.width} cells, {seen(row.cells[more[0]])} in the last; "
            "a comma within an amount or a name needs quotes around it",
        )


def _with_whole_name(row: Row, layout: Layout) -> Mapping[int, Cell] | None:
    """Join "Marlowe" and " Juniper" if the cells after them are then under their headings."""
    place, day = layout.places.get("patient"), layout.places.get("date")
    if place is None or day is None or row.width == 0:
        return None
    last, first = row.cells.get(place, ""), row.cells.get(place + 1, "")
    if not (_PART_OF_A_NAME.fullmatch(last) and _PART_OF_A_NAME.fullmatch(first)):
        return None
    joined = {c - (c > place): cell for c, cell in row.cells.items() if c != place + 1}
    joined[place] = f"{last.strip()}, {first.strip()}"
    return joined if _is_a_day(joined.get(day)) and not _is_a_day(row.cells.get(day)) else None


def _is_a_day(cell: Cell) -> bool:
    try:
        text, _ = day_and_time(cell, DayColumn(), dt.date.max) if cell is not None else ("", "")
    except BadValue:
        return False
    return bool(re.fullmatch(r"\d{1,2}/\d{1,2}/\d{2,4}|\d{4}-\d{2}-\d{2}", text))
