"""Invented dates of service and requests, shared by the tests of the billing rules."""

import datetime as dt
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from automation.billing.payer_types import PAYER_TYPES
from automation.billing.request import PatientQuery, UndoWriteOff
from automation.billing.visit import Amounts, Visit

METHODS = {
    "in-network": "Insurance - In Network - Electronic",
    "out-of-network": "Insurance - Out of Network - Paper",
    "direct": "Direct - Cash, Check, or Credit/Debit Card",
    "": "",
}
DAY = dt.date(2026, 3, 4)
PATIENT = PatientQuery("Marlowe", "Juniper", dt.date(1984, 2, 9), "1042")


money = st.none() | st.integers(-9_999_999, 9_999_999).map(lambda n: Decimal(n).scaleb(-2))
visits = st.builds(
    Visit,
    date=st.dates(dt.date(1900, 1, 1)),
    time=st.sampled_from(["", "9:00 AM"]),
    service=st.text(),
    method=st.text(),
    payer_type=st.sampled_from(["", *PAYER_TYPES]),
    amounts=st.builds(Amounts, money, money, money, money, money, money),
    pt_status=st.text(),
    ins_status=st.text(),
    marked=st.booleans(),
)


def visit(payer: str = "in-network", **said: Any) -> Visit:
    """A date of service, written off by default; amounts are given as text."""
    names = ("rate", "pt_amt", "coverage", "patient_paid", "balance", "written_off")
    usual = {"rate": "100", "pt_amt": "30", "patient_paid": "0", "balance": "0"}
    texts = {name: said.pop(name, usual.get(name)) for name in names}
    money = {name: None if text is None else Decimal(text) for name, text in texts.items()}
    method = said.pop("method", METHODS.get(payer, ""))
    derive = said.pop("derive", True)
    one = Visit(DAY, "9:00 AM", "90834", method, payer, Amounts(**money), **said)
    return one.with_written_off() if derive else one


def asking(**said: Any) -> UndoWriteOff:
    """A request for that day; `owes` and `enter` are given as text."""
    money = {k: Decimal(said.pop(k)) for k in ("owes", "enter") if k in said}
    return UndoWriteOff(PATIENT, DAY, **money, **said)
