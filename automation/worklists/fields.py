"""Reads a list for any flow: the first row names the flow's fields, each further row is an item."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from automation.billing.asks import Asks
from automation.errors import UsageProblem
from automation.worklists.cells import BadValue, text_of
from automation.worklists.grid import Row
from automation.worklists.reading import digest_of, mistakes
from automation.worklists.rows import BadCell, WorklistItem
from automation.worklists.sheets import grid_of, sheets_of

_PARTS = ";"
"""Separates the values of a repeatable field within one cell."""

_COPY = ("reading the row", "one that no other row repeats; a check number tells payments apart")


def read_items(path: Path, asks: Asks) -> tuple[list[WorklistItem], str]:
    """Read every row of a list for a flow; return its items and their digest.

    Raises UsageProblem naming each invalid cell; no row is left out.
    """
    (sheet, *others) = [one for one in sheets_of(path) if not one.hidden]
    if others:
        raise _no_list(path, "a file of one sheet", f"{len(others) + 1} sheets")
    grid = grid_of(path, sheet)
    if hidden := [row.number for row in grid.rows if row.hidden]:
        raise _no_list(path, "every row to be seen", f"{len(hidden)} hidden rows")
    head, *rows = grid.rows or (Row(1, {}),)
    columns = {column: _field(cell) for column, cell in head.cells.items()}
    unknown = [name for name in columns.values() if name not in asks.fields]
    if unknown or not rows or len(set(columns.values())) < len(columns):
        expected = "a first row of " + ", ".join(asks.fields) + ", each once, and rows below it"
        raise _no_list(path, expected, ", ".join(unknown) or "no such rows")
    items, bad, seen = [], list[BadCell](), dict[str, int]()
    for row in rows:
        try:
            request = asks.typed(_words(asks, columns, row))
            items.append(WorklistItem(request, sheet.name, row.number))
            first = seen.setdefault(digest_of(items[-1:]), row.number)
            if first != row.number:
                bad.append(BadCell(sheet.name, row.number, *_COPY, f"a copy of row {first}"))
        except UsageProblem as problem:
            what = (problem.doing, problem.expected, problem.found)
            bad.append(BadCell(sheet.name, row.number, *what))
    if bad:
        raise mistakes(bad, "mend these cells; nothing was begun")
    return items, digest_of(items)


def _field(cell: object) -> str:
    return text_of(cell).casefold().replace(" ", "-").replace("_", "-")


def _words(asks: Asks, columns: dict[int, str], row: Row) -> dict[str, Sequence[str]]:
    words: dict[str, Sequence[str]] = {}
    for column, name in columns.items():
        text = _text(row, column, name)
        if text:
            words[name] = text.split(_PARTS) if name in asks.repeatable else [text]
    return words


def _text(row: Row, column: int, name: str) -> str:
    cell = row.cells.get(column)
    try:
        text = text_of(cell)
    except BadValue as problem:
        raise UsageProblem(
            f"reading {name}", expected=problem.expected, found=problem.found, next_step="mend it"
        ) from problem
    return text.removesuffix(" 00:00:00")  # a date that a spreadsheet stores with a time


def _no_list(path: Path, expected: str, found: str) -> UsageProblem:
    return UsageProblem(
        f"reading the list {path.name}",
        expected=expected,
        found=found,
        next_step="mend the list; nothing was begun. `undo-writeoff do` shows each flow's fields",
    )
