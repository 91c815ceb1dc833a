"""Payments and the Activity Log of the look "webapp", as data for its page."""

from __future__ import annotations

import asyncio
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from . import till
from .books import BadEntry, Books, Patient, Payment, cents, us_date
from .webapp_desk import SAVE_SECONDS, USER, books_of, inside

LOG_PAGE = 15


def accounting(books: Books, who: Patient) -> dict[str, Any]:
    """The sums and credits that the chart shows, and the choices of a payment's form."""
    owed = sum(each.balance for each in books.visits.values() if each.patient == who.key)
    credits = [
        {"number": each.number, "date": us_date(each.day, padded=True), "amount": each.amount,
         "left": each.unassigned}
        for each in till.credits(books, who)
    ]  # fmt: skip
    return {"owed": owed, "credits": credits, "kinds": till.KINDS, "reasons": till.REASONS}


def _slip(typed: dict[str, Any]) -> till.Slip:
    parts = {int(n): cents(text) or 0 for n, text in typed["parts"].items()}
    forgiven = dict.fromkeys(map(int, typed["ticked"]), str(typed["reason"]))
    amount = cents(typed["amount"]) or 0
    return till.Slip(amount, str(typed["kind"]), str(typed["check"]), parts, forgiven)


@inside
async def save(request: Request) -> Response:
    """Posts a payment, or uses the credit of one; a form sent twice is posted once."""
    books, typed = books_of(request), await request.json()
    await asyncio.sleep(SAVE_SECONDS)
    who = books.patients[int(request.path_params["number"])]
    posted: dict[str, int] = request.app.state.posted
    try:
        slip = _slip(typed)
        if slip.left_over > 0 and not typed["anyway"]:
            return JSONResponse({"ask": till.LEFT_OVER})
        if typed["slip"] not in posted:
            paid = books.payments.get(typed["use"] or 0)
            if isinstance(paid, till.Entered):
                till.use_credit(books, who, paid, slip, USER)
            else:
                paid = till.enter(books, who, slip, USER)
            posted[typed["slip"]] = paid.number
    except BadEntry as problem:
        return JSONResponse({"message": str(problem)}, 422)
    return JSONResponse({"saved": True})


@inside
async def delete(request: Request) -> Response:
    """Deletes a payment."""
    books = books_of(request)
    await asyncio.sleep(SAVE_SECONDS)
    who = books.patients[int(request.path_params["number"])]
    till.delete(books, who, int(request.path_params["payment"]), USER)
    return JSONResponse({"saved": True})


@inside
async def log(request: Request) -> Response:
    """A page of the Activity Log, newest first."""
    books, page = books_of(request), int(request.query_params.get("page", "1"))
    names = {each.key: each.listed for each in books.patients.values()}
    lines = [
        {"when": f"{us_date(each.when, padded=True)} {each.when:%I:%M:%S %p}", "who": each.user,
         "patient": names[each.patient], "action": f"Edited {each.field}",
         "details": " → ".join(text or "blank" for text in (each.before, each.after))}
        for each in reversed(books.activity)
    ]  # fmt: skip
    shown = lines[(page - 1) * LOG_PAGE : page * LOG_PAGE]
    return JSONResponse({"rows": shown, "pages": -(-len(lines) // LOG_PAGE) or 1})


def payment_words(paid: Payment) -> str:
    """How a payment was made, with the number if it was a check."""
    check = paid.check if isinstance(paid, till.Entered) else ""
    return f"{paid.kind} #{check}" if check else paid.kind


def routes() -> list[Route]:
    """The addresses of this data."""
    return [
        Route("/api/patients/{number:int}/payments", save, methods=["POST"]),
        Route("/api/patients/{number:int}/payments/{payment:int}", delete, methods=["DELETE"]),
        Route("/api/log", log),
    ]
