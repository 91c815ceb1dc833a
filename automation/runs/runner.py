"""Doing a flow for one item: recovery first, then preflight, steps, receipt."""

from __future__ import annotations

import dataclasses
import getpass
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from automation.billing.diagnosis import Diagnosis
from automation.billing.plan import NothingToDo
from automation.billing.receipt import NEXT_STEPS, Outcome, Receipt
from automation.billing.request import CopayRule, UndoWriteOff
from automation.billing.verdict import Done
from automation.desk import Desk, Step
from automation.errors import Problem, Refusal, UnknownOutcome, UsageProblem, unforeseen
from automation.flow import named
from automation.pages.screen import Screen
from automation.runs.journal import ItemState, Journal
from automation.runs.loans import Loans
from automation.runs.recorders import (
    ItemRecorder,
    Listener,
    Planned,
    StopRequest,
    patient_key,
    sentence,
)
from automation.runs.turn import Turn


@dataclass
class Office:
    """Where a run works: a signed-in screen, the journal, and the turn at this practice."""

    screen: Screen
    journal: Journal
    turn: Turn
    listeners: Sequence[Listener] = ()
    stop: StopRequest = dataclasses.field(default_factory=StopRequest)
    confirm: Callable[[Step], bool] | None = None
    left_open: bool = False  # an item ended early and may have left a dialog on the screen

    @property
    def origin(self) -> str:
        """The practice's origin, the key under which the journal keeps what is owed to it."""
        return self.screen.site.origin


def do(
    office: Office, request: UndoWriteOff, *, dry_run: bool = False, flow: str = "undo_write_off"
) -> Receipt:
    """Do a flow for one item and return its receipt; problems end up in it, never get lost.

    A dry run (`plan`) stops at the plan and changes nothing. With the copay rule when-stuck the
    flow is done a second time, with the copay set aside, after the plain path was put back.
    """
    receipt = _once(office, request, dry_run=dry_run, flow=flow)
    if receipt.diagnosis == Diagnosis.STUCK and request.copay is CopayRule.WHEN_STUCK:
        with_copay = dataclasses.replace(request, copay=CopayRule.SET_ASIDE)
        again = _once(office, with_copay, dry_run=dry_run, flow=flow)
        again.steps = receipt.steps + again.steps
        again.seconds += receipt.seconds
        return again
    return receipt


def _once(office: Office, request: UndoWriteOff, *, dry_run: bool, flow: str) -> Receipt:
    journal = office.journal
    by = getpass.getuser()
    arguments = {**request.as_json(), "dry_run": dry_run}
    run = journal.start_run(flow, office.screen.site.name, office.origin, arguments, by)
    item = journal.add_item(
        run,
        patient={"version": 1, **request.patient.as_json()},
        visit={"version": 1, "date": request.date.isoformat()},
        request=request.as_json(),
        patient_key=patient_key(request.patient),
    )
    receipt = Receipt(request, office.screen.site.name, reference=item.reference, by=by)
    receipt.at = datetime.now(UTC).isoformat(timespec="seconds")
    recorder = ItemRecorder(
        journal,
        office.turn,
        journal.claim(item.id),
        receipt,
        office.listeners,
        office.stop,
        office.confirm,
        dry_run,
    )
    began = time.monotonic()
    office.screen.amounts_saved = 0
    try:
        desk = Desk(office.screen, recorder)
        if office.left_open:
            desk.start_over()
        office.left_open = True
        done = named(flow)(desk, request)
        office.left_open = False
        _fixed(receipt, done)
    except Planned:
        receipt.outcome, receipt.message = Outcome.PLANNED, "Nothing was changed."
    except NothingToDo as ending:
        receipt.outcome, receipt.diagnosis = Outcome.NOTHING_TO_DO, str(ending.diagnosis)
        receipt.message = ending.sentence
        receipt.before = receipt.after = ending.visit.amounts
        receipt.payer_type = ending.visit.payer_type
    except Problem as problem:
        _stopped_by(receipt, recorder, problem, pressed=office.screen.amounts_saved > 0)
    except Exception as error:
        pressed = office.screen.amounts_saved > 0
        _stopped_by(receipt, recorder, unforeseen(error, office.screen.doing), pressed=pressed)
    receipt.seconds = time.monotonic() - began
    _settle(journal, run, recorder, receipt)
    return receipt


def _fixed(receipt: Receipt, done: Done) -> None:
    receipt.outcome, receipt.after = Outcome.FIXED, done.after.amounts
    receipt.warnings = done.warnings
    receipt.next_steps = NEXT_STEPS
    receipt.message = "The balance is open again; a freshly loaded chart shows it."


def _stopped_by(
    receipt: Receipt, recorder: ItemRecorder, problem: Problem, *, pressed: bool
) -> None:
    """Write a problem into the receipt: what was already changed, and what is stored now.

    `pressed` tells whether Save Changes was pressed on the date of service; before that nothing
    but the copay can be owed, however far the journal had prepared the change.
    """
    lent = _is_lent(recorder)
    pressed = pressed or problem.moved_more
    owed = lent or (pressed and recorder.item.state.is_outstanding and not problem.as_before)
    receipt.outcome = Outcome.OUTSTANDING if owed else _outcome(problem)
    if isinstance(problem, UsageProblem) and not owed:
        receipt.exit_status = problem.exit_status
    diagnosis = problem.diagnosis if isinstance(problem, Refusal) else ""
    receipt.diagnosis = str(diagnosis) or receipt.diagnosis
    receipt.message = sentence(problem)
    receipt.problem = {
        "doing": problem.doing,
        "expected": problem.expected,
        "found": problem.found,
        "next": problem.next_step,
        "changed": _changed(recorder, problem, pressed=pressed, lent=lent),
    }
    if not owed and isinstance(problem, UnknownOutcome):
        receipt.problem["next"] = "nothing is owed any more; run the command again"
    if owed and not isinstance(problem, UnknownOutcome):
        receipt.problem["next"] = f"run `undo-writeoff recover`; {problem.next_step}"


def _is_lent(recorder: ItemRecorder) -> bool:
    loans = Loans(recorder.journal).outstanding(recorder.item.origin)
    return any(loan.item_id == recorder.item.id for loan in loans)


def _outcome(problem: Problem) -> Outcome:
    """Say how a problem ends that leaves nothing owed."""
    if isinstance(problem, UnknownOutcome):
        return Outcome.FAILED  # it was looked up meanwhile, and put right
    return Outcome(problem.outcome)


def _changed(recorder: ItemRecorder, problem: Problem, *, pressed: bool, lent: bool) -> str:
    """Say in order what this run saved, from the journal's own steps."""
    if problem.as_before and not lent:
        return "nothing on this chart; freshly loaded, it shows everything as before"
    steps = recorder.journal.steps(recorder.item.id)
    saved = [step for step in steps if step.changes and (pressed or step.changes == "Copay")]
    if not saved:
        return "nothing; Save Changes was not pressed"
    if not lent and not problem.moved_more and all(step.changes == "Copay" for step in saved):
        return "nothing that is not back; a freshly loaded chart shows the copay as it was"
    return "; then ".join(
        f"{step.changes} {(step.before or {}).get('value')} -> {(step.after or {}).get('value')}"
        + ("" if step.ended_at and not step.message else " (not known to be stored)")
        for step in saved
    )


_STATES = {
    Outcome.FIXED: ItemState.FIXED,
    Outcome.PLANNED: ItemState.NOTHING_TO_DO,
    Outcome.NOTHING_TO_DO: ItemState.NOTHING_TO_DO,
    Outcome.REFUSED: ItemState.REFUSED,
    Outcome.FAILED: ItemState.FAILED,
}


def _settle(journal: Journal, run: int, recorder: ItemRecorder, receipt: Receipt) -> None:
    item = journal.item(recorder.item.id)
    if not (receipt.outcome is Outcome.OUTSTANDING and item.state.is_outstanding):
        state = _STATES.get(receipt.outcome, ItemState.FIXED)
        if receipt.outcome is Outcome.OUTSTANDING:  # the copay alone is owed
            state = ItemState.FAILED
        journal.settle(item.id, state, receipt.as_json())
    else:
        journal.note_recovery(item.id, receipt.message)
    journal.finish_run(run, str(receipt.outcome))
