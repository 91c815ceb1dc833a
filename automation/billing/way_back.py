"""The way back of an undone write-off: whether it may be gone, and whether all is as before."""

from __future__ import annotations

from dataclasses import asdict
from decimal import Decimal

from automation.billing.money import ZERO, dollars
from automation.billing.request import shown
from automation.billing.visit import Visit
from automation.errors import Outstanding, Problem, Refusal


def may_go_back(now: Visit, before: Visit) -> None:
    """See that it was written off whole before, and that no money came or went since.

    Raises Refusal: what was paid is never written off over.
    """
    doing = f"writing off the date of service {shown(before.date)} again"
    if not before.with_written_off().amounts.written_off or before.amounts.balance != ZERO:
        raise Refusal(
            doing,
            expected="a balance that was written off before",
            found=f"a Pt Bal of {dollars(before.amounts.balance)} before",
            next_step="leave it as it is; nothing was changed",
        )
    if now.amounts.patient_paid != before.amounts.patient_paid:
        raise Refusal(
            doing,
            expected=f"{dollars(before.amounts.patient_paid)} paid, as before",
            found=f"{dollars(now.amounts.patient_paid)} paid",
            next_step="delete the payment, or leave the balance as it is; nothing was changed",
        )


def is_as_before(now: Visit, before: Visit) -> bool:
    """Tell whether two readings show the same: status, mark, and each amount that both show."""
    if (now.pt_status, now.marked) != (before.pt_status, before.marked):
        return False
    was = asdict(before.amounts)
    both = [(value, was[key]) for key, value in asdict(now.amounts).items()]
    return all(one == other for one, other in both if None not in (one, other))


def amount_before(now: Visit, before: Visit) -> tuple[str, Decimal]:
    """Tell the field of the payer type, and what must stand in it, in dollars.

    `now` is read from the opened date of service; `before` may be a row without the field.
    """
    payer, owed, rate = now.payer, before.patient_amount, before.amounts.rate
    if payer is None or owed is None or rate is None or now.payer_type != before.payer_type:
        raise Refusal(
            f"opening the date of service {shown(before.date)}",
            expected=f"a Method that is {before.payer_type or 'known'}, and its amounts",
            found=f"Method {now.method!r}",
            next_step="put it back by hand; nothing was changed",
        )
    return payer.field, payer.value_for(rate, owed)


def amount_is_back(now: Visit, amount: Decimal) -> None:
    """See that the amount from before stands there again, ahead of writing it off."""
    if now.field_value() != amount:
        raise Outstanding(
            f"reading the date of service {shown(now.date)} after its amount was put back",
            expected=dollars(amount),
            found=dollars(now.field_value()),
            next_step="look at the date of service; it was not written off again yet",
        )


def not_as_before(now: Visit, before: Visit) -> Problem:
    """Build the problem of a date of service that is not what it was."""
    was, found = before.amounts, now.amounts
    return Outstanding(
        f"reading the date of service {shown(before.date)} after it was written off again",
        expected=f"Pt Bal {dollars(was.balance)}, {before.pt_status}",
        found=f"Pt Bal {dollars(found.balance)}, {now.pt_status}",
        next_step="look at the date of service; put it back by hand",
    )
