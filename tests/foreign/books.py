"""The books of all foreign practices: patients, visits, payments, and the billing rules.

All money is integer cents. Nothing here comes from the engine or from the sandbox.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time
from typing import Any, cast

INSURED = ("Insurance - In Network", "Insurance - Out of Network")
DIRECT = "Direct - Cash, Check, or Credit/Debit Card"
METHODS = (
    *(f"{kind} - {way}" for kind in INSURED for way in ("Electronic", "Paper", "External")),
    DIRECT,
)
WRITTEN_OFF = "Patient balance written off"
LABELS = {
    "method": "Method",
    "rate": "Rate",
    "coverage": "Coverage",
    "pt_amt": "Pt Amt",
    "written_off": "Write-Off",
}


class BadEntry(ValueError):
    """What was typed cannot be saved; the text is shown to the person."""


def cents(text: str) -> int | None:
    """Reads "30", "30.00" or "$1,234.50" as cents; blank is None, anything else BadEntry."""
    plain = text.strip().replace("$", "").replace(",", "")
    if not plain:
        return None
    whole, _, part = plain.partition(".")
    if not (whole or "0").isdigit() or (part and not part.isdigit()) or len(part) > 2:
        raise BadEntry(f"{text.strip()} is not an amount")
    return int(whole or "0") * 100 + int((part + "00")[:2])


def money(amount: int) -> str:
    """Shows cents as 1,234.50, without a currency sign."""
    return f"{amount / 100:,.2f}" if amount >= 0 else f"({-amount / 100:,.2f})"


def us_date(day: date, *, padded: bool) -> str:
    """Shows a day as 03/04/2026 when padded, else as 3/4/2026."""
    return f"{day:%m/%d/%Y}" if padded else f"{day.month}/{day.day}/{day.year}"


def clock(moment: time | datetime) -> str:
    """Shows a time of day as 9:00 AM."""
    return f"{moment:%I:%M %p}".lstrip("0")


@dataclass
class Change:
    """One line of the activity log: who changed what, from what, to what."""

    when: datetime
    user: str
    patient: str
    about: str
    field: str
    before: str
    after: str


@dataclass
class Policy:
    """An insurance policy of a patient; a copay of None is blank."""

    payer: str
    priority: str
    starts: date
    ends: date
    copay: int | None = None
    deductible: int | None = None


@dataclass
class Patient:
    """A patient as the list shows them."""

    number: int
    key: str
    last: str
    first: str
    born: date
    phone: str
    active: bool = True
    policies: list[Policy] = field(default_factory=list)

    @property
    def listed(self) -> str:
        """The name as "Last, First"."""
        return f"{self.last}, {self.first}"

    @property
    def searched(self) -> str:
        """What a search looks through: name, account number and phone."""
        return f"{self.listed} {1000 + self.number} {self.phone}".lower()

    @property
    def copay(self) -> int:
        """The copay of the primary policy in cents; 0 when blank or without a policy."""
        primary = [each for each in self.policies if each.priority == "Primary"]
        return (primary[0].copay or 0) if primary else 0


@dataclass
class Payment:
    """A payment of a patient, a row among the visits."""

    number: int
    patient: str
    day: date
    kind: str
    amount: int


@dataclass
class Visit:
    """A date of service; pt_amt counts in-network only, coverage out-of-network only."""

    number: int
    key: str
    patient: str
    day: date
    at: time
    code: str
    service: str
    clinician: str
    method: str
    rate: int
    coverage: int = 0
    pt_amt: int = 0
    paid: int = 0
    written_off: int = 0
    note: str = ""
    ins_status: str = ""

    @property
    def own_field(self) -> str:
        """The field that decides what the patient owes, by the method (rule R1)."""
        if self.method == DIRECT:
            return "rate"
        return "pt_amt" if self.method.startswith(INSURED[0]) else "coverage"

    @property
    def fields(self) -> list[str]:
        """The amounts that the date-of-service form offers."""
        return ["rate"] if self.own_field == "rate" else ["rate", self.own_field]

    @property
    def amount(self) -> int:
        """What the patient owes before payments (rule R1)."""
        amounts = {"rate": self.rate, "pt_amt": self.pt_amt, "coverage": self.rate - self.coverage}
        return amounts[self.own_field]

    @property
    def balance(self) -> int:
        """What is still unpaid (rule R1)."""
        return self.amount - self.paid - self.written_off

    @property
    def pt_status(self) -> str:
        """The text of the Pt Status column; a zero amount reads like a write-off (rule R5)."""
        if self.balance < 0:
            return "Overpaid"
        if self.balance:
            return "Partly Paid" if self.paid else "Open"
        return WRITTEN_OFF if self.written_off or not self.amount else "Paid"


def _after_save(visit: Visit, typed: dict[str, Any], copay: int) -> Visit:
    """The visit after a save: rules R3, R4 and R6."""
    entered: dict[str, Any] = {name: value or 0 for name, value in typed.items()}
    new = replace(visit, **entered)
    if not 0 <= new.amount <= new.rate:
        raise BadEntry(f"{LABELS[new.own_field]} cannot be more than the Rate")
    zero = not getattr(new, new.own_field) or not new.amount
    if zero and copay and new.method != DIRECT:
        own = {"pt_amt": copay} if new.own_field == "pt_amt" else {"coverage": new.rate - copay}
        new, zero = replace(new, **cast(dict[str, Any], own)), False
    if zero:
        return replace(new, written_off=0, note="")
    return replace(new, written_off=max(0, new.amount - new.paid)) if new.written_off else new


@dataclass
class Books:
    """Everything that a practice has stored."""

    patients: dict[int, Patient]
    visits: dict[int, Visit]
    payments: dict[int, Payment]
    activity: list[Change] = field(default_factory=list)
    saves: int = 0

    def search(self, words: str, activity: str) -> list[Patient]:
        """Patients that match any of the words, sorted by name; activity is a filter."""
        wanted = words.replace(",", " ").lower().split()
        found = [
            each
            for each in self.patients.values()
            if (activity == "Any" or each.active == (activity == "Active"))
            and (not wanted or any(w in each.searched for w in wanted))
        ]
        return sorted(found, key=lambda each: (each.listed, each.born))

    def rows(self, patient: Patient, items: str) -> list[Visit | Payment]:
        """The patient's transactions, oldest first; "open" leaves only unpaid visits."""
        rows: list[Visit | Payment] = [
            each
            for each in self.visits.values()
            if each.patient == patient.key and (items == "all" or each.balance)
        ]
        if items == "all":
            rows += [each for each in self.payments.values() if each.patient == patient.key]
        return sorted(rows, key=lambda each: (each.day, getattr(each, "at", time.min)))

    def history(self, visit: Visit) -> list[Change]:
        """The changes of one visit, oldest first (rule R10)."""
        return [each for each in self.activity if each.about == visit.key]

    def save_visit(self, number: int, typed: dict[str, Any], user: str) -> Visit:
        """Stores what was typed into a date of service; BadEntry changes nothing."""
        old = self.visits[number]
        copay = next(each.copay for each in self.patients.values() if each.key == old.patient)
        new = _after_save(old, typed, copay)
        self.visits[number] = new
        self.saves += 1
        for name, label in LABELS.items():
            self._log(user, old.patient, old.key, label, getattr(old, name), getattr(new, name))
        return new

    def save_policy(self, patient: Patient, place: int, typed: dict[str, Any], user: str) -> None:
        """Stores an insurance policy; visits already billed keep their amounts."""
        old = patient.policies[place]
        patient.policies[place] = replace(old, **typed)
        self.saves += 1
        for name, value in typed.items():
            before = getattr(old, name)
            self._log(user, patient.key, f"policy {place}", name.title(), before, value)

    def _log(
        self, user: str, patient: str, about: str, label: str, before: Any, after: Any
    ) -> None:
        """Adds a line to the activity log when something changed (rule R10)."""
        if before == after:
            return
        shown = [
            money(each) if isinstance(each, int) else str(each or "") for each in (before, after)
        ]
        now = datetime.now(UTC).astimezone()
        self.activity.append(Change(now, user, patient, about, label, *shown))

    def ledger(self) -> dict[str, Any]:
        """The whole state for comparison: visits and patients by key, money in cents."""
        names = ("patient", "method", "rate", "coverage", "pt_amt", "amount", "paid")
        kept = (*names, "written_off", "balance", "pt_status", "ins_status", "note")
        return {
            "visits": {
                each.key: {name: getattr(each, name) for name in kept}
                for each in self.visits.values()
            },
            "patients": {
                each.key: {
                    "name": each.listed,
                    "born": each.born.isoformat(),
                    "active": each.active,
                    "policies": [
                        {**vars(p), "starts": str(p.starts), "ends": str(p.ends)}
                        for p in each.policies
                    ],
                }
                for each in self.patients.values()
            },
            "payments": {
                str(each.number): {**vars(each), "day": str(each.day)}
                for each in self.payments.values()
            },
            "activity": [{**vars(each), "when": str(each.when)} for each in self.activity],
            "saves": self.saves,
        }
