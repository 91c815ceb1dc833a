"""Reads dates and times as spreadsheets, databases and people write them."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from automation.worklists.cells import BadValue, seen, text_of
from automation.worklists.grid import FIRST_OF_1900, Cell, DayOf1904

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = r"(jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec)[a-z]*\.?"
_WEEKDAY = re.compile(r"(mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?,? +(?=\S)", re.I)
_CLOCK = r"\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?\s*(?:[ap]\.?m?\.?)?"
_WITH_TIME = re.compile(
    rf"(.+?\d)(?:\s+|,\s*|T|\s+[-\u2013@]\s+)(?:at\s+)?({_CLOCK}(?:\s*[-\u2013]\s*{_CLOCK})?)", re.I
)
_ZONE = re.compile(r"\d(?:Z|[+-]\d\d:?\d\d| ?(?:UTC|GMT))$")
_SHORT = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{2})", re.ASCII)
_SLASHES = re.compile(r"(\d{1,2})/(\d{1,2})/(?:\d{2}|\d{4})", re.ASCII)
_FORMS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})", re.ASCII), "ymd"),
    (re.compile(r"((?:19|20)\d{2})(\d{2})(\d{2})", re.ASCII), "ymd"),
    (re.compile(rf"{_MONTH} (\d{{1,2}})(?:st|nd|rd|th)?,? (\d{{4}})", re.I | re.ASCII), "mdy"),
    (re.compile(rf"(\d{{1,2}})[- ]{_MONTH}[- ,]+(\d{{4}})", re.I | re.ASCII), "dmy"),
)
_SHORT_NAMED = re.compile(rf"(\d{{1,2}})[- ]{_MONTH}[- ](\d{{2}})", re.I | re.ASCII)


@dataclass(frozen=True)
class DayColumn:
    """How to read the years and months of a column of dates, as its cells together show."""

    short_years: bool = False
    day_first: str = ""  # a row that has the day before the month; "" if the column does not

    @classmethod
    def of(cls, cells: Iterable[tuple[int, Cell]]) -> DayColumn:
        """Examine all cells of a column, each given with its row."""
        by_row = dict(cells)
        dates = any(isinstance(cell, dt.date) for cell in by_row.values())
        texts = {row: _plain(cell) for row, cell in by_row.items() if isinstance(cell, str)}
        texts = {row: _parts(text)[0] for row, text in texts.items() if text}
        short = [t for t in texts.values() if _SHORT.fullmatch(t) or _SHORT_NAMED.fullmatch(t)]
        slashed = {r: m for r, t in texts.items() if (m := _SLASHES.fullmatch(t))}
        month_first = [m for m in slashed.values() if int(m[1]) <= 12 < int(m[2])]
        day_first = [r for r, m in slashed.items() if int(m[1]) > 12 >= int(m[2])]
        sure = bool(short) and len(short) == len(texts) and not day_first and not dates
        doubt = f"row {day_first[0]}" if len(day_first) > 1 and not month_first else ""
        return cls(short_years=sure, day_first=doubt)


def day_and_time(
    cell: Cell, column: DayColumn, today: dt.date, *, born: bool = False
) -> tuple[str, str]:
    """Read a date, as yyyy-mm-dd or as it was typed, and the time of day with it, or "".

    A number is Excel's count of days. Raises BadValue when two readings are possible.
    """
    if isinstance(cell, dt.datetime):
        return cell.date().isoformat(), _clock(cell.time())
    if isinstance(cell, dt.date):
        return cell.isoformat(), ""
    text = _plain(cell)
    if isinstance(cell, (int, float)) or re.fullmatch(r"\d{5}(\.0+)?", text):
        return _of_number(float(text), cell)
    if _ZONE.search(text) and re.search(r"\d[T ]\d", text):
        raise BadValue("a day without a time zone", seen(cell))
    day, time = _parts(text)
    return _day(day, cell, column, today, born), "" if _is_midnight(time) else time


def _plain(cell: Any) -> str:
    return _WEEKDAY.sub("", text_of(cell), count=1)


def _parts(text: str) -> tuple[str, str]:
    match = _WITH_TIME.fullmatch(text)
    return (match[1], match[2]) if match else (text, "")


def _is_midnight(time: str) -> bool:
    return not time or bool(
        re.fullmatch(r"(?:0?0|12(?=.*a)):00(:00([.,]0+)?)?\s*(a\.?m?\.?)?", time, re.I)
    )


def _clock(time: dt.time) -> str:
    return "" if (time.hour, time.minute) == (0, 0) else f"{time:%H:%M}"


def _of_number(days: float, cell: Cell) -> tuple[str, str]:
    if isinstance(cell, bool) or not 1 <= days < 100_000:
        raise BadValue("a day, such as 3/4/2026", seen(cell))
    if isinstance(cell, DayOf1904):
        raise BadValue(
            "a cell that Excel shows as a day",
            f"{seen(cell)}, a plain number in a workbook that counts days from 1904",
        )
    moment = FIRST_OF_1900 + dt.timedelta(minutes=round(days * 1440))
    return moment.date().isoformat(), _clock(moment.time())


def _day(text: str, cell: Cell, column: DayColumn, today: dt.date, born: bool) -> str:
    if column.day_first and (m := _SLASHES.fullmatch(text)) and int(m[1]) <= 12 and m[1] != m[2]:
        raise BadValue(
            "days of which the month is sure",
            f"{seen(cell)}, in a column where {column.day_first} has the day first",
        )
    for form, order in _FORMS:
        if match := form.fullmatch(text):
            return _iso(dict(zip(order, match.groups(), strict=True)))
    short = _SHORT.fullmatch(text)
    named = _SHORT_NAMED.fullmatch(text)
    if (short or named) and column.short_years:
        parts = dict(zip("mdy" if short else "dmy", (short or named).groups(), strict=True))  # type: ignore[union-attr]
        return _iso({**parts, "y": _century(int(parts["y"]), cell, today, born)})
    return text


def _century(year: int, cell: Cell, today: dt.date, born: bool) -> str:
    """Complete a two-digit year: to this century for a visit, to the last for a birth.

    Raises BadValue for a birth that may be in either, and a visit not in the last 20 years.
    """
    this = 2000 + year
    if born:
        if this <= today.year:
            raise BadValue("a year of four digits", f"{seen(cell)}, of this century or the last")
        return str(this - 100)
    if not today.year - 20 <= this <= today.year:
        raise BadValue("a year of four digits", f"{seen(cell)}, whose year has two digits")
    return str(this)


def _iso(parts: Mapping[str, str]) -> str:
    month = parts["m"][:3].casefold()
    number = _MONTHS.index(month) + 1 if month in _MONTHS else int(parts["m"])
    try:
        return dt.date(int(parts["y"]), number, int(parts["d"])).isoformat()
    except ValueError:
        return f"{int(parts['y']):04}-{number:02}-{int(parts['d']):02}"


_TIME = re.compile(
    r"(?P<hour>\d{1,2})(?:[:.](?P<minute>\d{2}))?(?::\d{2}(?:[.,]\d+)?)?\s*(?P<half>[ap])?(?(half)\.?m?\.?)",
    re.I | re.ASCII,
)
_US_ZONE = re.compile(r"\s+(?:[ECMP][SD]?T|AK[SD]T|HST|Eastern|Central|Mountain|Pacific)$", re.I)
_NO_DAY = re.compile(r"(?:\d{1,2}/\d{1,2}/\d{2,4}|\d{4}-\d{2}-\d{2})[ T]+(?=\d)", re.ASCII)


def time_text(cell: Cell) -> str:
    """The start of a session as "14:30" or "9:00 AM"; text that is not a time is left as it is.

    Of a range it is the first time; a fraction of a day is Excel's own notation.
    """
    if isinstance(cell, dt.datetime):
        cell = cell.time()
    if isinstance(cell, dt.time):
        return f"{cell:%H:%M}"
    if isinstance(cell, float) and 0 <= cell < 1:
        minutes = round(cell * 1440)
        return f"{minutes // 60}:{minutes % 60:02}"
    text = _US_ZONE.sub("", _NO_DAY.sub("", text_of(cell), count=1))
    start, _, end = (
        part.strip() for part in re.sub(r"\s+to\s+|[\u2013\u2014]", "-", text).partition("-")
    )
    return _start(start, _US_ZONE.sub("", end)) or text


def _start(start: str, end: str) -> str:
    if re.fullmatch(r"([01]\d|2[0-3])[0-5]\d", start, re.ASCII):
        start = f"{start[:2]}:{start[2:]}"
    match = _TIME.fullmatch(start)
    if match is None or not (match["minute"] or match["half"]):
        return ""
    if "." in start.split("m")[0].split("a")[0].split("p")[0] and not match["half"]:
        return ""  # 9.30 alone may be a number of hours
    half = (match["half"] or _half_of(int(match["hour"]), end)).upper()
    clock = f"{match['hour']}:{match['minute'] or '00'}"
    return f"{clock} {half}M" if half else clock


def _half_of(hour: int, end: str) -> str:
    """The half of the day ("a" or "p") of a start, when only the end of its range says it."""
    match = _TIME.fullmatch(end)
    if match is None or not match["half"]:
        return ""
    crosses = hour != 12 and (hour > int(match["hour"]) % 12 or int(match["hour"]) == 12)
    return ("a" if match["half"] in "pP" else "p") if crosses else match["half"]
