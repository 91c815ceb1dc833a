"""Who may bill: four roles, as the screen shows it and as the server enforces it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from automation.billing.diagnosis import Diagnosis
from automation.billing.payment import Allocation
from automation.billing.request import PatientQuery
from automation.desk import Desk
from automation.errors import Refusal
from automation.pages.patient_chart import PatientChart
from automation.pages.screen import any_of
from automation.regression import checks
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
    """Tell whether the billing tab, or the whole patient, is hidden from this account."""
    try:
        chart = chart_for(desk, visit)
    except Refusal as refusal:
        return refusal.diagnosis == Diagnosis.NO_SUCH_PATIENT
    tabs = chart.tabs()
    named = any_of(desk.screen.site.labels.billing.tab)
    checks.something(tabs, "the chart's tabs, which the role decides on", "look at the chart")
    return not any(named.match(tab) for tab in tabs)


def wanted(qa_data: QaData, case: str) -> TestVisit:
    """Return a case of the QA data file; skip where there is none."""
    if case not in qa_data.visits:
        pytest.skip(f"the QA data file has no case {case}")
    return qa_data.visits[case]


@pytest.mark.role("biller")
def test_biller_bills_every_patient(practice: Practice) -> None:
    """A Practice Biller has the billing tab for every patient."""
    for case in ("in-network", "assigned", "not-assigned"):
        assert practice.chart(case).patient_billing().ready(), (
            f"the billing tab of the case {case} shows no filter of transactions"
        )


@pytest.mark.role("assigned-biller")
def test_assigned_biller_bills_assigned_patients(desk_of: DeskOf, qa_data: QaData) -> None:
    """A Biller for Assigned Patients Only has the billing tab for an assigned patient."""
    visit = wanted(qa_data, "assigned")
    assert chart_for(desk_of("assigned-biller"), visit).patient_billing().ready(), (
        "the billing tab of a patient of theirs shows no filter of transactions"
    )


@pytest.mark.role("assigned-biller")
def test_assigned_biller_does_not_change_the_method(desk_of: DeskOf, qa_data: QaData) -> None:
    """A Biller for Assigned Patients Only sees a date of service's Method but cannot change it."""
    visit, desk = wanted(qa_data, "assigned"), desk_of("assigned-biller")
    billing = chart_for(desk, visit).patient_billing()
    with desk.step("Patient Billing tab > All Items > the date of service"):
        table = billing.show_all_items().transactions()
        row = table.the_one(Allocation(visit.date))
        opened = billing.open(row)
    checks.same_words("payer type by the Method", visit.payer, opened.read().payer_type)
    assert not opened.offers_methods(), (
        "a Biller for Assigned Patients Only is offered a list of Methods to choose from"
    )


@pytest.mark.role("assigned-biller")
def test_assigned_biller_does_not_bill_other_patients(desk_of: DeskOf, qa_data: QaData) -> None:
    """A Biller for Assigned Patients Only has no billing tab for other patients."""
    visit = wanted(qa_data, "not-assigned")
    assert has_no_billing(desk_of("assigned-biller"), visit), (
        "a Biller for Assigned Patients Only has the billing tab of somebody else's patient"
    )


@pytest.mark.role("clinician")
def test_clinician_does_not_bill(desk_of: DeskOf, qa_data: QaData) -> None:
    """A clinician without a billing role sees no billing tab."""
    assert has_no_billing(desk_of("clinician"), wanted(qa_data, "in-network")), (
        "a Clinician without a billing role has the billing tab"
    )


@pytest.mark.role("clinician")
def test_clinician_does_not_edit_the_copay(
    practice: Practice, desk_of: DeskOf, qa_data: QaData
) -> None:
    """A clinician without a billing role is offered no Edit of an insurance policy."""
    visit = wanted(qa_data, "in-network-copay")
    offered = practice.chart("in-network-copay").billing_settings().offered_edits()
    checks.something(list(range(offered)), "an Edit of a policy for the biller", "see the tab")
    desk = desk_of("clinician")
    try:
        chart = chart_for(desk, visit)
    except Refusal as refusal:
        assert refusal.diagnosis == Diagnosis.NO_SUCH_PATIENT, refusal.found
        return  # a practice may hide the whole patient
    if not any(any_of(desk.screen.site.labels.settings.tab).match(tab) for tab in chart.tabs()):
        return
    edits = chart.billing_settings().offered_edits()
    assert edits == 0, f"a Clinician without a billing role is offered Edit {edits} times"


@pytest.mark.role("scheduler")
def test_scheduler_does_not_bill(desk_of: DeskOf, qa_data: QaData) -> None:
    """A Practice Scheduler sees no billing tab."""
    assert has_no_billing(desk_of("scheduler"), wanted(qa_data, "in-network")), (
        "a Practice Scheduler without a billing role has the billing tab"
    )
