"""The lease of a worker: one database session, whose advisory locks say what it may change.

It shares the practice's lock with other workers, has its account alone, and each patient alone
while it works on them. A worker that dies loses all of it with its session. One that was paused, or
whose network was cut, still has a session at the server: another worker ends that session before it
gives the patient to anybody (`takeover.py`). The check before each Save then finds it gone.
"""

from __future__ import annotations

import contextlib
import os
import socket
import time
from dataclasses import dataclass
from typing import Any, Self

from sqlalchemy import Connection, NullPool, create_engine, insert, text, update

from automation.errors import JournalUnusable, Refusal, TechnicalFailure, TurnOver
from automation.journal import schema
from automation.journal.address import Address
from automation.journal.faults import say_faults_in_words
from automation.journal.lock import LOCK_OWNER, advisory_key, turn_key

_SHARED = text("SELECT pg_try_advisory_lock_shared(:key)")
_ALONE = text("SELECT pg_try_advisory_lock(:key)")
_LET_GO = text("SELECT pg_advisory_unlock(:key)")
_SHARERS = text(
    "SELECT count(DISTINCT pid) FROM pg_locks WHERE locktype = 'advisory' AND granted "
    "AND objsubid = 1 AND (classid::bigint << 32) | objid::bigint = :key"
)
_MYSELF = text(
    "SELECT pid, backend_start, now() AS now FROM pg_stat_activity WHERE pid = pg_backend_pid()"
)
_SESSION_IS_THERE = text(
    "SELECT TRUE FROM workers w JOIN pg_stat_activity a "
    "ON a.pid = w.backend AND a.backend_start = w.backend_since WHERE w.id = :id FOR SHARE OF w"
)
_MY_TURN = text(
    "SELECT pg_backend_pid() AS pid, "
    "(SELECT backend_start FROM pg_stat_activity WHERE pid = pg_backend_pid()) AS since, "
    "(SELECT extract(epoch FROM now() - w.last_heartbeat) FROM procrastinate_jobs j "
    "JOIN procrastinate_workers w ON w.id = j.worker_id "
    "WHERE j.id = :job AND j.status = 'doing' AND j.worker_id = :worker) AS age"
)
_DEAD_ROWS = text(
    "DELETE FROM workers w WHERE w.origin = :origin AND NOT EXISTS (SELECT FROM pg_stat_activity a "
    "WHERE a.pid = w.backend AND a.backend_start = w.backend_since)"
)
# A server that is cut off must not keep a worker waiting for ever.
_PATIENCE = {"connect_timeout": 5, "keepalives_idle": 5, "keepalives_interval": 2} | {
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
}


@dataclass(frozen=True)
class Account:
    """Who works where: a practice's origin, the profile's name, and the account at the practice."""

    site: str
    origin: str
    name: str
    worker: str  # the worker's name
    at_most: int | None = None  # workers at this practice

    @property
    def key(self) -> int:
        """The advisory lock of the account."""
        return advisory_key("account", self.origin, self.name)


class Lease:
    """What one worker may change at one practice; a `Turn`, as runs have it."""

    def __init__(self, address: Address, account: Account, heartbeat: float) -> None:
        self.account = account
        self._fresh = 2 * heartbeat  # an older heartbeat presses nothing; at three it is revoked
        self._address = address
        self._engine = create_engine(
            address.url, poolclass=NullPool, isolation_level="AUTOCOMMIT", connect_args=_PATIENCE
        )
        say_faults_in_words(self._engine, address)
        self._connection: Connection | None = None
        self._session: dict[str, Any] = {}
        self._id = 0
        self._job: tuple[int, int] | None = None  # the queue's numbers of the job and its worker
        self._patients: set[int] = set()
        self._sure_until = 0.0  # so long nobody can have revoked it, by this computer's clock

    # To have it ---------------------------------------------------------------------------------

    def __enter__(self) -> Self:
        """Take it. Raises Refusal that names who has the practice or the account."""
        try:
            self.take()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(JournalUnusable):
            if self._connection is not None and self._id:
                gone = schema.workers.delete().where(schema.workers.c.id == self._id)
                self._connection.execute(gone)
        self._drop()
        self._engine.dispose()

    def take(self) -> None:
        """Take it, also once more after its session ended. Raises Refusal, or JournalUnusable."""
        self._drop()
        self._connection = connection = self._engine.connect()
        name = f"undo-writeoff worker {self.account.worker} ({os.getpid()} on {_host()})"[:63]
        connection.execute(text("SELECT set_config('application_name', :n, false)"), {"n": name})
        connection.execute(text("SELECT set_config('idle_session_timeout', '0', false)"))
        self._session = dict(connection.execute(_MYSELF).one()._mapping)
        self._have(_SHARED, turn_key(self.account.origin), self._a_run_is_there)
        self._have(_ALONE, self.account.key, self._account_is_used)
        self._count_sharers()
        connection.execute(_DEAD_ROWS, {"origin": self.account.origin})
        self._id = int(connection.scalar(self._row()) or 0)

    def _row(self) -> Any:
        session, account = self._session, self.account
        return (
            insert(schema.workers)
            .values(
                name=account.worker,
                host=_host()[:200],
                pid=os.getpid(),
                site=account.site,
                origin=account.origin,
                account=f"{account.key & (1 << 64) - 1:016x}",
                backend=session["pid"],
                backend_since=session["backend_start"],
                started_at=session["now"],
            )
            .returning(schema.workers.c.id)
        )

    def _have(self, how: Any, key: int, refused: Any) -> None:
        assert self._connection is not None
        if not self._connection.scalar(how, {"key": key}):
            holder = self._connection.scalar(LOCK_OWNER, {"key": key})
            raise refused(f"the program {holder!r}" if holder else "another program")

    def _count_sharers(self) -> None:
        assert self._connection is not None
        key, most = turn_key(self.account.origin), self.account.at_most
        if most is not None and int(self._connection.scalar(_SHARERS, {"key": key}) or 0) > most:
            raise Refusal(
                f"starting a worker at {self.account.origin}",
                expected=f"at most {most} workers there, as its site profile says (workers)",
                found=f"{most} at work already",
                next_step="let them do it, or change that line of the profile",
            )

    def _a_run_is_there(self, holder: str) -> Refusal:
        return Refusal(
            f"starting a worker at {self.account.origin}",
            expected="no run of its own at this practice",
            found=f"{holder} is at work there, and shares it with nobody",
            next_step="wait until it ends, or stop it; then start the worker again",
        )

    def _account_is_used(self, holder: str) -> Refusal:
        return Refusal(
            f"starting a worker at {self.account.origin}",
            expected="an account that no other worker uses",
            found=f"the account {self.account.name!r} is used by {holder}; a second sign-in would "
            "end the first",
            next_step="give this worker an account of its own (UNDO_WRITEOFF_USERNAME)",
        )

    def _drop(self) -> None:
        """End the session, if there is one, and with it every lock."""
        connection, self._connection = self._connection, None
        self._id, self._patients = 0, set()
        if connection is not None:
            with contextlib.suppress(JournalUnusable):
                connection.close()

    # One job ------------------------------------------------------------------------------------

    def begin(self, job: int, worker: int, patient: str) -> None:
        """Have one patient of one job alone; raises TechnicalFailure when another has them."""
        self._job = (job, worker)
        self.keep_to(patient)
        self._note_job(job)

    def end(self) -> None:
        """Have no patient any more."""
        self._job = None
        with contextlib.suppress(JournalUnusable):
            for key in self._patients:
                self._connected().execute(_LET_GO, {"key": key})
            self._note_job(None)
        self._patients = set()

    def _note_job(self, job: int | None) -> None:
        since = None if job is None else text("now()")
        mine = update(schema.workers).where(schema.workers.c.id == self._id)
        self._connected().execute(mine.values(job=job, job_since=since))

    def _connected(self) -> Connection:
        if self._connection is None:
            raise self.lost("using its database session")
        return self._connection

    # What a run asks of its turn ----------------------------------------------------------------

    def keep_to(self, patient_key: str) -> None:
        """Have the patient alone from now on, by the key that identifies them."""
        key = advisory_key("patient", self.account.origin, patient_key)
        if key in self._patients:
            return
        if not self._connected().scalar(_ALONE, {"key": key}):
            raise TechnicalFailure(
                "opening the patient's chart to work on it",
                expected="a patient that no other worker has",
                found="another worker is in the middle of this patient's charts",
                next_step="nothing; they are tried again in a moment",
            )
        self._patients.add(key)

    def is_whole(self) -> bool:
        """Whether the session in which it was taken is still there."""
        try:
            found = self._connected().execute(_MYSELF).one()
        except JournalUnusable:
            self._drop()
            return False
        return self._is_session(found.pid, found.backend_start)

    def is_still_held(self) -> bool:
        """Whether the session is there, the job is this worker's, and its heartbeat is fresh.

        All of it by the database's clock; an answer that came late is asked for once more.
        """
        for _ in range(2):
            began = time.monotonic()
            found = self._ask()
            if found is None:
                return False
            if (left := self._fresh - found - (time.monotonic() - began)) > 0:
                self._sure_until = began + left
                return True
        return False

    def _ask(self) -> float | None:
        """The age of the heartbeat in seconds; None when the turn is lost."""
        if self._job is None or self._connection is None:
            return None
        job, worker = self._job
        try:
            found = self._connection.execute(_MY_TURN, {"job": job, "worker": worker}).one()
        except JournalUnusable:
            self._drop()
            return None
        if not self._is_session(found.pid, found.since):
            self._drop()
            return None
        return None if found.age is None else float(found.age)

    def _is_session(self, pid: int, since: object) -> bool:
        return (pid, since) == (self._session.get("pid"), self._session.get("backend_start"))

    def is_orphaned(self) -> bool:
        """Whether the database is gone, and its last answer so fresh that nobody was let in."""
        if time.monotonic() > self._sure_until:
            return False
        try:
            self._engine.connect().close()
        except JournalUnusable:
            return True
        return False

    def lost(self, title: str) -> TurnOver:
        """The problem of a step that may not begin because the turn is over."""
        return TurnOver(
            f"beginning the step {title!r}",
            expected="this computer's turn at this patient",
            found="this computer's turn is over: another worker has taken this patient, or may "
            "have; nothing more was pressed",
            next_step="nothing: whoever takes the patient looks first, then finishes or puts back",
        )

    def fence(self, connection: Connection) -> None:
        """Raise TurnOver in a journal's transaction unless the lease's session is still there.

        Whoever ends that session also removes its row, and has to wait for this transaction to do
        so: what it writes was there before anybody else got the patient.
        """
        if self._connection is None or not connection.scalar(_SESSION_IS_THERE, {"id": self._id}):
            raise self.lost("writing the journal")


def _host() -> str:
    return socket.gethostname()
