"""What a payment is to do to a chart, and how to tell from a chart whether it was done.

Source: https://support.therapynotes.com/article/134-how-to-enter-patient-payments
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any, ClassVar, Self

from automation.billing.money import ZERO, dollars, plain
from automation.billing.payment import Payment, Summary
from automation.billing.posted import added_rows, balances_of
from automation.billing.receipt import Outcome, Receipt
from automation.billing.request import shown
from automation.billing.visit import Visit, same_visit

Parts = tuple[tuple[Visit, Decimal], ...]
"""Dates of service as they were before, each with the dollars that go to it."""


class Kind(StrEnum):
    """What one press of a payment's Save does."""

    ENTERED = "entered"  # adds one payment to the table
    APPLIED = "applied"  # allocates existing credit to dates of service
    DELETED = "deleted"  # removes one payment from the table


@dataclass(frozen=True)
class Posting:
    """One press of a payment's Save: the chart before it, and what it is to change.

    `amount` is in dollars; `parts` are its dates of service, `rows` the chart's payments before,
    `row` the one to delete.
    """

    kind: Kind
    amount: Decimal
    parts: Parts
    rows: tuple[Payment, ...]
    write_off: bool = False
    row: Payment | None = None

    def is_done(self, payments: Sequence[Payment], visits: Sequence[Visit]) -> bool:
        """Return whether a freshly loaded chart shows it done, exactly once."""
        if self.kind is Kind.DELETED:
            return self.row in added_rows(payments, self.rows)
        arrived = all(
            balances_of(now) == balances_of(was, part, write_off=self.write_off)
            for was, part, now in self._beside(visits)
        )
        if self.kind is Kind.APPLIED or not self.amount:
            return bool(self.parts) and arrived
        return arrived and len(self._like(payments)) == 1

    def is_as_before(self, payments: Sequence[Payment], visits: Sequence[Visit]) -> bool:
        """Return whether a freshly loaded chart shows nothing of it."""
        if self.kind is Kind.DELETED:
            return self.row not in added_rows(payments, self.rows)
        unmoved = all(balances_of(now) == balances_of(was) for was, _, now in self._beside(visits))
        return unmoved and not (self.kind is Kind.ENTERED and self._like(payments))

    def found(self, payments: Sequence[Payment], visits: Sequence[Visit]) -> str:
        """Describe a chart that shows it neither done nor as before; for a person's screen."""
        rows = "; ".join(str(row) for row in self._like(payments)) or "no payment of that amount"
        days = ", ".join(
            f"{shown(now.date)} with a balance of {dollars(now.amounts.balance)}"
            for was, _, now in self._beside(visits)
            if balances_of(now) != balances_of(was)
        )
        return f"{rows}; " + (days or "its dates of service as they were before")

    def _like(self, payments: Sequence[Payment]) -> list[Payment]:
        """The payments of this amount that were not there before."""
        return [row for row in added_rows(self.rows, payments) if row.amount == self.amount]

    def _beside(self, visits: Sequence[Visit]) -> list[tuple[Visit, Decimal, Visit]]:
        """Each part with its date of service before and now; one that is gone counts as unmoved."""
        return [
            (was, part, next((now for now in visits if same_visit(now, was)), was))
            for was, part in self.parts
        ]

    def as_json(self) -> dict[str, Any]:
        """Write it for the journal."""
        return {
            "version": 1,
            "kind": str(self.kind),
            "amount": plain(self.amount),
            "parts": [[was.as_json(), plain(part)] for was, part in self.parts],
            "rows": [row.as_json() for row in self.rows],
            "write_off": self.write_off,
            "row": self.row.as_json() if self.row else None,
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        """Read what `as_json` wrote."""
        parts = ((Visit.from_json(dict(was)), Decimal(part)) for was, part in stored["parts"])
        row = stored["row"]
        return cls(
            kind=Kind(stored["kind"]),
            amount=Decimal(stored["amount"]),
            parts=tuple(parts),
            rows=tuple(Payment.from_json(row) for row in stored["rows"]),
            write_off=stored["write_off"],
            row=Payment.from_json(row) if row else None,
        )

    # As a plan, and as an end -------------------------------------------------------------------

    def fingerprint(self) -> dict[str, Any]:
        """What a person agrees to with a plan."""
        return self.as_json()

    def plan_in(self, receipt: Receipt) -> None:
        """Write into the receipt what would be done."""
        receipt.posted = {"kind": str(self.kind), "amount": f"{self.amount:.2f}"}
        receipt.told = [(f"To be {self.kind}", dollars(self.amount))]
        for was, part in self.parts:
            after = balances_of(was, part, write_off=self.write_off)[-1]
            receipt.told.append(
                (
                    f"Balance {shown(was.date)}",
                    f"{dollars(was.amounts.balance)} -> {dollars(after)}",
                )
            )
        left = self.amount - sum((part for _, part in self.parts), ZERO)
        if self.kind is Kind.ENTERED and left > 0:
            receipt.told.append(("Unassigned credit", f"{dollars(left)} more"))


@dataclass(frozen=True)
class PostingDone:
    """How a payment ended, on a freshly loaded chart; `put_back` means nothing was posted."""

    posting: Posting
    put_back: bool = False
    warnings: tuple[str, ...] = ()

    def end_in(self, receipt: Receipt) -> None:
        """Write into the receipt that it is done, or that nothing was posted."""
        self.posting.plan_in(receipt)
        receipt.warnings, what = self.warnings, receipt.told[0][1]
        receipt.told[0] = (str(self.posting.kind).capitalize(), what)
        if self.put_back:
            receipt.told = []
            receipt.outcome = Outcome.FAILED
            receipt.message = "nothing was posted, the chart is as before; run the command again"
        else:
            receipt.outcome = Outcome.FIXED
            receipt.message = "A freshly loaded chart shows it, once."


@dataclass(frozen=True)
class Shown:
    """What a freshly loaded chart shows after a payment was entered, used or deleted.

    `payments` are the rows that were added, or the one removed; `visits` the dates of service
    whose amounts moved, as they are now.
    """

    payments: tuple[Payment, ...]
    visits: tuple[Visit, ...]
    summary: Summary
    posting: Posting | None = None

    put_back: ClassVar[bool] = False

    def end_in(self, receipt: Receipt) -> None:
        """Write into the receipt that it is done."""
        assert self.posting is not None
        PostingDone(self.posting).end_in(receipt)
