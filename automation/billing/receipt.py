"""The receipt of what was done to one item: before, after, the copay, and the proof."""

from __future__ import annotations

import dataclasses
import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any, Protocol

from automation.billing.money import plain
from automation.billing.request import PatientQuery
from automation.billing.visit import Amounts


class Outcome(StrEnum):
    """How one item ended, in receipts and exit statuses."""

    FIXED = "fixed"  # the balance is open again, checked on a freshly loaded chart
    PLANNED = "planned"  # only read; nothing was changed
    NOTHING_TO_DO = "nothing-to-do"  # it already was as requested
    REFUSED = "refused"  # a person decides
    FAILED = "failed"  # it did not work; nothing was changed
    OUTSTANDING = "outstanding"  # something is changed and still owed

    @property
    def exit_status(self) -> int:
        """The status a command ends with."""
        return _EXIT[self]


_EXIT = {
    Outcome.FIXED: 0,
    Outcome.PLANNED: 0,
    Outcome.NOTHING_TO_DO: 0,
    Outcome.REFUSED: 3,
    Outcome.FAILED: 4,
    Outcome.OUTSTANDING: 5,
}

NEXT_STEPS = (
    "Enter a client payment: Patient Billing tab > Enter Patient Payment "
    "(leave Write-Off unticked), or",
    "create and apply unassigned credit: Enter Patient Payment > allocate less than the amount, "
    "then Apply Credit.",
)


class Request(Protocol):
    """What a person requests of a flow; each flow has a type of its own."""

    @property
    def patient(self) -> PatientQuery:
        """The patient."""

    @property
    def date(self) -> dt.date:
        """The date of service, or of the payment, that it is about."""

    def as_json(self) -> dict[str, Any]:
        """Write it for the journal, without the patient."""


class AnyPlan(Protocol):
    """What a flow would do, before it changes anything; each flow has a type of its own."""

    def plan_in(self, receipt: Receipt) -> None:
        """Write into the receipt what would be done."""

    def fingerprint(self) -> dict[str, Any]:
        """What a person agrees to with a plan."""


class AnyDone(Protocol):
    """What a flow did, as a freshly loaded chart shows it."""

    @property
    def put_back(self) -> bool:
        """Whether it is as it was before."""

    def end_in(self, receipt: Receipt) -> None:
        """Write into the receipt how it ended."""


@dataclass
class Copay:
    """The copay in a receipt: what was stored, whether it was set aside and given back."""

    original: str | None = None
    set_aside: bool = False
    restored: bool | None = None


def in_a_word(outcome: str, *, is_payment: bool) -> str:
    """Return how an item ended, in the word that people read: a payment is done, not fixed."""
    return "done" if is_payment and outcome == Outcome.FIXED else str(outcome)


@dataclass
class Receipt:
    """One item's receipt; filled in during the run, written once at its end."""

    request: Any  # a Request, of the flow's own type
    site: str
    practice: str = ""  # which practice it is about, in words
    outcome: Outcome = Outcome.FAILED
    diagnosis: str = ""
    reference: str = ""
    payer_type: str | None = None
    field: str | None = None
    before: Amounts | None = None
    after: Amounts | None = None
    entered: Decimal | None = None
    expected_balance: Decimal | None = None
    plan: dict[str, Any] | None = None
    copay: Copay = dataclasses.field(default_factory=Copay)
    steps: list[dict[str, Any]] = dataclasses.field(default_factory=list)
    told: list[tuple[str, str]] = dataclasses.field(default_factory=list)  # the flow's own lines
    posted: dict[str, str] | None = None  # of a payment: what its Save does, and the amount
    typed: list[str] = dataclasses.field(default_factory=list)  # into the amount's field, in order
    seconds: float = 0.0
    message: str = ""
    problem: dict[str, str] | None = None
    warnings: tuple[str, ...] = ()
    next_steps: tuple[str, ...] = ()
    by: str = ""
    at: str = ""
    exit_status: int | None = None

    def status(self) -> int:
        """The exit status: the outcome's own, unless the problem has another."""
        return self.outcome.exit_status if self.exit_status is None else self.exit_status

    @property
    def word(self) -> str:
        """How it ended, in the word that people read: only a write-off is "fixed"."""
        return in_a_word(self.outcome, is_payment=self.posted is not None)

    def as_json(self) -> dict[str, Any]:
        """Write the receipt; amounts are strings with two decimals, seconds are rounded."""
        who = self.request.patient
        return {
            "version": 1,
            "practice": self.practice,
            "outcome": str(self.outcome),
            "diagnosis": self.diagnosis,
            "reference": self.reference,
            "patient": who.name,
            "date_of_service": self.request.date.isoformat(),
            "payer_type": self.payer_type,
            "field": self.field,
            "before": self.before.as_json() if self.before else None,
            "after": self.after.as_json() if self.after else None,
            "copay": vars(self.copay),
            "entered": plain(self.entered),
            "typed": list(self.typed),
            "expected_balance": plain(self.expected_balance),
            "plan": self.plan,
            "told": [list(line) for line in self.told],
            "posted": self.posted,
            "steps": self.steps,
            "seconds": round(self.seconds, 2),
            "message": self.message,
            "problem": self.problem,
            "warnings": list(self.warnings),
            "next_steps": list(self.next_steps),
            "site": self.site,
            "by": self.by,
            "at": self.at,
        }
