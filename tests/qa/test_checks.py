"""A failed comparison says what is wrong in one plain sentence, and a good one passes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from automation.billing.history import AmountChange
from automation.billing.payment import Payment
from automation.billing.receipt import Outcome, Receipt
from automation.billing.request import PatientQuery, UndoWriteOff
from automation.billing.visit import Amounts, Visit
from automation.pages.billing_settings import Policy
from automation.pages.table import Place
from automation.regression import checks, table_checks

DAY = dt.date(2026, 3, 4)
NONE = Decimal("0.00")


def d(text: str) -> Decimal:
    """Dollars and cents."""
    return Decimal(text)


def visit(**more: Any) -> Visit:
    """An in-network date of service of $30.00, written off, with some values replaced."""
    sums = {"rate": d("120.00"), "pt_amt": d("30.00"), "patient_paid": NONE, "balance": NONE}
    amounts = Amounts(**{**sums, **more.pop("sums", {})})
    usual = {
        "date": DAY, "time": "9:00 AM", "service": "90837", "method": "In Network",
        "payer_type": "in-network", "pt_status": "Patient balance written off", "marked": True,
    }  # fmt: skip
    return Visit(**{**usual, "amounts": amounts, **more})


OFF = visit()
OPEN = visit(
    sums={"pt_amt": d("29.55"), "balance": d("29.55"), "written_off": NONE},
    pt_status="Open",
    marked=False,
)
PAID = Payment(DAY, "Patient Payment", "Check #1042", d("20.00"))
POLICY = Policy("Primary · Blue", d("25.00"), "Primary Blue 1/1/2025 - open $25.00 $500.00")


def receipt(outcome: Outcome, *typed: str, diagnosis: str = "", message: str = "") -> Receipt:
    """A receipt of an in-network fix that typed these amounts."""
    request = UndoWriteOff(PatientQuery("Doe", "Jo"), DAY, owes=d("30.00"))
    return Receipt(
        request, "sandbox", outcome=outcome, diagnosis=diagnosis, field="pt_amt",
        before=OFF.amounts, typed=list(typed), message=message,
    )  # fmt: skip


SAYS: list[tuple[str, Callable[[], object], str]] = [
    (
        "an amount",
        lambda: checks.same_amount("copay stored", NONE, d("30.00")),
        "copay stored: expected $0.00, found $30.00",
    ),
    (
        "no amount",
        lambda: checks.same_amount("Pt Bal", d("30.00"), None),
        "Pt Bal: expected $30.00, found no amount",
    ),
    (
        "words",
        lambda: checks.same_words("Method after the fix", "In Network", "Direct"),
        'Method after the fix: expected "In Network", found "Direct"',
    ),
    (
        "nothing to compare",
        lambda: checks.something([], "a payment", "choose a chart that has one"),
        "nothing was compared: expected a payment, found none. Next: choose a chart that has one",
    ),
    (
        "a chart on which nothing else could move",
        lambda: checks.could_move([visit(sums={"pt_amt": NONE})], "direct"),
        "expected another date of service with an amount on the chart of the case direct, "
        "found none",
    ),
    (
        "an amount that hides a fault",
        lambda: checks.tells_apart(d("25.00"), {"the copay": d("25.00")}),
        "the amount entered, $25.00, proves nothing: the copay is as much",
    ),
    (
        "a Save that did nothing",
        lambda: checks.fixed(receipt(Outcome.REFUSED, "0.00", diagnosis="stuck")),
        "the Save did nothing: $0.00 was entered into Pt Amt and saved, "
        "and a freshly loaded chart shows $30.00 as before",
    ),
    (
        "a write-off that is kept",
        lambda: checks.fixed(receipt(Outcome.REFUSED, "0.00", "30.00", diagnosis="stuck")),
        "the write-off is kept after the reset: $0.00 was stored in Pt Amt, "
        "and the balance is still written off; $30.00 was entered again",
    ),
    (
        "a fix that saved nothing",
        lambda: checks.fixed(receipt(Outcome.REFUSED, message="AutoPay is on."), "Step: one"),
        "nothing was saved: AutoPay is on.\nStep: one",
    ),
    (
        "a fix that the site stopped",
        lambda: checks.fixed(receipt(Outcome.FAILED, "0.00", message='it says "Locked"')),
        'the fix ended otherwise than with an open balance: it says "Locked"',
    ),
    (
        "an amount still written off",
        lambda: checks.write_off_gone(visit(sums={"written_off": d("30.00")})),
        "3/4/2026 9:00 AM: written off after the fix: expected $0.00, found $30.00",
    ),
    (
        "a mark that stays",
        lambda: checks.write_off_gone(replace(OPEN, marked=True)),
        "3/4/2026 9:00 AM still carries the mark of a write-off after the fix",
    ),
    (
        "a status that stays",
        lambda: checks.write_off_gone(replace(OPEN, pt_status="Written off")),
        'expected a status of an open balance, found "Written off"',
    ),
    (
        "a balance without what was paid",
        lambda: checks.balance_adds_up(OPEN, d("29.55"), d("20.00")),
        "Pt Bal, $29.55 less $20.00 paid: expected $9.55, found $29.55",
    ),
    (
        "a History the other way round",
        lambda: checks.history_has([AmountChange(NONE, d("30.00"))], (d("30.00"), NONE)),
        "History tab: expected a line from $30.00 to $0.00, found $0.00 to $30.00 "
        "(there, but the other way round)",
    ),
    (
        "a History without a line",
        lambda: checks.history_has([], (d("30.00"), NONE)),
        "History tab: expected a line from $30.00 to $0.00, found no amounts",
    ),
    (
        "another date that moved",
        lambda: checks.same_visits("others", [OPEN], [replace(OPEN, amounts=OFF.amounts)]),
        "others: 3/4/2026 9:00 AM moved: Pt Amt was $29.55, is $30.00, Pt Bal was $29.55, "
        "is $0.00, written off was $0.00, is no amount",
    ),
    (
        "another status",
        lambda: checks.same_visits("others", [OPEN], [replace(OPEN, pt_status="Paid")]),
        'Pt Status was "Open", is "Paid"',
    ),
    (
        "a mark that is new",
        lambda: checks.same_visits("others", [OPEN], [replace(OPEN, marked=True)]),
        "3/4/2026 9:00 AM moved: the mark of a write-off is new",
    ),
    (
        "a date that is gone, and one that is new",
        lambda: checks.same_visits("others", [OPEN], [replace(OPEN, time="2:00 PM")]),
        "others: 3/4/2026 9:00 AM is gone; 3/4/2026 2:00 PM is new",
    ),
    (
        "a payment that is gone",
        lambda: checks.same_payments([PAID], []),
        "payments: 3/4/2026 Patient Payment Check #1042 $20.00 is gone",
    ),
    (
        "a payment that is new",
        lambda: checks.same_payments([], [PAID]),
        "payments: 3/4/2026 Patient Payment Check #1042 $20.00 is new",
    ),
    (
        "another copay",
        lambda: checks.same_policies("back", [POLICY], [replace(POLICY, copay=NONE)]),
        "back: the copay of Primary · Blue: expected $25.00, found $0.00",
    ),
    (
        "another end of a policy",
        lambda: checks.same_policies("back", [POLICY], [replace(POLICY, text="Primary Blue")]),
        'back: the policy Primary · Blue: expected "Primary Blue 1/1/2025',
    ),
    (
        "no policies at all",
        lambda: checks.same_policies("back", [], []),
        "nothing was compared: expected an insurance policy on Billing Settings, found none",
    ),
    (
        "a policy less",
        lambda: checks.same_policies("back", [POLICY], []),
        "back: expected 1 policies, found 0",
    ),
    (
        "other birth dates",
        lambda: table_checks.birth_dates(DAY, [dt.date(1990, 4, 1), DAY, dt.date(1988, 3, 7)]),
        "another birth date than asked, 3/4/2026: 3/7/1988, 4/1/1990",
    ),
    (
        "a day early",
        lambda: table_checks.listed([DAY], [visit(date=dt.date(2026, 3, 3))], "All Items"),
        "All Items: expected a row of 3/4/2026, found 3/3/2026 instead",
    ),
    (
        "a day that is on no row",
        lambda: table_checks.listed([DAY], [], "All Items"),
        "All Items: expected a row of 3/4/2026, found 0 other days",
    ),
    (
        "rows that should not be there",
        lambda: table_checks.not_listed([OFF] * 5, "the usual view", "written off"),
        "the usual view lists what is written off: 3/4/2026 9:00 AM, 3/4/2026 9:00 AM, "
        "3/4/2026 9:00 AM and 2 more",
    ),
    (
        "a page that begins too late",
        lambda: table_checks.pages_follow([Place(1, 20, 44), Place(22, 41, 44)], 40),
        "page 2 begins with row 22; row 21 is on no page",
    ),
    (
        "a page that begins too early",
        lambda: table_checks.pages_follow([Place(1, 20, 44), Place(18, 37, 44)], 40),
        "page 2 begins with row 18; rows 18 to 20 are on page 1, too",
    ),
    (
        "a last page that is missing",
        lambda: table_checks.pages_follow([Place(1, 20, 44), Place(21, 40, 44)], 40),
        "the last page ends with row 40 of 44; rows 41 to 44 are on no page",
    ),
    (
        "a total of more rows",
        lambda: table_checks.pages_follow([Place(1, 20, 20)], 19),
        "the table says it has 20 rows; its pages hold 19",
    ),
    (
        "a row that stands there twice",
        lambda: table_checks.each_once([OFF, OPEN]),
        "in the table twice: 3/4/2026 9:00 AM",
    ),
    (
        "a sum that leaves something out",
        lambda: checks.sum_of("Patient Balance", d("10.00"), [d("10.00"), None, d("5.50")]),
        "Patient Balance: expected $15.50, found $10.00",
    ),
    (
        "another Method behind a row",
        lambda: checks.same_in_row_and_dialog(OFF, OFF, "direct", d("30.00")),
        '3/4/2026 9:00 AM: expected the Method of direct, found "In Network"',
    ),
    (
        "another Rate behind a row",
        lambda: checks.same_in_row_and_dialog(
            OFF, visit(sums={"rate": d("30.00")}), "in-network", d("30.00")
        ),
        "Rate in the details of 3/4/2026 9:00 AM, as in its row: expected $120.00, found $30.00",
    ),
]


@pytest.mark.parametrize(("compare", "says"), [row[1:] for row in SAYS], ids=[r[0] for r in SAYS])
def test_failure_names_what_is_wrong(compare: Callable[[], object], says: str) -> None:
    """The message says what was compared, what was expected and what was found."""
    with pytest.raises(AssertionError) as failed:
        compare()
    assert says in str(failed.value)
    assert not any(word in str(failed.value) for word in ("Decimal(", "Visit(", "Policy(", "None"))


GOOD: dict[str, Callable[[], object]] = {
    "an amount": lambda: checks.same_amount("x", d("30.0"), d("30.00")),
    "words": lambda: checks.same_words("x", "In  Network", "In Network"),
    "something": lambda: checks.something([1], "x", "y"),
    "could move": lambda: checks.could_move([OFF], "x"),
    "tells apart": lambda: checks.tells_apart(d("29.55"), {"the copay": d("30.00"), "none": None}),
    "fixed": lambda: checks.fixed(receipt(Outcome.FIXED, "0.00", "30.00")),
    "write-off gone": lambda: checks.write_off_gone(OPEN),
    "adds up": lambda: checks.balance_adds_up(OPEN, d("29.55"), NONE),
    "history": lambda: checks.history_has([AmountChange(d("30.00"), NONE)], (d("30.00"), NONE)),
    "visits": lambda: checks.same_visits("x", [OFF, OPEN], [OPEN, OFF]),
    "payments": lambda: checks.same_payments([PAID, PAID], [PAID, PAID]),
    "policies": lambda: checks.same_policies("x", [POLICY], [POLICY]),
    "born": lambda: table_checks.birth_dates(DAY, [DAY, None]),
    "listed": lambda: table_checks.listed([DAY], [OFF], "x"),
    "not listed": lambda: table_checks.not_listed([], "x", "y"),
    "pages": lambda: table_checks.pages_follow([Place(1, 20, 24), Place(21, 24, 24)], 24),
    "no places": lambda: table_checks.pages_follow([], 7),
    "once": lambda: table_checks.each_once([OFF, replace(OFF, time="2:00 PM")]),
    "sum": lambda: checks.sum_of("x", d("29.55"), [d("29.55"), None]),
    "row and dialog": lambda: checks.same_in_row_and_dialog(
        visit(sums={"rate": None}), OFF, "in-network", d("30.00")
    ),
}  # fmt: skip


@pytest.mark.parametrize("compare", GOOD.values(), ids=GOOD)
def test_what_is_right_passes(compare: Callable[[], object]) -> None:
    """A comparison of what is as it should be passes."""
    compare()
