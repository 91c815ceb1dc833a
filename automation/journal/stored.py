"""The journal's file or database: opened, compared with its mark, written in transactions.

When a transaction ends, it and the mark of what it added to the audit trail are on disk.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Self

from sqlalchemy import Connection, Executable, func, insert, select, update

from automation.journal import schema
from automation.journal.address import Address
from automation.journal.audit import AuditTrail, Change, Decision, head_of
from automation.journal.faults import damaged, unusable
from automation.journal.heads import Head
from automation.journal.mark import Mark, Marks
from automation.journal.store import made_once, open_engine

if TYPE_CHECKING:
    from config.settings import Settings

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # without I and O, so as not to mix up 1 and 0


class Stored:
    """The journal as a file or database: opened, checked against its mark, written and closed."""

    def __init__(
        self,
        url: str,
        clock: Callable[[], datetime] | None = None,
        *,
        state: Path | None = None,
        as_it_is: bool = False,
    ) -> None:
        self.address = Address.of(url, state)
        self.marks = Marks(self.address)
        self.reading, self.writing = open_engine(self.address, self.marks.gone)
        self._clock = clock or _own_clock
        self._kept: list[Executable] = []  # of steps, for the next write
        self.audit = AuditTrail(self.reading)
        self._to_audit: list[Change | Decision] = []
        self._saving: dict[int, Change] = {}  # by the id of the step that is under way
        self.fence: Callable[[Connection], None] = lambda _: None
        """Called in each transaction: raises TurnOver for a writer whose turn is over."""

        try:
            self._file = self._file_now()
            self._secret = bytes.fromhex(self._own("reference", lambda: secrets.token_hex(32)))
            self.id = self._own("journal", lambda: secrets.token_hex(16))
            if not as_it_is:
                self._compare_with_mark()
        except BaseException:
            self.reading.dispose()
            raise

    @classmethod
    def open(
        cls,
        url: str,
        *,
        clock: Callable[[], datetime] | None = None,
        state: Path | None = None,
        as_it_is: bool = False,
    ) -> Self:
        """Open the journal at `url`, such as "sqlite:///path", creating it if there is none yet.

        With a state folder, a mark is kept there too. Raises UsageProblem for an invalid address,
        and JournalUnusable for a journal that does not match its mark; `as_it_is` opens that one
        for inspection.
        """
        return cls(url, clock, state=state, as_it_is=as_it_is)

    @classmethod
    def of(cls, settings: Settings, *, as_it_is: bool = False) -> Self:
        """Open the journal of one installation."""
        return cls(settings.journal_url, state=settings.state, as_it_is=as_it_is)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Write what is still queued, and release the file; closing it again does nothing."""
        try:
            self._write_kept()
        finally:
            self._kept.clear()  # what could not be written now is not tried a second time
            self._to_audit.clear()
            self.reading.dispose()

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """Write in one transaction, with the queued steps; on disk when the block ends.

        Raises JournalUnusable when it could not be written, or not where the next start looks.
        """
        with self.writing.begin() as connection:
            self.fence(connection)
            for statement in self._kept:
                connection.execute(statement)
            yield connection
            owed = _outstanding_in(connection) if self._to_audit else 0
            now = partial(self._now_in, connection)
            head = self.audit.append(connection, now, self._to_audit)
        self._kept.clear()
        self._to_audit.clear()
        if self._file_now() != self._file:
            raise unusable(
                self.address,
                "it was moved, removed or replaced while this run was at work",
                "bring the file back, then run `undo-writeoff recover`",
            )
        if head is not None:
            self.marks.write(self._mark(head, owed))

    def probe(self) -> None:
        """Check that the journal can be written. Raises JournalUnusable when it cannot."""
        keys = schema.keys
        change = update(keys).where(keys.c.name == "journal")
        with self.transaction() as connection:
            connection.execute(change.values(value=self.id))
        mark = self.marks.read()
        if mark is not None and mark.id == self.id:
            self.marks.write(mark)

    def check(self) -> None:
        """Check every page of the file. Raises JournalUnusable when one is damaged."""
        if not self.address.is_file:
            return
        with self.reading.connect() as connection:
            result = connection.exec_driver_sql("PRAGMA quick_check(1)").scalar()
        if result != "ok":
            raise damaged(self.address, str(result).splitlines()[0])

    def head(self) -> Head:
        """Number and hash of the last audit entry."""
        with self.reading.connect() as connection:
            return Head(*head_of(connection))

    def missing(self) -> str:
        """What this journal lacks since it was restored from a copy; "" when it is complete."""
        mark = self.marks.read()
        return mark.missing if mark is not None and mark.id == self.id else ""

    def write_mark(self, *, missing: str) -> None:
        """Write the mark as the journal is now, whatever it held before."""
        with self.reading.connect() as connection:
            mark = replace(self._mark_in(connection), missing=missing)
        self.marks.write(mark, anew=True)

    def _file_now(self) -> tuple[int, int] | None:
        """The identity of the journal's file; None for a server, (0, 0) when there is no file."""
        if not self.address.is_file:
            return None
        try:
            found = self.address.path.stat()
        except OSError:
            return (0, 0)
        return (found.st_dev, found.st_ino)

    def _compare_with_mark(self) -> None:
        mark = self.marks.read()
        with self.reading.connect() as connection:
            count, _ = head_of(connection)
            marked = self.audit.hash_of(connection, mark.number) if mark else None
            self.marks.compare(mark, self.id, count, marked)
            new = self._mark_in(connection)
        if new.proves_something and (mark is None or mark.number < new.number):
            self.marks.write(new)

    def _mark_in(self, connection: Connection) -> Mark:
        return self._mark(Head(*head_of(connection)), _outstanding_in(connection))

    def _mark(self, head: Head, owed: int) -> Mark:
        mark = self.marks.read()
        return Mark(
            self.id,
            head.number,
            head.hash,
            owed,
            self.address.shown,
            mark.missing if mark is not None and mark.id == self.id else "",
        )

    def _write_kept(self) -> None:
        if self._kept or self._to_audit:
            with self.transaction():
                pass

    def now(self) -> datetime:
        """The current time in UTC. Raises ValueError when the clock gives no time zone."""
        return schema.aware_utc(self._clock())

    def _now_in(self, connection: Connection) -> datetime:
        """The time of an entry in the audit trail: the database's, where computers share one."""
        if self.address.is_file or self._clock is not _own_clock:
            return self.now()
        here: datetime = connection.execute(select(func.clock_timestamp())).scalar_one()
        return schema.aware_utc(here)

    def reference(self, origin: str, patient_key: str) -> str:
        """A short name for a patient, always the same in this journal and useless outside it."""
        number = int.from_bytes(self._keyed(origin, patient_key))
        return "P-" + "".join(_ALPHABET[number >> shift & 31] for shift in range(0, 30, 5))

    def digest(self, *words: str) -> str:
        """A name for something, always the same in this journal and useless outside it."""
        return self._keyed(*words).hex()

    def _keyed(self, *words: str) -> bytes:
        return hmac.digest(self._secret, json.dumps(words).encode(), hashlib.sha256)

    def _own(self, name: str, make: Callable[[], str]) -> str:
        """A value of this journal that is generated once and then stays the same."""
        keys = schema.keys
        query = select(keys.c.value).where(keys.c.name == name)
        with self.reading.connect() as connection:
            stored: str | None = connection.scalar(query)
        if stored is None:
            with made_once(self.writing).begin() as connection:
                stored = connection.scalar(query)
                if stored is None:
                    stored = make()
                    connection.execute(insert(keys).values(name=name, value=stored))
        return stored


def _own_clock() -> datetime:
    return datetime.now(UTC)


def _outstanding_in(connection: Connection) -> int:
    """How many values are owed."""
    query = select(func.count()).select_from(schema.edits)
    return int(connection.scalar(query.where(schema.edits.c.closed_at.is_(None))) or 0)
