"""Pages beside the charts: home, the activity log, and one page for all that is not kept here."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from .web import Visitor, signed_in
from .words import moment


async def front_door(request: Request) -> Response:
    """Redirect to the home page (and from there to the sign-in)."""
    return RedirectResponse("/app/", 303)


@signed_in
async def home(visitor: Visitor) -> Response:
    """Show the welcome page."""
    todo = ["Post the payments of last Friday", "Send statements for May"]
    here = "To-Do" if visitor.practice.switches.skin == "a" else "Home"
    return visitor.page("home.html", here=here, todo=todo if visitor.user.bills_all else [])


@signed_in
async def activity_log(visitor: Visitor) -> Response:
    """List what was done, newest first; only an administrator sees everybody's lines."""
    everybody = "Practice Administrator" in visitor.user.roles or visitor.practice.has(
        "activity-log-for-everybody"
    )
    names = {p.id: p.name for p in visitor.store.patients()}
    lines = visitor.store.rows(
        "SELECT * FROM log WHERE ? OR who = ? ORDER BY id DESC LIMIT 200",
        everybody,
        visitor.user.username,
    )
    rows = [
        (
            moment(line["at"]),
            line["who"],
            names.get(line["patient"], ""),
            line["action"],
            line["says"],
        )
        for line in lines
    ]
    whose = "Everybody's" if everybody else "Your own"
    return visitor.page(
        "simple_list.html",
        title="Activity Log",
        rows=rows,
        before=f"{whose} activities, newest first",
        columns=["When", "User", "Patient", "Action", "Details"],
    )


@signed_in
async def not_here(visitor: Visitor) -> Response:
    """Say that this practice has nothing there, whatever the page."""
    title = visitor.request.url.path.strip("/").split("/")[-1].replace("-", " ").title()
    says = "This page is not part of the make-believe practice."
    return visitor.page("message.html", here=title, title=title, says=says)
