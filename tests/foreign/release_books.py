"""The foreign practices' books, each class with one rule broken or one harmless change."""

from __future__ import annotations

from collections import UserDict
from dataclasses import replace
from datetime import timedelta
from typing import Any

from .books import Books, Change, Patient, Payment, Visit

OTHER_WAY = {"Electronic": "Paper", "Paper": "External"}


class SaveDoesNothing(Books):
    """Says saved and stores nothing."""

    def save_visit(self, number: int, typed: dict[str, Any], user: str) -> Visit:
        """Leave the visit as it is."""
        return self.visits[number]


class AfterSave(Books):
    """Stores a visit by the rules, and then changes something more."""

    def save_visit(self, number: int, typed: dict[str, Any], user: str) -> Visit:
        """Save by the rules, then change what the release changes."""
        old = self.visits[number]
        new = super().save_visit(number, typed, user)
        self.slip(old, new)
        return self.visits[number]

    def slip(self, old: Visit, new: Visit) -> None:
        """Change what the release changes."""

    def put(self, visit: Visit, **changed: Any) -> None:
        """Store a visit with other values, without a line in the log."""
        self.visits[visit.number] = replace(visit, **changed)

    def others(self, visit: Visit) -> list[Visit]:
        """The patient's other visits."""
        mine = [each for each in self.visits.values() if each.patient == visit.patient]
        return [each for each in mine if each.number != visit.number]


class CentsRounded(AfterSave):
    """Rounds amounts to whole dollars."""

    def slip(self, old: Visit, new: Visit) -> None:
        """Round what was stored."""
        names = ("rate", "pt_amt", "coverage")
        self.put(new, **{name: (getattr(new, name) + 50) // 100 * 100 for name in names})


class OtherDateUpdated(AfterSave):
    """Stores the amounts in another date of service, too."""

    def slip(self, old: Visit, new: Visit) -> None:
        """Store them in the newest other visit of the same method."""
        for other in [each for each in self.others(new) if each.method == new.method][-1:]:
            self.put(other, rate=new.rate, pt_amt=new.pt_amt, coverage=new.coverage)


class WriteOffKept(AfterSave):
    """Clears no write-off."""

    def slip(self, old: Visit, new: Visit) -> None:
        """Write off whatever is owed now."""
        if old.written_off or old.note:
            left = max(0, new.amount - new.paid)
            self.put(new, written_off=left, note=old.note or new.note)


class OldAmountRestored(AfterSave):
    """Stores the amount from before the reset, whatever is entered after it."""

    kept: dict[int, Visit]

    def slip(self, old: Visit, new: Visit) -> None:
        """Remember the visit at the reset, and restore its amounts at the next Save."""
        kept = self.__dict__.setdefault("kept", {})
        if old.written_off:
            kept[old.number] = old
        elif was := kept.pop(old.number, None):
            self.put(new, rate=was.rate, pt_amt=was.pt_amt, coverage=was.coverage)


class MethodChanged(AfterSave):
    """Changes the Method with every Save."""

    def slip(self, old: Visit, new: Visit) -> None:
        """Store another way of sending the claim."""
        kind, _, way = new.method.rpartition(" - ")
        self.put(new, method=f"{kind} - {OTHER_WAY[way]}" if way in OTHER_WAY else new.method)


class RateChanged(AfterSave):
    """Raises the Rate of an insured visit with every Save."""

    def slip(self, old: Visit, new: Visit) -> None:
        """Raise it by five dollars; what the patient owes stays."""
        if new.own_field != "rate":
            more = 500 if new.own_field == "coverage" else 0
            self.put(new, rate=new.rate + 500, coverage=new.coverage + more)


class PaymentDropped(AfterSave):
    """Removes what was paid from a saved visit."""

    def slip(self, old: Visit, new: Visit) -> None:
        """Store nothing as paid."""
        self.put(new, paid=0)


class OtherPatientUpdated(AfterSave):
    """Stores the amounts for another patient of the same name, too."""

    def slip(self, old: Visit, new: Visit) -> None:
        """Store them in the newest visit of the namesake."""
        names = {each.key: each.listed for each in self.patients.values()}
        same = [key for key, name in names.items() if name == names[new.patient]]
        theirs = [v for v in self.visits.values() if v.patient in same and v.patient != new.patient]
        for other in theirs[-1:]:
            self.put(other, rate=new.rate, pt_amt=new.pt_amt, coverage=new.coverage)


class BothSessionsSaved(AfterSave):
    """Stores the amounts in the other session of that day, too."""

    def slip(self, old: Visit, new: Visit) -> None:
        """Store them in each other visit of the day."""
        for other in [each for each in self.others(new) if each.day == new.day]:
            self.put(other, pt_amt=new.pt_amt, written_off=new.written_off)


class WriteOffMoves(AfterSave):
    """Writes off another date of service when one is cleared."""

    def slip(self, old: Visit, new: Visit) -> None:
        """Write off the newest open visit."""
        if old.written_off and not new.written_off:
            for other in [each for each in self.others(new) if each.balance > 0][-1:]:
                self.put(other, written_off=other.balance, note=old.note)


class HistoryMissing(Books):
    """Shows no line on the History tab."""

    def history(self, visit: Visit) -> list[Change]:
        """Return no lines."""
        return []


class HistorySwapped(Books):
    """Shows before and after the other way round."""

    def history(self, visit: Visit) -> list[Change]:
        """Swap before and after in each line."""
        return [replace(each, before=each.after, after=each.before)
                for each in super().history(visit)]  # fmt: skip


class ActivityLogMissing(Books):
    """Writes no lines about dates of service to the Activity Log; their History has them."""

    def history(self, visit: Visit) -> list[Change]:
        """Return the lines that the log does not show."""
        return [each for each in self.__dict__.get("quiet", []) if each.about == visit.key]

    def _log(
        self, user: str, patient: str, about: str, label: str, before: Any, after: Any
    ) -> None:
        lines = len(self.activity)
        super()._log(user, patient, about, label, before, after)
        self.__dict__.setdefault("quiet", []).extend(self.activity[lines:])
        del self.activity[lines:]


class CopayNotStored(Books):
    """Keeps the old copay whatever is saved."""

    def save_policy(self, patient: Patient, place: int, typed: dict[str, Any], user: str) -> None:
        """Save everything but the copay."""
        kept = {"copay": patient.policies[place].copay}
        super().save_policy(patient, place, {**typed, **kept}, user)


class CopayRewritesDates(Books):
    """Writes a changed copay into the patient's in-network visits."""

    def save_policy(self, patient: Patient, place: int, typed: dict[str, Any], user: str) -> None:
        """Save, and store the copay in the visits."""
        was = patient.policies[place].copay
        super().save_policy(patient, place, typed, user)
        for visit in [each for each in self.visits.values() if each.patient == patient.key]:
            if typed["copay"] != was and visit.own_field == "pt_amt" and not visit.written_off:
                self.visits[visit.number] = replace(visit, pt_amt=typed["copay"] or 0)


class DeductibleLost(Books):
    """Clears the deductible with every Save of a policy."""

    def save_policy(self, patient: Patient, place: int, typed: dict[str, Any], user: str) -> None:
        """Save with a blank deductible."""
        super().save_policy(patient, place, {**typed, "deductible": None}, user)


class PolicyEndMoved(Books):
    """Moves the end of a policy's Coverage with every Save."""

    def save_policy(self, patient: Patient, place: int, typed: dict[str, Any], user: str) -> None:
        """Save with an end a year later."""
        later = typed["ends"] + timedelta(365)
        super().save_policy(patient, place, {**typed, "ends": later}, user)


class CopayDoesNotBlock(Books):
    """Accepts a zero although a copay is stored."""

    def save_visit(self, number: int, typed: dict[str, Any], user: str) -> Visit:
        """Save as if no copay were stored."""
        who = next(p for p in self.patients.values() if p.key == self.visits[number].patient)
        copays = [policy.copay for policy in who.policies]
        for policy in who.policies:
            policy.copay = None
        try:
            return super().save_visit(number, typed, user)
        finally:
            for policy, copay in zip(who.policies, copays, strict=True):
                policy.copay = copay


class Filtered(Books):
    """Leaves rows out of the transactions, or adds more."""

    def omits(self, row: Visit | Payment) -> bool:
        """Tell whether All Items leaves a row out."""
        return False

    def adds(self, row: Visit | Payment) -> bool:
        """Tell whether Open Items lists a row that does not belong there."""
        return False

    def rows(self, patient: Patient, items: str) -> list[Visit | Payment]:
        """List the rows as the release does."""
        every = super().rows(patient, "all")
        if items == "all":
            return [row for row in every if not self.omits(row)]
        usual = super().rows(patient, items)
        return [row for row in every if row in usual or self.adds(row)]


class OmitsWrittenOff(Filtered):
    """All Items leaves out what is written off."""

    def omits(self, row: Visit | Payment) -> bool:
        """What is written off."""
        return isinstance(row, Visit) and row.written_off > 0


class OmitsPayments(Filtered):
    """All Items leaves out payments."""

    def omits(self, row: Visit | Payment) -> bool:
        """Payments."""
        return isinstance(row, Payment)


class OmitsPaid(Filtered):
    """All Items leaves out what is paid."""

    def omits(self, row: Visit | Payment) -> bool:
        """What is paid."""
        return isinstance(row, Visit) and row.pt_status == "Paid"


class ShowsPaid(Filtered):
    """Open Items also lists what is paid."""

    def adds(self, row: Visit | Payment) -> bool:
        """What is paid."""
        return isinstance(row, Visit) and row.pt_status == "Paid"


class ShowsPayments(Filtered):
    """Open Items also lists payments."""

    def adds(self, row: Visit | Payment) -> bool:
        """Payments."""
        return isinstance(row, Payment)


class RowsTurned(Books):
    """Lists transactions in reverse order, which is harmless."""

    def rows(self, patient: Patient, items: str) -> list[Visit | Payment]:
        """Reverse the rows."""
        return super().rows(patient, items)[::-1]


class InactiveHidden(Books):
    """The Filter Any leaves inactive patients out."""

    def search(self, words: str, activity: str) -> list[Patient]:
        """Find active patients only."""
        found = super().search(words, activity)
        return [each for each in found if each.active or activity == "Inactive"]


class InactiveListed(Books):
    """The usual Filter, Active, lists inactive patients, too."""

    def search(self, words: str, activity: str) -> list[Patient]:
        """Find inactive patients, too."""
        return super().search(words, "Any" if activity == "Active" else activity)


class NamesakeHidden(Books):
    """Lists one patient of each name."""

    def search(self, words: str, activity: str) -> list[Patient]:
        """Keep the last of each name."""
        return list({each.listed: each for each in super().search(words, activity)}.values())


class BirthDateOff(Books):
    """Lists birth dates a day late."""

    def search(self, words: str, activity: str) -> list[Patient]:
        """List each patient with the day after the birth date."""
        found = super().search(words, activity)
        return [replace(each, born=each.born + timedelta(1)) for each in found]


class OtherChartOpened(Books):
    """A click on a patient opens another patient's chart."""

    def search(self, words: str, activity: str) -> list[Patient]:
        """List each patient with another's number."""
        numbers = sorted(self.patients)
        found = super().search(words, activity)
        return [replace(p, number=numbers[numbers.index(p.number) - 1]) for p in found]


class Uncounted(UserDict[int, Visit]):
    """Visits for which a rise of what is paid is not kept, or, with `up` false, a fall."""

    up = True

    def __setitem__(self, number: int, visit: Visit) -> None:
        """Store the visit, but leave what is paid as it was."""
        old = self.data.get(number)
        if old and (visit.paid > old.paid if self.up else visit.paid < old.paid):
            visit = replace(visit, paid=old.paid)
        self.data[number] = visit


class Counted(Uncounted):
    """Visits that keep what is paid when a payment is deleted."""

    up = False


class PaymentNotCounted(Books):
    """A payment lowers no balance."""

    def __init__(self, *books: Any) -> None:
        """Keep the visits so that what is paid cannot rise."""
        super().__init__(*books)
        self.visits = Uncounted(self.visits)  # type: ignore[assignment]


class DeletedPaymentCounts(Books):
    """A deleted payment still counts."""

    def __init__(self, *books: Any) -> None:
        """Keep the visits so that what is paid cannot fall."""
        super().__init__(*books)
        self.visits = Counted(self.visits)  # type: ignore[assignment]
