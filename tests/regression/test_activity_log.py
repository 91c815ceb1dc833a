"""What a Save leaves behind in the Activity Log, where an administrator reads it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from automation.billing.payment import came
from automation.desk import Desk
from automation.pages.activity_log import LogLine
from automation.regression.practice import Practice


@pytest.mark.role("administrator")
def test_activity_log_has_a_line_for_each_save(
    practice: Practice, desk_of: Callable[[str], Desk]
) -> None:
    """An administrator reads, for each Save of a fix, who edited which patient's billing."""
    administrator = desk_of("administrator")

    def lines() -> list[LogLine]:
        administrator.start_over()
        with administrator.step("Activity Log"):
            return administrator.activity_log.open().lines()

    before = lines()
    assert practice.fix("in-network").status() == 0
    saves = practice.office.screen.amounts_saved
    new = came(
        before, lines()
    )  # a log of several pages shows its newest lines, no more than before
    edits = [
        line for line in new if line.is_an_edit and line.is_about(practice.patient("in-network"))
    ]
    assert len(edits) >= saves, (
        f"the fix saved {saves} times, and the Activity Log has {len(edits)} new lines about an "
        f"edit of this patient, of {len(new)} new ones"
    )
    assert all(line.who for line in edits), "a line of the Activity Log names nobody"
