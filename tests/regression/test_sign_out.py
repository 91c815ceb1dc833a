"""A sign-in that is lost between the two Saves."""

from __future__ import annotations

import pytest
from payers import CENTS, less_cents

from automation.billing.receipt import Outcome
from automation.desk import Step, StepKind
from automation.regression import checks
from automation.regression.practice import Practice
from automation.regression.signing_in import SignIns
from automation.runs.recovery import recover


class SignsOut:
    """Ends the sign-in just before the Save of this number, counted from 1."""

    def __init__(self, practice: Practice, save: int) -> None:
        self.context, self.left = practice.session.screen.tab.context, save

    def began(self, step: Step) -> None:
        """Count the Saves, and clear the cookies before the chosen one."""
        amount = step.kind is StepKind.CHANGES
        self.left -= amount
        if amount and self.left == 0:
            self.context.clear_cookies()

    def ended(self, step: Step) -> None:
        """Nothing more is done."""

    def failed(self, step: Step, problem: BaseException) -> None:
        """Nothing more is done."""


def test_sign_out_between_the_saves_is_noticed_and_recovered_from(
    practice: Practice, sign_ins: SignIns
) -> None:
    """A Save after a sign-out is reported as outstanding, and the next sign-in finishes the fix."""
    session = practice.session
    if session.screen.site.sign_in != "form":
        pytest.skip("a person signs in at this site; no test may sign that person out")
    session.listeners = [*session.listeners, SignsOut(practice, save=2)]
    receipt = practice.fix("in-network", **less_cents(practice.data, "in-network"))
    assert receipt.outcome is Outcome.OUTSTANDING, (
        f"the sign-in was lost before the second Save, and the fix says: {receipt.message}"
    )
    session.listeners = session.listeners[:-1]
    sign_ins.screen(session.screen.tab, "biller")
    results = [settled.result for settled in recover(session)]
    checks.same_words("after signing in again, the fix that was left", "fixed", " ".join(results))
    visit, row = practice.visit("in-network"), practice.row("in-network")
    checks.balance_adds_up(row, visit.owes - CENTS, visit.paid)
