"""A list as the page shows it: its cells, its mistakes, and the same list for the worker."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from automation.console.columns import CHOICES, Headings, as_text, headings_of
from automation.worklists.choosing import Wanted
from automation.worklists.reading import Worklist, read_worklist
from automation.worklists.rows import BadCell
from automation.worklists.sheet_reading import SheetRead
from automation.worklists.sheets import ListInMemory


@dataclass(frozen=True)
class BillerList:
    """A list that a visitor gave, and which of its sheets and rows they want."""

    given: ListInMemory
    wanted: Wanted = field(default_factory=Wanted)
    was_asked: bool = False  # a person said which sheets and hidden rows are meant

    @property
    def name(self) -> str:
        """The name of the file, or what stands for it."""
        return self.given.name

    @cached_property
    def table(self) -> Table:
        """The list as it is read, once: a long one takes seconds. Raises UsageProblem."""
        return _table_of(self)

    @cached_property
    def headings(self) -> Headings:
        """Its headings, and the columns that it lacks. Raises UsageProblem when it is no list."""
        return headings_of(self.given, self.wanted)

    @property
    def headings_given(self) -> Headings:
        """Its headings as they were given, with the words that a person chose for them since."""
        given = headings_of(replace(self.given, mended={}), self.wanted)
        return given.with_words(self.given.mended)

    def taking(self, sheets: Sequence[str], *, hidden_rows: bool) -> BillerList:
        """Return the list with the sheets that a person ticked, with their hidden rows or not."""
        return replace(self, wanted=Wanted(tuple(sheets), False, hidden_rows), was_asked=True)


@dataclass(frozen=True)
class Part:
    """One sheet of a file: whether it is read, and how many rows it has."""

    name: str
    rows: int
    is_read: bool
    is_hidden: bool = False


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
    def parts(self) -> list[Part]:
        """The sheets with a list, read or left out, to choose from; nothing for a single one."""
        read = [Part(one.name, len(_numbers_read(one)), True) for one in self.worklist.sheets]
        out = [
            Part(one.name, one.rows, False, one.why.startswith("hidden"))
            for one in self.worklist.left_out
            if "--sheet" in one.why
        ]
        return [*read, *out] if out or len(read) > 1 else []

    @property
    def hidden_rows(self) -> int:
        """How many rows are hidden or filtered away, and not read."""
        return sum(len(sheet.hidden) for sheet in self.worklist.sheets)

    @property
    def has_choice(self) -> bool:
        """Whether a person has to say which sheets or hidden rows are meant."""
        return bool(self.parts or self.hidden_rows)

    @property
    def bad(self) -> list[ShownRow]:
        """The rows to mend."""
        return [row for row in self.rows if row.is_bad]


def _numbers_read(sheet: SheetRead) -> set[int]:
    return {item.row for item in sheet.items} | {cell.row for cell in sheet.bad}


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


def mended(mine: BillerList, form: Sequence[tuple[str, str]]) -> BillerList:
    """Return the list with what a form says: new texts of cells, and rows to leave out."""
    given = mine.given
    texts, without = dict(given.mended), set(given.without)
    for name, value in form:
        kind, _, where = name.partition("-")
        if kind == "cell" or (kind == "head" and value in CHOICES):
            number, place, sheet = where.split(":", 2)
            texts[sheet, int(number), int(place)] = value.strip()
        elif kind == "without":
            number, sheet = where.split(":", 1)
            without.add((sheet, int(number)))
    new = replace(given, mended=texts, without=frozenset(without))
    return replace(mine, given=new)
