"""The cases that only the look "harbor" has."""

from __future__ import annotations

from datetime import date

from .cases import Case

LONG_CHART = Case(
    "in-network, over a thousand dollars, third page", "Ellery, Vivian", date(1979, 10, 3),
    date(2026, 5, 6), "1150.00", "in-network", "p32 2026-05-06 09:00", "fixed",
)  # fmt: skip
EXTRA_CASES = (LONG_CHART,)
