"""Patients' payments at a foreign practice: entered, allocated, written off, used, deleted.

All money is integer cents. A payment of the initial books counts as fully allocated.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime

from .books import BadEntry, Books, Change, Patient, Payment, Visit, clock, money, us_date

KINDS = ("Cash", "Check", "Credit/Debit Card")
REASONS = ("Uncollectable", "Hardship", "Bad debt", "Courtesy")
LEFT_OVER = "A part of this payment is not allocated and will be unassigned credit."


@dataclass
class Entered(Payment):
    """A payment that was entered, and how much of it went to each visit."""

    check: str = ""
    parts: dict[int, int] = field(default_factory=dict)

    @property
    def unassigned(self) -> int:
        """The part that is not allocated."""
        return self.amount - sum(self.parts.values())


@dataclass(frozen=True)
class Slip:
    """What was typed into the form: amounts by visit, and the reason of each write-off."""

    amount: int
    kind: str = KINDS[0]
    check: str = ""
    parts: dict[int, int] = field(default_factory=dict)
    forgiven: dict[int, str] = field(default_factory=dict)

    @property
    def left_over(self) -> int:
        """What would become unassigned credit."""
        return self.amount - sum(self.parts.values())


def open_visits(books: Books, who: Patient) -> list[Visit]:
    """The visits that a payment's form lists, oldest first."""
    return [row for row in books.rows(who, "open") if isinstance(row, Visit) and row.balance > 0]


def credits(books: Books, who: Patient) -> list[Entered]:
    """The payments that are not fully allocated."""
    mine = [each for each in books.payments.values() if each.patient == who.key]
    return [each for each in mine if isinstance(each, Entered) and each.unassigned > 0]


def enter(books: Books, who: Patient, slip: Slip, user: str) -> Entered:
    """Post a payment; BadEntry changes nothing."""
    _may_be(books, slip)
    if not slip.amount and not slip.forgiven:
        raise BadEntry("Enter a Payment Amount, or tick a Write-Off.")
    number = max((*books.payments, *books.visits)) + 13
    today = date.today()  # noqa: DTZ011  the practice's own calendar
    paid = Entered(number, who.key, today, slip.kind, slip.amount, slip.check, {})
    books.payments[number] = paid
    _allocate(books, paid, slip, user)
    _note(books, who, user, "Payment entered", "", money(slip.amount))
    return paid


def use_credit(books: Books, who: Patient, paid: Entered, slip: Slip, user: str) -> None:
    """Allocate more of a payment to visits; BadEntry changes nothing."""
    _may_be(books, replace(slip, amount=paid.unassigned))
    before = paid.unassigned
    _allocate(books, paid, slip, user)
    _note(books, who, user, "Credit applied", money(before), money(paid.unassigned))


def delete(books: Books, who: Patient, number: int, user: str) -> None:
    """Delete a payment; what it paid is open again, and write-offs stay."""
    paid = books.payments.pop(number)
    for visit, part in paid.parts.items() if isinstance(paid, Entered) else ():
        old = books.visits[visit]
        books.visits[visit] = replace(old, paid=old.paid - part)
    books.saves += 1
    _note(books, who, user, "Payment deleted", money(paid.amount), "")


def _may_be(books: Books, slip: Slip) -> None:
    """Raise BadEntry unless allocations fit the balances and the amount, with reasons given."""
    if slip.amount < 0 or slip.left_over < 0:
        raise BadEntry("Allocations cannot be more than the Payment Amount.")
    if any(not 0 <= part <= books.visits[visit].balance for visit, part in slip.parts.items()):
        raise BadEntry("An Allocation cannot be more than the balance.")
    if not all(slip.forgiven.values()):
        raise BadEntry("Choose a reason for each Write-Off.")


def _allocate(books: Books, paid: Entered, slip: Slip, user: str) -> None:
    for visit, part in slip.parts.items():
        old = books.visits[visit]
        books.visits[visit] = replace(old, paid=old.paid + part)
        if part:
            paid.parts[visit] = paid.parts.get(visit, 0) + part
    for visit, reason in slip.forgiven.items():
        _write_off(books, books.visits[visit], reason, user)
    books.saves += 1


def _write_off(books: Books, old: Visit, reason: str, user: str) -> None:
    now = datetime.now(UTC).astimezone()
    note = f"{reason}, by {user}, {us_date(now, padded=False)} {clock(now)}"
    books.visits[old.number] = replace(old, written_off=old.written_off + old.balance, note=note)
    told = (money(old.written_off), money(old.written_off + old.balance))
    books.activity.append(Change(now, user, old.patient, old.key, "Write-Off", *told))


def _note(books: Books, who: Patient, user: str, what: str, before: str, after: str) -> None:
    now = datetime.now(UTC).astimezone()
    books.activity.append(Change(now, user, who.key, "payments", what, before, after))
