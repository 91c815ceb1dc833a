"""Each click on the article's path leads where the article says."""

from __future__ import annotations

import pytest
from payers import EACH_PAYER_TYPE

from automation.billing.diagnosis import Diagnosis
from automation.billing.request import PatientQuery
from automation.desk import Desk
from automation.errors import Refusal
from automation.regression import checks, table_checks
from automation.regression.practice import Inspection, Practice

pytestmark = pytest.mark.read_only


def test_patients_page_has_its_search(desk: Desk) -> None:
    """Patients in the main navigation opens a page with a search box and Search."""
    with desk.step("Patients"):
        assert desk.patients.open().ready(), "the Patients page has no box to search in, or Search"


def test_search_opens_the_chart_of_the_patient(practice: Practice) -> None:
    """Search and the patient's name open a chart with that name and birth date."""
    chart = practice.chart("in-network")
    assert chart.ready(), f"the chart does not show {chart.lacks()}"
    table_checks.birth_dates(
        practice.visit("in-network").born, [chart.patient.born, *chart.birth_dates()]
    )


def test_inactive_patient_is_found(practice: Practice) -> None:
    """An inactive patient is found when the filter is Any."""
    chart = practice.chart("inactive")
    assert chart.ready(), f"the chart of the inactive patient does not show {chart.lacks()}"


def test_patients_page_opens_without_inactive_patients(practice: Practice) -> None:
    """The list opens with active patients only; an inactive one is found with Any."""
    inactive, desk = practice.patient("inactive"), practice.desk
    with desk.step("Patients > the surname > Search, the filter as it opens"):
        usual = desk.start_over().found_by(inactive.last, usual=True)
    with desk.step("Patients > the surname > Filter: Any > Search"):
        found = desk.start_over().found_by(inactive.last)
    checks.something(
        [one for one in found if one.has_name(inactive.name)],
        "the inactive patient of the QA data file under Any",
        "see whether the list still holds inactive patients",
    )
    shown = [one for one in usual if one.has_name(inactive.name) and one.born == inactive.born]
    assert not shown, "the Patients page opens with the filter Active and lists an inactive patient"


def test_patients_list_shows_the_birth_date(practice: Practice) -> None:
    """The list shows a patient's own birth date beside the name."""
    asked, desk = practice.patient("in-network"), practice.desk
    with desk.step("Patients > the surname > Search"):
        found = desk.start_over().found_by(asked.last)
    born = [one.born for one in found if one.has_name(asked.name)]
    checks.something(born, "the patient of the case in-network in the list", "see who is there")
    if len(born) == 1:
        table_checks.birth_dates(practice.visit("in-network").born, born)
    assert practice.visit("in-network").born in born, "the birth date asked for is not in the list"


def test_search_finds_a_patient_by_account_number(practice: Practice) -> None:
    """The search box takes an account number as well as a name, as its placeholder says."""
    account = practice.chart("in-network").patient.account
    if not account:
        pytest.skip("the list of this site shows no account number")
    desk = practice.desk
    with desk.step("Patients > the account number > Search"):
        found = desk.start_over().found_by(account)
    asked = practice.patient("in-network")
    names = [one for one in found if one.has_name(asked.name)]
    assert names, f"searching an account number: expected its patient, found {len(found)} others"


def test_patients_of_one_name_are_all_listed(practice: Practice) -> None:
    """Two patients of one name are both listed, and the birth date tells them apart."""
    meant = practice.patient("namesake")
    with pytest.raises(Refusal) as refused:
        practice.desk.start_over().find(PatientQuery(meant.last, meant.first))
    assert refused.value.diagnosis == Diagnosis.SEVERAL_PATIENTS, refused.value.found
    table_checks.birth_dates(
        practice.visit("namesake").born, [practice.chart("namesake").patient.born]
    )


def test_chart_has_its_billing_tabs(practice: Practice) -> None:
    """The chart has a tab for billing and one for the billing settings."""
    chart = practice.chart("in-network")
    assert chart.patient_billing().ready(), "the billing tab shows no filter of transactions"
    assert chart.billing_settings().ready(), "Billing Settings shows no insurance"


@pytest.mark.parametrize("looked", EACH_PAYER_TYPE, indirect=True)
def test_date_of_service_opens_with_its_own_amounts(looked: Inspection) -> None:
    """A click on a date opens that date of service, with its field and the row's amounts."""
    test = looked.test_visit
    checks.same_in_row_and_dialog(looked.row, looked.opened, test.payer, test.owes)


@pytest.mark.parametrize("looked", EACH_PAYER_TYPE, indirect=True)
def test_table_tells_the_method_of_each_date(looked: Inspection) -> None:
    """The Method in the table, if any, is the one that the date of service opens with."""
    named = {visit.payer_type for visit in looked.table.visits} - {""}
    if not named:
        pytest.skip("the table of this site shows no Method")
    checks.same_words(
        f"Method of {checks.which(looked.row)} in the table, as in its details",
        looked.opened.payer_type,
        looked.row.payer_type,
    )


@pytest.mark.parametrize("looked", EACH_PAYER_TYPE, indirect=True)
def test_dates_are_the_calendar_days_of_the_visits(looked: Inspection) -> None:
    """The table shows each visit on its own day, whatever the time zone."""
    table_checks.listed([looked.test_visit.date], looked.table.visits, "All Items")


@pytest.mark.parametrize("looked", EACH_PAYER_TYPE, indirect=True)
def test_status_fits_the_balance(looked: Inspection) -> None:
    """No date of service that is open or paid in full says that it is written off."""
    others = [v for v in looked.table.visits if v.patient_amount and v.amounts.balance is not None]
    checks.something(others, "a date of service with an amount and a balance", "see the table")
    for visit in others:
        owed, paid = visit.patient_amount, visit.amounts.patient_paid
        if visit.amounts.balance or owed == paid:
            assert not visit.looks_written_off, (
                f"{checks.which(visit)}: nothing is written off, yet its status says "
                f'"{visit.pt_status}"'
            )


@pytest.mark.parametrize("looked", EACH_PAYER_TYPE, indirect=True)
def test_only_write_offs_carry_the_mark(looked: Inspection) -> None:
    """Only write-offs have the asterisk or tooltip of a write-off."""
    marked = [visit for visit in looked.table.visits if visit.marked]
    checks.something(marked, "the mark of a write-off in the table", "see the written-off row")
    wrong = [visit for visit in marked if visit.with_written_off().amounts.written_off == 0]
    table_checks.not_listed(wrong, "the mark of a write-off", "not written off")


@pytest.mark.parametrize("looked", EACH_PAYER_TYPE, indirect=True)
def test_patient_balance_is_the_sum_of_the_rows(looked: Inspection) -> None:
    """The balance beside Patient Accounting is the sum of all dates of service."""
    if looked.summary.balance is None:
        pytest.skip("this site shows no balance of the patient as a whole")
    parts = [visit.amounts.balance for visit in looked.table.visits]
    checks.something([part for part in parts if part], "an open balance", "choose another chart")
    checks.sum_of("Patient Balance, the sum of all rows", looked.summary.balance, parts)


def test_session_clicked_is_the_session_opened(practice: Practice) -> None:
    """Of two sessions on one date, the clicked one opens."""
    billing = practice.chart("two-sessions").patient_billing().show_all_items()
    table = billing.transactions()
    row = practice.row("two-sessions", table)
    other = [v for v in table.visits if v.date == row.date and v != row]
    checks.something(other, "a second session on that date", "choose a chart that has two")
    with practice.desk.step("The date of service, one of two"):
        opened = billing.open(row).read()
    checks.same_amount(f"{checks.which(row)} opened", row.patient_amount, opened.patient_amount)
