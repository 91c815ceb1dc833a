"""The history of a visit and the Activity Log of the look "harbor"."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from .books import Change, Visit
from .harbor_books import HarborBooks
from .harbor_desk import books_of, data, page_of
from .harbor_words import long_date, moment, stored

PERIODS = {"Last 7 days": 7, "Last 30 days": 30, "Last 3 months": 92, "All dates": 36500}


def history(books: HarborBooks, visit: Visit) -> list[dict[str, str]]:
    """The changes of a visit, newest first, each as separate values and as a sentence."""
    return [
        {
            "when": moment(each.when),
            "who": each.user,
            "what": each.field,
            "from": stored(each.before),
            "to": stored(each.after),
            "sentence": f"{each.user} changed {each.field} from {stored(each.before)} to "
            f"{stored(each.after)} on {moment(each.when, ' at ')}",
        }
        for each in reversed(books.history(visit))
    ]


def action(change: Change) -> str:
    """The kind of a change, as this look words it."""
    if change.about.startswith("policy"):
        return "Changed insurance policy"
    if not change.about.startswith("payment"):
        return "Changed date of service"
    if not change.before:
        return "Entered patient payment"
    return "Changed patient payment" if change.after else "Deleted patient payment"


def details(books: HarborBooks, change: Change) -> str:
    """What was changed, with the amounts."""
    about = change.about.title()
    for visit in books.visits.values():
        if visit.key == change.about:
            about = f"{long_date(visit.day)}, {visit.code}"
    return f"{about}: {change.field} {stored(change.before)} → {stored(change.after)}"


@data
async def activity(request: Request) -> Response:
    """One page of the log, newest first, filtered by period, user and kind."""
    asked, books = request.query_params, books_of(request)
    days = PERIODS.get(asked.get("period", ""), 30)
    since = datetime.now(UTC) - timedelta(days)
    wanted = {"who": asked.get("who", ""), "action": asked.get("action", "")}
    lines: list[dict[str, Any]] = []
    for each in sorted(books.activity, key=lambda each: each.when, reverse=True):
        who = books.person(each.patient)
        line = {"who": each.user, "action": action(each)}
        fits = all(value in ("", line[name]) for name, value in wanted.items())
        if each.when >= since and fits:
            told = {"when": moment(each.when), "patient": f"{who.first} {who.last}"}
            lines.append({**told, **line, "details": details(books, each)})
    rows, turning = page_of(request, lines)
    users = sorted({each.user for each in books.activity})
    actions = sorted({action(each) for each in books.activity})
    choices = {"periods": [*PERIODS], "users": users, "actions": actions}
    return JSONResponse({"rows": rows, **turning, **choices})


def routes() -> list[Route]:
    """The address of this data."""
    return [Route("/api/activity", activity)]
