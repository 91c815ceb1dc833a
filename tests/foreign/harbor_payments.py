"""The payments of the look "harbor", as data for its page."""

from __future__ import annotations

import asyncio
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from .books import BadEntry, Patient, Payment, Visit, cents, money, us_date
from .harbor_books import HarborBooks, Line, today
from .harbor_chart import typed_day
from .harbor_desk import SAVE_SECONDS, USER, books_of, data, number
from .harbor_words import dollars, long_date

KINDS = ("Check", "Cash", "Credit/Debit Card", "External")
REASONS = (
    *("Contractual agreement", "Small balance", "Uncollectable", "Bad debt", "Sliding scale"),
    *("Sent to collection agency", "No insurance", "Courtesy", "Other", "Unknown reason"),
)


def _person(who: Patient) -> dict[str, Any]:
    """The patient in the header of a payment's page."""
    name = f"{who.first} {who.last}"
    return {
        "number": who.number,
        "name": name,
        "born": long_date(who.born),
        "account": 1000 + who.number,
    }


def _line(books: HarborBooks, visit: Visit, payment: int | None) -> dict[str, Any]:
    """A visit on a payment's form: what is due without the payment, and what the payment does."""
    allocation, written_off = books.own_part(visit, payment)
    reason = visit.note.partition(", by ")[0] if written_off else ""
    return {
        "visit": visit.number,
        "name": f"{long_date(visit.day)} · {visit.code}",
        "pt_amt": dollars(visit.amount),
        "due": dollars(visit.balance + allocation + written_off),
        "due_cents": visit.balance + allocation + written_off,
        "allocation": money(allocation),
        "given": dollars(allocation),
        "written_off": dollars(written_off),
        "write_off": bool(written_off),
        "reason": reason,
    }


@data
async def new_payment(request: Request) -> Response:
    """The values of a new payment's form."""
    books = books_of(request)
    who = books.patients[number(request)]
    return JSONResponse(
        {
            "patient": _person(who),
            "day": us_date(today(), padded=True),
            "kind": KINDS[0],
            "amount": "",
            "check_number": "",
            "lines": [_line(books, each, None) for each in books.payable(who)],
            "kinds": KINDS,
            "reasons": REASONS,
        }
    )


@data
async def payment(request: Request) -> Response:
    """A payment with what it did, and the values of its form."""
    books = books_of(request)
    each = books.payments[number(request)]
    who = books.person(each.patient)
    lines = [_line(books, visit, each.number) for visit in books.payable(who, each.number)]
    return JSONResponse(
        {
            "number": each.number,
            "patient": _person(who),
            "date": long_date(each.day),
            "day": us_date(each.day, padded=True),
            "kind": each.kind,
            "amount": money(each.amount),
            "total": dollars(each.amount),
            "left": dollars(books.unassigned(each.number)),
            "check_number": books.check_numbers.get(each.number, ""),
            "lines": lines,
            "kinds": KINDS,
            "reasons": REASONS,
        }
    )


async def _store(request: Request, patient: str, key: int, *, known: bool) -> Response:
    """Stores what was typed into a payment's form."""
    typed, books = await request.json(), books_of(request)
    await asyncio.sleep(SAVE_SECONDS)
    amount = cents(typed["amount"])
    if amount is None:
        raise BadEntry("Enter the Payment Amount.")
    lines = [
        Line(each["visit"], cents(each["allocation"]) or 0, each["write_off"], each["reason"])
        for each in typed["lines"]
    ]
    new = Payment(key, patient, typed_day(typed["day"]), typed["kind"], amount)
    books.keep_payment(new, lines, typed["check_number"], USER, known=known)
    return JSONResponse({"number": key})


@data
async def enter_payment(request: Request) -> Response:
    """Stores a new payment."""
    books = books_of(request)
    who = books.patients[number(request)]
    return await _store(request, who.key, books.next_number(), known=False)


@data
async def save_payment(request: Request) -> Response:
    """Stores what was changed in a payment."""
    old = books_of(request).payments[number(request)]
    return await _store(request, old.patient, old.number, known=True)


@data
async def delete_payment(request: Request) -> Response:
    """Deletes a payment."""
    await asyncio.sleep(SAVE_SECONDS)
    books_of(request).delete_payment(number(request), USER)
    return JSONResponse({"deleted": True})


def routes() -> list[Route]:
    """The addresses of this data."""
    return [
        Route("/api/patients/{number:int}/payments/new", new_payment),
        Route("/api/patients/{number:int}/payments", enter_payment, methods=["POST"]),
        Route("/api/payments/{number:int}", payment),
        Route("/api/payments/{number:int}", save_payment, methods=["PUT"]),
        Route("/api/payments/{number:int}", delete_payment, methods=["DELETE"]),
    ]
