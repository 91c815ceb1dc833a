"""How the items of a run stand, kept in memory: what changed since is read, not all again.

The rules are the reports' own; here is only what they gave for each item. Nothing of a patient is
kept.
"""

from __future__ import annotations

import datetime as dt
import threading
from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import StrEnum
from typing import Any

from automation.billing.money import dollars, stored_amount
from automation.journal.edits import Edits
from automation.journal.ends import Ends
from automation.journal.journal import ItemRow, ItemState, Journal
from automation.reports.headline import End, Stands, end_of, headline
from automation.reports.needs import needs_a_person
from automation.runs.totals import totals

MOST_KEPT = 200_000  # items of all runs
_MARGIN = dt.timedelta(minutes=1)  # a time is taken before it is stored


class Group(StrEnum):
    """The groups in which a page shows a run's items."""

    DONE = "done"  # planned, or fixed
    NEEDS = "needs"
    NOTHING = "nothing"
    OTHER = "other"  # waiting or at hand


@dataclass(frozen=True, slots=True)
class _Known:
    """What is kept of one item that has begun."""

    number: int
    group: Group
    end: End
    amount: Decimal
    why: str


@dataclass
class Standing:
    """One run: its items that have begun, by their ids, and the ids of those that wait."""

    known: dict[int, _Known] = field(default_factory=dict)
    waiting: frozenset[int] = frozenset()
    counts: Counter[ItemState] = field(default_factory=Counter)
    latest: dt.datetime | None = None

    def ids(self, group: Group) -> list[int]:
        """The ids of a group's items, in the order of the list."""
        return sorted(at for at, one in self.known.items() if one.group is group)

    def count(self, group: str) -> int:
        """How many items a group has."""
        return sum(one.group == group for one in self.known.values())

    def amounts(self) -> dict[int, Decimal]:
        """What is open or posted in the end, by the numbers of the items done or planned."""
        done = (self.known[at] for at in self.ids(Group.DONE))
        return {one.number: one.amount for one in done}

    @property
    def sum(self) -> str:
        """What is open again or posted, or will be."""
        return dollars(sum(self.amounts().values(), Decimal(0)))

    @property
    def why(self) -> list[str]:
        """Why the totals do not meet, if they do not."""
        return [self.known[at].why for at in sorted(self.known) if self.known[at].why]

    @property
    def still_to_do(self) -> int:
        """How many items have not ended and changed nothing."""
        return len(self.waiting) + self.counts[ItemState.WORKING]

    @property
    def failed(self) -> int:
        """How many items can be tried again."""
        return self.counts[ItemState.FAILED] + self.counts[ItemState.PUT_BACK]

    def headline(self, *, is_plan: bool, owed: Collection[int]) -> str:
        """Write the sentence of how far it is; `owed` are the ids of those still owed something."""
        ends = [_end(one.end, at in owed) for at, one in self.known.items()]
        ends += [_end(End(Stands.WAITING), at in owed) for at in self.waiting]
        return headline(ends, is_plan=is_plan)


def _end(end: End, is_owed: bool) -> End:
    return replace(end, stands=Stands.UNFINISHED) if is_owed else end


class Standings:
    """The runs that were looked at, the latest of them kept."""

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._kept: dict[int, Standing] = {}
        self._adding: threading.Thread | None = None

    def begin(self, add_up: Callable[[], None]) -> None:
        """Add up runs beside the pages, unless some are being added up already."""
        with self._turn:
            if self._adding is None or not self._adding.is_alive():
                self._adding = threading.Thread(target=add_up, daemon=True)
                self._adding.start()

    def of(self, journal: Journal, run: int) -> Standing:
        """Return how a run stands now."""
        ends = Ends(journal)
        counts, latest = ends.counts([run])[run], ends.latest(run)
        with self._turn:
            kept = self._kept.pop(run, None) or Standing()
            if (kept.counts, kept.latest) != (counts, latest):
                kept = _brought_up_to_date(kept, ends, run)
                kept.counts, kept.latest = counts, latest
            self._kept[run] = kept
            self._forget_the_oldest()
            return kept

    def known(self, run: int, counts: Counter[ItemState]) -> Standing | None:
        """Return what is kept of a run that has as many items in each state; else None."""
        kept = self._kept.get(run)
        return kept if kept is not None and kept.counts == counts else None

    def _forget_the_oldest(self) -> None:
        while sum(len(one.known) for one in self._kept.values()) > MOST_KEPT:
            if len(self._kept) == 1:
                return
            del self._kept[next(iter(self._kept))]


def _brought_up_to_date(kept: Standing, ends: Ends, run: int) -> Standing:
    """Return a new standing, so that a page that shows the old one is not changed under it."""
    since = kept.latest - _MARGIN if kept.latest is not None else None
    known, same = dict(kept.known), dict[Any, Any]()
    for item in ends.changed(run, since):
        known[item.id] = _known(item, same)
    waiting = frozenset(ends.waiting(run))
    for at in waiting & known.keys():
        del known[at]
    return Standing(known, waiting)


def _known(item: ItemRow, same: dict[Any, Any]) -> _Known:
    """Apply the rules to an item; equal results share one object of `same`, to save memory."""
    why, end = " ".join(totals([item]).why), end_of(item)
    amount = amount_of(item)
    end, amount = same.setdefault(end, end), same.setdefault(amount, amount)
    return _Known(item.number or 0, group_of(item), end, amount, why)


def open_then(item: ItemRow) -> Decimal | None:
    """What is open of an item in the end, or will be as planned; None when that is not known."""
    told: dict[str, Any] = dict(item.receipt or {})
    if item.state is ItemState.PLANNED:
        return stored_amount(told.get("expected_balance"))
    return stored_amount((told.get("after") or {}).get("balance"))


def amount_of(item: ItemRow) -> Decimal:
    """What is open of an item in the end, or was posted; 0 when neither is known."""
    posted: Any = (item.receipt or {}).get("posted") or {}
    return open_then(item) or stored_amount(posted.get("amount")) or Decimal(0)


def group_of(item: ItemRow) -> Group:
    """Return the group in which a page shows an item."""
    if needs_a_person(item) or item.state is ItemState.PUT_BACK:
        return Group.NEEDS
    if item.state in (ItemState.PLANNED, ItemState.FIXED):
        return Group.DONE
    if item.state in (ItemState.NOTHING_TO_DO, ItemState.SETTLED_BY_HAND):
        return Group.NOTHING
    return Group.OTHER


def owed_ids(journal: Journal, origin: str) -> set[int]:
    """The ids of the items at a practice that still owe something."""
    return {row.item_id for row in Edits(journal).outstanding(origin)}
