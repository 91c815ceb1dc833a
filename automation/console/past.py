"""The history: the runs, what was done to one patient or date, and the audit trail."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass

from starlette.responses import Response

from automation.billing.request import typed_date
from automation.console import views
from automation.console.answers import Asked, as_file
from automation.console.guard import int_of
from automation.errors import UsageProblem
from automation.journal.journal import ItemState, Journal
from automation.journal.search import Wanted, count_of_runs_at, items_like, runs_at
from automation.reports.trail import trail_as_csv

RUNS, ITEMS = 25, 50  # on one page
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
    with views.journal_of(asked.place) as journal:
        if journal is None:
            raise LookupError("there is no audit trail yet")
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
    page = int_of(asked.request.query_params.get("page")) or 1
    with views.journal_of(asked.place) as journal:
        rows, count, size = _rows(asked, journal, wanted if is_search else None, page)
        return asked.page(
            "history.html",
            typed=typed,
            problem=problem,
            found=rows if is_search else None,
            runs=[] if is_search else rows,
            count=count,
            page=page,
            pages=-(-count // size),
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


def _rows(
    asked: Asked, journal: Journal | None, wanted: Wanted | None, page: int
) -> tuple[list[Found] | list[views.RunView], int, int]:
    """Return what one page shows, how much there is in all, and how much a page shows."""
    origin = asked.place.origin
    if journal is None:
        return [], 0, RUNS
    if wanted is None:
        runs = runs_at(journal, origin, limit=RUNS, offset=(page - 1) * RUNS)
        shown = [views.run_view(journal, run.id) for run in runs]
        return shown, count_of_runs_at(journal, origin), RUNS
    found = items_like(journal, origin, wanted, limit=ITEMS, offset=(page - 1) * ITEMS)
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
        for item, run in found.rows
    ], found.count, ITEMS  # fmt: skip
