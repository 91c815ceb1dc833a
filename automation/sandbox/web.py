"""What every page needs: templates in the chosen skin, the user, and what the user may do."""

from __future__ import annotations

import asyncio
import functools
import itertools
import json
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote

import jinja2
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.types import Receive, Scope, Send

from . import words
from .faults import RENAMED, ActiveFault, Box
from .practice import PRACTICE_CODE, Practice, SignIn, User
from .records import Patient, Visit

COOKIE = "sandbox_sign_in"
HERE = Path(__file__).parent
SKIN_WORDS = {"c": {"Pt Amt": "Patient Responsibility"}}
ROWS, MORE_ROWS = 20, 50
BILLING_ROLES = "Practice Biller or Biller for Assigned Patients Only"

Row = TypeVar("Row")
Page = Callable[["Visitor"], Awaitable[Response]]


class Denied(Exception):
    """The user's roles do not allow this."""


class Missing(Exception):
    """The practice has no such record or page."""


class LostAnswer(Response):
    """An answer that breaks off, as when the connection is lost.

    Headers are sent first, because a browser that got none would send the save again by itself.
    """

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send only the beginning; the server then drops the connection."""
        headers = [(b"content-type", b"application/json"), (b"content-length", b"4000")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b"{", "more_body": True})


class Visitor:
    """One request, with the practice and the sign-in."""

    def __init__(self, request: Request, practice: Practice, sign_in: SignIn | None) -> None:
        self.request = request
        self.practice = practice
        self.sign_in = sign_in
        self.store = practice.store

    @property
    def user(self) -> User:
        """Return who is signed in; pages are only built for a signed-in user."""
        assert self.sign_in
        return self.sign_in.user

    def patient(self, billing: bool = True) -> Patient:
        """Return the patient of the address, if the user may see (and bill) them."""
        patient = self.store.patient(self.request.path_params["patient"])
        if patient is None or not self.practice.sees(self.user, patient):
            raise Missing("There is no such patient.")
        if billing and not self.practice.may_bill(self.user, patient):
            raise Denied(BILLING_ROLES)
        return patient

    async def form(self) -> dict[str, str]:
        """Return the posted fields."""
        return {name: str(value).strip() for name, value in (await self.request.form()).items()}

    def day(self, visit: Visit) -> str:
        """Write a date of service as charts show it."""
        days = timedelta(days=self.practice.has("date-a-day-off"))
        return words.short_date((date.fromisoformat(visit.date) - days).isoformat())

    def in_order(self, rows: list[Row]) -> list[Row]:
        """Return a table's rows in the order in which they are shown."""
        if self.practice.switches.fault("row-order-changed") is not None:
            self.practice.rng.shuffle(rows)
        return self.turned(rows)

    def turned(self, rows: list[Row]) -> list[Row]:
        """Return rows, reversed if the release asks for that."""
        return rows[::-1] if self.practice.has("rows-oldest-first") else rows

    def page(self, template: str, status: int = 200, **more: Any) -> HTMLResponse:
        """Answer with a template in the practice's skin."""
        return self.answer(self.render(template, **more), status)

    def answer(self, html: str, status: int = 200) -> HTMLResponse:
        """Answer with a page or a part of one."""
        return HTMLResponse(self.shaped(html), status)

    def shaped(self, html: str) -> str:
        """Return a page or a part of one as the release shapes it."""
        return self.practice.switches.release.reshape(html)

    def render(self, template: str, **more: Any) -> str:
        """Render a template to text."""
        switches = self.practice.switches
        acting = switches.acting
        on = {f.fault.name: f.argument for f in acting if f.fault.kind == "page"}
        return TEMPLATES.get_template(template).render(
            ui_file=f"skin_{switches.skin}.html",
            skin=switches.skin,
            faults=on,
            boxes=boxes_over(acting),
            asks=next((f.fault.effect["asks"] for f in acting if "asks" in f.fault.effect), ""),
            body_class=" ".join(str(f.fault.effect.get("body_class", "")) for f in acting),
            t=functools.partial(translate, switches.skin, on.get("renamed-label", "")),
            money=functools.partial(money, switches.skin),
            delay=switches.delay_ms,
            box=functools.partial(box, switches.skin),
            user=self.sign_in and self.user,
            practice=self.practice,
            visit_day=self.day,
            menu=menu(switches.skin),
            bills=bool(self.sign_in) and self.user.bills_all,
            **more,
        )

    def shown(self, cents: int) -> str:
        """Write an amount as the skin does."""
        return money(self.practice.switches.skin, cents)


def boxes_over(acting: list[ActiveFault]) -> list[Box]:
    """Return the boxes over every page; a fault's argument is when its box goes away."""
    found = [(f, f.fault.effect["box"]) for f in acting if "box" in f.fault.effect]
    return [replace(box, goes_ms=int(f.argument or 0)) for f, box in found]


def pages_of(visitor: Visitor, records: list[Row], page: int) -> tuple[list[Row], dict[str, int]]:
    """Return a page's part of a table, and the numbers for its total and its pager."""
    practice = visitor.practice
    rows = MORE_ROWS if practice.has("more-rows-a-page") else ROWS
    pages = 1 if practice.has("next-page-lost") else max(1, -(-len(records) // rows))
    page = min(max(page, 1), pages)
    start = (page - 1) * rows
    if page > 1:
        start += practice.has("page-row-lost") - practice.has("page-row-twice")
    part = records[start : start + rows]
    shown = {"first": start + 1, "last": start + len(part), "page": page, "pages": pages}
    return part, {"total": len(records) + 2 * practice.has("total-wrong"), **shown}


def menu(skin: str) -> list[tuple[str, str]]:
    """Return the main menu."""
    first = ("To-Do", "/app/todo/") if skin == "a" else ("Home", "/app/")
    rest = [
        (word, f"/app/{word.lower()}/")
        for word in ("Scheduling", "Patients", "Staff", "Payers", "Billing")
    ]
    return [first, *rest]


def translate(skin: str, renamed: str, word: str) -> str:
    """Return a label as the skin (and a renamed-label fault) shows it."""
    word = SKIN_WORDS.get(skin, {}).get(word, word)
    return RENAMED.get(renamed, {}).get(word, word)


def money(skin: str, cents: int) -> str:
    """Write an amount as the skin does; newer skins put negative ones in parentheses."""
    if cents < 0 and skin != "a":
        return f"({words.dollars(-cents)})"
    return words.dollars(cents)


def box(skin: str, cents: int | None) -> str:
    """Write an amount into an input box as the skin does."""
    if cents is None:
        return ""
    return words.plain(cents) if skin == "a" else words.dollars(cents)


def environment() -> jinja2.Environment:
    """Return the template environment with the filters that the templates use."""
    env = jinja2.Environment(
        loader=jinja2.FileSystemLoader(HERE / "templates"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    numbers = itertools.count(1000)
    env.globals["uid"] = lambda: f"ctl00_Field{next(numbers)}"
    env.filters |= {
        "day": words.short_date,
        "clock": words.clock,
        "moment": words.moment,
        "tabword": lambda text: quote(text).replace("%20", "+"),
    }
    return env


TEMPLATES = environment()


def is_part(request: Request) -> bool:
    """Tell whether a script asks for a part of a page."""
    return request.headers.get("x-requested-with") == "XMLHttpRequest"


def to_sign_in(request: Request, why: str) -> Response:
    """Send a user who is not signed in to the sign-in page, with the reason."""
    address = f"/app/login/{PRACTICE_CODE}/" if why else "/app/login/"
    address += f"?why={why}" if why else ""
    if is_part(request) or request.method != "GET":
        return JSONResponse({"signed_out": why, "go": address}, 401)
    return RedirectResponse(address, 303)


def signed_in(page: Page) -> Callable[[Request], Awaitable[Response]]:
    """Make a page that only a signed-in user can see, and word its refusals."""

    @functools.wraps(page)
    async def answer(request: Request) -> Response:
        practice: Practice = request.app.state.practice
        if slow := practice.switches.fault("slow"):
            await asyncio.sleep(int(slow) / 1000)
        sign_in, why = practice.who(request.cookies.get(COOKIE, ""))
        visitor = Visitor(request, practice, sign_in)
        if sign_in is None:
            return to_sign_in(request, why)
        try:
            return await page(visitor)
        except Denied as denied:
            says = f"You do not have permission for this. It needs the role {denied}."
            return refusal(visitor, 403, "No permission", says)
        except Missing as missing:
            return refusal(visitor, 404, "Not found", str(missing))
        except ValueError as wrong:
            return JSONResponse({"error": str(wrong)}, 422)

    return answer


def refusal(visitor: Visitor, status: int, title: str, says: str) -> Response:
    """Return a page (or the answer to a part's request) that says why not."""
    request = visitor.request
    if is_part(request) and request.method != "GET":
        return JSONResponse({"error": says}, status)
    if is_part(request):
        return visitor.answer(f'<p class="notice" role="alert">{says}</p>', status)
    return visitor.page("message.html", status, title=title, says=says)


def as_json(value: Any, status: int = 200) -> Response:
    """Return JSON, the same text for the same value."""
    return Response(json.dumps(value, indent=1), status, media_type="application/json")
