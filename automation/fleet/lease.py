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
from collections.abc import Mapping
from typing import Any, Self

from sqlalchemy import Connection, CursorResult, NullPool, create_engine, insert, text, update

from automation.errors import JournalUnusable, TechnicalFailure, TurnOver
from automation.fleet import sql
from automation.fleet.account import Account
from automation.journal import schema
from automation.journal.address import Address
from automation.journal.faults import say_faults_in_words
from automation.journal.lock import LOCK_OWNER, advisory_key, end_session, turn_key
from automation.journal.store import PATIENCE


class Lease:
    """What one worker may change at one practice; a `Turn`, as runs have it."""

    def __init__(self, address: Address, account: Account, heartbeat: float) -> None:
        self.account, self.heartbeat = account, heartbeat
        self._fresh = 2 * heartbeat  # an older heartbeat presses nothing; at three it is revoked
        self._address = address
        self._engine = create_engine(
            address.url, poolclass=NullPool, isolation_level="AUTOCOMMIT", connect_args=PATIENCE
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
                self._do(schema.workers.delete().where(schema.workers.c.id == self._id))
        self._drop()
        self._engine.dispose()

    def take(self) -> None:
        """Take it, also once more after its session ended. Raises Refusal, or JournalUnusable."""
        self._drop()
        self._connection = self._engine.connect()
        try:
            self._take()
        except BaseException:
            self._drop()  # a half-taken turn keeps others out
            raise

    def _take(self) -> None:
        account = self.account
        name = f"undo-writeoff worker {account.worker} ({os.getpid()} on {_host()})"[:63]
        self._do(sql.NAMED, {"name": name})
        self._do(sql.NEVER_IDLE)
        self._session = dict(self._do(sql.MYSELF).one()._mapping)
        self._have(sql.SHARED, turn_key(account.origin), account.a_run_is_there)
        self._have(sql.ALONE, account.key, account.is_used)
        self._count_sharers()
        self._do(sql.DEAD_ROWS, {"origin": account.origin})
        self._id = int(self._do(self._row()).scalar() or 0)

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
        if not self._do(how, {"key": key}).scalar():
            holder = self._do(LOCK_OWNER, {"key": key}).scalar()
            raise refused(f"the program {holder!r}" if holder else "another program")

    def _count_sharers(self) -> None:
        most = self.account.at_most
        sharers = self._do(sql.SHARERS, {"key": turn_key(self.account.origin)}).scalar()
        if most is not None and int(sharers or 0) > most:
            raise self.account.too_many(most)

    def _drop(self) -> None:
        """End the session, if there is one, and with it every lock."""
        connection, self._connection = self._connection, None
        self._id, self._patients = 0, set()
        if connection is not None:
            end_session(connection)

    # One job ------------------------------------------------------------------------------------

    def begin(self, job: int, worker: int, patient: str) -> None:
        """Have one patient of one job alone; raises TechnicalFailure when another has them."""
        self._job = (job, worker)
        self._note_job(job)  # first: whoever takes over must find this session by its job
        self.keep_to(patient)

    def end(self) -> None:
        """Have no patient any more."""
        self._job = None
        with contextlib.suppress(JournalUnusable):
            for key in self._patients:
                self._do(sql.LET_GO, {"key": key})
            self._note_job(None)
        self._patients = set()

    def _note_job(self, job: int | None) -> None:
        since = None if job is None else text("now()")
        mine = update(schema.workers).where(schema.workers.c.id == self._id)
        self._do(mine.values(job=job, job_since=since))

    def _do(self, statement: Any, given: Mapping[str, object] | None = None) -> CursorResult[Any]:
        """Run a statement in the lease's own session; raises TurnOver when that is gone."""
        if self._connection is None:
            raise self.lost("using its database session")
        try:
            return self._connection.execute(statement, given)
        except JournalUnusable as problem:
            self._drop()
            raise self.lost("using its database session") from problem

    # What a run asks of its turn ----------------------------------------------------------------

    def keep_to(self, patient_key: str) -> None:
        """Have the patient alone from now on, by the key that identifies them."""
        key = advisory_key("patient", self.account.origin, patient_key)
        if key in self._patients:
            return
        if not self._do(sql.ALONE, {"key": key}).scalar():
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
            found = self._do(sql.MYSELF).one()
        except TurnOver:
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
        if self._job is None:
            return None
        job, worker = self._job
        try:
            found = self._do(sql.MY_TURN, {"job": job, "worker": worker}).one()
        except TurnOver:
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

    def sure_until(self) -> float | None:
        """Until when nobody can have revoked it, in seconds of this computer's clock."""
        return time.time() + self._sure_until - time.monotonic()

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
        """Raise TurnOver in a journal's transaction unless session and job are still this lease's.

        Whoever ends that session also removes its row, and has to wait for this transaction to do
        so: what it writes was there before anybody else got the patient.
        """
        job, worker = self._job or (0, 0)
        mine = {"id": self._id, "job": job, "worker": worker}
        if self._connection is None or not connection.scalar(sql.SESSION_IS_THERE, mine):
            raise self.lost("writing the journal")


def _host() -> str:
    return socket.gethostname()
