"""A $0 patient responsibility only looks written off."""

from __future__ import annotations

import pytest
from payers import EACH_PAYER_TYPE

from automation.billing.diagnosis import Diagnosis
from automation.billing.receipt import Outcome
from automation.regression.practice import Looked, Practice

pytestmark = pytest.mark.read_only


def test_zero_responsibility_looks_written_off_without_its_mark(practice: Practice) -> None:
    """The words are those of a write-off; the mark of one, an asterisk or tooltip, is missing."""
    row = practice.row("zero-responsibility")
    assert row.looks_written_off
    assert not row.marked


@pytest.mark.parametrize("looked", EACH_PAYER_TYPE, indirect=True)
def test_write_off_has_its_mark(looked: Looked) -> None:
    """A real write-off carries the mark that a zero responsibility lacks."""
    assert looked.row.marked


def test_zero_responsibility_is_refused(practice: Practice) -> None:
    """The fix is refused for it, in those words, and nothing is saved."""
    receipt = practice.fix("zero-responsibility", owes="10.00")
    assert (receipt.outcome, receipt.diagnosis) == (
        Outcome.REFUSED,
        Diagnosis.ZERO_RESPONSIBILITY,
    )
    assert practice.office.screen.amounts_saved == 0
