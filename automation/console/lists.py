"""The pages before anything is looked at: the start, and the list with its mistakes."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from starlette.responses import Response

from automation.console import views
from automation.console.answers import Asked, as_file
from automation.console.columns import CHOICES, Remembered
from automation.console.guard import int_of
from automation.console.handover import for_worker, one_patient
from automation.console.tables import BillerList, mended
from automation.errors import UsageProblem
from automation.sandbox_process import Sandbox
from automation.worklists.sheets import ListInMemory
from automation.worklists.writing import as_bytes

ROWS = 100  # on one page
_WORDS = {"owes (or enter)": "what the patient owes"}
_HEADINGS = ("Patient", "Date of Birth", "Date of Service", "Patient Owes")
_EXAMPLES = 12  # rows in the example list: some of each kind of case


def start(asked: Asked) -> Response:
    """Show what is outstanding, the ways to give a list, and the latest runs."""
    with views.journal_of(asked.place) as journal:
        return asked.page(
            "start.html",
            owed=views.owed_here(journal),
            runs=views.runs_of(journal, asked.place, 6),
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
    mine = BillerList(given)
    if not mine.headings.missing:  # a file that is no list is not kept: it has no headings
        return asked.go(f"/list/{asked.visitor.keep(mine)}")
    mine = BillerList(_remembered(asked).applied(given, mine.headings))
    known = "" if mine.headings.missing else "The columns were taken as you chose them last time."
    return asked.go(f"/list/{asked.visitor.keep(mine)}", known)


def _remembered(asked: Asked) -> Remembered:
    return Remembered(asked.place.folder)


def _safe(name: str) -> str:
    """The name of an uploaded file for messages; it is never used as a path."""
    plain = name.replace("\\", "/").rpartition("/")[2]
    return "".join(c for c in plain if c.isprintable())[:80] or "Your list"


def show_list(asked: Asked) -> Response:
    """Show a list: what to mend first, then every row."""
    name = asked.request.path_params["name"]
    mine = asked.visitor.lists[name]
    if mine.headings.missing or "columns" in asked.request.query_params:
        return asked.page(
            "heading.html",
            name=name,
            title=mine.name,
            missing=[_WORDS.get(one, one) for one in mine.headings.missing],
            headings=mine.headings_given.columns,
            words=CHOICES,
        )
    return _page(asked, name, mine)


def _page(asked: Asked, name: str, mine: BillerList) -> Response:
    table = mine.table
    at = asked.request.query_params.get("page", "1")
    pages = -(-len(table.rows) // ROWS)
    page = max(1, min(int_of(at) or 1, pages))
    return asked.page(
        "list.html",
        name=name,
        title=mine.name,
        table=table,
        rows=table.rows[(page - 1) * ROWS : page * ROWS],
        bad=table.bad[:ROWS],
        page=page,
        pages=pages,
        without=len(mine.given.without),
        hidden_are_read=mine.wanted.hidden_rows,
        asks=table.has_choice and not mine.was_asked,
    )


def mend_list(asked: Asked) -> Response:
    """Take the mended cells and the rows to leave out, and show the list again."""
    name = asked.request.path_params["name"]
    before = asked.visitor.lists[name]
    mine = mended(before, asked.form)
    _ = mine.headings  # raises a problem for columns with which it is no list; it stays as it was
    asked.visitor.keep(mine, name)
    _remembered(asked).keep(before.headings_given.shape, asked.form)
    if mine.headings.missing:
        return asked.go(f"/list/{name}", "A column is still to be chosen.")
    table = mine.table
    left = len(table.bad)
    if left:
        rows = "1 row is" if left == 1 else f"{left} rows are"
        return asked.go(f"/list/{name}", f"{rows} still to mend.")
    return asked.go(f"/list/{name}", "Every row can be read now.")


def choose(asked: Asked) -> Response:
    """Read the sheets of the file that a person ticked, with their hidden rows or without."""
    name = asked.request.path_params["name"]
    sheets = asked.fields("sheet")
    if not sheets and asked.field("has_sheets"):
        return asked.go(f"/list/{name}", "Tick at least one sheet.")
    hidden_rows = asked.field("hidden") == "yes"
    mine = asked.visitor.lists[name].taking(sheets, hidden_rows=hidden_rows)
    _ = mine.headings  # raises a problem when there is no such sheet
    asked.visitor.keep(mine, name)
    return asked.go(f"/list/{name}")


def plan_list(asked: Asked) -> Response:
    """Look at the charts of a list without a mistake; nothing is changed."""
    name = asked.request.path_params["name"]
    mine = asked.visitor.lists[name]
    table = mine.table
    if table.has_choice and not mine.was_asked:
        return asked.go(f"/list/{name}", "Say first which rows are meant.")
    if table.bad or not table.worklist.items:
        raise UsageProblem(
            "looking at the charts",
            expected="a list in which every row can be read",
            found=f"{len(table.bad)} rows to mend" if table.bad else "no row to do",
            next_step="go back to the list, and mend or leave out these rows",
        )
    content = for_worker(table.worklist.items)
    with views.journal_of(asked.place) as journal:
        latest = views.latest_run(journal)
    asked.console.workers.start("plan", ["-"], after_run=latest, worklist=content)
    return asked.go("/working")


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
