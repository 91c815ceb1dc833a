"""The flow does on practices it was never written for what a person would do there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from automation.billing.receipt import Outcome
from automation.billing.request import typed_request
from automation.runs.runner import Office, do
from config.site_profile import SiteProfile
from foreign.cases import CASES, SIGN_IN, Case

LOOKS = ("soup", "webapp")
FIXABLE = [case for case in CASES if case.expected == "fixed"]


@pytest.fixture(params=LOOKS)
def look(request: pytest.FixtureRequest) -> str:
    """Each look in turn, by name."""
    return str(request.param)


@pytest.fixture
def address(look: str, foreign: Callable[[str], str]) -> str:
    """The address of the look in turn, with its books as on the first day."""
    found = foreign(look)
    httpx.post(f"{found}/reset").raise_for_status()
    return found


@pytest.fixture
def office(look: str, address: str, open_office: Callable[..., Office]) -> Office:
    """An office at the foreign practice; its profile says only how a person signs in there."""
    door = SIGN_IN[look]
    profile = SiteProfile(
        name=look,
        address=address,
        sandbox=True,
        sign_in="form",
        sign_in_path="/",
        practice_code=door.practice_code,
        username=door.user,
        make_believe_password=door.password,
    )
    return open_office(profile)


def books(address: str) -> dict[str, Any]:
    """The practice's whole ledger, money in cents."""
    found: dict[str, Any] = httpx.get(f"{address}/ledger").json()
    return found


def asked(case: Case, **more: Any) -> Any:
    """Ask for a case as a person would type it."""
    typed = {
        "patient": case.patient,
        "born": case.born.isoformat(),
        "date": case.date.isoformat(),
        "owes": case.owes,
        **more,
    }
    return typed_request(**typed)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_case_ends_as_it_must(case: Case, address: str, office: Office) -> None:
    """Each case of a practice never seen before ends as its name says."""
    before = books(address)
    receipt = do(office, asked(case))
    after = books(address)
    assert receipt.outcome == case.expected, receipt.problem
    print(receipt.seconds, [(s["title"], s["seconds"]) for s in receipt.steps])
