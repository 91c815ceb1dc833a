"""What the filter of Search Billing Transactions lets through."""

from __future__ import annotations

import pytest
from payers import EACH_PAYER_TYPE, case

from automation.billing.visit import Visit
from automation.regression import checks, table_checks
from automation.regression.practice import Inspection, Practice

pytestmark = pytest.mark.read_only
USUAL = "the view before All Items is chosen"


def paid_ones(looked: Inspection) -> list[Visit]:
    """Return the chart's paid dates of service; skip where the table does not show what is paid."""
    if all(visit.amounts.patient_paid is None for visit in looked.table.visits):
        pytest.skip("the table of this site does not show what the patient paid")
    return [visit for visit in looked.table.visits if visit.is_paid]


@pytest.mark.parametrize("looked", EACH_PAYER_TYPE, indirect=True)
def test_all_items_holds_written_off_items(looked: Inspection) -> None:
    """All Items lists the written-off date of service, and says that it is written off."""
    what = f"{checks.which(looked.row)}: written off, as the QA data file has it"
    checks.same_amount(what, looked.test_visit.owes - looked.test_visit.paid,
                       looked.row.amounts.written_off)  # fmt: skip
    assert looked.row.looks_written_off, (
        f"{checks.which(looked.row)}: expected a status that says written off, "
        f'found "{looked.row.pt_status}"'
    )


@pytest.mark.parametrize("looked", [case("payment-same-date")], indirect=True)
def test_all_items_holds_payments(looked: Inspection) -> None:
    """All Items lists the patient's payments among the dates of service."""
    checks.something(
        looked.table.payments,
        "a payment under All Items on the chart of the case payment-same-date",
        "see whether All Items still lists payments; the QA data file names a chart with one",
    )


@pytest.mark.parametrize("looked", EACH_PAYER_TYPE, indirect=True)
def test_all_items_holds_all_that_the_usual_view_has(looked: Inspection) -> None:
    """What the usual view lists is under All Items as well, with the same amounts."""
    shown = looked.as_it_opens.visits
    if not shown and not any(visit.has_balance for visit in looked.table.visits):
        pytest.skip("nothing is open on this chart: the QA data file may name one that has more")
    checks.something(shown, f"an open date of service in {USUAL}", "see why it lists none")
    there = set(looked.table.visits)
    missing = [visit for visit in shown if visit not in there]
    table_checks.not_listed(missing, USUAL, "not under All Items in that form")


@pytest.mark.parametrize("looked", EACH_PAYER_TYPE, indirect=True)
def test_all_items_holds_paid_items(looked: Inspection) -> None:
    """All Items lists what is paid, too."""
    paid = paid_ones(looked)
    if not paid and not looked.table.payments:
        pytest.skip("nothing was paid on this chart: the QA data file may name one that has more")
    checks.something(
        paid,
        "a paid date of service under All Items, as the chart lists payments",
        "see whether All Items leaves paid ones out, or choose a chart that has one",
    )


@pytest.mark.parametrize("looked", EACH_PAYER_TYPE, indirect=True)
def test_default_view_lists_what_is_open(looked: Inspection) -> None:
    """Before All Items is chosen, the table lists every date of service with a balance."""
    opened = [visit.date for visit in looked.table.visits if visit.has_balance]
    if not opened:
        pytest.skip("nothing is open on this chart: the QA data file may name one that has more")
    table_checks.listed(opened, looked.as_it_opens.visits, USUAL)


@pytest.mark.parametrize("looked", EACH_PAYER_TYPE, indirect=True)
def test_default_view_leaves_written_off_items_out(looked: Inspection) -> None:
    """Before All Items is chosen, the table does not list the written-off date of service."""
    found = [row for row in looked.as_it_opens.visits if row.date == looked.test_visit.date]
    table_checks.not_listed(found, USUAL, "written off")


@pytest.mark.parametrize("looked", EACH_PAYER_TYPE, indirect=True)
def test_default_view_leaves_paid_items_out(looked: Inspection) -> None:
    """Before All Items is chosen, the table lists no paid date of service."""
    if not paid_ones(looked):
        pytest.skip("nothing on this chart is paid: the QA data file may name one that has more")
    shown = [visit for visit in looked.as_it_opens.visits if visit.is_paid]
    table_checks.not_listed(shown, USUAL, "paid")


@pytest.mark.parametrize("looked", [case("payment-same-date")], indirect=True)
def test_default_view_leaves_payments_out(looked: Inspection) -> None:
    """Before All Items is chosen, the table lists no payment."""
    found = "; ".join(map(str, looked.as_it_opens.payments))
    assert not found, f"{USUAL} lists payments: {found}"


def test_all_items_has_every_page(practice: Practice) -> None:
    """A long chart shows every row exactly once, up to its last page."""
    visit, table = practice.visit("long-chart"), practice.table("long-chart")
    rows = len(table.visits) + len(table.payments)
    table_checks.pages_follow(table.places, rows)
    table_checks.each_once(table.visits)
    table_checks.listed([visit.date], table.visits, "All Items of the case long-chart")
    wanted = visit.rows or rows
    assert rows == wanted, f"All Items of the case long-chart: expected {wanted} rows, found {rows}"
