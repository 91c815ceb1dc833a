"""What a payment may do, what it must have done, and when a date of service is as before."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest

from automation.billing.payment import DeletePayment, Payment
from automation.billing.posted import added_rows, only_these_moved, posted_once
from automation.billing.request import PatientQuery
from automation.billing.visit import Amounts, Visit
from automation.billing.way_back import amount_before, amount_is_back, is_as_before, may_go_back
from automation.errors import Outstanding, Refusal

MARCH = dt.date(2026, 3, 4)
WHO = PatientQuery("Marlowe", "Juniper")
PAID = Payment(MARCH, "Patient Payment", "Check #1042", Decimal("12.50"))


def visit(balance: str, paid: str = "0.00", **more: str) -> Visit:
    """A date of service of 120.00, 30.00 of it the patient's."""
    sums = {"rate": "120.00", "pt_amt": "30.00", "patient_paid": paid, "balance": balance}
    amounts = Amounts(**{key: Decimal(value) for key, value in (sums | more).items()})
    status = "Open" if amounts.balance else "Patient balance written off"
    row = Visit(MARCH, "9:00 AM", "90837", "In Network", "in-network", amounts, status)
    return replace(row, marked=not amounts.balance)


def test_second_payment_alike_counts() -> None:
    """A row that stands there once more than before came, though it looks like another."""
    assert added_rows([PAID], [PAID, PAID]) == (PAID,)
    with pytest.raises(Outstanding, match="one payment more"):
        posted_once(added_rows([], [PAID, PAID]))


@pytest.mark.parametrize("number", ["1042", ""])
def test_payment_is_told_by_its_check_number(number: str) -> None:
    """A check number is compared whole; part of one is another payment's."""
    asked = DeletePayment(WHO, MARCH, Decimal("12.50"), number)
    assert asked.the_one([PAID, replace(PAID, amount=Decimal("1.00"))]) == PAID
    with pytest.raises(Refusal):
        replace(asked, check_number="104").the_one([PAID])
    with pytest.raises(Refusal):
        replace(asked, kind="Refund").the_one([PAID])


@pytest.mark.parametrize("moved", [[], ["17.49"], ["17.50", "17.50"]])
def test_what_moved_otherwise_is_outstanding(moved: list[str]) -> None:
    """Anything but the asked amounts at the asked dates of service is told."""
    parts = {visit("30.00"): Decimal("12.50")}
    only_these_moved(parts, [visit("17.50", "12.50")])
    with pytest.raises(Outstanding):
        only_these_moved(parts, [visit(balance, "12.50") for balance in moved])


def test_payment_since_then_stops_the_way_back() -> None:
    """What was paid meanwhile, or was open before, is not written off."""
    may_go_back(visit("30.00"), visit("0.00"))
    for now, before in ((visit("20.00", "10.00"), visit("0.00")), (visit("0.00"), visit("30.00"))):
        with pytest.raises(Refusal):
            may_go_back(now, before)


def test_amount_that_only_one_reading_shows_does_not_count() -> None:
    """A row without Coverage is the same as its dialog with it; another balance is not."""
    assert is_as_before(visit("0.00"), visit("0.00", coverage="90.00"))
    assert not is_as_before(visit("30.00"), visit("0.00"))


def test_field_of_the_payer_type_gets_its_value_back() -> None:
    """A row that shows only the patient's share says what belongs into Coverage."""
    before = replace(visit("0.00"), method="Out of Network", payer_type="out-of-network")
    assert amount_before(before, before) == ("coverage", Decimal("90.00"))
    with pytest.raises(Refusal, match="out-of-network"):
        amount_before(visit("30.00"), before)
    with pytest.raises(Outstanding):
        amount_is_back(visit("30.00"), Decimal("12.34"))


@pytest.mark.parametrize(
    ("payer", "hidden", "field"),
    [
        ("in-network", ("rate",), ("pt_amt", "30.00")),
        ("out-of-network", ("rate",), ("coverage", "90.00")),
        ("direct", ("rate",), ("rate", "30.00")),
    ],
)
def test_row_without_method_or_rate_goes_back(
    payer: str, hidden: tuple[str, ...], field: tuple[str, str]
) -> None:
    """What the row does not show is taken from the opened date of service, as far as it may be."""
    row = replace(visit("0.00"), method="", payer_type="")
    row = replace(row, amounts=replace(row.amounts, **dict.fromkeys(hidden)))
    opened = replace(visit("30.00"), method=payer, payer_type=payer)
    assert amount_before(opened, row) == (field[0], Decimal(field[1]))
    with pytest.raises(Refusal, match="no amount from before"):
        amount_before(opened, replace(row, amounts=Amounts()))


def test_row_is_filled_from_what_the_fix_read() -> None:
    """A row keeps what it shows; the rest, and the payer type, come from the date of service."""
    row = replace(visit("0.00"), payer_type="", amounts=Amounts(balance=Decimal("0.00")))
    filled = row.filled_from(visit("30.00").amounts, "in-network")
    assert (filled.payer_type, filled.amounts.balance) == ("in-network", Decimal("0.00"))
    assert filled.amounts.pt_amt == Decimal("30.00")


def test_payment_without_a_check_number_is_deleted_by_the_rest() -> None:
    """A chart that shows no number: date, amount and kind must do, and of two alike none is."""
    numbered, plain = replace(PAID, method="Check #QA"), replace(PAID, method="Check")
    asked = DeletePayment.each_of(WHO, [numbered, plain], "QA")
    assert [one.check_number for one in asked] == ["QA", ""]
    assert asked[0].the_one([numbered, plain]) == numbered
    assert asked[1].fits_several([plain, plain])
    assert not asked[1].fits_several([plain])
