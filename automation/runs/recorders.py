"""Who listens to a flow's steps: the journal, and whoever shows them."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Protocol

from automation.billing.diagnosis import Diagnosis
from automation.billing.plan import Change, Plan
from automation.billing.receipt import Receipt
from automation.billing.request import PatientQuery, shown
from automation.desk import Setting, Step, StepKind
from automation.errors import JournalUnusable, Problem, Refusal
from automation.runs.journal import Document, ItemRow, ItemState, Journal
from automation.runs.loans import Loans
from automation.runs.turn import Turn


class Listener(Protocol):
    """Somebody who only watches: a terminal, a film, a test."""

    def began(self, step: Step) -> None:
        """A step begins."""

    def ended(self, step: Step) -> None:
        """A step ended well."""

    def failed(self, step: Step, problem: BaseException) -> None:
        """A step ended with an error."""


class Planned(Exception):
    """A dry run has its plan and goes no further."""


class Stopped(Refusal):
    """A person asked to stop, and nothing was changed yet."""


@dataclass
class StopRequest:
    """Set by Ctrl-C or SIGTERM; obeyed before the first Save, else after the item is whole."""

    asked: bool = False


def patient_key(who: PatientQuery) -> str:
    """What tells one patient from another at one site: account number, else name and birth."""
    return who.account or f"{who.last}|{who.first}|{who.born}".casefold()


@dataclass
class ItemRecorder:
    """Writes one item's steps and promises into the journal, and tells the listeners.

    It also guards every change: the turn must still be ours, a stop must not be asked for, and
    an attended run's person must say yes.
    """

    journal: Journal
    turn: Turn
    item: ItemRow
    receipt: Receipt
    listeners: Sequence[Listener] = ()
    stop: StopRequest = dataclasses.field(default_factory=StopRequest)
    confirm: Callable[[Step, Receipt], bool] | None = None
    dry_run: bool = False
    planned: dict[str, Any] | None = None  # what an earlier plan says that the screen shows
    ending: Exception | None = None  # why it ends without being fixed
    is_ended: bool = False
    pressed: bool = False  # Save Changes was pressed on the date of service
    doing: str = "doing what you asked"
    before_it_begins: Callable[[], None] = lambda: None
    stopped: bool = False
    half_way: bool = False  # an amount's Save was begun
    going_through: bool = False  # past the first Save, or already stopping: no more questions
    plan: Plan | None = None  # what is to be typed, once that is known
    last_change: Change | None = None  # of an amount, the last whose Save was begun
    unwritten: JournalUnusable | None = None  # why the journal was not told of all that was done
    _step_id: int = 0

    def claim(self) -> None:
        """Take the item to work on, unless it is ours already."""
        if self.item.state is ItemState.WAITING:
            self.before_it_begins()
            self.item = self.journal.claim(self.item.id)

    def let_wait(self) -> None:
        """Give an item back to the worklist that was claimed and not changed."""
        if self.item.state is ItemState.WORKING:
            self.item = self.journal.release(self.item.id)
        elif self.item.state is ItemState.CHANGING and not self.pressed:
            self.item = self.journal.never_changed(self.item.id)

    # Steps --------------------------------------------------------------------------------------

    def began(self, step: Step) -> None:
        """Write down that a step begins; a change may be refused here."""
        if step.changes is not None:
            self._may_change(step)
        self._obey_stop()
        self.going_through = self.going_through or step.changes is not None
        if step.changes is not None and not step.is_of_setting:
            self.half_way = True
            self.receipt.typed.append(str(step.changes.after))
        before, after = _values(step)
        what = step.changes.what if step.changes else None
        self._step_id = self._begin(step, what, before, after)
        if not step.is_of_setting:
            self.last_change = step.changes or self.last_change
        for listener in self.listeners:
            listener.began(step)

    def _begin(
        self, step: Step, what: str | None, before: Document | None, after: Document | None
    ) -> int:
        """Note that a step begins; without a record nothing is changed but what is owed back."""
        try:
            return self.journal.begin_step(
                self.item.id, step.title, what, before, after, kind=step.kind
            )
        except JournalUnusable as problem:
            if step.kind is not StepKind.RETURNS:
                raise
            self.unwritten = problem
            return self.journal.keep_step(
                self.item.id, step.title, what, before, after, kind=step.kind
            )

    def ended(self, step: Step) -> None:
        """Write down that a step was done."""
        self.journal.end_step(self._step_id)
        self.receipt.steps.append({"title": step.title, "seconds": round(step.seconds, 2)})
        for listener in self.listeners:
            listener.ended(step)

    def failed(self, step: Step, problem: BaseException) -> None:
        """Write down why a step stopped."""
        if not isinstance(problem, Planned):
            with self._as_far_as_it_can_be_written():
                self.journal.fail_step(self._step_id, type(problem).__name__)
        self.receipt.steps.append({"title": step.title, "seconds": round(step.seconds, 2)})
        for listener in self.listeners:
            if isinstance(problem, Planned):
                listener.ended(step)
            else:
                listener.failed(step, problem)

    def _may_change(self, step: Step) -> None:
        returns = step.kind is StepKind.RETURNS  # owed, and not a question any more
        if not self.turn.still_mine() and not (returns and self.turn.is_orphaned()):
            raise Refusal(
                f"beginning the step {step.title!r}",
                expected="this run to be the only one at work at this practice",
                found="another process took over its turn; nothing was pressed",
                next_step="run `undo-writeoff status` to see what the other one does",
            )
        asks = self.confirm is not None and not self.stopped and not returns
        if asks and self.confirm is not None and not self.confirm(step, self.receipt):
            raise self._stopping(step.title)

    def _obey_stop(self) -> None:
        if self.stop.asked and not self.going_through:
            raise self._stopping("the next step")

    def _stopping(self, where: str) -> Stopped:
        """Stop once; the steps that then put things back are neither stopped nor asked about."""
        self.going_through = self.stopped = True
        said = "you asked to stop" if self.stop.asked else "you said no"
        return _stopped(where, said, half_way=self.half_way)

    # Promises -----------------------------------------------------------------------------------

    def read(self, who: PatientQuery) -> None:
        """Refuse a patient whose copay an earlier run still owes."""
        patient = {"version": 1, **who.as_json()}
        self.item = self.journal.identify(self.item.id, patient, patient_key(who))
        self.receipt.reference = self.item.reference
        loan = Loans(self.journal).open_for(self.item.origin, patient_key(who))
        if loan is None:
            return
        raise Refusal(
            "opening the patient's chart to work on it",
            expected="a patient to whom no copay is owed",
            found=f"an earlier run set the copay of {loan.reference} aside and still owes it back",
            next_step="run `undo-writeoff recover`, then try this patient again",
            diagnosis=Diagnosis.COPAY_ON_LOAN,
        )

    def decided(self, plan: Plan) -> None:
        """Take the plan over into the receipt; a dry run is at its end."""
        receipt, self.plan = self.receipt, plan
        receipt.diagnosis, receipt.payer_type = str(plan.diagnosis), plan.payer_type
        receipt.field, receipt.entered = plan.field, plan.correct
        receipt.before, receipt.warnings = plan.before.amounts, plan.warnings
        receipt.expected_balance = plan.balance
        if self.planned is not None and self.planned != plan.fingerprint():
            raise _not_as_planned(plan)
        if self.dry_run:
            receipt.plan = plan.fingerprint()
            raise Planned

    def changing(self, plan: Plan) -> None:
        """Store the amounts from before and the plan, durably, ahead of the first Save."""
        if self.item.state.is_outstanding:
            return
        before = {"version": 1, **plan.before.as_json()}
        self.item = self.journal.mark_changing(self.item.id, before, plan.as_json())

    def lend(self, who: PatientQuery, settings: list[Setting]) -> int:
        """Store the loan, durably, before the copay is touched."""
        loan = Loans(self.journal).open(
            item_id=self.item.id,
            origin=self.item.origin,
            patient={"version": 1, **who.as_json()},
            patient_key=patient_key(who),
            settings=[setting.as_json() for setting in settings],
        )
        self.receipt.copay.original = settings[0].original
        self.receipt.copay.set_aside, self.receipt.copay.restored = True, False
        return loan.id

    def returned(self, loan: int, found: dict[str, str]) -> None:
        """Close the loan with what was read back."""
        with self._as_far_as_it_can_be_written():
            Loans(self.journal).close(loan, settings_found(self.journal, loan, found))
        self.receipt.copay.restored = True

    def still_owed(self, loan: int, problem: BaseException) -> None:
        """Keep the loan open, with the reason."""
        with self._as_far_as_it_can_be_written():
            Loans(self.journal).failed_return(loan, type(problem).__name__)

    @contextmanager
    def _as_far_as_it_can_be_written(self) -> Iterator[None]:
        """Go on when the journal fails: what is being given back matters more than its record."""
        try:
            yield
        except JournalUnusable as problem:
            self.unwritten = problem


def _not_as_planned(plan: Plan) -> Refusal:
    return Refusal(
        f"looking at the date of service {shown(plan.before.date)} before changing anything",
        expected="what the plan says",
        found="something else: somebody worked on it since it was planned",
        next_step="plan the worklist again, look at the difference, and run the new plan",
        diagnosis=Diagnosis.CHANGED_MEANWHILE,
    )


def settings_found(journal: Journal, loan: int, found: dict[str, str]) -> dict[str, object]:
    """Bring what was read back into the shape in which the loan was written."""
    settings = Loans(journal).loan(loan).settings
    read = [{**each, "original": found.get(str(each["policy"]), "")} for each in settings]
    return {"version": 1, "settings": read}


def _values(step: Step) -> tuple[dict[str, object] | None, dict[str, object] | None]:
    if step.changes is None:
        return None, None
    change = step.changes
    return {"version": 1, "value": change.before}, {"version": 1, "value": change.after}


def _stopped(where: str, said: str, *, half_way: bool) -> Stopped:
    return Stopped(
        f"beginning {where}",
        expected="your yes to go on",
        found=said + (" half-way" if half_way else "; nothing was changed"),
        next_step="run `undo-writeoff recover` to finish it"
        if half_way
        else "run the command again when you want it done",
        diagnosis=Diagnosis.STOPPED_BY_PERSON,
    )


def sentence(problem: BaseException) -> str:
    """One line about a problem for a receipt."""
    return problem.found if isinstance(problem, Problem) else str(problem).splitlines()[0]
