"""One patient's items, done in one go: who of them a step is about, and how each one ended."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Protocol

from automation.billing.plan import NothingToDo, Plan
from automation.billing.request import PatientQuery, UndoWriteOff
from automation.billing.verdict import Done
from automation.desk import Setting, Step
from automation.errors import JournalUnusable, Outstanding, Problem, Refusal, UsageProblem
from automation.runs import outcome, unwritten
from automation.runs.journal import Journal
from automation.runs.recorders import ItemRecorder, Planned


class Counter(Protocol):
    """What counts the Saves on dates of service: the screen."""

    amounts_saved: int


class Group:
    """The recorder of one patient's items; every step goes to the item at hand.

    With `try_again` an item that failed for technical reasons, or that a person stopped, waits
    again when nothing was changed.
    """

    def __init__(
        self,
        journal: Journal,
        saves: Counter,
        recorders: Sequence[ItemRecorder],
        ended: Callable[[ItemRecorder], None],
        *,
        try_again: bool = False,
    ) -> None:
        self._journal = journal
        self._saves = saves
        self._recorders = list(recorders)
        self._ended = ended
        self._try_again = try_again
        self._loan = 0
        self._at_hand = self._recorders[0]
        self._since, self._saved = time.monotonic(), saves.amounts_saved

    # Whose turn it is ---------------------------------------------------------------------------

    def turn_to(self, request: UndoWriteOff) -> None:
        """The steps that follow are about this date of service; it is claimed when it is new."""
        self._count()
        self._at_hand = next(one for one in self._recorders if one.receipt.request is request)
        self._at_hand.claim()

    def _count(self) -> None:
        """Credit the item at hand with the time that went by and the Saves that were pressed."""
        now, saved = time.monotonic(), self._saves.amounts_saved
        self._at_hand.receipt.seconds += now - self._since
        self._at_hand.pressed = self._at_hand.pressed or saved > self._saved
        self._since, self._saved = now, saved

    def goes_on(self) -> bool:
        """Whether a further date of service may be begun."""
        return not self._at_hand.stop.asked

    def ended_by(self, ending: Exception) -> bool:
        """Note why the item at hand ends; whether the screen is still where it was believed."""
        self._count()
        self._at_hand.ending = ending
        harmless = isinstance(ending, (NothingToDo, Planned, Refusal, UsageProblem))
        waits = self._try_again and self._may_wait(self._at_hand)
        if harmless and not self._at_hand.half_way and not self._loan and not waits:
            self._end(self._at_hand)
        as_before = isinstance(ending, Problem) and ending.as_before
        return as_before or (harmless and not self._at_hand.half_way)

    def done(self, done: Done) -> None:
        """Settle the item at hand, which a freshly loaded chart shows as done."""
        self._count()
        outcome.fixed(self._at_hand.receipt, done)
        self._end(self._at_hand)

    def _end(self, recorder: ItemRecorder) -> None:
        try:
            if recorder.ending is not None:
                outcome.ended_early(recorder, recorder.ending)
            outcome.settle(self._journal, recorder)
            if isinstance(recorder.ending, JournalUnusable):
                unwritten.ended(recorder, recorder.ending)
        except JournalUnusable as problem:
            unwritten.ended(recorder, problem)
        recorder.is_ended = True
        self._ended(recorder)

    # The end of it all --------------------------------------------------------------------------

    def finish(self, problem: Exception | None) -> list[ItemRecorder]:
        """Settle what has no end yet; return the items that are to be done once more.

        `problem` is what ended the flow, if anything did.
        """
        self._count()
        again = []
        for recorder in self._recorders:
            if recorder.is_ended:
                continue
            recorder.ending = recorder.ending or _why(recorder, problem)
            if recorder.ending is None or (self._try_again and self._may_wait(recorder)):
                if self._lets_wait(recorder):
                    again.append(recorder)
            else:
                self._end(recorder)
        return again

    def _lets_wait(self, recorder: ItemRecorder) -> bool:
        try:
            recorder.let_wait()
        except JournalUnusable as problem:
            recorder.ending = recorder.ending or problem
            unwritten.ended(recorder, problem)
            recorder.is_ended = True
            return False
        return True

    def _may_wait(self, recorder: ItemRecorder) -> bool:
        facts = outcome.facts_of(recorder)
        return facts is not None and outcome.may_wait(facts)

    # The item at hand hears of its steps --------------------------------------------------------

    def began(self, step: Step) -> None:
        """Pass it on."""
        self._at_hand.began(step)

    def ended(self, step: Step) -> None:
        """Pass it on."""
        self._at_hand.ended(step)

    def failed(self, step: Step, problem: BaseException) -> None:
        """Pass it on."""
        self._at_hand.failed(step, problem)

    def read(self, who: PatientQuery) -> None:
        """Name the patient of every item; refused while their copay is out on loan."""
        for recorder in self._recorders:
            recorder.read(who)

    def decided(self, plan: Plan) -> None:
        """Pass it on."""
        self._at_hand.decided(plan)

    def changing(self, plan: Plan) -> None:
        """Pass it on; an item under a loan that is already out says so on its receipt."""
        self._at_hand.changing(plan)
        if self._loan:
            lent = next(one for one in self._recorders if one.receipt.copay.set_aside)
            self._at_hand.receipt.copay.original = lent.receipt.copay.original
            self._at_hand.receipt.copay.set_aside = True
            self._at_hand.receipt.copay.restored = False

    def lend(self, who: PatientQuery, settings: list[Setting]) -> int:
        """Store the loan under the item at hand."""
        self._loan = self._at_hand.lend(who, settings)
        return self._loan

    def returned(self, loan: int, found: dict[str, str]) -> None:
        """Close the loan, and say so on every receipt that it was for."""
        self._at_hand.returned(loan, found)
        self._loan = 0
        for recorder in self._recorders:
            if recorder.receipt.copay.set_aside:
                recorder.receipt.copay.restored = True

    def still_owed(self, loan: int, problem: BaseException) -> None:
        """Pass it on."""
        self._at_hand.still_owed(loan, problem)


def _why(recorder: ItemRecorder, problem: Exception | None) -> Exception | None:
    """Why an item has no end: what ended the flow, or that nobody looked at it again."""
    if problem is not None or not recorder.item.state.is_outstanding:
        return problem
    return Outstanding(
        "looking at the date of service on a freshly loaded chart",
        expected="to see what the Saves made of it",
        found="the screen failed before that",
        next_step="run `undo-writeoff recover`: it looks first, then finishes or puts back",
    )
