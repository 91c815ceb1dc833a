"""Looks runs and items up: by page, by patient or reference, by date of service, by how they ended.

Amounts and messages are no keys of a search, so that no index has to be kept beside the journal.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from automation.journal import schema
from automation.journal.journal import ItemRow, ItemState, Journal, RunRow


@dataclass(frozen=True)
class Wanted:
    """What is looked for; what is empty is not asked about. Names match from their beginning."""

    reference: str = ""
    last: str = ""
    first: str = ""
    date: dt.date | None = None
    states: tuple[ItemState, ...] = ()


def runs_at(journal: Journal, origin: str, *, limit: int, offset: int = 0) -> list[RunRow]:
    """Return runs at one practice, plans included, the latest first."""
    runs = schema.runs
    query = select(runs).where(runs.c.origin == origin).order_by(runs.c.id.desc())
    with journal.reading.connect() as connection:
        found = connection.execute(query.limit(limit).offset(offset))
        return [RunRow(**row._mapping) for row in found]


def count_of_runs_at(journal: Journal, origin: str) -> int:
    """Return how many runs there are at one practice."""
    query = select(func.count()).where(schema.runs.c.origin == origin)
    with journal.reading.connect() as connection:
        return int(connection.scalar(query) or 0)


def items_like(
    journal: Journal, origin: str, wanted: Wanted, *, limit: int, offset: int = 0
) -> list[tuple[ItemRow, RunRow]]:
    """Find items at one practice, with the run of each, the latest first."""
    items = schema.items.c
    query = select(items.id, items.run_id).where(*_conditions(origin, wanted))
    with journal.reading.connect() as connection:
        latest_first = query.order_by(items.id.desc()).limit(limit).offset(offset)
        found = connection.execute(latest_first).all()
    runs = {run_id: journal.run(run_id) for run_id in {row.run_id for row in found}}
    told = journal.items_with([row.id for row in found])
    return [(item, runs[item.run_id]) for item in reversed(told)]


def count_of_items_like(journal: Journal, origin: str, wanted: Wanted) -> int:
    """Return how many items `items_like` would find without a limit."""
    query = select(func.count(schema.items.c.id)).where(*_conditions(origin, wanted))
    with journal.reading.connect() as connection:
        return int(connection.scalar(query) or 0)


def _conditions(origin: str, wanted: Wanted) -> list[Any]:
    items = schema.items.c
    made: list[Any] = [items.origin == origin]
    if wanted.reference:
        made.append(items.reference == wanted.reference.upper())
    for part in ("last", "first"):
        if name := getattr(wanted, part):
            stored = items.patient[part].as_string()
            # SQLite's lower() knows only the letters of English.
            exact = stored.startswith(name, autoescape=True)
            made.append(exact | func.lower(stored).startswith(name.lower(), autoescape=True))
    if wanted.date is not None:
        made.append(items.visit["date"].as_string() == wanted.date.isoformat())
    if wanted.states:
        made.append(items.state.in_([state.value for state in wanted.states]))
    return made
