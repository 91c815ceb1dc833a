"""Plans what to type, before -> after, and warns of what could go wrong."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from automation.billing.diagnosis import LOOK_FOR_LABELS, Diagnosis, diagnose
from automation.billing.money import ZERO, dollars, plain
from automation.billing.payer_types import FIELD_LABELS, PAYER_TYPES, PayerType
from automation.billing.receipt import Receipt
from automation.billing.request import UndoWriteOff, shown
from automation.billing.visit import Visit
from automation.errors import Refusal, UsageProblem

CLAIM_SENT = ("submitted", "pending", "rejected")


@dataclass(frozen=True)
class Change:
    """One value that a Save changes: its label, from what, to what, as text."""

    what: str
    before: str
    after: str


@dataclass(frozen=True)
class Plan:
    """The two values to type for one date of service.

    `field` is the key of the payer type's field, amounts are dollars, `resets` are the reset
    values in the order to try, `balance` is what must be open at the end.
    """

    diagnosis: Diagnosis
    payer_type: str
    field: str
    before: Visit
    resets: tuple[Decimal, ...]
    correct: Decimal
    owes: Decimal
    balance: Decimal
    warnings: tuple[str, ...] = ()
    others: tuple[Visit, ...] = ()  # the chart's other dates of service, as they were before

    @property
    def label(self) -> str:
        """The field's usual label, for the titles of steps."""
        return PAYER_TYPES[self.payer_type].label

    @property
    def value_before(self) -> Decimal:
        """The value of the field before anything was changed, in dollars."""
        value = self.before.field_value()
        assert value is not None
        return value

    def beside(self, visits: tuple[Visit, ...]) -> Plan:
        """Return the plan with the chart's other dates of service, for a recovery to compare."""
        mine = (self.before.date, self.before.time, self.before.service)
        others = tuple(v for v in visits if (v.date, v.time, v.service) != mine)
        return replace(self, others=others)

    def as_json(self) -> dict[str, Any]:
        """Write the plan for the journal; `before` is stored beside it, not in it."""
        return {
            "version": 1,
            "diagnosis": str(self.diagnosis),
            "payer_type": self.payer_type,
            "field": self.field,
            "resets": [plain(value) for value in self.resets],
            "correct": plain(self.correct),
            "owes": plain(self.owes),
            "balance": plain(self.balance),
            "warnings": list(self.warnings),
            "others": [visit.as_json() for visit in self.others],
        }

    def plan_in(self, receipt: Receipt) -> None:
        """Write into the receipt what would be typed."""
        receipt.diagnosis, receipt.payer_type = str(self.diagnosis), self.payer_type
        receipt.field, receipt.entered = self.field, self.correct
        receipt.before, receipt.warnings = self.before.amounts, self.warnings
        receipt.expected_balance = self.balance

    def fingerprint(self) -> dict[str, Any]:
        """What a person agrees to with a plan: what the screen shows, and what is then typed."""
        plan = self.as_json()
        typed = {key: plan[key] for key in ("payer_type", "field", "resets", "correct", "balance")}
        return {"before": self.before.as_json(), **typed}

    @classmethod
    def from_json(cls, before: Visit, stored: dict[str, Any]) -> Plan:
        """Read what `as_json` wrote."""
        return cls(
            diagnosis=Diagnosis(stored["diagnosis"]),
            payer_type=stored["payer_type"],
            field=stored["field"],
            before=before,
            resets=tuple(Decimal(value) for value in stored["resets"]),
            correct=Decimal(stored["correct"]),
            owes=Decimal(stored["owes"]),
            balance=Decimal(stored["balance"]),
            warnings=tuple(stored["warnings"]),
            others=tuple(Visit.from_json(visit) for visit in stored.get("others", ())),
        )

    def reached_by(self, now: Visit) -> bool:
        """Return whether the screen now shows the result that this plan wants."""
        return (
            now.payer_type == self.payer_type
            and now.field_value() == self.correct
            and not now.marked
            and now.amounts.written_off in (None, Decimal(0))
            and now.amounts.balance == self.balance
        )

    def reached_by_row(self, row: Visit) -> bool:
        """Return whether a row of the table, without the dialog's values, shows that result."""
        return row.amounts.balance == self.balance and not row.marked

    def is_as_before(self, now: Visit) -> bool:
        """Return whether the date of service still is what it was before the first Save."""
        return (
            now.amounts == self.before.amounts
            and now.marked == self.before.marked
            and now.looks_written_off == self.before.looks_written_off
        )

    def is_between(self, now: Visit, also: Sequence[Decimal] = ()) -> bool:
        """Return whether the field holds a reset value or one of `also`, all else as it was."""
        if self.is_as_before(now) or self.reached_by(now) or now.payer_type != self.payer_type:
            return False
        before, after = self.before.amounts, now.amounts
        others = [name for name in ("rate", "coverage", "patient_paid") if name != self.field]
        return now.field_value() in (*self.resets, *also) and all(
            getattr(before, name) == getattr(after, name) for name in others
        )


class NothingToDo(Exception):  # an ending, not an error
    """The date of service already is as requested."""

    def __init__(self, diagnosis: Diagnosis, visit: Visit, sentence: str) -> None:
        super().__init__(sentence)
        self.diagnosis = diagnosis
        self.visit = visit
        self.sentence = sentence


def plan_for(visit: Visit, request: UndoWriteOff, *, autopay: bool, copay: bool = False) -> Plan:
    """Work out what to type for one date of service that was read from the screen.

    `autopay` is whether the chart shows AutoPay, `copay` whether a copay above 0 is stored.
    Raises NothingToDo when it already is as requested, Refusal when the path does not apply,
    UsageProblem when the requested amount is over the rate.
    """
    finding = diagnose(visit)
    payer = visit.payer
    if payer and request.payer_type and request.payer_type != payer.key:
        raise _payer_differs(visit, request.payer_type)
    good_end = finding.diagnosis in _GOOD_ENDS
    if payer is None or not (finding.fixable or good_end):
        if _open_beside_insurance(visit, request, finding.diagnosis):
            raise NothingToDo(Diagnosis.ALREADY_OPEN, visit, finding.sentence)
        raise refusal(visit, finding.diagnosis, finding.sentence, finding.next_step)
    correct, owes = _amounts(visit, request)
    if not finding.fixable:
        if visit.patient_amount == owes:
            raise NothingToDo(finding.diagnosis, visit, finding.sentence)
        raise refusal(visit, finding.diagnosis, finding.sentence, finding.next_step)
    balance = _balance(visit, owes)
    if autopay and not request.autopay_ok:
        raise _autopay(visit, balance)
    return Plan(
        diagnosis=Diagnosis.COPAY_IN_THE_WAY if copay else finding.diagnosis,
        payer_type=payer.key,
        field=payer.field,
        before=visit,
        resets=_resets(visit, payer),
        correct=correct,
        owes=owes,
        balance=balance,
        warnings=_warnings(visit, autopay=autopay, balance=balance)
        + _entered(request, payer, owes),
    )


_GOOD_ENDS = (Diagnosis.ALREADY_OPEN, Diagnosis.PAID)


def _open_beside_insurance(visit: Visit, request: UndoWriteOff, case: Diagnosis) -> bool:
    """Return whether the patient's part is open as requested, regardless of the insurance's."""
    if case is not Diagnosis.INSURANCE_WRITE_OFF or not (visit.amounts.balance or 0) > 0:
        return False
    return visit.amounts.rate is not None and _amounts(visit, request)[1] == visit.patient_amount


def _resets(visit: Visit, payer: PayerType) -> tuple[Decimal, ...]:
    """Order the reset values; one that is in the field already would change nothing, so is last."""
    values = dict.fromkeys(payer.resets(visit.amounts.rate or Decimal(0)))
    return tuple(sorted(values, key=lambda value: value == visit.field_value()))


def _entered(request: UndoWriteOff, payer: PayerType, owes: Decimal) -> tuple[str, ...]:
    if request.enter is None or request.enter == owes:
        return ()
    return (
        f"{plain(request.enter)} in {FIELD_LABELS[payer.field]} "
        f"makes the patient owe {dollars(owes)}, "
        f"not {dollars(request.enter)}; --owes says what the patient shall owe.",
    )


def _amounts(visit: Visit, request: UndoWriteOff) -> tuple[Decimal, Decimal]:
    """Return the field's value and what the patient then owes, in dollars, from either one."""
    payer, rate = visit.payer, visit.amounts.rate
    asked = request.owes if request.owes is not None else request.enter
    assert payer is not None and asked is not None
    if rate is None:
        raise _not_shown(visit, "a Rate, which no amount may be over")
    if visit.field_value() is None:
        raise _not_shown(visit, f"a value in {FIELD_LABELS[payer.field]}, to put back if need be")
    if asked > rate:
        raise UsageProblem(
            f"checking the amount for the date of service {shown(visit.date)}",
            expected=f"at most the Rate on screen, {dollars(rate)}",
            found=f"{dollars(asked)} is more than the session's Rate of {dollars(rate)}",
            next_step="type the amount again; nothing was changed",
        )
    if request.owes is not None:
        return payer.value_for(rate, asked), asked
    return asked, payer.owes_for(rate, asked)


def _not_shown(visit: Visit, what: str) -> Refusal:
    return Refusal(
        _looking(visit),
        expected=what,
        found="none on the screen",
        next_step=LOOK_FOR_LABELS,
        diagnosis=Diagnosis.UNCLEAR,
    )


def _balance(visit: Visit, owes: Decimal) -> Decimal:
    paid = visit.amounts.patient_paid or ZERO
    if owes > paid:
        return owes - paid
    case = Diagnosis.OVERPAID if owes < paid else Diagnosis.PAID
    raise Refusal(
        _looking(visit),
        expected=f"a patient amount above the {dollars(paid)} that was paid",
        found=f"{dollars(owes)}, with which no balance would be open",
        next_step="ask for what the patient shall owe in all, payments not taken off",
        diagnosis=case if owes > 0 else Diagnosis.ZERO_RESPONSIBILITY,
    )


def _warnings(visit: Visit, *, autopay: bool, balance: Decimal) -> tuple[str, ...]:
    warnings = []
    status = visit.ins_status.casefold().replace("not submitted", "")
    if any(word in status for word in CLAIM_SENT):
        warnings.append(
            f"A claim is out for this date of service (Ins Status: {visit.ins_status}); "
            "a changed amount may differ from what was billed."
        )
    if autopay:
        warnings.append(f"AutoPay is on: {dollars(balance)} will be charged in the next batch.")
    return tuple(warnings)


def _looking(visit: Visit) -> str:
    return f"looking at the date of service {shown(visit.date)} before changing anything"


def refusal(visit: Visit, diagnosis: Diagnosis, sentence: str, next_step: str) -> Refusal:
    """Build the refusal of one date of service, in the words of its case."""
    return Refusal(
        _looking(visit),
        expected="a patient balance that is written off",
        found=sentence,
        next_step=next_step,
        diagnosis=diagnosis,
    )


def _payer_differs(visit: Visit, asked: str) -> Refusal:
    return Refusal(
        _looking(visit),
        expected=f"a Method that is {asked}, as --payer says",
        found=f"Method {visit.method!r}, which is {visit.payer_type}",
        next_step="leave --payer out to take it from the screen, or check the date of service",
        diagnosis=Diagnosis.PAYER_TYPE_DIFFERS,
    )


def _autopay(visit: Visit, balance: Decimal) -> Refusal:
    return Refusal(
        _looking(visit),
        expected="a patient without AutoPay, or your consent",
        found=f"AutoPay is on: if {dollars(balance)} is opened again, the card is charged tonight",
        next_step='ask first; then write yes into a column "AutoPay ok" of the list, '
        "or add --autopay-ok",
        diagnosis=Diagnosis.AUTOPAY,
    )
