"""The stored record of runs, items and steps: what was meant, what was begun, what was found.

A change is written down and flushed to the disk before it is made, so after a crash the journal
knows at least as much as the practice. Steps that only look are not stored; the receipt names them
all. A Journal belongs to the thread that opened it.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import Row, func, insert, select, update

from automation.errors import Refusal
from automation.runs import schema
from automation.runs.audit import Change
from automation.runs.rows import (
    Document,
    ItemRow,
    ItemState,
    RunRow,
    StepRow,
    document,
    optional_document,
)
from automation.runs.stored import Stored

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


class Journal(Stored):
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
        """Note that a run begins, of a worklist with this digest or of one item; its id."""
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
        """Note how a run ended."""
        change = update(schema.runs).where(schema.runs.c.id == run_id)
        with self.transaction() as connection:
            connection.execute(change.values(finished_at=self.now(), outcome=outcome))

    def run(self, run_id: int) -> RunRow:
        """One run; LookupError when there is none of that id."""
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
        """Put one item on a run's list, WAITING.

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
        """Take a WAITING item to work on; Refusal when it was begun already."""
        values = {"state": ItemState.WORKING.value, "claimed_at": self.now()}
        return self._move(item_id, {ItemState.WAITING}, values, "taking an item to work on")

    def identify(self, item_id: int, patient: Mapping[str, object], patient_key: str) -> ItemRow:
        """Store who the chart says the patient is, once it is open, and their reference."""
        item = self.item(item_id)
        values = {
            "patient": document("patient", patient),
            "reference": self.reference(item.origin, patient_key),
        }
        return self._move(item_id, set(ItemState), values, "naming an item's patient")

    def release(self, item_id: int) -> ItemRow:
        """Let a WORKING item, whose worker ended with nothing changed, wait again."""
        values = {"state": ItemState.WAITING.value, "claimed_at": None}
        return self._move(item_id, {ItemState.WORKING}, values, "letting an item wait again")

    def never_changed(self, item_id: int) -> ItemRow:
        """Let an item wait again whose change was prepared, and of which no Save was pressed."""
        values = {"state": ItemState.WAITING.value, "claimed_at": None, "changing_at": None}
        return self._move(item_id, {ItemState.CHANGING}, values, "letting an item wait again")

    def mark_changing(
        self, item_id: int, before: Mapping[str, object], plan: Mapping[str, object]
    ) -> ItemRow:
        """Store what stands there and what will be typed, before anything is; from WORKING only."""
        values = {
            "state": ItemState.CHANGING.value,
            "before": document("before", before),
            "plan": document("plan", plan),
            "changing_at": self.now(),
        }
        return self._move(item_id, {ItemState.WORKING}, values, "beginning to change an item")

    def settle(
        self, item_id: int, state: ItemState, receipt: Mapping[str, object] | None = None
    ) -> ItemRow:
        """End an item; Refusal when its state does not lead there, as when it has ended."""
        if state not in _MAY_SETTLE:
            raise ValueError(f"an item cannot end as {state}")
        values = {
            "state": state.value,
            "receipt": optional_document("receipt", receipt),
            "settled_at": self.now(),
        }
        return self._move(item_id, _MAY_SETTLE[state], values, f"settling an item as {state}")

    def note_recovery(self, item_id: int, message: str) -> ItemRow:
        """Count one more try to settle an item, and keep what came of it."""
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
        items = schema.items
        allowed = items.c.state.in_(sorted(state.value for state in states))
        change = update(items).where(items.c.id == item_id, allowed).values(**values)
        with self.transaction() as connection:
            moved = connection.execute(change.returning(items)).first()
            if moved is not None:
                return _item_row(moved)
        raise Refusal(
            f"{doing} ({item_id})",
            expected="an item that is " + " or ".join(sorted(state.value for state in states)),
            found=f"it is {self.item(item_id).state.value}",
            next_step="run `undo-writeoff status`; another run may have gone on with this item",
        )

    def item(self, item_id: int) -> ItemRow:
        """One item; LookupError when there is none of that id."""
        found = self._items(schema.items.c.id == item_id)
        if not found:
            raise LookupError(f"the journal has no item {item_id}")
        return found[0]

    def items(self, run_id: int) -> list[ItemRow]:
        """The items of a run, in the order they were added."""
        return self._items(schema.items.c.run_id == run_id)

    def next_waiting(self, run_id: int) -> ItemRow | None:
        """The first item of a run that nobody has begun."""
        waiting = schema.items.c.state == ItemState.WAITING.value
        found = self._items(schema.items.c.run_id == run_id, waiting, limit=1)
        return found[0] if found else None

    def outstanding(self, origin: str | None = None) -> list[ItemRow]:
        """The items that may be half-changed, at one practice or at all."""
        conditions = [schema.items.c.state == ItemState.CHANGING.value]
        if origin is not None:
            conditions.append(schema.items.c.origin == origin)
        return self._items(*conditions)

    def _items(self, *conditions: Any, limit: int | None = None) -> list[ItemRow]:
        query = select(schema.items).where(*conditions).order_by(schema.items.c.id).limit(limit)
        with self.reading.connect() as connection:
            return [_item_row(found) for found in connection.execute(query)]

    # Steps

    def begin_step(
        self,
        item_id: int,
        title: str,
        changes: str,
        before: Mapping[str, object] | None = None,
        after: Mapping[str, object] | None = None,
        *,
        kind: str = "changes",
    ) -> int:
        """Note that a changing step begins; its id. It is on the disk when this returns.

        Raises JournalUnusable where it could not be written, and then nothing is kept of it.
        """
        kept, to_audit = len(self._kept), len(self._to_audit)
        step_id = self.keep_step(self.item(item_id).id, title, changes, before, after, kind=kind)
        try:
            self._write_kept()
        except BaseException:
            del self._kept[kept:], self._to_audit[to_audit:]
            del self._saving[step_id]
            raise
        return step_id

    def keep_step(
        self,
        item_id: int,
        title: str,
        changes: str,
        before: Mapping[str, object] | None = None,
        after: Mapping[str, object] | None = None,
        *,
        kind: str = "changes",
    ) -> int:
        """Note that a step begins, to be written with the next write; nothing is read. Its id."""
        steps = schema.steps
        last = select(func.coalesce(func.max(steps.c.number), 0)).where(steps.c.item_id == item_id)
        # Drawn by lot, so that two programs at one item can never stop each other's writes.
        step_id = secrets.randbits(62)
        row = insert(steps).values(
            id=step_id,
            item_id=item_id,
            number=last.scalar_subquery() + 1,
            title=title,
            kind=kind,
            changes=changes,
            before=optional_document("before", before),
            after=optional_document("after", after),
            begun_at=self.now(),
        )
        self._kept.append(row)
        change = Change(item_id, "saving", changes, _value(before), _value(after))
        self._saving[step_id] = change
        self._to_audit.append(change)
        return step_id

    def end_step(self, step_id: int, found: Mapping[str, object] | None = None) -> None:
        """Note that a step was done and what the screen then said; kept for the next write."""
        self._end(step_id, "saved", found=optional_document("found", found))

    def fail_step(self, step_id: int, message: str) -> None:
        """Note why a step stopped."""
        self._end(step_id, "not known to be saved", message=message)
        self._write_kept()

    def _end(self, step_id: int, kind: str, **values: object) -> None:
        ended = update(schema.steps).where(schema.steps.c.id == step_id)
        self._kept.append(ended.values(ended_at=self.now(), **values))
        self._to_audit.append(replace(self._saving.pop(step_id), kind=kind))

    def note_change(self, change: Change) -> None:
        """Have an entry added to the audit trail with the next write."""
        self._to_audit.append(change)

    def steps(self, item_id: int) -> list[StepRow]:
        """The changing steps of an item in order, those still kept included."""
        self._write_kept()
        table = schema.steps
        query = select(table).where(table.c.item_id == item_id, table.c.changes.is_not(None))
        with self.reading.connect() as connection:
            ordered = connection.execute(query.order_by(table.c.number, table.c.begun_at))
            return [StepRow(**found._mapping) for found in ordered]


def _value(told: Mapping[str, object] | None) -> str | None:
    return None if told is None or told.get("value") is None else str(told["value"])


def _item_row(found: Row[Any]) -> ItemRow:
    return ItemRow(**{**found._mapping, "state": ItemState(found.state)})


def _run_row(found: Row[Any]) -> RunRow:
    return RunRow(**found._mapping)
