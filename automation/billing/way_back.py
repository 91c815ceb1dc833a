"""Writing off an undone write-off again: whether that is allowed, and whether all is as before."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import ClassVar

from automation.billing.money import ZERO, dollars
from automation.billing.receipt import Outcome, Receipt
from automation.billing.request import same_words, shown
from automation.billing.visit import Visit
from automation.errors import Outstanding, Problem, Refusal


def may_go_back(now: Visit, before: Visit) -> None:
    """Check that it was fully written off before, and that no money came or went since.

    Raises Refusal if not: a balance is never written off over a payment.
    """
    doing = f"writing off the date of service {shown(before.date)} again"
    if not before.with_written_off().amounts.written_off or before.amounts.balance != ZERO:
        raise Refusal(
            doing,
            expected="a balance that was written off before",
            found=f"a Pt Bal of {dollars(before.amounts.balance)} before",
            next_step="leave it as it is; nothing was changed",
        )
    paid, was = now.amounts.patient_paid, before.amounts.patient_paid
    if paid != was and None not in (paid, was):
        raise Refusal(
            doing,
            expected=f"{dollars(was)} paid, as before",
            found=f"{dollars(paid)} paid",
            next_step="delete the payment, or leave the balance as it is; nothing was changed",
        )


def is_as_before(now: Visit, before: Visit) -> bool:
    """Return whether two readings show the same status, mark, and each amount that both show."""
    if (now.pt_status, now.marked) != (before.pt_status, before.marked):
        return False
    was = asdict(before.amounts)
    both = [(value, was[key]) for key, value in asdict(now.amounts).items()]
    return all(one == other for one, other in both if None not in (one, other))


def amount_before(now: Visit, before: Visit) -> tuple[str, Decimal]:
    """Return the field of the payer type, and the value it must hold, in dollars.

    `now` is read from the opened date of service. `before` may be a row that shows less: no
    Method, no Rate, or the patient's share alone.
    """
    payer, was = now.payer, before.amounts
    same = payer is not None and before.payer_type in ("", payer.key)
    if payer is not None and same:
        rate = was.rate if was.rate is not None or payer.field == "rate" else now.amounts.rate
        value = getattr(was, payer.field)
        owed = payer.patient_amount(was)
        owed = was.pt_amt if owed is None else owed
        if value is None and owed is not None and (rate is not None or payer.field != "coverage"):
            value = payer.value_for(rate or owed, owed)
        if value is not None:
            return payer.field, value
    raise Refusal(
        f"opening the date of service {shown(before.date)}",
        expected=f"a Method that is {before.payer_type or 'known'}, and its amounts from before",
        found=f"Method {now.method!r}" + (", and no amount from before" if same else ""),
        next_step="put it back by hand; nothing was changed",
    )


def amount_is_back(now: Visit, amount: Decimal) -> None:
    """Check, before writing it off, that the earlier amount is back. Raises Outstanding if not."""
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


@dataclass(frozen=True)
class BackAgain:
    """A date of service that was written off again, as a freshly loaded chart shows it."""

    put_back: ClassVar[bool] = False

    def end_in(self, receipt: Receipt) -> None:
        """Write into the receipt that it is done."""
        receipt.outcome = Outcome.FIXED
        receipt.message = "The balance is written off again, as it was before."


# Why it is written off --------------------------------------------------------------------------

USUAL_REASONS = (
    "Bad debt", "Uncollectable", "Uncollectible", "Uncollectable balance", "Small balance",
    "Courtesy", "Hardship", "Financial hardship", "Administrative", "Adjustment", "Other",
)  # fmt: skip
"""Usual reasons for writing off a balance; the first that the form offers is taken."""


@dataclass(frozen=True)
class Reason:
    """The reason to write off a balance again: what the screen `told` of the earlier write-off.

    If that names none that the form offers, one of the `wanted` is taken, then a usual one.
    """

    told: str = ""
    wanted: tuple[str, ...] = ()

    def __str__(self) -> str:
        return "the reason from before, or a usual one"

    def typed(self) -> str:
        """Return what to type if the form offers nothing to choose from."""
        return (*self.wanted, *USUAL_REASONS)[0]

    def among(self, offered: Sequence[str]) -> str:
        """Choose from what the form offers. Raises Refusal when it offers none of them."""
        words = same_words(self.told)
        as_before = [one for one in offered if same_words(one) and _is_in(same_words(one), words)]
        if as_before:
            return max(as_before, key=len)
        usual = dict.fromkeys((*self.wanted, *USUAL_REASONS))
        found = [one for each in usual for one in offered if same_words(one) == same_words(each)]
        if found:
            return found[0]
        raise Refusal(
            "choosing the reason of the write-off",
            expected="the reason from before, or one of " + ", ".join(usual),
            found="a form that offers " + (", ".join(one for one in offered if one) or "none"),
            next_step="put the words of one of them into the QA data file as write_off_reason; "
            "the form was not saved",
        )


def _is_in(words: str, text: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(words)}(?!\w)", text) is not None
