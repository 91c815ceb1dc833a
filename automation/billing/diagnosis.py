"""Diagnoses which case the screen shows, before anything is changed.

Source: the comments under
https://support.therapynotes.com/hc/en-us/articles/200259975-How-To-Undo-Client-Balance-Write-off
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from automation.billing.money import ZERO, dollars
from automation.billing.payer_types import PAYER_TYPES
from automation.billing.visit import Visit

ASK_SUPPORT = (
    "ask the vendor's support; give them the patient reference and the date of service named here"
)


LOOK_FOR_LABELS = (
    "look at the chart; if the amount stands there under another word, "
    "put that word into the site profile"
)


class Diagnosis(StrEnum):
    """The cases; each value is the word that receipts and messages use."""

    WRITTEN_OFF = "written-off"  # a patient balance was given up; this is what the fix is for
    COPAY_IN_THE_WAY = "copay-in-the-way"  # the same, and a stored copay would stop the reset
    ZERO_RESPONSIBILITY = "zero-responsibility"  # patient amount $0; it only looks written off
    ALREADY_OPEN = "already-open"  # a balance is open and nothing is written off
    PAID = "paid"  # paid in full, nothing written off
    INSURANCE_WRITE_OFF = "insurance-write-off"  # the insurance's part was given up
    OVERPAID = "overpaid"  # the patient paid more than is owed
    UNCLEAR = "unclear"  # too few amounts are shown to tell a write-off from a payment
    NO_METHOD = "no-method"  # a charge without a payer type, which the article does not cover
    NOTHING_ON_THAT_DATE = "nothing-on-that-date"
    TWO_SESSIONS = "two-sessions"  # --time or --service must decide
    NO_SUCH_PATIENT = "no-such-patient"
    SEVERAL_PATIENTS = "several-patients"  # --born or --account must decide
    NO_ACCESS = "no-access"  # the role lacks the billing tab
    AUTOPAY = "autopay"  # a card would be charged tonight
    PAYER_TYPE_DIFFERS = "payer-type-differs"  # --payer is not what Method says
    COPAY_ON_LOAN = "copay-on-loan"  # an earlier run owes this patient's copay back
    CHANGED_MEANWHILE = "changed-meanwhile"  # another person worked on it since it was read
    STUCK = "stuck"  # the reset was stored and the write-off still stands
    ASKED = "asked-at-save"  # the practice asks something at the Save that nobody has answered
    STOPPED_BY_PERSON = "stopped-by-person"  # --attended was answered with no


@dataclass(frozen=True)
class Finding:
    """One case with its plain sentence and the next step; `fixable` when the path applies."""

    diagnosis: Diagnosis
    sentence: str
    next_step: str = ""
    fixable: bool = False


def diagnose(visit: Visit) -> Finding:
    """Diagnose one date of service on its own, regardless of copay and AutoPay."""
    owed, paid = visit.patient_amount, visit.amounts.patient_paid or ZERO
    balance = visit.amounts.balance
    if visit.payer is None:
        return _no_method(visit)
    if owed is None:
        return Finding(
            Diagnosis.NO_METHOD,
            "The screen does not show what the patient owes for this date of service.",
            LOOK_FOR_LABELS,
        )
    if owed < 0 or paid > owed or (balance is not None and balance < 0):
        return _overpaid(visit, owed)
    if owed == 0:
        return _zero_responsibility(visit)
    if _is_written_off(visit):
        return Finding(
            Diagnosis.WRITTEN_OFF,
            f"The patient owes {dollars(owed)}, paid {dollars(paid)}, "
            f"and {_written_off_words(visit)} is written off.",
            fixable=True,
        )
    return _nothing_written_off(visit, owed, paid)


def _is_written_off(visit: Visit) -> bool:
    if visit.amounts.written_off is not None:
        return visit.amounts.written_off > 0
    return visit.marked or visit.looks_written_off


def _written_off_words(visit: Visit) -> str:
    known = visit.amounts.written_off
    return "the rest" if known is None else dollars(known)


def _overpaid(visit: Visit, owed: Decimal) -> Finding:
    if owed < 0:
        what = f"The patient amount is {dollars(owed)}, below zero: nothing to reopen."
    elif visit.amounts.patient_paid is not None and visit.amounts.patient_paid > owed:
        paid = dollars(visit.amounts.patient_paid)
        what = f"The patient paid {paid} of {dollars(owed)} owed: overpaid, nothing to reopen."
    else:
        what = f"The balance is {dollars(visit.amounts.balance)}: overpaid, nothing to reopen."
    return Finding(
        Diagnosis.OVERPAID, what, "look at the payment; a refund or a credit is another path"
    )


def _nothing_written_off(visit: Visit, owed: Decimal, paid: Decimal) -> Finding:
    if "written off" in visit.ins_status.casefold():
        return Finding(
            Diagnosis.INSURANCE_WRITE_OFF,
            "The insurance's balance was written off, not the patient's.",
            "the insurance payment is where that was done; this path must not touch it",
        )
    if visit.amounts.balance is not None and visit.amounts.balance > 0:
        return Finding(
            Diagnosis.ALREADY_OPEN,
            f"A balance of {dollars(visit.amounts.balance)} is open already "
            f"(patient amount {dollars(owed)}); no write-off found.",
            "to change an open amount, edit it on the chart; there is no write-off to undo",
        )
    if paid < owed and visit.amounts.written_off is None:
        return Finding(
            Diagnosis.UNCLEAR,
            f"The screen shows {dollars(owed)} owed, "
            f"{dollars(visit.amounts.patient_paid)} paid and a balance of "
            f"{dollars(visit.amounts.balance)}: too little to tell a write-off from a payment.",
            LOOK_FOR_LABELS,
        )
    return Finding(
        Diagnosis.PAID,
        f"Paid in full ({dollars(paid)}); no write-off found.",
        "nothing is written off here; check the date of service",
    )


def _no_method(visit: Visit) -> Finding:
    return Finding(
        Diagnosis.NO_METHOD,
        f"Method {visit.method!r} is none of {', '.join(PAYER_TYPES)}."
        if visit.method
        else "This charge has no Method, so it cannot be opened again this way.",
        ASK_SUPPORT,
    )


def _zero_responsibility(visit: Visit) -> Finding:
    return Finding(
        Diagnosis.ZERO_RESPONSIBILITY,
        "Not written off: the patient simply owes $0.00 for this session.",
        "if the patient should owe something, enter it on the chart yourself; "
        "there is no write-off to undo",
    )


_CASES = {
    Diagnosis.COPAY_IN_THE_WAY: "written off, and a copay is stored",
    Diagnosis.ZERO_RESPONSIBILITY: "not written off; the patient owes $0.00",
    Diagnosis.COPAY_ON_LOAN: "an earlier fix of this patient is not finished",
}


def case_says(diagnosis: str) -> str:
    """Say what the screen showed, in words for a biller; "" when nothing was found out."""
    own: str | None = _CASES.get(diagnosis)  # type: ignore[call-overload]
    return own or diagnosis.replace("-", " ")
