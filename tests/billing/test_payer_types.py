"""The arithmetic and the names in the table of payer types."""

import re
from dataclasses import replace
from decimal import Decimal

import pytest
from billing_cases import asking, visit
from hypothesis import given
from hypothesis import strategies as st

from automation.billing.payer_types import PAYER_TYPES, payer_type_of
from automation.billing.plan import plan_for
from automation.billing.request import typed_payer
from automation.billing.visit import Amounts

money = st.integers(0, 9_999_999).map(lambda n: Decimal(n).scaleb(-2))
rows = st.sampled_from(sorted(PAYER_TYPES)).map(PAYER_TYPES.__getitem__)


@given(rows, money, money)
def test_value_for_and_owes_for_inverse(row, rate, owes) -> None:
    """The value typed for an amount owed gives exactly that amount, and the other way round."""
    assert row.owes_for(rate, row.value_for(rate, owes)) == owes
    assert row.value_for(rate, row.owes_for(rate, owes)) == owes


@given(rows, money, money)
def test_patient_amount_agrees_with_owes_for(row, rate, value) -> None:
    """A chart with the value in its field shows the patient amount that the arithmetic predicts."""
    amounts = replace(Amounts(rate=rate), **{row.field: value})
    assert row.patient_amount(amounts) == row.owes_for(rate, value)


def test_out_of_network_owes_30_of_120() -> None:
    """Out-of-network, rate 120, 30 owed: Coverage is 90, never the 30 itself."""
    row = PAYER_TYPES["out-of-network"]
    assert row.value_for(Decimal(120), Decimal(30)) == Decimal(90)
    assert row.owes_for(Decimal(120), Decimal(0)) == Decimal(120)


def test_out_of_network_without_coverage_column() -> None:
    """What the patient owes is known from the patient's share even if no Coverage is shown."""
    amounts = Amounts(rate=Decimal(120), pt_amt=Decimal(30))
    assert PAYER_TYPES["out-of-network"].patient_amount(amounts) == Decimal(30)


@pytest.mark.parametrize(
    ("method", "key"),
    [("Insurance - In Network - Electronic", "in-network"),
     ("insurance - IN-NETWORK - paper", "in-network"),
     ("Insurance - Out of Network - External", "out-of-network"),
     ("Out-of-Network", "out-of-network"), ("OUT OF NETWORK", "out-of-network"),
     ("Direct - Cash, Check, or Credit/Debit Card", "direct"), ("Self-Pay", "direct"),
     ("", ""), ("Directory", ""), ("In Network / Direct", ""), ("Barter", "")],
)  # fmt: skip
def test_payer_type_of_method(method: str, key: str) -> None:
    """The words in Method name one payer type; doubtful words name none."""
    assert payer_type_of(method) == key


@given(st.text())
def test_payer_type_of_any_text(text: str) -> None:
    """Whatever Method says, the answer is a known payer type or none."""
    assert payer_type_of(text) in {"", *PAYER_TYPES}


def test_payer_type_new_row(monkeypatch: pytest.MonkeyPatch) -> None:
    """A new payer type needs one row; the parser, the screen's words and the plan then know it."""
    row = replace(PAYER_TYPES["in-network"], key="medicare", method=re.compile("medicare", re.I))
    monkeypatch.setitem(PAYER_TYPES, "medicare", row)
    was = visit("medicare", rate="100", pt_amt="25", method="Medicare - Part B")
    plan = plan_for(was, asking(owes="25", payer_type=typed_payer("Medicare")), autopay=False)
    assert payer_type_of(was.method) == "medicare"
    assert (plan.payer_type, plan.field, plan.correct) == ("medicare", "pt_amt", Decimal(25))
