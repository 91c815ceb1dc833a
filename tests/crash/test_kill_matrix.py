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
            end = killed_in_a_save(stage, case, fault, heard, save, browser=lent_browser)
            TALLY.note(group, f"Save {save} {heard} {fault}", end)
    assert not TALLY.bad(group)


def killed_in_a_save(
    stage: Stage, case: str, fault: str, heard: str, save: int, **more: str
) -> str:
    """Kill a run while its Nth Save is sent, lost or answered; recover with the fault off."""
    stage.set_up(case, *([fault] if fault else []))
    moment = f"Save {save} {heard}"
    with stage.killed_at(moment, watch_saves=True, **more) as reached:
        assert reached == moment
    stage.faults()
    return stage.after_recovery()


@pytest.mark.long
@pytest.mark.parametrize(
    ("fault", "heard", "save"),
    [("hang:2", "sent", 2), ("answer-lost:2", "lost", 2)],
)
def test_kill_in_a_save_that_hangs_or_lost_its_answer(
    stage: Stage, fault: str, heard: str, save: int
) -> None:
    """A run killed while the reset's Save has no answer ends fixed or as before."""
    end = killed_in_a_save(stage, "in-network-copay", fault, heard, save)
    TALLY.note("a Save without an answer, in-network-copay", fault, end)
    assert end in ("fixed", "as before")
