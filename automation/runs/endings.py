"""How an item ends: what its receipt says, and where the journal then has it stand."""

from __future__ import annotations

from automation.billing.money import plain
from automation.billing.plan import FIELD_LABELS, NothingToDo
from automation.billing.receipt import NEXT_STEPS, Outcome, Receipt
from automation.billing.verdict import Done
from automation.desk import StepKind
from automation.errors import (
    JournalUnusable,
    Problem,
    Refusal,
    TechnicalFailure,
    UnknownOutcome,
    UsageProblem,
    unforeseen,
)
from automation.runs.audit import Change
from automation.runs.journal import ItemState, Journal
from automation.runs.loans import Loans
from automation.runs.recorders import ItemRecorder, Planned, Stopped, sentence

Early = (NothingToDo, Planned)
"""Ends of an item that are no problem."""

_STATES = {
    Outcome.FIXED: ItemState.FIXED,
    Outcome.PLANNED: ItemState.PLANNED,
    Outcome.NOTHING_TO_DO: ItemState.NOTHING_TO_DO,
    Outcome.REFUSED: ItemState.REFUSED,
    Outcome.FAILED: ItemState.FAILED,
}


_UNDER_WAY = (ItemState.WAITING, ItemState.WORKING, ItemState.CHANGING)


def says(problem: BaseException | None) -> str:
    """One line about a problem."""
    return sentence(problem) if problem is not None else ""


def fixed(receipt: Receipt, done: Done) -> None:
    """Write into the receipt that the item is done."""
    receipt.outcome, receipt.after = Outcome.FIXED, done.after.amounts
    receipt.warnings = done.warnings
    receipt.next_steps = NEXT_STEPS
    receipt.message = "The balance is open again; a freshly loaded chart shows it."


def ended_early(recorder: ItemRecorder, ending: Exception) -> None:
    """Write into the receipt why the item ended without being fixed."""
    receipt = recorder.receipt
    if isinstance(ending, Planned):
        receipt.outcome, receipt.message = Outcome.PLANNED, "Nothing was changed."
    elif isinstance(ending, NothingToDo):
        receipt.outcome, receipt.diagnosis = Outcome.NOTHING_TO_DO, str(ending.diagnosis)
        receipt.message = ending.sentence
        receipt.before = receipt.after = ending.visit.amounts
        receipt.payer_type = ending.visit.payer_type
    elif isinstance(ending, Problem):
        _stopped_by(receipt, recorder, ending)
    else:
        _stopped_by(receipt, recorder, unforeseen(ending, recorder.doing))


def _stopped_by(receipt: Receipt, recorder: ItemRecorder, problem: Problem) -> None:
    """Write a problem into the receipt: what was already changed, and what is stored now.

    Before Save Changes was pressed on the date of service nothing but the copay can be owed,
    however far the journal had prepared the change.
    """
    lent = is_lent(recorder)
    pressed = recorder.pressed or problem.moved_more
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
        "step": problem.step,
        "article": problem.article,
    }
    is_looked_up = isinstance(problem, UnknownOutcome) and not isinstance(problem, JournalUnusable)
    if not owed and is_looked_up:
        receipt.problem["next"] = "nothing is owed any more; run the command again"
    if owed and not isinstance(problem, UnknownOutcome):
        receipt.problem["next"] = f"run `undo-writeoff recover`; {problem.next_step}"


def is_lent(recorder: ItemRecorder) -> bool:
    """Tell whether the copay that was set aside for this item is still owed."""
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
    saved = [s for s in steps if s.changes and (pressed or s.kind != StepKind.CHANGES)]
    if not saved:
        return "nothing; Save Changes was not pressed"
    if not lent and not problem.moved_more and all(step.kind != StepKind.CHANGES for step in saved):
        return "nothing that is not back; a freshly loaded chart shows the copay as it was"
    return "; then ".join(
        f"{step.changes} {(step.before or {}).get('value')} -> {(step.after or {}).get('value')}"
        + ("" if step.ended_at and not step.message else " (not known to be stored)")
        for step in saved
    )


def is_technical(ending: Exception | None) -> bool:
    """Tell whether the site or the browser failed, foreseen or not; trying again may help."""
    unforeseen = not isinstance(ending, (Problem, *Early, type(None)))
    return unforeseen or isinstance(ending, TechnicalFailure)


def was_stopped(recorder: ItemRecorder) -> bool:
    """Tell whether a person's wish to stop ended it, before anything was changed."""
    return isinstance(recorder.ending, Stopped) and recorder.stop.asked and not recorder.half_way


def settle(journal: Journal, recorder: ItemRecorder) -> None:
    """Store the item's end; what may be half-changed stays outstanding, with the reason."""
    receipt = recorder.receipt
    item = journal.item(recorder.item.id)
    if item.state not in _UNDER_WAY:
        recorder.item = item
        receipt.outcome = Outcome.REFUSED
        receipt.message += f". Meanwhile another run settled this item: it is {item.state}"
        return
    if receipt.outcome is Outcome.OUTSTANDING and item.state.is_outstanding:
        journal.note_recovery(item.id, receipt.message)
        return
    state = _STATES.get(receipt.outcome, ItemState.FAILED)  # else the copay alone is owed
    note_read_back(journal, item.id, receipt)
    recorder.item = journal.settle(item.id, state, receipt.as_json())


def note_read_back(journal: Journal, item_id: int, receipt: Receipt) -> None:
    """Add to the audit trail what a freshly loaded chart showed of a changed amount."""
    if receipt.field is None or receipt.before is None or receipt.after is None:
        return
    before, after = (getattr(told, receipt.field) for told in (receipt.before, receipt.after))
    if receipt.outcome is not Outcome.NOTHING_TO_DO:
        label = FIELD_LABELS[receipt.field]
        journal.note_change(Change(item_id, "read back", label, plain(before), plain(after)))
