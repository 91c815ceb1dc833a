"""Payments of the look "soup": each step is a page, and a receipt follows Save Payment."""

from __future__ import annotations

import secrets
from html import escape
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from . import till
from .books import BadEntry, Books, Patient, Visit, cents, money, us_date
from .soup_desk import USER, books_of, go, inside, words
from .soup_parts import button, choice, div, entry, form, link, row, show

LOG_PAGE = 12
USERS = ("Everybody", USER)


def _who(request: Request) -> Patient:
    return books_of(request).patients[int(request.path_params["number"])]


def _chart(who: Patient, **more: Any) -> Response:
    return go(f"/chart/{who.number}", tab="pb", items="all", **more)


def accounting(books: Books, who: Patient) -> str:
    """The box Patient Accounting: sums, and links to enter a payment and to apply credit."""
    owed = sum(each.balance for each in books.visits.values() if each.patient == who.key)
    credit = sum(each.unassigned for each in till.credits(books, who))
    sums = (("Patient Balance:", owed), ("Unassigned Credit:", credit))
    lines = [div("k7", f"<span>{name}</span>", f"<span>{money(value)}</span>")
             for name, value in sums]  # fmt: skip
    links = (("pay", "Enter Patient Payment"), ("credit", "Apply Credit"))
    told = (link(f"/{place}/{who.number}", name) for place, name in links)
    return div("k6", div("k2", "Patient Accounting"), *lines, " &nbsp; ".join(told))


def _line(visit: Visit) -> str:
    """A line of the form, with the service's code alone and the reason in the line."""
    reasons = "".join(f"<option>{each}</option>" for each in ("", *till.REASONS))
    n = visit.number
    return row(
        "q6", us_date(visit.day, padded=False), visit.code, money(visit.balance),
        f'<input name="a{n}" size="7">', f'<input type="checkbox" name="w{n}">',
        f'<select name="r{n}">{reasons}</select>',
    )  # fmt: skip


def _form(request: Request, no: str = "") -> Response:
    books, who = books_of(request), _who(request)
    use = request.query_params.get("use", "")
    heads = ("Date", "Service", "Pt Bal", "Allocation", "Write-Off", "Reason")
    paid = books.payments.get(int(use or 0))
    amount = money(paid.amount) if paid else ""
    slip = secrets.token_hex(4)
    return show(
        div("k2", "Use Credit" if paid else "Enter Patient Payment"), div("q3", escape(no)),
        form(
            f"/pay/{who.number}?use={use}",
            entry("Payment Amount:", "amount", amount, size=9),
            choice("Payment Method:", "kind", till.KINDS, till.KINDS[0]),
            entry("Check Number:", "check"),
            row("q6 k4", *heads), *map(_line, till.open_visits(books, who)),
            f'<input type="hidden" name="slip" value="{slip}">',
            button("Save Payment"),
        ),
    )  # fmt: skip


def _slip(books: Books, who: Patient, typed: dict[str, str]) -> till.Slip:
    visits = [each.number for each in till.open_visits(books, who)]
    parts = {n: cents(typed.get(f"a{n}", "")) or 0 for n in visits}
    forgiven = {n: typed.get(f"r{n}", "") for n in visits if f"w{n}" in typed}
    amount = cents(typed.get("amount", "")) or 0
    return till.Slip(amount, typed.get("kind", ""), typed.get("check", ""), parts, forgiven)


def _asked(who: Patient, use: str, typed: dict[str, str]) -> Response:
    """The page that asks whether to save a payment that is not fully allocated."""
    kept = "".join(f'<input type="hidden" name="{name}" value="{escape(value)}">'
                   for name, value in typed.items())  # fmt: skip
    back = link(f"/chart/{who.number}", "Back to the chart", tab="pb")
    return show(
        div("k2", "Before it is saved"), div("k6", till.LEFT_OVER),
        form(f"/pay/{who.number}?use={use}", kept, '<input type="hidden" name="anyway" value="1">',
             button("Save Payment Anyway")), back,
    )  # fmt: skip


@inside
async def pay(request: Request) -> Response:
    """Shows a payment's form, and posts it; a form that was already posted is not posted again."""
    if request.method == "GET":
        return _form(request)
    books, who, typed = books_of(request), _who(request), await words(request)
    use = request.query_params.get("use", "")
    posted: dict[str, int] = request.app.state.posted
    if typed.get("slip", "") in posted:
        return go(f"/receipt/{posted[typed['slip']]}")
    try:
        slip, paid = _slip(books, who, typed), books.payments.get(int(use or 0))
        if slip.left_over > 0 and "anyway" not in typed:
            return _asked(who, use, typed)
        if isinstance(paid, till.Entered):
            till.use_credit(books, who, paid, slip, USER)
        else:
            paid = till.enter(books, who, slip, USER)
    except BadEntry as problem:
        return _form(request, str(problem))
    posted[typed.get("slip", "")] = paid.number
    return go(f"/receipt/{paid.number}")


@inside
async def receipt(request: Request) -> Response:
    """A receipt to print, with a link back to the chart."""
    books = books_of(request)
    paid = books.payments[int(request.path_params["payment"])]
    who = next(each for each in books.patients.values() if each.key == paid.patient)
    told = f"{us_date(paid.day, padded=False)}, {paid.kind}, {money(paid.amount)}"
    back = link(f"/chart/{who.number}", "Back to the chart", tab="pb")
    return show(div("k2", "Receipt"), div("k6", "Payment saved: ", told), back)


@inside
async def credit(request: Request) -> Response:
    """The payments that are not fully allocated."""
    books, who = books_of(request), _who(request)
    heads = row("q6 k4", "Date", "Amount", "Unassigned", "")
    rows = [row("q6", us_date(each.day, padded=False), money(each.amount), money(each.unassigned),
                link(f"/pay/{who.number}", "Use Credit", use=each.number))
            for each in till.credits(books, who)]  # fmt: skip
    return show(div("k2", "Payments with Unassigned Credit"), heads, *rows)


@inside
async def delete(request: Request) -> Response:
    """Asks whether a payment is to be deleted, and deletes it."""
    books, number = books_of(request), int(request.path_params["payment"])
    paid = books.payments[number]
    who = next(each for each in books.patients.values() if each.key == paid.patient)
    if request.method == "POST":
        till.delete(books, who, number, USER)
        return _chart(who, saved=1)
    told = f"{us_date(paid.day, padded=False)}, {paid.kind}, {money(paid.amount)}"
    return show(
        div("k2", "Permanently Delete Payment Record"), div("k6", told),
        form(f"/delete/{number}", button("Delete Payment")),
        link(f"/chart/{who.number}", "Cancel", tab="pb", items="all"),
    )  # fmt: skip


@inside
async def reports(request: Request) -> Response:
    """The page with the link to the Activity Log."""
    return show(div("k2", "Reports"), div("k6", link("/log", "Activity Log")))


@inside
async def log(request: Request) -> Response:
    """The Activity Log, newest first, a dozen lines a page."""
    books, asked = books_of(request), request.query_params
    page, user = max(1, int(asked.get("page", "1"))), asked.get("user", USERS[0])
    lines = [each for each in reversed(books.activity) if user in (USERS[0], each.user)]
    names = {each.key: each.listed for each in books.patients.values()}
    rows = [
        row("q7", f"{us_date(each.when, padded=False)} {each.when:%I:%M:%S %p}", each.user,
            names[each.patient], f"{each.field} changed",
            escape(f"from {each.before or 'nothing'} to {each.after or 'nothing'}"))
        for each in lines[(page - 1) * LOG_PAGE : page * LOG_PAGE]
    ]  # fmt: skip
    on = link("/log", "Next", page=page + 1, user=user) if page * LOG_PAGE < len(lines) else ""
    back = link("/log", "Previous", page=page - 1, user=user) if page > 1 else ""
    chosen = form("/log", choice("User:", "user", USERS, user), button("Show"), method="get")
    heads = row("q7 k4", "When", "User", "Patient", "Activity", "Details")
    return show(div("k2", "Activity Log"), chosen, heads, *rows, div("k7", back, on))


def routes() -> list[Route]:
    """The pages of payments and reports."""
    both = ["GET", "POST"]
    return [
        Route("/pay/{number:int}", pay, methods=both),
        Route("/receipt/{payment:int}", receipt),
        Route("/credit/{number:int}", credit),
        Route("/delete/{payment:int}", delete, methods=both),
        Route("/reports", reports),
        Route("/log", log),
    ]
