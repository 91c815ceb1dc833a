"""How an item ends: pure functions of what was pressed, what was read and what went wrong."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from automation.billing.diagnosis import Diagnosis
from automation.billing.money import plain
from automation.billing.payer_types import FIELD_LABELS
from automation.billing.plan import NothingToDo
from automation.billing.receipt import AnyPlan, Outcome, Receipt
from automation.desk import StepKind
from automation.errors import (
    JournalUnusable,
    Outstanding,
    Problem,
    Refusal,
    TechnicalFailure,
    UnknownOutcome,
    UsageProblem,
    unforeseen,
)
from automation.journal.audit import Change
from automation.journal.edits import Edits
from automation.journal.journal import ItemState, Journal
from automation.journal.records import StepRow
from automation.runs import refusals
from automation.runs.record import ItemRecord, Planned, Stopped, sentence

NormalEnd = (NothingToDo, Planned)
"""Ends of an item that are not problems."""


# The facts, and what follows from them ---------------------------------------------------------


@dataclass(frozen=True)
class Facts:
    """What is known of an item that a problem ended.

    `pressed`: Save Changes was pressed on the date of service. `lent`: the copay that was set
    aside for it is still owed. `prepared`: the journal has the amounts from before. `stopped`:
    it was stopped at a person's request.
    """

    problem: Problem
    pressed: bool = False
    lent: bool = False
    prepared: bool = False
    stopped: bool = False

    @property
    def touched(self) -> bool:
        """Whether amounts may have changed: by a Save of this item, or as an effect of another."""
        return self.pressed or self.problem.moved_more


def is_owed(facts: Facts) -> bool:
    """Return whether something in the practice is still owed.

    Before Save Changes was pressed on the date of service only the copay can be owed, however
    far the journal had prepared the change.
    """
    return facts.lent or (facts.touched and facts.prepared and not facts.problem.as_before)


def outcome_of(facts: Facts) -> Outcome:
    """Return how the item ends."""
    if is_owed(facts):
        return Outcome.OUTSTANDING
    if isinstance(facts.problem, UnknownOutcome):
        return Outcome.FAILED  # recovery has looked it up meanwhile and put it right
    return Outcome(facts.problem.outcome)


def next_step(facts: Facts) -> str:
    """Return what the person should do next."""
    problem = facts.problem
    if isinstance(problem, UnknownOutcome):
        is_looked_up = not is_owed(facts) and not isinstance(problem, JournalUnusable)
        settled = "nothing is owed any more; run the command again"
        return settled if is_looked_up else problem.next_step
    recover = "run `undo-writeoff recover`; " if is_owed(facts) else ""
    return recover + problem.next_step


def may_wait(facts: Facts) -> bool:
    """Return whether an item of a worklist may be tried again, because nothing was changed."""
    if facts.pressed or facts.lent or isinstance(facts.problem, JournalUnusable):
        return False
    return facts.stopped or isinstance(facts.problem, TechnicalFailure)


def state_after(outcome: Outcome, state: ItemState) -> ItemState | None:
    """Return the item's next state in the journal; None when it stays outstanding."""
    if outcome is Outcome.OUTSTANDING and state.is_outstanding:
        return None
    return _STATES.get(outcome, ItemState.FAILED)  # not in the table: only the copay is owed


_STATES = {
    Outcome.FIXED: ItemState.FIXED,
    Outcome.PLANNED: ItemState.PLANNED,
    Outcome.NOTHING_TO_DO: ItemState.NOTHING_TO_DO,
    Outcome.REFUSED: ItemState.REFUSED,
    Outcome.FAILED: ItemState.FAILED,
}


def changed(facts: Facts, steps: Sequence[StepRow]) -> str:
    """Return in words, in order, what this run saved; `steps` are from the journal."""
    if facts.problem.as_before and not facts.lent:
        return "nothing on this chart; freshly loaded, it shows everything as before"
    saved = [s for s in steps if facts.touched or s.kind != StepKind.CHANGES]
    if not saved:
        return "nothing; Save Changes was not pressed"
    only_borrowed = all(step.kind != StepKind.CHANGES for step in saved)
    if only_borrowed and not facts.lent and not facts.problem.moved_more:
        return "nothing that is not back; a freshly loaded chart shows the copay as it was"
    return "; then ".join(
        f"{step.changes} {(step.before or {}).get('value')} -> {(step.after or {}).get('value')}"
        + ("" if step.ended_at and not step.message else " (not known to be stored)")
        for step in saved
    )


def is_technical(ending: Exception | None) -> bool:
    """Return whether the site or the browser failed, expectedly or not; a retry may help."""
    if ending is None or isinstance(ending, NormalEnd):
        return False
    return isinstance(ending, TechnicalFailure) or not isinstance(ending, Problem)


# The receipt, and the journal ------------------------------------------------------------------

_UNDER_WAY = (ItemState.WAITING, ItemState.WORKING, ItemState.CHANGING)


def facts_of(record: ItemRecord) -> Facts | None:
    """Collect what is known of an item that ended early; None when its end is not a problem."""
    ending = record.ending
    if ending is None or isinstance(ending, NormalEnd):
        return None
    return Facts(
        ending if isinstance(ending, Problem) else unforeseen(ending),
        pressed=record.pressed,
        lent=is_lent(record),
        prepared=record.item.state.is_outstanding,
        stopped=isinstance(ending, Stopped) and ending.by_request and not record.half_way,
    )


def waits(record: ItemRecord) -> bool:
    """Return whether an item of a worklist waits again, because nothing was changed."""
    facts = facts_of(record)
    return facts is not None and may_wait(facts)


def is_not_its_own(record: ItemRecord, problem: Exception | None) -> bool:
    """Return whether an item was not begun when what another one owes ended the flow."""
    return record.item.state is ItemState.WAITING and isinstance(problem, Outstanding)


def planned(record: ItemRecord, plan: AnyPlan) -> None:
    """Write into the receipt what would be typed; raises Refusal if an earlier plan differs."""
    record.plan = plan
    plan.plan_in(record.receipt)
    if record.planned is not None and record.planned != plan.fingerprint():
        raise refusals.not_as_planned(record.receipt.request.date)


_OF_THE_VISIT = (
    Diagnosis.ZERO_RESPONSIBILITY,
    Diagnosis.INSURANCE_WRITE_OFF,
    Diagnosis.OVERPAID,
    Diagnosis.UNCLEAR,
    Diagnosis.NO_METHOD,
    Diagnosis.NOTHING_ON_THAT_DATE,
    Diagnosis.TWO_SESSIONS,
    Diagnosis.AUTOPAY,
    Diagnosis.PAYER_TYPE_DIFFERS,
)
"""What a date of service is refused for, by what its chart shows now."""


def against_the_plan(record: ItemRecord, ending: Exception) -> Exception:
    """Return why an item ends; what an earlier plan could do, and is refused now, has changed."""
    could_be_done = record.planned is not None and record.plan is None
    of_the_visit = isinstance(ending, UsageProblem) or (
        isinstance(ending, Refusal) and ending.diagnosis in _OF_THE_VISIT
    )
    if could_be_done and of_the_visit and isinstance(ending, Problem):
        return refusals.not_as_planned(record.receipt.request.date, ending.found)
    return ending


def ended_early(record: ItemRecord, ending: Exception) -> None:
    """Write into the receipt why the item ended without being fixed."""
    receipt, record.ending = record.receipt, ending
    facts = facts_of(record)
    if facts is not None:
        _stopped_by(record, facts)
    elif isinstance(ending, NothingToDo):
        receipt.outcome, receipt.diagnosis = Outcome.NOTHING_TO_DO, str(ending.diagnosis)
        receipt.message = ending.sentence
        receipt.before = receipt.after = ending.visit.amounts
        receipt.payer_type = ending.visit.payer_type
    else:
        receipt.outcome, receipt.message = Outcome.PLANNED, "Nothing was changed."


def _stopped_by(record: ItemRecord, facts: Facts) -> None:
    """Write a problem into the receipt: what was already changed, and what to do next."""
    receipt, problem = record.receipt, facts.problem
    steps = record.journal.steps(record.item.id)  # also those of a run that took over meanwhile
    receipt.outcome = outcome_of(facts)
    if isinstance(problem, UsageProblem) and not is_owed(facts):
        receipt.exit_status = problem.exit_status
    diagnosis = problem.diagnosis if isinstance(problem, Refusal) else ""
    receipt.diagnosis = str(diagnosis) or receipt.diagnosis
    receipt.message = sentence(problem)
    receipt.problem = {
        "doing": problem.doing,
        "expected": problem.expected,
        "found": problem.found,
        "next": next_step(facts),
        "changed": changed(facts, [step for step in steps if step.id in record.step_ids]),
        "step": problem.step,
        "article": problem.article,
    }


def is_lent(record: ItemRecord) -> bool:
    """Return whether the copay that was set aside for this item is still owed."""
    lent = Edits(record.journal).of_item(record.item.id, borrowed=True)
    return any(row.is_outstanding for row in lent)


def settle(record: ItemRecord) -> None:
    """Store the item's end; an item that may be half-changed stays outstanding, with the reason."""
    receipt, journal = record.receipt, record.journal
    item = journal.item(record.item.id)
    if item.state not in _UNDER_WAY:
        record.item = item
        receipt.outcome = Outcome.REFUSED
        receipt.message += f". Meanwhile another run settled this item: it is {item.state}"
        return
    state = state_after(receipt.outcome, item.state)
    if state is None:
        journal.note_recovery(item.id, receipt.message)
        return
    note_read_back(journal, item.id, receipt)
    record.item = journal.settle(item.id, state, receipt.as_json())


def note_read_back(journal: Journal, item_id: int, receipt: Receipt) -> None:
    """Add to the audit trail the changed amount that a freshly loaded chart showed."""
    if receipt.told and receipt.outcome is Outcome.FIXED:
        what, amount = receipt.told[0]
        journal.note_change(Change(item_id, "read back", what, None, amount.lstrip("$")))
    if receipt.field is None or receipt.before is None or receipt.after is None:
        return
    before, after = (getattr(told, receipt.field) for told in (receipt.before, receipt.after))
    if receipt.outcome is not Outcome.NOTHING_TO_DO:
        label = FIELD_LABELS[receipt.field]
        journal.note_change(Change(item_id, "read back", label, plain(before), plain(after)))
