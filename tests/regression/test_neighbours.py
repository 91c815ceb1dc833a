"""What a fix must not touch: other patients, and balances that AutoPay would charge."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from payers import less_cents

from automation.billing.diagnosis import Diagnosis
from automation.billing.request import PatientQuery
from automation.pages.patient_billing import Transactions
from automation.regression import checks
from automation.regression.practice import Practice


def chart_of(practice: Practice, who: PatientQuery) -> Transactions:
    """Read the whole table of any patient's chart."""
    desk = practice.desk
    with desk.step("Patients > another patient > All Items"):
        chart = desk.start_over().find(who)
        return chart.patient_billing().show_all_items().transactions()


def other_of_that_name(practice: Practice) -> PatientQuery:
    """Find the other patient with the namesake's name in the list."""
    meant, desk = practice.patient("namesake"), practice.desk
    with desk.step("Patients > the surname > Search"):
        found = desk.start_over().found_by(meant.last)
    others = [one for one in found if one.has_name(meant.name) and one.born != meant.born]
    checks.something(others, "another patient of the namesake's name", "see the QA data file")
    return others[0]


@dataclass(frozen=True)
class Namesakes:
    """The other patient's chart before and after the fix of the namesake's date of service."""

    before: Transactions
    after: Transactions


def fixed_beside(practice: Practice) -> Namesakes:
    """Fix the namesake's date of service, and read the other's chart before and after."""
    other = other_of_that_name(practice)
    before = chart_of(practice, other)
    checks.fixed(practice.fix("namesake", **less_cents(practice.data, "namesake")))
    return Namesakes(before, chart_of(practice, other))


def test_no_other_patient_moves(once: Callable[..., Namesakes]) -> None:
    """Another patient of the same name keeps every amount when one is fixed."""
    seen = once("namesakes", fixed_beside)
    checks.could_move(seen.before.visits, "namesake")
    checks.same_visits("the other patient of that name", seen.before.visits, seen.after.visits)


@pytest.mark.read_only
def test_autopay_is_shown_for_an_enrolled_patient(practice: Practice) -> None:
    """The chart of a patient whose card would be charged tonight shows the AutoPay sign."""
    practice.visit("autopay")
    assert practice.table("autopay").autopay, "an enrolled patient's chart shows no AutoPay sign"


@pytest.mark.read_only
def test_autopay_is_shown_for_nobody_else(practice: Practice) -> None:
    """The chart of a patient who is not enrolled shows no AutoPay sign."""
    assert not practice.table("in-network").autopay, (
        "the chart of the case in-network shows the AutoPay sign; its patient is not enrolled"
    )


@pytest.mark.read_only
def test_enrolled_patient_is_not_fixed_without_consent(practice: Practice) -> None:
    """An enrolled patient is not fixed, because the balance would be charged that night."""
    practice.visit("autopay")
    receipt = practice.fix("autopay")
    checks.same_words("diagnosis of an enrolled patient", Diagnosis.AUTOPAY, receipt.diagnosis)
    saves = practice.session.screen.amounts_saved
    assert saves == 0, f"an enrolled patient's date of service was saved {saves} times"
