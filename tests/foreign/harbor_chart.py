"""Patients, charts, visits and policies of the look "harbor", as data for its page."""

from __future__ import annotations

import asyncio
from datetime import date, datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from .books import LABELS, METHODS, BadEntry, Patient, Payment, Visit, cents, clock, money, us_date
from .harbor_books import HarborBooks
from .harbor_desk import SAVE_SECONDS, USER, books_of, data, number, page_of
from .harbor_log import history
from .harbor_words import dollars, long_date

STATUS = {True: "Active", False: "Inactive"}
CHANGED = "Rita Calder changed this visit a moment ago. Nothing was saved; open it again to see it."


@data
async def patients(request: Request) -> Response:
    """One page of the patients that were found."""
    asked = request.query_params
    status = {"All": "Any"}.get(asked.get("status", "Active"), asked.get("status", "Active"))
    rows, turning = page_of(request, books_of(request).search(asked.get("q", ""), status))
    shown = [
        {
            "number": each.number,
            "name": f"{each.first} {each.last}",
            "born": us_date(each.born, padded=True),
            "account": 1000 + each.number,
            "phone": each.phone,
            "status": STATUS[each.active],
        }
        for each in rows
    ]
    return JSONResponse({"rows": shown, **turning})


@data
async def chart(request: Request) -> Response:
    """The header of a chart, and the sums on its billing tab."""
    books = books_of(request)
    who = books.patients[number(request)]
    visits = [each for each in books.visits.values() if each.patient == who.key]
    claims = sum(each.rate - each.amount for each in visits if each.ins_status == "Pending")
    return JSONResponse(
        {
            "number": who.number,
            "name": f"{who.first} {who.last}",
            "born": long_date(who.born),
            "account": 1000 + who.number,
            "phone": who.phone,
            "status": STATUS[who.active],
            "balance": dollars(sum(each.balance for each in visits)),
            "claims": dollars(claims),
            "credit": dollars(sum(books.unassigned(each.number) for each in books.credits(who))),
            "credits": [_credit(books, each) for each in books.credits(who)],
        }
    )


def _credit(books: HarborBooks, payment: Payment) -> dict[str, Any]:
    """A payment that is not fully allocated."""
    return {
        "number": payment.number,
        "date": long_date(payment.day),
        "kind": payment.kind,
        "amount": dollars(payment.amount),
        "left": dollars(books.unassigned(payment.number)),
    }


def transaction(each: Visit | Payment) -> dict[str, Any]:
    """A row of the transactions."""
    if isinstance(each, Payment):
        told = {"kind": each.kind, "amount": dollars(each.amount)}
        return {"payment": each.number, "date": long_date(each.day), **told}
    return {
        "visit": each.number,
        "date": long_date(each.day),
        "time": clock(each.at),
        "service": f"{each.code} {each.service}",
        "clinician": each.clinician,
        "rate": dollars(each.rate),
        "pt_amt": dollars(each.amount),
        "paid": dollars(each.paid),
        "balance": dollars(each.balance),
        "pt_status": each.pt_status,
        "note": each.note if each.written_off else "",
        "ins_status": each.ins_status,
    }


@data
async def transactions(request: Request) -> Response:
    """One page of the transactions, newest first."""
    books, items = books_of(request), request.query_params.get("items", "open")
    rows = books.rows(books.patients[number(request)], "open" if items == "open" else "all")
    if items == "payments":
        rows = [each for each in rows if isinstance(each, Payment)]
    shown, turning = page_of(request, rows[::-1])
    return JSONResponse({"rows": [transaction(each) for each in shown], **turning})


@data
async def visit(request: Request) -> Response:
    """A date of service with its form and its history."""
    books = books_of(request)
    each = books.visits[number(request)]
    return JSONResponse(
        {
            **transaction(each),
            "patient": books.person(each.patient).number,
            "method": each.method,
            "methods": METHODS,
            "fields": [[name, LABELS[name], money(getattr(each, name))] for name in each.fields],
            "history": history(books, each),
        }
    )


@data
async def save_visit(request: Request) -> Response:
    """Stores a date of service; the answer takes a moment."""
    typed, books = await request.json(), books_of(request)
    await asyncio.sleep(SAVE_SECONDS)
    if books.options.conflict:
        books.options.conflict = False
        return JSONResponse({"message": CHANGED}, 409)
    amounts = {name: cents(typed[name]) for name in ("rate", "coverage", "pt_amt") if name in typed}
    if typed["method"] not in METHODS:
        raise BadEntry("Choose a Method.")
    books.save_visit(number(request), {"method": typed["method"], **amounts}, USER)
    return JSONResponse({"saved": True})


@data
async def policies(request: Request) -> Response:
    """The insurance policies of a patient, as text and as the values of their form."""
    who = books_of(request).patients[number(request)]
    return JSONResponse({"rows": _policies(who)})


def _policies(who: Patient) -> list[dict[str, Any]]:
    """The policies as text and as the values of their form."""
    return [
        {
            "payer": each.payer,
            "priority": each.priority,
            "from": long_date(each.starts),
            "to": long_date(each.ends),
            "copay": "Not set" if each.copay is None else dollars(each.copay),
            "deductible": "Not set" if each.deductible is None else dollars(each.deductible),
            "form": {
                "starts": us_date(each.starts, padded=True),
                "ends": us_date(each.ends, padded=True),
                "copay": "" if each.copay is None else money(each.copay),
                "deductible": "" if each.deductible is None else money(each.deductible),
            },
        }
        for each in who.policies
    ]


@data
async def save_policy(request: Request) -> Response:
    """Stores an insurance policy; the answer takes a moment."""
    typed, books = await request.json(), books_of(request)
    await asyncio.sleep(SAVE_SECONDS)
    changed = {
        "priority": typed["priority"],
        "starts": typed_day(typed["starts"]),
        "ends": typed_day(typed["ends"]),
        "copay": cents(typed["copay"]),
        "deductible": cents(typed["deductible"]),
    }
    who = books.patients[number(request)]
    books.save_policy(who, number(request, "place"), changed, USER)
    return JSONResponse({"saved": True})


def typed_day(text: str) -> date:
    """Reads mm/dd/yyyy; raises BadEntry when it is no date."""
    try:
        return datetime.strptime(text.strip(), "%m/%d/%Y").date()  # noqa: DTZ007
    except ValueError:
        raise BadEntry(f"{text} is not a date, such as 03/04/2026.") from None


def routes() -> list[Route]:
    """The addresses of this data."""
    return [
        Route("/api/patients", patients),
        Route("/api/patients/{number:int}", chart),
        Route("/api/patients/{number:int}/transactions", transactions),
        Route("/api/patients/{number:int}/policies", policies),
        Route("/api/patients/{number:int}/policies/{place:int}", save_policy, methods=["PUT"]),
        Route("/api/visits/{number:int}", visit),
        Route("/api/visits/{number:int}", save_visit, methods=["PUT"]),
    ]
