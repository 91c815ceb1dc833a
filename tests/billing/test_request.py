"""What a person types is understood, or refused with the reason."""

import datetime as dt
import json
import string
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automation.billing.payer_types import PAYER_TYPES
from automation.billing.request import (
    CopayRule,
    PatientQuery,
    UndoWriteOff,
    clock_time,
    shown,
    shown_date,
    typed_amounts,
    typed_date,
    typed_patient,
    typed_payer,
    typed_time,
    typed_visit_date,
)
from automation.errors import UsageProblem

TODAY = dt.date(2026, 11, 23)
money = st.integers(0, 9_999_999).map(lambda n: Decimal(n).scaleb(-2))
patients = st.builds(
    PatientQuery,
    last=st.text(),
    first=st.text(),
    born=st.none() | st.dates(),
    account=st.none() | st.text(),
)
requests = st.builds(
    UndoWriteOff,
    patient=patients,
    date=st.dates(),
    owes=st.none() | money,
    enter=st.none() | money,
    payer_type=st.none() | st.sampled_from(sorted(PAYER_TYPES)),
    time=st.none() | st.text(),
    service=st.none() | st.text(),
    copay=st.sampled_from(CopayRule),
    autopay_ok=st.booleans(),
)


@given(requests)
def test_request_json_round_trip(request_: UndoWriteOff) -> None:
    """A request and its patient come back from the journal exactly as they were stored."""
    stored = json.loads(json.dumps([request_.patient.as_json(), request_.as_json()]))
    patient = PatientQuery.from_json(stored[0])
    assert UndoWriteOff.from_json(patient, stored[1]) == request_
    assert "patient" not in stored[1]


@given(st.text() | st.text(string.ascii_letters + ",' -", max_size=20), st.none() | st.text())
def test_parsers_any_text(text: str, account: str | None) -> None:
    """Every parser understands any text or raises UsageProblem."""
    parsers = (
        lambda: typed_patient(text, None, account),
        lambda: typed_date(text, "--date", TODAY),
        lambda: typed_time(text),
        lambda: typed_payer(text),
        lambda: typed_amounts(text, account),
        lambda: typed_amounts(account, text),
    )
    for parse in parsers:
        try:
            parse()
        except UsageProblem as problem:
            assert problem.found and problem.next_step


@given(st.dates(dt.date(1900, 1, 1), TODAY))
def test_typed_date_round_trip(date: dt.date) -> None:
    """A day is read back from each form in which it is written."""
    for text in (date.isoformat(), shown(date), f" {date:%m/%d/%Y} "):
        assert typed_date(text, "--date", TODAY) == date
    assert shown_date(shown(date)) == date


@pytest.mark.parametrize(
    ("text", "found"),
    [("03/04/26", "'03/04/26', whose year has two digits"),
     ("2026-02-30", "'2026-02-30', which is no day of the calendar"),
     ("13/04/2026", "'13/04/2026', which is no day of the calendar"),
     ("2026-11-24", "'2026-11-24', which lies in the future"),
     ("1899-12-31", "'1899-12-31', which is before 1900"),
     ("", "nothing"), ("20260304", "'20260304'"), ("March 4", "'March 4'")],
)  # fmt: skip
def test_typed_date_refused(text: str, found: str) -> None:
    """A day that is ambiguous, impossible or in the future is refused with the reason."""
    with pytest.raises(UsageProblem) as caught:
        typed_date(text, "--date", TODAY)
    assert caught.value.found == found


def test_typed_date_wording() -> None:
    """The refusal of a date has exactly these four lines."""
    with pytest.raises(UsageProblem) as caught:
        typed_date("03/04/26", "--born", TODAY)
    assert str(caught.value) == (
        "Doing:    reading --born\n"
        "Expected: a day up to today with a four-digit year, such as 2026-03-04 or 3/4/2026\n"
        "Found:    '03/04/26', whose year has two digits\n"
        "Next:     type the date again, as month/day/year or year-month-day"
    )


names = st.from_regex(r"[A-Z][a-z]{1,9}( [A-Z][a-z]{1,9}|-[A-Z][a-z]+|'[a-z]+)?", fullmatch=True)


@given(names, names)
def test_typed_patient_round_trip(last: str, first: str) -> None:
    """A typed name matches the screen's name in capitals, in either order and with any spacing."""
    query = typed_patient(f" {last},{first} ", None, None)
    assert (query.last, query.first, query.name) == (last, first, f"{last}, {first}")
    for text in (query.name.upper(), f"{first}  {last}", f"{last},{first}"):
        assert query.has_name(text)
    assert not query.has_name(f"{last}, {first}x")


@pytest.mark.parametrize(
    "text",
    ["", ",", "Marlowe", "Marlowe,", ",Juniper", "Marlowe, Juniper, Ann", "Marlowe Juniper", 
     "Marlowe 2, J", "Marlowe\x00, J", "Mar\nlowe, J", "<b>, J", "4711, J"],
)  # fmt: skip
def test_typed_patient_refused(text: str) -> None:
    """A text that is empty, lacks its comma, has too many parts or is not a name is refused."""
    with pytest.raises(UsageProblem, match="reading --patient"):
        typed_patient(text, None, None)


@pytest.mark.parametrize(
    ("typed", "on_screen"),
    [("O'Brien, Sam", "O\u2019Brien, Sam"), ("'t Hooft, Jan", "\u2019t Hooft, Jan"),
     ("Li, Bo", "LI, BO"), ("Ren\u00e9, Zo\u00eb", "Rene\u0301, Zoe\u0308"),
     ("Gro\u00df, Ute", "GROSS, UTE"), ("de la Cruz, Ana", "Ana  de la Cruz")],
)  # fmt: skip
def test_has_name_other_spelling(typed: str, on_screen: str) -> None:
    """A patient is found even if a page writes apostrophes, accents or capitals differently."""
    assert typed_patient(typed, None, None).has_name(on_screen)


def test_account_forms() -> None:
    """An account number is trimmed; blank, long or strange ones are refused."""
    assert typed_patient("Li, Bo", None, " A-12 ").account == "A-12"
    for text in ("", "a b", "1" * 25, "#1"):
        with pytest.raises(UsageProblem, match="reading --account"):
            typed_patient("Li, Bo", None, text)


@given(st.times())
def test_clock_time_round_trip(time: dt.time) -> None:
    """A time of day is the same whether it is written with AM and PM or in 24 hours."""
    usual = f"{(time.hour - 1) % 12 + 1}:{time.minute:02} {'AM' if time.hour < 12 else 'PM'}"
    forms = (f"{time.hour}:{time.minute:02}", usual, usual.lower(), usual.replace(" ", "\u202f"))
    assert {clock_time(text) for text in forms} == {usual}
    assert typed_time(usual) == usual and typed_time(None) is None


@pytest.mark.parametrize("text", ["", "9", "25:00", "13:00 PM", "0:30 AM", "9:60 AM", "noon"])
def test_typed_time_refused(text: str) -> None:
    """Text that is not a time of day is refused if typed, and gives no time if a page shows it."""
    assert clock_time(text) == ""
    with pytest.raises(UsageProblem, match="reading --time"):
        typed_time(text)


@pytest.mark.parametrize("text", ["out-of-network", "Out of Network", " OUT-OF-network "])
def test_typed_payer_forms(text: str) -> None:
    """A payer type may be typed with spaces and capitals."""
    assert typed_payer(text) == "out-of-network"


def test_typed_payer_wording() -> None:
    """The refusal of a payer type lists the known ones, in exactly these words."""
    assert typed_payer(None) is None
    with pytest.raises(UsageProblem) as caught:
        typed_payer("medicaid")
    assert str(caught.value) == (
        "Doing:    reading --payer\n"
        "Expected: one of in-network, out-of-network, direct\n"
        "Found:    'medicaid'\n"
        "Next:     leave --payer out to take the payer type from the screen"
    )


def test_typed_amounts_exactly_one() -> None:
    """One of --owes and --enter gives its amount; --enter may be 0, --owes may not."""
    assert typed_amounts("30", None) == (Decimal("30.00"), None)
    assert typed_amounts(None, "0") == (None, Decimal("0.00"))


@pytest.mark.parametrize(
    ("owes", "enter", "found"),
    [(None, None, "neither"), ("30", "90", "both"), ("0.00", None, "'0.00'"),
     ("-1", None, "'-1'"), (None, "", "nothing")],
)  # fmt: skip
def test_typed_amounts_refused(owes: str | None, enter: str | None, found: str) -> None:
    """Both, neither, a zero owed or a text that is not money is refused before a browser opens."""
    with pytest.raises(UsageProblem) as caught:
        typed_amounts(owes, enter)
    assert caught.value.found == found


def test_two_digit_year_of_a_visit() -> None:
    """A visit typed with two digits of its year lies in this century, and not in the future."""
    assert typed_visit_date("3/4/26", "--date", TODAY) == dt.date(2026, 3, 4)
    assert typed_visit_date("2026-03-04", "--date", TODAY) == dt.date(2026, 3, 4)
    with pytest.raises(UsageProblem, match="'3/4/2084', which lies in the future"):
        typed_visit_date("3/4/84", "--date", TODAY)
