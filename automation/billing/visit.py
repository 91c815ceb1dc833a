"""One date of service, as the screen shows it."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict, dataclass, field, replace
from decimal import Decimal
from typing import Any

from automation.billing.history import AmountChange
from automation.billing.money import ZERO, plain
from automation.billing.payer_types import PAYER_TYPES, PayerType


@dataclass(frozen=True)
class Amounts:
    """The amounts of one date of service, in dollars; None where the screen does not show one."""

    rate: Decimal | None = None
    pt_amt: Decimal | None = None
    coverage: Decimal | None = None
    patient_paid: Decimal | None = None
    balance: Decimal | None = None
    written_off: Decimal | None = None

    def as_json(self) -> dict[str, str | None]:
        """Write every amount as a string with two decimals."""
        return {name: plain(value) for name, value in asdict(self).items()}

    @classmethod
    def from_json(cls, stored: dict[str, str | None]) -> Amounts:
        """Read what `as_json` wrote."""
        return cls(
            **{name: None if text is None else Decimal(text) for name, text in stored.items()}
        )


@dataclass(frozen=True)
class Visit:
    """One date of service: which it is, what is owed, and what its status says.

    `service` is the row's own text, `time` is "9:00 AM" or "" where none is shown, `marked` is
    whether the row has the mark of a write-off (asterisk or tooltip), `told` is the text of its
    tooltips: who wrote off, when and why. `history` is its History tab, if that was read.
    """

    date: dt.date
    time: str
    service: str
    method: str
    payer_type: str
    amounts: Amounts
    pt_status: str = ""
    ins_status: str = ""
    marked: bool = False
    told: str = field(default="", compare=False)
    history: tuple[AmountChange, ...] = field(default=(), compare=False)

    @property
    def payer(self) -> PayerType | None:
        """The row of the payer-type table, or None for a charge that has no method."""
        return PAYER_TYPES.get(self.payer_type)

    @property
    def patient_amount(self) -> Decimal | None:
        """What the patient owes for this date of service before payments, in dollars."""
        return self.payer.patient_amount(self.amounts) if self.payer else self.amounts.pt_amt

    def field_value(self) -> Decimal | None:
        """The value now in the field that this payer type's fix types into."""
        return getattr(self.amounts, self.payer.field) if self.payer else None

    @property
    def looks_written_off(self) -> bool:
        """Whether the patient status says written off, rightly or not."""
        return "written off" in self.pt_status.casefold()

    @property
    def has_balance(self) -> bool:
        """Whether something is still to be paid."""
        return (self.amounts.balance or ZERO) > ZERO

    @property
    def is_paid(self) -> bool:
        """Whether something was owed for it, and is paid in full."""
        owed, paid = self.patient_amount, self.amounts.patient_paid
        return bool(owed) and owed == paid and self.amounts.balance == ZERO

    def with_written_off(self) -> Visit:
        """Fill in the amount written off: patient amount - paid - balance, never below zero.

        Left unknown where the screen shows too little to tell it from a payment.
        """
        owed, paid, balance = self.patient_amount, self.amounts.patient_paid, self.amounts.balance
        if owed is None or balance is None:
            return self
        if paid is None and not (self.marked or self.looks_written_off):
            return self  # the gap may as well be a payment that this screen does not show
        gap = owed - (paid or Decimal(0)) - balance
        written_off = max(gap, Decimal(0)).quantize(Decimal("0.01"))
        return replace(self, amounts=replace(self.amounts, written_off=written_off))

    def filled_from(self, opened: Amounts, payer_type: str) -> Visit:
        """Fill in, from the opened date of service, what the row does not show."""
        shown = {name: value for name, value in asdict(self.amounts).items() if value is not None}
        amounts = Amounts(**{**asdict(opened), **shown})
        return replace(self, amounts=amounts, payer_type=self.payer_type or payer_type)

    @property
    def place(self) -> str:
        """What tells it from the patient's other dates of service, as the journal stores it."""
        return f"{self.date} {self.time} {self.service}"

    def as_json(self) -> dict[str, Any]:
        """Write the visit for the journal."""
        fields = {
            k: getattr(self, k)
            for k in (
                "time",
                "service",
                "method",
                "payer_type",
                "pt_status",
                "ins_status",
                "marked",
            )
        }
        return {"date": self.date.isoformat(), "amounts": self.amounts.as_json(), **fields}

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> Visit:
        """Read what `as_json` wrote."""
        rest = {k: v for k, v in stored.items() if k not in ("date", "amounts", "version")}
        return cls(
            date=dt.date.fromisoformat(stored["date"]),
            amounts=Amounts.from_json(stored["amounts"]),
            **rest,
        )


def same_visit(one: Visit, other: Visit) -> bool:
    """Return whether two readings are of one date of service: same date, time and service."""
    return (one.date, one.time, one.service) == (other.date, other.time, other.service)
