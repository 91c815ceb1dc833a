"""Tells from a cell's number format whether it shows a date, a time or a percentage."""

from __future__ import annotations

import re

_DAYS = {*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)}
_PERCENTS = {9, 10}
_SILENT = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]', re.IGNORECASE)


def kind_of_format(number: int, code: str | None) -> str:
    """The kind of a number with this format: "day" (a date or a time), "percent", else "".

    Another currency or unit is "money:" followed by its sign.
    """
    if code is None:
        return "day" if number in _DAYS else "percent" if number in _PERCENTS else ""
    first = _SILENT.sub("", code.split(";")[0]).casefold()
    if "%" in first:
        return "percent"
    shown = re.sub(r"_.|\*.", "", code.split(";")[0])
    if other := re.search(r"[€£¥₹₽₩₪]|\b(?:eur|gbp|cad|aud|chf|mxn)\b", shown, re.I):
        return f"money:{other[0]}"
    if re.search(r"[0#?],+(?![0#?,])", first):
        return "money:thousands"
    if first.strip() in ("general", "@", ""):
        return ""
    return "day" if re.search(r"[dmyhs]", first.replace("general", "")) else ""
