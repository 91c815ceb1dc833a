"""Amounts of money are read and written exactly, in dollars and cents."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automation.billing.money import MOST, ZERO, dollars, plain, shown_amount, typed_amount
from automation.errors import UsageProblem

cents = st.integers(0, 9_999_999).map(lambda n: Decimal(n).scaleb(-2).quantize(ZERO))


@given(cents)
def test_typed_amount_round_trip(amount: Decimal) -> None:
    """An amount written for a field or for a person is read back exactly."""
    assert typed_amount(plain(amount) or "") == amount
    assert typed_amount(dollars(amount)) == amount


@given(cents, st.booleans())
def test_shown_amount_round_trip(amount: Decimal, negative: bool) -> None:
    """An amount that a page shows is read back exactly, with its sign."""
    signed = -amount + ZERO if negative else amount
    assert shown_amount(dollars(signed)) == signed
    assert shown_amount(plain(signed) or "") == signed


@given(st.text() | st.from_regex(r"[$(\d.,)*-]{0,60}", fullmatch=True))
def test_typed_amount_any_text(text: str) -> None:
    """Any text is read as an amount within bounds or raises UsageProblem."""
    try:
        amount = typed_amount(text)
    except UsageProblem as problem:
        assert problem.exit_status == 2
    else:
        assert ZERO <= amount <= MOST and amount == amount.quantize(ZERO)


@given(st.text() | st.from_regex(r"[$(\d.,)*-]{0,60}", fullmatch=True))
def test_shown_amount_any_text(text: str) -> None:
    """Any text in a cell gives an amount in whole cents or None, never an exception."""
    amount = shown_amount(text)
    assert amount is None or amount == amount.quantize(ZERO)


@pytest.mark.parametrize(
    "text",
    ["", " ", "-5", "+5", "3.005", "30.", ".50", "1,23", "12,3456", "30 dollars", "1e3", "NaN",
     "inf", "(5)", "100000", "9" * 40, "\u0663\u0660", "30,00"],
)  # fmt: skip
def test_typed_amount_not_money(text: str) -> None:
    """Nothing is guessed or rounded: a text that is not clearly an amount is refused."""
    with pytest.raises(UsageProblem):
        typed_amount(text)


@pytest.mark.parametrize(
    ("text", "amount"),
    [("$1,234.00", "1234.00"), ("(20.00)", "-20.00"), ("($20.00)", "-20.00"), ("-$5", "-5.00"),
     ("$-5.00", "-5.00"), ("\u22125.00", "-5.00"), ("30.00*", "30.00"), ("$\xa030.00", "30.00"),
     (".50", "0.50"), ("(0.00)", "0.00")],
)  # fmt: skip
def test_shown_amount_usual_forms(text: str, amount: str) -> None:
    """Every way a billing page is known to show money is read; zero has no sign."""
    assert plain(shown_amount(text)) == amount


@pytest.mark.parametrize("text", ["", "n/a", "--", "(20.00", "20.00)", "-$-5", "(-5)", "1" * 40])
def test_shown_amount_unreadable(text: str) -> None:
    """A cell that is not clearly one amount is unknown, never a guess."""
    assert shown_amount(text) is None


def test_dollars_forms() -> None:
    """A person sees the sign before the dollar, commas and two decimals, or "unknown"."""
    forms = [dollars(Decimal(text)) for text in ("1234.5", "-5", "-0.00")]
    assert [*forms, dollars(None), plain(None)] == ["$1,234.50", "-$5.00", "$0.00", "unknown", None]


def test_typed_amount_wording() -> None:
    """The refusal of an amount has exactly these four lines."""
    with pytest.raises(UsageProblem) as caught:
        typed_amount("thirty", "--owes")
    assert str(caught.value) == (
        "Doing:    reading --owes\n"
        "Expected: dollars and cents between 0.00 and 99999.99, such as 30 or 30.00\n"
        "Found:    'thirty'\n"
        "Next:     type the amount again, without a sign and with at most two decimals"
    )


def test_typed_amount_wording_of_blank_and_long() -> None:
    """A blank amount is called "nothing", and a long pasted text is cut short."""
    for text, found in (("  ", "nothing"), ("x" * 900, repr("x" * 60) + " and more")):
        with pytest.raises(UsageProblem) as caught:
            typed_amount(text)
        assert caught.value.found == found
