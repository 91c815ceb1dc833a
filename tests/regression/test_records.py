"""What a Save leaves behind: lines on the History tab and in the Activity Log."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from payers import EACH_PAYER_TYPE

from automation.billing.money import ZERO
from automation.desk import Desk
from automation.pages.activity_log import ActivityLog, LogLine
from automation.regression.practice import Practice, Undone


@pytest.mark.parametrize("undone", EACH_PAYER_TYPE, indirect=True)
def test_history_tab_shows_both_saves(undone: Undone) -> None:
    """The History tab tells of the reset and of the correct amount, each from what to what."""
    assert undone.is_fixed()
    receipt = undone.receipt
    value = getattr(receipt.before, receipt.field or "")
    told = {(line.before, line.after) for line in undone.history}
    assert {(value, ZERO), (ZERO, receipt.entered)} <= told


@pytest.mark.role("administrator")
def test_activity_log_has_a_line_for_each_save(
    practice: Practice, desk_of: Callable[[str], Desk]
) -> None:
    """An administrator reads who edited the patient's billing, twice more than before."""
    administrator = desk_of("administrator")

    def edits() -> list[LogLine]:
        log = ActivityLog(administrator.screen)
        administrator.start_over()
        with administrator.step("Activity Log"):
            lines = log.open().lines()
        return [line for line in lines if "billing" in line.action.casefold()]

    before = edits()
    assert practice.fix("in-network").status() == 0
    assert len(edits()) - len(before) == 2
