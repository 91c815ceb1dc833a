"""A payment form's line is found by what form and chart both show; a doubtful one is refused."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from automation.billing.allocations import line_of
from automation.billing.visit import Amounts, Visit
from automation.billing.way_back import Reason
from automation.errors import Refusal

MARCH = dt.date(2026, 3, 4)


def visit(time: str = "", service: str = "", balance: str = "30.00", day: int = 4) -> Visit:
    """A date of service in March, as the chart or a payment's form shows it."""
    amounts = Amounts(balance=Decimal(balance))
    return Visit(dt.date(2026, 3, day), time, service, "", "", amounts)


MORNING = visit("9:00 AM", "90837 Psychotherapy, 60 min", "30.00")
NOON = visit("12:00 PM", "90834 Psychotherapy, 45 min", "40.00")
CHART = [MORNING, NOON, visit("9:00 AM", "90837 Psychotherapy, 60 min", "30.00", day=11)]

FOUND = {
    "one session on the date, other words": ([visit(service="Session")], [MORNING], 0),
    "by the time": ([visit("12:00 PM"), visit("9:00 AM")], CHART, 1),
    "by the code alone": ([visit(service="90834"), visit(service="90837")], CHART, 1),
    "by the words": ([visit(service="Psychotherapy, 45 min"),
                      visit(service="Psychotherapy, 60 min")], CHART, 1),
    "by the balance": ([visit(balance="40.00"), visit()], CHART, 1),
    "other words, by the balance": ([visit(service="Session", balance="40.00"),
                                     visit(service="Session")], CHART, 1),
    "the other session is not listed": ([visit(service="90837")], CHART, 0),
}  # fmt: skip


@pytest.mark.parametrize("case", FOUND)
def test_line_is_found(case: str) -> None:
    """The date decides first, then time and code, then the words, then the balance."""
    lines, chart, number = FOUND[case]
    assert line_of(lines, MORNING, chart) == number


REFUSED = {
    "none on the date": ([visit(day=5)], CHART),
    "another time": ([visit("10:00 AM")], CHART),
    "another code": ([visit(service="90791")], [MORNING]),
    "two alike": ([visit(), visit()], [MORNING]),
    "the other session alone": ([visit(service="90834")], CHART),
    "the words say one session, the balance the other": (
        [visit(service="Psychotherapy, 45 min")], CHART,
    ),
    "nothing tells two sessions apart": (
        [visit()], [MORNING, visit("12:00 PM", "90837 Psychotherapy, 60 min")],
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_line_that_may_be_another_is_refused(case: str) -> None:
    """If the line may belong to another session, nothing is allocated."""
    lines, chart = REFUSED[case]
    with pytest.raises(Refusal, match="not saved"):
        line_of(lines, MORNING, chart)


@pytest.mark.parametrize(
    ("offered", "reason", "chosen"),
    [
        (["", "Other", "Bad debt"], Reason("Bad debt, by R. Calder"), "Bad debt"),
        (["Hardship", "Financial hardship"], Reason("Financial hardship"), "Financial hardship"),
        (["Other", "Waived"], Reason("", ("waived",)), "Waived"),
        (["Choose one", "Other", "Uncollectable"], Reason("written off"), "Uncollectable"),
        (["Bad debt", "Other"], Reason("for another reason", ("none of these",)), "Bad debt"),
    ],
)
def test_reason_is_the_one_from_before_else_a_usual_one(
    offered: list[str], reason: Reason, chosen: str
) -> None:
    """The screen's own reason comes first, then the ones QA names, then the usual ones."""
    assert reason.among(offered) == chosen


def test_reason_that_nobody_knows_is_asked_for() -> None:
    """If the form offers none of them, the message names the QA data file's key for the reason."""
    with pytest.raises(Refusal, match="offers Pro bono") as told:
        Reason().among(["", "Pro bono"])
    assert "write_off_reason" in told.value.next_step
