"""Work of a worker that gives no sign of life: its lease first, then its job."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest
from procrastinate import App, exceptions
from procrastinate.jobs import Job, Status
from procrastinate.schema import SchemaManager
from servers import Server, journal_url, server, template

from automation.fleet.account import Account
from automation.fleet.lease import Lease
from automation.fleet.queue import conninfo, make_tables, opened
from automation.journal.address import Address

from .queues import a_job, do, heartbeat, jobs, taken_job, taken_over

__all__ = ["journal_url", "server", "template"]

ORIGIN = "https://practice.example"


@pytest.fixture
def sleeper(address: Address, app: App) -> Iterator[tuple[Lease, Job]]:
    """A worker that has a job, and whose heartbeat is over."""
    with Lease(address, Account("practice", ORIGIN, "dana", "w"), 10.0) as lease:
        a_job(app, ORIGIN)
        job = taken_job(app, ORIGIN)
        lease.begin(job.id or 0, job.worker_id or 0, job.lock or "")
        assert lease.is_still_held()
        heartbeat(app, job, seconds_ago=31)
        yield lease, job


def test_stalled_worker_is_revoked_before_its_job_is_put_back(
    address: Address, app: App, sleeper: tuple[Lease, Job]
) -> None:
    """The sleeper's session is gone when the job is there again, and its lock is free."""
    lease, job = sleeper
    assert taken_over(conninfo(address), 30) == [job.id]
    assert [status for _, status in jobs(app)] == ["aborted", "todo"]
    heartbeat(app, job, seconds_ago=0)  # it wakes
    assert not lease.is_still_held() and not lease.is_whole()
    again = taken_job(app, ORIGIN)
    assert again.task_kwargs == job.task_kwargs and again.lock == job.lock
    with Lease(address, Account("practice", ORIGIN, "mae", "w2"), 10.0) as second:
        second.begin(again.id or 0, again.worker_id or 0, again.lock or "")
        assert second.is_still_held()


def test_what_a_sleeper_says_of_its_old_job_does_nothing(
    address: Address, app: App, sleeper: tuple[Lease, Job]
) -> None:
    """Neither its success nor its failure touches the job that was put back."""
    _, job = sleeper
    taken_over(conninfo(address), 30)
    again = taken_job(app, ORIGIN)
    number = job.id or 0
    finish = "SELECT procrastinate_finish_job_v1(%(job)s, %(status)s, false)"
    for status in (Status.SUCCEEDED, Status.FAILED):
        with pytest.raises(exceptions.ConnectorException):
            do(app, finish, job=number, status=status.value)
    retry = "SELECT procrastinate_retry_job_v2(%(job)s, now(), NULL, NULL, NULL)"
    with pytest.raises(exceptions.ConnectorException):
        do(app, retry, job=number)
    assert jobs(app) == [(number, "aborted"), (again.id, "doing")]


def test_worker_that_lives_is_left_alone(
    address: Address, app: App, sleeper: tuple[Lease, Job]
) -> None:
    """A fresh heartbeat keeps job and lease."""
    lease, job = sleeper
    heartbeat(app, job, seconds_ago=1)
    assert taken_over(conninfo(address), 30) == []
    assert lease.is_still_held() and jobs(app) == [(job.id, "doing")]


def test_two_that_look_at_once_put_back_one_job(
    address: Address, app: App, sleeper: tuple[Lease, Job]
) -> None:
    """However many workers look at the same moment, the job is there once."""
    with ThreadPoolExecutor(4) as pool:
        found = [*pool.map(lambda _: taken_over(conninfo(address), 30), range(4))]
    assert sum(map(len, found)) == 1
    assert [status for _, status in jobs(app)] == ["aborted", "todo"]


def test_crash_between_queueing_again_and_ending_the_old_job(
    address: Address, app: App, sleeper: tuple[Lease, Job]
) -> None:
    """The next look goes on where the crash was; the job is still there once."""
    _, job = sleeper
    app.job_manager.defer_job(
        job.evolve(id=None, status=None, worker_id=None, queueing_lock=f"again {job.id}")
    )
    taken_over(conninfo(address), 30)
    assert [status for _, status in jobs(app)] == ["aborted", "todo"]


def test_worker_that_died_has_no_session_to_end(address: Address, app: App) -> None:
    """The job of a worker without any row is put back, too."""
    a_job(app, ORIGIN)
    job = taken_job(app, ORIGIN)
    do(app, "DELETE FROM procrastinate_workers RETURNING id")
    assert taken_over(conninfo(address), 30) == [job.id]


def test_tables_are_made_once_by_many(server: Server) -> None:
    """Several computers that begin at once make the queue's tables once."""
    url = server.url(server.database())
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: make_tables(Address.of(url)), range(4)))
    with opened(Address.of(url)) as app:
        assert app.check_connection()


@pytest.mark.parametrize("was_noted", [True, False])
def test_tables_follow_a_newer_library_once(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, was_noted: bool
) -> None:
    """What a newer library changes in its tables is done at the next start, by one computer.

    Tables that were made before that was noted are those of 3.9.
    """
    address = Address.of(server.url(server.database()))
    make_tables(address)
    with psycopg.connect(conninfo(address), autocommit=True) as connection:
        if not was_noted:
            connection.execute("COMMENT ON TABLE procrastinate_jobs IS NULL")
        for name in (change.name for change in Path(SchemaManager.get_migrations_path()).iterdir()):
            (tmp_path / name).write_text("SELECT no_such_column")  # long done
        (tmp_path / "98.00.00_01_pre.sql").write_text("CREATE TABLE newer (n int DEFAULT 7 % 4)")
        (tmp_path / "98.00.00_50_post.sql").write_text("INSERT INTO newer DEFAULT VALUES")
        monkeypatch.setattr(SchemaManager, "get_migrations_path", lambda: str(tmp_path))
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(lambda _: make_tables(address), range(4)))
        assert connection.execute("SELECT n FROM newer").fetchall() == [(3,)]


def test_change_of_the_tables_that_fails_is_done_wholly_later(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A change is done with its note or not at all."""
    address = Address.of(server.url(server.database()))
    make_tables(address)
    change = tmp_path / "98.00.00_01_pre.sql"
    monkeypatch.setattr(SchemaManager, "get_migrations_path", lambda: str(tmp_path))
    change.write_text("CREATE TABLE newer (n int); SELECT no_such_column")
    with pytest.raises(psycopg.Error):
        make_tables(address)
    change.write_text("CREATE TABLE newer (n int)")
    make_tables(address)
    make_tables(address)
