"""Opens files of every supported kind and returns their sheets."""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from automation.errors import UsageProblem
from automation.worklists.grid import Cell, Grid, Sheet
from automation.worklists.kinds import (
    must_be_a_list,
    must_be_a_workbook,
    must_be_an_old_workbook,
    must_be_no_lock,
)
from automation.worklists.limits import LARGEST_BYTES, NoList
from automation.worklists.ods import sheets_of_ods
from automation.worklists.packed import Package
from automation.worklists.text import grid_of_text
from automation.worklists.xls import sheets_of_xls
from automation.worklists.xlsx import sheets_of_xlsx

STANDARD_INPUT = Path("-")


@dataclass(frozen=True)
class ListInMemory:
    """A list that is in no file: its name, its bytes, and what a person mended since.

    `mended` has the new text of a cell by its sheet, row and column; `without` the rows that are
    left out. The name is only for messages.
    """

    name: str
    content: bytes = field(repr=False)
    mended: Mapping[tuple[str, int, int], str] = field(default_factory=dict, repr=False)
    without: frozenset[tuple[str, int]] = frozenset()

    def mend(self, sheet: str, grid: Grid) -> Grid:
        """Return the grid of a sheet with the new texts in it and without the rows left out."""
        if not self.mended and not self.without:
            return grid
        new: dict[int, dict[int, Cell]] = {}
        for (name, number, place), text in self.mended.items():
            if name == sheet:
                new.setdefault(number, {})[place] = text
        rows = []
        for row in grid.rows:
            cells = {**row.cells, **new.get(row.number, {})}
            # an emptied cell is no cell, as in a file
            cells = {place: cell for place, cell in cells.items() if cell != ""}
            if cells and (sheet, row.number) not in self.without:
                rows.append(replace(row, cells=cells))
        return replace(grid, rows=tuple(rows))


Source = Path | ListInMemory
"""Where a list comes from: a file, standard input, or memory."""


def sheets_of(path: Source) -> list[Sheet]:
    """Every sheet of a list, hidden ones too; its content, not its suffix, decides the kind.

    Raises UsageProblem for a file that is missing, too large, or not a list.
    """
    try:
        sheets = _sheets(path.name, _content(path))
        if isinstance(path, Path):
            return sheets
        return [replace(one, load=partial(_mended, path, one)) for one in sheets]
    except NoList as problem:
        raise no_list(path, problem) from problem


def _mended(given: ListInMemory, sheet: Sheet) -> Grid:
    return given.mend(sheet.name, sheet.grid())


def grid_of(path: Source, sheet: Sheet) -> Grid:
    """The rows of a sheet. Raises UsageProblem when they cannot be read or are too many."""
    try:
        return sheet.grid()
    except NoList as problem:
        raise no_list(path, problem, sheet.name) from problem


def _sheets(name: str, content: bytes) -> list[Sheet]:
    must_be_no_lock(name)
    if content.startswith(b"PK\x03\x04"):
        package = Package(io.BytesIO(content))
        must_be_a_workbook(package.names())
        return sheets_of_ods(package) if "content.xml" in package else sheets_of_xlsx(package)
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        must_be_an_old_workbook(content)
        return sheets_of_xls(content)
    if re.match(rb"\x09[\x00\x02\x04\x08][\x04-\x10]\x00", content):
        return sheets_of_xls(content)  # a workbook of Excel 2 to 95, without an OLE container
    must_be_a_list(content)
    return [Sheet("", partial(grid_of_text, content))]


def _content(path: Source) -> bytes:
    try:
        content = _bytes_of(path)
        if len(content) > LARGEST_BYTES:
            size = LARGEST_BYTES // 1_000_000
            raise NoList(f"a file of over {size} MB", "save only the rows that are to be fixed")
    except OSError as error:
        found = error.strerror or type(error).__name__
        raise NoList(found.lower(), "check the file's name, and that it opens") from error
    if not content.strip():
        raise NoList("an empty file", "save the list again")
    return content


def _bytes_of(path: Source) -> bytes:
    if isinstance(path, ListInMemory):
        return path.content
    if path.is_dir():
        raise NoList("a folder", "name the file in it")
    with sys.stdin.buffer if path == STANDARD_INPUT else path.open("rb") as file:
        return file.read(LARGEST_BYTES + 1)


def no_list(path: Source, problem: NoList, sheet: str = "") -> UsageProblem:
    """Build the problem of a file that is not a list."""
    return UsageProblem(
        f"reading the worklist {path.name}" + (f", sheet {sheet!r}" if sheet else ""),
        expected="a list as .xlsx, .xls, .ods or .csv",
        found=problem.found,
        next_step=problem.next_step,
    )
