"""The worklists in a journal: their items, which of them wait, and which run to continue."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import insert, select, update

from automation.errors import UsageProblem
from automation.journal import schema
from automation.journal.ends import Ends
from automation.journal.journal import ItemRow, ItemState, Journal, RunRow
from automation.journal.records import document, optional_document

_FAILED = (ItemState.FAILED, ItemState.PUT_BACK)


@dataclass(frozen=True)
class NewItem:
    """One line of a worklist as it goes into the journal; `source` is its sheet and row."""

    patient: Mapping[str, object]
    visit: Mapping[str, object]
    request: Mapping[str, object]
    patient_key: str
    source: Mapping[str, object] | None = field(default=None)


class Lists:
    """The worklists of one journal."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal

    def add_items(self, run_id: int, items: Sequence[NewItem]) -> None:
        """Add all lines of a worklist to a run at once, WAITING, in their order."""
        origin, now = self._journal.run(run_id).origin, self._journal.now()
        rows = [
            {
                "run_id": run_id,
                "origin": origin,
                "number": number,
                "reference": self._journal.reference(origin, item.patient_key),
                "state": ItemState.WAITING.value,
                "patient": document("patient", item.patient),
                "visit": document("visit", item.visit),
                "request": document("request", item.request),
                "source": optional_document("source", item.source),
                "added_at": now,
            }
            for number, item in enumerate(items, start=1)
        ]
        with self._journal.transaction() as connection:
            connection.execute(insert(schema.items), rows)

    def waiting(self, run_id: int) -> list[ItemRow]:
        """The items not yet begun, in the worklist's order."""
        return [i for i in self._journal.items(run_id) if i.state is ItemState.WAITING]

    def counts(self, run_id: int) -> Counter[ItemState]:
        """How many items of a run are in each state."""
        return Ends(self._journal).counts([run_id])[run_id]

    def wait_again(self, run_id: int, only: Collection[int] | None = None) -> int:
        """Set a run's items back to WAITING that a crash left as before; return how many.

        `only` are the ids of one patient's items. The caller must hold the lock and have settled
        what is outstanding.
        """
        items = schema.items.c
        as_before = [ItemState.WORKING.value, ItemState.PUT_BACK.value]
        change = update(schema.items).where(items.run_id == run_id, items.state.in_(as_before))
        if only is not None:
            change = change.where(items.id.in_(list(only)))
        values: dict[str, Any] = {"state": ItemState.WAITING.value, "claimed_at": None}
        with self._journal.transaction() as connection:
            return connection.execute(change.values(**values)).rowcount

    def reopen(self, item_id: int) -> None:
        """Set an item back to WAITING that ended with everything as before, to try another way."""
        items = schema.items.c
        ended = [ItemState.REFUSED.value, ItemState.PUT_BACK.value]
        change = update(schema.items).where(items.id == item_id, items.state.in_(ended))
        with self._journal.transaction() as connection:
            connection.execute(change.values(state=ItemState.WAITING.value, settled_at=None))

    def set_digest(self, run_id: int, digest: str) -> None:
        """Store the digest of the plan that a run made."""
        change = update(schema.runs).where(schema.runs.c.id == run_id)
        with self._journal.transaction() as connection:
            connection.execute(change.values(digest=digest))

    def planned(self, origin: str | None, digest: str) -> RunRow:
        """The latest run that made the plan with this digest, given by 8 or more of its digits.

        Raises UsageProblem without one at this site, or at any where `origin` is None.
        """
        digest = digest.strip().lower()
        like = schema.runs.c.digest.startswith(digest, autoescape=True)
        here = [] if origin is None else [schema.runs.c.origin == origin]
        found = self._runs(*here, like) if len(digest) >= 8 else []
        if len({run.digest for run in found}) == 1:
            return found[0]
        raise UsageProblem(
            "looking for the plan",
            expected="the digest that `undo-writeoff plan FILE` printed, 8 or more digits of it",
            found=f"{digest!r}, which is {'several plans' if found else 'no plan at this site'}",
            next_step="plan the worklist again, and copy the digest from its last line",
        )

    def latest(self, origin: str) -> RunRow | None:
        """The latest worklist run at this site, not counting plans."""
        found = self._runs(*_of_worklists(origin))
        return found[0] if found else None

    def has_failed(self) -> bool:
        """Whether any item of any worklist run, at any site, failed or was put back."""
        failed = schema.items.c.state.in_([state.value for state in _FAILED])
        query = select(schema.items.c.id).join_from(schema.items, schema.runs)
        with self._journal.reading.connect() as connection:
            return connection.execute(query.where(*_of_worklists(None), failed)).first() is not None

    def failed_in(self, run: RunRow) -> list[ItemRow]:
        """The items of a run that failed, or were put back as they were before."""
        return [item for item in self._journal.items(run.id) if item.state in _FAILED]

    def unfinished(self, origin: str | None = None, worklist: str | None = None) -> RunRow | None:
        """The latest unfinished worklist run, of one worklist or of any, at one site or at any."""
        conditions = [*_of_worklists(origin), schema.runs.c.finished_at.is_(None)]
        if worklist is not None:
            conditions.append(schema.runs.c.worklist == worklist)
        found = self._runs(*conditions)
        return found[0] if found else None

    def done(self, origin: str, worklist: str) -> RunRow | None:
        """The latest run that finished this worklist."""
        finished = schema.runs.c.finished_at.is_not(None)
        found = self._runs(*_of_worklists(origin), schema.runs.c.worklist == worklist, finished)
        return found[0] if found else None

    def all_runs(self) -> list[RunRow]:
        """Every run at any site, plans included, the latest first."""
        return self._runs()

    def _runs(self, *conditions: Any) -> list[RunRow]:
        query = select(schema.runs).where(*conditions).order_by(schema.runs.c.id.desc())
        with self._journal.reading.connect() as connection:
            return [RunRow(**found._mapping) for found in connection.execute(query)]


def _of_worklists(origin: str | None) -> list[Any]:
    columns = schema.runs.c
    here = [] if origin is None else [columns.origin == origin]
    return [*here, columns.worklist.is_not(None), columns.flow != "plan"]
