"""What a person requests: which patient, which date of service, which amount."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from automation.billing.money import ZERO, as_typed, plain, typed_amount
from automation.billing.names import same_name, without_invisible, without_third_part
from automation.billing.names import same_words as same_words
from automation.billing.payer_types import PAYER_TYPES
from automation.errors import UsageProblem


class CopayRule(StrEnum):
    """When the patient's stored copay is set to 0 during the fix."""

    SET_ASIDE = "set-aside"  # whenever one above 0 is stored
    WHEN_STUCK = "when-stuck"  # only after the plain path left the write-off standing
    NEVER = "never"  # the Billing Settings are not opened


@dataclass(frozen=True)
class PatientQuery:
    """The requested patient: by name, and by birth date or account number where names repeat."""

    last: str
    first: str
    born: dt.date | None = None
    account: str | None = None

    @property
    def name(self) -> str:
        """The name as lists show it: "Last, First"."""
        return f"{self.last}, {self.first}"

    def has_name(self, shown: str) -> bool:
        """Return whether a name on screen is this name, in either order of its two parts."""
        return same_name(self.name, shown)

    def as_json(self) -> dict[str, Any]:
        """Write the query for the journal."""
        born = self.born.isoformat() if self.born else None
        return {"last": self.last, "first": self.first, "born": born, "account": self.account}

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> PatientQuery:
        """Read what `as_json` wrote; other keys are ignored."""
        born = stored.get("born")
        return cls(
            last=stored["last"],
            first=stored["first"],
            born=dt.date.fromisoformat(born) if born else None,
            account=stored.get("account"),
        )


@dataclass(frozen=True)
class UndoWriteOff:
    """One write-off to undo.

    Exactly one of `owes` (what the patient shall owe) and `enter` (the literal value for the
    field) is given, in dollars. `payer_type` None takes the payer type from the screen.
    """

    patient: PatientQuery
    date: dt.date
    owes: Decimal | None = None
    enter: Decimal | None = None
    payer_type: str | None = None
    time: str | None = None
    service: str | None = None
    copay: CopayRule = CopayRule.SET_ASIDE
    autopay_ok: bool = False

    def as_json(self) -> dict[str, Any]:
        """Write the request for the journal, without the patient."""
        rest = {k: v for k, v in vars(self).items() if k != "patient"}
        rest.update(date=self.date.isoformat(), owes=plain(self.owes), enter=plain(self.enter))
        return {"version": 1, **rest, "copay": str(self.copay)}

    @classmethod
    def from_json(cls, patient: PatientQuery, stored: dict[str, Any]) -> UndoWriteOff:
        """Read what `as_json` wrote."""
        money = {k: None if stored[k] is None else Decimal(stored[k]) for k in ("owes", "enter")}
        return cls(
            patient=patient,
            date=dt.date.fromisoformat(stored["date"]),
            payer_type=stored["payer_type"],
            time=stored["time"],
            service=stored["service"],
            copay=CopayRule(stored["copay"]),
            autopay_ok=stored["autopay_ok"],
            **money,
        )


_NAME = re.compile(r"['\u2019]?[^\W\d_][^\d_;<>{}\[\]\\\x00-\x1f\x7f]*")


def typed_patient(text: str, born: dt.date | None, account: str | None) -> PatientQuery:
    """Read "LAST, FIRST", or with a suffix as a third part; each part begins with a letter."""
    plain = without_third_part(without_invisible(text))
    last, comma, first = (part.strip() for part in plain.partition(","))
    good = comma and last and first and "," not in first
    if not good or not _NAME.fullmatch(last) or not _NAME.fullmatch(first):
        raise UsageProblem(
            "reading --patient",
            expected='a last and a first name with a comma between, such as "Marlowe, Juniper"',
            found=as_typed(text),
            next_step="type the name as the Patients page shows it",
        )
    return PatientQuery(last, first, born, _typed_account(account))


def _typed_account(text: str | None) -> str | None:
    if text is None or re.fullmatch(r"[\w-]{1,24}", text.strip(), re.ASCII):
        return text.strip() if text else None
    raise UsageProblem(
        "reading --account",
        expected="an account number of up to 24 letters, digits and dashes",
        found=as_typed(text),
        next_step="copy the number from the patient's chart",
    )


_US_DATE = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})", re.ASCII)


def shown_date(text: str) -> dt.date | None:
    """Read a date as a page shows it, m/d/yyyy padded or not; else None."""
    match = _US_DATE.fullmatch(text.strip())
    if match is None:
        return None
    month, day, year = (int(part) for part in match.groups())
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None


def shown(date: dt.date) -> str:
    """Write a date as the pages do: m/d/yyyy, unpadded."""
    return f"{date.month}/{date.day}/{date.year}"


def _why_not(text: str, date: dt.date | None, today: dt.date) -> str:
    if date is not None:
        return ", which lies in the future" if date > today else ", which is before 1900"
    if re.fullmatch(r"\d{1,2}/\d{1,2}/\d{2}", text, re.ASCII):
        return ", whose year has two digits"
    if _US_DATE.fullmatch(text) or re.fullmatch(r"\d{4}-\d{2}-\d{2}", text, re.ASCII):
        return ", which is no day of the calendar"
    return ""


def typed_visit_date(text: str, option: str, today: dt.date) -> dt.date:
    """Read a day as `typed_date` does, and m/d/yy too: a visit lies in this century.

    Only what a person typed for one visit is read so; a list's columns have rules of their own.
    """
    short = re.fullmatch(r"(\d{1,2}/\d{1,2}/)(\d{2})", text.strip(), re.ASCII)
    return typed_date(f"{short[1]}20{short[2]}" if short else text, option, today)


def typed_date(text: str, option: str, today: dt.date) -> dt.date:
    """Read yyyy-mm-dd or m/d/yyyy. Raises UsageProblem for an invalid or a future date."""
    text = text.strip()
    date = shown_date(text)
    if date is None and re.fullmatch(r"\d{4}-\d{2}-\d{2}", text, re.ASCII):
        try:
            date = dt.date.fromisoformat(text)
        except ValueError:
            date = None
    if date is not None and dt.date(1900, 1, 1) <= date <= today:
        return date
    raise UsageProblem(
        f"reading {option}",
        expected="a day up to today with a four-digit year, such as 2026-03-04 or 3/4/2026",
        found=as_typed(text) + _why_not(text, date, today),
        next_step="type the date again, as month/day/year or year-month-day",
    )


_TIME = re.compile(r"(1[0-2]|0?[1-9]):([0-5]\d)\s*([ap])\.?m?\.?", re.I | re.ASCII)
_TIME_24 = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)", re.ASCII)


def clock_time(text: str) -> str:
    """Normalize a time of day to the form "9:00 AM"; "" when the text is not a time."""
    text = " ".join(text.split())  # a browser may put a narrow space before AM
    if match := _TIME.fullmatch(text):
        return f"{int(match[1])}:{match[2]} {match[3].upper()}M"
    if match := _TIME_24.fullmatch(text):
        hour = int(match[1])
        return f"{(hour - 1) % 12 + 1}:{match[2]} {'AM' if hour < 12 else 'PM'}"
    return ""


def typed_time(text: str | None) -> str | None:
    """Read a time of day such as "9:00 AM" or 14:30."""
    if text is None:
        return None
    if time := clock_time(text):
        return time
    raise UsageProblem(
        "reading --time",
        expected='a time of day, such as "9:00 AM" or 14:30',
        found=as_typed(text),
        next_step="type the start of the session as the billing table shows it",
    )


def typed_payer(text: str | None) -> str | None:
    """Read a payer type; None takes it from the screen."""
    if text is None:
        return None
    key = "-".join(text.casefold().split())
    if key in PAYER_TYPES:
        return key
    raise UsageProblem(
        "reading --payer",
        expected="one of " + ", ".join(PAYER_TYPES),
        found=as_typed(text),
        next_step="leave --payer out to take the payer type from the screen",
    )


def typed_amounts(owes: str | None, enter: str | None) -> tuple[Decimal | None, Decimal | None]:
    """Read --owes or --enter, of which exactly one must be given; --owes must be above 0."""
    if (owes is None) == (enter is None):
        raise UsageProblem(
            "reading the amount",
            expected="how much the patient should owe (--owes), or the field's value (--enter)",
            found="neither" if owes is None else "both",
            next_step="add the amount, such as --owes 30"
            if owes is None
            else "leave one of them out",
        )
    if owes is not None and (amount := typed_amount(owes, "--owes")) == ZERO:
        raise UsageProblem(
            "reading --owes",
            expected="an amount above 0.00",
            found=repr(owes),
            next_step="a patient amount of $0 would only look written off again; "
            "type what the patient shall owe",
        )
    if owes is not None:
        return amount, None
    return None, typed_amount(enter or "", "--enter")


def typed_request(
    *,
    patient: str,
    date: str,
    born: str | None = None,
    account: str | None = None,
    time: str | None = None,
    service: str | None = None,
    payer: str | None = None,
    owes: str | None = None,
    enter: str | None = None,
    copay: str = "set-aside",
    autopay_ok: bool = False,
    today: dt.date | None = None,
) -> UndoWriteOff:
    """Read everything that was typed for one item. Raises UsageProblem at the first mistake."""
    today = today or dt.date.today()  # noqa: DTZ011  a person's own calendar day
    day_born = typed_date(born, "--born", today) if born is not None else None
    money = typed_amounts(owes, enter)
    return UndoWriteOff(
        patient=typed_patient(patient, day_born, account),
        date=typed_visit_date(date, "--date", today),
        owes=money[0],
        enter=money[1],
        payer_type=typed_payer(payer),
        time=typed_time(time),
        service=service,
        copay=typed_copay(copay),
        autopay_ok=autopay_ok,
    )


def typed_copay(text: str) -> CopayRule:
    """Read the rule for the copay."""
    try:
        return CopayRule(text.strip().casefold())
    except ValueError:
        raise UsageProblem(
            "reading --copay",
            expected="one of " + ", ".join(CopayRule),
            found=repr(text),
            next_step="leave --copay out to have a stored copay set aside",
        ) from None
