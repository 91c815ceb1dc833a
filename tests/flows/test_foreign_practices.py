"""The flow also works at practices that it was not written for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import deepcopy
from decimal import Decimal
from typing import Any

import httpx
import pytest
from foreign.cases import CASES, Case
from playwright.sync_api import Browser
from shared_tab import StandingTab, foreign_profile

from automation.billing.diagnosis import Diagnosis
from automation.billing.receipt import Outcome
from automation.billing.request import typed_request
from automation.runs.runner import do
from automation.runs.session import Session
from config.settings import Settings

LOOKS = ("soup", "webapp", "harbor")
FIXABLE = [case for case in CASES if case.expected == "fixed"]
BY_TURNS = [  # in short no direct pay and no copay, and harbor only with what is in the way there
    pytest.param(
        case, marks=[pytest.mark.long] if case.payer_type == "direct" or case.copay else []
    )
    for case in FIXABLE
]
OTHERS = [case for case in CASES if case.expected != "fixed"]


@pytest.fixture(params=LOOKS)
def look(request: pytest.FixtureRequest) -> str:
    """Each look in turn, by name."""
    return str(request.param)


@pytest.fixture
def address(look: str, foreign: Callable[[str], str]) -> str:
    """The address of the look in turn, with its books reset."""
    found = foreign(look)
    httpx.post(f"{found}/reset").raise_for_status()
    return found


@pytest.fixture(scope="session")
def tabs(browser: Browser, foreign: Callable[[str], str]) -> Iterator[dict[str, StandingTab]]:
    """One signed-in tab for each look; its site profile says only how to sign in."""
    found = {}
    for look in LOOKS:
        found[look] = StandingTab(browser, foreign_profile(look, foreign(look)))
    yield found
    for tab in found.values():
        tab.close()


@pytest.fixture
def session(
    look: str, address: str, tabs: dict[str, StandingTab], settings: Settings
) -> Iterator[Session]:
    """A session at the foreign practice, on a page loaded after its books were reset."""
    with tabs[look].session(settings) as opened:
        opened.screen.tab.reload()
        yield opened


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


def fixed_by_hand(case: Case, before: dict[str, Any]) -> dict[str, Any]:
    """The books as they must be after the fix of a case: only its visit is open again."""
    wanted = deepcopy(before)
    visit = wanted["visits"][case.ledger_key]
    owes = int(Decimal(case.owes) * 100)
    visit.update(written_off=0, note="", balance=owes - visit["paid"], pt_status="Open")
    return wanted


def records(ledger: dict[str, Any]) -> dict[str, Any]:
    """The books without the activity log and the count of Saves, which grow with every Save."""
    return {key: ledger[key] for key in ("visits", "patients", "payments")}


def logged(case: Case, before: dict[str, Any], after: dict[str, Any]) -> list[tuple[str, str]]:
    """The new lines of the activity log: the record and the field that changed."""
    return [
        ("the visit" if line["about"] == case.ledger_key else line["about"], line["field"])
        for line in after["activity"]
        if line not in before["activity"]
    ]


@pytest.mark.each_value_once
@pytest.mark.parametrize("case", BY_TURNS, ids=lambda case: case.name)
def test_written_off_visit_is_open_again(case: Case, address: str, session: Session) -> None:
    """At an unknown practice the visit is fixed, and nothing else changes."""
    before = books(address)
    receipt = do(session, asked(case))
    after = books(address)
    assert receipt.outcome == Outcome.FIXED, receipt.problem
    assert records(after) == records(fixed_by_hand(case, before))
    field = {"in-network": "Pt Amt", "out-of-network": "Coverage", "direct": "Rate"}
    amounts = [("the visit", field[case.payer_type])] * 2 + [("the visit", "Write-Off")]
    copay = [("policy 0", "Copay")] * 2 if case.copay else []
    assert sorted(logged(case, before, after)) == sorted(amounts + copay)
    assert after["saves"] - before["saves"] == (4 if case.copay else 2)
    assert (receipt.copay.original, receipt.copay.restored) == (
        case.copay,
        True if case.copay else None,
    )
    assert receipt.payer_type == case.payer_type
    assert [warning for warning in receipt.warnings if "A claim is out" not in warning] == []


@pytest.mark.each_value_once
@pytest.mark.parametrize("case", OTHERS, ids=lambda case: case.name)
def test_visit_without_a_write_off_is_left_alone(
    case: Case, address: str, session: Session
) -> None:
    """A visit without a write-off ends as its case says, and nothing is saved."""
    before = books(address)
    receipt = do(session, asked(case))
    assert receipt.outcome == case.expected, receipt.problem
    assert books(address) == before


@pytest.mark.long
def test_plan_then_fix_then_again(address: str, session: Session) -> None:
    """A plan saves nothing and says what the fix then does; a second fix finds nothing to do."""
    case = FIXABLE[1]
    before = books(address)
    plan = do(session, asked(case), dry_run=True)
    assert (plan.outcome, str(plan.entered)) == (Outcome.PLANNED, "90.00")
    assert books(address) == before
    assert do(session, asked(case)).outcome == Outcome.FIXED
    after = books(address)
    assert do(session, asked(case)).outcome == Outcome.NOTHING_TO_DO
    assert books(address) == after


def test_copay_that_is_left_in_the_way_leaves_all_as_it_was(address: str, session: Session) -> None:
    """The write-off still stands, and it is told as what it is: a session that is stuck."""
    case = next(case for case in FIXABLE if case.copay)
    before = books(address)
    receipt = do(session, asked(case, copay="never"))
    assert receipt.diagnosis == Diagnosis.STUCK, receipt.problem
    assert records(books(address)) == records(before)


def test_namesakes_are_told_apart(address: str, session: Session) -> None:
    """Two patients of one name are refused without a birth date."""
    case = FIXABLE[0]
    receipt = do(session, asked(case, born=None))
    assert (receipt.outcome, receipt.diagnosis) == (Outcome.REFUSED, "several-patients")
