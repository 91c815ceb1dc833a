"""What somebody who can write the journal's file could do to its audit trail."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from automation.journal.audit import FIELDS


@contextmanager
def opened_up(path: Path) -> Iterator[sqlite3.Connection]:
    """The journal's file without the triggers that protect its trail."""
    with closing(sqlite3.connect(path)) as file, file:
        file.row_factory = sqlite3.Row
        for name in ("audit_no_update", "audit_no_delete"):
            file.execute(f"DROP TRIGGER IF EXISTS {name}")
        yield file


def rewritten(path: Path, number: int = 2, **values: str) -> None:
    """Change an entry, and recompute the hashes and the stored head to match."""
    with opened_up(path) as file:
        for name, value in values.items():
            file.execute(f'UPDATE audit SET "{name}" = ? WHERE number = ?', (value, number))
        _seal_anew(file)


def cut(path: Path, after: int) -> None:
    """Remove the entries after one, and change the stored head as if they had never been."""
    with opened_up(path) as file:
        file.execute("DELETE FROM audit WHERE number > ?", (after,))
        _seal_anew(file)


def wiped(path: Path) -> None:
    """Remove every entry and the head."""
    with opened_up(path) as file:
        file.execute("DELETE FROM audit")
        file.execute("DELETE FROM keys WHERE name = 'audit-head'")


def _seal_anew(file: sqlite3.Connection) -> None:
    previous, count = "0" * 64, 0
    for row in file.execute("SELECT * FROM audit ORDER BY number").fetchall():
        told = json.dumps([row[name] for name in FIELDS] + [previous], ensure_ascii=False)
        made = hashlib.sha256(told.encode()).hexdigest()
        count = row["number"]
        file.execute(
            "UPDATE audit SET previous = ?, hash = ? WHERE number = ?", (previous, made, count)
        )
        previous = made
    file.execute("UPDATE keys SET value = ? WHERE name = 'audit-head'", (f"{count}:{previous}",))
