"""Kill -9 around a payment's Save: afterwards the payment is on the chart once or not at all."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from automation.flow import named
from automation.runs.runner import do

from .stage import TALLY, Stage

CASE = "already-open"
WORST = (
    "before: owe payment is written",
    "after: owe payment is written",
    "before: Save Payment",
    "after: Save Payment",
    "after: settle is written",
)
ENTER, APPLY, DELETE = "enter_patient_payment", "apply_credit", "delete_patient_payment"


class Payments:
    """The payments of the case's patient, as the practice holds them."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        stage.set_up(CASE)
        self.before = self._now()

    def _now(self) -> dict[str, Any]:
        charts = self.stage.practice.control("ledger")["patients"]
        (chart,) = [one for one in charts if one["id"] == self.stage.case["id"]]
        return dict(chart)

    def asked(self, flow: str) -> dict[str, str]:
        """What a person types for a flow."""
        who = {key: self.stage.case[key] for key in ("patient", "born")}
        part = f"{self.stage.case['date']}="
        return (
            who
            | {
                ENTER: {"amount": "12.50", "for": f"{part}10.00", "check-number": "77"},
                APPLY: {"for": f"{part}2.00"},
                DELETE: {"paid-on": "2026-06-15", "amount": "12.50"},
            }[flow]
        )

    def done(self, flow: str) -> None:
        """Do a flow without a kill, as when a person types the command again."""
        with self.stage.tab.session(self.stage.settings) as session:
            asks = named(flow).asks
            assert asks is not None
            fields = {key: [word] for key, word in self.asked(flow).items()}
            receipt = do(session, asks.typed(fields), flow=flow)
        assert str(receipt.outcome) == "fixed", receipt.as_json()

    def note(self) -> None:
        """Take the practice's present state as the state before."""
        self.before = self._now()

    def end(self, flow: str) -> str:
        """Recover, and say what the practice then holds; "fixed" means that it was done once."""
        settled = self.stage.recover()
        left = self.stage.owed()
        now = self._now()
        moves = {
            ENTER: (len(now["payments"]) - len(self.before["payments"]), 1),
            APPLY: (self._credit(self.before) - self._credit(now), 200),
            DELETE: (len(self.before["payments"]) - len(now["payments"]), 1),
        }
        moved, once = moves[flow]
        words = {0: "as before", once: "fixed"}.get(moved, f"moved by {moved}")
        wrong = [row.message for row in settled if row.result != _result(words)]
        return words + (f" + {len(left)} outstanding" if left else "") + "".join(wrong)

    @staticmethod
    def _credit(chart: dict[str, Any]) -> int:
        return int(chart["unassigned_credit_cents"])


def _result(words: str) -> str:
    return "put back" if words == "as before" else words


@pytest.fixture
def payments(stage: Stage) -> Payments:
    """The payments of a patient with an open balance."""
    return Payments(stage)


@pytest.mark.short("before: Save Payment")
@pytest.mark.parametrize("moment", WORST)
def test_kill_around_the_save_leaves_one_payment_or_none(
    stage: Stage, payments: Payments, moment: str
) -> None:
    """A killed payment is looked up on the chart; if missing, it can be entered again."""
    with stage.killed_at(moment, flow=ENTER, request=payments.asked(ENTER)) as reached:
        assert reached == moment
    end = payments.end(ENTER)
    TALLY.note("a payment's worst moments", moment, end)
    assert end in ("fixed", "as before")
    assert (end == "fixed") == (moment in WORST[3:])
    if end == "as before":
        payments.done(ENTER)
        assert payments.end(ENTER) == "fixed"


@pytest.mark.long
@pytest.mark.parametrize(
    ("fault", "moment", "end"),
    [
        ("payment-hangs", "Save 2 sent", "as before"),
        ("payment-answer-lost", "Save 2 lost", "fixed"),
    ],
)
def test_kill_in_a_payments_save_is_looked_up(
    stage: Stage, payments: Payments, fault: str, moment: str, end: str
) -> None:
    """A Save without an answer is not pressed again: the chart says whether it was posted.

    The first Save is answered with the question about the credit, the second posts.
    """
    stage.faults(fault)
    asked = payments.asked(ENTER)
    with stage.killed_at(moment, flow=ENTER, request=asked, watch_saves=True) as reached:
        assert reached == moment
    stage.faults()
    assert payments.end(ENTER) == end


@pytest.mark.long
@pytest.mark.parametrize(
    ("flow", "moment"),
    [
        (APPLY, "after: owe payment is written"),
        (APPLY, "Save 2 answered"),
        (DELETE, "after: owe payment is written"),
        (DELETE, "Save 1 answered"),
    ],
)
def test_kill_of_the_other_payment_flows_is_looked_up(
    stage: Stage, payments: Payments, flow: str, moment: str
) -> None:
    """Credit is applied, and a payment deleted, once or not at all."""
    payments.done(ENTER)
    payments.note()
    asked = payments.asked(flow)
    with stage.killed_at(moment, flow=flow, request=asked, watch_saves=True) as reached:
        assert reached == moment
    end = payments.end(flow)
    TALLY.note("the other payment flows", f"{flow}, {moment}", end)
    assert end == ("fixed" if moment.startswith("Save") else "as before")


@pytest.mark.long
@pytest.mark.timeout(1500)
@pytest.mark.parametrize("flow", [ENTER, APPLY, DELETE])
def test_kill_at_every_boundary_of_a_payment(
    stage: Stage, payments: Payments, lent_browser: str, flow: str
) -> None:
    """A payment flow killed before or after any of its steps is done once or not at all."""
    group = f"every boundary, {flow}"
    for number in itertools.count():
        payments = Payments(stage)
        if flow != ENTER:
            payments.done(ENTER)
            payments.note()
        asked = payments.asked(flow)
        with stage.killed_at(number, flow=flow, request=asked, browser=lent_browser) as moment:
            if moment is None:
                break
        TALLY.note(group, moment, payments.end(flow))
    assert payments.end(flow) == "fixed"  # the run that was not killed
    assert number >= 12
    assert not TALLY.bad(group)
