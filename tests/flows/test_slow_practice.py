"""A slow practice or a busy computer leads to the same outcomes as a fast one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from attempts import tried

from automation.runs.session import Session
from automation.sandbox_process import Sandbox
from config.site_profile import Limits, SiteProfile

OpenOffice = Callable[..., Session]
Outcomes = list[tuple[str, str]]
LONG = [pytest.mark.long, pytest.mark.timeout(3600)]
QUICK = [
    ("fixed", "written-off"),
    ("refused", "no-such-patient"),
    ("refused", "nothing-on-that-date"),
]


@pytest.fixture
def slow(practice: Sandbox) -> Iterator[Callable[[int], None]]:
    """Delay every answer of the practice by a number of milliseconds."""

    def delayed(ms: int) -> None:
        practice.control("reset", {"answer_delay_ms": ms})

    yield delayed
    practice.control("reset", {"answer_delay_ms": 0})


def outcomes(practice: Sandbox, work: Session, case: dict[str, Any]) -> Outcomes:
    """Fix a case, then ask for a patient and for a date that do not exist."""
    nobody = {**case, "patient": "Nemo, Nobody"}
    no_date = {**case, "date": "2019-01-02"}
    trials = [tried(practice, work, one) for one in (case, nobody, no_date)]
    return [trial.outcome for trial in trials]


@pytest.mark.long
@pytest.mark.parametrize(
    ("ms", "limits"),
    [
        (900, Limits(control=0.5, second_look=0.3)),
        pytest.param(2000, Limits(), marks=LONG),
        pytest.param(8000, Limits(), marks=LONG),
        pytest.param(20000, Limits(), marks=LONG),
    ],
)
def test_slow_answers_change_no_outcome(
    ms: int,
    limits: Limits,
    slow: Callable[[int], None],
    practice: Sandbox,
    open_office: OpenOffice,
    site: SiteProfile,
    cases: dict[str, dict[str, Any]],
) -> None:
    """Answers are waited for, the sign-in's too, even far beyond the limits for a quiet page."""
    slow(ms)
    work = open_office(site.model_copy(update={"limits": limits}))
    assert outcomes(practice, work, cases["in-network"]) == QUICK


@pytest.mark.long
@pytest.mark.parametrize("rate", [3, 6, 20])
def test_busy_computer_changes_no_outcome(
    rate: int,
    practice: Sandbox,
    open_office: OpenOffice,
    site: SiteProfile,
    cases: dict[str, dict[str, Any]],
) -> None:
    """With a throttled processor the outcomes are the same."""
    work = open_office(site.model_copy(update={"limits": Limits()}))
    session = work.screen.tab.context.new_cdp_session(work.screen.tab)
    session.send("Emulation.setCPUThrottlingRate", {"rate": rate})
    assert outcomes(practice, work, cases["in-network"]) == QUICK
