"""Checks whether the values of a column confirm its heading."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from automation.billing.payer_types import payer_type_called
from automation.billing.request import CopayRule, clock_time
from automation.worklists.cells import BadValue, text_of
from automation.worklists.days import time_text
from automation.worklists.grid import Cell

_ENOUGH = 1000
_OTHER_CODE = re.compile(r"[A-Z]\d\d(\.\w+)?|\d{1,2}")  # a diagnosis, a place of service


def bear_out(key: str, cells: Sequence[Cell]) -> bool:
    """Return whether at least half of the cells can be what this column of ours holds."""
    test, some = _TESTS.get(key), cells[:_ENOUGH]
    return test is None or sum(map(test, some)) * 2 >= len(some) > 0


def _is_a_day(cell: Cell) -> bool:
    if not isinstance(cell, str):
        return not isinstance(cell, (bool, float)) or 20_000 < cell < 80_000
    return (
        bool(re.search(r"\d[-/. ]\d?\d[-/. ]\d|\d{8}|[a-z]{3}", cell, re.I)) and "day" not in cell
    )


def _is_a_name(cell: Cell) -> bool:
    return (
        isinstance(cell, str)
        and len(re.findall(r"[^\W\d_]+", cell)) >= 2
        and not re.search(r"\d{3}", cell)
    )


_TESTS: dict[str, Callable[[Cell], bool]] = {
    "patient": _is_a_name,
    "date": _is_a_day,
    "time": lambda cell: bool(clock_time(_readable(time_text, cell))),
    "owes": lambda cell: bool(re.fullmatch(r"-?[($]*[\d,.]+\)?", _readable(text_of, cell))),
    "payer": lambda cell: (
        _readable(text_of, cell).casefold() != "cash"  # also a way to pay
        and payer_type_called(_readable(text_of, cell)) != ""
    ),
    "copay": lambda cell: _readable(text_of, cell).casefold() in set(CopayRule),
    "service": lambda cell: not _OTHER_CODE.fullmatch(str(cell).strip()),
}


def _readable(read: Callable[[Cell], str], cell: Cell) -> str:
    try:
        return read(cell)
    except BadValue:
        return ""
