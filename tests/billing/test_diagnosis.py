"""The case of a date of service is named before anything is changed."""

import pytest
from billing_cases import visit, visits
from hypothesis import given

from automation.billing.diagnosis import ASK_SUPPORT, LOOK_FOR_LABELS, Diagnosis, diagnose
from automation.billing.visit import Visit

REFUND = "look at the payment; a refund or a credit is another path"
CASES = [
    (visit(), "written-off", "The patient owes $30.00, paid $0.00, and $30.00 is written off.", ""),
    (visit(balance=None, pt_status="Patient Balance WRITTEN OFF"), "written-off",
     "The patient owes $30.00, paid $0.00, and the rest is written off.", ""),
    (visit(patient_paid="20"), "written-off",
     "The patient owes $30.00, paid $20.00, and $10.00 is written off.", ""),
    (visit(pt_amt="0", pt_status="Patient balance written off"), "zero-responsibility",
     "Not written off: the patient simply owes $0.00 for this session.",
     "if the patient should owe something, enter it on the chart yourself; "
     "there is no write-off to undo"),
    (visit(balance="30"), "already-open",
     "A balance of $30.00 is open already (patient amount $30.00); no write-off found.",
     "to change an open amount, edit it on the chart; there is no write-off to undo"),
    (visit(patient_paid="30"), "paid", "Paid in full ($30.00); no write-off found.",
     "nothing is written off here; check the date of service"),
    (visit(patient_paid="30", ins_status="Insurance WRITTEN OFF"), "insurance-write-off",
     "The insurance's balance was written off, not the patient's.",
     "the insurance payment is where that was done; this path must not touch it"),
    (visit(patient_paid="50", balance="-20"), "overpaid",
     "The patient paid $50.00 of $30.00 owed: overpaid, nothing to reopen.", REFUND),
    (visit(patient_paid=None, balance="-20"), "overpaid",
     "The balance is -$20.00: overpaid, nothing to reopen.", REFUND),
    (visit(pt_amt="0", patient_paid="20", balance="-20"), "overpaid",
     "The patient paid $20.00 of $0.00 owed: overpaid, nothing to reopen.", REFUND),
    (visit("out-of-network", coverage="110"), "overpaid",
     "The patient amount is -$10.00, below zero: nothing to reopen.", REFUND),
    (visit(patient_paid=None, balance=None), "unclear",
     "The screen shows $30.00 owed, unknown paid and a balance of unknown: "
     "too little to tell a write-off from a payment.", LOOK_FOR_LABELS),
    (visit(pt_amt=None), "no-method",
     "The screen does not show what the patient owes for this date of service.", LOOK_FOR_LABELS),
    (visit(""), "no-method",
     "This charge has no Method, so it cannot be opened again this way.", ASK_SUPPORT),
    (visit("", method="Barter"), "no-method",
     "Method 'Barter' is none of in-network, out-of-network, direct.", ASK_SUPPORT),
]  # fmt: skip


@pytest.mark.parametrize(("one", "case", "sentence", "next_step"), CASES)
def test_diagnose_case(one: Visit, case: str, sentence: str, next_step: str) -> None:
    """Each case has its own plain sentence and next step, and only a write-off can be fixed."""
    finding = diagnose(one)
    assert (finding.diagnosis, finding.sentence) == (case, sentence)
    assert (finding.next_step, finding.fixable) == (next_step, case == "written-off")


@given(visits)
def test_diagnose_any_visit(one: Visit) -> None:
    """Whatever a screen shows or leaves out, it gets one case with a sentence."""
    finding = diagnose(one)
    assert finding.sentence and finding.fixable == (finding.diagnosis is Diagnosis.WRITTEN_OFF)
    assert finding.fixable or finding.next_step
