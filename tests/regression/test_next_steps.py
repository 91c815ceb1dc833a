"""What a reopened balance is for: a payment, or unassigned credit that is applied."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from functools import partial
from typing import Any

import pytest

from automation.billing.payment import (
    Allocation,
    ApplyCredit,
    DeletePayment,
    EnterPayment,
    Payment,
    Shown,
    came,
)
from automation.billing.visit import Visit
from automation.flow import named
from automation.regression.practice import Practice

CASE = "in-network"
PART = Decimal("10.00")
NUMBER = "QA-4711"
PAYMENT = "a payment that the test entered: click its date, then Delete this Payment"


class Cashier:
    """Enters payments for the case's patient; each is deleted again when the test ends."""

    def __init__(self, practice: Practice) -> None:
        self.practice = practice
        receipt = practice.fix(CASE)
        assert receipt.status() == 0, receipt.message
        self.patient = practice.patient(CASE)
        visit = practice.visit(CASE)
        self.all_of_it = Allocation(visit.date, PART, visit.time or None, visit.service or None)

    def enters(self, amount: Decimal, *parts: Allocation, twice: bool = False) -> Shown:
        """Enter a payment, allocated to these dates of service."""
        payment = EnterPayment(self.patient, amount, parts, mark=NUMBER)
        self.practice.afterwards(
            partial(self.takes_back, self.practice.table(CASE).payments), CASE, PAYMENT
        )
        with self.practice.at_work(CASE) as desk:
            shown: Shown = named("enter_patient_payment")(desk, payment, twice=twice)
            return shown

    def applies(self) -> Shown:
        """Apply the credit to the reopened balance."""
        with self.practice.at_work(CASE) as desk:
            request = ApplyCredit(self.patient, (self.all_of_it,), amount=PART)
            shown: Shown = named("apply_credit")(desk, request)
            return shown

    def takes_back(self, before: Sequence[Payment]) -> None:
        """Delete what stands among the payments since then, whatever a Save was answered.

        Of two alike it says so, and stops.
        """
        posted = came(before, self.practice.table(CASE).payments)
        for request in DeletePayment.each_of(self.patient, posted, NUMBER):
            with self.practice.at_work(CASE) as desk:
                named("delete_patient_payment")(desk, request)


@pytest.fixture
def cashier(practice: Practice) -> Cashier:
    """The write-off is undone, and a payment can be entered."""
    return Cashier(practice)


def test_payment_lowers_the_reopened_balance(cashier: Cashier) -> None:
    """A payment allocated to the reopened date of service is counted against its balance."""
    shown = cashier.enters(PART, cashier.all_of_it)
    assert [payment.amount for payment in shown.payments] == [PART]
    row = cashier.practice.row(CASE)
    assert (row.amounts.patient_paid, row.amounts.balance) == (
        PART,
        cashier.practice.visit(CASE).owes - PART,
    )


def test_double_click_on_save_payment_posts_once(cashier: Cashier) -> None:
    """Save Payment pressed twice in quick succession leaves one payment."""
    shown = cashier.enters(PART, cashier.all_of_it, twice=True)
    assert len(shown.payments) == 1
    assert cashier.practice.row(CASE).amounts.patient_paid == PART


def credit_made_and_used(practice: Practice) -> tuple[Shown, Shown, Visit]:
    """Leave a payment unallocated, then apply it to the reopened date of service."""
    cashier = Cashier(practice)
    return cashier.enters(PART), cashier.applies(), practice.row(CASE)


def test_unassigned_credit_is_created_and_shown(once: Callable[..., Any]) -> None:
    """What a payment leaves unallocated is shown as Unassigned Credit."""
    made, _, _ = once("credit", credit_made_and_used)
    assert made.summary.credit == PART


def test_unassigned_credit_is_applied_to_the_reopened_balance(once: Callable[..., Any]) -> None:
    """Apply Credit moves it to the reopened date of service, and no credit is left."""
    _, used, row = once("credit", credit_made_and_used)
    assert used.summary.credit == 0
    assert row.amounts.patient_paid == PART
