"""What a Save leaves behind in the Activity Log, where an administrator reads it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from automation.desk import Desk
from automation.pages.activity_log import ActivityLog, LogLine
from automation.regression.practice import Practice


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
