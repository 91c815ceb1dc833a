"""The look "soup": full page loads, divs and spans, text beside inputs, tabs as plain links."""

from __future__ import annotations

import secrets
from datetime import datetime
from html import escape
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from .books import (
    METHODS,
    BadEntry,
    Patient,
    Payment,
    Policy,
    Visit,
    cents,
    clock,
    money,
    us_date,
)
from .cases import SIGN_IN
from .soup_desk import USER, books_of, go, inside, words
from .soup_parts import button, choice, div, entry, form, link, row, show
from .soup_till import accounting
from .soup_till import routes as till_routes

PAGE = 20
DOOR = SIGN_IN["soup"]
HEADS = ("Location", "Service", "Date", "Clinician", "Units", "Method", "Pt Amt", "Pt Paid",
         "Pt Bal", "Pt Status", "Ins Status")  # fmt: skip


async def door(request: Request) -> Response:
    """First page of the sign-in: the practice code."""
    if request.method == "POST":
        code = (await words(request)).get("c", "").strip().upper()
        return go("/enter") if code == DOOR.practice_code else go("/", no=1)
    wrong = div("q3", "This practice code is not known.") if request.query_params else ""
    fields = (entry("Practice Code:", "c"), button("Continue"))
    return show(div("k2", "Sign in"), wrong, form("/", *fields), menu=False)


async def enter(request: Request) -> Response:
    """Second page of the sign-in: user and password."""
    if request.method == "POST":
        typed = await words(request)
        if (typed.get("u"), typed.get("p")) != (DOOR.user, DOOR.password):
            return go("/enter", no=1)
        answer = go("/home")
        key = secrets.token_hex(8)
        request.app.state.signed_in.add(key)
        answer.set_cookie("fc", key, httponly=True)
        return answer
    wrong = div("q3", "The data did not match any account.") if request.query_params else ""
    fields = (entry("User:", "u"), entry("Password:", "p", kind="password"), button("Log In"))
    return show(div("k2", "Sign in to Fernhill"), wrong, form("/enter", *fields), menu=False)


async def sign_out(request: Request) -> Response:
    """Ends this browser's sign-in."""
    request.app.state.signed_in.discard(request.cookies.get("fc"))
    return go("/")


@inside
async def plain(request: Request) -> Response:
    """The home page, and the menu's empty pages."""
    if request.url.path == "/home":
        return show(div("k2", f"Welcome, {USER}"), "You have no open tasks today.")
    return show(div("k2", "Nothing is planned here yet."))


@inside
async def patients(request: Request) -> Response:
    """The list of patients; the search runs only when Search is pressed."""
    asked = request.query_params
    text, activity = asked.get("q", ""), asked.get("f", "Active")
    page = max(1, int(asked.get("page", "1")))
    found = books_of(request).search(text, activity)
    search = div(
        "k6",
        entry("Name, Acct #, Phone, or Ins ID:", "q", text, size=28),
        choice("Filter:", "f", ("Active", "Inactive", "Any"), activity),
        button("Search"),
    )
    rows = [row("q1 k4", "Acct #", "Name", "DOB", "Phone", "Status")]
    for each in found[(page - 1) * PAGE : page * PAGE]:
        name = link(f"/chart/{each.number}", each.listed)
        status = "Active" if each.active else "Inactive"
        born = us_date(each.born, padded=False)
        rows.append(row("q1", str(1000 + each.number), name, born, each.phone, status))
    turn = pager("/patients", page, len(found), q=text, f=activity)
    return show(div("k2", "Patient List"), form("/patients", search, method="get"), *rows, turn)


def pager(to: str, page: int, total: int, **query: Any) -> str:
    """The line "Page 1 of 2", with Previous and Next where there is one."""
    pages = max(1, -(-total // PAGE))
    back = link(to, "Previous", page=page - 1, **query) if page > 1 else ""
    on = link(to, "Next", page=page + 1, **query) if page < pages else ""
    return div("k7", f"<span>Page {page} of {pages} ({total} found)</span>", back, on)


def cell_service(visit: Visit) -> str:
    """The service with its time, as text."""
    return f"{visit.code} {visit.service} ({clock(visit.at)})"


def transaction(here: str, each: Visit | Payment, items: str, page: int) -> str:
    """A row of the transactions; a payment's is light blue."""
    day = us_date(each.day, padded=False)
    around: dict[str, Any] = {"tab": "pb", "items": items, "page": page}
    if isinstance(each, Payment):
        date_link = link(here, day, pay=each.number, **around)
        blank = ("", "", "", "", money(each.amount), "", "", "")
        return row("q2 k5", "", f"Payment - {each.kind}", date_link, *blank)
    starred = f' <b title="{escape(each.note)}">*</b>' if each.written_off else ""
    return row(
        "q2", "Main St", cell_service(each), link(here, day, dos=each.number, **around),
        escape(each.clinician), "1", escape(each.method), money(each.amount), money(each.paid),
        money(each.balance), each.pt_status + starred, each.ins_status,
    )  # fmt: skip


def dos_box(request: Request, here: str, visit: Visit) -> str:
    """The details of a date of service: a box on the page, with Billing and History."""
    query = {key: value for key, value in request.query_params.items() if key != "view"}
    history = request.query_params.get("view") == "history"
    tabs = link(here, "Billing", "" if history else "k9", **query)
    tabs += link(here, "History", "k9" if history else "", view="history", **query)
    where = {name: query.get(name, "1") for name in ("items", "page")}
    close = link(here, "Close", tab="pb", **where)
    if history:
        rows = [row("q5 k4", "When", "User", "Field", "Before", "After")]
        for each in books_of(request).history(visit):
            when = f"{us_date(each.when, padded=False)} {clock(each.when)}"
            told = (when, each.user, each.field, each.before, each.after)
            rows.append(row("q5", *map(escape, told)))
        body = "".join(rows)
    else:
        labels = {"rate": "Rate:", "coverage": "Coverage:", "pt_amt": "Pt Amt:"}
        fields = [entry(labels[n], f"f_{n}", money(getattr(visit, n)), size=8)
                  for n in visit.fields]  # fmt: skip
        problem = request.query_params.get("no", "")
        body = form(
            f"/save/{visit.number}",
            div("q3", escape(problem)),
            choice("Method:", "f_method", METHODS, visit.method),
            *fields,
            *(f'<input type="hidden" name="{name}" value="{escape(value)}">'
              for name, value in where.items()),
            button("Save Changes"),
        )  # fmt: skip
    title = f"Date of Service {us_date(visit.day, padded=False)} - {cell_service(visit)}"
    return div("k6", div("k7", f"<span>{title}</span>", close), div("k8", tabs), body)


def billing(request: Request, here: str, who: Patient) -> list[str]:
    """The Patient Billing tab: the transactions, and the box of an opened one."""
    asked, books = request.query_params, books_of(request)
    items, page = asked.get("items", "open"), max(1, int(asked.get("page", "1")))
    box = ""
    if "dos" in asked:
        box = dos_box(request, here, books.visits[int(asked["dos"])])
    elif "pay" in asked:
        paid = books.payments[int(asked["pay"])]
        told = f"{us_date(paid.day, padded=False)}, {paid.kind}, {money(paid.amount)}"
        delete = link(f"/delete/{paid.number}", "Delete this Payment")
        close = link(here, "Close", tab="pb", items="all")
        box = div("k6", f"Patient Payment: {told} ", delete, " &nbsp; ", close)
    saved = div("q4", "Your changes were saved.") if "saved" in asked else ""
    kinds = [
        link(here, label, "k9" if items == kind else "", tab="pb", items=kind)
        for kind, label in (("open", "Open Items"), ("all", "All Items"))
    ]
    rows = books.rows(who, items)
    shown = [transaction(here, each, items, page) for each in rows[(page - 1) * PAGE : page * PAGE]]
    return [
        saved, accounting(books, who), box,
        div("k8", "Search Billing Transactions: ", *kinds), row("q2 k4", *HEADS), *shown,
        pager(here, page, len(rows), tab="pb", items=items),
    ]  # fmt: skip


def settings(request: Request, here: str, who: Patient) -> list[str]:
    """The Billing Settings tab: comments, and a box for each insurance policy."""
    editing = request.query_params.get("edit", "")
    saved = div("q4", "Your changes were saved.") if "saved" in request.query_params else ""
    comments = div(
        "k6",
        div("k2", "Billing Comments"),
        div("k7", "None."),
        link(here, "Edit", tab="bs", edit="comments"),
    )
    boxes = []
    for place, policy in enumerate(who.policies):
        inner = edit_policy(who, place, policy) if editing == str(place) else (
            seen_policy(here, place, policy))  # fmt: skip
        boxes.append(div("k6", div("k2", "Insurance"), inner))
    return [saved, comments, *(boxes or [div("k6", "No insurance on file.")])]


def seen_policy(here: str, place: int, policy: Policy) -> str:
    """An insurance policy as text, with a link to edit it."""
    until = [us_date(day, padded=False) for day in (policy.starts, policy.ends)]
    copay, deductible = (
        "" if each is None else money(each) for each in (policy.copay, policy.deductible)
    )
    told = (("Payer:", policy.payer), ("Priority:", policy.priority), ("Copay:", copay),
            ("Deductible:", deductible), ("Coverage:", " - ".join(until)))  # fmt: skip
    lines = [div("k7", f"<span>{name}</span>", f"<span>{value}</span>") for name, value in told]
    return "".join(lines) + link(here, "Edit", tab="bs", edit=place)


def edit_policy(who: Patient, place: int, policy: Policy) -> str:
    """The form of an insurance policy; Coverage is two dates here."""
    copay, deductible = (
        "" if each is None else money(each) for each in (policy.copay, policy.deductible)
    )
    dates = [us_date(day, padded=False) for day in (policy.starts, policy.ends)]
    span = "".join(f' <input name="d{i}" value="{day}" size="10">' for i, day in enumerate(dates))
    return form(
        f"/policy/{who.number}/{place}",
        div("k7", "<span>Payer:</span>", f"<span>{policy.payer}</span>"),
        choice("Priority:", "r", ("Primary", "Secondary", "Tertiary"), policy.priority),
        entry("Copay:", "y", copay, size=8),
        entry("Deductible:", "z", deductible, size=8),
        div("k7", "<span>Coverage:</span>", span),
        button("Save Changes"),
    )


@inside
async def chart(request: Request) -> Response:
    """A patient's chart; each tab is a page of its own."""
    who = books_of(request).patients[int(request.path_params["number"])]
    here, tab = f"/chart/{who.number}", request.query_params.get("tab", "in")
    names = {"in": "Info", "sc": "Schedule", "do": "Documents", "pb": "Patient Billing",
             "bs": "Billing Settings"}  # fmt: skip
    tabs = [link(here, name, "k9" if key == tab else "", tab=key) for key, name in names.items()]
    bodies = {"pb": billing, "bs": settings}
    body = bodies[tab](request, here, who) if tab in bodies else [div("k6", who.phone)]
    born = us_date(who.born, padded=False)
    head = div("k2", escape(who.listed), f" &nbsp; <small>DOB {born}</small>")
    return show(head, div("k8", *tabs), *body)


@inside
async def save_visit(request: Request) -> Response:
    """Stores a date of service and goes back to the transactions."""
    typed, number = await words(request), int(request.path_params["number"])
    books = books_of(request)
    visit = books.visits[number]
    who = next(each for each in books.patients.values() if each.key == visit.patient)
    back: dict[str, Any] = {"tab": "pb", "items": typed["items"], "page": typed["page"]}
    try:
        books.save_visit(
            number,
            {name[2:]: value if name == "f_method" else cents(value)
             for name, value in typed.items() if name.startswith("f_")},
            USER,
        )  # fmt: skip
    except BadEntry as problem:
        return go(f"/chart/{who.number}", **back, dos=number, no=problem)
    return go(f"/chart/{who.number}", **back, saved=1)


@inside
async def save_policy(request: Request) -> Response:
    """Stores an insurance policy and goes back to the settings."""
    typed, books = await words(request), books_of(request)
    who, place = books.patients[int(request.path_params["number"])], request.path_params["place"]
    days = [datetime.strptime(typed[name], "%m/%d/%Y").date() for name in ("d0", "d1")]  # noqa: DTZ007
    try:
        copay, deductible = cents(typed["y"]), cents(typed["z"])
    except BadEntry:
        return go(f"/chart/{who.number}", tab="bs", edit=place)
    books.save_policy(who, int(place), {
        "priority": typed["r"], "copay": copay, "deductible": deductible,
        "starts": days[0], "ends": days[1]}, USER)  # fmt: skip
    return go(f"/chart/{who.number}", tab="bs", saved=1)


def routes() -> list[Route]:
    """The pages of this look."""
    return [
        Route("/", door, methods=["GET", "POST"]),
        Route("/enter", enter, methods=["GET", "POST"]),
        Route("/sign-out", sign_out),
        Route("/patients", patients),
        Route("/chart/{number:int}", chart),
        Route("/save/{number:int}", save_visit, methods=["POST"]),
        Route("/policy/{number:int}/{place:int}", save_policy, methods=["POST"]),
        *till_routes(),
        *(Route(f"/{each}", plain) for each in ("home", "calendar", "payers", "billing")),
    ]
