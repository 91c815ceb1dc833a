"""A list as the page shows it: its cells, its mistakes, and the same list for the worker."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from automation.billing.request import shown
from automation.worklists.cells import BadValue, text_of
from automation.worklists.choosing import Wanted, chosen
from automation.worklists.columns import USUAL
from automation.worklists.grid import Cell
from automation.worklists.reading import Worklist, read_worklist
from automation.worklists.rows import BadCell
from automation.worklists.sheet_reading import SheetRead
from automation.worklists.sheets import ListInMemory

COLUMN_WORDS = (
    "Patient",
    "Last Name",
    "First Name",
    "Date of Birth",
    "Account Number",
    "Date of Service",
    "Time",
    "Payer Type",
    "Patient Owes",
)
"""The headings that a person chooses from."""


@dataclass(frozen=True)
class BillerList:
    """A list that a visitor gave, and which of its sheets and rows they want."""

    given: ListInMemory
    wanted: Wanted = field(default_factory=Wanted)

    @property
    def name(self) -> str:
        """The name of the file, or what stands for it."""
        return self.given.name

    @cached_property
    def table(self) -> Table:
        """The list as it is read, once: a long one takes seconds. Raises UsageProblem."""
        return _table_of(self)

    @cached_property
    def headings(self) -> tuple[tuple[str, ...], list[Heading]]:
        """What the list lacks, and its headings to choose from; nothing when it lacks nothing.

        Raises UsageProblem when it is not a list at all.
        """
        return _headings_to_choose(self)

    def taking(self, choice: str) -> BillerList:
        """Return the list with its hidden rows, or another sheet, as a button says."""
        kind, _, sheet = choice.partition(":")
        if kind == "hidden":
            return replace(self, wanted=replace(self.wanted, hidden_rows=True))
        if kind == "sheet":
            return replace(self, wanted=replace(self.wanted, sheets=(sheet,), all_sheets=False))
        return replace(self, wanted=replace(self.wanted, sheets=(), all_sheets=True))


@dataclass(frozen=True)
class Heading:
    """One heading of a list in which a column was not found."""

    name: str
    text: str
    example: str
    taken: str  # what it was taken for; "" for a column that is not used


@dataclass(frozen=True)
class ShownCell:
    """One cell: its text, its name in the form, and what is wrong with it."""

    name: str
    text: str
    column: str
    wrong: tuple[str, ...] = ()
    is_amount: bool = False


@dataclass(frozen=True)
class ShownRow:
    """One row of the list: its number, its cells, and what is wrong with it as a whole."""

    sheet: str
    number: int
    cells: tuple[ShownCell, ...]
    wrong: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The row's name in the form."""
        return f"{self.number}:{self.sheet}"

    @property
    def is_bad(self) -> bool:
        """Whether anything in it has to be mended."""
        return bool(self.wrong) or any(cell.wrong for cell in self.cells)


@dataclass(frozen=True)
class Table:
    """A list as it was read: the headings, the rows, how it was read, and its items."""

    headings: tuple[str, ...]
    rows: tuple[ShownRow, ...]
    as_read: tuple[str, ...]
    worklist: Worklist = field(repr=False)

    @property
    def choices(self) -> list[tuple[str, str]]:
        """What else of the file could be read: the choice, and the words on its button."""
        found = []
        if any(sheet.hidden for sheet in self.worklist.sheets):
            found.append(("hidden:", "Read the hidden rows, too"))
        lists = [out for out in self.worklist.left_out if "--sheet" in out.why]
        found += [(f"sheet:{out.name}", f"Read {out.name} instead") for out in lists[:6]]
        return found + ([("all:", "Read all sheets")] if lists else [])

    @property
    def bad(self) -> list[ShownRow]:
        """The rows to mend."""
        return [row for row in self.rows if row.is_bad]


def _headings_to_choose(mine: BillerList) -> tuple[tuple[str, ...], list[Heading]]:
    found, _ = chosen(mine.given, mine.wanted)
    lacking = [(sheet, layout) for sheet, _, layout in found if layout.missing]
    if not lacking:
        return (), []
    sheet, layout = lacking[0]
    keys = {place: key for key, place in layout.places.items()}
    headings = []
    for place, text in sorted(layout.texts.items()):
        texts = (as_text(row.cells.get(place)) for row in layout.rows)
        example = next((text for text in texts if text), "")
        name = f"{layout.numbers[-1]}:{place}:{sheet.name}"
        headings.append(Heading(name, text, example[:40], USUAL.get(keys.get(place, ""), "")))
    return layout.missing, headings


def _table_of(mine: BillerList) -> Table:
    worklist = read_worklist(mine.given, wanted=mine.wanted)
    keys = list(dict.fromkeys(key for one in worklist.sheets for key in one.layout.places))
    rows = [row for sheet in worklist.sheets for row in _rows(sheet, worklist.bad, keys)]
    first = worklist.sheets[0].layout
    headings = tuple(first.heading(key) for key in keys)
    return Table(headings, tuple(rows), tuple(worklist.as_read()), worklist)


def _rows(sheet: SheetRead, bad: Sequence[BadCell], keys: Sequence[str]) -> list[ShownRow]:
    wrong: dict[int, list[BadCell]] = {}
    for cell in bad:
        if cell.sheet == sheet.name:
            wrong.setdefault(cell.row, []).append(cell)
    layout = sheet.layout
    shown_rows = []
    for row in layout.rows:
        if row.number in sheet.sums:
            continue
        left = wrong.get(row.number, [])
        cells = []
        for key in keys:
            place = layout.places.get(key)
            heading = layout.heading(key)
            mine = [cell for cell in left if cell.column == heading] if place is not None else []
            left = [cell for cell in left if cell not in mine]
            name = "" if place is None else f"{row.number}:{place}:{sheet.name}"
            text = "" if place is None else as_text(row.cells.get(place))
            notes = tuple(_sentence(cell) for cell in mine)
            cells.append(ShownCell(name, text, heading, notes, key in ("owes", "enter")))
        whole = tuple(_of_row(cell) for cell in left)
        shown_rows.append(ShownRow(sheet.name, row.number, tuple(cells), whole))
    return shown_rows


def _sentence(cell: BadCell) -> str:
    found = "It is empty" if cell.found == "nothing" else f"It says {cell.found}"
    return f"Needed: {cell.expected}. {found}."


def _of_row(cell: BadCell) -> str:
    column = "" if cell.column in ("row", "") else f"{cell.column}: "
    return f"{column}needed: {cell.expected}; found: {cell.found}."


def as_text(cell: Cell) -> str:
    """Write a cell as a person would type it."""
    if isinstance(cell, dt.datetime):
        time = "" if cell.time() == dt.time() else f" {cell:%H:%M}"
        return shown(cell.date()) + time
    if isinstance(cell, dt.date):
        return shown(cell)
    if isinstance(cell, dt.time):
        return f"{cell:%H:%M}"
    try:
        return text_of(cell)
    except BadValue:
        return str(cell)


def mended(mine: BillerList, form: Sequence[tuple[str, str]]) -> BillerList:
    """Return the list with what a form says: new texts of cells, and rows to leave out."""
    given = mine.given
    texts, without = dict(given.mended), set(given.without)
    for name, value in form:
        kind, _, where = name.partition("-")
        if kind == "cell" or (kind == "head" and value):
            number, place, sheet = where.split(":", 2)
            texts[sheet, int(number), int(place)] = value.strip()
        elif kind == "without":
            number, sheet = where.split(":", 1)
            without.add((sheet, int(number)))
    new = replace(given, mended=texts, without=frozenset(without))
    return replace(mine, given=new)
