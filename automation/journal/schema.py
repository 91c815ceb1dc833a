"""The tables of the journal: runs, items, steps, edits, the audit trail and a fleet's workers.

Only portable column types are used, and partial unique indexes are declared for both SQLite and
PostgreSQL, so either can hold the journal.
"""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    text,
)
from sqlalchemy.types import TypeDecorator

REVISIONS = ("0001", "0002", "0003", "0004", "0005", "0006")
"""Every schema this code knows, oldest first; each has a file in `migrations/versions`."""


class UtcDateTime(TypeDecorator[datetime]):
    """A datetime in UTC. Raises ValueError for one without a time zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else aware_utc(value)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def aware_utc(moment: datetime) -> datetime:
    """Convert a datetime to UTC. Raises ValueError when it has no time zone."""
    if moment.utcoffset() is None:
        raise ValueError(f"a moment without a time zone cannot be stored: {moment.isoformat()}")
    return moment.astimezone(UTC)


def _document(name: str, *, required: bool = False) -> Column[dict[str, object]]:
    """A JSON object that carries its own version, as `records.document` has checked."""
    return Column(name, JSON(none_as_null=True), nullable=not required)


metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    }
)

keys = Table(
    "keys",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("value", String(128), nullable=False),
)

runs = Table(
    "runs",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("flow", String(100), nullable=False),
    Column("site", String(200), nullable=False),
    Column("origin", String(300), nullable=False),
    _document("arguments", required=True),
    Column("by", String(200), nullable=False),
    Column("started_at", UtcDateTime, nullable=False),
    Column("finished_at", UtcDateTime),
    Column("outcome", String(40)),
    Column("worklist", String(64)),  # the digest of the list's items
    Column("digest", String(64)),  # of the plan that this run made
)

items = Table(
    "items",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("run_id", ForeignKey("runs.id"), nullable=False),
    Column("origin", String(300), nullable=False),
    Column("reference", String(20), nullable=False),
    Column("state", String(20), nullable=False),
    _document("patient", required=True),
    _document("visit", required=True),
    _document("request", required=True),
    _document("receipt"),
    Column("added_at", UtcDateTime, nullable=False),
    Column("claimed_at", UtcDateTime),
    Column("changing_at", UtcDateTime),
    Column("settled_at", UtcDateTime),
    Column("attempts", Integer, nullable=False, server_default=text("0")),
    Column("last_message", Text),
    Column("last_attempt_at", UtcDateTime),
    Column("number", Integer),  # its place in the run, from 1
    _document("source"),  # the sheet and row it came from
    Index("ix_items_run_id_state", "run_id", "state"),
)

steps = Table(
    "steps",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("item_id", ForeignKey("items.id"), nullable=False, index=True),
    Column("number", Integer, nullable=False),
    Column("title", Text, nullable=False),
    Column("kind", String(20)),
    Column("changes", Text),
    _document("before"),
    _document("after"),
    _document("found"),
    Column("message", Text),
    Column("begun_at", UtcDateTime, nullable=False),
    Column("ended_at", UtcDateTime),
)

edits = Table(
    "edits",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("item_id", ForeignKey("items.id"), nullable=False, index=True),
    Column("origin", String(300), nullable=False),
    Column("patient_key", String(300), nullable=False),
    Column("reference", String(20), nullable=False),
    _document("patient", required=True),
    Column("kind", String(40), nullable=False),
    Column("place", String(300), nullable=False),
    Column("borrowed", Boolean, nullable=False),
    _document("edit", required=True),
    _document("found"),
    Column("opened_at", UtcDateTime, nullable=False),
    Column("closed_at", UtcDateTime),
    Column("settled_by", String(200)),
    Column("note", Text),
    Column("attempts", Integer, nullable=False, server_default=text("0")),
    Column("last_message", Text),
    Column("last_attempt_at", UtcDateTime),
    # The migrations make it for the open rows alone at a server, too. To say so here would load
    # that database's dialect, 4 MiB, for everybody.
    Index(
        "uq_edits_open",
        "origin",
        "patient_key",
        "kind",
        "place",
        unique=True,
        sqlite_where=text("closed_at IS NULL"),
    ),
)

audit = Table(
    "audit",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("at", String(40), nullable=False),  # as text: it is part of what is hashed
    Column("by", String(200), nullable=False),
    Column("site", String(200), nullable=False),
    Column("origin", String(300), nullable=False),
    Column("run_id", Integer, nullable=False),
    Column("item_id", Integer, nullable=False),
    Column("reference", String(20), nullable=False),
    Column("date_of_service", String(10), nullable=False),
    Column("kind", String(40), nullable=False),
    Column("field", String(40), nullable=False),
    Column("before", Text),
    Column("after", Text),
    Column("previous", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
    Column("seal", String(100)),  # made of the hash with a key that is not in the journal
)

workers = Table(
    "workers",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String(60), nullable=False),
    Column("host", String(200), nullable=False),
    Column("pid", Integer, nullable=False),
    Column("site", String(200), nullable=False),
    Column("origin", String(300), nullable=False),
    Column("account", String(64), nullable=False),  # a digest of the account's name
    Column("backend", Integer, nullable=False),  # the database session that holds its turn:
    Column("backend_since", UtcDateTime, nullable=False),  # its process at the server, and start
    Column("started_at", UtcDateTime, nullable=False),
    Column("job", BigInteger, index=True),  # the queue's number of what it does now
    Column("job_since", UtcDateTime),
)
