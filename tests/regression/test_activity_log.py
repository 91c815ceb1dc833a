"""What a Save adds to the Activity Log, where an administrator reads it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from payers import less_cents

from automation.billing.posted import added_rows
from automation.billing.request import PatientQuery
from automation.desk import Desk
from automation.pages.activity_log import LogLine
from automation.regression import checks
from automation.regression.practice import Practice
from automation.regression.signing_in import SignIns

DeskOf = Callable[[str], Desk]
CASE = "in-network"


def lines_for(desk: Desk) -> list[LogLine]:
    """Read the Activity Log as one account sees it."""
    desk.start_over()
    with desk.step("Activity Log"):
        return desk.activity_log.open().lines()


@dataclass(frozen=True)
class Logged:
    """What a fix added to the log, and the lines that an administrator and a biller see."""

    patient: PatientQuery
    saves: int
    new: tuple[LogLine, ...]
    administrator: list[LogLine]
    biller: list[LogLine]

    @property
    def edits(self) -> list[LogLine]:
        """The new lines about an edit."""
        return [line for line in self.new if line.is_an_edit]

    def edits_of_the_patient(self) -> list[LogLine]:
        """The new lines about an edit of the patient whose date of service was saved."""
        return [line for line in self.edits if line.is_about(self.patient)]


@pytest.fixture
def logged(once: Callable[..., Any], desk_of: DeskOf) -> Logged:
    """Fix a write-off, and read the log before and after."""

    def look(practice: Practice) -> Logged:
        administrator = desk_of("administrator")
        before = lines_for(administrator)
        checks.fixed(practice.fix(CASE, **less_cents(practice.data, CASE)))
        saves = practice.session.screen.amounts_saved
        after = lines_for(administrator)
        # A log of several pages shows only its newest lines, so their number may stay the same.
        new = added_rows(before, after)
        return Logged(practice.patient(CASE), saves, new, after, lines_for(practice.desk))

    found: Logged = once("activity log", look)
    return found


@pytest.mark.role("administrator")
def test_activity_log_has_a_line_for_each_save(logged: Logged) -> None:
    """For each Save of a fix an administrator sees that billing was edited, and by whom."""
    assert len(logged.edits) >= logged.saves, (
        f"the fix saved {logged.saves} times, and the Activity Log has {len(logged.edits)} new "
        f"lines about an edit, of {len(logged.new)} new ones"
    )
    assert all(line.who for line in logged.edits), "a line of the Activity Log names nobody"


@pytest.mark.role("administrator")
def test_activity_log_names_the_patient(logged: Logged) -> None:
    """The new lines are about the patient whose date of service was saved."""
    checks.something(logged.edits, "a line of the Activity Log about the Save", "see the log")
    named = len(logged.edits_of_the_patient())
    assert named >= logged.saves, (
        f"the fix saved {logged.saves} times, and {named} new lines of the Activity Log name its "
        f"patient; {len(logged.edits) - named} are about somebody else, or nobody"
    )


@pytest.mark.role("administrator")
def test_activity_log_of_others_is_for_administrators(logged: Logged, sign_ins: SignIns) -> None:
    """An administrator sees the lines of several users, a biller only their own."""
    if sign_ins.is_the_billers("administrator"):
        pytest.skip("the administrator of the QA data file is the biller, too")
    everybody = {line.who for line in logged.administrator}
    mine = {line.who for line in logged.biller}
    checks.something(list(everybody)[1:], "lines of two users for an administrator", "see the log")
    checks.something(list(mine), "a line of the biller's own", "see the log as a biller")
    assert len(mine) == 1, f"a biller reads the lines of {len(mine)} users, not only their own"
