"""Kill -9 while a balance is written off again: it is owed, and recovery finishes it."""

from __future__ import annotations

import itertools
from copy import deepcopy
from typing import Any

import pytest

from automation.billing.request import typed_request
from automation.runs.runner import do
from automation.runs.way_back import last_item

from .stage import TALLY, Stage

WORST = (
    "after: owe write-off is written",
    "after: 30.00 into Pt Amt > Save Changes",
    "after: owe payment is written",
    "after: Save Payment",
)


class WayBack:
    """A fix with another amount than before, which is to be written off again."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        stage.set_up("in-network")
        self.before = self._charts()
        with stage.tab.session(stage.settings) as session:
            asked = {key: stage.case[key] for key in ("patient", "born", "date")}
            receipt = do(session, typed_request(**asked, owes="12.00"))
            assert str(receipt.outcome) == "fixed", receipt.as_json()
            self.item = last_item(session)
        self.fixed = self._charts()

    def _charts(self) -> Any:
        """Every patient's chart, without who wrote a balance off and when."""
        charts = deepcopy(self.stage.practice.control("ledger")["patients"])
        for visit in (visit for one in charts for visit in one["visits"]):
            if visit["write_off"]:
                visit["write_off"] = {"reason": visit["write_off"]["reason"]}
        return charts

    def end(self) -> str:
        """Check that a half-done state is owed, recover, and say what the practice then holds."""
        half_way = self._charts() not in (self.before, self.fixed)
        owed = self.stage.owed()
        if half_way and [row.kind for row in owed] != ["write-off"]:
            return f"half-way, and owed: {[row.kind for row in owed]}"
        self.stage.recover()
        if left := self.stage.owed():
            return f"outstanding: {left[0].message}"
        now = self._charts()
        return "as before" if now == self.before else "fixed" if now == self.fixed else "neither"


@pytest.fixture
def way_back(stage: Stage) -> WayBack:
    """A fix that is to be written off again."""
    return WayBack(stage)


@pytest.mark.long
@pytest.mark.parametrize("moment", WORST)
def test_kill_at_the_worst_moments_of_the_way_back(
    stage: Stage, way_back: WayBack, moment: str
) -> None:
    """A half-done way back is owed, and `recover` writes the balance off."""
    more = {"do": "write off again", "item": way_back.item}
    with stage.killed_at(moment, **more) as reached:
        assert reached == moment
    end = way_back.end()
    TALLY.note("the way back's worst moments", moment, end)
    assert end == "as before"


@pytest.mark.long
@pytest.mark.timeout(1500)
def test_kill_at_every_boundary_of_the_way_back(stage: Stage, lent_browser: str) -> None:
    """Killed before or after any of its steps, it ends written off, or open as if not begun."""
    group = "every boundary, write_off_again"
    for number in itertools.count():
        way_back = WayBack(stage)
        more = {"do": "write off again", "item": way_back.item, "browser": lent_browser}
        with stage.killed_at(number, **more) as moment:
            if moment is None:
                break
        TALLY.note(group, moment, way_back.end())
    assert way_back.end() == "as before"  # the run that was not killed
    assert number >= 12
    assert not TALLY.bad(group)
