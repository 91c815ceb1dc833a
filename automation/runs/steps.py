"""Keeps what is known of steps until the next write that must last."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, Engine, func, insert, select, update

from automation.runs import schema
from automation.runs.rows import optional_document


class StepBuffer:
    """Steps that are begun or ended and not yet written."""

    def __init__(self, reading: Engine) -> None:
        self._reading = reading
        self._begun: dict[int, dict[str, object]] = {}
        self._ended: dict[int, dict[str, object]] = {}
        self._numbers: dict[int, int] = {}

    def __bool__(self) -> bool:
        return bool(self._begun or self._ended)

    def begin(
        self,
        item_id: int,
        title: str,
        kind: str,
        changes: str | None,
        before: Mapping[str, object] | None,
        after: Mapping[str, object] | None,
        begun_at: datetime,
    ) -> int:
        """Keep a step that begins; its id. LookupError when there is no such item."""
        # Drawn by lot, so that two programs at one item can never stop each other's writes.
        step_id = secrets.randbits(62)
        self._begun[step_id] = {
            "id": step_id,
            "item_id": item_id,
            "number": self._next_number(item_id),
            "title": title,
            "kind": kind,
            "changes": changes,
            "before": optional_document("before", before),
            "after": optional_document("after", after),
            "found": None,
            "message": None,
            "begun_at": begun_at,
            "ended_at": None,
        }
        return step_id

    def forget(self, step_id: int) -> None:
        """Take back a step that was begun and never written."""
        self._begun.pop(step_id, None)

    def end(self, step_id: int, values: dict[str, object]) -> None:
        """Keep how a step ended."""
        if step_id in self._begun:
            self._begun[step_id].update(values)
        else:
            self._ended[step_id] = values

    def write(self, connection: Connection) -> None:
        """Write all that is kept, in the caller's transaction."""
        if self._begun:
            connection.execute(insert(schema.steps), list(self._begun.values()))
        for step_id, values in self._ended.items():
            ended = update(schema.steps).where(schema.steps.c.id == step_id)
            connection.execute(ended.values(**values))

    def clear(self) -> None:
        """Forget what was kept, once it is on the disk."""
        self._begun.clear()
        self._ended.clear()

    def _next_number(self, item_id: int) -> int:
        if item_id not in self._numbers:
            self._numbers[item_id] = self._latest_number(item_id)
        self._numbers[item_id] += 1
        return self._numbers[item_id]

    def _latest_number(self, item_id: int) -> int:
        items, steps = schema.items, schema.steps
        query = (
            select(items.c.id, func.coalesce(func.max(steps.c.number), 0))
            .select_from(items.outerjoin(steps, steps.c.item_id == items.c.id))
            .where(items.c.id == item_id)
            .group_by(items.c.id)
        )
        with self._reading.connect() as connection:
            found = connection.execute(query).first()
        if found is None:
            raise LookupError(f"the journal has no item {item_id}")
        return int(found[1])
