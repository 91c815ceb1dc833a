"""Dates are read in the forms in which pages write them."""

from __future__ import annotations

import datetime as dt
import re

import pytest

from automation.billing.dates import STARTS_A_ROW, dates_in, is_day_first, page_date, written

MARCH_4 = dt.date(2026, 3, 4)
FORMS = [
    "3/4/2026", "03/04/2026", "03/04/26", "3/4/26*", "2026-03-04", "04.03.2026", "4.3.2026",
    "4.3.26", "4 Mar 2026", "04-Mar-2026", "4 March 2026", "Mar 4, 2026", "March 4, 2026",
    "Mar 4th, 2026",
    "Wed, Mar 4, 2026", "Wed 3/4/2026", "3/4/2026 9:00 AM",
]  # fmt: skip


@pytest.mark.parametrize("text", FORMS)
def test_date_is_read_in_each_form(text: str) -> None:
    """Every form gives the same day, can start a table row, and is found within a text."""
    assert page_date(text) == MARCH_4
    assert re.search(STARTS_A_ROW, text)
    assert written(MARCH_4).search(f"on {text}")


@pytest.mark.parametrize(
    "text",
    ["", "Total", "13/13/2026", "2/30/2026", "30.00", "1-3 of 7", "9:00 AM", "Room 3/4", "12"],
)
def test_what_is_no_date_is_none(text: str) -> None:
    """Amounts, times and days that do not exist are not read as dates."""
    assert page_date(text) is None


def test_order_is_taken_as_told_and_its_breach_is_seen() -> None:
    """Day and month are never swapped by guessing; a first number of 18 must be the day."""
    assert page_date("04/03/2026", "day-first") == MARCH_4
    assert page_date("18/03/2026") is None
    assert is_day_first("18/03/2026")
    assert not any(is_day_first(text) for text in ("03/18/2026", "3/4/2026", "18.03.2026"))


def test_years_of_two_digits_are_those_that_were() -> None:
    """A two-digit year may be next year at the latest; later ones are of the last century."""
    today = dt.date.today().year  # noqa: DTZ011  as the product counts
    for year, read in ((today + 1, today + 1), (today + 2, today - 98)):
        assert page_date(f"1/17/{year % 100:02}") == dt.date(read, 1, 17)
    assert page_date("1/17/68") == dt.date(1968, 1, 17)
    assert page_date("1/17/24") == dt.date(2024, 1, 17)


def test_dates_are_found_within_a_text() -> None:
    """Dates are found in a heading that has other words, too."""
    text = (
        "Psychotherapy, 45 min · Wed, 4 Mar 2026 · 9:00 AM - 9:45 AM · Rate $120.00, DOB 1/17/1968"
    )
    assert dates_in(text) == {MARCH_4, dt.date(1968, 1, 17)}
