"""The history: the runs, what was done to one patient or date, and the audit trail."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from starlette.responses import Response

from automation.billing.request import typed_date
from automation.console import views
from automation.console.answers import Asked, as_file
from automation.console.paging import Part, page_of
from automation.errors import UsageProblem
from automation.journal.journal import ItemState, Journal
from automation.journal.search import Wanted, count_of_items_like, count_of_runs_at, items_like
from automation.reports.trail import trail_as_csv

RUNS, ITEMS = 20, 50  # on one page
OUTCOMES: dict[str, tuple[str, tuple[ItemState, ...]]] = {
    "done": ("open again, or posted", (ItemState.FIXED,)),
    "needs": ("needs a person", (ItemState.REFUSED, ItemState.FAILED)),
    "unfinished": ("not finished", (ItemState.CHANGING,)),
    "before": ("put back as before", (ItemState.PUT_BACK,)),
    "hand": ("settled by hand", (ItemState.SETTLED_BY_HAND,)),
    "nothing": ("nothing to do", (ItemState.NOTHING_TO_DO,)),
    "looked": ("only looked at", (ItemState.PLANNED,)),
    "waits": ("not begun", (ItemState.WAITING, ItemState.WORKING)),
}
"""How an item ended, in the page's words, and the states that it stands for."""


@dataclass(frozen=True)
class Found:
    """One item in the history: how it stands, and when and by whom it was done."""

    line: views.Line
    reference: str
    outcome: str
    run: int
    when: dt.datetime
    by: str


def history(asked: Asked) -> Response:
    """Show the runs at this practice, or what was found of those that were looked for."""
    return _page(asked)


def search(asked: Asked) -> Response:
    """Look for something; what was typed is kept in memory, and stands in no address."""
    typed = {name: asked.field(name).strip() for name in ("who", "date", "outcome")}
    asked.visitor.search = {} if asked.field("all") else typed
    return asked.go("/history")


def verify(asked: Asked) -> Response:
    """Check that nothing in the audit trail was altered."""
    status, told, said = asked.console.workers.ask(["audit", "verify"])
    lines = (told.strip() or said.strip()).splitlines()
    lines.sort(key=lambda line: line.startswith("Note:"))  # the verdict comes first
    return _page(asked, verified="\n".join(lines), is_whole=status == 0)


def trail(asked: Asked) -> Response:
    """Give the audit trail as a file."""
    with views.the_journal_of(asked.place) as journal:
        content = trail_as_csv(journal.audit)
    return as_file(content, "audit-trail.csv", "text/csv; charset=utf-8")


def _page(asked: Asked, *, verified: str = "", is_whole: bool = True) -> Response:
    typed = {"who": "", "date": "", "outcome": "", **asked.visitor.search}
    problem, wanted = "", Wanted()
    try:
        wanted = _wanted(typed)
    except UsageProblem as mistake:
        problem = f"Needed: {mistake.expected}. It says {mistake.found}."
    is_search = wanted != Wanted()
    with views.journal_of(asked.place) as journal:
        page = _part(asked, journal, wanted if is_search else None)
        first = (page.number - 1) * (ITEMS if is_search else RUNS)
        return asked.page(
            "history.html",
            typed=typed,
            problem=problem,
            found=_found(asked, journal, wanted, first) if is_search else None,
            runs=[] if is_search else past_runs(asked, journal, first, RUNS),
            page=page,
            outcomes={name: words for name, (words, _) in OUTCOMES.items()},
            owed=views.owed_here(journal),
            verified=verified,
            is_whole=is_whole,
        )


def _wanted(typed: Mapping[str, str]) -> Wanted:
    """Read what was typed. Raises UsageProblem for what is no date."""
    who, day = typed.get("who", ""), typed.get("date", "")
    is_reference = re.fullmatch(r"p-[0-9a-z]{6}", who, re.IGNORECASE) is not None
    last, _, first = ("", "", "") if is_reference else who.partition(",")
    today = dt.date.today()  # noqa: DTZ011  a person's own calendar day
    return Wanted(
        reference=who if is_reference else "",
        last=last.strip(),
        first=first.strip(),
        date=typed_date(day, "the date", today) if day else None,
        states=OUTCOMES.get(typed.get("outcome", ""), ("", ()))[1],
    )


def _part(asked: Asked, journal: Journal | None, wanted: Wanted | None) -> Part[int]:
    """Return which page of the runs, or of the items that were looked for, is asked for."""
    origin, count = asked.place.origin, 0
    if journal is not None and wanted is None:
        count = count_of_runs_at(journal, origin)
    elif journal is not None and wanted is not None:
        count = count_of_items_like(journal, origin, wanted)
    number = asked.request.query_params.get("page", "")
    return page_of(range(count), number, RUNS if wanted is None else ITEMS)


def past_runs(asked: Asked, journal: Journal | None, first: int, count: int) -> list[views.PastRun]:
    """Tell of some of the latest runs; long ones are added up while the page is read."""
    standings = asked.console.standings
    runs = views.past_runs(journal, asked.place, standings, first, count)
    later = [past.run.id for past in runs if past.standing is None]
    if later:
        standings.begin(partial(views.add_up, asked.place, standings, later))
    return runs


def _found(asked: Asked, journal: Journal | None, wanted: Wanted, first: int) -> list[Found]:
    """Tell of some of the items that were looked for."""
    if journal is None:
        return []
    words = {state: text for text, states in OUTCOMES.values() for state in states}
    return [
        Found(
            line=views.line_of(item),
            reference=item.reference,
            outcome=words[item.state],
            run=run.id,
            when=run.started_at,
            by=run.by,
        )
        for item, run in items_like(journal, asked.place.origin, wanted, limit=ITEMS, offset=first)
    ]
