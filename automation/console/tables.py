"""A list as the page shows it: its cells, its mistakes, and the same list for the worker."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import NamedTuple

from automation.console.apart import apart
from automation.console.background import Background
from automation.console.columns import CHOICES, Headings, Remembered, as_text, headings_of
from automation.console.handover import for_worker
from automation.console.packing import Packed
from automation.worklists.choosing import Wanted
from automation.worklists.grid import Row
from automation.worklists.reading import Worklist, read_worklist
from automation.worklists.rows import BadCell, WorklistItem
from automation.worklists.sheet_reading import Progress, SheetRead
from automation.worklists.sheets import ListInMemory

LONG_BYTES = 50_000  # from this length on, a list is read in a process of its own
_AMOUNTS = ("owes", "enter")


@dataclass(frozen=True)
class BillerList:
    """A list that a visitor gave, and which of its sheets and rows they want.

    It is read once, in a thread of its own, since a long one takes seconds. `remembered` has the
    columns chosen for lists like it, for a list that was just given; `before` is the list before
    a change, for when it is no list with that.
    """

    given: ListInMemory
    wanted: Wanted = field(default_factory=Wanted)
    was_asked: bool = False  # a person said which sheets and hidden rows are meant
    remembered: Remembered | None = field(default=None, repr=False, compare=False)
    before: BillerList | None = field(default=None, repr=False, compare=False)
    reading: Background[ListRead] = field(init=False, repr=False, compare=False)
    handover: Background[bytes] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Prepare what is done in threads; nothing is begun yet."""
        read = partial(_read, self.given, self.wanted, self.remembered)
        object.__setattr__(self, "reading", Background(read))
        object.__setattr__(self, "handover", Background(partial(_for_worker, self.reading)))

    @property
    def name(self) -> str:
        """The name of the file, or what stands for it."""
        return self.given.name

    @property
    def table(self) -> Table:
        """The list as it is read. Raises UsageProblem."""
        return _table_in(self.reading.result())

    @property
    def headings(self) -> Headings:
        """Its headings, and the columns that it lacks. Raises UsageProblem when it is no list."""
        return self.reading.result().headings

    @property
    def headings_given(self) -> Headings:
        """Its headings as they were given, with the words that were chosen for them since."""
        return self.reading.result().headings_given

    def unread(self) -> BillerList:
        """Return the list as it was given, without the memory that reading it took."""
        return replace(self)

    def taking(self, sheets: Sequence[str], *, hidden_rows: bool) -> BillerList:
        """Return the list with the sheets that a person ticked, with their hidden rows or not."""
        wanted = Wanted(tuple(sheets), False, hidden_rows)
        return replace(self.changed(self.reading.result().given), wanted=wanted, was_asked=True)

    def changed(self, given: ListInMemory) -> BillerList:
        """Return the list as a person changed it; this one is there for when it is no list so."""
        return replace(self, given=given, remembered=None, before=replace(self, before=None))


@dataclass(frozen=True)
class Part:
    """One sheet of a file: whether it is read, and how many rows it has."""

    name: str
    rows: int
    is_read: bool
    is_hidden: bool = False


@dataclass(frozen=True)
class ListRead:
    """A list after it was read: its headings, and its table unless they lack a column.

    `given` has the words for its headings that were chosen for another list of its shape.
    `handover` is the list for the worker, once it is made of the items.
    """

    given: ListInMemory
    headings: Headings
    headings_given: Headings
    table: Table | None = None
    is_known: bool = False  # remembered columns were all that it lacked
    items: tuple[WorklistItem, ...] = field(default=(), repr=False)
    handover: bytes = field(default=b"", repr=False)

    def handed_over(self) -> ListRead:
        """Return it with the list for the worker in place of the items, which take much memory."""
        return replace(self, handover=for_worker(self.items), items=())


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


class ReadRow(NamedTuple):
    """One row as it was read: its sheet's place, its number, and its text in each column."""

    at: int
    number: int
    texts: tuple[str, ...]


@dataclass(frozen=True)
class ReadSheet:
    """One sheet that was read: its name, its columns and their headings, how many rows hide."""

    name: str
    places: Mapping[str, int]
    headings: Mapping[str, str]
    hidden: int


@dataclass(frozen=True)
class Table:
    """A list as it was read: the headings, how it was read, and its rows as texts."""

    keys: tuple[str, ...]
    headings: tuple[str, ...]
    as_read: tuple[str, ...]
    count: int  # of the items
    parts: tuple[Part, ...]  # the sheets to choose from; none for a file with a single one
    sheets: tuple[ReadSheet, ...]
    all_rows: Packed[ReadRow] = field(repr=False)
    bad: Sequence[ReadRow] = field(repr=False)  # the rows to mend
    wrong: Mapping[tuple[str, int], Sequence[BadCell]] = field(repr=False)  # by sheet and row

    def rows(self, rows: Sequence[ReadRow]) -> list[ShownRow]:
        """Return some of the rows as they are shown."""
        return [self._row(self.sheets[row.at], row) for row in rows]

    def _row(self, sheet: ReadSheet, row: ReadRow) -> ShownRow:
        left, cells = list(self.wrong.get((sheet.name, row.number), ())), []
        for key, text in zip(self.keys, row.texts, strict=True):
            place, heading = sheet.places.get(key), sheet.headings[key]
            mine = [cell for cell in left if cell.column == heading] if place is not None else []
            left = [cell for cell in left if cell not in mine]
            name = "" if place is None else f"{row.number}:{place}:{sheet.name}"
            notes = tuple(_sentence(cell) for cell in mine)
            cells.append(ShownCell(name, text, heading, notes, key in _AMOUNTS))
        whole = tuple(_of_row(cell) for cell in left)
        return ShownRow(sheet.name, row.number, tuple(cells), whole)

    @property
    def amounts(self) -> frozenset[int]:
        """Which of the columns hold amounts."""
        return frozenset(at for at, key in enumerate(self.keys) if key in _AMOUNTS)

    @property
    def hidden_rows(self) -> int:
        """How many rows are hidden or filtered away, and not read."""
        return sum(sheet.hidden for sheet in self.sheets)

    @property
    def has_choice(self) -> bool:
        """Whether a person has to say which sheets or hidden rows are meant."""
        return bool(self.hidden_rows or self.parts)


def _parts(worklist: Worklist) -> tuple[Part, ...]:
    """The sheets with a list, read or left out."""
    read = [Part(one.name, len(_numbers_read(one)), True) for one in worklist.sheets]
    out = [
        Part(one.name, one.rows, False, one.why.startswith("hidden"))
        for one in worklist.left_out
        if "--sheet" in one.why
    ]
    return (*read, *out) if out or len(read) > 1 else ()


def _numbers_read(sheet: SheetRead) -> set[int]:
    return {item.row for item in sheet.items} | {cell.row for cell in sheet.bad}


def _read(
    given: ListInMemory, wanted: Wanted, remembered: Remembered | None, told: Progress
) -> ListRead:
    """Read a list; a long one in a process of its own, and for the worker at the same time."""
    if len(given.content) < LONG_BYTES:
        return read_list(given, wanted, remembered, told)
    return apart(read_for_worker, given, wanted, remembered, told=told)


def read_for_worker(
    given: ListInMemory, wanted: Wanted, remembered: Remembered | None, told: Progress
) -> ListRead:
    """Read a list, and write it for the worker if there is no mistake in it."""
    read = read_list(given, wanted, remembered, told)
    if read.table is None or read.table.bad or not read.items:
        return replace(read, items=())  # a list with a mistake is read again once it is mended
    return read.handed_over()


def read_list(
    given: ListInMemory, wanted: Wanted, remembered: Remembered | None, told: Progress
) -> ListRead:
    """Read a list with its items. Raises UsageProblem when it is none."""
    headings = headings_of(given, wanted)
    lacks = bool(headings.missing)
    if lacks and remembered is not None:
        given = remembered.applied(given, headings)
        headings = headings_of(given, wanted)
    read = ListRead(given, headings, _as_given(given, wanted, headings), is_known=lacks)
    if headings.missing:
        return replace(read, is_known=False)
    worklist = read_worklist(given, wanted=wanted, progress=told)
    return replace(read, table=_table_of(worklist), items=worklist.items)


def _as_given(given: ListInMemory, wanted: Wanted, headings: Headings) -> Headings:
    if not given.mended:
        return headings
    return headings_of(replace(given, mended={}), wanted).with_words(given.mended)


def _for_worker(reading: Background[ListRead], told: Progress) -> bytes:
    read = reading.result()
    _ = _table_in(read)
    if not read.handover:
        read = read.handed_over()
        reading.keep(read)
    return read.handover


def _table_in(read: ListRead) -> Table:
    if read.table is None:
        raise ValueError("a column is still to be chosen")
    return read.table


def _table_of(worklist: Worklist) -> Table:
    keys = tuple(dict.fromkeys(key for one in worklist.sheets for key in one.layout.places))
    sums = [set(sheet.sums) for sheet in worklist.sheets]
    rows = [
        ReadRow(at, row.number, _texts(sheet, row, keys))
        for at, sheet in enumerate(worklist.sheets)
        for row in sheet.layout.rows
        if row.number not in sums[at]
    ]
    wrong: dict[tuple[str, int], list[BadCell]] = {}
    for cell in worklist.bad:
        wrong.setdefault((cell.sheet, cell.row), []).append(cell)
    sheets = tuple(_sheet(sheet, keys) for sheet in worklist.sheets)
    bad = [row for row in rows if (sheets[row.at].name, row.number) in wrong]
    return Table(
        keys,
        tuple(sheets[0].headings[key] for key in keys),
        tuple(worklist.as_read()),
        len(worklist.items),
        _parts(worklist),
        sheets,
        Packed(rows),
        bad,
        wrong,
    )


def _sheet(sheet: SheetRead, keys: Sequence[str]) -> ReadSheet:
    headings = {key: sheet.layout.heading(key) for key in keys}
    return ReadSheet(sheet.name, dict(sheet.layout.places), headings, len(sheet.hidden))


def _texts(sheet: SheetRead, row: Row, keys: Sequence[str]) -> tuple[str, ...]:
    places = sheet.layout.places
    return tuple(as_text(row.cells.get(places[key])) if key in places else "" for key in keys)


def _sentence(cell: BadCell) -> str:
    found = "It is empty" if cell.found == "nothing" else f"It says {cell.found}"
    return f"Needed: {cell.expected}. {found}."


def _of_row(cell: BadCell) -> str:
    column = "" if cell.column in ("row", "") else f"{cell.column}: "
    return f"{column}needed: {cell.expected}; found: {cell.found}."


def mended(mine: BillerList, form: Sequence[tuple[str, str]]) -> BillerList:
    """Return the list with what a form says: new texts of cells, and rows to leave out."""
    given = mine.reading.result().given
    texts, without = dict(given.mended), set(given.without)
    for name, value in form:
        kind, _, where = name.partition("-")
        if kind == "cell" or (kind == "head" and value in CHOICES):
            number, place, sheet = where.split(":", 2)
            texts[sheet, int(number), int(place)] = value.strip()
        elif kind == "without":
            number, sheet = where.split(":", 1)
            without.add((sheet, int(number)))
    return mine.changed(replace(given, mended=texts, without=frozenset(without)))
