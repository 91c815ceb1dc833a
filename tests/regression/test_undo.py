"""The article's promise: reset, then the correct amount, and the balance is open again."""

from __future__ import annotations

import pytest
from payers import CENTS, EACH_PAYER_TYPE, case

from automation.billing.money import ZERO
from automation.billing.receipt import Outcome
from automation.regression.practice import Practice, Undone


@pytest.mark.parametrize("undone", EACH_PAYER_TYPE, indirect=True)
def test_reset_then_correct_amount_opens_the_balance(undone: Undone) -> None:
    """Two Saves, and the balance is open again on a freshly loaded chart."""
    assert undone.is_fixed()
    assert not undone.row.looks_written_off


@pytest.mark.parametrize("undone", EACH_PAYER_TYPE, indirect=True)
def test_reset_takes_the_write_off_away(undone: Undone) -> None:
    """Nothing of the write-off is left: no amount, no asterisk, no words."""
    assert undone.is_fixed()
    assert undone.row.amounts.written_off == ZERO
    assert not undone.row.marked


@pytest.mark.parametrize("undone", EACH_PAYER_TYPE, indirect=True)
def test_balance_is_what_was_entered_to_the_cent(undone: Undone) -> None:
    """The open balance is the amount owed less what was paid, to the cent."""
    assert undone.is_fixed()
    owes = undone.test_visit.owes - CENTS
    assert undone.row.patient_amount == owes
    assert undone.row.amounts.balance == owes - undone.test_visit.paid


@pytest.mark.parametrize("undone", EACH_PAYER_TYPE, indirect=True)
def test_patient_amount_follows_from_its_field(undone: Undone) -> None:
    """In-network Pt Amt is the patient's share, out-of-network Rate less Coverage, direct Rate."""
    assert undone.is_fixed()
    sums, owes = undone.opened.amounts, undone.test_visit.owes - CENTS
    assert sums.rate is not None
    found = {
        "in-network": sums.pt_amt,
        "out-of-network": sums.rate - (sums.coverage or ZERO),
        "direct": sums.rate,
    }
    assert found[undone.test_visit.payer] == owes


@pytest.mark.parametrize("undone", EACH_PAYER_TYPE, indirect=True)
def test_no_other_date_of_service_moves(undone: Undone) -> None:
    """Every other date of service of the chart is as it was."""
    assert undone.is_fixed()
    assert undone.others(undone.after) == undone.others(undone.before)


@pytest.mark.parametrize("undone", EACH_PAYER_TYPE, indirect=True)
def test_method_stays(undone: Undone) -> None:
    """Saving an amount leaves the Method alone."""
    assert undone.is_fixed()
    assert undone.opened.method == undone.opened_before.method
    assert undone.opened.payer_type == undone.test_visit.payer


@pytest.mark.parametrize("undone", EACH_PAYER_TYPE, indirect=True)
def test_history_tab_shows_both_saves(undone: Undone) -> None:
    """The History tab tells of the reset and of the correct amount, each from what to what."""
    assert undone.is_fixed()
    receipt = undone.receipt
    value = getattr(receipt.before, receipt.field or "")
    told = {(line.before, line.after) for line in undone.history}
    assert {(value, ZERO), (ZERO, receipt.entered)} <= told


@pytest.mark.parametrize("undone", [case("partly-paid"), case("payment-same-date")], indirect=True)
def test_payments_stay(undone: Undone) -> None:
    """What the patient has paid stays paid, and no payment's row changes."""
    assert undone.is_fixed()
    assert undone.after.table.payments == undone.before.table.payments
    assert undone.row.amounts.patient_paid == undone.test_visit.paid


@pytest.mark.parametrize("undone", [case("two-sessions")], indirect=True)
def test_right_session_of_two_is_changed(undone: Undone) -> None:
    """Of two sessions on one date the other one stays written off."""
    assert undone.is_fixed()
    assert undone.others(undone.after) == undone.others(undone.before)


@pytest.mark.read_only
def test_open_balance_is_left_alone(practice: Practice) -> None:
    """A balance that is open already is told apart, and nothing is saved."""
    receipt = practice.fix("already-open")
    assert receipt.outcome is Outcome.NOTHING_TO_DO
    assert practice.office.screen.amounts_saved == 0
