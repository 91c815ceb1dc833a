"""Jobs in a real queue, without a worker's browser."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from procrastinate import App, PsycopgConnector
from procrastinate.jobs import Job

from automation.fleet.queue import TASK, Work, queue_of


def a_job(app: App, origin: str, *, run: int = 1, lock: str = "patient", priority: int = 0) -> None:
    """Queue one job."""
    job = Job(
        queue=queue_of(origin),
        lock=lock,
        queueing_lock=None,
        task_name=TASK,
        priority=priority,
        task_kwargs=Work(run, (1,), "P-1").as_json(),
    )
    app.job_manager.defer_job(job)


def do(app: App, query: str, **given: Any) -> list[dict[str, Any]]:
    """Run one statement."""
    return list(app.connector.get_sync_connector().execute_query_all(query, **given))


def taken_job(app: App, origin: str) -> Job:
    """Take one job as a new worker would."""
    worker = do(app, "INSERT INTO procrastinate_workers DEFAULT VALUES RETURNING id")[0]["id"]
    taken = do(
        app,
        "SELECT * FROM procrastinate_fetch_job_v2(%(queues)s, %(worker)s)",
        queues=[queue_of(origin)],
        worker=worker,
    )
    return Job.from_row(taken[0])


def heartbeat(app: App, job: Job, *, seconds_ago: float) -> None:
    """Set the heartbeat of the worker that has a job."""
    do(
        app,
        "UPDATE procrastinate_workers SET last_heartbeat = now() - make_interval(secs => %(ago)s) "
        "WHERE id = %(worker)s RETURNING id",
        ago=seconds_ago,
        worker=job.worker_id,
    )


def jobs(app: App) -> list[tuple[int, str]]:
    """Every job's number and status."""
    return [
        (row["id"], row["status"])
        for row in do(app, "SELECT id, status::text FROM procrastinate_jobs ORDER BY id")
    ]


def taken_over(server: str, stalled: float) -> list[int]:
    """Look once for stalled workers, as each worker does."""
    from automation.fleet.takeover import take_over

    async def once() -> list[int]:
        app = App(connector=PsycopgConnector(conninfo=server))
        async with app.open_async():
            return await take_over(app, TASK, server, stalled)

    with ThreadPoolExecutor(1) as pool:  # this thread may have Playwright's loop running
        return pool.submit(lambda: asyncio.run(once())).result()
