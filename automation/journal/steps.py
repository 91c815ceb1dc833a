"""The stored record of the steps that change something, each on disk before it is done.

Steps that only look are not stored; the receipt names every step.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import replace

from sqlalchemy import func, insert, select, update

from automation.journal import schema
from automation.journal.audit import Change, Decision
from automation.journal.records import StepRow, optional_document
from automation.journal.stored import Stored


class Steps(Stored):
    """The changing steps of a journal's items, and their entries in the audit trail."""

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
        """Store that a changing step begins, on disk when this returns; return its id.

        Raises JournalUnusable when it cannot be written, and then nothing is kept of it.
        """
        kept, to_audit = len(self._kept), len(self._to_audit)
        step_id = self.keep_step(self._item_id(item_id), title, changes, before, after, kind=kind)
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
        """Queue that a step begins, for the next write, without reading; return its id."""
        steps = schema.steps
        last = select(func.coalesce(func.max(steps.c.number), 0)).where(steps.c.item_id == item_id)
        # Random, so that two programs at work on one item never block each other's writes.
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

    def _item_id(self, item_id: int) -> int:
        """Return the id. Raises LookupError when there is no such item."""
        query = select(schema.items.c.id).where(schema.items.c.id == item_id)
        with self.reading.connect() as connection:
            if connection.scalar(query) is None:
                raise LookupError(f"the journal has no item {item_id}")
        return item_id

    def end_step(self, step_id: int, found: Mapping[str, object] | None = None) -> None:
        """Queue that a step was done and what the screen then showed, for the next write."""
        self._end(step_id, "saved", found=optional_document("found", found))

    def fail_step(self, step_id: int, message: str) -> None:
        """Store why a step stopped."""
        self._end(step_id, "not known to be saved", message=message)
        self._write_kept()

    def _end(self, step_id: int, kind: str, **values: object) -> None:
        ended = update(schema.steps).where(schema.steps.c.id == step_id)
        self._kept.append(ended.values(ended_at=self.now(), **values))
        self._to_audit.append(replace(self._saving.pop(step_id), kind=kind))

    def note_change(self, change: Change | Decision) -> None:
        """Queue an entry for the audit trail, for the next write."""
        self._to_audit.append(change)

    def steps(self, item_id: int) -> list[StepRow]:
        """The changing steps of an item in order, including those still queued."""
        self._write_kept()
        table = schema.steps
        query = select(table).where(table.c.item_id == item_id, table.c.changes.is_not(None))
        with self.reading.connect() as connection:
            ordered = connection.execute(query.order_by(table.c.number, table.c.begun_at))
            return [StepRow(**found._mapping) for found in ordered]


def _value(told: Mapping[str, object] | None) -> str | None:
    return None if told is None or told.get("value") is None else str(told["value"])
