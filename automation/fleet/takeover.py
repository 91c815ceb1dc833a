"""Takes work over from workers whose heartbeat is over: first their lease, then their job.

The order is the whole point. A stalled worker may only be asleep: its database session still has
the patient. That session is ended at the server before anybody else can get the job, so that the
sleeper, when it wakes, finds its turn over before it presses a Save. The job is put back as a new
one, because the queue ends or retries a job by its number alone: what the sleeper then says about
the old number does nothing.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

from automation.journal.lock import advisory_key

if TYPE_CHECKING:
    from procrastinate import App
    from procrastinate.jobs import Job
    from psycopg import AsyncConnection

_ONE_AT_A_TIME = advisory_key("takeover")
_WAITS_MS = 5000  # for a session to end at the server
# A session of another role hides its start; to end it is then refused, and nothing is put back.
_REVOKE = """
SELECT w.id, a.pid IS NULL OR pg_terminate_backend(a.pid, %s) AS ended
FROM workers w LEFT JOIN pg_stat_activity a
ON a.pid = w.backend AND (a.backend_start = w.backend_since OR a.backend_start IS NULL)
WHERE w.job = %s
"""


async def take_over(app: App, task: str, server: str, stalled: float) -> list[int]:
    """Put back the jobs of stalled workers, once their leases are ended; return the jobs' numbers.

    One worker at a time does this; another one that comes meanwhile leaves it to the first.
    """
    import psycopg

    async with await psycopg.AsyncConnection.connect(server, autocommit=True) as connection:
        asked = await connection.execute("SELECT pg_try_advisory_lock(%s)", (_ONE_AT_A_TIME,))
        if not (await asked.fetchone() or (False,))[0]:
            return []
        jobs = await app.job_manager.get_stalled_jobs(
            task_name=task, seconds_since_heartbeat=stalled
        )
        return [number for job in jobs if (number := await _one(app, connection, job, stalled))]


async def _one(app: App, connection: AsyncConnection[Any], job: Job, stalled: float) -> int | None:
    if not await revoke(connection, job.id or 0):
        return None  # the server did not end the session yet: the next round tries again
    await _put_back(app, job)
    return job.id


async def revoke(connection: AsyncConnection[Any], job: int) -> bool:
    """End the database session that works on a job; return whether it is gone."""
    found = await (await connection.execute(_REVOKE, (_WAITS_MS, job))).fetchall()
    for number, ended in found:
        if not ended:
            return False
        await connection.execute("DELETE FROM workers WHERE id = %s", (number,))
    return True


async def _put_back(app: App, job: Job) -> None:
    """Queue the same work again, then end the old job; a crash between the two does no harm."""
    from procrastinate import exceptions
    from procrastinate.jobs import Status

    again = job.evolve(
        id=None, status=None, worker_id=None, attempts=0, queueing_lock=f"again {job.id}"
    )
    with contextlib.suppress(exceptions.AlreadyEnqueued):  # by one who crashed right after that
        await app.job_manager.defer_job_async(again)
    await app.job_manager.finish_job_by_id_async(
        job_id=job.id or 0, status=Status.ABORTED, delete_job=False
    )
