"""The books of the look "harbor", which also hold what each payment was used for."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any

from .books import BadEntry, Books, Patient, Payment, Visit
from .harbor_options import Options
from .harbor_words import moment


@dataclass
class Line:
    """What a payment does to one visit; a reason is needed only for a write-off."""

    visit: int
    allocation: int = 0
    write_off: bool = False
    reason: str = ""


@dataclass
class HarborBooks(Books):
    """Books that also hold which payment went to which visit, and which one wrote it off."""

    options: Options = field(default_factory=Options)
    allocations: dict[int, dict[int, int]] = field(default_factory=dict)
    forgiven_with: dict[int, int] = field(default_factory=dict)  # the payment by visit
    check_numbers: dict[int, str] = field(default_factory=dict)

    def search(self, words: str, activity: str) -> list[Patient]:
        """As in all looks, and by account number."""
        found = super().search(words, activity)
        wanted = set(words.replace(",", " ").split())
        everybody = super().search("", activity)
        return [each for each in everybody if each in found or str(1000 + each.number) in wanted]

    def person(self, key: str) -> Patient:
        """The patient with a key."""
        return next(each for each in self.patients.values() if each.key == key)

    def unassigned(self, number: int) -> int:
        """The part of a payment that is not allocated."""
        return self.payments[number].amount - sum(self.allocations.get(number, {}).values())

    def credits(self, patient: Patient) -> list[Payment]:
        """The payments of a patient that are not fully allocated."""
        mine = [each for each in self.payments.values() if each.patient == patient.key]
        return [each for each in mine if self.unassigned(each.number) > 0]

    def own_part(self, visit: Visit, number: int | None) -> tuple[int, int]:
        """What a payment allocated to a visit, and what was written off with it."""
        if number is None:
            return 0, 0
        written_off = visit.written_off if self.forgiven_with.get(visit.number) == number else 0
        return self.allocations.get(number, {}).get(visit.number, 0), written_off

    def payable(self, patient: Patient, number: int | None = None) -> list[Visit]:
        """The visits that a payment may go to, oldest first: open ones and its own."""
        visits = [each for each in self.rows(patient, "all") if isinstance(each, Visit)]
        return [each for each in visits if each.balance > 0 or any(self.own_part(each, number))]

    def keep_payment(
        self, new: Payment, lines: list[Line], check_number: str, user: str, *, known: bool
    ) -> None:
        """Stores a new or known payment and what it does; BadEntry changes nothing."""
        number = new.number
        if sum(each.allocation for each in lines) > new.amount:
            raise BadEntry("The allocations come to more than the Payment Amount.")
        for line in lines:
            visit = self.visits[line.visit]
            if line.allocation > visit.balance + sum(self.own_part(visit, number)):
                raise BadEntry("An allocation is more than the Pt Bal of its visit.")
            if line.write_off and not line.reason:
                raise BadEntry("Choose a reason for each write-off.")
        before = dict(self.visits)
        self._take_back(number)
        self.allocations[number] = {}
        for line in lines:
            self._apply(number, line, user)
        old = self.payments[number].amount if known else None
        self.payments[number], self.check_numbers[number] = new, check_number
        self._told(before, number, new.patient, user, old, new.amount)

    def delete_payment(self, number: int, user: str) -> None:
        """Deletes a payment and undoes all that it did."""
        before, old = dict(self.visits), self.payments[number]
        self._take_back(number)
        self.allocations.pop(number, None)
        del self.payments[number]
        self._told(before, number, old.patient, user, old.amount, None)

    def next_number(self) -> int:
        """An unused number."""
        return max((*self.visits, *self.payments)) + 13

    def _take_back(self, number: int) -> None:
        """Undoes what a payment did to visits."""
        touched = {*self.allocations.get(number, {})}
        touched |= {each for each, by in self.forgiven_with.items() if by == number}
        for each in touched:
            paid, written_off = self.own_part(self.visits[each], number)
            visit = self.visits[each]
            note = "" if written_off else visit.note
            left = visit.written_off - written_off
            self.visits[each] = replace(visit, paid=visit.paid - paid, written_off=left, note=note)
            if self.forgiven_with.get(each) == number:
                del self.forgiven_with[each]

    def _apply(self, number: int, line: Line, user: str) -> None:
        """Applies a line to its visit."""
        visit = self.visits[line.visit]
        if line.allocation:
            self.allocations[number][line.visit] = line.allocation
            visit = replace(visit, paid=visit.paid + line.allocation)
        if line.write_off and visit.balance > 0:
            note = f"{line.reason}, by {user}, {moment(datetime.now(UTC).astimezone())}"
            visit = replace(visit, written_off=visit.written_off + visit.balance, note=note)
            self.forgiven_with[line.visit] = number
        self.visits[line.visit] = visit

    def _told(
        self, before: dict[int, Visit], number: int, patient: str, user: str, old: Any, new: Any
    ) -> None:
        """Writes what a payment changed to the activity log."""
        self.saves += 1
        self._log(user, patient, f"payment {number}", "Payment Amount", old, new)
        for key, was in before.items():
            now = self.visits[key]
            for name, label in (("paid", "Pt Paid"), ("written_off", "Write-Off")):
                self._log(user, patient, now.key, label, getattr(was, name), getattr(now, name))

    def ledger(self) -> dict[str, Any]:
        """As in all looks, and what each payment was used for."""
        told = super().ledger()
        for number, payment in told["payments"].items():
            used = self.allocations.get(int(number), {})
            payment["allocations"] = {self.visits[each].key: sum_ for each, sum_ in used.items()}
            payment["unassigned"] = self.unassigned(int(number))
        return told


def match_payments(books: HarborBooks) -> None:
    """Allocates each payment to the latest paid visit that it fits."""
    taken: set[int] = set()
    for payment in sorted(books.payments.values(), key=lambda each: each.day):
        fitting = [
            each
            for each in books.visits.values()
            if (each.patient, each.paid) == (payment.patient, payment.amount)
            and each.day <= payment.day
            and each.number not in taken
        ]
        if fitting:
            latest = max(fitting, key=lambda each: (each.day, each.at))
            taken.add(latest.number)
            books.allocations[payment.number] = {latest.number: payment.amount}


def today() -> date:
    """The practice's date today."""
    return datetime.now(UTC).astimezone().date()
