"""Which column of a list is which, where its headings do not say: chosen once, and remembered.

What is remembered has no text of any list: a hash of its headings, and places of columns.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from automation.billing.request import shown
from automation.errors import UsageProblem
from automation.files import private_folder, write_whole
from automation.worklists.cells import BadValue, text_of
from automation.worklists.choosing import Wanted, chosen
from automation.worklists.columns import USUAL
from automation.worklists.grid import Cell, Grid, Row
from automation.worklists.sheets import ListInMemory, grid_of, sheets_of

WORDS = (
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

NOT_USED = "not used"
CHOICES = (*WORDS, NOT_USED)

_NEEDED = ("patient", "date of service", "owes (or enter)")
_FEWEST = 3  # columns of a list of patients, dates and amounts
_FIRST_ROWS = 20  # headings may follow a title
_MOST_SHAPES = 200  # that are remembered


@dataclass(frozen=True)
class Heading:
    """One heading of a list."""

    name: str
    text: str
    example: str
    taken: str  # what it was taken for; "" for a column that is not used


@dataclass(frozen=True)
class Headings:
    """The headings of a list to choose from, and which columns it still lacks."""

    missing: tuple[str, ...]
    sheet: str
    row: int
    columns: tuple[Heading, ...]

    @property
    def shape(self) -> str:
        """What lists with the same headings in the same places have in common: a hash."""
        texts = [[one.name.split(":")[1], one.text.casefold()] for one in self.columns]
        return hashlib.sha256(json.dumps(texts).encode()).hexdigest()

    def with_words(self, texts: Mapping[tuple[str, int, int], str]) -> Headings:
        """Return the same headings, taken for what the texts say that were chosen for them."""

        def taken(one: Heading) -> str:
            word = texts.get((self.sheet, self.row, int(one.name.split(":")[1])), one.taken)
            return "" if word == NOT_USED else word

        return replace(self, columns=tuple(replace(o, taken=taken(o)) for o in self.columns))


def headings_of(given: ListInMemory, wanted: Wanted) -> Headings:
    """Return the headings of the first sheet that lacks one, else of the first that is read.

    Raises UsageProblem when it is not a list at all.
    """
    try:
        found, _ = chosen(given, wanted)
    except UsageProblem:
        unknown = _unknown(given)
        if unknown is None:
            raise
        return unknown
    lacking = [one for one in found if one[2].missing]
    sheet, _, layout = (lacking or found)[0]
    keys = {place: USUAL[key] for key, place in layout.places.items()}
    row = layout.numbers[-1]
    return Headings(
        layout.missing, sheet.name, row, _columns(sheet.name, row, layout.texts, layout.rows, keys)
    )


def _unknown(given: ListInMemory) -> Headings | None:
    """Return the first row that may be headings, where none of its words is known."""
    for sheet in sheets_of(given):
        grid = grid_of(given, sheet).visible()
        row = None if sheet.hidden else _likely(grid)
        if row is not None:
            texts = {place: str(cell) for place, cell in row.cells.items()}
            below = [one for one in grid.rows if one.number > row.number]
            columns = _columns(sheet.name, row.number, texts, below, {})
            return Headings(_NEEDED, sheet.name, row.number, columns)
    return None


def _likely(grid: Grid) -> Row | None:
    for row, below in zip(grid.rows[:_FIRST_ROWS], grid.rows[1:], strict=False):
        words = all(isinstance(cell, str) and cell.strip() for cell in row.cells.values())
        if words and len(row.cells) >= _FEWEST and len(below.cells) >= _FEWEST:
            return row
    return None


def _columns(
    sheet: str, row: int, texts: Mapping[int, str], rows: Sequence[Row], taken: Mapping[int, str]
) -> tuple[Heading, ...]:
    columns = []
    for place, text in sorted(texts.items()):
        cells = (as_text(one.cells.get(place)) for one in rows)
        example = next((cell for cell in cells if cell), "")[:40]
        columns.append(Heading(f"{row}:{place}:{sheet}", text, example, taken.get(place, "")))
    return tuple(columns)


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


def chooses_columns(form: Sequence[tuple[str, str]]) -> bool:
    """Return whether a form says for any heading what it stands for."""
    return bool(_choices(form))


def _choices(form: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    return [(n, value) for n, value in form if n.startswith("head-") and value in CHOICES]


# What is remembered -----------------------------------------------------------------------------


class Remembered:
    """The choices that were made before, in a private file: by shape, the word for a place."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "columns.json"

    def applied(self, given: ListInMemory, found: Headings) -> ListInMemory:
        """Return a list with the columns chosen as for the last list of its shape."""
        texts = dict(given.mended)
        for place, word in self._all().get(found.shape, {}).items():
            texts[found.sheet, found.row, int(place)] = word
        return replace(given, mended=texts)

    def keep(self, shape: str, form: Sequence[tuple[str, str]]) -> None:
        """Remember what a person chose in the form, for other lists of the shape."""
        places = {name.split(":")[1]: value for name, value in _choices(form)}
        if places:
            shapes = self._all()
            places = {**shapes.pop(shape, {}), **places}
            latest = dict([*shapes.items(), (shape, places)][-_MOST_SHAPES:])
            private_folder(self._file.parent)
            write_whole(self._file, json.dumps(latest))

    def _all(self) -> dict[str, dict[str, str]]:
        try:
            stored = json.loads(self._file.read_bytes())
        except (OSError, ValueError):
            return {}
        return stored if isinstance(stored, dict) else {}
