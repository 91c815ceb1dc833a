"""Reads one sheet: its items, its mistakes, and what was left out of it."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from automation.billing.request import CopayRule
from automation.worklists.cells import BadValue, seen, text_of
from automation.worklists.commas import Commas
from automation.worklists.days import DayColumn
from automation.worklists.grid import Cell, Grid, Row
from automation.worklists.heading import Layout
from automation.worklists.limits import NoList, cell_name
from automation.worklists.row_reading import Reading, RowReader, says_first_last
from automation.worklists.rows import BadCell, WorklistItem
from automation.worklists.sums import Sums

_MOST_FILLED = 1_000_000
_ROWS_BETWEEN = 250  # two calls about how far it is

Progress = Callable[[int, int], None]
"""Is called with the number of rows read so far, and of all rows of the sheet."""


@dataclass
class SheetRead:
    """The result of reading one sheet; plain numbers are row numbers."""

    name: str
    layout: Layout
    remarks: list[str] = field(default_factory=list)
    items: list[WorklistItem] = field(default_factory=list)
    bad: list[BadCell] = field(default_factory=list)
    hidden: list[int] = field(default_factory=list)
    sums: list[int] = field(default_factory=list)
    autopay: list[int] = field(default_factory=list)
    consent: list[int] = field(default_factory=list)
    hidden_columns: frozenset[int] = frozenset()


def read_sheet(
    name: str,
    grid: Grid,
    layout: Layout,
    *,
    today: dt.date,
    usual: tuple[CopayRule, bool],
    progress: Progress = lambda _done, _all: None,
) -> SheetRead:
    """Read every row below the headings."""
    told = SheetRead(name, layout, list(grid.remarks), hidden_columns=grid.hidden_columns)
    told.hidden = [number for number in grid.left_out if number > layout.numbers[-1]]
    filled, doubtful = _filled(grid, layout)
    reading = _reading(name, layout, today, usual)
    sums, commas = Sums(layout), Commas(layout, grid.delimiter)
    for place, row in enumerate(layout.rows):
        if place % _ROWS_BETWEEN == 0:
            progress(place, len(layout.rows))
        if sums.is_sum(row.cells):
            told.sums.append(row.number)
            continue
        reader = RowReader(reading, row.number, {**filled.get(row.number, {}), **row.cells})
        _one_row(told, reader, row, doubtful, commas if grid.delimiter else None)
    _remark(told, reading)
    return told


def _reading(name: str, layout: Layout, today: dt.date, usual: tuple[CopayRule, bool]) -> Reading:
    names = [cell for _, cell in layout.column("patient")]
    return Reading(
        name,
        layout,
        today,
        usual,
        DayColumn.of(_without_errors(layout, "date")),
        DayColumn.of(_without_errors(layout, "born")),
        says_first_last(names, layout.heading("patient")),
    )


def _without_errors(layout: Layout, key: str) -> list[tuple[int, Cell]]:
    good = []
    for number, cell in layout.column(key):
        try:
            text_of(cell)
        except BadValue:
            continue
        good.append((number, cell))
    return good


def _one_row(
    told: SheetRead,
    reader: RowReader,
    row: Row,
    doubtful: Mapping[int, str],
    commas: Commas | None,
) -> None:
    try:
        if commas:
            reader.cells = commas.whole_cells(row)
        _must_belong(reader, row, told.layout)
    except BadValue as bad:
        reader.note("row", bad.expected, bad.found)
        told.bad += reader.bad
        return
    if row.number in doubtful:
        reader.note("owes", "an amount of its own in each row", doubtful[row.number])
    request = reader.request()
    told.bad += reader.bad
    if request is not None:
        told.items.append(WorklistItem(request, told.name, row.number))
        told.consent += [row.number] if request.autopay_ok else []
    if _says_autopay(reader):
        told.autopay.append(row.number)


def _must_belong(reader: RowReader, row: Row, layout: Layout) -> None:
    """Raise BadValue for a row that is not part of the list: a note, a stray cell."""
    ours = set(layout.places.values())
    alone = len(row.cells) == 1 and len(reader.cells.keys() & ours) < 2
    if ours & row.cells.keys() and not alone:
        return
    place = min(row.cells)
    where = cell_name(row.number, place)
    raise BadValue("a row of the list", f"nothing but {seen(row.cells[place])} in {where}")


def _says_autopay(reader: RowReader) -> bool:
    """Return whether the row says that AutoPay is on for this patient, a fact and not consent."""
    value = reader.read("autopay", text_of, "") or ""
    return str(value).casefold() not in ("", "no", "n", "none", "off", "false", "0", "-", "n/a")


def _filled(grid: Grid, layout: Layout) -> tuple[dict[int, dict[int, Cell]], dict[int, str]]:
    """Merged values for the rows below their first, and the rows that share a merged amount."""
    numbers = [row.number for row in layout.rows]
    by_number = {row.number: row for row in layout.rows}
    keys = {place: key for key, place in layout.places.items()}
    filled: dict[int, dict[int, Cell]] = {}
    doubtful: dict[int, str] = {}
    count = 0
    for merged in grid.merged:
        (first, last), place = merged.rows, merged.columns[0]
        if place not in keys or first == last or first not in by_number:
            continue
        within = numbers[bisect_left(numbers, first) : bisect_right(numbers, last)]
        count += len(within)
        if count > _MOST_FILLED:
            raise NoList("merged cells that lie over each other", "part the merged cells")
        if keys[place] in ("owes", "enter"):
            if len(within) > 1:
                doubtful |= dict.fromkeys(within, f"one, merged over rows {first} to {last}")
        elif place in by_number[first].cells:
            for number in within:
                filled.setdefault(number, {})[place] = by_number[first].cells[place]
    return filled, doubtful


def _remark(told: SheetRead, reading: Reading) -> None:
    if reading.first_last:
        told.remarks.append("names are read as First Last")
    if reading.days.short_years:
        told.remarks.append("dates of service are read as month/day/year of this century")
    if reading.births.short_years:
        told.remarks.append("birth dates are read as month/day/year of the last century")
    timed = "time" not in reading.layout.places and any(i.request.time for i in told.items)
    if timed:
        told.remarks.append("the time that stands with the date of service is used")
