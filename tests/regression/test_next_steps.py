"""What comes after a reopened balance: a payment, or unassigned credit that is applied."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any

import pytest

from automation.billing.money import ZERO
from automation.billing.payment import (
    Allocation,
    ApplyCredit,
    DeletePayment,
    EnterPayment,
    Payment,
)
from automation.billing.posted import added_rows
from automation.billing.posting import Shown
from automation.billing.request import shown as shown_day
from automation.billing.visit import Visit
from automation.errors import Problem
from automation.flow import named
from automation.pages.enter_patient_payment import EnterPatientPayment
from automation.pages.patient_billing import Transactions
from automation.regression import checks
from automation.regression.practice import Practice

CASE = "in-network"
PART = Decimal("10.00")
NUMBER = "QA-4711"
PAYMENT = "a payment that the test entered: click its date, then Delete this Payment"


class Cashier:
    """Enters payments for the case's patient, which are deleted again when the test ends."""

    def __init__(self, practice: Practice) -> None:
        self.practice = practice
        receipt = practice.fix(CASE)
        assert receipt.status() == 0, receipt.message
        self.patient = practice.patient(CASE)
        visit = practice.visit(CASE)
        self.all_of_it = Allocation(visit.date, PART, visit.time or None, visit.service or None)

    def enters(self, amount: Decimal, *parts: Allocation, twice: bool = False) -> Shown:
        """Enter a payment that is allocated to these dates of service."""
        payment = EnterPayment(self.patient, amount, parts, mark=NUMBER)
        self.before = self.practice.table(CASE)
        self.practice.afterwards(partial(self.takes_back, self.before.payments), CASE, PAYMENT)
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
        """Delete the payments added since then, whatever the answer to a Save was.

        If two are alike, say so and stop.
        """
        posted = added_rows(before, self.practice.table(CASE).payments)
        for request in DeletePayment.each_of(self.patient, posted, NUMBER):
            with self.practice.at_work(CASE) as desk:
                named("delete_patient_payment")(desk, request)


@pytest.fixture
def cashier(practice: Practice) -> Cashier:
    """A cashier for a patient whose write-off is undone."""
    return Cashier(practice)


@dataclass(frozen=True)
class Paid:
    """A payment for the reopened date of service, and the chart before, with and after it."""

    shown: Shown
    owes: Decimal
    before: Transactions
    paid: Transactions
    deleted: Transactions
    statement: dict[date, Decimal | None] | Problem | None

    def row(self, table: Transactions) -> Visit:
        """The date of service that was paid for: the one whose row the payment changed."""
        return table.same_as(self.shown.visits[0])

    def others(self, table: Transactions) -> list[Visit]:
        """The dates of service that nothing was paid for."""
        return [visit for visit in table.visits if visit != self.row(table)]


def stated(practice: Practice) -> dict[date, Decimal | None] | Problem | None:
    """Read a statement's balances by date; None where the site makes no statements.

    A statement that cannot be read is its own test's matter: the payment goes on without it.
    """
    billing = practice.chart(CASE).patient_billing()
    if not billing.offers_statement():
        return None
    try:
        with practice.desk.step("Patient Accounting > Create Statement > All open items"):
            return billing.statement().balances()
    except Problem as problem:
        return problem


def paid_and_deleted(practice: Practice) -> Paid:
    """Enter a payment and delete it, and read the chart after each."""
    cashier = Cashier(practice)
    statement = stated(practice)
    shown = cashier.enters(PART, cashier.all_of_it)
    paid = practice.table(CASE)
    practice.way_back_now()
    deleted = practice.table(CASE)
    return Paid(shown, practice.visit(CASE).owes, cashier.before, paid, deleted, statement)


@pytest.fixture
def paid(once: Callable[..., Paid]) -> Paid:
    """A payment that was entered, read and deleted again."""
    return once("a payment", paid_and_deleted)


def test_payment_lowers_the_reopened_balance(paid: Paid) -> None:
    """A payment allocated to the reopened date of service is counted against its balance."""
    assert len(paid.shown.payments) == 1, f"expected 1 payment, found {len(paid.shown.payments)}"
    checks.same_amount("the payment's row", PART, paid.shown.payments[0].amount)
    checks.balance_adds_up(paid.row(paid.paid), paid.owes, PART)
    if paid.row(paid.before).amounts.patient_paid is not None:
        checks.same_amount("Pt Paid", PART, paid.row(paid.paid).amounts.patient_paid)


def test_payment_leaves_other_dates_of_service_alone(paid: Paid) -> None:
    """Dates of service that a payment was not allocated to keep their balances."""
    checks.could_move([v for v in paid.others(paid.before) if v.amounts.balance], CASE)
    checks.same_visits("not paid for", paid.others(paid.before), paid.others(paid.paid))


def test_payment_goes_to_the_date_it_is_for(cashier: Cashier, practice: Practice) -> None:
    """A payment for a newer date of service does not go to the reopened one, which is older."""
    reopened = practice.visit(CASE).date
    newer = [visit for visit in practice.table(CASE).visits
             if visit.date > reopened and (visit.amounts.balance or ZERO) >= PART]  # fmt: skip
    if not newer:
        pytest.skip("the chart has no newer date of service that is open")
    wanted = newer[0]
    part = Allocation(wanted.date, PART, wanted.time or None, wanted.service or None)
    moved = cashier.enters(PART, part).visits
    assert [visit.date for visit in moved] == [wanted.date], (
        f"a payment for {shown_day(wanted.date)} moved "
        + (", ".join(shown_day(visit.date) for visit in moved) or "nothing")
    )


def test_deleted_payment_no_longer_counts(paid: Paid) -> None:
    """Once the payment is deleted, its row is gone and the balance is what it was."""
    checks.same_payments(paid.before.payments, paid.deleted.payments)
    checks.same_visits("after the deletion", paid.before.visits, paid.deleted.visits)


def test_statement_shows_the_reopened_balance(paid: Paid) -> None:
    """A statement of all open items has the reopened date of service with what is owed for it."""
    if paid.statement is None:
        pytest.skip("this site shows no Create Statement")
    if isinstance(paid.statement, Problem):
        raise paid.statement
    day = paid.shown.visits[0].date
    others = [each for each in paid.statement if each != day]
    checks.something(others, "another open date of service on the statement", "see the chart")
    assert day in paid.statement, f"the statement of all open items leaves {shown_day(day)} out"
    checks.same_amount(f"the statement's balance of {shown_day(day)}", paid.owes,
                       paid.statement[day])  # fmt: skip


@pytest.fixture
def form(practice: Practice) -> EnterPatientPayment:
    """The form of a new payment, not saved, on a chart with several open dates of service."""
    chart = practice.chart(CASE)
    with practice.desk.step("Patient Billing tab > Enter Patient Payment"):
        return chart.patient_billing().enter_patient_payment()


@pytest.mark.read_only
def test_payment_form_opens_with_no_write_off_ticked(form: EnterPatientPayment) -> None:
    """The payment form opens with no Write-Off ticked, so a payment alone writes nothing off."""
    checks.something(list(form.allocated()), "an open date of service in the form", "see the chart")
    ticked = ", ".join(map(shown_day, form.ticked()))
    assert not ticked, f"Enter Patient Payment opens with Write-Off ticked at {ticked}"


@pytest.mark.read_only
def test_payment_goes_to_the_oldest_date_by_itself(form: EnterPatientPayment) -> None:
    """A typed amount is allocated to the oldest open date of service at once."""
    checks.something(list(form.allocated())[1:], "two open dates of service", "see the chart")
    form.enter(Decimal("1.00"))
    parts = form.allocated()
    given = [day for day, part in parts.items() if part]
    if not given:
        pytest.skip("this site allocates nothing by itself")
    days = ", ".join(map(shown_day, given))
    assert given == [min(parts)], (
        f"expected the money at the oldest date, {shown_day(min(parts))}, found it at {days}"
    )


def test_double_click_on_save_payment_posts_once(cashier: Cashier) -> None:
    """Save Payment pressed twice in quick succession leaves one payment."""
    shown = cashier.enters(PART, cashier.all_of_it, twice=True)
    posted = len(shown.payments)
    assert posted == 1, f"Save Payment pressed twice: expected 1 payment, found {posted}"
    row = cashier.practice.row(CASE)
    checks.same_amount(
        f"Pt Bal of {checks.which(row)} after one payment of two clicks",
        cashier.practice.visit(CASE).owes - PART,
        row.amounts.balance,
    )


def credit_made_and_used(practice: Practice) -> tuple[Shown, Shown, Visit]:
    """Enter a payment without allocations, then apply it to the reopened date of service."""
    cashier = Cashier(practice)
    return cashier.enters(PART), cashier.applies(), practice.row(CASE)


def test_unassigned_credit_is_created_and_shown(once: Callable[..., Any]) -> None:
    """What a payment leaves unallocated is shown as Unassigned Credit."""
    made, _, _ = once("credit", credit_made_and_used)
    checks.same_amount("Unassigned Credit", PART, made.summary.credit)


def test_unassigned_credit_is_applied_to_the_reopened_balance(once: Callable[..., Any]) -> None:
    """Apply Credit moves it to the reopened date of service, and no credit is left."""
    made, used, row = once("credit", credit_made_and_used)
    checks.same_amount("Unassigned Credit before it is applied", PART, made.summary.credit)
    checks.same_amount("Unassigned Credit after it is applied", ZERO, used.summary.credit)
    checks.same_amount("balance that the credit lowered", used.visits[0].amounts.balance,
                       row.amounts.balance)  # fmt: skip
    if row.amounts.patient_paid is not None:
        checks.same_amount("Pt Paid by the credit", PART, row.amounts.patient_paid)
