"""Messages about what is still owed when the journal fails, from this run's memory."""

from __future__ import annotations

from automation.billing.money import dollars
from automation.billing.plan import Plan
from automation.billing.receipt import Outcome, Receipt
from automation.billing.request import shown
from automation.errors import JournalUnusable, Problem
from automation.runs.record import ItemRecord, sentence

_NOTHING = "nothing is owed in the practice: everything there is as before"


def ended(record: ItemRecord, problem: JournalUnusable) -> None:
    """Write an item's end into its receipt when the journal does not have it."""
    receipt = record.receipt
    is_fixed = receipt.outcome is Outcome.FIXED
    record.unwritten = problem
    owed = _owed(record)
    open_rows = record.item.state.is_outstanding or is_fixed or receipt.copay.set_aside
    receipt.outcome = Outcome.OUTSTANDING if owed or open_rows else Outcome.FAILED
    said = "; ".join(owed) or (_done(receipt) if is_fixed else _NOTHING)
    why = _first_problem(record)
    receipt.message = f"{said}. The journal could not be told: {problem.found}{why}"
    receipt.problem = {
        "doing": problem.doing,
        "expected": "a record of each change before it is made, and of how it ended",
        "found": f"{problem.found}{why}",
        "next": _next(problem, owed),
        "changed": "; ".join(owed) or said,
        "step": record.ending.step if isinstance(record.ending, Problem) else "",
        "article": record.ending.article if isinstance(record.ending, Problem) else "",
    }


def _done(receipt: Receipt) -> str:
    if receipt.posted is None:
        return "the balance is open again"
    return f"the payment of ${receipt.posted['amount']} is {receipt.posted['kind']}"


def lets_wait(record: ItemRecord) -> bool:
    """Return an item to its worklist, and True; when the journal fails, end the item instead."""
    try:
        record.let_wait()
    except JournalUnusable as problem:
        record.ending = record.ending or problem
        ended(record, problem)
        record.is_ended = True
    return not record.is_ended


def _first_problem(record: ItemRecord) -> str:
    ending = record.ending
    if ending is None or isinstance(ending, JournalUnusable):
        return ""
    return f"; it stopped because {sentence(ending)}"


def _next(problem: JournalUnusable, owed: list[str]) -> str:
    by_hand = "do by hand what is written above, or " if owed else ""
    return f"{by_hand}{problem.next_step}; it looks first and then settles what is left"


def words(record: ItemRecord) -> list[str]:
    """Return what to tell a person about an item whose end the journal does not have."""
    if record.unwritten is None:
        return []
    receipt = record.receipt
    who = f"{receipt.request.patient.name}, date of service {shown(receipt.request.date)}"
    return [f"NOT IN THE JOURNAL - {who}: {'; '.join(_owed(record)) or receipt.message}"]


def _owed(record: ItemRecord) -> list[str]:
    return [*_copay(record), *_amount(record), *_payment(record)]


def _copay(record: ItemRecord) -> list[str]:
    copay = record.receipt.copay
    if not copay.set_aside or copay.restored:
        return []
    who = record.receipt.request.patient.name
    return [
        f"STILL OWED: the copay of {who} may stand at $0.00 and must be ${copay.original} "
        "(Billing Settings > Copay)"
    ]


def _amount(record: ItemRecord) -> list[str]:
    plan, last = record.plan, record.last_change
    done = record.ending is None and record.receipt.after is not None
    if not record.pressed or _as_before(record) or done:
        return []
    if not isinstance(plan, Plan) or last is None:
        return []
    who = record.receipt.request
    return [
        f"STILL OWED: {plan.label} of {who.patient.name}, date of service {shown(who.date)}, was "
        f"last saved as ${last.after} and must become {dollars(plan.correct)} "
        f"(before this run it was {dollars(plan.value_before)})"
    ]


def _payment(record: ItemRecord) -> list[str]:
    posted, is_seen = record.receipt.posted, record.ending is None
    if posted is None or not record.half_way or is_seen or _as_before(record):
        return []
    who = record.receipt.request.patient.name
    return [
        f"LOOK ON THE CHART: it is not known whether the payment of ${posted['amount']} of {who} "
        f"is {posted['kind']}; do it again only if the chart does not show it"
    ]


def _as_before(record: ItemRecord) -> bool:
    return isinstance(record.ending, Problem) and record.ending.as_before
