"""Pages other than billing: home, to-do, staff, payers, help and the user's own."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from .names import CLINICIANS, PAYERS
from .practice import USERS
from .web import Visitor, signed_in


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
async def staff(visitor: Visitor) -> Response:
    """List the clinicians and the users."""
    rows = [(name, "Clinician") for name in CLINICIANS]
    rows += [(user.name, ", ".join(user.roles)) for user in USERS.values()]
    return visitor.page(
        "simple_list.html", here="Staff", title="Staff", columns=["Name", "Role"], rows=rows
    )


@signed_in
async def payers(visitor: Visitor) -> Response:
    """List the insurers."""
    return visitor.page(
        "simple_list.html",
        here="Payers",
        title="Payers",
        columns=["Payer", "Claims"],
        rows=[(p, "Electronic") for p in PAYERS],
    )


@signed_in
async def profile(visitor: Visitor) -> Response:
    """Show who is signed in."""
    rows = [
        ("Name", visitor.user.name),
        ("Username", visitor.user.username),
        ("Roles", ", ".join(visitor.user.roles)),
    ]
    return visitor.page("simple_list.html", title="Profile", columns=["", ""], rows=rows)


@signed_in
async def user_settings(visitor: Visitor) -> Response:
    """Say that there is nothing to set here."""
    return visitor.page(
        "message.html", title="Settings", says="This make-believe practice has nothing to set here."
    )


@signed_in
async def new_patient(visitor: Visitor) -> Response:
    """Say that no patients are added here."""
    return visitor.page(
        "message.html",
        title="New Patient",
        says="This make-believe practice takes no new patients.",
    )


@signed_in
async def help_page(visitor: Visitor) -> Response:
    """Say where to get help."""
    says = "Whoever runs this make-believe practice knows best; there is no help desk."
    return visitor.page("message.html", title="Help", says=says)
