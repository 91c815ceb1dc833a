"""The audit trail: who changed what, when, from what, to what; each entry sealed to the last.

An entry holds the hash of the one before it, so a changed or missing entry breaks the chain at
its place, and the count and hash of the last one are kept beside it, so a shortened trail is
noticed, too. What a chain cannot prove: whoever may write the whole file can make all of it anew.
Therefore `audit verify` and each report print the last hash, to be kept somewhere else.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, insert, select, update

from automation.runs import schema

FIELDS = (
    "number",
    "at",
    "by",
    "site",
    "origin",
    "run_id",
    "item_id",
    "reference",
    "date_of_service",
    "kind",
    "field",
    "before",
    "after",
)
"""What an entry tells, in the order in which it is sealed and exported."""

_NOTHING = "0" * 64
_HEAD = "audit-head"


@dataclass(frozen=True)
class Change:
    """What one entry tells besides who, when and where: kinds are in the order they happen.

    "saving" stands before Save Changes is pressed, "saved" or "not saved" after it; "read back"
    when a freshly loaded chart showed it; "settled by hand" on a person's word.
    """

    item_id: int
    kind: str
    field: str
    before: str | None
    after: str | None


@dataclass(frozen=True)
class Verdict:
    """Whether the trail is whole: how many entries, the last hash, and what is wrong where."""

    count: int
    head: str
    wrong: str = ""


class AuditTrail:
    """The entries of one journal; written inside the journal's own transactions."""

    def __init__(self, reading: Engine) -> None:
        self._reading = reading
        self._facts: dict[int, dict[str, Any]] = {}

    def append(self, connection: Connection, at: datetime, changes: list[Change]) -> None:
        """Add entries to the end of the trail, in the caller's transaction."""
        if not changes:
            return
        count, previous = _head(connection, to_write=True)
        rows = []
        for change in changes:
            count += 1
            entry = {
                "number": count,
                "at": at.isoformat(timespec="milliseconds"),
                **self._facts_of(connection, change.item_id),
                **vars(change),
            }
            row = {**entry, "previous": previous, "hash": _sealed(entry, previous)}
            rows.append(row)
            previous = row["hash"]
        connection.execute(insert(schema.audit), rows)
        connection.execute(
            update(schema.keys)
            .where(schema.keys.c.name == _HEAD)
            .values(value=f"{count}:{previous}")
        )

    def _facts_of(self, connection: Connection, item_id: int) -> dict[str, Any]:
        items, runs = schema.items.c, schema.runs.c
        query = (
            select(runs.by, runs.site, runs.origin, items.run_id, items.reference, items.visit)
            .join_from(schema.items, schema.runs)
            .where(items.id == item_id)
        )
        found = connection.execute(query).one()
        facts = dict(found._mapping)
        facts["date_of_service"] = str(facts.pop("visit").get("date", ""))
        return facts

    def entries(self) -> Iterator[dict[str, Any]]:
        """Every entry, oldest first, with its hash."""
        with self._reading.connect() as connection:
            for found in connection.execute(select(schema.audit).order_by(schema.audit.c.number)):
                yield dict(found._mapping)

    def verify(self) -> Verdict:
        """Walk the chain and name the first entry that is changed, missing or not ours."""
        previous, expected = _NOTHING, 1
        for row in self.entries():
            if row["number"] != expected:
                return Verdict(expected - 1, previous, f"entry {expected} was removed")
            if row["previous"] != previous:
                return Verdict(
                    expected - 1, previous, f"entry {expected} does not follow the one before it"
                )
            if row["hash"] != _sealed({name: row[name] for name in FIELDS}, previous):
                return Verdict(expected - 1, previous, f"entry {expected} was changed")
            previous, expected = row["hash"], expected + 1
        with self._reading.connect() as connection:
            count, head = _head(connection)
        if count >= expected:
            return Verdict(expected - 1, previous, f"entry {expected} was removed")
        if (count, head) != (expected - 1, previous):
            return Verdict(expected - 1, previous, f"entry {count + 1} was not written by us")
        return Verdict(count, head)


def _sealed(entry: dict[str, Any], previous: str) -> str:
    told = json.dumps([entry[name] for name in FIELDS] + [previous], ensure_ascii=False)
    return hashlib.sha256(told.encode()).hexdigest()


def _head(connection: Connection, *, to_write: bool = False) -> tuple[int, str]:
    """Count and hash of the last entry; to write, the row is held so that no chain forks."""
    query = select(schema.keys.c.value).where(schema.keys.c.name == _HEAD)
    stored = connection.scalar(query.with_for_update() if to_write else query)
    if stored is None:
        stored = f"0:{_NOTHING}"
        if to_write:
            connection.execute(insert(schema.keys).values(name=_HEAD, value=stored))
    count, _, head = str(stored).partition(":")
    return int(count), head
