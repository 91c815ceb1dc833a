"""A list as the page shows it: its cells, its mistakes, and the same list for the worker."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, partial

from automation.console.background import Background
from automation.console.columns import CHOICES, Headings, Remembered, as_text, headings_of
from automation.console.handover import for_worker
from automation.worklists.choosing import Wanted
from automation.worklists.grid import Row
from automation.worklists.reading import Worklist, read_worklist
from automation.worklists.rows import BadCell
from automation.worklists.sheet_reading import Progress, SheetRead
from automation.worklists.sheets import ListInMemory

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
        read = self.reading.result().given
        if not read.mended:
            return self.headings
        return headings_of(replace(read, mended={}), self.wanted).with_words(read.mended)

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
    """

    given: ListInMemory
    headings: Headings
    table: Table | None = None
    is_known: bool = False  # remembered columns were all that it lacked


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
    """A list as it was read: the headings, how it was read, and its items.

    Its rows are made as they are shown, since all together they take much memory.
    """

    keys: tuple[str, ...]
    headings: tuple[str, ...]
    as_read: tuple[str, ...]
    count: int  # of the items
    parts: tuple[Part, ...]  # the sheets to choose from; none for a file with a single one
    places: tuple[tuple[int, int], ...] = field(repr=False)  # each row's sheet, and place in it
    wrong: Mapping[tuple[str, int], Sequence[BadCell]] = field(repr=False)  # by sheet and row
    worklist: Worklist = field(repr=False)

    def rows(self, places: Sequence[tuple[int, int]]) -> list[ShownRow]:
        """Return some of the rows as they are shown."""
        return [self._row(*place) for place in places]

    def _row(self, at: int, place: int) -> ShownRow:
        sheet = self.worklist.sheets[at]
        row = sheet.layout.rows[place]
        return _row(sheet, row, self.wrong.get((sheet.name, row.number), ()), self.keys)

    @property
    def amounts(self) -> frozenset[int]:
        """Which of the columns hold amounts."""
        return frozenset(at for at, key in enumerate(self.keys) if key in _AMOUNTS)

    @cached_property
    def bad(self) -> tuple[tuple[int, int], ...]:
        """The places of the rows to mend."""
        sheets = self.worklist.sheets
        return tuple(
            (at, place)
            for at, place in self.places
            if (sheets[at].name, sheets[at].layout.rows[place].number) in self.wrong
        )

    @property
    def hidden_rows(self) -> int:
        """How many rows are hidden or filtered away, and not read."""
        return sum(len(sheet.hidden) for sheet in self.worklist.sheets)

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
    headings = headings_of(given, wanted)
    lacks = bool(headings.missing)
    if lacks and remembered is not None:
        given = remembered.applied(given, headings)
        headings = headings_of(given, wanted)
    if headings.missing:
        return ListRead(given, headings)
    return ListRead(given, headings, _table_of(given, wanted, told), is_known=lacks)


def _for_worker(reading: Background[ListRead], told: Progress) -> bytes:
    read = reading.result()
    table = _table_in(read)
    content = for_worker(table.worklist.items)
    # The items are in it now, and take much memory; the rows are still shown from the sheets.
    sheets = tuple(replace(sheet, items=[]) for sheet in table.worklist.sheets)
    slim = replace(table.worklist, items=(), sheets=sheets)
    reading.keep(replace(read, table=replace(table, worklist=slim)))
    return content


def _table_in(read: ListRead) -> Table:
    if read.table is None:
        raise ValueError("a column is still to be chosen")
    return read.table


def _table_of(given: ListInMemory, wanted: Wanted, told: Progress) -> Table:
    worklist = read_worklist(given, wanted=wanted, progress=told)
    sheets = worklist.sheets
    keys = tuple(dict.fromkeys(key for one in sheets for key in one.layout.places))
    sums = [set(sheet.sums) for sheet in sheets]
    places = (
        (at, place)
        for at, sheet in enumerate(sheets)
        for place, row in enumerate(sheet.layout.rows)
        if row.number not in sums[at]
    )
    wrong: dict[tuple[str, int], list[BadCell]] = {}
    for cell in worklist.bad:
        wrong.setdefault((cell.sheet, cell.row), []).append(cell)
    headings = tuple(sheets[0].layout.heading(key) for key in keys)
    return Table(
        keys,
        headings,
        tuple(worklist.as_read()),
        len(worklist.items),
        _parts(worklist),
        tuple(places),
        wrong,
        worklist,
    )


def _row(sheet: SheetRead, row: Row, wrong: Sequence[BadCell], keys: Sequence[str]) -> ShownRow:
    layout, left, cells = sheet.layout, list(wrong), []
    for key in keys:
        place = layout.places.get(key)
        heading = layout.heading(key)
        mine = [cell for cell in left if cell.column == heading] if place is not None else []
        left = [cell for cell in left if cell not in mine]
        name = "" if place is None else f"{row.number}:{place}:{sheet.name}"
        text = "" if place is None else as_text(row.cells.get(place))
        notes = tuple(_sentence(cell) for cell in mine)
        cells.append(ShownCell(name, text, heading, notes, key in _AMOUNTS))
    whole = tuple(_of_row(cell) for cell in left)
    return ShownRow(sheet.name, row.number, tuple(cells), whole)


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
