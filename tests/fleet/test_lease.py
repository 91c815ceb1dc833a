"""Who may work where: one worker an account, one worker a patient, and no run beside workers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from servers import Server, journal_url, server, template

from automation.errors import Refusal, TechnicalFailure, TurnOver
from automation.fleet.account import Account
from automation.fleet.lease import Lease
from automation.fleet.queue import make_tables, opened
from automation.journal.address import Address
from automation.journal.journal import Journal
from automation.journal.lock import RunLock

from .queues import a_job, heartbeat, taken_job

__all__ = ["journal_url", "server", "template"]

ORIGIN = "https://practice.example"
HEARTBEAT = 5.0

Take = Callable[..., Lease]


@pytest.fixture
def address(journal_url: str) -> Address:
    """The address of a database with a journal and a queue."""
    address = Address.of(journal_url)
    make_tables(address)
    return address


@pytest.fixture
def take(address: Address) -> Iterator[Take]:
    """Take leases, which end with the test."""
    with ExitStack() as stack:

        def taken(account: str, worker: str = "w", **more: int) -> Lease:
            who = Account("practice", ORIGIN, account, worker, **more)
            return stack.enter_context(Lease(address, who, HEARTBEAT))

        yield taken


def test_second_worker_with_the_same_account(take: Take) -> None:
    """It is refused by the account's name and by who uses it; another account may work."""
    take("dana", "front desk")
    with pytest.raises(Refusal, match=r"account 'dana' is used by .*worker front desk") as told:
        take("dana", "back office")
    assert "UNDO_WRITEOFF_USERNAME" in told.value.next_step
    assert take("mae", "back office").is_whole()


def test_run_beside_workers_is_refused_both_ways(take: Take, journal_url: str) -> None:
    """A run of its own waits for workers, and a worker for a run; each is told who is there."""
    with RunLock(journal_url, ORIGIN):
        with pytest.raises(Refusal, match="no run of its own"):
            take("dana")
        with RunLock(journal_url, "https://elsewhere.example"):
            pass
    take("dana", "front desk")
    with pytest.raises(Refusal, match="worker front desk"), RunLock(journal_url, ORIGIN):
        raise AssertionError("a run beside a worker")


def test_turn_that_was_let_go_is_free_at_once(take: Take, journal_url: str) -> None:
    """The server notices a session's end a little later: the next one waits for nothing."""
    for _ in range(30):
        with RunLock(journal_url, ORIGIN):
            pass
        with ExitStack() as stack:
            stack.callback(take("dana").__exit__)


def test_only_as_many_workers_as_the_profile_says(take: Take) -> None:
    """The worker that is too many is refused, and takes nothing with it."""
    take("dana", at_most=2)
    take("mae", at_most=2)
    with pytest.raises(Refusal, match="at most 2 workers"):
        take("ines", at_most=2)
    with pytest.raises(Refusal, match="account 'mae'"):
        take("mae")


def test_one_patient_is_with_one_worker(take: Take) -> None:
    """A patient that one worker has is not begun by another, until the first lets them go."""
    first, second = take("dana"), take("mae")
    first.begin(1, 1, "patient")
    with pytest.raises(TechnicalFailure, match="in the middle of this patient"):
        second.begin(2, 2, "patient")
    second.begin(2, 2, "another patient")
    with pytest.raises(TechnicalFailure, match="in the middle of this patient"):
        second.keep_to("patient")
    first.end()
    second.keep_to("patient")


def test_turn_is_held_only_with_a_job_and_a_fresh_heartbeat(take: Take, address: Address) -> None:
    """The database's clock decides: a job of somebody else, or an old heartbeat, is no turn."""
    lease = take("dana")
    with opened(address) as app:
        a_job(app, ORIGIN)
        job = taken_job(app, ORIGIN)
        lease.begin(job.id or 0, job.worker_id or 0, "patient")
        assert lease.is_still_held()
        heartbeat(app, job, seconds_ago=2.5 * HEARTBEAT)
        assert not lease.is_still_held() and not lease.is_orphaned()
        heartbeat(app, job, seconds_ago=0)
        assert lease.is_still_held()
        lease.begin(job.id or 0, (job.worker_id or 0) + 1, "patient")
        assert not lease.is_still_held()


def test_lease_whose_session_was_ended(take: Take, address: Address, server: Server) -> None:
    """Its turn is over at once, its journal is fenced, and it can be taken once more."""
    lease = take("dana")
    with opened(address) as app, Journal.open(address.url.render_as_string(False)) as journal:
        a_job(app, ORIGIN)
        job = taken_job(app, ORIGIN)
        lease.begin(job.id or 0, job.worker_id or 0, "patient")
        journal.fence = lease.fence
        journal.probe()
        server.do(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
            "WHERE application_name LIKE 'undo-writeoff worker %'"
        )
        with pytest.raises(TurnOver, match="turn is over"):
            journal.probe()
        assert not lease.is_still_held() and not lease.is_still_held()
        assert not lease.is_orphaned()  # the database answers: another one may have the patient
        with pytest.raises(TurnOver):
            lease.keep_to("another patient")
        lease.take()
        assert lease.is_whole()
