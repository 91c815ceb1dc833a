"""One job: look at what earlier holders left of the patient, settle it, then do what waits."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from automation.billing.counting import counted
from automation.browser.session import is_alive
from automation.errors import JournalUnusable, Problem, TechnicalFailure
from automation.fleet.lease import Lease
from automation.fleet.queue import GivenBack, Work
from automation.journal.edits import EditRow, Edits
from automation.journal.journal import ItemRow, ItemState, Journal
from automation.journal.lists import Lists
from automation.runs.record import StopRequest, sentence
from automation.runs.session import Session
from automation.runs.sign_in import sign_in_again
from automation.runs.worklist import WorklistRun, name_of, settle_signed_in, summed_up
from config.settings import Settings

if TYPE_CHECKING:
    from procrastinate.jobs import Job

GIVE_UP = 5  # tries, after which a job is left to a person
_LATER, _LATEST = 6, 90  # heartbeats until a job is tried again: twice as long each time
_SOON = 2  # seconds until a job is tried again whose patient another worker still has
_UNDER_WAY = (ItemState.WAITING, ItemState.WORKING, ItemState.CHANGING)
_SIGN_INS = 2  # in one job: more are the sign of a second person with the same account


class Nobody:
    """Stands in for the person: a worker has none at its keyboard."""

    def __init__(self, settings: Settings, say: Callable[[str], None]) -> None:
        self._settings, self._say = settings, say
        self.sign_ins, self.is_signed_out, self.is_last_try = 0, False, False

    def hears(self, news: str) -> None:
        """Say it."""
        self._say(news)

    def goes_on(self, why: str) -> bool:
        """Go on only at the job's last try; else it goes back to the queue for a while.

        `why` is not said: it may have what stands on a chart, and a worker's talk is kept in logs.
        """
        self._say("Several failures one after the other at this practice.")
        return self.is_last_try

    def signs_in(self, session: Session) -> bool:
        """Sign in again by form; a person's sign-in is lost until they do it themselves."""
        self.sign_ins += 1
        if session.site.sign_in == "form" and self.sign_ins <= _SIGN_INS:
            with suppress(Problem):
                return sign_in_again(session.screen, self._settings, self._say, lambda: False)
        self.is_signed_out = True
        return False


class PatientJob:
    """The work on one patient of one run, by the worker that has taken its job."""

    def __init__(self, session: Session, lease: Lease, work: Work, nobody: Nobody) -> None:
        self.session, self.lease, self.work, self.nobody = session, lease, work, nobody
        self.journal: Journal = session.journal
        self._began_with: Sequence[ItemRow] = ()

    def do(self, job: Job, stop: StopRequest) -> None:
        """Do it; raises GivenBack when something of it is left."""
        self.session.stop = StopRequest(within=stop)
        try:
            items = self.journal.items_with(self.work.items)
            self.nobody.is_last_try = _tries(items) + 1 >= GIVE_UP
            self._have(job)
            self.journal.fence = self.lease.fence
            self._began_with = items
            self._settle(items)
            if not self.work.only_settles:
                self._do_what_waits()
            self._end(stop)
        except JournalUnusable as problem:
            raise GivenBack(sentence(problem), _SOON) from problem
        finally:
            self.journal.fence = lambda _: None
            self.lease.end()
            self.session.unwritten.clear()  # the journal knows what was begun; the next one looks

    def _have(self, job: Job) -> None:
        try:
            self.lease.begin(job.id or 0, job.worker_id or 0, job.lock or "")
        except TechnicalFailure as problem:
            raise GivenBack(sentence(problem), _SOON) from problem
        if not self.lease.is_still_held():
            raise GivenBack("the job was put back meanwhile", _SOON)

    # Look, then settle --------------------------------------------------------------------------

    def _settle(self, items: Sequence[ItemRow]) -> None:
        """Settle what is owed to this patient, by whatever run; nobody else is at their charts."""
        rows = self._owed(items)
        for row in rows:
            self._keep_to(row)
        if rows:
            settle_signed_in(self.session, rows, self.nobody)
            if left := self._owed(items):
                raise self._failed(f"{counted(len(left), 'change')} not settled")

    def _owed(self, items: Sequence[ItemRow]) -> list[EditRow]:
        names, ids = {name_of(item.patient) for item in items}, {item.id for item in items}
        rows = Edits(self.journal).outstanding(self.session.origin)
        return [row for row in rows if row.item_id in ids or name_of(row.patient) in names]

    def _keep_to(self, row: EditRow) -> None:
        try:
            self.lease.keep_to(row.patient_key)
        except TechnicalFailure as problem:
            raise GivenBack(sentence(problem), _SOON) from problem

    # The work itself ----------------------------------------------------------------------------

    def _do_what_waits(self) -> None:
        Lists(self.journal).wait_again(self.work.run, self.work.items)
        waiting = [i for i in self.journal.items_with(self.work.items) if _waits(i)]
        if waiting and not self.session.stop.asked:
            run = WorklistRun([self.session], self.work.run, self.nobody)
            run.work_on(waiting)

    def _end(self, stop: StopRequest) -> None:
        """Raise GivenBack when something is left, else finish the run if this was its last job."""
        items = self.journal.items_with(self.work.items)
        owed = self._owed(items)
        is_left = not self.work.only_settles and any(item.state in _UNDER_WAY for item in items)
        if not owed and not is_left:
            finish(self.journal, self.work.run)
            return
        if not self.lease.is_still_held():
            raise GivenBack("this computer's turn at this patient is over", _SOON)
        if stop.asked or self.nobody.is_signed_out or not is_alive(self.session.screen.tab):
            raise GivenBack("the worker stops")
        raise self._failed("not all of it could be done")

    def _failed(self, what: str) -> GivenBack:
        """Count one more try of what is left; later each time, and at last left to a person."""
        before = {item.id: item.attempts for item in self._began_with}
        for item in self.journal.items_with(self.work.items):
            if item.state in _UNDER_WAY and item.attempts == before[item.id]:
                self.journal.note_recovery(item.id, what)
        tries = _tries(self.journal.items_with(self.work.items))
        if tries >= GIVE_UP:
            summed_up(self.journal, self.work.run)  # what is outstanding stays so, as after a run
        beats = min(_LATER * 2 ** (tries - 1), _LATEST)
        gives_up = tries >= GIVE_UP
        later = 0 if gives_up else beats * self.lease.heartbeat
        return GivenBack(f"{self.work.reference}: {what}", later, gives_up=gives_up)


def _tries(items: Sequence[ItemRow]) -> int:
    return max((item.attempts for item in items), default=0)


def _waits(item: ItemRow) -> bool:
    return item.state is ItemState.WAITING


def finish(journal: Journal, run: int) -> None:
    """Finish a run in the journal if all its items have ended, whoever did them."""
    counts = Lists(journal).counts(run)
    if not any(counts.get(state) for state in _UNDER_WAY):
        summed_up(journal, run)
