"""The recorder of a flow's steps: guards and journals changes, and tells the listeners."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from automation.billing.money import plain
from automation.billing.plan import Change, NothingToDo
from automation.billing.receipt import AnyDone, AnyPlan, Copay, Receipt, Request
from automation.billing.request import PatientQuery
from automation.desk import Step, StepKind
from automation.edit import Edit, Owed
from automation.errors import JournalUnusable, Problem, Refusal, UsageProblem
from automation.journal.edits import EditRow, Edits
from automation.journal.journal import ItemState
from automation.runs import outcome, refusals, unwritten
from automation.runs.record import (
    ItemRecord,
    Listener,
    Planned,
    Stopped,
    StopRequest,
    patient_key,
)


@dataclass
class Recorder:
    """The recorder of one patient's items, done together; each step belongs to the current item.

    A change is written into the journal first, and guarded: the lock must still be ours, nobody
    may have asked to stop, and in an attended run the person must say yes. With `read_only` there
    are no items, nothing is written, and a change is refused before anything is pressed.

    With `try_again` an item that failed for technical reasons, or that a person stopped, waits
    again when nothing was changed.
    """

    items: Sequence[ItemRecord] = ()
    listeners: Sequence[Listener] = ()  # where there are no items
    read_only: bool = False
    saves: Callable[[], int] = lambda: 0  # how often a Save that changes amounts was pressed
    stop: StopRequest = field(default_factory=StopRequest)
    confirm: Callable[[Step, Receipt], bool] | None = None
    ended_item: Callable[[ItemRecord], None] = lambda _: None
    before_each: Callable[[], None] = lambda: None
    dry_run: bool = False
    try_again: bool = False
    owed: Sequence[EditRow] = ()  # edits the items have open already, when settled after a crash

    def __post_init__(self) -> None:
        if self.read_only == bool(self.items):
            raise ValueError("a recorder has items to write down, or is read-only")
        self._at_hand = None if self.read_only else self.items[0]
        self._since, self._saved = time.monotonic(), self.saves()
        self._step_id = 0
        self._step: Step | None = None  # the one that changes something, begun last
        self._unless_pressed: tuple[int, Change | None] = (0, None)  # Saves, and the change before
        self._owed = {(row.kind, row.place): row for row in self.owed}

    # The current item ---------------------------------------------------------------------------

    def turn_to(self, request: Request) -> None:
        """Make this request's item the current one for the next steps; claim it if it is new."""
        if not self.read_only:
            self._count()
            self._at_hand = next(one for one in self.items if one.receipt.request is request)
            self.claim(self._at_hand)

    def claim(self, record: ItemRecord) -> None:
        """Claim an item to work on, unless it is ours already."""
        if record.item.state is ItemState.WAITING:
            self.before_each()
            record.item = record.journal.claim(record.item.id)

    @property
    def _item(self) -> ItemRecord:
        assert self._at_hand is not None, "a read-only recorder has no items"
        return self._at_hand

    def _count(self) -> None:
        """Add the elapsed time and the pressed Saves to the current item."""
        now, saved = time.monotonic(), self.saves()
        self._item.receipt.seconds += now - self._since
        self._item.pressed = self._item.pressed or saved > self._saved
        self._since, self._saved = now, saved

    def goes_on(self) -> bool:
        """Return whether another item may be begun."""
        return not self.stop.asked

    def ended_by(self, ending: Exception) -> bool:
        """Record why the current item ends; return whether the screen is still where expected."""
        if self.read_only:
            raise ending
        self._count()
        ending = self._item.ending = outcome.against_the_plan(self._item, ending)
        harmless = isinstance(ending, (NothingToDo, Planned, Refusal, UsageProblem))
        waits = self.try_again and outcome.waits(self._item)
        if harmless and not self._item.half_way and not self._lent and not waits:
            self._end(self._item)
        as_before = isinstance(ending, Problem) and ending.as_before
        return as_before or (harmless and not self._item.half_way)

    def done(self, done: AnyDone) -> None:
        """Settle the current item, which a freshly loaded chart shows as done."""
        if not self.read_only:
            self._count()
            done.end_in(self._item.receipt)
            self._end(self._item)

    def _end(self, record: ItemRecord) -> None:
        try:
            if record.ending is not None:
                outcome.ended_early(record, record.ending)
            outcome.settle(record)
            if isinstance(record.ending, JournalUnusable):
                unwritten.ended(record, record.ending)
        except JournalUnusable as problem:
            unwritten.ended(record, problem)
        record.is_ended = True
        self._owed = {
            key: row
            for key, row in self._owed.items()
            if row.borrowed or row.item_id != record.item.id
        }
        self.ended_item(record)

    def finish(self, problem: Exception | None) -> list[ItemRecord]:
        """Settle the items that have no end yet; return those to be done once more.

        `problem` is what ended the flow, if anything did.
        """
        self._count()
        again = []
        for record in self.items:
            if record.is_ended:
                continue
            if not (self.try_again and outcome.is_not_its_own(record, problem)):
                record.ending = record.ending or refusals.why(record, problem)
            if record.ending is None or (self.try_again and outcome.waits(record)):
                if unwritten.lets_wait(record):
                    again.append(record)
            else:
                self._end(record)
        return again

    # Steps --------------------------------------------------------------------------------------

    def began(self, step: Step) -> None:
        """Journal the beginning of a change; raises Refusal to refuse it, or any step."""
        if step.changes is not None:
            self._may_change(step)
        if not self.read_only:
            self._obey_stop(step)
            self._still_ours(step)
        if step.changes is not None:
            self._begin_change(step, step.changes)
        for listener in self._at_hand.listeners if self._at_hand else self.listeners:
            listener.began(step)

    def _begin_change(self, step: Step, change: Change) -> None:
        record = self._item
        record.going_through = True
        if not step.is_of_setting:
            record.half_way = True
            record.receipt.typed.append(str(change.after))
        self._step_id = self._begun(record, step, change)
        record.step_ids.add(self._step_id)
        if not step.is_of_setting:
            self._unless_pressed = (self.saves(), record.last_change)
            record.last_change = change

    def _begun(self, record: ItemRecord, step: Step, change: Change) -> int:
        """Store that a step begins; if that fails, only a step that gives back may continue."""
        before, after = ({"version": 1, "value": v} for v in (change.before, change.after))
        told = (record.item.id, step.title, change.what, before, after)
        try:
            return record.journal.begin_step(*told, kind=step.kind)
        except JournalUnusable as problem:
            if step.kind is not StepKind.RETURNS:
                raise
            record.unwritten = problem
            return record.journal.keep_step(*told, kind=step.kind)

    def ended(self, step: Step) -> None:
        """Journal that a step was done."""
        if step.changes is not None:
            self._item.journal.end_step(self._step_id)
        for listener in self._over(step):
            listener.ended(step)

    def failed(self, step: Step, problem: BaseException) -> None:
        """Journal why a step stopped."""
        if step.changes is not None:
            saves, last = self._unless_pressed
            if not step.is_of_setting and self.saves() == saves:
                self._item.last_change = last
            with self._as_far_as_it_can_be_written():
                self._item.journal.fail_step(self._step_id, type(problem).__name__)
        for listener in self._over(step):
            if isinstance(problem, Planned):
                listener.ended(step)
            else:
                listener.failed(step, problem)

    def _over(self, step: Step) -> Sequence[Listener]:
        """Add a finished step to the receipt; return its listeners."""
        if self._at_hand is None:
            return self.listeners
        told = {"title": step.title, "seconds": round(step.seconds, 2)}
        self._at_hand.receipt.steps.append(told)
        return self._at_hand.listeners

    def _may_change(self, step: Step) -> None:
        if self.read_only:
            raise refusals.only_looks(step.title)
        record, returns = self._item, step.kind is StepKind.RETURNS  # owed: no longer a question
        self._step = step
        self.may_press()
        asks = self.confirm is not None and not record.stopped and not returns
        if asks and self.confirm is not None and not self.confirm(step, record.receipt):
            raise self._stopping(step.title)

    def may_press(self) -> float | None:
        """Raise a Problem unless the turn is still held; also called right before each press.

        Between the two a value is typed, and the computer may have slept. Returns until when it
        is sure to be held, in seconds of this computer's clock; None is for ever.
        """
        lock, step = self._item.lock, self._step
        returns = step is not None and step.kind is StepKind.RETURNS
        if not lock.is_still_held() and not (returns and lock.is_orphaned()):
            raise lock.lost(step.title if step is not None else "Save Changes")
        return lock.sure_until()

    def _obey_stop(self, step: Step) -> None:
        returns = step.kind is StepKind.RETURNS  # it may give back another item's copay
        if self.stop.asked and not self._item.going_through and not returns:
            raise self._stopping("the next step")

    def _still_ours(self, step: Step) -> None:
        """Refuse to look on after a Save when another run took over: what is seen may be its."""
        record, lock = self._item, self._item.lock
        looks_on = step.kind is StepKind.LOOKS and record.half_way
        if looks_on and not lock.is_still_held() and not lock.is_orphaned():
            raise lock.lost(step.title)

    def _stopping(self, where: str) -> Stopped:
        """Stop once; the steps that then put things back are neither stopped nor confirmed."""
        self._item.going_through = self._item.stopped = True
        return refusals.stopped(where, half_way=self._item.half_way, by_request=self.stop.asked)

    # What is owed -------------------------------------------------------------------------------

    def read(self, who: PatientQuery) -> None:
        """Store the patient of every item; raises Refusal while their copay is still set aside."""
        for record in self.items:
            record.lock.keep_to(patient_key(who))
            patient = {"version": 1, **who.as_json()}
            record.item = record.journal.identify(record.item.id, patient, patient_key(who))
            record.receipt.reference = record.item.reference
            lent = Edits(record.journal).borrowed_of(record.item.origin, patient_key(who))
            if lent:
                raise refusals.on_loan(lent[0].reference)

    def planned(self, plan: AnyPlan, meanwhile: Sequence[Edit[Any, Any]] = ()) -> None:
        """Copy the plan into the receipt; a dry run ends here by raising Planned."""
        if self.read_only:
            return
        outcome.planned(self._item, plan)
        if self.dry_run:
            if meanwhile:
                self._item.receipt.copay = Copay(plain(meanwhile[0].before))
            self._item.receipt.plan = plan.fingerprint()
            raise Planned

    def owe(self, who: PatientQuery, edits: Sequence[Owed]) -> None:
        """Store values under the current item, durably, before they are changed.

        If a copay is already set aside for it, the item's receipt says so.
        """
        if self.read_only:
            raise refusals.only_looks(f"changing {edits[0].label}")
        record = self._item
        last = self._owed.get((edits[0].kind, edits[0].place))
        if last is not None and edits[0].follows_its_like:
            Edits(record.journal).rewrite(last.id, edits[0])
            return
        for row in Edits(record.journal).open(
            record.item.id,
            edits,
            patient={"version": 1, **who.as_json()},
            patient_key=patient_key(who),
        ):
            self._owed[row.kind, row.place] = row
        record.item = record.journal.item(record.item.id)
        lent = [str(row.edit["before"]) for row in self._lent]
        if lent:
            record.receipt.copay = Copay(lent[0], set_aside=True, restored=False)

    @property
    def _lent(self) -> list[EditRow]:
        return [row for row in self._owed.values() if row.borrowed]

    def learned(self, edit: Edit[Any, Any]) -> None:
        """Store the value that the practice made of our value in between, durably."""
        with self._as_far_as_it_can_be_written():
            Edits(self._item.journal).rewrite(self._owed[edit.kind, edit.place].id, edit)

    def returned(self, found: Mapping[str, Decimal | None]) -> None:
        """Close what was borrowed with what was read, and note it on each receipt it was for."""
        with self._as_far_as_it_can_be_written():
            for row in self._lent:
                told = {"version": 1, "value": plain(found[row.place])}
                Edits(self._item.journal).close(row.id, told)
        self._owed = {key: row for key, row in self._owed.items() if not row.borrowed}
        for record in self.items:
            if record.receipt.copay.set_aside:
                record.receipt.copay.restored = True

    def still_owed(self, problem: BaseException) -> None:
        """Keep what was borrowed open, with the reason."""
        with self._as_far_as_it_can_be_written():
            for row in self._lent:
                Edits(self._item.journal).failed_return(row.id, type(problem).__name__)

    @contextmanager
    def _as_far_as_it_can_be_written(self) -> Iterator[None]:
        """Continue when the journal fails: giving back matters more than its record."""
        try:
            yield
        except JournalUnusable as problem:
            self._item.unwritten = problem
