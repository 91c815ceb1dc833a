"""The pages before anything is looked at: the start, and the list with its mistakes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal

from starlette.responses import JSONResponse, Response

from automation.console import views
from automation.console.answers import Asked, as_file
from automation.console.columns import CHOICES, Remembered, chooses_columns
from automation.console.guard import Notice
from automation.console.handover import one_patient
from automation.console.paging import page_of
from automation.console.past import past_runs
from automation.console.tables import BillerList, mended
from automation.errors import UsageProblem
from automation.sandbox_process import Sandbox
from automation.worklists.sheets import ListInMemory
from automation.worklists.writing import as_bytes

ROWS = 100  # on one page
PATIENCE_SECONDS = 1.0  # until the page says how far the reading is
_WORDS = {"owes (or enter)": "what the patient owes"}
_HEADINGS = ("Patient", "Date of Birth", "Date of Service", "Patient Owes")
_EXAMPLES = 12  # rows in the example list: some of each kind of case


def start(asked: Asked) -> Response:
    """Show what is outstanding, the ways to give a list, and the latest runs."""
    with views.journal_of(asked.place) as journal:
        return asked.page(
            "start.html",
            owed=views.owed_here(journal),
            runs=past_runs(asked, journal, 0, 6),
            fleet=views.fleet_of(asked.place, journal),
        )


def sign_in(asked: Asked) -> Response:
    """Open the window in which a person signs in to the practice; no password is asked here."""
    opened = asked.console.workers.open_sign_in_window()
    return asked.go("/", "Sign in in the window that opens, and leave it open."
                    if opened else "The sign-in window is open already.")  # fmt: skip


def give_list(asked: Asked) -> Response:
    """Take a dropped file, pasted rows, or one patient."""
    pasted = asked.field("pasted")
    if asked.file is not None and asked.file[1]:
        given = ListInMemory(_safe(asked.file[0]), asked.file[1])
    elif pasted.strip():
        given = ListInMemory("Pasted rows", pasted.encode())
    elif asked.field("last").strip() or asked.field("first").strip():
        given = one_patient(dict(asked.form))
    else:
        return asked.go("/", "Choose a file, paste rows, or type a patient first.")
    return keep(asked, BillerList(given, remembered=_remembered(asked)))


def _remembered(asked: Asked) -> Remembered:
    return Remembered(asked.place.folder)


def keep(
    asked: Asked, mine: BillerList, name: str = "", told: Callable[[], Notice] = Notice
) -> Response:
    """Keep a list that can be read, and show it; `told` makes the notice once it is read.

    A list that is not read within a moment is shown with how far it is.
    """
    notice = Notice()
    if mine.reading.is_made(PATIENCE_SECONDS):
        _ = mine.headings  # a file that is no list is not kept
        notice = told()
    return asked.go(f"/list/{asked.visitor.keep(mine, name)}", notice)


def _safe(name: str) -> str:
    """The name of an uploaded file for messages; it is never used as a path."""
    plain = name.replace("\\", "/").rpartition("/")[2]
    return "".join(c for c in plain if c.isprintable())[:80] or "Your list"


def show_list(asked: Asked) -> Response:
    """Show a list: what to mend first, then every row; how far it is while it is read."""
    name = asked.request.path_params["name"]
    mine = asked.visitor.turn_to(name)
    is_part = "part" in asked.request.query_params  # asked for by the script
    if not mine.reading.is_made():
        far = mine.reading.how_far
        if is_part:
            return JSONResponse({"ended": far.done, "all": far.all, "at_hand": []})
        return asked.page("reading.html", name=name, title=mine.name, far=far)
    if is_part:
        return Response(status_code=204)
    try:
        headings = mine.headings
    except UsageProblem:
        _give_back(asked, name, mine)
        raise
    if headings.missing or "columns" in asked.request.query_params:
        return asked.page(
            "heading.html",
            name=name,
            title=mine.name,
            missing=[_WORDS.get(one, one) for one in headings.missing],
            headings=mine.headings_given.columns,
            words=CHOICES,
        )
    return _page(asked, name, mine)


def _give_back(asked: Asked, name: str, mine: BillerList) -> None:
    """Keep what a list was before a change with which it is no list; else forget it."""
    if mine.before is None:
        del asked.visitor.lists[name]
    else:
        asked.visitor.keep(mine.before, name)


def _page(asked: Asked, name: str, mine: BillerList) -> Response:
    table = mine.table
    if not table.bad:
        mine.handover.begin()  # so that it is there when the button is pressed
    page = page_of(table.all_rows, asked.request.query_params.get("page", ""), ROWS)
    return asked.page(
        "list.html",
        name=name,
        title=mine.name,
        table=table,
        rows=table.rows(page.of),
        bad=table.rows(table.bad[:ROWS]),
        mistakes=len(table.bad),
        page=page,
        without=len(mine.given.without),
        is_known=mine.reading.result().is_known,
        hidden_are_read=mine.wanted.hidden_rows,
        asks=table.has_choice and not mine.was_asked,
    )


def mend_list(asked: Asked) -> Response:
    """Take the mended cells and the rows to leave out, and show the list again."""
    name = asked.request.path_params["name"]
    before = asked.visitor.lists[name]
    mine = mended(before, asked.form)
    if chooses_columns(asked.form):
        _ = mine.headings  # it stays as it was when it is no list so
        _remembered(asked).keep(before.headings_given.shape, asked.form)
    return keep(asked, mine, name, lambda: _still_to_do(mine))


def _still_to_do(mine: BillerList) -> Notice:
    if mine.headings.missing:
        return Notice("A column is still to be chosen.")
    left = len(mine.table.bad)
    if left == 1:
        return Notice("1 row is still to mend.")
    if left:
        return Notice("{left} rows are still to mend.", {"left": left})
    return Notice("Every row can be read now.")


def choose(asked: Asked) -> Response:
    """Read the sheets of the file that a person ticked, with their hidden rows or without."""
    name = asked.request.path_params["name"]
    sheets = asked.fields("sheet")
    if not sheets and asked.field("has_sheets"):
        return asked.go(f"/list/{name}", "Tick at least one sheet.")
    hidden_rows = asked.field("hidden") == "yes"
    return keep(asked, asked.visitor.lists[name].taking(sheets, hidden_rows=hidden_rows), name)


def plan_list(asked: Asked) -> Response:
    """Look at the charts of a list without a mistake; nothing is changed."""
    name = asked.request.path_params["name"]
    mine = asked.visitor.lists[name]
    table = mine.table
    if table.has_choice and not mine.was_asked:
        return asked.go(f"/list/{name}", "Say first which rows are meant.")
    if table.bad or not table.count:
        raise UsageProblem(
            "looking at the charts",
            expected="a list in which every row can be read",
            found=f"{len(table.bad)} rows to mend" if table.bad else "no row to do",
            next_step="go back to the list, and mend or leave out these rows",
        )
    return asked.begin("plan", ["-"], worklist=mine.handover.result())


def empty_list(asked: Asked) -> Response:
    """Give an empty list with the headings that are understood."""
    return _file("write-offs.csv", [])


def example_list(asked: Asked) -> Response:
    """Give a list of invented patients of the make-believe practice, to try things on."""
    if not asked.place.profile.sandbox:
        raise LookupError("a real practice has no example")
    rows = Sandbox(asked.place.profile.address).control("worklist")
    cells = [
        [f"{row['last']}, {row['first']}", row["born"], row["date"], Decimal(row["owes"])]
        for row in rows
        if not row["time"]
    ]
    return _file("example.csv", cells[:_EXAMPLES])


def _file(name: str, rows: Sequence[Sequence[object]]) -> Response:
    return as_file(as_bytes(".csv", _HEADINGS, rows), name, "text/csv; charset=utf-8")
