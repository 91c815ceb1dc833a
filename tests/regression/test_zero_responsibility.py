"""A $0 patient responsibility only looks written off."""

from __future__ import annotations

import pytest
from payers import EACH_PAYER_TYPE

from automation.billing.diagnosis import Diagnosis
from automation.billing.receipt import Outcome
from automation.regression import checks
from automation.regression.practice import Inspection, Practice

pytestmark = pytest.mark.read_only


def test_zero_responsibility_looks_written_off_without_its_mark(practice: Practice) -> None:
    """A $0 responsibility has the status of a write-off, but no asterisk or tooltip."""
    row = practice.row("zero-responsibility")
    assert row.looks_written_off, (
        f"{checks.which(row)}, a $0 responsibility: expected the status of a write-off, "
        f'found "{row.pt_status}"'
    )
    assert not row.marked, (
        f"{checks.which(row)}, a $0 responsibility, carries the mark of a write-off"
    )


@pytest.mark.parametrize("looked", EACH_PAYER_TYPE, indirect=True)
def test_write_off_has_its_mark(looked: Inspection) -> None:
    """A real write-off has the mark that a $0 responsibility lacks."""
    assert looked.row.marked, (
        f"{checks.which(looked.row)} is written off and carries no mark: no asterisk, no tooltip"
    )


def test_zero_responsibility_is_refused(practice: Practice) -> None:
    """A $0 responsibility is refused with that diagnosis, and nothing is saved."""
    receipt = practice.fix("zero-responsibility", owes="10.00")
    assert receipt.outcome is Outcome.REFUSED, f"not refused: {receipt.message}"
    checks.same_words(
        "diagnosis of a $0 responsibility", Diagnosis.ZERO_RESPONSIBILITY, receipt.diagnosis
    )
    saves = practice.session.screen.amounts_saved
    assert saves == 0, f"a $0 responsibility was saved {saves} times"
