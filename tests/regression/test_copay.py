"""The stored copay: in the way of a reset, set aside meanwhile, and back afterwards."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import pytest
from payers import EACH_WITH_COPAY, case

from automation.billing.diagnosis import Diagnosis
from automation.billing.money import ZERO
from automation.billing.visit import Visit
from automation.regression.practice import Charted, Practice, Undone

pytestmark = pytest.mark.copay
Undo = Callable[..., Undone]


@pytest.mark.parametrize("case", EACH_WITH_COPAY)
def test_stored_copay_is_set_aside_and_comes_back(undo_write_off: Undo, case: str) -> None:
    """With the copay at $0 meanwhile the balance opens, and the copay stands as before."""
    undone = undo_write_off(case)
    assert undone.is_fixed()
    assert undone.receipt.copay.set_aside
    assert undone.receipt.copay.restored
    assert undone.after.policies == undone.before.policies


@pytest.mark.parametrize("case", [case("in-network-copay")])
def test_stored_copay_stands_in_the_way_of_a_reset(practice: Practice, case: str) -> None:
    """With the copay left in place the write-off stays: the reader's stuck session."""
    receipt = practice.fix(case, copay="never")
    assert receipt.diagnosis == Diagnosis.STUCK, receipt.message
    assert practice.row(case).looks_written_off


@dataclass(frozen=True)
class Away:
    """A chart before its copay is set aside, meanwhile, and when it is back."""

    before: Charted
    meanwhile: Charted
    back: Charted
    follow_copay: tuple[date, ...]

    def saved_visits(self, chart: Charted) -> list[Visit]:
        """The dates of service whose amount a person once entered; others follow the copay."""
        return [visit for visit in chart.table.visits if visit.date not in self.follow_copay]


def copay_away(practice: Practice) -> Away:
    """Set a copay aside and give it back, with nothing else done meanwhile."""
    name = "copay-follows"
    before = practice.remember(name)
    with practice.copay_set_aside(name) as meanwhile:
        pass
    return Away(before, meanwhile, practice.charted(name), practice.visit(name).follow_copay)


@pytest.fixture
def away(once: Callable[..., Away]) -> Away:
    """A chart whose copay went to $0 and back."""
    return once("copay away", copay_away)


def test_changed_copay_is_stored(away: Away) -> None:
    """A copay of $0 is $0 on a freshly loaded chart, and is back afterwards."""
    assert {policy.copay for policy in away.meanwhile.policies} <= {ZERO, None}
    assert away.back.policies == away.before.policies


def test_changed_copay_leaves_other_dates_of_service_alone(away: Away) -> None:
    """While the copay is $0, and when it is back, dates of service that were saved stay."""
    before = away.saved_visits(away.before)
    assert away.saved_visits(away.meanwhile) == before
    assert away.saved_visits(away.back) == before


@pytest.mark.parametrize("case", [case("in-network-copay")])
def test_changed_copay_leaves_the_rest_of_the_policy_alone(undo_write_off: Undo, case: str) -> None:
    """The policy's payer, priority and dates are as they were."""
    undone = undo_write_off(case)
    assert [p.text for p in undone.after.policies] == [p.text for p in undone.before.policies]
