"""What each role may fix: the practice decides, and the flow reports it without guessing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from attempts import tried

from automation.runs.session import Session
from automation.sandbox_process import Sandbox

Cases = dict[str, dict[str, Any]]
OpenOffice = Callable[..., Session]


def test_assigned_biller_fixes_an_own_patient(
    practice: Sandbox, open_office: OpenOffice, cases: Cases
) -> None:
    """A Biller for Assigned Patients Only fixes a patient who is assigned to them."""
    work = open_office(username="assigned")
    assert tried(practice, work, cases["assigned"]).says("fixed", "written-off", "fixed")


@pytest.mark.parametrize(
    ("variants", "diagnosis"), [([], "no-access"), (["hide-unassigned"], "no-such-patient")]
)
def test_assigned_biller_is_kept_from_a_foreign_patient(
    variants: list[str],
    diagnosis: str,
    practice: Sandbox,
    open_office: OpenOffice,
    cases: Cases,
) -> None:
    """A patient who is not assigned is refused: there is no billing tab, or no such patient."""
    practice.control("variants", {"variants": variants})
    work = open_office(username="assigned")
    trial = tried(practice, work, cases["not-assigned"])
    assert trial.says("refused", diagnosis, "as before")
    assert trial.receipt.problem
    assert "assigned" in trial.receipt.problem["next"].casefold()


@pytest.mark.long
@pytest.mark.parametrize(
    ("username", "skin"), [("clinician", "a"), ("scheduler", "b"), ("clinician", "c")]
)
def test_role_without_billing_is_refused(
    username: str, skin: str, practice: Sandbox, open_office: OpenOffice, cases: Cases
) -> None:
    """A clinician or scheduler has no billing tab, and the required role is named."""
    practice.control("skin", {"skin": skin})
    work = open_office(username=username)
    trial = tried(practice, work, cases["assigned"])
    assert trial.says("refused", "no-access", "as before")
    assert trial.receipt.problem
    assert "Practice Biller" in trial.receipt.problem["next"]
