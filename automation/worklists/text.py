"""Reads CSV and other text in its dialects, line by line."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator

from automation.worklists.grid import Cell, Grid, Row
from automation.worklists.limits import LAST_COLUMN, Budget, NoList, cell_name

_LONGEST_LINE = 1_000_000


def grid_of_text(content: bytes) -> Grid:
    """Read a table from text; raises NoList for what is no table."""
    encoding = _encoding(content)
    start = content[:60_000].decode(encoding, errors="ignore")
    delimiter, said = _delimiter(start)
    budget, rows = Budget(), []
    reader = csv.reader(_lines(content, encoding), delimiter=delimiter, strict=True)
    number = 0
    try:
        for number, row in enumerate(reader, start=1):
            cells = _kept(row, number, budget)
            if cells and not (said and number == 1):
                budget.row()
                rows.append(Row(number, cells))
    except csv.Error as error:
        where = f"row {number + 1}: {error}"
        raise NoList(f"a table that breaks off at {where}", "look at its quotes") from error
    return Grid(tuple(rows), delimiter=delimiter)


def _kept(row: list[str], number: int, budget: Budget) -> dict[int, Cell]:
    if len(row) > LAST_COLUMN:
        raise NoList(f"{len(row)} cells in row {number}", "save only the columns that are needed")
    cells: dict[int, Cell] = {}
    for column, cell in enumerate(row):
        if cell.strip():
            budget.cell(cell, cell_name(number, column))
            cells[column] = cell
    return cells


def _lines(content: bytes, encoding: str) -> Iterator[str]:
    text = io.TextIOWrapper(io.BytesIO(content), encoding, newline="")
    while line := text.readline(_LONGEST_LINE + 1):
        if len(line) > _LONGEST_LINE:
            raise NoList("a line of more than a million characters", "save the list again")
        yield line


def _encoding(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    else:
        encodings = ["utf-8-sig", "cp1252"]
    for encoding in encodings:
        if _fits(content, encoding):
            return encoding
    raise NoList("bytes that are no text", "save the list as .xlsx or .csv")


def _fits(content: bytes, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        for place in range(0, len(content), 65_536):
            piece = content[place : place + 65_536]
            if "\x00" in decoder.decode(piece, final=place + 65_536 >= len(content)):
                return False
    except UnicodeDecodeError:
        return False
    return True


def _delimiter(text: str) -> tuple[str, bool]:
    """The sign between the cells, and whether Excel's own `sep=` line says it."""
    line = text.partition("\n")[0]
    if line.casefold().startswith("sep=") and len(line.strip()) == 5:
        return line.strip()[4], True
    lines = [line for line in text.splitlines()[:40] if line.strip()]
    counts = {sign: sum(line.count(sign) > 0 for line in lines) for sign in ("\t", ";", ",")}
    # A comma also stands inside names and amounts, so that another sign of as many lines wins.
    return max(counts, key=lambda sign: counts[sign]), False
