"""How a date of service that is read again after a Save is judged."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from decimal import Decimal

import pytest
from billing_cases import asking, visit

from automation.billing import verdict
from automation.billing.plan import Plan, plan_for
from automation.billing.visit import Visit
from automation.errors import Outstanding, Refusal, TechnicalFailure, UnknownOutcome

PLAN = plan_for(visit(), asking(owes="30"), autopay=False)
OTHER = replace(PLAN.before, date=dt.date(2026, 5, 6))


def showing(pt_amt: str, balance: str) -> Visit:
    """What the chart would show with another patient amount and balance."""
    sums = replace(PLAN.before.amounts, pt_amt=Decimal(pt_amt), balance=Decimal(balance))
    return replace(PLAN.before, amounts=sums, pt_status="", marked=False).with_written_off()


@pytest.mark.parametrize(
    ("answer", "kind", "as_before"),
    [
        ("taken", Refusal, True),
        ("refused", TechnicalFailure, True),
        ("none", UnknownOutcome, False),
    ],
)
def test_reset_that_did_not_take_ends_by_its_answer(
    answer: str, kind: type[Exception], as_before: bool
) -> None:
    """A Save that was taken ends as Refusal, a refused one as failure, no answer as outstanding."""
    problem = verdict.not_reset(PLAN, PLAN.before, "so it said", answer=answer)
    assert isinstance(problem, kind)
    assert problem.as_before is as_before


def test_reset_that_did_not_take_never_says_that_nothing_moved_anywhere() -> None:
    """If a Save was taken but is not on this chart, the message says it may be stored elsewhere."""
    says = str(verdict.not_reset(PLAN, PLAN.before, "the dialog closed", answer="taken"))
    assert "activity log" in says and "elsewhere" in says
    assert "nothing was changed" not in says


@pytest.mark.parametrize("answer", ["taken", "refused", "changed", "asked", "none"])
@pytest.mark.parametrize("now", [PLAN.before, showing("0", "0")], ids=["as-before", "between"])
def test_other_dates_that_moved_are_named_and_owed(now: Visit, answer: str) -> None:
    """If another date changed, it is named and the fix outstanding, whatever the Save's answer."""
    problem = verdict.not_reset(PLAN, now, "the dialog closed", answer=answer, moved=[OTHER])
    assert isinstance(problem, Outstanding)
    assert "5/6/2026" in problem.found


def test_plan_keeps_the_other_dates_through_the_journal() -> None:
    """The chart's other dates of service are stored with the plan, but not the one to change."""
    plan = PLAN.beside((PLAN.before, OTHER))
    stored = json.loads(json.dumps(plan.as_json()))
    assert Plan.from_json(plan.before, stored).others == (OTHER,)


def test_plan_of_an_earlier_journal_has_no_other_dates() -> None:
    """A plan that was stored before other dates were kept can still be read."""
    stored = {key: value for key, value in PLAN.as_json().items() if key != "others"}
    assert Plan.from_json(PLAN.before, stored).others == ()
