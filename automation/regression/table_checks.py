"""Comparisons of lists and tables for regression tests; each failure is a sentence."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise

from automation.billing.request import shown
from automation.billing.visit import Visit
from automation.pages.table import Place
from automation.regression.checks import which


def birth_dates(asked: dt.date, found: Iterable[dt.date | None]) -> None:
    """Check that every birth date found is the one that was asked for."""
    others = sorted({day for day in found if day != asked and day is not None})
    if others:
        days = ", ".join(shown(day) for day in others)
        raise AssertionError(f"another birth date than asked, {shown(asked)}: {days}")


def listed(days: Iterable[dt.date], rows: Iterable[Visit], where: str) -> None:
    """Check that each day has a row; name a row that is a day early or late."""
    there = {row.date for row in rows}
    for day in sorted(set(days)):
        if day in there:
            continue
        near = [d for d in (day - dt.timedelta(1), day + dt.timedelta(1)) if d in there]
        found = f"found {shown(near[0])} instead" if near else f"found {len(there)} other days"
        raise AssertionError(f"{where}: expected a row of {shown(day)}, {found}")


def not_listed(rows: Iterable[Visit], where: str, why: str) -> None:
    """Check that a table lists no such rows."""
    found = [which(row) for row in rows]
    if found:
        raise AssertionError(f"{where} lists what is {why}: {_few(found)}")


def _few(names: Sequence[str]) -> str:
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")


def pages_follow(places: Sequence[Place | None], rows: int) -> None:
    """Check that a table's pages follow each other without a gap, and add up to its total.

    `rows` is the number of rows that were read from all pages together.
    """
    known = [place for place in places if place is not None]
    for number, (one, following) in enumerate(pairwise(known), start=2):
        if following.first > one.last + 1:
            raise AssertionError(
                f"page {number} begins with row {following.first}; "
                f"{_rows(one.last + 1, following.first - 1)} on no page"
            )
        if following.first <= one.last:
            raise AssertionError(
                f"page {number} begins with row {following.first}; "
                f"{_rows(following.first, one.last)} on page {number - 1}, too"
            )
    if known and known[-1].last != known[-1].of:
        raise AssertionError(
            f"the last page ends with row {known[-1].last} of {known[-1].of}; "
            f"{_rows(known[-1].last + 1, known[-1].of)} on no page"
        )
    if known and rows != known[-1].of:
        raise AssertionError(f"the table says it has {known[-1].of} rows; its pages hold {rows}")


def _rows(first: int, last: int) -> str:
    return f"row {first} is" if first >= last else f"rows {first} to {last} are"


def each_once(visits: Iterable[Visit]) -> None:
    """Check that a table lists no date of service twice."""
    keys = Counter((v.date, v.time, v.service) for v in visits)
    twice = [f"{shown(day)} {time}".strip() for (day, time, _), n in keys.items() if n > 1]
    if twice:
        raise AssertionError(f"in the table twice: {_few(twice)}")
