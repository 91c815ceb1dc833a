"""Checks what a payment may do to a chart, and what it did: rows and amounts before and after."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TypeVar

from automation.billing.money import ZERO, dollars
from automation.billing.payment import Payment
from automation.billing.request import shown
from automation.billing.visit import Visit
from automation.errors import Outstanding, Refusal

Thing = TypeVar("Thing")


def added_rows(before: Sequence[Thing], after: Sequence[Thing]) -> tuple[Thing, ...]:
    """The rows of a table that were not there before; a second identical one counts, too."""
    return tuple((Counter(after) - Counter(before)).elements())


def may_be_allocated(parts: Mapping[Visit, Decimal], *, write_off: bool = False) -> None:
    """Check that each date of service is owed what it is to get. Raises Refusal if not."""
    for visit, part in parts.items():
        balance = visit.amounts.balance or ZERO
        if part > balance or (write_off and part == balance):
            wanted = "more than " if write_off else "at least "
            raise Refusal(
                f"allocating to the date of service {shown(visit.date)}",
                expected=f"a Pt Bal of {wanted}{dollars(part)}",
                found=dollars(visit.amounts.balance),
                next_step="look at the date of service; nothing was changed",
            )


def posted_once(posted: Sequence[Payment]) -> None:
    """Check that one press of Save Payment made no second payment. Raises Outstanding if it did."""
    if len(posted) > 1:
        raise Outstanding(
            "reading what the payment did",
            expected="one payment more under All Items",
            found="; ".join(str(one) for one in posted),
            next_step="look at the chart; delete the payment that is too many",
        )


def only_these_moved(
    parts: Mapping[Visit, Decimal], moved: Sequence[Visit], *, write_off: bool = False
) -> None:
    """Check that what was allocated arrived, and nothing else moved. Raises Outstanding if not."""
    wanted = Counter(
        (*_which(visit), *balances_of(visit, part, write_off=write_off))
        for visit, part in parts.items()
    )
    if Counter((*_which(visit), *balances_of(visit)) for visit in moved) == wanted:
        return
    days = ", ".join(shown(visit.date) for visit in moved) or "no date of service"
    raise Outstanding(
        "reading what the payment did",
        expected="its amounts at " + (", ".join(shown(v.date) for v in parts) or "no other place"),
        found=f"{days} moved, or by other amounts",
        next_step="look at the payment on the chart; edit or delete it by hand",
    )


def balances_of(
    visit: Visit, part: Decimal = ZERO, *, write_off: bool = False
) -> tuple[Decimal | None, Decimal | None]:
    """The paid and the open amount of a date of service, once a part is allocated to it."""
    sums = visit.amounts
    paid = None if sums.patient_paid is None else sums.patient_paid + part
    if write_off:
        return paid, ZERO
    return paid, None if sums.balance is None else sums.balance - part


def _which(visit: Visit) -> tuple[object, ...]:
    return visit.date, visit.time, visit.service
