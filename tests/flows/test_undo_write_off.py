"""Undoing a write-off opens its balance again, and nothing else in the practice changes.

Each test compares the whole ledger before and after, not the screen.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from attempts import Trial, tried

from automation.runs.session import Session
from automation.sandbox_process import Sandbox

Cases = dict[str, dict[str, Any]]
Try = Callable[..., Trial]
TWO_SAVES = ["Edit Billing"] * 2
WITH_COPAY = ["Edit Billing Settings", *TWO_SAVES, "Edit Billing Settings"]
FIELDS = {"in-network": "pt_amt", "out-of-network": "coverage", "direct": "rate"}


def cents(amount: str | None) -> int | None:
    """Read a receipt's amount as whole cents."""
    return None if amount is None else round(float(amount) * 100)


@pytest.mark.each_value_once
@pytest.mark.parametrize("skin", ["a", "b", "c"])
@pytest.mark.parametrize("name", list(FIELDS))
def test_written_off_visit_is_open_again(
    name: str, skin: str, practice: Sandbox, attempt: Try
) -> None:
    """Each payer type is fixed with two Saves in each skin, and the receipt matches the ledger."""
    practice.control("skin", {"skin": skin})
    trial = attempt(name)
    assert trial.says("fixed", "written-off", "fixed")
    assert trial.saves == TWO_SAVES
    receipt = trial.receipt.as_json()
    assert receipt["copay"]["set_aside"] is False
    assert (receipt["payer_type"], receipt["field"]) == (name, FIELDS[name])
    assert receipt["entered"] == trial.case["enter"]
    told = {key: cents(amount) for key, amount in receipt["after"].items()}
    assert told["balance"] == trial.visit["balance_cents"]
    assert told[FIELDS[name]] == trial.visit[f"{FIELDS[name]}_cents"]
    assert told["written_off"] == trial.visit["written_off_cents"] == 0
    assert [text for text in receipt["warnings"] if not text.startswith("A claim is out")] == []


@pytest.mark.long
@pytest.mark.parametrize(
    ("name", "skin"),
    [
        ("in-network-copay", "a"),
        ("in-network-copay", "b"),
        ("in-network-copay", "c"),
        ("out-of-network-copay", "a"),
        ("out-of-network-copay", "c"),
        ("direct-copay", "b"),
    ],
)
def test_stored_copay_is_set_aside_and_given_back(
    name: str, skin: str, practice: Sandbox, attempt: Try
) -> None:
    """A stored copay is set to $0 only for the fix, and restored at the end."""
    practice.control("skin", {"skin": skin})
    trial = attempt(name)
    assert trial.says("fixed", "copay-in-the-way", "fixed")
    assert trial.saves == WITH_COPAY
    copay = trial.receipt.as_json()["copay"]
    assert copay == {"original": trial.case["copay"], "set_aside": True, "restored": True}


@pytest.mark.short("zero-responsibility-out-of-network-zero-responsibility-c", "overpaid-a")
@pytest.mark.parametrize("skin", ["a", "c"])
@pytest.mark.parametrize(
    ("name", "diagnosis"),
    [
        ("zero-responsibility", "zero-responsibility"),
        ("zero-responsibility-out-of-network", "zero-responsibility"),
        ("zero-responsibility-direct", "zero-responsibility"),
        ("overpaid", "overpaid"),
        ("misc-charge", "no-method"),  # in short by the test of a refusal's receipt
    ],
)
def test_what_this_path_cannot_fix_is_refused(
    name: str, diagnosis: str, skin: str, practice: Sandbox, attempt: Try
) -> None:
    """A visit that only looks written off, or needs another path, is refused and not saved."""
    practice.control("skin", {"skin": skin})
    owed = {"owes": "10.00"} if name.startswith("zero") else {}
    trial = attempt(name, **owed)
    assert trial.says("refused", diagnosis, "as before")
    assert trial.saves == []
    assert trial.receipt.status() == 3
    assert trial.receipt.problem
    assert trial.receipt.problem["next"]


@pytest.mark.long
def test_insurance_write_off_is_not_touched(attempt: Try) -> None:
    """A write-off of the insurer's balance is told apart from the patient's, and left alone."""
    trial = attempt("insurance-write-off", owes="25.00")
    assert trial.says("refused", "insurance-write-off", "as before")
    assert attempt("insurance-write-off").says("nothing-to-do", "already-open", "as before")


@pytest.mark.each_value_once
@pytest.mark.parametrize("name", ["already-open", "paid"])
@pytest.mark.parametrize("skin", ["a", "b"])
def test_nothing_to_do_is_said_and_not_done(
    name: str, skin: str, practice: Sandbox, attempt: Try
) -> None:
    """A visit that is already open or paid ends with status 0 and without a Save."""
    practice.control("skin", {"skin": skin})
    trial = attempt(name)
    assert trial.says("nothing-to-do", name, "as before")
    assert (trial.saves, trial.receipt.status()) == ([], 0)


@pytest.mark.long
def test_second_run_finds_nothing_to_do(attempt: Try) -> None:
    """A fix that was done is not done again."""
    assert attempt("out-of-network").says("fixed", "written-off", "fixed")
    again = attempt("out-of-network")
    assert again.says("nothing-to-do", "already-open", "as before")
    assert again.saves == []


@pytest.mark.long
def test_partly_paid_visit_keeps_its_payment(attempt: Try) -> None:
    """20.00 of 30.00 stay paid and 10.00 are open, although the reset shows a credit for a time."""
    trial = attempt("partly-paid")
    assert trial.says("fixed", "written-off", "fixed")
    assert (trial.visit["patient_paid_cents"], trial.visit["balance_cents"]) == (2000, 1000)


@pytest.mark.long
def test_missed_appointment_is_fixed_as_direct_pay(attempt: Try) -> None:
    """A missed appointment's fee is paid directly, so its Rate is what is reset."""
    trial = attempt("missed-appointment")
    assert trial.says("fixed", "written-off", "fixed")
    assert trial.receipt.field == "rate"


@pytest.mark.long
@pytest.mark.parametrize(
    ("name", "status"),
    [("claim-submitted", "Submitted"), ("claim-rejected", "Pending Resubmit")],
)
def test_claim_that_is_out_is_warned_of(name: str, status: str, attempt: Try) -> None:
    """A claim that was already submitted causes a warning, but does not stop the fix."""
    trial = attempt(name)
    assert trial.says("fixed", "written-off", "fixed")
    assert any(status in warning for warning in trial.receipt.warnings)


@pytest.mark.long
def test_inactive_patient_is_found(attempt: Try) -> None:
    """A written-off balance of an inactive patient is fixed without activating the patient."""
    assert attempt("inactive").says("fixed", "written-off", "fixed")


# Which patient, which session ------------------------------------------------------------------


def test_namesakes_are_refused_until_told_apart(attempt: Try) -> None:
    """Two patients of one name are refused with both birth dates, and neither is touched."""
    trial = attempt("namesakes", born=None)
    assert trial.says("refused", "several-patients", "as before")
    assert "5/5/1985" in trial.receipt.message
    assert "10/20/1958" in trial.receipt.message


@pytest.mark.long
@pytest.mark.parametrize("by", ["born", "account"])
def test_namesake_is_chosen(by: str, attempt: Try, cases: Cases) -> None:
    """The birth date or the account number tells two patients of one name apart."""
    told: dict[str, Any] = {"account": str(cases["namesakes"]["acct"]), "born": None}
    trial = attempt("namesakes", **({} if by == "born" else told))
    assert trial.says("fixed", "written-off", "fixed")


@pytest.mark.short("more1", "more2", "more3")
@pytest.mark.parametrize(
    ("more", "diagnosis"),
    [
        ({"patient": "Marlow, Juniper"}, "no-such-patient"),
        ({"born": "1984-02-10"}, "no-such-patient"),
        ({"date": "2026-03-05"}, "nothing-on-that-date"),
        ({"time": "3:30 PM"}, "nothing-on-that-date"),
        ({"payer": "direct"}, "payer-type-differs"),
    ],
)
def test_what_does_not_fit_the_chart_is_refused(
    more: dict[str, str], diagnosis: str, attempt: Try
) -> None:
    """A name, birth date, date, time or payer type that is not on screen is refused."""
    trial = attempt("in-network", **more)
    assert trial.says("refused", diagnosis, "as before")
    assert trial.saves == []


def test_two_sessions_on_a_date_are_refused(attempt: Try) -> None:
    """Two sessions on the date are refused, and the message names both."""
    trial = attempt("two-sessions")
    assert trial.says("refused", "two-sessions", "as before")
    assert "9:00 AM" in trial.receipt.message
    assert "2:00 PM" in trial.receipt.message


@pytest.mark.long
@pytest.mark.parametrize(
    ("more", "skin"), [({"time": "9:00 AM"}, "a"), ({"service": "90837"}, "c")]
)
def test_time_or_service_chooses_the_session(
    more: dict[str, str], skin: str, practice: Sandbox, attempt: Try
) -> None:
    """The time or the service decides which of two sessions is fixed; the other stays."""
    practice.control("skin", {"skin": skin})
    assert attempt("two-sessions", **more).says("fixed", "written-off", "fixed")


@pytest.mark.long
def test_other_session_of_the_date_can_be_chosen(
    practice: Sandbox, work: Session, cases: Cases
) -> None:
    """The afternoon session is fixed when its time and service are given."""
    morning = cases["two-sessions"]
    charts = practice.control("ledger")["patients"]
    (chart,) = [chart for chart in charts if chart["id"] == morning["id"]]
    (other,) = [v for v in chart["visits"] if v["service"] == "90847"]
    afternoon = {**morning, "visit": other["id"], "owes": "35.00"}
    trial = tried(practice, work, afternoon, time="14:00", service="90847")
    assert trial.says("fixed", "written-off", "fixed")


@pytest.mark.long
def test_row_on_page_three_of_six_is_fixed(attempt: Try) -> None:
    """A visit on page three of a long chart is fixed, and no other row changes."""
    assert attempt("page-three").says("fixed", "written-off", "fixed")


def test_payment_on_the_same_date_is_never_opened(
    practice: Sandbox, work: Session, attempt: Try
) -> None:
    """The light blue payment row with the visit's own date is never clicked."""
    asked: list[str] = []
    work.screen.tab.on("request", lambda request: asked.append(request.url))
    trial = attempt("payment-same-date")
    assert trial.says("fixed", "written-off", "fixed")
    (chart,) = [c for c in trial.after["patients"] if c["id"] == trial.case["id"]]
    assert chart["payments"]
    opened = [url for url in asked for paid in chart["payments"] if paid["id"] in url]
    assert opened == []


# Amounts ---------------------------------------------------------------------------------------


@pytest.mark.long
@pytest.mark.parametrize(
    ("name", "owes"),
    [
        ("in-network", "12.34"),
        ("out-of-network", "45.67"),
        ("direct", "80.00"),
        ("unassigned-credit", "12.34"),
    ],
)
def test_another_amount_than_before_is_entered(
    name: str, owes: str, practice: Sandbox, work: Session, cases: Cases
) -> None:
    """The patient owes what was asked for, to the cent, even if it differs from before.

    Unassigned credit stays unassigned, although the balance it could pay is open again.
    """
    trial = tried(practice, work, {**cases[name], "owes": owes})
    assert trial.says("fixed", "written-off", "fixed")
    assert trial.visit["balance_cents"] == cents(owes)


@pytest.mark.long
@pytest.mark.parametrize(("enter", "owes"), [("90.00", "30.00"), ("30.00", "90.00")])
def test_literal_value_is_entered(
    enter: str, owes: str, practice: Sandbox, work: Session, cases: Cases
) -> None:
    """--enter is typed as it is; if the patient then owes another amount, a warning says so."""
    case = {**cases["out-of-network"], "owes": owes}
    trial = tried(practice, work, case, enter=enter)
    assert trial.says("fixed", "written-off", "fixed")
    assert trial.receipt.as_json()["entered"] == enter
    said = [text for text in trial.receipt.warnings if "--owes" in text]
    assert len(said) == (enter != owes)
    assert all(f"makes the patient owe ${owes}" in text for text in said)


@pytest.mark.short("direct")
@pytest.mark.parametrize("name", ["in-network", "out-of-network", "direct"])
def test_amount_over_the_rate_is_refused(name: str, attempt: Try) -> None:
    """More than the Rate is a usage error, found after reading and before any Save."""
    trial = attempt(name, owes="120.01")
    assert (trial.receipt.outcome, trial.receipt.status()) == ("refused", 2)
    assert (trial.state, trial.saves) == ("as before", [])


@pytest.mark.long
def test_amount_below_what_was_paid_is_refused(attempt: Try) -> None:
    """An amount that would leave no open balance is refused before any Save."""
    assert attempt("partly-paid", owes="15.00").says("refused", "overpaid", "as before")


@pytest.mark.short("in-network-copay")
@pytest.mark.parametrize("name", [*FIELDS, "in-network-copay"])
def test_plan_changes_nothing(name: str, attempt: Try) -> None:
    """A plan says what would be typed, and changes no record of the practice."""
    trial = attempt(name, dry_run=True)
    assert trial.outcome[0] == "planned"
    assert trial.after == trial.before
    assert trial.receipt.as_json()["entered"] == trial.case["enter"]


@pytest.mark.long
def test_plan_of_a_refusal_says_so(attempt: Try) -> None:
    """A plan for what would be refused is refused in the same way, and changes nothing."""
    trial = attempt("zero-responsibility", owes="10.00", dry_run=True)
    assert trial.says("refused", "zero-responsibility", "as before")


# AutoPay ---------------------------------------------------------------------------------------


@pytest.mark.short("b", "c")
@pytest.mark.parametrize("skin", ["a", "b", "c"])
def test_autopay_is_refused_without_consent(skin: str, practice: Sandbox, attempt: Try) -> None:
    """A patient enrolled in AutoPay is refused, and no card is charged that night."""
    practice.control("skin", {"skin": skin})
    trial = attempt("autopay")
    assert trial.says("refused", "autopay", "as before")
    assert practice.control("night", {})["charged"] == []


def test_autopay_goes_on_with_consent(practice: Sandbox, attempt: Try) -> None:
    """With consent the balance is opened, with a warning of the charge that follows."""
    trial = attempt("autopay", autopay_ok=True)
    assert trial.says("fixed", "written-off", "fixed")
    assert any("AutoPay" in warning for warning in trial.receipt.warnings)
    assert len(practice.control("night", {})["charged"]) == 1


# The receipt -----------------------------------------------------------------------------------


@pytest.mark.long
def test_receipt_has_the_keys_that_readers_rely_on(attempt: Try) -> None:
    """The JSON receipt has the promised keys, with amounts as text with two decimals."""
    trial = attempt("in-network-copay")
    assert trial.says("fixed", "copay-in-the-way", "fixed")
    assert trial.saves == WITH_COPAY
    receipt = trial.receipt.as_json()
    promised = {
        "outcome", "diagnosis", "patient", "date_of_service", "payer_type", "field", "before",
        "after", "copay", "entered", "steps", "seconds", "message", "next_steps",
    }  # fmt: skip
    assert promised <= set(receipt)
    amounts = {"rate", "pt_amt", "coverage", "patient_paid", "balance", "written_off"}
    assert set(receipt["before"]) == set(receipt["after"]) == amounts
    assert receipt["before"]["written_off"] == receipt["after"]["balance"] == "25.00"
    assert receipt["before"]["balance"] == receipt["after"]["written_off"] == "0.00"
    assert receipt["before"]["rate"] == receipt["after"]["rate"] == "120.00"
    assert receipt["copay"] == {"original": "25.00", "set_aside": True, "restored": True}
    assert receipt["entered"] == "25.00"
    assert (receipt["patient"], receipt["date_of_service"]) == ("Abernathy, Rosalind", "2026-04-02")
    assert receipt["seconds"] > 0
    for step in receipt["steps"]:
        assert set(step) == {"title", "seconds"}
    assert len(receipt["next_steps"]) == 2


def test_refusal_names_patient_reference_and_date_for_support(attempt: Try) -> None:
    """A refusal's receipt has the reference and the date of service to tell support."""
    trial = attempt("misc-charge")
    assert trial.says("refused", "no-method", "as before")
    assert trial.saves == []
    receipt = trial.receipt.as_json()
    assert receipt["reference"]
    assert receipt["date_of_service"] == "2026-04-16"
    assert "support" in receipt["problem"]["next"]
