"""Which failures have one cause, and what a reader should see first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

FIRST = ("Path", "Filter", "Undo", "Zero responsibility", "Copay", "Next steps")
"""Areas of the path and of the money, which come first."""

LAST = ("Roles", "Sign out", "Activity log", "Contracts", "Accessibility")
"""Areas that come last, whatever other areas a suite has."""


class Failed(Protocol):
    """A test that failed: where it belongs, and what its cause is called."""

    @property
    def area(self) -> str:
        """The test file's subject."""

    @property
    def cause(self) -> str:
        """Equal for failures of one cause; "" is like no other."""


Some = TypeVar("Some", bound=Failed)
Each = TypeVar("Each")


@dataclass(frozen=True)
class Cause(Generic[Each]):
    """One cause: the failure to read, and those that follow from the same."""

    first: Each
    others: tuple[Each, ...]


def rank(area: str) -> int:
    """Return where an area stands: the path and the money first, accessibility last."""
    if area in FIRST:
        return FIRST.index(area)
    return len(FIRST) + (1 + LAST.index(area) if area in LAST else 0)


def is_about_money(area: str) -> bool:
    """Whether an area is about the path or the money, not about what surrounds them."""
    return area not in LAST


def in_order(results: Iterable[Some]) -> list[Some]:
    """Sort by area, each area's tests in the order in which they ran."""
    told = list(results)
    order = list(dict.fromkeys(result.area for result in told))
    return sorted(told, key=lambda result: (rank(result.area), order.index(result.area)))


def by_cause(bad: Sequence[Some]) -> list[Cause[Some]]:
    """Group failures by their cause; each group stands where its first failure does."""
    groups: dict[str, list[Some]] = {}
    for number, result in enumerate(in_order(bad)):
        groups.setdefault(result.cause or f"#{number}", []).append(result)
    return [Cause(first, tuple(others)) for first, *others in groups.values()]
