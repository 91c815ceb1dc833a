"""The article's promise: reset, then the correct amount, and the balance is open again."""

from __future__ import annotations

from decimal import Decimal

import pytest
from payers import CENTS, EACH_PAYER_TYPE, case

from automation.billing.money import ZERO
from automation.billing.payer_types import PAYER_TYPES
from automation.billing.receipt import Outcome
from automation.regression import checks
from automation.regression.practice import FixResult, Practice


def entered_owes(undone: FixResult) -> Decimal:
    """The amount the patient shall owe: some cents less than before, unlike any other amount."""
    owes = undone.test_visit.owes - CENTS
    before, opened = undone.row_before, undone.opened_before.amounts
    checks.tells_apart(
        owes,
        {
            "the amount before": before.patient_amount,
            "the Rate": None if undone.test_visit.payer == "direct" else opened.rate,
            "the Coverage before": opened.coverage,
        },
    )
    return owes


@pytest.mark.parametrize("undone", EACH_PAYER_TYPE, indirect=True)
def test_reset_then_correct_amount_opens_the_balance(undone: FixResult) -> None:
    """After two Saves the balance is open again on a freshly loaded chart."""
    assert undone.is_fixed()
    checks.write_off_gone(undone.row)


@pytest.mark.parametrize("undone", EACH_PAYER_TYPE, indirect=True)
def test_reset_takes_the_write_off_away(undone: FixResult) -> None:
    """Nothing of the write-off is left: no amount, no asterisk, no status."""
    assert undone.is_fixed()
    assert undone.row_before.marked or undone.row_before.looks_written_off, (
        f"{checks.which(undone.row_before)}: nothing was written off before the fix"
    )
    checks.write_off_gone(undone.row)


@pytest.mark.parametrize("undone", EACH_PAYER_TYPE, indirect=True)
def test_balance_is_what_was_entered_to_the_cent(undone: FixResult) -> None:
    """The open balance is the amount owed less what was paid, to the cent."""
    assert undone.is_fixed()
    checks.balance_adds_up(undone.row, entered_owes(undone), undone.test_visit.paid)


@pytest.mark.parametrize("undone", [case("partly-paid")], indirect=True)
def test_balance_of_a_partly_paid_date_is_less_what_was_paid(undone: FixResult) -> None:
    """What was paid before the write-off is counted against the reopened balance."""
    assert undone.is_fixed()
    paid = undone.test_visit.paid
    checks.something([paid] if paid else [], "paid above 0 in [visits.partly-paid]", "put it there")
    checks.balance_adds_up(undone.row, entered_owes(undone), paid)


@pytest.mark.parametrize("undone", EACH_PAYER_TYPE, indirect=True)
def test_patient_amount_follows_from_its_field(undone: FixResult) -> None:
    """The patient's share is Pt Amt in-network, Rate less Coverage out-of-network, Rate direct."""
    assert undone.is_fixed()
    sums, owes = undone.opened.amounts, entered_owes(undone)
    assert sums.rate is not None, "the details of the date of service show no Rate"
    found = {
        "in-network": sums.pt_amt,
        "out-of-network": sums.rate - (sums.coverage or ZERO),
        "direct": sums.rate,
    }
    payer = undone.test_visit.payer
    checks.same_amount(f"patient amount by the field of {payer}", owes, found[payer])


@pytest.mark.parametrize("undone", EACH_PAYER_TYPE, indirect=True)
def test_other_fields_stay(undone: FixResult) -> None:
    """A Save changes only the field that was typed into: an insured visit's Rate stays."""
    assert undone.is_fixed()
    mine = PAYER_TYPES[undone.test_visit.payer].field
    before, now = undone.opened_before.amounts, undone.opened.amounts
    if mine != "rate":
        checks.same_amount("Rate after the fix", before.rate, now.rate)
    checks.same_amount("Pt Paid after the fix", before.patient_paid, now.patient_paid)


@pytest.mark.parametrize("undone", EACH_PAYER_TYPE, indirect=True)
def test_no_other_date_of_service_moves(undone: FixResult) -> None:
    """No other date of service of the chart changes."""
    assert undone.is_fixed()
    before = undone.others(undone.before)
    checks.could_move(before, undone.case)
    checks.same_visits("other dates of service", before, undone.others(undone.after))


@pytest.mark.parametrize("undone", EACH_PAYER_TYPE, indirect=True)
def test_method_stays(undone: FixResult) -> None:
    """Saving an amount leaves the Method alone."""
    assert undone.is_fixed()
    checks.same_words("Method after the fix", undone.opened_before.method, undone.opened.method)
    checks.same_words("payer type after the fix", undone.test_visit.payer, undone.opened.payer_type)


@pytest.mark.parametrize("undone", EACH_PAYER_TYPE, indirect=True)
def test_insurance_status_stays(undone: FixResult) -> None:
    """The insurance status stays, because a claim is not part of the patient's balance."""
    assert undone.is_fixed()
    shown = [visit for visit in undone.before.table.visits if visit.ins_status]
    if not shown:
        pytest.skip("the table of this chart shows no insurance status")
    checks.same_words(
        f"Ins Status of {checks.which(undone.row)}",
        undone.row_before.ins_status,
        undone.row.ins_status,
    )


@pytest.mark.parametrize("undone", EACH_PAYER_TYPE, indirect=True)
def test_no_card_is_charged_or_enrolled(undone: FixResult) -> None:
    """The fix makes no payment and does not enroll the patient in AutoPay."""
    assert undone.is_fixed()
    checks.same_payments(undone.before.table.payments, undone.after.table.payments)
    was, now = undone.before.table.autopay, undone.after.table.autopay
    assert was or not now, "the patient shows AutoPay after the fix, and did not before"


@pytest.mark.parametrize("undone", EACH_PAYER_TYPE, indirect=True)
def test_history_tab_shows_both_saves(undone: FixResult) -> None:
    """The History tab shows the reset and the correct amount, each with before and after."""
    assert undone.is_fixed()
    receipt = undone.receipt
    value = getattr(receipt.before, receipt.field or "")
    assert receipt.entered is not None, "the receipt tells of no amount that was entered"
    checks.history_has(undone.history, (value, ZERO), (ZERO, receipt.entered))


@pytest.mark.parametrize("undone", [case("partly-paid"), case("payment-same-date")], indirect=True)
def test_payments_stay(undone: FixResult) -> None:
    """What the patient has paid stays paid, and no payment's row changes."""
    assert undone.is_fixed()
    checks.something(
        undone.before.table.payments,
        f"a payment on the chart of the case {undone.case}",
        "choose a chart that has one",
    )
    checks.same_payments(undone.before.table.payments, undone.after.table.payments)
    if undone.row_before.amounts.patient_paid is not None:
        paid = undone.row.amounts.patient_paid
        checks.same_amount("Pt Paid after the fix", undone.test_visit.paid, paid)


@pytest.mark.parametrize("undone", [case("two-sessions")], indirect=True)
def test_right_session_of_two_is_changed(undone: FixResult) -> None:
    """When one of two sessions on a date is fixed, the other stays written off."""
    assert undone.is_fixed()
    before = undone.others(undone.before)
    same_day = [visit for visit in before if visit.date == undone.row_before.date]
    checks.could_move(same_day, undone.case)
    checks.same_visits("the other session of that date", before, undone.others(undone.after))


@pytest.mark.read_only
def test_open_balance_is_left_alone(practice: Practice) -> None:
    """A balance that is already open is recognized, and nothing is saved."""
    receipt = practice.fix("already-open")
    assert receipt.outcome is Outcome.NOTHING_TO_DO, receipt.message
    saves = practice.session.screen.amounts_saved
    assert saves == 0, f"a balance that is open already was saved {saves} times"
