"""The grid that every kind of file is read into: rows of non-empty cells."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from automation.worklists.limits import NoList

Cell = Any
"""Text, a number, a date or time, True or False; None where there is nothing."""

FIRST_OF_1900, FIRST_OF_1904 = dt.datetime(1899, 12, 30), dt.datetime(1904, 1, 1)  # noqa: DTZ001


class Percent(float):
    """A number that a spreadsheet shows as a percentage."""


class OtherMoney(float):
    """A number that a spreadsheet shows in another currency or unit, named by `shown`."""

    shown = ""


class DayOf1904(float):
    """A plain number in a workbook that counts days from 1904, four years later than usual."""


NOT_COMPUTED = "#NOT CALCULATED"
"""Placeholder for a formula that was never calculated."""


@dataclass(frozen=True, slots=True)
class Row:
    """A non-empty row: its number as a spreadsheet counts, and its cells by column.

    `width` counts the cells of a line of text, empty ones too; 0 in a spreadsheet.
    """

    number: int
    cells: Mapping[int, Cell]
    hidden: bool = False
    width: int = 0


@dataclass(frozen=True)
class Merged:
    """A range of merged cells, whose first one holds the value; all bounds are inclusive."""

    rows: tuple[int, int]
    columns: tuple[int, int]


@dataclass(frozen=True)
class Grid:
    """The rows of a sheet in order, without empty ones."""

    rows: tuple[Row, ...]
    merged: tuple[Merged, ...] = ()
    hidden_columns: frozenset[int] = frozenset()
    delimiter: str = ""
    remarks: tuple[str, ...] = ()
    left_out: tuple[int, ...] = ()  # the numbers of hidden rows that were removed

    def visible(self) -> Grid:
        """The grid without the rows that are hidden, filtered out or in a collapsed group."""
        hidden = tuple(row.number for row in self.rows if row.hidden)
        shown = tuple(row for row in self.rows if not row.hidden)
        return replace(self, rows=shown, left_out=hidden)


@dataclass(frozen=True)
class Sheet:
    """One sheet of a file, read only when its grid is requested; a CSV's name is ""."""

    name: str
    load: Callable[[], Grid] = field(repr=False)
    hidden: bool = False

    def grid(self) -> Grid:
        """Read the rows. Raises NoList when they are too many or damaged."""
        return self.load()


def moment(number: float, *, since_1904: bool) -> Cell:
    """Convert a count of days to the date and time, or time of day, that a spreadsheet shows."""
    if not 0 <= number < 2_958_466:  # up to the year 9999
        return number
    seconds = round(number * 86_400)
    if seconds < 86_400:
        return (FIRST_OF_1900 + dt.timedelta(seconds=seconds)).time()
    first = FIRST_OF_1904 if since_1904 else FIRST_OF_1900
    try:
        return first + dt.timedelta(seconds=seconds)
    except OverflowError as error:
        raise NoList("a day after the year 9999", "mend that cell") from error


def number_as_shown(number: float, kind: str, *, since_1904: bool) -> Cell:
    """Convert a number by the kind of its format, to what a person sees in the spreadsheet."""
    if kind == "percent":
        return Percent(number)
    if kind == "day":
        return moment(number, since_1904=since_1904)
    if kind.startswith("money:"):
        other = OtherMoney(number)
        other.shown = kind.removeprefix("money:")
        return other
    return DayOf1904(number) if since_1904 else number
