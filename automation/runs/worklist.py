"""A worklist's run: patient by patient, in one or several tabs, even when single items fail."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import random
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol

from automation.billing.receipt import Outcome, Request
from automation.billing.request import CopayRule, same_words
from automation.browser.tabs import together
from automation.errors import BrowserGone, Problem, SignedOut, TechnicalFailure
from automation.journal.edits import EditRow, Edits
from automation.journal.journal import ItemRow, ItemState, Journal
from automation.journal.lists import Lists
from automation.pages.patients import PatientsPage
from automation.runs import outcome, recovery
from automation.runs.record import ItemRecord, sentence
from automation.runs.recorder import Recorder
from automation.runs.runner import (
    do_together,
    flow_of,
    is_stuck,
    record_of,
    recorder_of,
    request_of,
)
from automation.runs.session import Session
from automation.runs.totals import Totals, totals

WAITS = (1, 2)  # seconds before an item that failed unchanged is tried again
IN_A_ROW = 3  # technical failures after which a person is asked
ONE_TAB = (
    "The sign-in was lost while several tabs were in use; the rest is done in one tab. If this "
    "site allows only one, put tabs = 1 into its profile."
)
TAB_CLOSED = "One of the tabs was closed; what it had begun is looked up, and the rest goes on."


class Person(Protocol):
    """The person to ask when the work cannot continue by itself."""

    def hears(self, news: str) -> None:
        """Take note of something that needs no answer."""

    def goes_on(self, why: str) -> bool:
        """Return whether to go on after several technical failures in a row (`why` is the last)."""

    def signs_in(self, session: Session) -> bool:
        """Wait for the person to sign in again; return whether to go on."""


@dataclass
class Pace:
    """The pace of a run: at most `limit` items, with `pause` seconds between two of them."""

    limit: int | None = None
    pause: float = 0.0


@dataclass
class Summary:
    """The state of a worklist's run: the number of items in each state, and the control totals."""

    run: int
    counts: dict[ItemState, int]
    totals: Totals
    finished: bool
    as_far_as_asked: bool = True  # what still waits is beyond the limit
    dry_run: bool = False

    def status(self) -> int:
        """Return the exit status: the gravest of the items', 5 when the totals do not meet."""
        outcomes = [Outcome(o) for o in self.totals.overall.outcomes if o in list(Outcome)]
        gravest = max((outcome.exit_status for outcome in outcomes), default=0)
        if not self.totals.meets:
            return 5
        return gravest if self.as_far_as_asked else max(gravest, 4)


@dataclass(frozen=True)
class Patient:
    """What is to be done for one patient, in one tab; `begun` was begun by a tab that has ended."""

    groups: Sequence[Sequence[ItemRow]]
    begun: Sequence[ItemRow] = ()


class WorklistRun:
    """One run of a worklist; `offices` are sessions in the tabs of one signed-in browser."""

    def __init__(
        self,
        offices: Sequence[Session],
        run: int,
        person: Person,
        pace: Pace | None = None,
        *,
        dry_run: bool = False,
    ) -> None:
        self.offices, self.run, self.person = offices, run, person
        self.pace = pace or Pace()
        self.dry_run = dry_run
        self.journal = offices[0].journal
        self._row = self.journal.run(run)
        self.lists = Lists(self.journal)
        self._failed_in_a_row = 0
        self._begun_one = False
        self._to_be_left = 0
        self._patients: deque[Patient] = deque()  # not yet begun, or given back by a tab
        self._in_one_tab = False  # since the sign-in was lost while several were in use

    def work(self) -> Summary:
        """Do what waits; return when all is done, a person said stop, or nothing can continue."""
        waiting = self.lists.waiting(self.run)
        self._to_be_left = len(waiting) - len(waiting[: self.pace.limit])
        self.work_on(waiting[: self.pace.limit])
        return self.summary()

    def work_on(self, items: Sequence[ItemRow]) -> None:
        """Do some of the run's items, which wait: all, or one patient's."""
        self._patients = deque(map(Patient, by_patient(items)))
        # No more tabs than patients: a patient is never in two tabs.
        used = self.offices[: max(1, len(self._patients))]
        together([(s.screen.tab, partial(self._until_none_is_left, s)) for s in used])
        self._until_none_is_left(self.offices[0])  # what other tabs have given back

    def _until_none_is_left(self, session: Session) -> None:
        while self._patients and not session.stop.asked and not self._is_to_end(session):
            self._patient(session, self._patients.popleft())

    def _is_to_end(self, session: Session) -> bool:
        """Tell whether this tab is not used any more, while the first one is."""
        first, mine = self.offices[0].screen.tab, session.screen.tab
        return (
            mine is not first and not first.is_closed() and (self._in_one_tab or mine.is_closed())
        )

    def summary(self) -> Summary:
        """Sum up the run, and finish it in the journal when nothing waits any more."""
        return summed_up(self.journal, self.run, self._to_be_left, dry_run=self.dry_run)

    # One patient --------------------------------------------------------------------------------

    def _patient(self, session: Session, patient: Patient) -> None:
        left = deque(self._settled(session, patient) if patient.begun else patient.groups)
        begun: list[ItemRow] = []
        while left and not session.stop.asked and not self._is_to_end(session):
            items = left.popleft()
            begun += items
            if not_done := self._group(session, items):
                left.appendleft(not_done)
        session.screen.leave_patient()
        if self._is_to_end(session) and not session.stop.asked:
            self._patients.append(Patient(left, [] if self.dry_run else begun))
            if not self._in_one_tab:
                self.person.hears(TAB_CLOSED)

    def _settled(self, session: Session, patient: Patient) -> Sequence[Sequence[ItemRow]]:
        """Settle what a tab left that has ended; return what is to be done, or done anew."""
        mine = {item.id for item in patient.begun}
        rows = Edits(self.journal).outstanding(session.origin)
        settle_signed_in(session, [row for row in rows if row.item_id in mine], self.person)
        ids = [item.id for items in (patient.begun, *patient.groups) for item in items]
        self.lists.wait_again(self.run, ids)
        waiting = [i for i in self.journal.items_with(ids) if i.state is ItemState.WAITING]
        left = self._unless_owed(session, [self._record(session, item) for item in waiting])
        return [group for groups in by_patient([r.item for r in left]) for group in groups]

    def _group(self, session: Session, items: Sequence[ItemRow]) -> Sequence[ItemRow]:
        """Do one patient's items; try again later what failed for technical reasons.

        Returns the items that are left to another tab, as this one is not used any more.
        """
        left = self._each_once(session, [self._record(session, item) for item in items])
        for seconds in WAITS:
            if not left or session.stop.asked or self._is_to_end(session):
                break
            wait = seconds * random.uniform(1, 1.5)  # noqa: S311  so that tabs do not go in step
            session.screen.rest(wait, lambda: session.stop.asked)
            left = self._each_once(session, left)
        if self._is_to_end(session):
            return [self.journal.item(r.item.id) for r in left]
        if not session.stop.asked:
            for record in left:
                self._end(session, record, record.ending or _never_begun())
        return ()

    def _each_once(self, session: Session, records: Sequence[ItemRecord]) -> list[ItemRecord]:
        """Begin each item once; return those to try again, which failed or were not begun."""
        todo, failed = [self._anew(session, r) for r in records], list[ItemRecord]()
        while todo and not session.stop.asked and not self._is_to_end(session):
            done = todo
            again = do_together(session, flow_of(self._row), self._recorder(session, todo))
            failed += [r for r in again if r.ending is not None]
            todo = [self._anew(session, r) for r in again if r.ending is None]
            self._look_up(session, done)
            todo = list(self._unless_owed(session, todo))
            todo += self._with_the_copay_aside(session, done)
            self._pause_if_need_be(session, done)
            if len(again) == len(done):
                break  # none could be done: the cause affects all of them
        return failed + todo

    def _record(
        self, session: Session, item: ItemRow, request: Request | None = None
    ) -> ItemRecord:
        record = record_of(session, item, request or request_of(item, self._row))
        record.planned = item.request.get("planned")  # type: ignore[assignment]  # or None
        return record

    def _anew(self, session: Session, record: ItemRecord) -> ItemRecord:
        item = self.journal.item(record.item.id)
        return self._record(session, item, record.receipt.request)

    def _recorder(self, session: Session, records: Sequence[ItemRecord]) -> Recorder:
        return recorder_of(
            session,
            records,
            dry_run=self.dry_run,
            try_again=True,
            before_each=lambda: self._keep_the_pace(session),
        )

    def _keep_the_pace(self, session: Session) -> None:
        if self._begun_one and self.pace.pause:
            session.screen.rest(self.pace.pause, lambda: session.stop.asked)
        self._begun_one = True

    def _look_up(self, session: Session, records: Sequence[ItemRecord]) -> None:
        """Look up and settle the items whose end is not known, where this tab still can."""
        for record in () if self._is_to_end(session) else records:
            if record.stopped:
                continue  # the person said no to the next Save; they decide about `recover`
            if record.receipt.outcome is Outcome.OUTSTANDING and not self.dry_run:
                recovery.settle_rows_of(session, record.item.id)

    def _unless_owed(self, session: Session, records: Sequence[ItemRecord]) -> Sequence[ItemRecord]:
        """Return one patient's items that were not begun; end them while something is owed there.

        What is owed to the patient was just looked up, and could not be settled.
        """
        if not records or session.stop.asked or self._is_to_end(session):
            return records
        rows = Edits(self.journal).outstanding(session.origin)
        if name_of(records[0].item.patient) not in {name_of(row.patient) for row in rows}:
            return records
        for record in records:
            self._end(session, record, _never_begun())
        return ()

    def _end(self, session: Session, record: ItemRecord, ending: Exception) -> None:
        outcome.ended_early(record, ending)
        outcome.settle(record)
        session.ended(record)

    def _with_the_copay_aside(
        self, session: Session, records: Sequence[ItemRecord]
    ) -> list[ItemRecord]:
        stuck = [r for r in records if r.is_ended and is_stuck(r.receipt)]
        for record in stuck:
            self.lists.reopen(record.item.id)
            request = dataclasses.replace(record.receipt.request, copay=CopayRule.SET_ASIDE)
            record.receipt.request = request
        return [self._anew(session, record) for record in stuck]

    # When the site fails ------------------------------------------------------------------------

    def _pause_if_need_be(self, session: Session, records: Sequence[ItemRecord]) -> None:
        ends = [r.ending for r in records if r.ending is not None]
        problems = [ending for ending in ends if outcome.is_technical(ending)]
        if not problems:
            self._failed_in_a_row = 0
            return
        self._failed_in_a_row += 1
        problem = problems[-1]
        if isinstance(problem, BrowserGone):
            session.stop.asked = session.stop.asked or not self._is_to_end(session)
        elif isinstance(problem, SignedOut) and self._goes_on_elsewhere(session):
            return
        elif isinstance(problem, SignedOut):
            session.stop.asked = session.stop.asked or not self.person.signs_in(session)
            if not session.stop.asked:
                self._look_up(session, records)
        elif self._failed_in_a_row >= IN_A_ROW:
            self._failed_in_a_row = 0
            if not session.stop.asked and not self.person.goes_on(sentence(problem)):
                session.stop.asked = True

    def _goes_on_elsewhere(self, session: Session) -> bool:
        """Tell whether the first tab does the rest, as the sign-in was lost with several in use.

        The site may end a session when a second tab opens, so that is not tried again.
        """
        several = len([office for office in self.offices if not office.screen.tab.is_closed()]) > 1
        if several and not self._in_one_tab:
            self._in_one_tab = True
            self.person.hears(ONE_TAB)
        return self._is_to_end(session)


def settle_signed_in(session: Session, rows: Sequence[EditRow], person: Person) -> None:
    """Settle rows; once more after a new sign-in, where the sign-in had been lost before."""
    found = recovery.settle_these(session, rows) if rows else []
    if all(row.is_settled for row in found) or PatientsPage(session.screen).is_reachable():
        return
    if person.signs_in(session):
        recovery.settle_these(session, rows)


def offices_for(work: Session, run: int, tabs: int, limit: int | None) -> list[Session]:
    """Return a session for each tab that a run can use: at most one for each patient."""
    patients = by_patient(Lists(work.journal).waiting(run)[:limit])
    return [work] + [work.in_another_tab() for _ in range(min(tabs, len(patients)) - 1)]


def _never_begun() -> Problem:
    return TechnicalFailure(
        "working on this patient",
        expected="a site that answers",
        found="none: other dates of service of this patient failed first; this one was not begun",
        next_step="run `undo-writeoff run --failed-only` later",
    )


def summed_up(journal: Journal, run: int, to_be_left: int = 0, *, dry_run: bool = False) -> Summary:
    """Sum up a run, whoever did its items, and finish it when nothing waits any more."""
    found = totals(journal.items(run))
    finished = found.waiting == 0
    if finished:
        journal.finish_run(run, "done" if found.meets else "outstanding")
    counts = dict(Lists(journal).counts(run))
    return Summary(run, counts, found, finished, found.waiting <= to_be_left, dry_run)


def by_patient(items: Sequence[ItemRow]) -> list[list[list[ItemRow]]]:
    """Group items by patient name, which must not be in two tabs, then by query and copay rule."""
    names: dict[str, dict[tuple[Any, ...], list[ItemRow]]] = {}
    for item in items:
        patient, name = item.patient, name_of(item.patient)
        query = (patient.get("born"), patient.get("account"), item.request.get("copay"))
        names.setdefault(name, {}).setdefault(query, []).append(item)
    return [list(groups.values()) for groups in names.values()]


def name_of(patient: Mapping[str, object]) -> str:
    """Return a patient's name as it is compared: two spellings of one name are the same."""
    return same_words(f"{patient.get('last')}, {patient.get('first')}")


def digest_of_plan(items: Sequence[ItemRow]) -> str:
    """Return a hash of a plan's contents: different plans have different ones."""
    told = [
        [item.patient, item.request, (item.receipt or {}).get("outcome"), _planned(item)]
        for item in items
    ]
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


def _planned(item: ItemRow) -> Any:
    return (item.receipt or {}).get("plan")
