"""A payment's Save: stored before it is pressed, pressed once, looked up afterwards.

A payment has no value in between and is never put back by a Save: a freshly loaded chart shows it
once, or not at all; anything else is for a person.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from automation.billing.posting import Posting, PostingDone
from automation.billing.request import PatientQuery
from automation.edit import Owed
from automation.errors import Outstanding, Problem
from automation.pages.patient_billing import Transactions
from automation.pages.saving import Saved, not_shown


@dataclass(frozen=True)
class PostedOnce(Owed, kind="payment"):
    """The effect of one press of a payment's Save: nothing before, its amount after."""

    posting: Posting

    follows_its_like: ClassVar[bool] = True
    begun: ClassVar[str] = "what a payment's Save was to do"

    @classmethod
    def of(cls, posting: Posting) -> Self:
        """Build it from a posting; a chart has at most one payment in progress."""
        return cls("Payment Amount", "payment", posting)

    def is_posted(self, now: Transactions) -> bool:
        """Return whether it is posted exactly once."""
        return self.posting.is_done(now.payments, now.visits)

    def is_as_before(self, now: Transactions) -> bool:
        """Return whether the chart shows nothing of it."""
        return self.posting.is_as_before(now.payments, now.visits)

    def left_alone(self, now: Transactions) -> Problem:
        """Return the problem of a chart that shows something else."""
        return Outstanding(
            "looking what was posted",
            expected="the payment once, with its amounts, or nothing of it",
            found=self.posting.found(now.payments, now.visits),
            next_step="look at the payment on the chart, put it right by hand, then "
            "`undo-writeoff recover --settled`",
        )

    def not_stored(self, now: Transactions, saved: Saved) -> Problem:
        """Return the problem of a Save that the chart does not show."""
        problem = not_shown("saving the payment", saved, "the payment under All Items")
        problem.as_before = not saved.is_hopeful and self.is_as_before(now)
        return problem

    def settle(self, desk: Any, who: PatientQuery) -> PostingDone:
        """Look whether it was posted, from wherever the screen is, without pressing a Save.

        Raises Outstanding when the chart shows something else.
        """
        with desk.step("Patients > the patient, to look what was posted", key="patient"):
            now = desk.start_over().find(who).patient_billing().show_all_items().transactions()
        if not self.is_posted(now) and not self.is_as_before(now):
            raise self.left_alone(now)
        return PostingDone(self.posting, put_back=not self.is_posted(now))

    def as_json(self) -> dict[str, Any]:
        """Return it as JSON values for the journal, with the chart before it."""
        return {**super().as_json(), "posting": self.posting.as_json()}

    @classmethod
    def from_json(cls, place: str, stored: Mapping[str, Any]) -> Self:
        """Build it from what `as_json` returned."""
        return cls(stored["label"], place, Posting.from_json(stored["posting"]))
