"""Groups failures that have one cause, and sorts them by what a reader should see first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

FIRST = ("Path", "Filter", "Undo", "Zero responsibility", "Copay", "Next steps")
"""Areas of the path and of the money, which come first."""

LAST = ("Roles", "Sign out", "Activity log", "Contracts", "Accessibility")
"""Areas that come last, whatever other areas a suite has."""


class Failed(Protocol):
    """A failed test, with its area and its cause."""

    @property
    def area(self) -> str:
        """The test file's subject."""

    @property
    def cause(self) -> str:
        """Equal for failures of one cause; "" matches no other."""


Some = TypeVar("Some", bound=Failed)
Each = TypeVar("Each")


@dataclass(frozen=True)
class Cause(Generic[Each]):
    """One cause: the failure to read, and the others of the same cause."""

    first: Each
    others: tuple[Each, ...]


def rank(area: str) -> int:
    """Return the rank of an area: the path and the money first, accessibility last."""
    if area in FIRST:
        return FIRST.index(area)
    return len(FIRST) + (1 + LAST.index(area) if area in LAST else 0)


def is_about_money(area: str) -> bool:
    """Whether an area is about the path or the money, not about what surrounds them."""
    return area not in LAST


def in_order(results: Iterable[Some]) -> list[Some]:
    """Sort by area, each area's tests in the order in which they ran."""
    ran = list(results)
    order = list(dict.fromkeys(result.area for result in ran))
    return sorted(ran, key=lambda result: (rank(result.area), order.index(result.area)))


def by_cause(bad: Sequence[Some]) -> list[Cause[Some]]:
    """Group failures by their cause; each group takes the place of its first failure."""
    groups: dict[str, list[Some]] = {}
    for number, result in enumerate(in_order(bad)):
        groups.setdefault(result.cause or f"#{number}", []).append(result)
    return [Cause(first, tuple(others)) for first, *others in groups.values()]
