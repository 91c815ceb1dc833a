"""A stored copay that blocks a reset: when it is set aside, and how the site may treat it."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from attempts import Trial, tried
from ledgers import copays

from automation.billing.request import typed_request
from automation.desk import Desk
from automation.journal.edits import Edits
from automation.runs.recorder import Recorder
from automation.runs.recovery import owed
from automation.runs.session import Session
from automation.runs.way_back import last_item
from automation.sandbox_process import Sandbox

Try = Callable[..., Trial]
SETTINGS = "Billing Settings"


def titles(trial: Trial) -> list[str]:
    """The titles of the steps that were done."""
    return [str(step["title"]) for step in trial.receipt.steps]


@pytest.mark.long
def test_rule_never_does_not_open_the_settings(attempt: Try) -> None:
    """With `never` the Billing Settings are not opened."""
    trial = attempt("in-network", copay="never")
    assert trial.says("fixed", "written-off", "fixed")
    assert not [title for title in titles(trial) if SETTINGS in title]


@pytest.mark.long
@pytest.mark.parametrize("name", ["in-network-copay", "out-of-network-copay", "direct-copay"])
def test_rule_never_ends_stuck_and_as_before(name: str, attempt: Try) -> None:
    """With `never` a copay in the way ends as a refusal, and nothing is changed."""
    trial = attempt(name, copay="never")
    assert trial.says("refused", "stuck", "as before")
    assert trial.receipt.problem
    assert "--copay set-aside" in trial.receipt.problem["next"]


def test_copay_that_takes_the_place_of_the_reset_is_put_back(attempt: Try, work: Session) -> None:
    """A copay that replaced the zero is recognized, and the amount before is put back."""
    case = attempt("in-network-copay", dry_run=True).case
    who = typed_request(**{key: case[key] for key in ("patient", "born", "date", "owes")}).patient
    settings = Desk(work.screen, Recorder(read_only=True)).start_over().find(who).billing_settings()
    (policy,) = settings.policies()
    settings.set_copay(policy.name, Decimal(12))
    trial = attempt("in-network-copay", copay="never")
    assert trial.says("refused", "stuck", "as before")
    assert trial.receipt.problem
    assert "--copay set-aside" in trial.receipt.problem["next"]
    (row,) = Edits(work.journal).of_item(last_item(work), borrowed=False)
    assert row.edit["between"] == ["0.00", "12.00"]


@pytest.mark.long
@pytest.mark.parametrize("name", ["in-network-copay", "out-of-network-copay"])
def test_rule_when_stuck_sets_the_copay_aside_after_the_plain_path(name: str, attempt: Try) -> None:
    """With `when-stuck` the plain path is tried first, then the copay is set aside and restored."""
    trial = attempt(name, copay="when-stuck")
    assert trial.says("fixed", "copay-in-the-way", "fixed")
    assert trial.saves[0] == "Edit Billing"
    assert trial.receipt.copay.restored is True


@pytest.mark.long
def test_rule_when_stuck_leaves_a_free_path_alone(attempt: Try) -> None:
    """With `when-stuck` the Billing Settings are not opened if the plain path works."""
    trial = attempt("in-network", copay="when-stuck")
    assert trial.says("fixed", "written-off", "fixed")
    assert not [title for title in titles(trial) if SETTINGS in title]


@pytest.mark.long
@pytest.mark.parametrize("skin", ["a", "c"])
def test_secondary_policy_keeps_its_copay(skin: str, practice: Sandbox, attempt: Try) -> None:
    """A secondary policy's copay, which counts in skin C, is set aside and restored."""
    practice.control("skin", {"skin": skin})
    trial = attempt("secondary")
    assert trial.says("fixed", "copay-in-the-way", "fixed")
    assert trial.receipt.copay.original == "15.00"
    assert copays(trial.after, trial.case) == copays(trial.before, trial.case) == [None, 1500]


@pytest.mark.long
def test_stuck_session_among_several_is_fixed(attempt: Try) -> None:
    """The session blocked by a copay is fixed; a visit that follows the copay ends as before."""
    trial = attempt("stuck-one")
    assert trial.outcome == ("fixed", "copay-in-the-way")
    # A visit whose amount was never set by hand follows the copay, which adds lines to its History.
    assert trial.state == "fixed + another visit's History"


# How the site may work --------------------------------------------------------------------------


def test_coverage_equal_to_the_rate_is_tried_second(practice: Sandbox, attempt: Try) -> None:
    """Where Coverage 0 clears nothing, Coverage = Rate is entered, then the correct amount."""
    practice.control("variants", {"variants": ["coverage-rate-clears"]})
    trial = attempt("out-of-network")
    assert trial.says("fixed", "written-off", "fixed")
    assert trial.saves == ["Edit Billing"] * 3


@pytest.mark.long
def test_copay_that_reappears_is_set_aside(practice: Sandbox, attempt: Try) -> None:
    """A saved zero that is gone when the visit is next opened does not count as a reset."""
    practice.control("variants", {"variants": ["copay-reappears"]})
    assert attempt("in-network-copay").says("fixed", "copay-in-the-way", "fixed")


@pytest.mark.long
def test_copay_that_reappears_ends_as_before_without_setting_aside(
    practice: Sandbox, attempt: Try
) -> None:
    """With `never` a zero that reappears as the copay is refused, and nothing is changed."""
    practice.control("variants", {"variants": ["copay-reappears"]})
    trial = attempt("in-network-copay", copay="never")
    assert trial.says("refused", "stuck", "as before")


def test_copay_that_moves_other_visits_is_told(
    practice: Sandbox, work: Session, attempt: Try
) -> None:
    """If a changed copay rewrites other visits, the fix is outstanding and the copay restored."""
    practice.control("variants", {"variants": ["copay-touches-all-unsaved"]})
    trial = attempt("stuck-one")
    assert "another visit" in trial.state
    assert trial.receipt.outcome == "outstanding", trial.receipt.problem
    assert copays(trial.after, trial.case) == copays(trial.before, trial.case)
    assert [row.kind for row in owed(work.journal)] == ["amount"]


@pytest.mark.long
def test_two_items_of_one_patient_one_after_the_other(
    practice: Sandbox, work: Session, cases: dict[str, Any]
) -> None:
    """A second fix of the same patient sets the copay aside and restores it again."""
    case = cases["stuck-one"]
    charts = practice.control("ledger")["patients"]
    (chart,) = [chart for chart in charts if chart["id"] == case["id"]]
    (other,) = [visit for visit in chart["visits"] if visit["date"] == "2026-02-17"]
    second = {**case, "visit": other["id"], "date": other["date"], "owes": "30.00"}
    second["payer_type"] = "out-of-network"
    for one in (case, second):
        assert tried(practice, work, one).outcome == ("fixed", "copay-in-the-way")
    assert copays(practice.control("ledger"), case) == [2000]
    assert owed(work.journal) == []
