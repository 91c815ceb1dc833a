"""A worker: signed in to one or several practices, it does the jobs of their queues in turn.

This is the thread that owns the browsers and the journal. Jobs come from `Taker`, one at a time.
"""

from __future__ import annotations

import contextlib
import getpass
import socket
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from queue import Empty
from threading import Event

from automation.browser.session import is_alive
from automation.errors import JournalUnusable, Problem, Refusal, TechnicalFailure
from automation.fleet.account import Account
from automation.fleet.hours import Hours
from automation.fleet.job import Nobody, PatientJob
from automation.fleet.lease import Lease
from automation.fleet.queue import GivenBack, Work, queue_of, server_of
from automation.fleet.taker import Handed, Queue, Taker
from automation.journal.address import address_of
from automation.journal.journal import Journal
from automation.runs.record import ItemRecord, StopRequest
from automation.runs.session import Session, at_practice, changing
from automation.runs.sign_in import credentials
from config.settings import Settings
from config.site_profile import SiteProfile

Say = Callable[[str], None]
READY = "Ready: patients are taken as they come. Ctrl-C ends it as soon as nothing is half done."
_LOOKS_EVERY = 0.5  # seconds between two looks whether a person asked to stop
_SIGN_IN_AGAIN = (5, 20)  # seconds before the second and the third try to sign in
_AWAY = 30  # seconds until a job is tried again whose practice a plain run has taken


@dataclass
class Office:
    """One practice that a worker is signed in to."""

    session: Session
    lease: Lease
    nobody: Nobody


@dataclass(frozen=True)
class Asked:
    """How a worker is to work: its name, and whether it ends when no work is left."""

    name: str = ""
    until_empty: bool = False
    headed: bool = False

    @property
    def worker(self) -> str:
        """The worker's name; without one, that of this computer."""
        return (self.name or socket.gethostname())[:60]


def work(
    settings: Settings, sites: Sequence[SiteProfile], asked: Asked, stop: StopRequest, say: Say
) -> int:
    """Work until asked to stop, or until no work is left; return the exit status."""
    address = server_of(address_of(settings))
    with (
        Journal.of(settings) as journal,
        changing(settings, journal, say),
        _offices(settings, sites, journal, asked, stop, say) as offices,
    ):
        queues = [Queue(name, Hours.of(office.session.site)) for name, office in offices.items()]
        taker = Taker(
            address,
            asked.worker,
            queues,
            settings.fleet_heartbeat,
            say,
            until_empty=asked.until_empty,
        )
        say(READY)
        return _Worker(taker, offices, stop, say).work()


@contextmanager
def _offices(
    settings: Settings,
    sites: Sequence[SiteProfile],
    journal: Journal,
    asked: Asked,
    stop: StopRequest,
    say: Say,
) -> Iterator[Mapping[str, Office]]:
    """Take the turn at each practice and sign in there; each is named by its queue."""
    offices: dict[str, Office] = {}
    address = server_of(address_of(settings))
    with ExitStack() as stack:
        for site in sites:
            account = Account(
                site.name, site.origin, _account(site, settings), asked.worker, site.workers
            )
            lease = stack.enter_context(Lease(address, account, settings.fleet_heartbeat))
            say(site.practice)
            opened = partial(at_practice, site, settings, say, journal, lease, headed=asked.headed)
            session = _signed_in(stack, opened, stop, say)
            session.stop, session.ended = stop, _teller(say)
            offices[queue_of(site.origin)] = Office(session, lease, Nobody(settings, say))
        yield offices


def _signed_in(
    stack: ExitStack,
    opened: Callable[[], AbstractContextManager[Session]],
    stop: StopRequest,
    say: Say,
) -> Session:
    """Sign in; once more, and again, where a site or a busy computer does not answer in time."""
    for seconds in _SIGN_IN_AGAIN:
        try:
            return stack.enter_context(opened())
        except TechnicalFailure as problem:
            say(f"Signing in failed: {problem.found}. Trying again in {seconds} s.")
            Event().wait(seconds)
            if stop.asked:
                raise
    return stack.enter_context(opened())


def _account(site: SiteProfile, settings: Settings) -> str:
    """The name of the account; a person's own sign-in is known by this computer's account."""
    if site.sign_in == "form":
        return credentials(site, settings)[1]
    return f"{getpass.getuser()} at {socket.gethostname()}"


def _teller(say: Say) -> Callable[[ItemRecord], None]:
    def tell(record: ItemRecord) -> None:
        item = record.item
        say(f"run {item.run_id}, item {item.number} ({item.reference}): {record.receipt.outcome}")

    return tell


class _Worker:
    """Does the jobs that come, one by one."""

    def __init__(
        self, taker: Taker, offices: Mapping[str, Office], stop: StopRequest, say: Say
    ) -> None:
        self._taker, self._offices, self._stop, self._say = taker, offices, stop, say
        self._status = 0

    def work(self) -> int:
        """Do jobs until the taker ends; return the exit status."""
        self._taker.start()
        try:
            while True:
                if self._stop.asked:
                    self._taker.stop()
                try:
                    handed = self._taker.inbox.get(timeout=_LOOKS_EVERY)
                except Empty:
                    continue
                if handed is None:
                    break
                self._do(handed)
        finally:
            self._taker.stop()
            self._give_back_the_rest()
        if self._taker.problem is not None:
            raise self._taker.problem
        return self._status

    def _give_back_the_rest(self) -> None:
        while self._taker.is_alive():
            with contextlib.suppress(Empty):
                handed = self._taker.inbox.get(timeout=_LOOKS_EVERY)
                if handed is not None:
                    handed.ended.set_exception(GivenBack("the worker stops"))

    def _do(self, handed: Handed) -> None:
        """Do one job, and say in the queue how it ended."""
        try:
            self._in_its_office(handed)
        except GivenBack as back:
            where = "is left to a person" if back.gives_up else "went back to the queue"
            self._say(f"A job {where}: {back}")
            self._taker.rest(handed.job.queue, min(back.seconds, 60))
            handed.ended.set_exception(back)
        except BaseException as problem:
            is_mistake = isinstance(problem, Exception)  # else a second Ctrl-C
            handed.ended.set_exception(problem if is_mistake else GivenBack("stopped at once"))
            raise
        else:
            handed.ended.set_result(None)

    def _in_its_office(self, handed: Handed) -> None:
        if self._stop.asked:
            raise GivenBack("the worker stops")
        office, job = self._offices[handed.job.queue], Work.of(handed.job)
        self._have_its_turn(office)
        self._say(f"run {job.run}: {job.reference}, {len(job.items)} to do")
        office.nobody.sign_ins = 0
        try:
            PatientJob(office.session, office.lease, job, office.nobody).do(handed.job, self._stop)
        finally:
            self._look_after(office)

    def _have_its_turn(self, office: Office) -> None:
        """Take the turn at the practice once more when its session ended."""
        if office.lease.is_whole():
            return
        try:
            office.lease.take()
        except (Refusal, JournalUnusable, TechnicalFailure) as problem:
            seconds = _AWAY if isinstance(problem, Refusal) else 2
            raise GivenBack(problem.found, seconds) from problem
        self._say("The turn at this practice was over; it is taken again.")

    def _look_after(self, office: Office) -> None:
        """Stop the worker when its browser is gone, or a person must sign in."""
        why = ""
        if not is_alive(office.session.screen.tab):
            why = "The browser is gone."
        elif office.nobody.is_signed_out:
            why = "The sign-in was lost, and a person must sign in again (`undo-writeoff login`)."
        if why:
            self._say(f"{why} This worker stops; its work goes back to the queue.")
            self._stop.asked = True
            self._status = Problem.exit_status
