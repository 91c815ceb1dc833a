"""Patient payments: what a person requests, and what the chart shows of them.

Source: https://support.therapynotes.com/article/134-how-to-enter-patient-payments
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Self, TypeVar

from automation.billing.money import ZERO, dollars, plain, typed_amount
from automation.billing.plan import Change
from automation.billing.request import PatientQuery, same_words, shown
from automation.billing.way_back import Reason
from automation.errors import Refusal, UsageProblem

Thing = TypeVar("Thing")


@dataclass(frozen=True)
class Payment:
    """One payment as the table shows it; `method` includes its number, "Check #1042"."""

    date: dt.date
    kind: str
    method: str
    amount: Decimal | None

    def __str__(self) -> str:
        return " ".join((shown(self.date), self.kind, self.method, dollars(self.amount)))

    def as_json(self) -> dict[str, Any]:
        """Write the row for the journal."""
        return {**vars(self), "date": self.date.isoformat(), "amount": plain(self.amount)}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        """Read what `as_json` wrote."""
        amount = None if stored["amount"] is None else Decimal(stored["amount"])
        date = dt.date.fromisoformat(stored["date"])
        return cls(date, stored["kind"], stored["method"], amount)

    @property
    def numbers(self) -> list[str]:
        """The words of kind and method, one of which is the check number if it is shown."""
        return re.split(r"[\s#:]+", f"{self.method} {self.kind}")


@dataclass(frozen=True)
class Credit:
    """One payment with unassigned credit: its whole amount, and what is left of it."""

    date: dt.date
    amount: Decimal | None
    left: Decimal | None


@dataclass(frozen=True)
class Summary:
    """What the tab shows for the patient as a whole, in dollars; None where it shows nothing."""

    balance: Decimal | None
    credit: Decimal | None
    insurance: Decimal | None = None


@dataclass(frozen=True)
class Allocation:
    """The amount for one date of service; with time and service where a date has two."""

    date: dt.date
    amount: Decimal = ZERO
    time: str | None = None
    service: str | None = None

    def as_json(self) -> dict[str, Any]:
        """Write it for the journal."""
        return {**vars(self), "date": self.date.isoformat(), "amount": plain(self.amount)}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        """Read what `as_json` wrote."""
        date = dt.date.fromisoformat(stored["date"])
        return cls(date, Decimal(stored["amount"]), stored["time"], stored["service"])


@dataclass(frozen=True)
class EnterPayment:
    """A payment to enter; what is not allocated to a date of service becomes unassigned credit.

    `write_off` writes off what is then left of each named date of service, for a `reason`. A blank
    `method` keeps the form's own; a `mark` is typed as the check number if the form has one.
    Raises UsageProblem for invalid or contradictory values.
    """

    patient: PatientQuery
    amount: Decimal
    allocations: tuple[Allocation, ...] = ()
    write_off: bool = False
    reason: str | Reason = ""
    method: str = ""
    check_number: str = ""
    mark: str = ""

    def __post_init__(self) -> None:
        _good_amounts((self.amount, *(one.amount for one in self.allocations)))
        if self.left_over < 0:
            raise _wrong(f"Allocations of at most {dollars(self.amount)}", "more than the Payment")
        if not self.amount and not self.write_off:
            raise _wrong("a Payment Amount, or a Write-Off", "neither")
        if self.write_off and not (self.allocations and self.reason):
            raise _wrong("a date of service and a reason to write it off", "one without the other")
        if not self.write_off and not all(one.amount for one in self.allocations):
            raise _wrong("an amount for each date of service", "an Allocation of nothing")

    @property
    def left_over(self) -> Decimal:
        """What becomes unassigned credit, in dollars."""
        return self.amount - sum((one.amount for one in self.allocations), ZERO)

    @property
    def date(self) -> dt.date:
        """The first date of service that it is for; today's date if it is for none."""
        return self.allocations[0].date if self.allocations else dt.date.today()  # noqa: DTZ011

    def as_json(self) -> dict[str, Any]:
        """Write the request for the journal, without the patient."""
        return {
            "version": 1,
            "amount": plain(self.amount),
            "allocations": [one.as_json() for one in self.allocations],
            "write_off": self.write_off,
            "reason": str(self.reason),
            "method": self.method,
            "check_number": self.check_number,
        }

    @classmethod
    def from_json(cls, patient: PatientQuery, stored: Mapping[str, Any]) -> Self:
        """Read what `as_json` wrote."""
        rest = {key: stored[key] for key in ("write_off", "reason", "method", "check_number")}
        parts = tuple(Allocation.from_json(one) for one in stored["allocations"])
        return cls(patient, Decimal(stored["amount"]), parts, **rest)

    def change(self) -> Change:
        """Describe the change for listeners to the steps."""
        if self.write_off and not self.amount:
            return Change("Write-Off", "no", str(self.reason))
        return Change("Payment Amount", "none", plain(self.amount) or "")


@dataclass(frozen=True)
class ApplyCredit:
    """Credit to apply; date and amount of its payment identify it if there are several."""

    patient: PatientQuery
    allocations: tuple[Allocation, ...]
    paid_on: dt.date | None = None
    amount: Decimal | None = None

    def __post_init__(self) -> None:
        _good_amounts([one.amount for one in self.allocations])
        if not self.allocations or not all(one.amount for one in self.allocations):
            raise _wrong("an amount for each date of service", "an Allocation of nothing")

    @property
    def sum(self) -> Decimal:
        """How much of the credit is used, in dollars."""
        return sum((one.amount for one in self.allocations), ZERO)

    @property
    def date(self) -> dt.date:
        """The first date of service that it is for."""
        return self.allocations[0].date

    def as_json(self) -> dict[str, Any]:
        """Write the request for the journal, without the patient."""
        return {
            "version": 1,
            "allocations": [one.as_json() for one in self.allocations],
            "paid_on": self.paid_on.isoformat() if self.paid_on else None,
            "amount": plain(self.amount),
        }

    @classmethod
    def from_json(cls, patient: PatientQuery, stored: Mapping[str, Any]) -> Self:
        """Read what `as_json` wrote."""
        paid_on, amount = stored["paid_on"], stored["amount"]
        return cls(
            patient,
            tuple(Allocation.from_json(one) for one in stored["allocations"]),
            dt.date.fromisoformat(paid_on) if paid_on else None,
            None if amount is None else Decimal(amount),
        )

    def enough_of(self, summary: Summary) -> Decimal:
        """Return the patient's unassigned credit. Raises Refusal when it is not enough."""
        if summary.credit is not None and summary.credit >= self.sum:
            return summary.credit
        raise _too_little(self.sum, summary.credit)

    def the_one(self, credits: Sequence[Credit]) -> Credit:
        """Choose the payment whose credit to use. Raises Refusal for none, several, too little."""
        found = [
            credit
            for credit in credits
            if self.paid_on in (None, credit.date) and self.amount in (None, credit.amount)
        ]
        listed = [f"{shown(one.date)} {dollars(one.amount)}" for one in credits]
        credit = _the_one("Use Credit", "payment with unassigned credit", found, listed)
        if credit.left is None or credit.left < self.sum:
            raise _too_little(self.sum, credit.left)
        return credit


@dataclass(frozen=True)
class DeletePayment:
    """A payment to delete: its date, its amount, and what else tells it from another."""

    patient: PatientQuery
    date: dt.date
    amount: Decimal | None
    check_number: str = ""
    kind: str = ""

    @classmethod
    def all_of(
        cls, patient: PatientQuery, payments: Sequence[Payment], check_number: str
    ) -> list[DeletePayment]:
        """Request the deletion of each $0 payment with this check number."""
        asked = [cls(patient, one.date, ZERO, check_number, one.kind) for one in payments]
        return [each for each, one in zip(asked, payments, strict=True) if each._is(one)]

    @classmethod
    def each_of(
        cls, patient: PatientQuery, payments: Sequence[Payment], check_number: str
    ) -> list[DeletePayment]:
        """Request the deletion of payments that were just entered with this check number.

        A chart may show no check number; then date, amount and kind identify them.
        """
        return [
            cls(
                patient,
                one.date,
                one.amount,
                check_number * (check_number in one.numbers),
                one.kind,
            )
            for one in payments
        ]

    def as_json(self) -> dict[str, Any]:
        """Write the request for the journal, without the patient."""
        rest = {"check_number": self.check_number, "kind": self.kind}
        date, amount = self.date.isoformat(), plain(self.amount)
        return {"version": 1, "date": date, "amount": amount, **rest}

    @classmethod
    def from_json(cls, patient: PatientQuery, stored: Mapping[str, Any]) -> Self:
        """Read what `as_json` wrote."""
        date, amount = dt.date.fromisoformat(stored["date"]), stored["amount"]
        worth = None if amount is None else Decimal(amount)
        return cls(patient, date, worth, stored["check_number"], stored["kind"])

    def the_one(self, payments: Sequence[Payment]) -> Payment:
        """Choose the payment that is requested. Raises Refusal for none or several."""
        found = [one for one in payments if self._is(one)]
        listed = [str(one) for one in payments if one.date == self.date]
        return _the_one("choosing the payment to delete", "payment like it", found, listed)

    def fits_several(self, payments: Sequence[Payment]) -> bool:
        """Return whether more than one payment looks like the one that is requested."""
        return sum(self._is(one) for one in payments) > 1

    def _is(self, payment: Payment) -> bool:
        return (
            (payment.date, payment.amount) == (self.date, self.amount)
            and (not self.check_number or self.check_number in payment.numbers)
            and (not self.kind or same_words(self.kind) == same_words(payment.kind))
        )


def _the_one(doing: str, what: str, found: Sequence[Thing], told: Sequence[str]) -> Thing:
    if len(found) == 1:
        return found[0]
    raise Refusal(
        doing,
        expected=f"exactly one {what}",
        found=f"{len(found) or 'none'}; the chart shows " + ("; ".join(told) or "none at all"),
        next_step="say the date, the amount and the check number; nothing was changed",
    )


def _too_little(wanted: Decimal, found: Decimal | None) -> Refusal:
    return Refusal(
        "looking for the credit to use",
        expected=f"unassigned credit of at least {dollars(wanted)}",
        found=dollars(found),
        next_step="allocate less; nothing was changed",
    )


def _good_amounts(amounts: Sequence[Decimal]) -> None:
    for amount in amounts:
        typed_amount(str(amount))


def _wrong(expected: str, found: str) -> UsageProblem:
    return UsageProblem(
        "reading the payment",
        expected=expected,
        found=found,
        next_step="say the amounts again; nothing was changed",
    )
