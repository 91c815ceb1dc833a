"""A payment's Save as an edit: stored before it is pressed, looked up afterwards, pressed once.

What a payment changes has no value in between and is never put back by a Save: a freshly loaded
chart shows it once, or not at all; anything else is for a person.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, ClassVar, Self

from automation.billing.money import ZERO
from automation.billing.posting import Posting, PostingDone
from automation.billing.request import PatientQuery
from automation.edit import Do, Edit, To, Words, decide
from automation.errors import Outstanding, Problem
from automation.pages.patient_billing import PatientBilling, Transactions
from automation.pages.patient_chart import PatientChart
from automation.pages.saving import Saved, not_shown


@dataclass(frozen=True)
class PostedOnce(Edit[PatientBilling, Transactions], kind="payment"):
    """What one press of a payment's Save does to a chart: nothing before, its amount after."""

    posting: Posting

    words: ClassVar[Mapping[To, Words]] = {}
    follows_its_like: ClassVar[bool] = True
    looking = "Patients > the patient, to look what was posted"

    @classmethod
    def of(cls, posting: Posting) -> Self:
        """Make the edit; a chart has one payment under way at most."""
        return cls("Payment Amount", "payment", ZERO, (), posting.amount, posting)

    def open(self, chart: PatientChart) -> PatientBilling:
        """Patient Billing tab > Search Billing Transactions: All Items."""
        return chart.patient_billing().show_all_items()

    def read(self, page: PatientBilling) -> Transactions:
        """Read the table."""
        return page.transactions()

    def save(self, page: PatientBilling, now: Transactions, value: Decimal) -> Saved:
        """Refuse: a payment is never pressed again."""
        raise AssertionError("a payment's Save is pressed by its flow alone")

    def value(self, now: Transactions) -> Decimal | None:
        """Return the amount where it is posted, else $0."""
        return self.after if self.is_reached(now) else ZERO

    def is_reached(self, now: Transactions) -> bool:
        """Return whether it is posted, exactly once."""
        return self.posting.is_done(now.payments, now.visits)

    def is_as_before(self, now: Transactions) -> bool:
        """Return whether the chart shows nothing of it."""
        return self.posting.is_as_before(now.payments, now.visits)

    def did_its_work(self, now: Transactions) -> bool:
        """Return False: there is no value in between."""
        return False

    def is_ours(self, now: Transactions) -> bool:
        """Return False: what is neither posted once nor absent is for a person."""
        return False

    def left_alone(self, now: Transactions) -> Problem:
        """Build the problem of a chart that shows something else."""
        return Outstanding(
            "looking what was posted",
            expected="the payment once, with its amounts, or nothing of it",
            found=self.posting.found(now.payments, now.visits),
            next_step="look at the payment on the chart, put it right by hand, then "
            "`undo-writeoff recover --settled`",
        )

    def not_stored(self, to: To, now: Transactions, saved: Saved | None) -> Problem:
        """Build the problem of a Save that the chart shows nothing of."""
        assert saved is not None
        problem = not_shown("saving the payment", saved, "the payment under All Items")
        problem.as_before = not saved.is_hopeful and self.is_as_before(now)
        return problem

    def settle(self, desk: Any, who: PatientQuery) -> PostingDone:
        """Look, from wherever the screen is, whether it was posted; nothing is pressed."""
        with desk.step(self.looking, key="patient"):
            now = self.read(self.open(desk.start_over().find(who)))
        do = decide(self, now)
        if do is Do.LEAVE:
            raise self.left_alone(now)
        return PostingDone(self.posting, put_back=do is Do.AS_BEFORE)

    def as_json(self) -> dict[str, Any]:
        """Write the edit for the journal, with the chart before it."""
        return {**super().as_json(), "posting": self.posting.as_json()}

    @classmethod
    def from_json(cls, place: str, stored: Mapping[str, Any], **more: Any) -> Self:
        """Read what `as_json` wrote."""
        posting = Posting.from_json(stored["posting"])
        return super().from_json(place, stored, posting=posting)
