"""An attended run asks before each Save, except before giving back."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from persons import Person
from requests_of_tests import fixed

from automation.billing.request import PatientQuery, typed_request
from automation.desk import Desk
from automation.runs.recorder import Recorder
from automation.runs.recovery import recover
from automation.runs.runner import FLOW, begun
from automation.runs.session import Session
from automation.runs.worklist import WorklistRun
from automation.sandbox_process import Sandbox

SAVES = [
    "Billing Settings > Copay: 0 > Save Changes",
    "0 into Pt Amt > Save Changes",
    "25.00 into Pt Amt > Save Changes",
]
"""What an attended fix with a copay asks about; giving the copay back is not asked about."""


def asked_of(work: Session, answers: list[bool]) -> list[str]:
    """Answer an attended run's questions in turn, and return the list of what is asked."""
    asked: list[str] = []

    def answer(step: Any, receipt: Any) -> bool:
        asked.append(step.title)
        return answers[len(asked) - 1]

    work.confirm = answer
    return asked


@pytest.mark.long
def test_no_in_a_worklist_leaves_the_item_outstanding(
    work: Session, practice: Sandbox, cases: dict[str, Any]
) -> None:
    """After a no between the Saves only the copay is given back, and the item is outstanding."""
    asked = asked_of(work, [True, True, False])
    case = cases["in-network-copay"]
    request = typed_request(patient=case["patient"], born=case["born"], date=case["date"],
                            owes=case["owes"])  # fmt: skip
    item = begun(work, request, FLOW)
    summary = WorklistRun([work], item.run_id, Person()).work()
    assert len(asked) == 3
    assert held(practice, case) == (0, 0, 2500)
    assert summary.totals.overall.outcomes == {"outstanding": 1}
    assert summary.status() == 5


def held(practice: Sandbox, case: dict[str, Any]) -> tuple[int, int, int | None]:
    """What the ledger holds: patient amount, balance and stored copay, in cents."""
    patients = practice.control("ledger")["patients"]
    who = next(p for p in patients if p["id"] == case["id"])
    visit = next(v for v in who["visits"] if v["id"] == case["visit"])
    return visit["pt_amt_cents"], visit["balance_cents"], who["policies"][0]["copay_cents"]


@pytest.mark.long
def test_attended_run_asks_before_each_save(
    work: Session, practice: Sandbox, cases: dict[str, Any]
) -> None:
    """With a copay a run asks about three Saves, and not about giving the copay back."""
    asked = asked_of(work, [True] * 3)
    receipt = fixed(work, cases["in-network-copay"])
    assert receipt.outcome == "fixed"
    assert asked == SAVES


@pytest.mark.short("1")
@pytest.mark.parametrize("yes", [0, 1])
def test_attended_no_before_the_amount_changes_leaves_everything_as_before(
    work: Session, practice: Sandbox, cases: dict[str, Any], yes: int
) -> None:
    """After a no before the reset everything is as before, without another question."""
    before = held(practice, cases["in-network-copay"])
    asked = asked_of(work, [True] * yes + [False])
    receipt = fixed(work, cases["in-network-copay"])
    assert (receipt.outcome, receipt.diagnosis) == ("refused", "stopped-by-person")
    assert receipt.message == "you said no; nothing was changed"
    assert len(asked) == yes + 1
    assert held(practice, cases["in-network-copay"]) == before


def test_attended_no_between_the_saves_is_outstanding_until_recovered(
    work: Session, practice: Sandbox, cases: dict[str, Any]
) -> None:
    """After a no between the two Saves the copay is given back, and recovery finishes the fix."""
    asked = asked_of(work, [True, True, False])
    receipt = fixed(work, cases["in-network-copay"])
    assert (receipt.outcome, asked) == ("outstanding", SAVES)
    assert held(practice, cases["in-network-copay"]) == (0, 0, 2500)
    work.confirm = None
    assert [row.result for row in recover(work)] == ["fixed"]
    assert held(practice, cases["in-network-copay"]) == (2500, 2500, 2500)
    receipt_kept = work.journal.items(1)[0].receipt or {}
    assert receipt_kept["copay"] == {"original": "25.00", "set_aside": True, "restored": True}
    assert float(str(receipt_kept["seconds"])) > 0


@pytest.mark.long
def test_recover_leaves_what_somebody_else_entered_meanwhile(
    work: Session, practice: Sandbox, cases: dict[str, Any]
) -> None:
    """If the History shows another user's amount after the reset, a person has to decide."""
    case = cases["in-network"]
    asked_of(work, [True, False])
    assert fixed(work, case).outcome == "outstanding"
    work.confirm = None
    desk = Desk(work.screen, Recorder(read_only=True))
    for amount in ("15.00", "0.00"):
        who = PatientQuery(*case["patient"].split(", "), dt.date.fromisoformat(case["born"]))
        billing = desk.start_over().find(who).patient_billing().show_all_items()
        row = billing.transactions().on(dt.date.fromisoformat(case["date"]), None, None)[0]
        billing.open(row).enter("pt_amt", Decimal(amount)).save_changes()
    (settled,) = recover(work)
    assert settled.result == "still outstanding"
    assert "somebody else worked on it; it was left alone" in settled.message
