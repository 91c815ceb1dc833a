"""The control totals as reports show them: without what is half-way, and with nobody's own amount.

What is stored for an outstanding item is not known, so it is counted apart and in no sum.
In a shareable report a sum that would tell one patient's amount is withheld, and so is one from
which it could be worked out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from automation.billing.money import dollars
from automation.journal.journal import ItemRow
from automation.reports.needs import needs_a_person
from automation.runs.totals import Line, Totals, outcome_of, totals

OUTSTANDING = "outstanding"
WITHHELD = "withheld"
WHY_WITHHELD = (
    '"withheld" stands where a sum would be the amount of one patient, '
    "or where one could be worked out from it."
)


@dataclass(frozen=True)
class TotalsLine:
    """One line of the table: a name, the number of items, the three sums, how the items ended."""

    name: str
    items: int
    sums: tuple[str, str, str]
    ended: tuple[tuple[str, int], ...]  # outcomes and their numbers

    def outcomes(self, words: Mapping[str, str] = MappingProxyType({})) -> str:
        """Write how the items ended: "6 fixed, 2 refused"; `words` has plainer ones for some."""
        return ", ".join(f"{count} {words.get(name, name)}" for name, count in self.ended)


@dataclass(frozen=True)
class ControlTotals:
    """The totals of a run: the settled items' sums, the number of outstanding ones, and why not."""

    totals: Totals
    unfinished: int
    withheld: frozenset[str] = frozenset()

    @property
    def amounts(self) -> bool:
        """Whether the sum of all lines may be shown."""
        return "all" not in self.withheld

    @property
    def is_withheld(self) -> bool:
        """Whether any sum is withheld."""
        return bool(self.withheld)

    def lines(self) -> list[TotalsLine]:
        """Return the table: a line for each payer type, what is outstanding, and all together."""
        lines = [self._line(name, line) for name, line in self.totals.lines.items()]
        lines.append(self._line("all", self.totals.overall))
        if self.unfinished:
            told = ((OUTSTANDING, self.unfinished),)
            lines.append(TotalsLine("not in the sums", self.unfinished, ("", "", ""), told))
        return lines

    def _line(self, name: str, line: Line) -> TotalsLine:
        known = (dollars(line.before), dollars(line.expected), dollars(line.after))
        sums = (WITHHELD,) * 3 if name in self.withheld else known
        return TotalsLine(name, line.items, sums, tuple(sorted(line.outcomes.items())))

    def as_json(self, *, shareable: bool) -> dict[str, Any]:
        """Return the totals as JSON values; a withheld sum is null."""
        made = self.totals.as_json()
        made["outstanding"] = self.unfinished
        for name in self.withheld:
            line = made["overall"] if name == "all" else made["payer_types"][name]
            line.update(before=None, expected=None, after=None)
        if shareable:
            made["withheld"] = WHY_WITHHELD if self.is_withheld else ""
            made["why"] = [f"{len(made['why'])} differences"] if made["why"] else []
        return made


def control_totals(items: Sequence[ItemRow], *, shareable: bool = False) -> ControlTotals:
    """Add up a run's items; in a shareable report the sums of a single patient are withheld."""
    settled = [item for item in items if outcome_of(item) != OUTSTANDING]
    found, every = totals(settled), totals(items)
    shown = Totals(found.lines, found.overall, every.waiting, every.why)
    hidden = _withheld(settled, list(found.lines)) if shareable else frozenset[str]()
    return ControlTotals(shown, len(items) - len(settled), hidden)


def _withheld(items: Sequence[ItemRow], names: Iterable[str]) -> frozenset[str]:
    """Return the names of the lines that would tell one patient's amount; "all" for their sum."""
    of_line = {name: [item for item in items if name in totals([item]).lines] for name in names}
    hidden = {name for name, own in of_line.items() if _tells_one(own)}
    apart = [item for name in hidden for item in of_line[name]]
    # The sum of all, less the lines that are shown, is the sum of those that are not.
    if _tells_one([item for own in of_line.values() for item in own]) or (
        hidden and _tells_one(apart)
    ):
        hidden.add("all")
    return frozenset(hidden)


def _tells_one(items: Sequence[ItemRow]) -> bool:
    """Return whether one of the sums, or the difference of two, is made by one patient alone."""
    made: dict[str, set[int]] = {}
    for item in items:
        line = totals([item]).overall
        values = (
            line.before,
            line.expected,
            line.after,
            line.after - line.before,
            line.expected - line.before,
            line.expected - line.after,
        )
        told = made.setdefault(item.reference, set())
        told.update(place for place, value in enumerate(values) if value)
    counts = [sum(place in told for told in made.values()) for place in range(6)]
    return len(made) == 1 or 1 in counts


def do_not_meet(found: Totals, items: Sequence[ItemRow]) -> list[str]:
    """Return why sums differ, without what the list of those who need a person says already."""
    said = {f"item {item.number} ({item.reference})" for item in items if needs_a_person(item)}
    return [why for why in found.why if not any(why.startswith(each) for each in said)]
