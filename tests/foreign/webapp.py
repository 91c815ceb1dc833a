"""The look "webapp": one page drawn by script, with a JSON API behind it."""

from __future__ import annotations

import asyncio
import secrets
from datetime import datetime
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Route

from .books import METHODS, BadEntry, Books, Patient, Payment, Visit, cents, clock, money, us_date
from .cases import SIGN_IN
from .webapp_desk import SAVE_SECONDS, USER, Answer, books_of, inside
from .webapp_till import accounting, payment_words
from .webapp_till import routes as till_routes

FILES = Path(__file__).parent / "webapp_files"
PAGE = 20
DOOR = SIGN_IN["webapp"]


async def sign_in(request: Request) -> Response:
    """Checks the practice code alone, or with user and password, which signs in."""
    typed = await request.json()
    if str(typed.get("code", "")).strip().upper() != DOOR.practice_code:
        return JSONResponse({"message": "We do not know this practice code."}, 403)
    if "user" not in typed:
        return JSONResponse({"practice": "Lakeside Behavioral Group"})
    if (typed["user"], typed.get("password")) != (DOOR.user, DOOR.password):
        return JSONResponse({"message": "The data did not match any account."}, 403)
    answer, key = JSONResponse({"user": USER}), secrets.token_hex(8)
    request.app.state.signed_in.add(key)
    answer.set_cookie("lk", key, httponly=True)
    return answer


@inside
async def me(request: Request) -> Response:
    """Who is signed in."""
    return JSONResponse({"user": USER, "methods": METHODS})


def shown(who: Patient) -> dict[str, Any]:
    """A patient as the list and the chart show them."""
    return {
        "number": who.number,
        "listed": who.listed,
        "full": f"{who.first} {who.last}",
        "born": us_date(who.born, padded=True),
        "phone": who.phone,
        "status": "Active" if who.active else "Inactive",
    }


@inside
async def patients(request: Request) -> Response:
    """One page of the patients that were found."""
    asked = request.query_params
    page = int(asked.get("page", "1"))
    found = books_of(request).search(asked.get("q", ""), asked.get("f", "Active"))
    rows = [shown(each) for each in found[(page - 1) * PAGE : page * PAGE]]
    return JSONResponse({"rows": rows, "total": len(found), "pages": -(-len(found) // PAGE) or 1})


def transaction(books: Books, each: Visit | Payment) -> dict[str, Any]:
    """A row of the transactions, amounts in cents."""
    day = {"number": each.number, "date": us_date(each.day, padded=True)}
    if isinstance(each, Payment):
        return {**day, "payment": payment_words(each), "amount": each.amount}
    names = ("clinician", "method", "rate", "coverage", "pt_amt", "paid", "written_off", "note")
    history = [
        f"{us_date(line.when, padded=True)} {clock(line.when)} · {line.user} changed {line.field}"
        f" from {line.before or 'blank'} to {line.after or 'blank'}"
        for line in books.history(each)
    ]
    return {
        **day,
        **{name: getattr(each, name) for name in names},
        "time": clock(each.at),
        "service": f"{each.code} · {each.service}",
        "ins_status": each.ins_status or "n/a",
        "history": history,
        "left": each.balance,
    }


@inside
async def chart(request: Request) -> Response:
    """A whole chart: header, policies and every transaction, newest first."""
    books = books_of(request)
    who = books.patients[int(request.path_params["number"])]
    policies = [
        {
            "payer": each.payer,
            "priority": each.priority,
            "starts": us_date(each.starts, padded=True),
            "ends": us_date(each.ends, padded=True),
            "copay": "" if each.copay is None else money(each.copay),
            "deductible": "" if each.deductible is None else money(each.deductible),
        }
        for each in who.policies
    ]
    rows = [transaction(books, each) for each in reversed(books.rows(who, "all"))]
    return JSONResponse(
        {**shown(who), "policies": policies, "rows": rows, "accounting": accounting(books, who)}
    )


@inside
async def save_visit(request: Request) -> Response:
    """Stores a date of service; the answer takes a moment and does not say what was stored."""
    typed = await request.json()
    await asyncio.sleep(SAVE_SECONDS)
    number = int(request.path_params["number"])
    try:
        amounts = {name: cents(typed[name]) for name in ("rate", "coverage", "pt_amt")
                   if name in typed}  # fmt: skip
        books_of(request).save_visit(number, {"method": typed["method"], **amounts}, USER)
    except BadEntry as problem:
        return JSONResponse({"message": str(problem)}, 422)
    return JSONResponse({"saved": True})


@inside
async def save_policy(request: Request) -> Response:
    """Stores an insurance policy; the answer takes a moment."""
    typed, books = await request.json(), books_of(request)
    await asyncio.sleep(SAVE_SECONDS)
    who = books.patients[int(request.path_params["number"])]
    try:
        new = {"copay": cents(typed["copay"]), "deductible": cents(typed["deductible"])}
        days = {name: _day(typed[name]) for name in ("starts", "ends")}
    except BadEntry as problem:
        return JSONResponse({"message": str(problem)}, 422)
    changed = {**new, **days, "priority": typed["priority"]}
    books.save_policy(who, int(request.path_params["place"]), changed, USER)
    return JSONResponse({"saved": True})


def _day(text: str) -> Any:
    """Reads mm/dd/yyyy; raises BadEntry when it is no date."""
    try:
        return datetime.strptime(text, "%m/%d/%Y").date()  # noqa: DTZ007
    except ValueError:
        raise BadEntry(f"{text} is not a date") from None


def routes() -> list[Route]:
    """The page and the API of this look."""
    return [
        Route("/", _named("index.html")),
        *(Route(f"/{name}", _named(name)) for name in ("app.js", "parts.js", "till.js", "app.css")),
        *till_routes(),
        Route("/api/sign-in", sign_in, methods=["POST"]),
        Route("/api/me", me),
        Route("/api/patients", patients),
        Route("/api/patients/{number:int}", chart),
        Route("/api/visits/{number:int}", save_visit, methods=["PUT"]),
        Route("/api/patients/{number:int}/policies/{place:int}", save_policy, methods=["PUT"]),
    ]


def _named(name: str) -> Answer:
    """Serves one file of the page."""

    async def serve(_: Request) -> Response:
        """The file."""
        return FileResponse(FILES / name, headers={"Cache-Control": "no-store"})

    return serve
