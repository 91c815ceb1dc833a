"""The audit trail: who changed what, when, from what, to what; each entry chained to the last.

Each entry holds the hash of the one before it, so a changed or missing entry breaks the chain at
that point. The count and the last hash are stored separately, so a shortened trail is noticed too.
A chain alone cannot stop someone who can write the whole file from rebuilding all of it. Therefore
each entry also has a seal made with a key from the system's keyring, where there is one, and the
last number and hash are kept elsewhere: in the mark, by each run, and by anyone who notes them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, insert, select, update

from automation.journal import schema
from automation.journal.heads import Head
from automation.journal.seals import Key, Seals, no_key, spans
from automation.journal.store import take_turns

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
"""The fields of an entry, in the order in which they are hashed and exported."""

_NOTHING = "0" * 64
_HEAD = "audit-head"


@dataclass(frozen=True)
class Change:
    """What changed, as one entry records it besides who, when and where.

    The kinds, in the order they happen: "saving" before Save Changes is pressed, "saved" or "not
    known to be saved" after it, "read back" when a freshly loaded chart showed the value, and
    "settled by hand" on a person's word.
    """

    item_id: int
    kind: str
    field: str
    before: str | None
    after: str | None


@dataclass(frozen=True)
class Decision:
    """What a person decided about a run as a whole; its entry names no item and no patient.

    The kind is "plan approved": `field` names the plan, `before` is its digest, and `after` says
    what of it is to be done.
    """

    run_id: int
    kind: str
    field: str
    before: str | None
    after: str | None


@dataclass(frozen=True)
class Verdict:
    """Whether the trail is intact: the number of entries, the last hash, and what is wrong where.

    `notes` are worth knowing but prove no fault: seals that are missing or could not be checked,
    times that go back.
    """

    count: int
    head: str
    wrong: str = ""
    notes: tuple[str, ...] = ()


class AuditTrail:
    """The entries of one journal; written inside the journal's own transactions."""

    def __init__(self, reading: Engine, key: Callable[[], Key | None] = no_key) -> None:
        self._reading = reading
        self.key = key

    def append(
        self,
        connection: Connection,
        now: Callable[[], datetime],
        changes: Sequence[Change | Decision],
    ) -> Head | None:
        """Append entries to the trail, in the caller's transaction; return the last one.

        Programs that append at the same time take turns, each until its transaction ends; so what
        can be read before is read before.
        """
        if not changes:
            return None
        known = [_facts_of(connection, change) for change in changes]
        count, previous = head_of(connection, to_write=True)
        key, at = self.key(), now().isoformat(timespec="milliseconds")
        rows = []
        for change, facts in zip(changes, known, strict=True):
            count += 1
            entry = {"number": count, "at": at, **facts, **vars(change)}
            row = {**entry, "previous": previous, "hash": _sealed(entry, previous)}
            rows.append(row)
            row["seal"] = key.seal(row["hash"]) if key else None
            previous = row["hash"]
        connection.execute(insert(schema.audit), rows)
        connection.execute(
            update(schema.keys)
            .where(schema.keys.c.name == _HEAD)
            .values(value=f"{count}:{previous}")
        )
        return Head(count, previous)

    def entries(self) -> Iterator[dict[str, Any]]:
        """Every entry, oldest first, with its hash."""
        with self._reading.connect() as connection:
            for found in connection.execute(select(schema.audit).order_by(schema.audit.c.number)):
                yield dict(found._mapping)

    def hash_of(self, connection: Connection, number: int) -> str | None:
        """The hash of one entry as stored; None when there is no such entry."""
        query = select(schema.audit.c.hash).where(schema.audit.c.number == number)
        found: str | None = connection.scalar(query)
        return found

    def verify(self, heads: Iterable[Head] = ()) -> Verdict:
        """Walk the chain and name the first entry that is changed, missing or not ours.

        `heads` are numbers and hashes that were kept elsewhere; the trail must still hold them.
        """
        seals, times = Seals(self.key()), Times()
        previous, expected = _NOTHING, 1
        kept: dict[int, set[str]] = {}
        for head in heads:
            kept.setdefault(head.number, set()).add(head.hash)
        for row in self.entries():
            wrong = _wrong_with(row, expected, previous) or seals.wrong_with(row)
            if not wrong and kept.get(expected, set()) - {row["hash"]}:
                wrong = f"entry {expected} is not the one whose hash was kept elsewhere"
            if wrong:
                return Verdict(expected - 1, previous, wrong)
            times.see(row)
            previous, expected = row["hash"], expected + 1
        wrong = self._wrong_at_the_end(expected - 1, previous, kept)
        return Verdict(expected - 1, previous, wrong, (*seals.notes(), *times.notes()))

    def _wrong_at_the_end(self, last: int, hash: str, kept: dict[int, set[str]]) -> str:
        with self._reading.connect() as connection:
            count, head = head_of(connection)
        if count > last:
            return f"entry {last + 1} was removed"
        if (count, head) != (last, hash):
            return f"entry {count + 1} was not written by us"
        if max(kept, default=0) > last:
            return f"entry {last + 1} was removed: one up to {max(kept)} was known elsewhere"
        return ""


def _facts_of(connection: Connection, change: Change | Decision) -> dict[str, Any]:
    """Return who, where and about whom, from the run and the item."""
    items, runs = schema.items.c, schema.runs.c
    if isinstance(change, Decision):
        query = select(runs.by, runs.site, runs.origin).where(runs.id == change.run_id)
        about_nobody = {"item_id": 0, "reference": "", "date_of_service": ""}
        return {**connection.execute(query).one()._mapping, **about_nobody}
    of_item = (
        select(runs.by, runs.site, runs.origin, items.run_id, items.reference, items.visit)
        .join_from(schema.items, schema.runs)
        .where(items.id == change.item_id)
    )
    facts = dict(connection.execute(of_item).one()._mapping)
    facts["date_of_service"] = str(facts.pop("visit").get("date", ""))
    return facts


def _wrong_with(row: dict[str, Any], expected: int, previous: str) -> str:
    if row["number"] != expected:
        return f"entry {expected} was removed"
    if row["previous"] != previous:
        return f"entry {expected} does not follow the one before it"
    if row["hash"] != _sealed({name: row[name] for name in FIELDS}, previous):
        return f"entry {expected} was changed"
    return ""


class Times:
    """Collects entries whose time is earlier than that of the entry before them."""

    def __init__(self) -> None:
        self._last: datetime | None = None
        self._back: list[int] = []

    def see(self, row: dict[str, Any]) -> None:
        """Compare one entry's time with the last."""
        at = datetime.fromisoformat(row["at"])
        if self._last is not None and at < self._last:
            self._back.append(row["number"])
        self._last = at

    def notes(self) -> list[str]:
        """Return where time goes back: a clock was set, or two computers' clocks differ."""
        if not self._back:
            return []
        return [f"the time goes back at entry {spans(self._back)} (a clock was set, or two differ)"]


def _sealed(entry: dict[str, Any], previous: str) -> str:
    content = json.dumps([entry[name] for name in FIELDS] + [previous], ensure_ascii=False)
    return hashlib.sha256(content.encode()).hexdigest()


def head_of(connection: Connection, *, to_write: bool = False) -> tuple[int, str]:
    """Number and hash of the last entry; `to_write` locks the row so that the chain never forks."""
    query = select(schema.keys.c.value).where(schema.keys.c.name == _HEAD)
    stored = connection.scalar(query.with_for_update() if to_write else query)
    if stored is None and to_write:
        take_turns(connection)
        stored = connection.scalar(query.with_for_update())
    if stored is None:
        stored = f"0:{_NOTHING}"
        if to_write:
            connection.execute(insert(schema.keys).values(name=_HEAD, value=stored))
    count, _, head = str(stored).partition(":")
    return int(count), head
