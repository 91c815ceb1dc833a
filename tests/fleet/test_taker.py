"""Jobs are taken in turn, within the hours, and go back when they were not finished."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import datetime, time
from pathlib import Path

import pytest
from procrastinate import App
from servers import journal_url, postgresql, server, template

from automation.fleet.hours import Hours
from automation.fleet.queue import GivenBack, Work, make_tables, opened, queue_of
from automation.fleet.taker import Queue, Taker
from automation.journal.address import Address
from config.site_profile import ProfileError, SiteProfile, load

from .queues import a_job, do, jobs, taken_job
from .stage import wait_for

__all__ = ["journal_url", "server", "template"]

BIG, SMALL = "https://big.example", "https://small.example"
ALWAYS, NEVER = Hours(), Hours(pause=(time(0), time(23, 59, 59, 999999)))

Take = Callable[..., Taker]


@pytest.fixture
def said() -> list[str]:
    """What a taker says."""
    return []


@pytest.fixture
def take(said: list[str]) -> Iterator[Take]:
    """Start takers, which end with the test."""
    with ExitStack() as stack:

        def started(address: Address, *queues: Queue, until_empty: bool = True) -> Taker:
            taker = Taker(address, "w", queues, 0.5, said.append, until_empty=until_empty)
            taker.start()
            stack.callback(taker.join, 30)
            stack.callback(taker.stop)
            return taker

        yield started


def practices(big: Hours = ALWAYS, small: Hours = ALWAYS) -> list[Queue]:
    """Two practices' queues."""
    return [Queue(queue_of(BIG), big), Queue(queue_of(SMALL), small)]


def all_taken(taker: Taker) -> list[int]:
    """Do every job at once, and return their runs' numbers in the order in which they came."""
    found = []
    while (handed := taker.inbox.get(timeout=30)) is not None:
        found.append(Work.of(handed.job).run)
        handed.ended.set_result(None)
    return found


def test_practices_take_turns(address: Address, app: App, take: Take) -> None:
    """One job of each practice in turn, though one came first with many."""
    for number in range(4):
        a_job(app, BIG, run=1, lock=f"big {number}")
    for number in range(2):
        a_job(app, SMALL, run=2, lock=f"small {number}")
    assert all_taken(take(address, *practices())) == [1, 2, 1, 2, 1, 1]
    assert {status for _, status in jobs(app)} == {"succeeded"}


def test_jobs_of_long_ago_are_taken_away(address: Address, app: App, take: Take) -> None:
    """What was done more than a month ago goes; what is left to a person stays, however old."""
    for number in range(4):
        a_job(app, BIG, run=number, lock=f"big {number}")
    all_taken(take(address, *practices()))
    old, failed, new, _ = (number for number, _ in jobs(app))
    do(app, "UPDATE procrastinate_jobs SET status = 'failed' WHERE id = %(id)s RETURNING id",
       id=failed)  # fmt: skip
    do(app, "UPDATE procrastinate_events SET at = now() - interval '31 days' "
       "WHERE job_id = ANY(%(ids)s) RETURNING id", ids=[old, failed])  # fmt: skip
    do(app, "UPDATE procrastinate_events SET at = now() - interval '29 days' "
       "WHERE job_id = %(id)s RETURNING id", id=new)  # fmt: skip
    take(address, *practices(), until_empty=False)
    wait_for(lambda: old not in dict(jobs(app)), 30, lambda: str(jobs(app)))
    assert list(dict(jobs(app)).values()) == ["failed", "succeeded", "succeeded"]


def test_practice_outside_its_hours_waits(address: Address, app: App, take: Take) -> None:
    """A practice whose pause it is gives no job, and keeps the others from nothing."""
    a_job(app, BIG, run=1, lock="big")
    a_job(app, SMALL, run=2, lock="small")
    taker = take(address, *practices(big=NEVER), until_empty=False)
    handed = taker.inbox.get(timeout=30)
    assert handed is not None and Work.of(handed.job).run == 2
    handed.ended.set_result(None)
    taker.stop()
    assert taker.inbox.get(timeout=30) is None
    assert [s for _, s in jobs(app)] == ["todo", "succeeded"]


def test_job_that_was_not_finished_goes_back(address: Address, app: App, take: Take) -> None:
    """It is taken again, until it is left to a person."""
    a_job(app, BIG, run=1)
    taker = take(address, *practices())
    for gives_up in (False, False, True):
        handed = taker.inbox.get(timeout=30)
        assert handed is not None
        handed.ended.set_exception(GivenBack("not all could be done", gives_up=gives_up))
    assert taker.inbox.get(timeout=30) is None
    assert [status for _, status in jobs(app)] == ["failed"]


def test_job_of_a_worker_that_died_is_taken(address: Address, app: App, take: Take) -> None:
    """A taker looks for stalled workers by itself, and does not end before that is done."""
    a_job(app, BIG, run=7)
    taken_job(app, BIG)
    do(app, "UPDATE procrastinate_workers SET last_heartbeat = now() - interval '1 hour' "
            "RETURNING id")  # fmt: skip
    assert all_taken(take(address, *practices())) == [7]
    assert [status for _, status in jobs(app)] == ["aborted", "succeeded"]


def test_higher_priority_is_taken_first(address: Address, app: App, take: Take) -> None:
    """Of one practice's jobs the one with the higher priority comes first."""
    for run in (1, 2):
        a_job(app, BIG, run=run, lock=f"patient {run}", priority=run)
    assert all_taken(take(address, *practices())) == [2, 1]


def test_database_that_is_away_is_waited_for(take: Take, said: list[str]) -> None:
    """A taker says once that the database is away, and goes on when it is back."""
    with postgresql() as running:
        address = Address.of(running.url(running.database()))
        make_tables(address)
        with opened(address) as app:
            a_job(app, BIG, run=1)
        taker = take(address, *practices(), until_empty=False)
        handed = taker.inbox.get(timeout=30)
        assert handed is not None
        handed.ended.set_result(None)
        with opened(address) as app:  # else it would rightly be handed out once more
            wait_for(lambda: jobs(app)[0][1] == "succeeded", 60, lambda: "its end is not stored")
        running.kill()
        running.start()
        with opened(address) as app:
            a_job(app, BIG, run=2)
        handed = taker.inbox.get(timeout=90)
        assert handed is not None and Work.of(handed.job).run == 2
        handed.ended.set_result(None)
        taker.stop()
        assert taker.inbox.get(timeout=30) is None
    assert sum("does not answer" in line for line in said) <= 1


@pytest.mark.parametrize(
    ("lines", "utc", "is_open"),
    [
        ({}, "03:00", True),
        ({"hours": "07:00-20:00"}, "06:59", False),
        ({"hours": "07:00-20:00"}, "07:00", True),
        ({"hours": "07:00-20:00"}, "20:00", False),
        ({"hours": "22:00-05:00"}, "23:30", True),
        ({"hours": "22:00-05:00"}, "12:00", False),
        ({"pause": "01:00-03:00"}, "02:00", False),
        ({"hours": "07:00-20:00", "pause": "12:00-13:00"}, "12:30", False),
        ({"hours": "07:00-20:00", "time_zone": "America/New_York"}, "11:30", False),
        ({"hours": "07:00-20:00", "time_zone": "America/New_York"}, "12:30", True),
    ],
)
def test_hours_of_a_practice(lines: dict[str, str], utc: str, is_open: bool) -> None:
    """The lines of the site profile, by the practice's own clock."""
    hours = Hours.of(SiteProfile(name="x", address="https://x.example", **lines))
    now = datetime.fromisoformat(f"2026-01-15T{utc}+00:00")
    assert hours.are_open(now) is is_open
    assert hours.always is not any("-" in line for line in lines.values())


@pytest.mark.parametrize("line", ['hours = "7-20"', 'pause = "25:00-26:00"', 'time_zone = "Here"'])
def test_hours_that_are_none(line: str, tmp_path: Path) -> None:
    """A mistyped line stops by its name."""
    path = tmp_path / "site.toml"
    path.write_text(f'address = "https://x.example"\n{line}\n')
    with pytest.raises(ProfileError) as told:
        load(str(path))
    assert line.split()[0] in told.value.where
