"""Recognizes rows under or between the items that add them up."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal

from automation.worklists.cells import BadValue, amount_text, text_of
from automation.worklists.grid import Cell
from automation.worklists.heading import Layout

_SUM = r"(?:sub[ -]?)?(?:totals?|sums?)"
_STARTS = re.compile(
    rf"(?:(?:grand|report|page|overall|final|running|patient|client|account|clinician|provider|"
    rf"batch|daily|day|monthly|month|weekly|week|list|sheet|invoice|statement|sum|all)[ -]+)*"
    rf"{_SUM}\b(?!\s*,).*",
    re.IGNORECASE,
)
_ENDS = re.compile(rf".*\b{_SUM}(?:\s*\([^()]*\))?\s*[:.=]*", re.IGNORECASE)

_PLAIN = re.compile(r"\d{1,9}(\.\d{1,2})?")


def says_sum(cell: Cell) -> bool:
    """Return whether a cell is the label of a sum, such as Report Total (2 items)."""
    text = " ".join(cell.split()) if isinstance(cell, str) else ""
    return bool(_STARTS.fullmatch(text) or _ENDS.fullmatch(text)) if len(text) < 80 else False


class Sums:
    """Tells sums from the items above them."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._names = [
            layout.places[key] for key in ("patient", "last", "first") if key in layout.places
        ]
        self._others = set(layout.places.values()) - {layout.places.get("owes", -1)}
        self._since, self._all = Decimal(0), Decimal(0)

    def is_sum(self, cells: Mapping[int, Cell]) -> bool:
        """Return whether a row is a sum: it says so and has no date, or holds only the sum."""
        found = self._says_so(cells) or self._is_bare(cells)
        if found:
            self._since = Decimal(0)
            return True
        amount = _amount(cells.get(self._layout.places.get("owes", -1)))
        self._since, self._all = self._since + amount, self._all + amount
        return False

    def _says_so(self, cells: Mapping[int, Cell]) -> bool:
        day = cells.get(self._layout.places.get("date", -1))
        if day is not None and not says_sum(day):
            return False
        names = [cells[place] for place in self._names if place in cells]
        if names:
            return any(says_sum(name) for name in names)
        return any(says_sum(cell) for cell in cells.values())

    def _is_bare(self, cells: Mapping[int, Cell]) -> bool:
        """Return whether a row holds only numbers, with the sum in the column of amounts."""
        place = self._layout.places.get("owes", -1)
        if place not in cells or self._others & cells.keys():
            return False
        if any(_amount(cell) == 0 for cell in cells.values()):
            return False
        return _amount(cells[place]) in (self._since, self._all)


def _amount(cell: Cell) -> Decimal:
    try:
        text = amount_text(cell).lstrip("$").replace(",", "")
        return Decimal(text) if _PLAIN.fullmatch(text_of(text)) else Decimal(0)
    except BadValue:
        return Decimal(0)
