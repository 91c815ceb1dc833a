"""The practice's SQLite file: how records are read from it and written to it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import fields
from pathlib import Path
from typing import Any

from .records import Patient, Payment, Policy, Visit

SCHEMA = (Path(__file__).parent / "schema.sql").read_text(encoding="utf-8")
TABLES = {Patient: "patients", Policy: "policies", Visit: "visits", Payment: "payments"}
SUMS = {Visit: "paid", Payment: "allocated"}  # added up from the allocations, never stored

VISITS = """SELECT v.*, COALESCE(
            (SELECT SUM(cents * counted) FROM allocations WHERE visit = v.id), 0)
            AS paid FROM visits v WHERE """
PAYMENTS = """SELECT p.*, COALESCE((SELECT SUM(cents) FROM allocations WHERE payment = p.id), 0)
              AS allocated FROM payments p WHERE """

Record = Patient | Policy | Visit | Payment


def columns(kind: type[Record]) -> list[str]:
    """Return the stored columns of a kind of record."""
    return [f.name for f in fields(kind) if f.name != SUMS.get(kind)]


class Store:
    """One open SQLite file, used by one thread."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self.db.row_factory = sqlite3.Row
        # The sandbox has to start quickly, and may lose its file in a power cut.
        self.db.execute("PRAGMA synchronous = OFF")
        self.db.execute("PRAGMA journal_mode = MEMORY")

    def take(self, file: Path) -> None:
        """Take all records of a file instead; raise ValueError for one of other tables."""
        made = "SELECT sql FROM sqlite_master WHERE type = 'table' ORDER BY name"
        with closing(sqlite3.connect(file)) as kept:
            if [row[0] for row in kept.execute(made)] != [row[0] for row in self.rows(made)]:
                raise ValueError(f"{file.name} was kept by another version of the sandbox")
            kept.backup(self.db)

    def keep(self, file: Path) -> None:
        """Write all records to a file."""
        file.unlink(missing_ok=True)
        with closing(sqlite3.connect(file)) as kept:
            self.db.backup(kept)

    def clear(self) -> None:
        """Drop everything and create empty tables."""
        for row in self.rows("SELECT name FROM sqlite_master WHERE type = 'table'"):
            self.run(f"DROP TABLE {row['name']}")
        for statement in SCHEMA.split(";"):  # executescript would end the transaction
            self.run(statement)

    @contextmanager
    def transaction(self, keep: bool = True) -> Iterator[None]:
        """Do all of it or nothing; with keep=False it is always undone."""
        self.run("SAVEPOINT change")
        try:
            yield
        except BaseException:
            keep = False
            raise
        finally:
            if not keep:
                self.run("ROLLBACK TO change")
            self.run("RELEASE change")

    def run(self, sql: str, *values: Any) -> None:
        """Execute one statement."""
        self.db.execute(sql, values)

    def rows(self, sql: str, *values: Any) -> list[sqlite3.Row]:
        """Return all rows of a query."""
        return self.db.execute(sql, values).fetchall()

    def number(self, sql: str, *values: Any) -> int:
        """Return the first number of a query, 0 for none."""
        row = self.db.execute(sql, values).fetchone()
        return int(row[0] or 0) if row else 0

    def insert(self, records: Iterable[Record]) -> None:
        """Add records, many of a kind at once."""
        groups: dict[type[Record], list[Sequence[Any]]] = {}
        for record in records:
            names = columns(type(record))
            groups.setdefault(type(record), []).append([getattr(record, n) for n in names])
        for kind, values in groups.items():
            marks = ", ".join("?" * len(columns(kind)))
            names = columns(kind)
            sql = f"INSERT INTO {TABLES[kind]} ({', '.join(names)}) VALUES ({marks})"
            self.db.executemany(sql, values)

    def update(self, record: Record) -> None:
        """Write a record back by its id."""
        names = columns(type(record))
        sets = ", ".join(f"{name} = ?" for name in names)
        sql = f"UPDATE {TABLES[type(record)]} SET {sets} WHERE id = ?"
        self.run(sql, *(getattr(record, n) for n in names), record.id)

    def patient(self, patient: str) -> Patient | None:
        """Return one patient."""
        rows = self.rows("SELECT * FROM patients WHERE id = ?", patient)
        return Patient(**rows[0]) if rows else None

    def patients(self) -> list[Patient]:
        """Return all patients by name, birth date and account number."""
        sql = "SELECT * FROM patients ORDER BY last, first, born, acct"
        return [Patient(**row) for row in self.rows(sql)]

    def clinicians(self, patient: str) -> list[str]:
        """Return the clinicians a patient is assigned to."""
        sql = "SELECT clinician FROM assignments WHERE patient = ? ORDER BY clinician"
        return [row[0] for row in self.rows(sql, patient)]

    def policies(self, patient: str) -> list[Policy]:
        """Return a patient's policies, primary first."""
        sql = """SELECT * FROM policies WHERE patient = ? ORDER BY CASE priority
                 WHEN 'Primary' THEN 1 WHEN 'Secondary' THEN 2 WHEN 'Tertiary' THEN 3
                 ELSE 4 END, id"""
        return [Policy(**row) for row in self.rows(sql, patient)]

    def visit(self, visit: str) -> Visit | None:
        """Return one visit, with the sum paid for it."""
        rows = self.rows(VISITS + "v.id = ?", visit)
        return Visit(**rows[0]) if rows else None

    def visits(self, patient: str) -> list[Visit]:
        """Return a patient's visits, newest first."""
        sql = VISITS + "v.patient = ? ORDER BY v.date DESC, v.time DESC, v.id"
        return [Visit(**row) for row in self.rows(sql, patient)]

    def payment(self, payment: str) -> Payment | None:
        """Return one payment, with the sum of its allocations."""
        rows = self.rows(PAYMENTS + "p.id = ?", payment)
        return Payment(**rows[0]) if rows else None

    def payments(self, patient: str) -> list[Payment]:
        """Return a patient's payments, newest first."""
        sql = PAYMENTS + "p.patient = ? ORDER BY p.date DESC, p.id"
        return [Payment(**row) for row in self.rows(sql, patient)]
