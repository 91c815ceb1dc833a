"""How the look "harbor" writes days, moments and money."""

from __future__ import annotations

import re
from datetime import date, datetime

from .books import clock, money

AMOUNT = re.compile(r"\(?[\d,]+\.\d\d\)?")
DAY = re.compile(r"\d{4}-\d\d-\d\d")


def long_date(day: date) -> str:
    """A day as Mar 4, 2026."""
    return f"{day:%b} {day.day}, {day.year}"


def moment(when: datetime, between: str = ", ") -> str:
    """A moment as Mar 4, 2026, 9:01 AM, or with other words between day and time."""
    return f"{long_date(when)}{between}{clock(when)}"


def dollars(amount: int) -> str:
    """Cents as $1,234.50, negative ones as ($20.00)."""
    return f"${money(amount)}" if amount >= 0 else f"(${money(-amount)})"


def stored(text: str) -> str:
    """A value of the activity log as this look shows it; an empty one reads "blank"."""
    if AMOUNT.fullmatch(text):
        return text.replace("(", "($") if text.startswith("(") else f"${text}"
    if DAY.fullmatch(text):
        return long_date(date.fromisoformat(text))
    return text or "blank"
