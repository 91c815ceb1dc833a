"""The lock that allows one run at a time at one practice.

Holding the lock proves that every CHANGING item and every open edit of that practice was left by a
crash: otherwise the run that wrote it would still hold the lock. The lock is kept with the journal,
so that it binds every computer that uses the journal. Beside a file it is a lock of the operating
system, which ends with the process, even a killed one; in a database it is an advisory lock, which
ends with the connection. A paused process keeps either.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import secrets
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Protocol, Self

from filelock import FileLock, Timeout
from sqlalchemy import Connection, NullPool, create_engine, text
from sqlalchemy.exc import SQLAlchemyError

from automation.errors import JournalUnusable, Problem, Refusal
from automation.files import private_folder
from automation.journal.address import Address
from automation.journal.faults import of_the_system, say_faults_in_words
from automation.journal.store import PATIENCE

LOCK_OWNER = text(
    "SELECT application_name FROM pg_locks JOIN pg_stat_activity USING (pid) "
    "WHERE locktype = 'advisory' AND granted AND objsubid = 1 "
    "AND (classid::bigint << 32) | objid::bigint = :key"
)
"""The program that holds an advisory lock of PostgreSQL."""


def advisory_key(*words: str) -> int:
    """The number of an advisory lock; it reveals nothing about the words that name it."""
    digest = hashlib.sha256(" ".join(("undo-writeoff", *words)).encode()).digest()
    return int.from_bytes(digest[:8], signed=True)


def turn_key(origin: str) -> int:
    """The advisory lock of a practice: a run takes it alone, the workers of a fleet share it."""
    return advisory_key("turn", origin)


_PATIENCE_SECONDS = 0.3  # outlasts another process's `is_held`, which takes the lock briefly


class Turn(Protocol):
    """The right to change things at one practice, as a run or a worker of a fleet has it."""

    def is_still_held(self) -> bool:
        """Whether it is still held; checked before every Save."""

    def is_orphaned(self) -> bool:
        """Whether nobody can tell, and nobody else can have it, so borrowed values may go back."""

    def sure_until(self) -> float | None:
        """Until when nobody else can have it, in seconds of this computer's clock, as last asked.

        None is as long as it is held.
        """

    def lost(self, title: str) -> Problem:
        """The problem of a step that may not begin because the right is lost."""

    def keep_to(self, patient_key: str) -> None:
        """Have the patient alone, as their chart identifies them, or raise a TechnicalFailure."""


class Lock(Protocol):
    """The interface of a file lock and a database lock."""

    def take(self) -> bool:
        """Take it and return True, unless another process has it."""

    def is_mine(self) -> bool:
        """Whether it is still held by this process, and by nobody else."""

    def is_orphaned(self) -> bool:
        """Whether it was taken, and the place that holds it is gone."""

    def holder(self) -> str:
        """Who holds it, in words."""

    def let_go(self) -> None:
        """Release it."""


class RunLock:
    """The right to change things at one practice, for as long as the `with` block lasts."""

    def __init__(self, journal_url: str, origin: str) -> None:
        self._origin = origin
        address = Address.of(journal_url)
        self._lock: Lock = (
            _FileLock(address, origin) if address.is_file else _DatabaseLock(address, origin)
        )
        self._taken = False

    def __enter__(self) -> Self:
        """Take the lock. Raises Refusal naming the process that already holds it."""
        if not self._lock.take():
            raise Refusal(
                f"taking the lock at {self._origin}",
                expected="no other run at this practice",
                found=f"{(holder := self._lock.holder())} is at work there",
                next_step="let the workers do it (`run` and `recover` have --fleet for that), or "
                "stop them all; then try again"
                if "undo-writeoff worker" in holder
                else "wait until it ends, or stop it; then try again",
            )
        self._taken = True
        return self

    def __exit__(self, *_: object) -> None:
        self._taken = False
        self._lock.let_go()

    def is_still_held(self) -> bool:
        """Whether this process still holds the lock; checked before every Save."""
        return self._taken and self._lock.is_mine()

    def is_orphaned(self) -> bool:
        """Whether the place that holds the lock is gone, so that nobody else can have taken it.

        Borrowed values may then still be given back.
        """
        return self._taken and self._lock.is_orphaned()

    def sure_until(self) -> float | None:
        """As long as it is held: nothing takes it from a program that is paused."""
        return None

    def lost(self, title: str) -> Problem:
        """The refusal of a change by a run whose lock another process has taken."""
        return Refusal(
            f"beginning the step {title!r}",
            expected="this run to be the only one at work at this practice",
            found="another process took over its turn; nothing more was pressed",
            next_step="run `undo-writeoff status` to see what the other one does",
        )

    def keep_to(self, patient_key: str) -> None:
        """Do nothing: a run has all patients of its practice."""

    @staticmethod
    def is_held(journal_url: str, origin: str) -> bool:
        """Whether some run is at work at this practice now."""
        address = Address.of(journal_url)
        if address.is_file and not _lock_path(address, origin).exists():
            return False
        with contextlib.suppress(Refusal), RunLock(journal_url, origin):
            return False
        return True


@contextmanager
def every_lock(address: Address) -> Iterator[None]:
    """Hold the lock of every practice in a journal's file while the file is replaced."""
    name = f"{address.path.name}.turn-"
    with ExitStack() as held:
        for path in sorted(address.path.parent.glob(f"{name}*.lock")):
            lock = _file_lock(path)
            try:
                held.enter_context(lock.acquire(timeout=_PATIENCE_SECONDS, poll_interval=0.02))
            except Timeout:
                raise Refusal(
                    f"replacing the journal {address.shown}",
                    expected="no run at work with it",
                    found=f"{_who(_read(path.with_suffix('.json')))} is at work",
                    next_step="wait until it ends, or stop it; then try again",
                ) from None
        yield


class _FileLock:
    """A lock beside the journal's file, and a note of who holds it."""

    def __init__(self, address: Address, origin: str) -> None:
        self._address = address
        self._path = _lock_path(address, origin)
        self._lock = _file_lock(self._path)
        self._holder = self._path.with_suffix(".json")
        self._token = ""

    def take(self) -> bool:
        try:
            private_folder(self._path.parent)
            self._lock.acquire(timeout=_PATIENCE_SECONDS, poll_interval=0.02)
        except Timeout:
            return False
        except OSError as error:
            raise of_the_system(self._address, error) from error
        try:
            self._note_holder()
        except OSError as error:
            self._lock.release()
            raise of_the_system(self._address, error) from error
        return True

    def _note_holder(self) -> None:
        self._token = secrets.token_hex(16)
        # Private from its first byte on; a half-written line reads as no holder.
        holder = os.open(self._holder, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(holder, "w", encoding="utf-8") as file:
            note = {"pid": os.getpid(), "host": socket.gethostname(), "token": self._token}
            json.dump(note, file)

    def is_mine(self) -> bool:
        if not self._token or not self._lock.is_locked or not self._path.exists():
            return False
        holder = _read(self._holder)
        return holder.get("token") == self._token and holder.get("pid") == os.getpid()

    def is_orphaned(self) -> bool:
        return bool(self._token) and self._lock.is_locked and not self._path.exists()

    def holder(self) -> str:
        return _who(_read(self._holder))

    def let_go(self) -> None:
        self._token = ""
        self._lock.release()


class _DatabaseLock:
    """An advisory lock of PostgreSQL, held by a connection of its own."""

    def __init__(self, address: Address, origin: str) -> None:
        self._key = turn_key(origin)
        self._engine = create_engine(
            address.url, poolclass=NullPool, isolation_level="AUTOCOMMIT", connect_args=PATIENCE
        )
        say_faults_in_words(self._engine, address)
        self._connection: Connection | None = None
        self._session = 0

    def take(self) -> bool:
        self._connection = self._engine.connect()
        name = f"undo-writeoff {os.getpid()} on {socket.gethostname()}"[:63]
        self._connection.execute(
            text("SELECT set_config('application_name', :n, false)"), {"n": name}
        )
        # A server that ends idle sessions would release the lock with them.
        self._connection.execute(text("SELECT set_config('idle_session_timeout', '0', false)"))
        self._session = self._connection.scalar(text("SELECT pg_backend_pid()")) or 0
        got = self._connection.scalar(text("SELECT pg_try_advisory_lock(:key)"), {"key": self._key})
        return bool(got)

    def is_mine(self) -> bool:
        if self._connection is None:
            return False
        try:
            session = self._connection.scalar(text("SELECT pg_backend_pid()"))
        except JournalUnusable:
            session = None
        if session != self._session:  # the lock ended with the session it was taken in
            self.let_go()
            return False
        return True

    def is_orphaned(self) -> bool:
        try:
            self._engine.connect().close()
        except JournalUnusable:
            return True
        return False

    def holder(self) -> str:
        assert self._connection is not None
        name = self._connection.scalar(LOCK_OWNER, {"key": self._key})
        self.let_go()
        return f"the program {name!r}" if name else "another process"

    def let_go(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            end_session(connection)
        self._engine.dispose()


def end_session(connection: Connection) -> None:
    """Release a session's locks and end it: the server notices its end a little later only."""
    with contextlib.suppress(JournalUnusable, SQLAlchemyError):
        if not connection.invalidated:
            connection.execute(text("SELECT pg_advisory_unlock_all()"))
    with contextlib.suppress(JournalUnusable):
        connection.close()


def _lock_path(address: Address, origin: str) -> Path:
    """The path of the lock file; its name reveals nothing about the practice or its patients."""
    digest = hashlib.sha256(origin.encode()).hexdigest()[:16]
    return address.path.with_name(f"{address.path.name}.turn-{digest}.lock")


def _file_lock(path: Path) -> FileLock:
    return FileLock(path, mode=0o600)


def _who(holder: dict[str, object]) -> str:
    pid, host = holder.get("pid"), holder.get("host")
    if pid is None:
        return "another process"
    return f"the process {pid}" + (
        f" on {host}" if host not in (None, socket.gethostname()) else ""
    )


def _read(path: Path) -> dict[str, object]:
    try:
        stored = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return stored if isinstance(stored, dict) else {}
