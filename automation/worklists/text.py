"""Reads CSV in its dialects and other delimited text, line by line."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence

from automation.worklists.encodings import encoding_of
from automation.worklists.grid import Cell, Grid, Row
from automation.worklists.limits import LAST_COLUMN, Budget, NoList
from automation.worklists.meanings import meanings

_LONGEST_LINE = 1_000_000
_DELIMITERS = (",", "\t", ";", "|", "^", "~")


def grid_of_text(content: bytes) -> Grid:
    """Read a table from text. Raises NoList when it is not a table."""
    encoding = encoding_of(content)
    start = content[:60_000].decode(encoding, errors="ignore")
    delimiter, said = _delimiter(start)
    quotes = _quotes(start, delimiter)
    try:
        rows = _rows(_lines(content, encoding, quotes), delimiter, said)
    except csv.Error:
        # Some programs write \" for a quote within a cell, where most write it twice.
        lines = _lines(content, encoding, quotes)
        rows = _rows_or_problem(lines, delimiter, said, escaped=b'\\"' in content)
    if len(rows) > 1 and all(row.width == 1 for row in rows) and '"' in start:
        return _unwrapped(rows, start)
    remarks = ("read as text of an older Mac",) if encoding == "mac_roman" else ()
    return Grid(tuple(rows), delimiter=delimiter, remarks=remarks)


def _rows_or_problem(
    lines: Iterator[str], delimiter: str, said: bool, *, escaped: bool
) -> list[Row]:
    try:
        return _rows(lines, delimiter, said, escape="\\" if escaped else None)
    except csv.Error as error:
        number, why = error.args
        raise NoList(
            f"a table that breaks off at row {number}: quotes that do not pair ({why})",
            'take the quotes out of that row, or write each within a cell twice: ""',
        ) from error


def _rows(lines: Iterator[str], delimiter: str, said: bool, escape: str | None = None) -> list[Row]:
    """The non-empty rows. Raises csv.Error with the row's number and the reason."""
    budget, rows, number = Budget(), list[Row](), 0
    reader = csv.reader(lines, delimiter=delimiter, strict=True, escapechar=escape)
    try:
        for number, row in enumerate(reader, start=1):
            cells = _kept(row, number, budget)
            if cells and not (said and number == 1):
                budget.row()
                rows.append(Row(number, cells, width=len(row)))
    except csv.Error as error:
        raise csv.Error(number + 1, str(error)) from error
    return rows


def _unwrapped(rows: Sequence[Row], start: str) -> Grid:
    """Read a list whose lines were each put in quotes as a whole by the program that saved it."""
    lines = [str(row.cells[0]) for row in rows]
    delimiter, _ = _delimiter("\n".join(lines[:40]))
    try:
        within = [next(csv.reader([line], delimiter=delimiter, strict=True)) for line in lines]
    except (csv.Error, StopIteration):
        return Grid(tuple(rows), delimiter=delimiter)
    budget = Budget()
    unwrapped = [
        Row(row.number, _kept(cells, row.number, budget), width=len(cells))
        for row, cells in zip(rows, within, strict=True)
    ]
    return Grid(tuple(unwrapped), delimiter=delimiter)


def _quotes(start: str, delimiter: str) -> dict[int, str]:
    """The translation of curly quotes to straight ones, if a cell is enclosed in curly ones."""
    sign = re.escape(delimiter)
    begins = re.search(rf"(?:^|{sign})\s*\u201c[^\u201d\n]*\u201d\s*(?:{sign}|$)", start, re.M)
    return {0x201C: '"', 0x201D: '"'} if begins else {}


def _kept(row: list[str], number: int, budget: Budget) -> dict[int, Cell]:
    if len(row) > LAST_COLUMN:
        raise NoList(f"{len(row)} cells in row {number}", "save only the columns that are needed")
    cells: dict[int, Cell] = {}
    for column, cell in enumerate(row):
        if cell.strip():
            budget.cell(cell, (number, column))
            cells[column] = cell
    return cells


def _lines(content: bytes, encoding: str, quotes: dict[int, str]) -> Iterator[str]:
    text = io.TextIOWrapper(io.BytesIO(content), encoding, newline="")
    while line := text.readline(_LONGEST_LINE + 1):
        if len(line) > _LONGEST_LINE:
            raise NoList("a line of more than a million characters", "save the list again")
        yield line.translate(quotes) if quotes else line


def _delimiter(text: str) -> tuple[str, bool]:
    """The delimiter, and whether Excel's own `sep=` line names it.

    Otherwise it is the one that yields the most known headings, since all of them also occur in
    names, titles and notes.
    """
    line = text.partition("\n")[0]
    if line.casefold().startswith("sep=") and len(line.strip()) == 5:
        return line.strip()[4], True
    return max(_DELIMITERS, key=lambda sign: _known(text, sign)), False


def _known(text: str, delimiter: str) -> tuple[int, int]:
    """The most known headings in one of the first lines, and how many lines have the delimiter."""
    lines = [line for line in text.splitlines(keepends=True)[:40] if line.strip()]
    best = 0
    try:
        for cells in csv.reader(lines, delimiter=delimiter):
            best = max(best, len({key for cell in cells for key in meanings(cell)}))
    except csv.Error:
        return 0, 0
    return best, sum(delimiter in line for line in lines)
