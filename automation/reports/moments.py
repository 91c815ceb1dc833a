"""Times as a person at this computer reads them: the local time, m/d/yyyy and AM or PM."""

from __future__ import annotations

import datetime as dt

from automation.billing.request import shown


def clock(moment: dt.datetime, zone: dt.tzinfo | None = None) -> str:
    """Write the time of day: "9:05:07 AM"; in the computer's own time zone, or in another."""
    return moment.astimezone(zone).strftime("%I:%M:%S %p").lstrip("0")


def day_and_time(moment: dt.datetime, zone: dt.tzinfo | None = None) -> str:
    """Write day, time and time zone: "3/4/2026, 9:05 AM EST"."""
    local = moment.astimezone(zone)
    return f"{shown(local.date())}, {local.strftime('%I:%M %p %Z').lstrip('0')}"
