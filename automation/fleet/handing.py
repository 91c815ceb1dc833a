"""Hands a run's patients to the queue, one job each, and follows a run until no job is left."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import Event
from typing import TYPE_CHECKING, Any

from automation.fleet.queue import TASK, Work, queue_of
from automation.journal.edits import Edits
from automation.journal.journal import ItemRow, ItemState, Journal
from automation.runs.record import StopRequest
from automation.runs.worklist import by_patient, name_of
from config.site_profile import SiteProfile

if TYPE_CHECKING:
    from procrastinate import App
    from procrastinate.jobs import Job

_AT_ONCE = 500  # jobs in one statement
_TO_DO = (ItemState.WAITING, ItemState.WORKING, ItemState.CHANGING, ItemState.PUT_BACK)
_OF_A_RUN = (
    "FROM procrastinate_jobs WHERE task_name = %(task)s "
    "AND (args->>'run')::int = %(run)s AND status IN ('todo', 'doing')"
)
_ENDED = (
    "SELECT number, reference, state, settled_at FROM items "
    "WHERE run_id = %(run)s AND settled_at > %(since)s ORDER BY settled_at"
)
_LOOKS_EVERY = 1.0  # seconds between two looks at a run that others do


@dataclass(frozen=True)
class Place:
    """A practice without a browser: enough to store a run for it."""

    journal: Journal
    site: SiteProfile

    @property
    def origin(self) -> str:
        """The practice's origin."""
        return self.site.origin


def hand_out(app: App, journal: Journal, run: int, priority: int = 0) -> int:
    """Queue a job for each patient of a run who has none yet; return how many were queued."""
    queued = live_items(app, run)
    items = [i for i in journal.items(run) if i.state in _TO_DO and i.id not in queued]
    jobs = [_job(journal, groups, priority) for groups in by_patient(items)]
    _queue(app, jobs)
    return len(jobs)


def hand_out_what_is_owed(app: App, journal: Journal, origin: str) -> int:
    """Queue a job for each patient to whom a practice owes something, which only settles that.

    Patients of a job that waits, or is being done, are left to it. Returns how many were queued.
    """
    rows = Edits(journal).outstanding(origin)
    owing = journal.items_with(list({row.item_id for row in rows}))
    jobs: list[Job] = []
    for run in sorted({item.run_id for item in owing}):
        queued = live_items(app, run)
        items = [item for item in owing if item.run_id == run and item.id not in queued]
        jobs += [_job(journal, groups, 0, only_settles=True) for groups in by_patient(items)]
    _queue(app, jobs)
    return len(jobs)


def _queue(app: App, jobs: list[Job]) -> None:
    from procrastinate import exceptions

    for begin in range(0, len(jobs), _AT_ONCE):
        some = jobs[begin : begin + _AT_ONCE]
        try:
            app.job_manager.batch_defer_jobs(some)
        except exceptions.AlreadyEnqueued:  # by another computer, at this moment
            for job in some:
                try:
                    app.job_manager.defer_job(job)
                except exceptions.AlreadyEnqueued:
                    continue


def _job(
    journal: Journal,
    groups: Sequence[Sequence[ItemRow]],
    priority: int,
    *,
    only_settles: bool = False,
) -> Job:
    from procrastinate.jobs import Job

    items = [item for group in groups for item in group]
    first = items[0]
    patient = journal.digest("patient", first.origin, name_of(first.patient))
    ids = tuple(item.id for item in items)
    return Job(
        queue=queue_of(first.origin),
        lock=patient,
        queueing_lock=f"{first.run_id} {patient}",
        task_name=TASK,
        priority=priority,
        task_kwargs=Work(first.run_id, ids, first.reference, only_settles).as_json(),
    )


def live_items(app: App, run: int) -> set[int]:
    """The items of a run that are in a job which waits or is being done."""
    found = _rows(app, f"SELECT args {_OF_A_RUN}", task=TASK, run=run)
    return {int(item) for row in found for item in row["args"]["items"]}


def follow(
    app: App, journal: Journal, run: int, tell: Callable[[str], None], stop: StopRequest
) -> bool:
    """Wait until no job of the run is left, and tell of each item that ends, by its reference.

    Return False if asked to stop before that.
    """
    from procrastinate.exceptions import ConnectorException

    since: Any = journal.run(run).started_at
    is_away = False
    while True:
        try:
            left = _rows(app, f"SELECT count(*) AS left {_OF_A_RUN}", task=TASK, run=run)[0]["left"]
            ended, is_away = _rows(app, _ENDED, run=run, since=since), False
        except ConnectorException:
            if not is_away:
                tell("The database does not answer; waiting for it.")
            is_away = left = True
            ended = []
        for row in ended:
            since = row["settled_at"]
            tell(f"item {row['number']} ({row['reference']}): {row['state']}")
        if not left:
            return True
        if stop.asked:
            return False
        Event().wait(_LOOKS_EVERY)


def _rows(app: App, query: Any, **given: Any) -> list[dict[str, Any]]:
    return list(app.connector.get_sync_connector().execute_query_all(query, **given))
