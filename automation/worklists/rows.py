"""What a row of a worklist was read as: an item, or what is wrong with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class WorklistItem:
    """One row: what is requested, and its row number as a spreadsheet counts."""

    request: Any  # of the flow's own type
    sheet: str
    row: int


@dataclass(frozen=True)
class BadCell:
    """What is wrong with one cell of a row; `is_copy` marks a row that repeats another."""

    sheet: str
    row: int
    column: str
    expected: str
    found: str
    is_copy: bool = False

    def line(self) -> str:
        """Describe it in one line for a person."""
        sheet = f"sheet {self.sheet!r}, " if self.sheet else ""
        return f"{sheet}row {self.row}, {self.column}: expected {self.expected}; found {self.found}"
