"""The queue: one job a patient of a run, kept by procrastinate in the journal's own database.

A job carries numbers, never a name: the run, its items, and the patient's reference. Its lock is a
digest of practice and patient, so that no two jobs of one patient are ever done at a time.
"""

from __future__ import annotations

import hashlib
import importlib.util
import logging
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from automation.errors import UsageProblem
from automation.journal.address import Address
from automation.journal.lock import advisory_key
from automation.journal.store import PATIENCE

if TYPE_CHECKING:
    from procrastinate import App
    from procrastinate.jobs import Job
    from psycopg import Connection

TASK = "undo-writeoff patient"
_UNTIL_NOTED = "03.04.00_99"  # tables whose last change is not noted have these changes of 3.9
_TABLES = """
SELECT to_regclass('procrastinate_jobs'),
obj_description(to_regclass('procrastinate_jobs'), 'pg_class')
"""
_BUGS = 5  # how often a job is taken again after a mistake of this program ended it
_DOING = "using several computers"


@dataclass(frozen=True)
class Work:
    """What one job is: the items of one patient in one run; or only what these owe."""

    run: int
    items: tuple[int, ...]
    reference: str
    only_settles: bool = False

    @classmethod
    def of(cls, job: Job) -> Work:
        """Read it from a job's arguments."""
        told: dict[str, Any] = job.task_kwargs
        items = tuple(map(int, told["items"]))
        only_settles = bool(told.get("only_settles"))
        return cls(int(told["run"]), items, str(told["reference"]), only_settles)

    def as_json(self) -> dict[str, Any]:
        """The job's arguments."""
        told = {"version": 1, "run": self.run, "items": list(self.items)}
        return {**told, "reference": self.reference, "only_settles": self.only_settles}


class GivenBack(Exception):
    """A job goes back to the queue, to be taken again after some seconds, or by a person."""

    def __init__(self, why: str, seconds: float = 0, *, gives_up: bool = False) -> None:
        super().__init__(why)
        self.seconds, self.gives_up = seconds, gives_up


def server_of(address: Address) -> Address:
    """Return the address if a fleet can use it; raises UsageProblem for a file, or no queue."""
    if address.is_file:
        raise UsageProblem(
            _DOING,
            expected="a journal in PostgreSQL, which all of them reach",
            found=f"a file of this computer, {address.shown}",
            next_step="set UNDO_WRITEOFF_JOURNAL=postgresql://USER@HOST/DATABASE on each of them; "
            "see `undo-writeoff help fleet`",
        )
    if importlib.util.find_spec("procrastinate") is None:
        raise UsageProblem(
            _DOING,
            expected="the queue, which is an extra of this program",
            found="none in this installation",
            next_step="type: pip install 'undo-writeoff[fleet]'",
        )
    return address


def queue_of(origin: str) -> str:
    """The name of a practice's queue: short, and without its address."""
    return "practice-" + hashlib.sha256(origin.encode()).hexdigest()[:16]


def conninfo(address: Address) -> str:
    """The address as the driver reads it, with the password in it."""
    return address.url.set(drivername="postgresql").render_as_string(hide_password=False)


def _pool(address: Address) -> dict[str, Any]:
    """How to connect; with short limits, so that a database that is back is found soon."""
    server = {"conninfo": conninfo(address), "kwargs": PATIENCE}
    return {**server, "timeout": 10, "reconnect_timeout": 5}


def _quiet() -> None:
    """Say nothing on the terminal of what the libraries log, which repeats a job's arguments."""
    for name in ("procrastinate", "psycopg", "psycopg.pool"):
        logging.getLogger(name).addHandler(logging.NullHandler())


@contextmanager
def opened(address: Address) -> Iterator[App]:
    """Open the queue to hand out work or to look; its tables are made if there are none yet."""
    from procrastinate import App, SyncPsycopgConnector

    _quiet()
    make_tables(address)
    connector = SyncPsycopgConnector(min_size=1, max_size=2, **_pool(address))
    with App(connector=connector).open() as app:
        yield app


def app_for(address: Address, do: Callable[[Job], Awaitable[None]]) -> App:
    """Return the queue as a worker uses it, which calls `do` with each job that it has taken."""
    from procrastinate import App, BaseRetryStrategy, JobContext, PsycopgConnector, RetryDecision

    class Back(BaseRetryStrategy):
        """A job that was not finished goes back to the queue."""

        def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
            if isinstance(exception, GivenBack):
                if exception.gives_up:
                    return None
                return RetryDecision(retry_in={"seconds": int(exception.seconds)})
            return None if job.attempts >= _BUGS else RetryDecision(retry_in={"seconds": 30})

    _quiet()
    make_tables(address)
    connector = PsycopgConnector(min_size=1, max_size=4, **_pool(address))
    app = App(connector=connector)

    @app.task(name=TASK, pass_context=True, retry=Back())
    async def patient(context: JobContext, /, **_: Any) -> None:
        await do(context.job)

    return app


def make_tables(address: Address) -> None:
    """Make the queue's tables, or bring them up to its library; safe when two computers begin."""
    import psycopg
    from procrastinate import App, SyncPsycopgConnector
    from procrastinate.schema import SchemaManager

    with psycopg.connect(conninfo(address), autocommit=True) as connection:
        connection.execute("SELECT pg_advisory_lock(%s)", (advisory_key("queue's tables"),))
        changes = sorted(Path(SchemaManager.get_migrations_path()).glob("*.sql"))
        there, noted = connection.execute(_TABLES).fetchone() or (None, None)
        if there is None:
            connector = SyncPsycopgConnector(conninfo=conninfo(address), min_size=1, max_size=1)
            with App(connector=connector).open() as app:
                app.schema_manager.apply_schema()
        else:
            for change in changes:
                if change.name > (noted or _UNTIL_NOTED):
                    _change(connection, change.read_text(encoding="utf-8"), change.name)
        if there is None or noted is None:
            _change(connection, "", changes[-1].name)


def _change(connection: Connection[Any], change: str, name: str) -> None:
    """Change the tables, and note in the same transaction that it was done."""
    from psycopg import sql

    note = sql.SQL("COMMENT ON TABLE procrastinate_jobs IS {}").format(name)
    with connection.transaction():
        if change:
            connection.execute(change.encode())  # its own text, which is no template
        connection.execute(note)
