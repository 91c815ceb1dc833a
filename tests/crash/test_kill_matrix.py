"""Kill -9 at every boundary of the flow: after recovery it is always fixed or as before."""

from __future__ import annotations

import itertools

import pytest

from .stage import TALLY, Stage

CASES = (
    "in-network",
    "in-network-copay",
    "out-of-network",
    "out-of-network-copay",
    "direct",
    "direct-copay",
)
WORST = (
    "after: owe copay is written",
    "after: Billing Settings > Copay: 0 > Save Changes",
    "after: 0 into Pt Amt > Save Changes",
    "after: 25.00 into Pt Amt > Save Changes",
)


@pytest.mark.short("after: 0 into Pt Amt > Save Changes", "after: owe copay is written")
@pytest.mark.parametrize("moment", WORST)
def test_kill_at_the_worst_moments_leaves_nothing_half_done(stage: Stage, moment: str) -> None:
    """A run killed at one of the worst moments ends fixed or as before."""
    group = "worst moments, in-network-copay"
    stage.set_up("in-network-copay")
    with stage.killed_at(moment) as reached:
        assert reached == moment
    end = stage.after_recovery()
    TALLY.note(group, moment, end)
    assert end in ("fixed", "as before")


@pytest.mark.long
@pytest.mark.timeout(1500)
@pytest.mark.parametrize("case", CASES)
def test_kill_at_every_boundary_leaves_nothing_half_done(
    stage: Stage, lent_browser: str, case: str
) -> None:
    """A run killed before or after any of its steps ends fixed or as before."""
    group = f"every boundary, {case}"
    for number in itertools.count():
        stage.set_up(case)
        with stage.killed_at(number, browser=lent_browser) as moment:
            if moment is None:
                break
        TALLY.note(group, moment, stage.after_recovery())
    assert stage.holds() == "fixed"  # the run that was not killed
    assert number >= (26 if case.endswith("copay") else 18)
    assert not TALLY.bad(group)


@pytest.mark.long
@pytest.mark.timeout(1500)
@pytest.mark.parametrize("case", CASES)
def test_kill_in_the_middle_of_a_save_leaves_nothing_half_done(
    stage: Stage, lent_browser: str, case: str
) -> None:
    """A run killed during a Save, answered or not, ends fixed or as before."""
    group = f"in the middle of a Save, {case}"
    saves = 4 if case.endswith("copay") else 2
    for save in range(1, saves + 1):
        for fault, heard in (
            (f"hang:{save}", "sent"),
            (f"answer-lost:{save}", "lost"),
            ("", "sent"),
            ("", "answered"),
        ):
            stage.set_up(case, *([fault] if fault else []))
            moment = f"Save {save} {heard}"
            with stage.killed_at(moment, watch_saves=True, browser=lent_browser) as reached:
                assert reached == moment
            stage.faults()
            TALLY.note(group, f"{moment} {fault}", stage.after_recovery())
    assert not TALLY.bad(group)
