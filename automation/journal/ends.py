"""How the items of long runs stand: read in parts, so that what a page costs does not grow."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection, Iterator
from itertools import pairwise
from statistics import median
from typing import Any

from sqlalchemy import func, or_, select

from automation.journal import schema
from automation.journal.journal import ItemRow, ItemState, Journal

_BEGUN = (ItemState.WORKING.value, ItemState.CHANGING.value)
_AT_ONCE = 500
_PACE, _FEWEST = 20, 3  # times from one end to the next that tell how long an item takes
_SPARED: dict[str, Any] = {
    "patient": {},
    "visit": {},
    "source": None,
    "claimed_at": None,
    "changing_at": None,
}
"""What is not read of an item to tell how it ended; the rest is read five times as fast."""


class Ends:
    """Reads of one journal that count or take a part."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal

    def counts(self, runs: Collection[int]) -> dict[int, Counter[ItemState]]:
        """How many items of each run are in each state."""
        items = schema.items.c
        query = (
            select(items.run_id, items.state, func.count())
            .where(items.run_id.in_(list(runs)))
            .group_by(items.run_id, items.state)
        )
        found: dict[int, Counter[ItemState]] = {run: Counter() for run in runs}
        with self._journal.reading.connect() as connection:
            for run, state, count in connection.execute(query):
                found[run][ItemState(state)] = count
        return found

    def latest(self, run: int) -> dt.datetime | None:
        """When an item of a run was last settled, or tried to be; None when none was."""
        items = schema.items.c
        query = select(func.max(items.settled_at), func.max(items.last_attempt_at))
        with self._journal.reading.connect() as connection:
            found = connection.execute(query.where(items.run_id == run)).one()
        return max((moment for moment in found if moment is not None), default=None)

    def seconds_an_item(self, run: int) -> float | None:
        """How long an item takes, by the latest that ended; None before some have.

        It is the middle one of the times between two ends, so that a pause does not count.
        """
        items = schema.items.c
        query = select(items.settled_at).where(items.run_id == run, items.settled_at.is_not(None))
        query = query.order_by(items.settled_at.desc()).limit(_PACE + 1)
        with self._journal.reading.connect() as connection:
            ends = list(connection.scalars(query))
        gaps = [(later - earlier).total_seconds() for later, earlier in pairwise(ends)]
        return median(gaps) if len(gaps) >= _FEWEST else None

    def changed(self, run: int, since: dt.datetime | None) -> Iterator[ItemRow]:
        """Yield the items at hand, and those that ended since a moment, None for all that ended.

        They are without the patient, the visit and most times.
        """
        items = schema.items.c
        columns = [column for column in schema.items.columns if column.name not in _SPARED]
        query = select(*columns).where(items.run_id == run, items.state != ItemState.WAITING.value)
        if since is not None:
            recent = (items.settled_at >= since, items.last_attempt_at >= since)
            query = query.where(or_(items.state.in_(_BEGUN), *recent))
        with self._journal.reading.connect() as connection:
            for found in connection.execute(query.execution_options(yield_per=_AT_ONCE)):
                values = {**found._mapping, "state": ItemState(found.state)}
                yield ItemRow(**values, **_SPARED)

    def waiting(self, run: int) -> list[int]:
        """The ids of the items that wait."""
        items = schema.items.c
        query = select(items.id).where(items.run_id == run, items.state == ItemState.WAITING.value)
        with self._journal.reading.connect() as connection:
            return list(connection.scalars(query))

    def at_hand(self, run: int) -> list[ItemRow]:
        """The items of a run that are worked on now."""
        items = schema.items.c
        query = select(items.id).where(items.run_id == run, items.state.in_(_BEGUN))
        with self._journal.reading.connect() as connection:
            ids = list(connection.scalars(query))
        return self._journal.items_with(ids)
