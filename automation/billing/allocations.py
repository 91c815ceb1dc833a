"""Matches the lines of a payment's form to dates of service, however the form words them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from automation.billing.request import same_words, shown
from automation.billing.visit import Visit
from automation.errors import Refusal

_CODE = re.compile(r"\b(?:\d{4}[A-Z\d]|[A-Z]\d{4})\b")  # a service code, such as 90837 or H0004


def line_of(lines: Sequence[Visit], visit: Visit, chart: Sequence[Visit]) -> int:
    """Return the number of the one line for a date of service.

    The date decides. If the `chart` has several sessions on it, time and service code decide, as
    far as both show them, then the words of the service, then the balance. Raises Refusal when
    a line may be for either of two sessions, or when there is none.
    """
    sessions = [other for other in chart if other.date == visit.date and other != visit]
    found = [
        number for number, line in enumerate(lines) if _meant(line, [visit, *sessions]) == [visit]
    ]
    if len(found) == 1:
        return found[0]
    on_the_day = sum(line.date == visit.date for line in lines)
    raise Refusal(
        f"looking for the date of service {shown(visit.date)} among the Allocations",
        expected="exactly one line of it",
        found=f"{on_the_day or 'none'} of {len(lines)} lines with that date"
        + (", which time, service and balance do not tell apart" if on_the_day else "")
        + "; the form was not saved",
        next_step="see whether the date of service still has a balance",
    )


def _meant(line: Visit, sessions: Sequence[Visit]) -> list[Visit]:
    """Return the sessions a line may be for; words or a balance that fit none are ignored."""
    left = [s for s in sessions if line.date == s.date and _same_time(line, s)]
    left = [session for session in left if _same_code(line, session)]
    for agrees in (_same_service, _same_balance):
        if len(left) > 1:
            left = [session for session in left if agrees(line, session)] or left
    return left


def _same_time(line: Visit, visit: Visit) -> bool:
    return "" in (line.time, visit.time) or line.time == visit.time


def _same_code(line: Visit, visit: Visit) -> bool:
    one, other = (set(_CODE.findall(each.service)) for each in (line, visit))
    return not one or not other or bool(one & other)


def _same_service(line: Visit, visit: Visit) -> bool:
    one, other = same_words(line.service), same_words(visit.service)
    return not one or not other or one in other or other in one


def _same_balance(line: Visit, visit: Visit) -> bool:
    one, other = line.amounts.balance, visit.amounts.balance
    return None in (one, other) or one == other
