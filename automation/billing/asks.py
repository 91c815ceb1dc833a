"""The request fields of each flow, by name, and how the words typed for them are read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from automation.billing.money import typed_amount
from automation.billing.payment import Allocation, ApplyCredit, DeletePayment, EnterPayment
from automation.billing.receipt import Request
from automation.billing.request import (
    PatientQuery,
    UndoWriteOff,
    typed_date,
    typed_patient,
    typed_request,
    typed_time,
)
from automation.errors import UsageProblem

Words = Mapping[str, Sequence[str]]
"""What a person typed, by field; a field may be given more than once."""


@dataclass(frozen=True)
class Asks:
    """The request of one flow: its type, its fields with a help text each, how to read them."""

    type: Any  # with `from_json`
    fields: Mapping[str, str]
    read: Callable[[Words], Request]
    repeatable: tuple[str, ...] = ()

    def typed(self, words: Words) -> Request:
        """Read what was typed. Raises UsageProblem for a field that is unknown or repeated."""
        for name, given in words.items():
            if name not in self.fields or (len(given) > 1 and name not in self.repeatable):
                raise UsageProblem(
                    "reading what the flow is to do",
                    expected="each of these at most once: "
                    + ", ".join(f"--{field}" for field in self.fields)
                    + "".join(f"; --{name} as often as needed" for name in self.repeatable),
                    found=f"--{name}" + (" more than once" if name in self.fields else ""),
                    next_step="type `undo-writeoff do` to see each flow with its fields",
                )
        return self.read(words)

    def from_json(self, patient: PatientQuery, stored: Mapping[str, Any]) -> Request:
        """Read a request from the journal."""
        request: Request = self.type.from_json(patient, dict(stored))
        return request


_WHO = {
    "patient": 'the patient, "LAST, FIRST"',
    "born": "birth date, where names repeat",
    "account": "account number, where names repeat",
}
_FOR = {"for": 'a date of service and its part, 3/4/2026=12.50 or "3/4/2026 9:00 AM=12.50"'}


def _one(words: Words, name: str) -> str | None:
    given = words.get(name)
    return given[0] if given else None


def _needed(words: Words, name: str) -> str:
    found = _one(words, name)
    if found is None:
        raise UsageProblem(
            "reading what the flow is to do",
            expected=f"--{name}",
            found="none",
            next_step="type the command again with it; nothing was changed",
        )
    return found


def _today() -> dt.date:
    return dt.date.today()  # noqa: DTZ011  a person's own calendar day


def _patient(words: Words) -> PatientQuery:
    born, today = _one(words, "born"), _today()
    day = typed_date(born, "--born", today) if born is not None else None
    return typed_patient(_needed(words, "patient"), day, _one(words, "account"))


def _parts(words: Words) -> tuple[Allocation, ...]:
    return tuple(_part(text) for text in words.get("for", ()))


def _part(text: str) -> Allocation:
    when, equals, amount = text.rpartition("=")
    day, _, time = when.strip().partition(" ")
    if not equals:
        raise UsageProblem(
            "reading --for",
            expected='a date of service, "=" and dollars, such as 3/4/2026=12.50',
            found=repr(text),
            next_step="type the command again; nothing was changed",
        )
    money = typed_amount(amount.strip(), "--for")
    return Allocation(typed_date(day, "--for", _today()), money, typed_time(time.strip() or None))


def _payment(words: Words) -> EnterPayment:
    return EnterPayment(
        _patient(words),
        typed_amount(_needed(words, "amount"), "--amount"),
        _parts(words),
        method=_one(words, "method") or "",
        check_number=_one(words, "check-number") or "",
    )


def _credit(words: Words) -> ApplyCredit:
    paid_on, amount = _one(words, "paid-on"), _one(words, "payment-amount")
    return ApplyCredit(
        _patient(words),
        _parts(words),
        typed_date(paid_on, "--paid-on", _today()) if paid_on else None,
        typed_amount(amount, "--payment-amount") if amount else None,
    )


def _deletion(words: Words) -> DeletePayment:
    return DeletePayment(
        _patient(words),
        typed_date(_needed(words, "paid-on"), "--paid-on", _today()),
        typed_amount(_needed(words, "amount"), "--amount"),
        _one(words, "check-number") or "",
    )


def _undo(words: Words) -> UndoWriteOff:
    rest = {name: _one(words, name) for name in ("born", "account", "time", "service", "payer")}
    rest |= {name: _one(words, name) for name in ("owes", "enter")}
    given: dict[str, Any] = {**rest, "copay": _one(words, "copay") or "set-aside"}
    who, day = _needed(words, "patient"), _needed(words, "date")
    return typed_request(patient=who, date=day, **given)


PAYMENT = Asks(
    EnterPayment,
    {
        **_WHO,
        "amount": "the Payment Amount in dollars; what --for leaves becomes unassigned credit",
        **_FOR,
        "method": "the Payment Method, in the form's own words",
        "check-number": "the Check Number",
    },
    _payment,
    ("for",),
)
CREDIT = Asks(
    ApplyCredit,
    {
        **_WHO,
        **_FOR,
        "paid-on": "the date of the payment whose credit is used, where there are several",
        "payment-amount": "its whole amount, where there are several",
    },
    _credit,
    ("for",),
)
DELETION = Asks(
    DeletePayment,
    {
        **_WHO,
        "paid-on": "the date of the payment",
        "amount": "its amount in dollars",
        "check-number": "its Check Number, where several are alike",
    },
    _deletion,
)
UNDO = Asks(
    UndoWriteOff,
    {
        **_WHO,
        "date": "the date of service",
        "owes": "what the patient shall owe, in dollars",
        "enter": "the literal value for the field instead",
        "time": "start of the session, where a date has two",
        "service": "service code, where a date has two",
        "payer": "in-network, out-of-network or direct; checked on screen",
        "copay": "set-aside, when-stuck or never",
    },
    _undo,
)
