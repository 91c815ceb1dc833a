"""A list is done by several workers, whatever becomes of one of them."""

from __future__ import annotations

import pytest

from .stage import FleetStage


@pytest.mark.timeout(240)
def test_list_of_two_workers_of_which_one_is_killed(fleet: FleetStage) -> None:
    """With one of two workers killed in the middle, all is done once and every copay is back."""
    run = fleet.hand_in()
    first, second = fleet.worker(0, "--until-empty"), fleet.worker(1, "--until-empty")
    fleet.until_saves(4)
    first.kill()
    assert second.ended() == 0, fleet.talk()
    fleet.check(run)
