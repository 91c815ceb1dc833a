"""The stored record of runs and items: what was requested, what was begun, what was found.

A change is stored and flushed to disk before it is made, so after a crash the journal knows at
least as much as the practice. A Journal belongs to the thread that opened it.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from automation.errors import Refusal
from automation.journal import schema
from automation.journal.records import (
    Document,
    ItemRow,
    ItemState,
    RunRow,
    StepRow,
    document,
    optional_document,
)
from automation.journal.steps import Steps

__all__ = ["Document", "ItemRow", "ItemState", "Journal", "RunRow", "StepRow"]

_MAY_SETTLE = {
    ItemState.FIXED: {ItemState.CHANGING},
    ItemState.PLANNED: {ItemState.WAITING, ItemState.WORKING},
    ItemState.NOTHING_TO_DO: {ItemState.WAITING, ItemState.WORKING},
    ItemState.REFUSED: {ItemState.WAITING, ItemState.WORKING, ItemState.CHANGING},
    ItemState.FAILED: {ItemState.WAITING, ItemState.WORKING, ItemState.CHANGING},
    ItemState.PUT_BACK: {ItemState.WORKING, ItemState.CHANGING},
    ItemState.SETTLED_BY_HAND: {ItemState.WAITING, ItemState.WORKING, ItemState.CHANGING},
}


class Journal(Steps):
    """The journal at one address; every method that changes an item has stored it on return."""

    # Runs

    def start_run(
        self,
        flow: str,
        site: str,
        origin: str,
        arguments: Mapping[str, object],
        by: str,
        *,
        worklist: str | None = None,
    ) -> int:
        """Store a new run, of a worklist with this digest or of one item, and return its id."""
        row = insert(schema.runs).values(
            flow=flow,
            site=site,
            origin=origin,
            arguments=document("arguments", arguments),
            by=by,
            started_at=self.now(),
            worklist=worklist,
        )
        with self.transaction() as connection:
            return int(connection.scalar(row.returning(schema.runs.c.id)) or 0)

    def finish_run(self, run_id: int, outcome: str) -> None:
        """Store how a run ended."""
        change = update(schema.runs).where(schema.runs.c.id == run_id)
        with self.transaction() as connection:
            connection.execute(change.values(finished_at=self.now(), outcome=outcome))

    def run(self, run_id: int) -> RunRow:
        """One run by id. Raises LookupError when there is none."""
        with self.reading.connect() as connection:
            found = connection.execute(
                select(schema.runs).where(schema.runs.c.id == run_id)
            ).first()
        if found is None:
            raise LookupError(f"the journal has no run {run_id}")
        return _run_row(found)

    def runs(self, limit: int = 20) -> list[RunRow]:
        """The latest runs, newest first."""
        query = select(schema.runs).order_by(schema.runs.c.id.desc()).limit(limit)
        with self.reading.connect() as connection:
            return [_run_row(found) for found in connection.execute(query)]

    # Items

    def add_item(
        self,
        run_id: int,
        *,
        patient: Mapping[str, object],
        visit: Mapping[str, object],
        request: Mapping[str, object],
        patient_key: str | None = None,
        reference: str | None = None,
    ) -> ItemRow:
        """Add one item to a run, WAITING.

        Its reference is the given one, else made from the patient's key, else from the patient.
        """
        patient = document("patient", patient)
        key = patient_key or json.dumps(patient, sort_keys=True)
        with self.transaction() as connection:
            origin = connection.scalar(
                select(schema.runs.c.origin).where(schema.runs.c.id == run_id)
            )
            if origin is None:
                raise LookupError(f"the journal has no run {run_id}")
            row = insert(schema.items).values(
                run_id=run_id,
                origin=origin,
                reference=reference or self.reference(origin, key),
                state=ItemState.WAITING.value,
                patient=patient,
                visit=document("visit", visit),
                request=document("request", request),
                added_at=self.now(),
                number=1,
            )
            return _item_row(connection.execute(row.returning(schema.items)).one())

    def claim(self, item_id: int) -> ItemRow:
        """Take a WAITING item to work on. Raises Refusal when it was already begun."""
        values = {"state": ItemState.WORKING.value, "claimed_at": self.now()}
        return self._move(item_id, {ItemState.WAITING}, values, "taking an item to work on")

    def identify(self, item_id: int, patient: Mapping[str, object], patient_key: str) -> ItemRow:
        """Store the patient as the opened chart identifies them, and their reference."""
        item = self.item(item_id)
        values = {
            "patient": document("patient", patient),
            "reference": self.reference(item.origin, patient_key),
        }
        return self._move(item_id, set(ItemState), values, "naming an item's patient")

    def release(self, item_id: int) -> ItemRow:
        """Set a WORKING item back to WAITING after its worker ended with nothing changed."""
        values = {"state": ItemState.WAITING.value, "claimed_at": None}
        return self._move(item_id, {ItemState.WORKING}, values, "letting an item wait again")

    def never_changed(self, item_id: int) -> ItemRow:
        """Set an item back to WAITING whose change was prepared but no Save was pressed."""
        values = {"state": ItemState.WAITING.value, "claimed_at": None, "changing_at": None}
        return self._move(item_id, {ItemState.CHANGING}, values, "letting an item wait again")

    def to_changing(self, connection: Connection, item_id: int, *, on_its_way: bool) -> None:
        """Set a WORKING item to CHANGING, in the transaction that stores the values before it.

        Those values are thereby written once and never overwritten by half-changed ones. What is
        only done `on_its_way`, such as a payment, may be begun under an item that is CHANGING.
        """
        changing = ItemState.CHANGING
        values = {"state": changing.value, "changing_at": self.now()}
        moved = self._moved(connection, item_id, {ItemState.WORKING}, values)
        if moved is None and on_its_way:
            moved = self._moved(connection, item_id, {changing}, {"state": changing.value})
        if moved is None:
            raise self._elsewhere(item_id, {ItemState.WORKING}, "beginning to change an item")

    def settle(
        self, item_id: int, state: ItemState, receipt: Mapping[str, object] | None = None
    ) -> ItemRow:
        """End an item. Raises Refusal when its state does not lead there, as when it has ended."""
        if state not in _MAY_SETTLE:
            raise ValueError(f"an item cannot end as {state}")
        values = {
            "state": state.value,
            "receipt": optional_document("receipt", receipt),
            "settled_at": self.now(),
        }
        return self._move(item_id, _MAY_SETTLE[state], values, f"settling an item as {state}")

    def note_recovery(self, item_id: int, message: str) -> ItemRow:
        """Count one more attempt to settle an item, and store its result."""
        items = schema.items
        values = {
            "attempts": items.c.attempts + 1,
            "last_message": message,
            "last_attempt_at": self.now(),
        }
        return self._move(item_id, set(ItemState), values, "noting a try to recover")

    def _move(
        self, item_id: int, states: set[ItemState], values: Mapping[str, object], doing: str
    ) -> ItemRow:
        with self.transaction() as connection:
            moved = self._moved(connection, item_id, states, values)
        if moved is None:
            raise self._elsewhere(item_id, states, doing)
        return moved

    def _moved(
        self,
        connection: Connection,
        item_id: int,
        states: set[ItemState],
        values: Mapping[str, object],
    ) -> ItemRow | None:
        """Update an item in one of the states; unless it is CHANGING, its own edits are closed."""
        items, edits = schema.items, schema.edits
        allowed = items.c.state.in_(sorted(state.value for state in states))
        change = update(items).where(items.c.id == item_id, allowed).values(**values)
        moved = connection.execute(change.returning(items)).first()
        if moved is None:
            return None
        if moved.state != ItemState.CHANGING.value:
            own = [edits.c.item_id == item_id, ~edits.c.borrowed, edits.c.closed_at.is_(None)]
            connection.execute(update(edits).where(*own).values(closed_at=self.now()))
        return _item_row(moved)

    def _elsewhere(self, item_id: int, states: set[ItemState], doing: str) -> Refusal:
        return Refusal(
            f"{doing} ({item_id})",
            expected="an item that is " + " or ".join(sorted(state.value for state in states)),
            found=f"it is {self.item(item_id).state.value}",
            next_step="run `undo-writeoff status`; another run may have gone on with this item",
        )

    def item(self, item_id: int) -> ItemRow:
        """One item by id. Raises LookupError when there is none."""
        found = self._items(schema.items.c.id == item_id)
        if not found:
            raise LookupError(f"the journal has no item {item_id}")
        return found[0]

    def items(self, run_id: int) -> list[ItemRow]:
        """The items of a run, in the order they were added."""
        return self._items(schema.items.c.run_id == run_id)

    def items_with(self, ids: Collection[int]) -> list[ItemRow]:
        """The items with these ids, in the order they were added."""
        return self._items(schema.items.c.id.in_(list(ids))) if ids else []

    def _items(self, *conditions: Any) -> list[ItemRow]:
        query = select(schema.items).where(*conditions).order_by(schema.items.c.id)
        with self.reading.connect() as connection:
            return [_item_row(found) for found in connection.execute(query)]


def _item_row(found: Row[Any]) -> ItemRow:
    return ItemRow(**{**found._mapping, "state": ItemState(found.state)})


def _run_row(found: Row[Any]) -> RunRow:
    return RunRow(**found._mapping)
