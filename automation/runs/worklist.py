"""Doing a worklist: patient by patient, in one tab or several, whatever single items come to."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import random
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from automation.billing.receipt import Outcome, Request
from automation.billing.request import CopayRule, same_words
from automation.browser.tabs import together
from automation.errors import BrowserGone, Problem, SignedOut, TechnicalFailure
from automation.journal.journal import ItemRow, ItemState
from automation.journal.lists import Lists
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

WAITS = (1, 2)  # seconds before an item is tried again that failed, nothing being changed
IN_A_ROW = 3  # technical failures, after which a person is asked


class Person(Protocol):
    """Who is asked when the work cannot go on by itself."""

    def goes_on(self, why: str) -> bool:
        """Several technical failures in a row: whether to go on, asked once the site is seen to."""

    def signs_in(self, session: Session) -> bool:
        """The sign-in was lost: wait for the person's own; whether to go on."""


@dataclass
class Pace:
    """How careful a start is: at most `limit` items, `pause` seconds between two of them."""

    limit: int | None = None
    pause: float = 0.0


@dataclass
class Summary:
    """How a worklist's run stands: the number of items in each state, and the control totals."""

    run: int
    counts: dict[ItemState, int]
    totals: Totals
    finished: bool
    as_far_as_asked: bool = True  # what waits still was not to be begun
    dry_run: bool = False

    def status(self) -> int:
        """The exit status: the gravest of the items', 5 when the totals do not meet."""
        outcomes = [Outcome(o) for o in self.totals.overall.outcomes if o in list(Outcome)]
        gravest = max((outcome.exit_status for outcome in outcomes), default=0)
        if not self.totals.meets:
            return 5
        return gravest if self.as_far_as_asked else max(gravest, 4)


class WorklistRun:
    """The doing of one worklist; `offices` are the tabs of one signed-in browser."""

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

    def work(self) -> Summary:
        """Do what waits; returns when all is done, a person said stop, or nothing can go on."""
        waiting = self.lists.waiting(self.run)
        self._to_be_left = len(waiting) - len(waiting[: self.pace.limit])
        patients = deque(_by_patient(waiting[: self.pace.limit]))

        def in_one_tab(session: Session) -> Callable[[], None]:
            def until_none_is_left() -> None:
                while patients and not session.stop.asked:
                    self._patient(session, patients.popleft())

            return until_none_is_left

        # No more tabs than patients: a patient is never in two.
        used = self.offices[: max(1, len(patients))]
        together([(session.screen.tab, in_one_tab(session)) for session in used])
        return self.summary()

    def summary(self) -> Summary:
        """Add up how the run stands; it is finished when nothing waits any more."""
        items = self.journal.items(self.run)
        found = totals(items)
        finished = found.waiting == 0
        if finished:
            worst = "outstanding" if not found.meets else "done"
            self.journal.finish_run(self.run, worst)
        as_asked = found.waiting <= self._to_be_left
        counts = dict(self.lists.counts(self.run))
        return Summary(self.run, counts, found, finished, as_asked, self.dry_run)

    # One patient --------------------------------------------------------------------------------

    def _patient(self, session: Session, groups: Sequence[Sequence[ItemRow]]) -> None:
        for items in groups:
            if not session.stop.asked:
                self._group(session, items)

    def _group(self, session: Session, items: Sequence[ItemRow]) -> None:
        """Do one patient's items; what failed for technical reasons is tried again later."""
        left = self._each_once(session, [self._record(session, item) for item in items])
        for seconds in WAITS:
            if not left or session.stop.asked:
                break
            wait = seconds * random.uniform(1, 1.5)  # noqa: S311  so that tabs do not go in step
            session.screen.rest(wait, lambda: session.stop.asked)
            left = self._each_once(session, left)
        if not session.stop.asked:
            for record in left:
                outcome.ended_early(record, record.ending or _never_begun())
                outcome.settle(record)
                session.ended(record)

    def _each_once(self, session: Session, records: Sequence[ItemRecord]) -> list[ItemRecord]:
        """Begin each item once; return those that failed for technical reasons."""
        todo, failed = [self._anew(session, r) for r in records], list[ItemRecord]()
        while todo and not session.stop.asked:
            done = todo
            again = do_together(session, flow_of(self._row), self._recorder(session, todo))
            failed += [r for r in again if r.ending is not None]
            todo = [self._anew(session, r) for r in again if r.ending is None]
            self._look_up(session, done)
            todo += self._with_the_copay_aside(session, done)
            self._pause_if_need_be(session, done)
            if len(again) == len(done):
                break  # not one could be begun: what is wrong is wrong for all of them
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
        """Look what became of items whose end is not known; then nothing more is guessed."""
        for record in records:
            if record.stopped:
                continue  # the person said no to the next Save; `recover` is theirs to say
            if record.receipt.outcome is Outcome.OUTSTANDING and not self.dry_run:
                recovery.settle_rows_of(session, record.item.id)

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
            session.stop.asked = True
        elif isinstance(problem, SignedOut):
            session.stop.asked = session.stop.asked or not self.person.signs_in(session)
        elif self._failed_in_a_row >= IN_A_ROW:
            self._failed_in_a_row = 0
            if not session.stop.asked and not self.person.goes_on(sentence(problem)):
                session.stop.asked = True


def _never_begun() -> Problem:
    return TechnicalFailure(
        "working on this patient",
        expected="a site that answers",
        found="none: other dates of service of this patient failed first; this one was not begun",
        next_step="run `undo-writeoff run --failed-only` later",
    )


def _by_patient(items: Sequence[ItemRow]) -> list[list[list[ItemRow]]]:
    """Keep together what must not be in two tabs: all of one name; then what is one request's."""
    names: dict[str, dict[tuple[Any, ...], list[ItemRow]]] = {}
    for item in items:
        patient = item.patient
        name = same_words(f"{patient.get('last')}, {patient.get('first')}")
        query = (patient.get("born"), patient.get("account"), item.request.get("copay"))
        names.setdefault(name, {}).setdefault(query, []).append(item)
    return [list(groups.values()) for groups in names.values()]


def digest_of_plan(items: Sequence[ItemRow]) -> str:
    """One short name for all that a plan says: another plan has another one."""
    told = [
        [item.patient, item.request, (item.receipt or {}).get("outcome"), _planned(item)]
        for item in items
    ]
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


def _planned(item: ItemRow) -> Any:
    return (item.receipt or {}).get("plan")
