"""Who may bill: four roles, as the screen shows it and as the server enforces it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from automation.billing.diagnosis import Diagnosis
from automation.billing.request import PatientQuery
from automation.desk import Desk
from automation.errors import Refusal
from automation.pages.patient_chart import PatientChart
from automation.pages.screen import any_of
from automation.regression.practice import Practice
from config.qa_data import QaData, TestVisit

pytestmark = pytest.mark.read_only
DeskOf = Callable[[str], Desk]


def chart_for(desk: Desk, visit: TestVisit) -> PatientChart:
    """Open a test patient's chart with another account."""
    last, _, first = visit.patient.partition(", ")
    with desk.step("Patients > the patient"):
        return desk.start_over().find(PatientQuery(last, first, visit.born))


def has_no_billing(desk: Desk, visit: TestVisit) -> bool:
    """Tell whether the billing tab is kept from this account, or the whole patient."""
    try:
        chart = chart_for(desk, visit)
    except Refusal as refusal:
        return refusal.diagnosis == Diagnosis.NO_SUCH_PATIENT
    tabs = chart.tabs()
    named = any_of(desk.screen.site.labels.billing.tab)
    assert tabs, "the chart shows no tabs at all"
    return not any(named.match(tab) for tab in tabs)


def wanted(qa_data: QaData, case: str) -> TestVisit:
    """A case of the data file; skipped where there is none."""
    if case not in qa_data.visits:
        pytest.skip(f"the QA data file has no case {case}")
    return qa_data.visits[case]


@pytest.mark.role("biller")
def test_biller_bills_every_patient(practice: Practice) -> None:
    """A Practice Biller has the billing tab of every patient."""
    for case in ("in-network", "assigned", "not-assigned"):
        assert practice.chart(case).patient_billing().ready()


@pytest.mark.role("assigned-biller")
def test_assigned_biller_bills_assigned_patients(desk_of: DeskOf, qa_data: QaData) -> None:
    """A Biller for Assigned Patients Only has the billing tab of a patient of theirs."""
    visit = wanted(qa_data, "assigned")
    assert chart_for(desk_of("assigned-biller"), visit).patient_billing().ready()


@pytest.mark.role("assigned-biller")
def test_assigned_biller_does_not_bill_other_patients(desk_of: DeskOf, qa_data: QaData) -> None:
    """That biller sees no billing of somebody else's patient."""
    visit = wanted(qa_data, "not-assigned")
    assert has_no_billing(desk_of("assigned-biller"), visit)


@pytest.mark.role("clinician")
def test_clinician_does_not_bill(desk_of: DeskOf, qa_data: QaData) -> None:
    """A clinician without a billing role sees no billing tab."""
    assert has_no_billing(desk_of("clinician"), wanted(qa_data, "in-network"))


@pytest.mark.role("scheduler")
def test_scheduler_does_not_bill(desk_of: DeskOf, qa_data: QaData) -> None:
    """A Practice Scheduler sees no billing tab."""
    assert has_no_billing(desk_of("scheduler"), wanted(qa_data, "in-network"))
