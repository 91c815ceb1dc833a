"""Limits on how much of a file is read, so that no file can exhaust memory."""

from __future__ import annotations

from typing import Any

LARGEST_BYTES = 50_000_000
LARGEST_XLS = 15_000_000  # a full sheet of ten columns; such a workbook grows when it is read
LARGEST_SHEET = 200_000_000  # streamed, never held in memory
LARGEST_WORDS = 40_000_000  # the texts of a workbook, which are held in memory
LARGEST_INDEX = 10_000_000  # the lists of a workbook's sheets and formats
MOST_ROWS = 100_000
MOST_CELLS = 1_500_000
MOST_TEXT = 20_000_000  # characters, of four bytes each in the worst case
LONGEST_CELL = 32_767  # Excel's own limit
LAST_ROW, LAST_COLUMN = 1_048_576, 16_384  # Excel's own limits


class NoList(Exception):
    """A file that is not a list, or too large a one: what was found, and what to do."""

    def __init__(self, found: str, next_step: str) -> None:
        super().__init__(found)
        self.found = found
        self.next_step = next_step


class Budget:
    """Counts what is kept of one sheet. Raises NoList when it is too much."""

    def __init__(self) -> None:
        self.rows = self.cells = self.text = 0

    def row(self) -> None:
        """Count a non-empty row."""
        self.rows += 1
        if self.rows > MOST_ROWS:
            raise NoList(f"more than {MOST_ROWS} rows", "split it into several lists")

    def cell(self, value: Any, where: str | tuple[int, int]) -> None:
        """Count a non-empty cell; `where` is its row from 1 and column from 0, or what it is."""
        self.cells += 1
        self.words(value, where) if isinstance(value, str) else None
        if self.cells > MOST_CELLS:
            raise NoList(
                f"more than {MOST_CELLS} cells with something in them, at {_name(where)}",
                "save only the columns and rows that are needed",
            )

    def words(self, text: str, where: str | tuple[int, int]) -> None:
        """Count text that is kept."""
        self.text += len(text)
        if len(text) > LONGEST_CELL:
            raise NoList(
                f"a text of more than {LONGEST_CELL} characters in {_name(where)}",
                "empty that cell, or save the list anew",
            )
        if self.text > MOST_TEXT:
            raise NoList("more text than a list can hold", "save only the columns that are needed")


def _name(where: str | tuple[int, int]) -> str:
    """The name of a cell; it is only made for a message, since lists have many cells."""
    return where if isinstance(where, str) else cell_name(*where)


def letters(column: int) -> str:
    """The letters of a column in a spreadsheet; 0 is A."""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


def cell_name(row: int, column: int) -> str:
    """The name of a cell in a spreadsheet, with rows counted from 1 and columns from 0."""
    return f"{letters(column)}{row}"
