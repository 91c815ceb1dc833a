"""What the filter of Search Billing Transactions lets through."""

from __future__ import annotations

import pytest
from payers import EACH_PAYER_TYPE, case

from automation.regression.practice import Looked, Practice

pytestmark = pytest.mark.read_only


@pytest.mark.parametrize("looked", EACH_PAYER_TYPE, indirect=True)
def test_all_items_holds_written_off_items(looked: Looked) -> None:
    """All Items lists the written-off date of service, and says that it is written off."""
    assert looked.row.looks_written_off
    assert looked.row.amounts.written_off == looked.test_visit.owes


@pytest.mark.parametrize("looked", [case("payment-same-date")], indirect=True)
def test_all_items_holds_payments(looked: Looked) -> None:
    """All Items lists the patient's payments between the dates of service."""
    assert looked.table.payments


@pytest.mark.parametrize("looked", EACH_PAYER_TYPE, indirect=True)
def test_default_view_leaves_written_off_items_out(looked: Looked) -> None:
    """Before All Items is chosen, a written-off date of service does not stand in the table."""
    assert looked.test_visit.date not in {row.date for row in looked.as_it_opens.visits}


@pytest.mark.parametrize("looked", [case("payment-same-date")], indirect=True)
def test_default_view_leaves_payments_out(looked: Looked) -> None:
    """Before All Items is chosen, no payment stands in the table."""
    assert not looked.as_it_opens.payments


def test_all_items_has_every_page(practice: Practice) -> None:
    """A long chart is read to its last page, row for row."""
    visit, table = practice.visit("long-chart"), practice.table("long-chart")
    assert visit.date in {row.date for row in table.visits}
    rows = len(table.visits) + len(table.payments)
    assert table.whole
    assert rows == (visit.rows or rows)
