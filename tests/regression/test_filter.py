"""What the filter of Search Billing Transactions lets through."""

from __future__ import annotations

import pytest
from payers import EACH_PAYER_TYPE

from automation.regression.practice import Practice

pytestmark = pytest.mark.read_only


@pytest.mark.parametrize("case", EACH_PAYER_TYPE)
def test_all_items_holds_written_off_items(practice: Practice, case: str) -> None:
    """All Items lists the written-off date of service, and says that it is written off."""
    row = practice.row(case)
    assert row.looks_written_off
    assert row.amounts.written_off == practice.visit(case).owes


def test_all_items_holds_payments(practice: Practice) -> None:
    """All Items lists the patient's payments between the dates of service."""
    assert practice.table("payment-same-date").payments


def test_default_view_leaves_written_off_items_out(practice: Practice) -> None:
    """Before All Items is chosen, a written-off date of service does not stand in the table."""
    billing = practice.chart("in-network").patient_billing()
    with practice.desk.step("Search Billing Transactions, as it opens"):
        shown = billing.transactions()
    assert practice.visit("in-network").date not in {row.date for row in shown.visits}


def test_default_view_leaves_payments_out(practice: Practice) -> None:
    """Before All Items is chosen, no payment stands in the table."""
    billing = practice.chart("payment-same-date").patient_billing()
    with practice.desk.step("Search Billing Transactions, as it opens"):
        assert not billing.transactions().payments


def test_all_items_has_every_page(practice: Practice) -> None:
    """A long chart is read to its last page, row for row."""
    visit, table = practice.visit("long-chart"), practice.table("long-chart")
    assert visit.date in {row.date for row in table.visits}
    rows = len(table.visits) + len(table.payments)
    assert table.whole
    assert rows == (visit.rows or rows)
