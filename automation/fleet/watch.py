"""What a fleet does now: workers, their work, runs that are not finished, and the throughput.

It names runs and patients' references, never a patient.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, text

from automation.journal.journal import Journal

_WORKERS = text(
    "SELECT w.name, w.host, w.site, w.origin, w.started_at, w.job_since, j.id AS job, "
    "(j.args->>'run')::int AS run, j.args->>'reference' AS reference, "
    "a.pid IS NOT NULL AS there, "
    "extract(epoch FROM now() - q.last_heartbeat)::float AS silent "
    "FROM workers w "
    "LEFT JOIN pg_stat_activity a ON a.pid = w.backend AND a.backend_start = w.backend_since "
    "LEFT JOIN procrastinate_jobs j ON j.id = w.job AND j.status = 'doing' "
    "LEFT JOIN procrastinate_workers q ON q.id = j.worker_id ORDER BY w.name, w.origin"
)
# A job that gave up is left to a person until its items have ended and nothing is owed for them.
_RUNS = text(
    "WITH jobs AS (SELECT *, status = 'failed' AND EXISTS ("
    "SELECT FROM items i LEFT JOIN edits e ON e.item_id = i.id AND e.closed_at IS NULL "
    "WHERE i.id IN (SELECT jsonb_array_elements_text(args->'items')::int) "
    "AND (i.settled_at IS NULL OR e.id IS NOT NULL)) AS is_left "
    "FROM procrastinate_jobs WHERE task_name = :task) "
    "SELECT (args->>'run')::int AS run, count(*) FILTER (WHERE status = 'todo') AS waiting, "
    "count(*) FILTER (WHERE status = 'doing') AS doing, "
    "count(*) FILTER (WHERE status = 'succeeded') AS done, "
    "count(*) FILTER (WHERE is_left) AS failed, "
    "count(*) FILTER (WHERE status = 'aborted') AS taken_over "
    "FROM jobs GROUP BY 1 "
    "HAVING count(*) FILTER (WHERE status IN ('todo', 'doing') OR is_left) > 0 ORDER BY 1"
)
_AT_WORK = text(
    "SELECT jsonb_array_elements_text(j.args->'items')::int FROM workers w "
    "JOIN pg_stat_activity a ON a.pid = w.backend AND a.backend_start = w.backend_since "
    "JOIN procrastinate_jobs j ON j.id = w.job AND j.status = 'doing'"
)
_HAS_A_QUEUE = text("SELECT to_regclass('procrastinate_jobs')")
_ITEMS = text("SELECT state, count(*) AS n FROM items WHERE run_id = :run GROUP BY state")
_OWED = text("SELECT count(*) FROM edits WHERE closed_at IS NULL")
_SETTLED = text("SELECT count(*) FROM items WHERE settled_at > now() - interval '1 hour'")


@dataclass(frozen=True)
class WorkerNow:
    """One worker at one practice, and what it does."""

    name: str
    host: str
    site: str
    origin: str
    since: str
    run: int | None
    reference: str | None
    is_there: bool  # its database session, and so its lease
    silent: float | None  # seconds since its sign of life, while it has a job
    is_stuck: bool

    @property
    def doing(self) -> str:
        """What it does now, in words."""
        if not self.is_there:
            return "gone"
        what = f"run {self.run}, {self.reference}" if self.run is not None else "waits for work"
        return f"STUCK for {self.silent or 0:.0f} s: {what}" if self.is_stuck else what


@dataclass(frozen=True)
class RunNow:
    """One run whose work is not all done: its patients' jobs, and its items by state."""

    run: int
    waiting: int
    doing: int
    done: int
    failed: int
    taken_over: int
    items: dict[str, int]


@dataclass(frozen=True)
class FleetNow:
    """All of it, at one moment."""

    workers: list[WorkerNow]
    runs: list[RunNow]
    outstanding: int
    settled_in_the_last_hour: int

    def as_json(self) -> dict[str, Any]:
        """Return it for `--json`."""
        return {
            "version": 1,
            "workers": [{**vars(worker), "doing": worker.doing} for worker in self.workers],
            "runs": [vars(run) for run in self.runs],
            "outstanding": self.outstanding,
            "settled_in_the_last_hour": self.settled_in_the_last_hour,
        }


def fleet_now(journal: Journal, task: str, heartbeat: float) -> FleetNow:
    """Read what the fleet does now, without changing anything."""
    with journal.reading.connect() as connection:
        workers = [_worker(row, 3 * heartbeat) for row in connection.execute(_WORKERS)]
        runs = [_run(connection, row) for row in connection.execute(_RUNS, {"task": task}).all()]
        owed, settled = (int(connection.scalar(query) or 0) for query in (_OWED, _SETTLED))
    return FleetNow(workers, runs, owed, settled)


def fleet_here(journal: Journal, task: str, heartbeat: float) -> FleetNow | None:
    """Read what the fleet does now; None where the journal is a file, or no queue was made yet."""
    return fleet_now(journal, task, heartbeat) if _has_a_queue(journal) else None


def items_under_way(journal: Journal) -> set[int]:
    """Return the ids of the items that a worker which is there is at: they owe nothing yet."""
    if not _has_a_queue(journal):
        return set()
    with journal.reading.connect() as connection:
        return set(connection.scalars(_AT_WORK))


def _has_a_queue(journal: Journal) -> bool:
    if journal.address.is_file:
        return False
    with journal.reading.connect() as connection:
        return connection.scalar(_HAS_A_QUEUE) is not None


def _worker(row: Any, stalled: float) -> WorkerNow:
    is_stuck = row.there and row.silent is not None and row.silent > stalled
    since = row.started_at.isoformat(timespec="seconds")
    return WorkerNow(
        row.name,
        row.host,
        row.site,
        row.origin,
        since,
        row.run,
        row.reference,
        row.there,
        row.silent,
        is_stuck,
    )


def _run(connection: Connection, row: Any) -> RunNow:
    states = connection.execute(_ITEMS, {"run": row.run})
    return RunNow(
        row.run,
        row.waiting,
        row.doing,
        row.done,
        row.failed,
        row.taken_over,
        {state: count for state, count in states},
    )
