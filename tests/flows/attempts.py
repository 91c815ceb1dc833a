"""One fix tried at the sandbox, and what the sandbox's whole ledger says about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ledgers import state_of, visit_in
from requests_of_tests import fixed

from automation.billing.receipt import Receipt
from automation.runs.session import Session
from automation.sandbox_process import Sandbox

SAVES = {"Edit Billing", "Edit Billing Settings"}


@dataclass(frozen=True)
class Trial:
    """A receipt, and the ledger from before and after."""

    case: dict[str, Any]
    receipt: Receipt
    before: dict[str, Any]
    after: dict[str, Any]

    @property
    def state(self) -> str:
        """What the practice holds: fixed, as before, or what else changed."""
        return state_of(self.case, self.before, self.after)

    @property
    def visit(self) -> dict[str, Any]:
        """The case's date of service as the ledger has it now, money in cents."""
        return visit_in(self.after, self.case)

    @property
    def saves(self) -> list[str]:
        """Which of this patient's records were saved, in order; no other chart may be."""
        new = self.after["log"][len(self.before["log"]) :]
        saved = [line for line in new if line["action"] in SAVES]
        assert {line["patient"] for line in saved} <= {self.case["id"]}
        return [line["action"] for line in saved]

    @property
    def outcome(self) -> tuple[str, str]:
        """The outcome and the diagnosis."""
        return str(self.receipt.outcome), str(self.receipt.diagnosis)

    def says(self, *lines: object) -> bool:
        """Compare outcome, diagnosis and ledger at once, so that a failure shows all three."""
        found = (*self.outcome, self.state)
        assert found == lines, self.receipt.problem
        return True


def tried(practice: Sandbox, work: Session, case: dict[str, Any], **more: Any) -> Trial:
    """Do the fix of a case, and read the whole ledger before and after."""
    before = practice.control("ledger")
    receipt = fixed(work, case, **more)
    return Trial(case, receipt, before, practice.control("ledger"))
