"""Takes jobs from the queues in a thread of its own, and hands each to the thread of the browser.

The queue's library works with asyncio, Playwright's calls belong to one thread: so the loop runs
here, and a job waits in it until the other thread says how it ended. With several practices one job
of each queue is taken in turn, however full one of them is.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any

from automation.fleet.hours import Hours
from automation.fleet.queue import TASK, app_for, conninfo
from automation.fleet.takeover import take_over
from automation.journal.address import Address

if TYPE_CHECKING:
    from procrastinate import App
    from procrastinate.jobs import Job

_NEVER = 10 * 365 * 86400.0  # seconds: only `takeover.py` may forget a stalled worker
_BACKOFF = (1, 2, 5, 10, 30)  # seconds between tries while the database does not answer
_KEPT = 30 * 24  # hours for which a job that was done stays in the queue's table
_LEFT = """
SELECT count(*) AS n FROM procrastinate_jobs
WHERE queue_name = ANY(%(queues)s) AND status IN ('todo', 'doing')
"""


@dataclass(frozen=True)
class Handed:
    """A job, and where its end is to be said: a result, or an exception."""

    job: Job
    ended: Future[None]


@dataclass(frozen=True)
class Queue:
    """One practice's queue, and when jobs of it may be taken."""

    name: str
    hours: Hours


class Taker(threading.Thread):
    """The thread that takes the jobs; `inbox` gets each of them, and None at the end."""

    def __init__(
        self,
        address: Address,
        name: str,
        queues: Sequence[Queue],
        heartbeat: float,
        say: Callable[[str], None],
        *,
        until_empty: bool,
    ) -> None:
        super().__init__(name="the queue", daemon=True)
        self._address, self._worker, self._queues = address, name, list(queues)
        self._heartbeat, self._say, self._until_empty = heartbeat, say, until_empty
        self.inbox: SimpleQueue[Handed | None] = SimpleQueue()
        self.problem: BaseException | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._ending = asyncio.Event()
        self._news = asyncio.Event()
        self._rests: dict[str, float] = {}  # until when a queue rests, by this computer's clock
        self._asked = False

    def run(self) -> None:
        """Take jobs until asked to stop, or until no work is left."""
        try:
            # Windows has another loop by default, which the database's driver cannot use.
            with asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner:
                runner.run(self._work())
        except BaseException as problem:
            self.problem = problem
        finally:
            self.inbox.put(None)

    def stop(self) -> None:
        """Take no more jobs; may be called from any thread, and more than once."""
        self._asked = True
        if self._loop is not None:
            with contextlib.suppress(RuntimeError):  # it ended just now
                self._loop.call_soon_threadsafe(self._ending.set)

    def rest(self, queue: str, seconds: float) -> None:
        """Take no job of a queue for a while: what failed for one would fail for the next."""
        self._rests[queue] = time.monotonic() + seconds

    async def _work(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._loop.set_exception_handler(lambda *_: None)  # a job's end that could not be stored
        app = await self._app()
        async with app.open_async():
            others = (self._take_over, self._listen, self._tidy)
            beside = [asyncio.create_task(one(app)) for one in others]
            try:
                await self._turns(app)
            finally:
                for task in beside:
                    task.cancel()
                await asyncio.gather(*beside, return_exceptions=True)

    async def _app(self) -> App:
        """Reach the queue; raises the last problem when the database stays away."""
        for seconds in _BACKOFF:
            try:
                return app_for(self._address, self._hand)
            except Exception as problem:
                self._say(f"The database does not answer ({type(problem).__name__}); waiting.")
                await self._rest(seconds)
        return app_for(self._address, self._hand)

    async def _hand(self, job: Job) -> None:
        ended: Future[None] = Future()
        self.inbox.put(Handed(job, ended))
        await asyncio.wrap_future(ended)

    async def _turns(self, app: App) -> None:
        failures = 0
        while not self._is_over():
            try:
                took = [await self._one(app, queue) for queue in list(self._queues)]
                if not any(took):
                    if self._until_empty and not await self._left(app):
                        return
                    await self._rest(min(self._heartbeat, 5.0))
                if failures:
                    self._say("The database answers again.")
                failures = 0
            except Exception as problem:
                if not failures:
                    self._say(f"The database does not answer ({type(problem).__name__}); waiting.")
                await self._rest(_BACKOFF[min(failures, len(_BACKOFF) - 1)])
                failures += 1

    def _is_over(self) -> bool:
        return self._asked or self._ending.is_set()

    async def _rest(self, seconds: float) -> None:
        """Wait for new jobs, or until asked to stop; at most so long."""
        waits = [asyncio.create_task(event.wait()) for event in (self._ending, self._news)]
        await asyncio.wait(waits, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        for task in waits:
            task.cancel()
        self._news.clear()

    async def _listen(self, app: App) -> None:
        """Hear of new jobs at once; without an answer of the database, the turns find them."""

        async def hear(**_: object) -> None:
            self._news.set()

        names = [queue.name for queue in self._queues]
        while True:
            with contextlib.suppress(Exception):
                await app.job_manager.listen_for_jobs(on_notification=hear, queues=names)
            await asyncio.sleep(self._heartbeat)

    async def _one(self, app: App, queue: Queue) -> bool:
        """Take one job of a queue and wait for its end; return whether there was one."""
        if self._is_over() or not await self._is_open(app, queue):
            return False
        took = False

        async def only_one(
            call_next: Callable[[], Awaitable[Any]], _context: object, worker: Any
        ) -> Any:
            nonlocal took
            took = True
            try:
                return await call_next()
            finally:
                worker.stop()

        await app.run_worker_async(
            queues=[queue.name],
            name=self._worker,
            wait=False,
            concurrency=1,
            listen_notify=False,
            install_signal_handlers=False,
            update_heartbeat_interval=self._heartbeat,
            stalled_worker_timeout=_NEVER,
            worker_middleware=[only_one],
        )
        return took

    async def _is_open(self, app: App, queue: Queue) -> bool:
        if time.monotonic() < self._rests.get(queue.name, 0.0):
            return False
        if queue.hours.always:
            return True
        found = await _row(app, "SELECT now() AS now")
        return queue.hours.are_open(found["now"])

    async def _left(self, app: App) -> int:
        names = [queue.name for queue in self._queues]
        return int((await _row(app, _LEFT, queues=names))["n"])

    async def _take_over(self, app: App) -> None:
        """Look every heartbeat for workers that have none any more."""
        while True:
            with contextlib.suppress(Exception):  # the database does not answer: said elsewhere
                server = conninfo(self._address)
                for job in await take_over(app, TASK, server, 3 * self._heartbeat):
                    self._say(f"A worker gave no sign of life; its job {job} was put back.")
            await asyncio.sleep(self._heartbeat)

    async def _tidy(self, app: App) -> None:
        """Take away, at the start and once a day, what was done long ago; the journal has it."""
        while True:
            with contextlib.suppress(Exception):  # another worker does it at this moment
                await app.job_manager.delete_old_jobs(_KEPT, include_aborted=True)
            await asyncio.sleep(86400)


async def _row(app: App, query: Any, **given: Any) -> dict[str, Any]:
    return await app.connector.execute_query_one_async(query, **given)
