"""What a payment may do and must have done, and when a date of service is back as before."""

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
    """A date of service with a rate of 120.00, of which the patient owes 30.00."""
    sums = {"rate": "120.00", "pt_amt": "30.00", "patient_paid": paid, "balance": balance}
    amounts = Amounts(**{key: Decimal(value) for key, value in (sums | more).items()})
    status = "Open" if amounts.balance else "Patient balance written off"
    row = Visit(MARCH, "9:00 AM", "90837", "In Network", "in-network", amounts, status)
    return replace(row, marked=not amounts.balance)


def test_second_payment_alike_counts() -> None:
    """A row that is listed once more than before counts as new, even if it looks like another."""
    assert added_rows([PAID], [PAID, PAID]) == (PAID,)
    with pytest.raises(Outstanding, match="one payment more"):
        posted_once(added_rows([], [PAID, PAID]))


@pytest.mark.parametrize("number", ["1042", ""])
def test_payment_is_told_by_its_check_number(number: str) -> None:
    """A check number must match as a whole; a part of it does not match, nor does another kind."""
    asked = DeletePayment(WHO, MARCH, Decimal("12.50"), number)
    assert asked.the_one([PAID, replace(PAID, amount=Decimal("1.00"))]) == PAID
    with pytest.raises(Refusal):
        replace(asked, check_number="104").the_one([PAID])
    with pytest.raises(Refusal):
        replace(asked, kind="Refund").the_one([PAID])


@pytest.mark.parametrize("moved", [[], ["17.49"], ["17.50", "17.50"]])
def test_what_moved_otherwise_is_outstanding(moved: list[str]) -> None:
    """Any change other than the requested amounts on the requested dates is reported."""
    parts = {visit("30.00"): Decimal("12.50")}
    only_these_moved(parts, [visit("17.50", "12.50")])
    with pytest.raises(Outstanding):
        only_these_moved(parts, [visit(balance, "12.50") for balance in moved])


def test_payment_since_then_stops_the_way_back() -> None:
    """A balance that was paid on since then, or was open before, is not written off again."""
    may_go_back(visit("30.00"), visit("0.00"))
    for now, before in ((visit("20.00", "10.00"), visit("0.00")), (visit("0.00"), visit("30.00"))):
        with pytest.raises(Refusal):
            may_go_back(now, before)


def test_amount_that_only_one_reading_shows_does_not_count() -> None:
    """A row without Coverage equals the dialog that shows it; a different balance does not."""
    assert is_as_before(visit("0.00"), visit("0.00", coverage="90.00"))
    assert not is_as_before(visit("30.00"), visit("0.00"))


def test_field_of_the_payer_type_gets_its_value_back() -> None:
    """If a row shows only the patient's share, the Coverage to restore is worked out from it."""
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
    """What a row lacks is taken from the opened date of service; one without amounts is refused."""
    row = replace(visit("0.00"), method="", payer_type="")
    row = replace(row, amounts=replace(row.amounts, **dict.fromkeys(hidden)))
    opened = replace(visit("30.00"), method=payer, payer_type=payer)
    assert amount_before(opened, row) == (field[0], Decimal(field[1]))
    with pytest.raises(Refusal, match="no amount from before"):
        amount_before(opened, replace(row, amounts=Amounts()))


def test_row_is_filled_from_what_the_fix_read() -> None:
    """A row keeps what it shows; the rest and the payer type come from what the fix read."""
    row = replace(visit("0.00"), payer_type="", amounts=Amounts(balance=Decimal("0.00")))
    filled = row.filled_from(visit("30.00").amounts, "in-network")
    assert (filled.payer_type, filled.amounts.balance) == ("in-network", Decimal("0.00"))
    assert filled.amounts.pt_amt == Decimal("30.00")


def test_payment_without_a_check_number_is_deleted_by_the_rest() -> None:
    """Without a check number, date, amount and kind must match; if two match, none is deleted."""
    numbered, plain = replace(PAID, method="Check #QA"), replace(PAID, method="Check")
    asked = DeletePayment.each_of(WHO, [numbered, plain], "QA")
    assert [one.check_number for one in asked] == ["QA", ""]
    assert asked[0].the_one([numbered, plain]) == numbered
    assert asked[1].the_one([plain]) == plain
    assert asked[1].fits_several([plain, plain]) and not asked[1].fits_several([plain])
    others = [{"date": dt.date(2026, 3, 5)}, {"amount": Decimal("12.51")}, {"kind": "Refund"}]
    for payments in ([plain, plain], *([replace(plain, **other)] for other in others)):
        with pytest.raises(Refusal):
            asked[1].the_one(payments)
