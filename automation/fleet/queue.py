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
from typing import TYPE_CHECKING, Any

from automation.errors import UsageProblem
from automation.journal.address import Address
from automation.journal.lock import advisory_key
from automation.journal.store import PATIENCE

if TYPE_CHECKING:
    from procrastinate import App
    from procrastinate.jobs import Job

TASK = "undo-writeoff patient"
_BUGS = 5  # how often a job is taken again after a mistake of this program ended it
_DOING = "using several computers"


@dataclass(frozen=True)
class Work:
    """What one job is: the items of one patient in one run."""

    run: int
    items: tuple[int, ...]
    reference: str

    @classmethod
    def of(cls, job: Job) -> Work:
        """Read it from a job's arguments."""
        told: dict[str, Any] = job.task_kwargs
        return cls(int(told["run"]), tuple(map(int, told["items"])), str(told["reference"]))

    def as_json(self) -> dict[str, Any]:
        """The job's arguments."""
        items = list(self.items)
        return {"version": 1, "run": self.run, "items": items, "reference": self.reference}


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
    """Make the queue's tables, unless they are there; safe when two computers begin at once."""
    import psycopg
    from procrastinate import App, SyncPsycopgConnector

    with psycopg.connect(conninfo(address), autocommit=True) as connection:
        connection.execute("SELECT pg_advisory_lock(%s)", (advisory_key("queue's tables"),))
        there = connection.execute("SELECT to_regclass('procrastinate_jobs')").fetchone()
        if there is not None and there[0] is not None:
            return
        connector = SyncPsycopgConnector(conninfo=conninfo(address), min_size=1, max_size=1)
        with App(connector=connector).open() as app:
            app.schema_manager.apply_schema()
