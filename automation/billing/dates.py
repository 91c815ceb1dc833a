"""Reads dates as pages write them, only where there is one way to read them."""

from __future__ import annotations

import datetime as dt
import re
from typing import Literal

Order = Literal["month-first", "day-first"]

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_WEEKDAY = r"(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]{0,6}\.?,?\s+)?"
_MONTH = r"(?P<{}>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{{0,6}}\.?"
_FORMS = tuple(
    re.compile(_WEEKDAY + form, re.IGNORECASE | re.ASCII)
    for form in (
        r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})(?!\d)",
        r"(?P<one>\d{1,2})/(?P<two>\d{1,2})/(?P<year>\d{4}|\d{2})(?!\d)",
        r"(?P<day>\d{1,2})\.\s?(?P<month>\d{1,2})\.\s?(?P<year>\d{4}|\d{2})(?!\d)",
        r"(?P<day>\d{1,2})\.?[\s-]+"
        + _MONTH.format("name")
        + r",?[\s-]+(?P<year>\d{4}|\d{2})(?!\d)",
        _MONTH.format("name") + r"\s+(?P<day>\d{1,2})(?:st|nd|rd|th)?,?\s+(?P<year>\d{4})(?!\d)",
    )
)

STARTS_A_ROW = (
    r"^(?:[A-Z][a-z]{2,8}\.?,?\s+)?"
    r"(?:\d{1,2}[/.]\s?\d{1,2}[/.]\s?\d{2,4}|\d{4}-\d{1,2}-\d{1,2}"
    r"|\d{1,2}\.?[\s-]+[A-Za-z]{3,9}\.?,?[\s-]+\d{2,4}"
    r"|[A-Z][a-z]{2,8}\.?\s+\d{1,2}[a-z]{0,2},?\s+\d{4})"
    r"(\D.*)?$"
)
"""Matches a text that begins with a date; a regular expression for a page's script."""


def page_date(text: str, order: Order = "month-first") -> dt.date | None:
    """Read the date at the start of a text; None if there is none.

    03/04/26 and 03/04/2026 are read in the order given; names of months, 4.3.2026 and 2026-03-04
    are unambiguous. A two-digit year is the latest one that is at most a year ahead.
    """
    text = " ".join(text.split())
    for form in _FORMS:
        match = form.match(text)
        if match is not None:
            return _date(match.groupdict(), order)
    return None


def _date(found: dict[str, str], order: Order) -> dt.date | None:
    if "one" in found:
        first, second = found["one"], found["two"]
        month, day = (first, second) if order == "month-first" else (second, first)
    elif "name" in found:
        month, day = str(_MONTHS.index(found["name"].lower()) + 1), found["day"]
    else:
        month, day = found["month"], found["day"]
    year = int(found["year"])
    if len(found["year"]) == 2:
        latest = dt.date.today().year + 1  # noqa: DTZ011  a person's own calendar
        year += latest // 100 * 100 if year <= latest % 100 else latest // 100 * 100 - 100
    try:
        return dt.date(year, int(month), int(day))
    except ValueError:
        return None


def is_day_first(text: str) -> bool:
    """Return whether a text begins with a date whose first number can only be a day: 18/03/2026."""
    match = _FORMS[1].match(" ".join(text.split()))
    return match is not None and int(match["one"]) > 12 >= int(match["two"])


def written(date: dt.date) -> re.Pattern[str]:
    """Return a pattern that finds a date anywhere in a text, in any form `page_date` reads."""
    short, name = f"{date:%y}", _MONTHS[date.month - 1]
    month, day, year = f"0?{date.month}", f"0?{date.day}", f"(?:{date.year}|{short})"
    forms = (
        f"{month}/{day}/{year}",
        f"{day}/{month}/{year}",
        f"{date.year}-{month}-{day}",
        rf"{day}\.\s?{month}\.\s?{year}",
        rf"{day}\.?[\s-]+{name}[a-z]*\.?,?[\s-]+{year}",
        rf"{name}[a-z]*\.?\s+{day}[a-z]{{0,2}},?\s+{date.year}",
    )
    return re.compile(rf"(?<!\d)(?:{'|'.join(forms)})(?!\d)", re.IGNORECASE)


def dates_in(text: str, order: Order = "month-first") -> set[dt.date]:
    """Return every date in a text."""
    text = " ".join(text.split())
    starts = (match.start() for match in re.finditer(r"(?<![\w/.-])[\w]", text))
    found = (page_date(text[start:], order) for start in starts)
    return {date for date in found if date is not None}
