"""The practice's records: patients, policies, visits and payments; money in integer cents."""

from __future__ import annotations

from dataclasses import dataclass

IN, OUT, DIRECT, NONE = "in-network", "out-of-network", "direct", "none"

# The Method decides who pays which part of a visit; a misc. charge has no method.
METHODS = {
    "Insurance - In Network - Electronic": IN,
    "Insurance - In Network - Paper": IN,
    "Insurance - In Network - External": IN,
    "Insurance - Out of Network - Electronic": OUT,
    "Insurance - Out of Network - Paper": OUT,
    "Insurance - Out of Network - External": OUT,
    "Direct - Cash, Check, or Credit/Debit Card": DIRECT,
}

WRITTEN_OFF = "Patient balance written off"
OPEN_WORDS = ("Open", "Partly paid", "Overpaid")


@dataclass(slots=True)
class Patient:
    """A patient of the practice; `acct` is the account number."""

    id: str
    seq: int
    acct: int
    last: str
    first: str
    born: str
    active: int
    phone: str
    autopay: int
    comments: str

    @property
    def name(self) -> str:
        """Return the name as lists show it."""
        return f"{self.last}, {self.first}"


@dataclass(slots=True)
class Policy:
    """An insurance policy; `starts` and `ends` are what its form calls Coverage."""

    id: str
    patient: str
    priority: str
    payer: str
    member: str
    comments: str
    starts: str
    ends: str
    copay: int | None
    deductible: int | None


@dataclass(slots=True)
class Payment:
    """Money a patient paid; what is not allocated to visits is unassigned credit."""

    id: str
    patient: str
    date: str
    kind: str
    method: str
    check_no: str
    cents: int
    allocated: int = 0

    @property
    def unassigned(self) -> int:
        """Return the part that pays for no visit yet."""
        return self.cents - self.allocated


@dataclass(slots=True)
class Visit:
    """One date of service; `pt_amt` is the patient's part, `coverage` the insurer's."""

    id: str
    patient: str
    date: str
    time: str
    code: str
    service: str
    clinician: str
    method: str
    payer: str
    rate: int
    pt_amt: int
    coverage: int
    ins_paid: int
    ins_off: int
    ins_status: str
    wo_cents: int
    wo_reason: str
    wo_user: str
    wo_at: str
    by_hand: int
    saved: int
    paid: int = 0

    @property
    def kind(self) -> str:
        """Return the payer type that the method stands for."""
        return METHODS.get(self.method, NONE)

    @property
    def balance(self) -> int:
        """Return what the patient still has to pay."""
        return self.pt_amt - self.paid - self.wo_cents

    @property
    def written_off(self) -> bool:
        """Tell whether there is a write-off, of any amount."""
        return bool(self.wo_reason)

    @property
    def ins_balance(self) -> int:
        """Return what the insurer still has to pay."""
        return self.coverage - self.ins_paid - self.ins_off

    @property
    def pt_status(self) -> str:
        """Return the text of the column Pt Status."""
        if self.balance < 0:
            return "Overpaid"
        if self.balance == 0:
            zero = self.pt_amt == 0 and self.paid == 0
            return WRITTEN_OFF if self.wo_cents or zero else "Paid"
        return "Partly paid" if self.paid else "Open"
