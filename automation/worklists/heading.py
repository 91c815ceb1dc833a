"""Finds the headings of a sheet and decides, by words and by values, what each column holds."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from automation.billing.names import without_invisible
from automation.worklists.cells import BadValue, amount_text, text_of
from automation.worklists.columns import COLUMNS, DOUBTFUL, USUAL
from automation.worklists.grid import Cell, Grid, Row
from automation.worklists.limits import letters
from automation.worklists.meanings import meanings, means_a_charge, means_money
from automation.worklists.values import bear_out

_TRIED = 3
_TITLE_ROWS = 20  # headings may follow a title, a date, an author


@dataclass(frozen=True)
class Layout:
    """How a sheet is read: the places and headings of our columns, the rest, and what is wrong.

    `rows` are those below the headings, `numbers` the rows of the headings themselves.
    """

    numbers: tuple[int, ...]
    rows: Sequence[Row]
    texts: Mapping[int, str]
    places: Mapping[str, int]
    unused: tuple[tuple[int, str], ...] = ()  # each column's place, and why it is not used
    missing: tuple[str, ...] = ()
    doubled: tuple[str, ...] = ()
    width: int = 0

    def heading(self, key: str) -> str:
        """The heading of a column in the file, else our name for it."""
        place = self.places.get(key)
        return USUAL[key] if place is None else self.texts[place]

    def column(self, key: str) -> list[tuple[int, Cell]]:
        """The cells of one of our columns, each with its row."""
        place = self.places.get(key)
        return [] if place is None else _cells(self.rows, place)


@dataclass
class _Choice:
    texts: Mapping[int, str]
    rows: Sequence[Row]
    places: dict[str, int] = field(default_factory=dict)
    unused: dict[int, str] = field(default_factory=dict)
    doubled: list[str] = field(default_factory=list)


def layout_of(grid: Grid) -> Layout | None:
    """Find the headings among the first rows; None if no row has two known ones."""
    likely = []
    for place in range(min(_TITLE_ROWS, len(grid.rows))):
        for texts, used in _readings(grid, place):
            known = {key for text in texts.values() for key in meanings(text)}
            if len(known) >= 2:
                likely.append(
                    (-len(_missing(dict.fromkeys(known, 0))), len(known), texts, place, used)
                )
    likely.sort(key=lambda one: one[:2], reverse=True)
    layouts = [_decided(grid, place, used, texts) for _, _, texts, place, used in likely[:_TRIED]]
    return max(layouts, key=_worth, default=None)


def _worth(layout: Layout) -> tuple[int, int]:
    return -len(layout.missing), len(layout.places)


def seen_headings(grid: Grid) -> str:
    """The first row that looks like headings, for a message; "" if none does."""
    rows = [
        row
        for row in grid.rows[:_TITLE_ROWS]
        if all(isinstance(c, str) for c in row.cells.values())
    ]
    likely = [row for row in rows if any(meanings(str(cell)) for cell in row.cells.values())]
    return ", ".join(_text(cell) for cell in likely[0].cells.values()) if likely else ""


# One row of headings, or two --------------------------------------------------------------------


def _readings(grid: Grid, place: int) -> list[tuple[dict[int, str], int]]:
    """The headings of a row alone, and joined with the row below; each with the rows it uses."""
    row = grid.rows[place]
    alone = {column: _text(cell) for column, cell in sorted(row.cells.items())}
    below = grid.rows[place + 1] if place + 1 < len(grid.rows) else None
    readings = [(alone, 1)]
    if below is not None and all(_is_a_word(cell) for cell in below.cells.values()):
        readings.append((_joined(grid, row, alone, below), 2))
    return readings


def _is_a_word(cell: Cell) -> bool:
    return isinstance(cell, str) and not re.search(r"\d", cell)


def _text(cell: Cell) -> str:
    shown = without_invisible(str(cell))
    if not shown.isprintable():
        shown = "".join(sign if sign.isprintable() else " " for sign in shown)
    return " ".join(shown.split())


def _joined(grid: Grid, row: Row, upper: Mapping[int, str], below: Row) -> dict[int, str]:
    texts = {}
    for column in sorted(upper.keys() | below.cells.keys()):
        child = _text(below.cells.get(column, ""))
        over, own = _over(grid, row, upper, column)
        texts[column] = _one_heading(over, child, own)
    return {column: text for column, text in texts.items() if text}


def _over(grid: Grid, row: Row, upper: Mapping[int, str], column: int) -> tuple[str, bool]:
    """The heading above a column, and whether it is the column's own rather than a group's."""
    if column in upper:
        return upper[column], True
    if any(merged.rows[0] == row.number for merged in grid.merged):
        group = [
            m
            for m in grid.merged
            if m.rows[0] == row.number and m.columns[0] < column <= m.columns[1]
        ]
        return (upper.get(group[0].columns[0], "") if group else ""), False
    left = [place for place in upper if place < column]
    return (upper[max(left)] if left else ""), False


def _one_heading(over: str, child: str, own: bool) -> str:
    if not child:
        return over if own else ""
    together = f"{over} {child}".strip()
    if meanings(together) or not over:
        return together
    if meanings(child) and (means_money(over) == means_money(child)):
        return child
    return together


# What each column holds --------------------------------------------------------------------------


def _decided(grid: Grid, place: int, used: int, texts: Mapping[int, str]) -> Layout:
    heads = grid.rows[place : place + used]
    below = grid.rows[place + used :]
    rows = [row for row in below if not _repeats(row, texts)]
    choice = _Choice(texts, rows)
    for key in COLUMNS:
        _choose(choice, key)
    _one_way_to_say_the_name(choice)
    _no_charge(choice)
    for column, text in texts.items():
        if text and column not in choice.places.values():
            choice.unused.setdefault(column, "")
    return Layout(
        tuple(row.number for row in heads),
        rows,
        texts,
        choice.places,
        tuple(sorted(choice.unused.items())),
        _missing(choice.places),
        tuple(choice.doubled),
        max(row.width for row in heads),
    )


def _repeats(row: Row, texts: Mapping[int, str]) -> bool:
    """Return whether a row repeats the headings, as on each page of a printed report."""
    return len(row.cells) > 1 and all(
        _text(cell).casefold() == texts.get(column, "").casefold() != ""
        for column, cell in row.cells.items()
    )


def _choose(choice: _Choice, key: str) -> None:
    """Choose the column whose heading most certainly means `key`; note others that differ."""
    found: dict[int, list[int]] = {}
    for column, text in choice.texts.items():
        rank = meanings(text).get(key)
        if rank is not None:
            found.setdefault(rank, []).append(column)
    for rank in sorted(found):
        fitting = [c for c in found[rank] if rank < DOUBTFUL or _fits(choice, key, c)]
        if not fitting:
            continue
        choice.places[key] = fitting[0]
        for one, other in pairwise(fitting):
            _held_together(choice, key, one, other)
        return


def _held_together(choice: _Choice, key: str, one: int, other: int) -> None:
    """Leave out the second of two columns that agree; if they differ, note the first such row."""
    for row in choice.rows:
        mine, theirs = row.cells.get(one), row.cells.get(other)
        if theirs is not None and _plain(key, mine) != _plain(key, theirs):
            names = [f"{choice.texts[c]!r} in column {letters(c)}" for c in (other, one)]
            choice.doubled.append(
                f"{choice.texts[other]!r}; {names[0]} and {names[1]} could both be "
                f"{USUAL[key]!r}, and row {row.number} has two different ones"
            )
            return
    choice.unused[other] = f"says the same as {choice.texts[one]!r}"


def _plain(key: str, cell: Cell) -> str:
    try:
        text = amount_text(cell) if key in ("owes", "enter") else text_of(cell)
    except BadValue:
        return repr(cell)
    number = text.replace("$", "").replace(",", "")
    return f"{float(number):.2f}" if re.fullmatch(r"\d+(\.\d+)?", number) else text.casefold()


def _fits(choice: _Choice, key: str, column: int) -> bool:
    """Whether the values of a column confirm an ambiguous heading."""
    cells = [cell for _, cell in _cells(choice.rows, column)]
    if cells and bear_out(key, cells):
        return True
    if cells:
        choice.unused[column] = f"its cells are no {USUAL[key]}"
    return key in ("patient", "date", "owes") and not cells


def _one_way_to_say_the_name(choice: _Choice) -> None:
    """Use the last and first names if both have columns, else the column with whole names."""
    parts = {"last", "first"} & choice.places.keys()
    if len(parts) == 2 and "patient" in choice.places:
        choice.unused[choice.places.pop("patient")] = "the names stand apart"
    elif "patient" in choice.places:
        for key in parts:
            choice.unused[choice.places.pop(key)] = "the whole name stands in another column"


def _no_charge(choice: _Choice) -> None:
    """Reject an Amount that may be the charge: beside other amounts, or equal to a charge."""
    place = choice.places.get("owes")
    if place is None or meanings(choice.texts[place]).get("owes") != DOUBTFUL:
        return
    taken = set(choice.places.values())
    others = [c for c, text in choice.texts.items() if c not in taken and means_money(text)]
    others = [c for c in others if bear_out("owes", [x for _, x in _cells(choice.rows, c)])]
    charges = [c for c in others if means_a_charge(choice.texts[c])]
    dearest = max(charges, key=lambda c: _sum(choice.rows, c), default=place)
    alike = [c for c in charges if c == dearest and _same_amounts(choice.rows, place, c)]
    if others and (alike or not charges):
        beside = choice.texts[(alike or others)[0]]
        choice.unused[choice.places.pop("owes")] = (
            f"beside {beside!r} it may be the charge; "
            "call the column with what the patient shall owe 'Patient Owes'"
        )


def _sum(rows: Sequence[Row], place: int) -> float:
    texts = (_plain("owes", cell) for _, cell in _cells(rows, place))
    return sum(float(text) for text in texts if re.fullmatch(r"\d{1,9}\.\d\d", text))


def _same_amounts(rows: Sequence[Row], one: int, other: int) -> bool:
    return all(
        _plain("owes", row.cells[one]) == _plain("owes", row.cells[other])
        for row in rows
        if one in row.cells and other in row.cells
    )


def _cells(rows: Sequence[Row], place: int) -> list[tuple[int, Cell]]:
    return [(row.number, row.cells[place]) for row in rows if place in row.cells]


def _missing(places: Mapping[str, int]) -> tuple[str, ...]:
    lacks = []
    if "patient" not in places and not {"last", "first"} <= places.keys():
        lacks.append("patient (or last name and first name)")
    if "date" not in places:
        lacks.append("date of service")
    if not {"owes", "enter"} & places.keys():
        lacks.append("owes (or enter)")
    return tuple(lacks)


def named_column(layout: Layout, place: int) -> str:
    """Name a column for a person: its heading and its letter."""
    return f"{layout.texts.get(place, '') or 'without a heading'} ({letters(place)})"
