"""One date of service as the screen shows it: what it says and what follows from it."""

import json
from dataclasses import replace

import pytest
from billing_cases import visit, visits
from hypothesis import given

from automation.billing.visit import Visit


@given(visits)
def test_visit_json_round_trip(one: Visit) -> None:
    """A date of service comes back from the journal exactly as it was read."""
    assert Visit.from_json(json.loads(json.dumps(one.as_json()))) == one


@given(visits)
def test_written_off_never_below_zero(one: Visit) -> None:
    """The amount worked out is unknown or not negative, and nothing else of the visit changes."""
    one = replace(one, amounts=replace(one.amounts, written_off=None))
    now = one.with_written_off()
    assert now.amounts.written_off is None or now.amounts.written_off >= 0
    assert replace(now, amounts=replace(now.amounts, written_off=None)) == one


@pytest.mark.parametrize(
    ("said", "written_off"),
    [({}, "30.00"), ({"patient_paid": "20"}, "10.00"), ({"balance": "30"}, "0.00"),
     ({"balance": None}, None), ({"pt_amt": None}, None), ({"patient_paid": None}, None),
     ({"patient_paid": None, "marked": True}, "30.00"),
     ({"patient_paid": None, "pt_status": "PATIENT BALANCE WRITTEN OFF"}, "30.00"),
     ({"patient_paid": "50", "balance": "-20"}, "0.00")],
)  # fmt: skip
def test_written_off_follows_from_amounts(said: dict, written_off: str | None) -> None:
    """The amount written off is what payments and balance leave unexplained, or it is unknown."""
    assert visit(**said).amounts.as_json()["written_off"] == written_off


@pytest.mark.parametrize("words", ["Patient balance written off", "WRITTEN OFF", "written Off*"])
def test_looks_written_off_any_case(words: str) -> None:
    """A write-off is recognised in the status whatever its letter case."""
    assert visit(pt_status=words).looks_written_off


def test_patient_amount_and_field_by_payer_type() -> None:
    """Each payer type reads the patient amount and the field's value from its own columns."""
    said = {"rate": "120", "pt_amt": "30", "coverage": "90"}
    seen_as = [visit(payer, **said) for payer in ("in-network", "out-of-network", "direct", "")]
    seen = [(one.patient_amount, one.field_value()) for one in seen_as]
    assert seen == [(30, 30), (30, 90), (120, 120), (30, None)]
