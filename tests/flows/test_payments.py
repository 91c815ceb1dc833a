"""The next steps after a fix, and their way back: payments, credit, deletion, writing off again."""

from __future__ import annotations

import datetime as dt
from copy import deepcopy
from decimal import Decimal
from typing import Any

import pytest
from ledgers import visit_in
from noting import desk_of
from trials import tried

from automation.billing.payment import (
    Allocation,
    ApplyCredit,
    DeletePayment,
    EnterPayment,
    Payment,
)
from automation.billing.request import PatientQuery, typed_patient
from automation.embedded import Sandbox
from automation.errors import Outstanding, Problem, Refusal, TechnicalFailure, UsageProblem
from automation.runs.runner import Office
from flows.apply_credit import apply_credit
from flows.delete_patient_payment import delete_patient_payment
from flows.enter_patient_payment import enter_patient_payment
from flows.write_off_again import write_off_again

Case = dict[str, Any]
Cases = dict[str, Case]
SKINS = pytest.mark.parametrize("skin", ["a", "b", "c"])
TODAY = dt.date(2026, 6, 15)


def who(case: Case) -> PatientQuery:
    """The patient of a case."""
    return typed_patient(case["patient"], dt.date.fromisoformat(case["born"]), None)


def day(case: Case, amount: str = "0.00", **more: str) -> Allocation:
    """What goes to the case's own date of service."""
    return Allocation(dt.date.fromisoformat(case["date"]), Decimal(amount), **more)


def payment(case: Case, amount: str, *parts: Allocation, **more: Any) -> EnterPayment:
    """A payment of the case's patient."""
    return EnterPayment(who(case), Decimal(amount), parts, **more)


def chart(practice: Sandbox, case: Case) -> dict[str, Any]:
    """The case's patient in the ledger."""
    charts = practice.control("ledger")["patients"]
    (found,) = [one for one in charts if one["id"] == case["id"]]
    return dict(found)


def records(practice: Sandbox) -> Any:
    """The whole practice without its logs, which only grow."""
    return practice.control("ledger")["patients"]


# Entering --------------------------------------------------------------------------------------


@SKINS
def test_payment_lowers_the_balance(
    skin: str, practice: Sandbox, work: Office, cases: Cases
) -> None:
    """A payment reaches the date of service that is named, not the oldest; nothing else moves."""
    practice.control("skin", {"skin": skin})
    case, wanted = cases["already-open"], records(practice)
    desk, noting = desk_of(work)
    posted = enter_patient_payment(desk, payment(case, "12.50", day(case, "12.50"), method="Cash"))
    assert posted.payments == (Payment(TODAY, "Patient Payment", "Cash", Decimal("12.50")),)
    assert [visit.amounts.balance for visit in posted.visits] == [Decimal("17.50")]
    assert posted.summary.credit == Decimal("0.00")
    assert noting.changes == ["Save Payment"]
    now = chart(practice, case)
    (was,) = [one for one in wanted if one["id"] == case["id"]]
    (new,) = [one for one in now["payments"] if one not in was["payments"]]
    assert new["allocations"] == [{"visit": case["visit"], "cents": 1250}]
    moved = [one for one in now["visits"] if one not in was["visits"]]
    assert [(v["id"], v["balance_cents"]) for v in moved] == [(case["visit"], 1750)]
