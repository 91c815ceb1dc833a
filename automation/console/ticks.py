"""The ticks of a plan: kept for a visitor over all its pages, for the run and for the sum."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal

from automation.billing.money import dollars

MOST_PLANS = 8  # whose ticks are kept of one visitor


@dataclass(frozen=True)
class Ticked:
    """What is ticked of a plan: the numbers, and the sum in words and in cents."""

    numbers: tuple[int, ...]
    of: int
    sum: str
    cents: int

    @property
    def is_all(self) -> bool:
        """Whether nothing was unticked."""
        return len(self.numbers) == self.of


class Ticks:
    """The numbers that a visitor has unticked, by plan; at first everything is ticked."""

    def __init__(self) -> None:
        self._unticked: dict[int, set[int]] = {}

    def take(self, plan: int, shown: Collection[int], ticked: Collection[int]) -> None:
        """Take the ticks of one page, on which these numbers were shown."""
        unticked = self._unticked.pop(plan, set())
        self._unticked[plan] = (unticked | set(shown)) - set(ticked)
        if len(self._unticked) > MOST_PLANS:
            del self._unticked[next(iter(self._unticked))]

    def of(self, plan: int, amounts: Mapping[int, Decimal]) -> Ticked:
        """Return what is ticked of a plan with these amounts."""
        unticked = self._unticked.get(plan, set())
        numbers = tuple(number for number in amounts if number not in unticked)
        total = sum((amounts[number] for number in numbers), Decimal(0))
        return Ticked(numbers, len(amounts), dollars(total), int(total * 100))
