"""A patient's chart: its header, its tabs and the table of billing transactions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from markupsafe import Markup
from starlette.responses import HTMLResponse, RedirectResponse, Response

from .records import OPEN_WORDS, Patient, Payment, Visit
from .web import Denied, Missing, Visitor, signed_in
from .words import clock, dollars, moment, read_date, short_date

ROWS = 20
AUTOPAY = Markup(
    '<span class="autopay"><svg width="12" height="12" role="img" aria-label="AutoPay enrolled">'
    '<title>AutoPay enrolled</title><circle cx="6" cy="6" r="5" fill="#1d4fa3"/></svg>'
    "AutoPay</span>"
)
SHORT_METHODS = {
    "in-network": "In Network",
    "out-of-network": "Out of Network",
    "direct": "Direct",
    "none": "",
}


@dataclass(frozen=True)
class Line:
    """One row of the transactions, a visit's or a payment's."""

    date: Markup
    service: str
    clinician: str
    method: str
    rate: str = ""
    pt_amt: str = ""
    pt_paid: str = ""
    pt_bal: str = ""
    pt_status: str = ""
    ins_amt: str = ""
    ins_paid: str = ""
    ins_bal: str = ""
    ins_status: str | Markup = ""
    tip: str = ""
    payment: bool = False


def billing_tab(skin: str) -> str:
    """Return what the billing tab is called; the 2016 pages have another name for it."""
    return "Patient Billing" if skin == "a" else "Billing"


def tabs(visitor: Visitor, patient: Patient) -> list[str]:
    """Return the chart's tabs for this user, in order."""
    names = [
        "Patient Info",
        "To-Do",
        "Schedule",
        "Documents",
        "Billing Settings",
        "Clinicians",
        "Portal",
        "Messages",
    ]
    hidden = visitor.practice.switches.fault("control-missing") == "tab"
    if visitor.practice.may_bill(visitor.user, patient) and not hidden:
        names.insert(4, billing_tab(visitor.practice.switches.skin))
    return names


def autopay_mark(visitor: Visitor, patient: Patient) -> Markup:
    """Return the AutoPay icon of an enrolled patient."""
    everybody = visitor.practice.switches.fault("autopay-icon") is not None
    return AUTOPAY if patient.autopay or everybody else Markup("")


def date_link(day: str, address: str, time: str = "") -> Markup:
    """Return the date as a link that opens a dialog, with the start time below."""
    below = Markup('<span class="time">{}</span>').format(clock(time)) if time else ""
    return Markup('<a href="{}" class="DynamicLink" data-dialog>{}</a>{}').format(
        address, short_date(day), below
    )


def visit_line(visitor: Visitor, visit: Visit) -> Line:
    """Return a visit's row."""

    def shown(cents: int) -> str:
        return str(visitor.shown(cents))

    address = f"/app/patients/edit/{visit.patient}/visit/{visit.id}/"
    star, tip = "", ""
    if visit.wo_cents:
        star = " *"
        tip = (
            f"{dollars(visit.wo_cents)} written off: {visit.wo_reason}, by {visit.wo_user} "
            f"on {moment(visit.wo_at)}"
        )
    insured = visit.kind in ("in-network", "out-of-network")
    return Line(
        date_link(visit.date, address, visit.time),
        visit.service,
        visit.clinician,
        SHORT_METHODS[visit.kind],
        shown(visit.rate),
        shown(visit.pt_amt) + star,
        shown(visit.paid),
        shown(visit.balance),
        visit.pt_status,
        shown(visit.coverage) if insured else "",
        shown(visit.ins_paid) if insured else "",
        shown(visit.ins_balance) if insured else "",
        ins_status(visit),
        tip,
    )


def ins_status(visit: Visit) -> str | Markup:
    """Return the words of Ins Status; a claim to be sent again links to where that is done."""
    if visit.ins_status == "Pending Resubmit":
        return Markup('<a href="/app/billing/claims/">Pending Resubmit</a>')
    return visit.ins_status


def payment_line(visitor: Visitor, payment: Payment) -> Line:
    """Return a payment's row."""
    address = f"/app/patients/edit/{payment.patient}/payment/{payment.id}/"
    method = f"{payment.method} {'#' + payment.check_no if payment.check_no else ''}".strip()
    return Line(
        date_link(payment.date, address),
        payment.kind,
        "",
        method,
        pt_paid=visitor.shown(payment.cents),
        payment=True,
    )


def chosen_records(visitor: Visitor, patient: Patient) -> list[Visit | Payment]:
    """Return the visits and payments that the filter lets through, newest first."""
    asked = visitor.request.query_params
    what = {"open": "Open Items", "all": "All Items"}.get(
        asked.get("items", "open"), asked.get("what") or "All Items"
    )
    records: list[Visit | Payment] = []
    if what != "Payments Only":
        records += visitor.store.visits(patient.id)
    if what == "Open Items":
        records = [v for v in records if isinstance(v, Visit) and v.pt_status in OPEN_WORDS]
    elif what != "Visits Only":
        records += visitor.store.payments(patient.id)
    first = read_date(asked.get("from", ""), blank_ok=True)
    last = read_date(asked.get("to", ""), blank_ok=True) or "9999"
    records = [r for r in records if first <= r.date <= last]
    records.sort(key=lambda r: r.date, reverse=True)
    if visitor.practice.switches.fault("row-order-changed") is not None:
        visitor.practice.dice.shuffle(records)
    return records


def transactions(visitor: Visitor, patient: Patient) -> str:
    """Render one page of the transactions table."""
    records = chosen_records(visitor, patient)
    pages = max(1, -(-len(records) // ROWS))
    page = min(max(int(visitor.request.query_params.get("page", "1")), 1), pages)
    start = (page - 1) * ROWS
    lines = [
        visit_line(visitor, r) if isinstance(r, Visit) else payment_line(visitor, r)
        for r in records[start : start + ROWS]
    ]
    return visitor.render(
        "transactions.html",
        lines=lines,
        total=len(records),
        first=start + 1,
        last=start + len(lines),
        page=page,
        pages=pages,
    )


@signed_in
async def chart_page(visitor: Visitor) -> Response:
    """Show a chart; in a new sign-in the Patients list has to be visited first."""
    assert visitor.sign_in
    if not visitor.sign_in.seen_list:
        return RedirectResponse("/app/patients/", 303)
    patient = visitor.patient(billing=False)
    return visitor.page("chart.html", here="Patients", patient=patient, tabs=tabs(visitor, patient))


@signed_in
async def chart_tab(visitor: Visitor) -> Response:
    """Answer with the content of one tab."""
    patient = visitor.patient(billing=False)
    tab = visitor.request.path_params["tab"]
    if tab in ("Billing", "Patient Billing"):
        return HTMLResponse(billing_content(visitor, visitor.patient()))
    if tab not in tabs(visitor, patient):
        raise Missing("There is no such tab.")
    if tab == "Billing Settings":
        return visitor.page(
            "tab_settings.html",
            patient=patient,
            policies=visitor.store.policies(patient.id),
            may_edit=visitor.practice.may_bill(visitor.user, patient),
        )
    return visitor.page(
        "tab_plain.html", tab=tab, says="Nothing here.", facts=facts(visitor, patient, tab)
    )


def facts(visitor: Visitor, patient: Patient, tab: str) -> list[tuple[str, str]]:
    """Return what a plain tab tells of the patient."""
    if tab == "Patient Info":
        status = "Active" if patient.active else "Inactive"
        return [
            ("Name", patient.name),
            ("Date of Birth", short_date(patient.born)),
            ("Acct #", str(patient.acct)),
            ("Phone", patient.phone),
            ("Status", status),
        ]
    if tab == "Clinicians":
        return [("Assigned Clinicians", "; ".join(visitor.store.clinicians(patient.id)))]
    if tab == "Schedule":
        visits = visitor.store.visits(patient.id)[:10]
        return [(f"{short_date(v.date)} {clock(v.time)}", v.service) for v in visits]
    return []


def billing_content(visitor: Visitor, patient: Patient) -> str:
    """Render the billing tab with its table."""
    visits = visitor.store.visits(patient.id)
    asked = visitor.request.query_params
    custom: dict[str, Any] = {name: asked.get(name, "") for name in ("what", "from", "to")}
    return visitor.render(
        "tab_billing.html",
        patient=patient,
        items=asked.get("items", "open"),
        custom=custom,
        balance=sum(v.balance for v in visits),
        autopay_mark=autopay_mark(visitor, patient),
        ins_balance=sum(v.ins_balance for v in visits),
        credit=sum(p.unassigned for p in visitor.store.payments(patient.id)),
        table=transactions(visitor, patient),
    )


@signed_in
async def transactions_table(visitor: Visitor) -> Response:
    """Answer the filter and the pager of the transactions."""
    return HTMLResponse(transactions(visitor, visitor.patient()))


def need_biller(visitor: Visitor) -> None:
    """Refuse whoever is not a Practice Biller."""
    if not visitor.user.bills_all:
        raise Denied("Practice Biller")
