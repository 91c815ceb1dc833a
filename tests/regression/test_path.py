"""Each click of the article's path leads where the article says."""

from __future__ import annotations

import pytest
from payers import EACH_PAYER_TYPE

from automation.billing.diagnosis import Diagnosis
from automation.billing.request import PatientQuery
from automation.desk import Desk
from automation.errors import Refusal
from automation.regression.practice import Looked, Practice

pytestmark = pytest.mark.read_only


def test_patients_page_has_its_search(desk: Desk) -> None:
    """Patients in the main navigation opens a page with a box to search in, and Search."""
    with desk.step("Patients"):
        assert desk.patients.open().ready()


def test_search_opens_the_chart_of_the_patient(practice: Practice) -> None:
    """Search and the patient's name open a chart with that name and birth date."""
    chart = practice.chart("in-network")
    assert chart.ready()
    assert chart.patient.born == practice.visit("in-network").born


def test_inactive_patient_is_found(practice: Practice) -> None:
    """A patient who is not active any more is found when the filter says Any."""
    assert practice.chart("inactive").ready()


def test_patients_of_one_name_are_all_listed(practice: Practice) -> None:
    """Two patients of one name both stand in the list, and the birth date tells them apart."""
    meant = practice.patient("namesake")
    with pytest.raises(Refusal) as refused:
        practice.desk.start_over().find(PatientQuery(meant.last, meant.first))
    assert refused.value.diagnosis == Diagnosis.SEVERAL_PATIENTS
    assert practice.chart("namesake").patient.born == meant.born


def test_chart_has_its_billing_tabs(practice: Practice) -> None:
    """The chart has a tab for billing and one for the billing settings."""
    chart = practice.chart("in-network")
    assert chart.patient_billing().ready()
    assert chart.billing_settings().ready()


@pytest.mark.parametrize("looked", EACH_PAYER_TYPE, indirect=True)
def test_date_of_service_opens_with_its_own_amounts(looked: Looked) -> None:
    """Clicking a date opens that session: its field is there and its amounts are the row's."""
    row, opened = looked.row, looked.opened
    assert opened.payer_type == looked.test_visit.payer
    assert opened.patient_amount == looked.test_visit.owes
    assert row.amounts.rate in (None, opened.amounts.rate)  # a table need not show the Rate
    assert row.patient_amount in (None, opened.patient_amount)


@pytest.mark.parametrize("looked", EACH_PAYER_TYPE, indirect=True)
def test_dates_are_the_calendar_days_of_the_visits(looked: Looked) -> None:
    """The table shows each visit on its own day, whatever the time zone."""
    assert looked.test_visit.date in {row.date for row in looked.table.visits}


def test_session_clicked_is_the_session_opened(practice: Practice) -> None:
    """Of two sessions on one date the one that is clicked opens."""
    billing = practice.chart("two-sessions").patient_billing().show_all_items()
    row = practice.row("two-sessions", billing.transactions())
    with practice.desk.step("The date of service, one of two"):
        assert billing.open(row).read().patient_amount == row.patient_amount
