"""How tests ended: failures grouped by cause, sorted by what a reader should see first."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

Outcome = Literal["passed", "failed", "skipped", "error"]
FIRST = ("Path", "Filter", "Undo", "Zero responsibility", "Copay", "Next steps")
"""Areas of the path and of the money, which come first."""

LAST = ("Roles", "Sign out", "Activity log", "Contracts", "Accessibility")
"""Areas that come last, whatever other areas a suite has."""


@dataclass(frozen=True)
class TestResult:
    """How one test ended; `steps` are (title, seconds, ended well), `picture` is a PNG.

    `promise` is the first line of the test's docstring, `message` the problem's text as it may be
    shown, `evidence` the name of its folder or "".
    """

    __test__ = False  # a record, not something for pytest to collect

    name: str
    promise: str
    area: str
    payer_types: tuple[str, ...]
    site: str
    outcome: Outcome
    seconds: float
    steps: tuple[tuple[str, float, bool], ...] = ()
    message: str = ""
    picture: bytes | None = None
    evidence: str = ""
    cause: str = ""  # equal for failures of one cause

    @property
    def is_bad(self) -> bool:
        """Whether it needs a person."""
        return self.outcome in ("failed", "error")

    @property
    def failing_step(self) -> str:
        """The title of the first step that did not end well; "" when all did."""
        return next((title for title, _, ok in self.steps if not ok), "")

    @property
    def source(self) -> str:
        """The picture as text for an `img`."""
        return "data:image/png;base64," + base64.b64encode(self.picture or b"").decode()


@dataclass(frozen=True)
class Cause:
    """One cause: the failure to read, and the others of the same cause."""

    first: TestResult
    others: tuple[TestResult, ...]


def rank(area: str) -> int:
    """Return the rank of an area: the path and the money first, accessibility last."""
    if area in FIRST:
        return FIRST.index(area)
    return len(FIRST) + (1 + LAST.index(area) if area in LAST else 0)


def is_about_money(area: str) -> bool:
    """Whether an area is about the path or the money, not about what surrounds them."""
    return area not in LAST


def in_order(results: Iterable[TestResult]) -> list[TestResult]:
    """Sort by area, each area's tests in the order in which they ran."""
    ran = list(results)
    order = list(dict.fromkeys(result.area for result in ran))
    return sorted(ran, key=lambda result: (rank(result.area), order.index(result.area)))


def by_cause(bad: Sequence[TestResult]) -> list[Cause]:
    """Group failures by their cause; each group takes the place of its first failure."""
    groups: dict[str, list[TestResult]] = {}
    for number, result in enumerate(in_order(bad)):
        groups.setdefault(result.cause or f"#{number}", []).append(result)
    return [Cause(first, tuple(others)) for first, *others in groups.values()]
