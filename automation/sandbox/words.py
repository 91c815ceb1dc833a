"""How dates, times and amounts are written on the pages, and how typed ones are read."""

from __future__ import annotations

import re
from datetime import date, datetime

AMOUNT = re.compile(r"^\(?-?\$?\s*(\d{1,3}(?:,\d{3})+|\d*)(?:\.(\d{1,2}))?\)?$")


def dollars(cents: int) -> str:
    """Write cents as $1,234.50, negative ones with a minus."""
    sign = "-" if cents < 0 else ""
    return f"{sign}${abs(cents) // 100:,}.{abs(cents) % 100:02d}"


def plain(cents: int) -> str:
    """Write cents as 1234.50, for input boxes and the control address."""
    sign = "-" if cents < 0 else ""
    return f"{sign}{abs(cents) // 100}.{abs(cents) % 100:02d}"


def cents(text: str) -> int | None:
    """Read a typed amount; return None if blank, raise ValueError if it is no amount."""
    text = text.strip()
    if not text:
        return None
    found = AMOUNT.match(text)
    if not found or text in ("$", ".", "-"):
        raise ValueError("Enter an amount like 30.00.")
    amount = int(found[1].replace(",", "") or 0) * 100 + int((found[2] or "0").ljust(2, "0"))
    if amount > 10_000_000:
        raise ValueError("The amount is too large.")
    return -amount if "-" in text or "(" in text else amount


def short_date(iso: str) -> str:
    """Write 2026-03-04 as 3/4/2026."""
    if not iso:
        return ""
    day = date.fromisoformat(iso[:10])
    return f"{day.month}/{day.day}/{day.year}"


def clock(text: str) -> str:
    """Write 09:00 as 9:00 AM."""
    hour, minute = int(text[:2]), text[3:5]
    return f"{(hour - 1) % 12 + 1}:{minute} {'AM' if hour < 12 else 'PM'}"


def moment(stamp: str) -> str:
    """Write 2026-03-04 09:00 as 3/4/2026 9:00 AM."""
    return f"{short_date(stamp)} {clock(stamp[11:])}" if stamp else ""


def read_date(text: str, blank_ok: bool = False) -> str:
    """Read m/d/yyyy (or YYYY-MM-DD) and return YYYY-MM-DD."""
    text = text.strip()
    if not text and blank_ok:
        return ""
    for shape in ("%m/%d/%Y", "%Y-%m-%d"):
        try:
            return datetime.strptime(text, shape).date().isoformat()  # noqa: DTZ007
        except ValueError:
            continue
    raise ValueError("Enter a date like 3/4/2026.")
