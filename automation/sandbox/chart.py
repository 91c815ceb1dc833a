"""A patient's chart: its header, its tabs and the table of billing transactions."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from markupsafe import Markup
from starlette.responses import RedirectResponse, Response

from .practice import Practice
from .records import OPEN_WORDS, WRITTEN_OFF, Patient, Payment, Visit
from .web import Missing, Visitor, pages_of, signed_in
from .words import clock, dollars, moment, read_date, short_date

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
    """One row of the transactions table: a visit or a payment."""

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
    """Return the name of the billing tab, which differs on the 2016 pages."""
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
    if visitor.practice.has("autopay-icon-missing"):
        return Markup("")
    everybody = visitor.practice.switches.fault("autopay-icon") is not None
    return AUTOPAY if patient.autopay or everybody else Markup("")


def date_link(day: str, address: str, time: str = "") -> Markup:
    """Return a date as a link that opens a dialog, with the start time below."""
    below = Markup('<span class="time">{}</span>').format(clock(time)) if time else ""
    return Markup('<a href="{}" class="DynamicLink" data-dialog>{}</a>{}').format(
        address, day, below
    )


def visit_line(visitor: Visitor, visit: Visit) -> Line:
    """Return a visit's row."""

    def shown(cents: int) -> str:
        return str(visitor.shown(cents))

    address = f"/app/patients/edit/{visit.patient}/visit/{visit.id}/"
    visit = marked(visitor.practice, visit)
    star, tip = "", ""
    if visit.written_off and not visitor.practice.has("write-off-unmarked"):
        star = " *"
        tip = (
            f"{dollars(visit.wo_cents)} written off: {visit.wo_reason}, by {visit.wo_user} "
            f"on {moment(visit.wo_at)}"
        )
    insured = visit.kind in ("in-network", "out-of-network")
    balance, status = visitor.practice.standing(visit)
    return Line(
        date_link(visitor.day(visit), address, visit.time),
        visit.service,
        visit.clinician,
        "In Network" if visitor.practice.has("row-method-wrong") else SHORT_METHODS[visit.kind],
        shown(visit.rate),
        shown(visit.pt_amt) + star,
        shown(visit.paid),
        shown(balance),
        status,
        shown(visit.coverage) if insured else "",
        shown(visit.ins_paid) if insured else "",
        shown(visit.ins_balance) if insured else "",
        ins_status(visit),
        tip,
    )


def marked(practice: Practice, visit: Visit) -> Visit:
    """Return a visit with the write-off that the pages show for it."""
    only_looks = visit.pt_status == WRITTEN_OFF and not visit.written_off
    bent = only_looks and practice.has("zero-gets-asterisk")
    if not bent and not (visit.pt_status == "Paid" and practice.has("paid-gets-mark")):
        return visit
    return replace(visit, wo_reason="Other", wo_user="biller", wo_at=f"{visit.date} {visit.time}")


def ins_status(visit: Visit) -> str | Markup:
    """Return the Ins Status; for a claim to be resubmitted, as a link to the claims page."""
    if visit.ins_status == "Pending Resubmit":
        return Markup('<a href="/app/billing/claims/">Pending Resubmit</a>')
    return visit.ins_status


def payment_line(visitor: Visitor, payment: Payment) -> Line:
    """Return a payment's row."""
    address = f"/app/patients/edit/{payment.patient}/payment/{payment.id}/"
    method = f"{payment.method} {'#' + payment.check_no if payment.check_no else ''}".strip()
    return Line(
        date_link(short_date(payment.date), address),
        payment.kind,
        "",
        method,
        pt_paid=visitor.shown(payment.cents),
        payment=True,
    )


def lets_through(practice: Practice, what: str, record: Visit | Payment) -> bool:
    """Tell whether the filter lists a visit or a payment."""
    if what == "Open Items" and practice.has("default-shows-closed"):
        what = "All Items"
    if isinstance(record, Payment):
        omitted = what == "All Items" and practice.has("filter-omits-payments")
        shown = what != "Open Items" or practice.has("default-shows-payments")
        return shown and what != "Visits Only" and not omitted
    status = practice.standing(record)[1]
    if what == "Open Items":
        if status == "Partly paid" and practice.has("default-omits-partly-paid"):
            return False
        return status in OPEN_WORDS or (status == "Paid" and practice.has("default-shows-paid"))
    return what != "Payments Only" and not (what == "All Items" and omits(practice, record, status))


def omits(practice: Practice, visit: Visit, status: str) -> bool:
    """Tell whether a release makes All Items leave a visit out."""
    if practice.has("filter-omits-written-off"):
        return visit.written_off
    names = {"Open": "filter-omits-open", "Paid": "filter-omits-paid"}
    return status in names and practice.has(names[status])


def chosen_records(visitor: Visitor, patient: Patient) -> list[Visit | Payment]:
    """Return the visits and payments that the filter lets through, newest first."""
    asked = visitor.request.query_params
    what = {"open": "Open Items", "all": "All Items"}.get(
        asked.get("items", "open"), asked.get("what") or "All Items"
    )
    records: list[Visit | Payment] = []
    records += visitor.store.visits(patient.id)
    records += visitor.store.payments(patient.id)
    records = [r for r in records if lets_through(visitor.practice, what, r)]
    first = read_date(asked.get("from", ""), blank_ok=True)
    last = read_date(asked.get("to", ""), blank_ok=True) or "9999"
    records = [r for r in records if first <= r.date <= last]
    records.sort(key=lambda r: r.date, reverse=True)
    return visitor.in_order(records)


def transactions(visitor: Visitor, patient: Patient) -> str:
    """Render one page of the transactions table."""
    page = int(visitor.request.query_params.get("page", "1"))
    part, shown = pages_of(visitor, chosen_records(visitor, patient), page)
    lines = [
        visit_line(visitor, r) if isinstance(r, Visit) else payment_line(visitor, r) for r in part
    ]
    return visitor.render("transactions.html", lines=lines, **shown)


@signed_in
async def chart_page(visitor: Visitor) -> Response:
    """Show a chart; after a new sign-in the Patients list has to be visited first."""
    assert visitor.sign_in
    if not visitor.sign_in.seen_list:
        return RedirectResponse("/app/patients/", 303)
    patient = visitor.patient(billing=False)
    names = tabs(visitor, patient)
    if visitor.practice.has("chart-birth-date-off"):
        patient = replace(patient, born=f"{int(patient.born[:4]) + 1}{patient.born[4:7]}-01")
    return visitor.page("chart.html", here="Patients", patient=patient, tabs=names)


@signed_in
async def chart_tab(visitor: Visitor) -> Response:
    """Answer with the content of one tab."""
    patient = visitor.patient(billing=False)
    tab = visitor.request.path_params["tab"]
    if tab in ("Billing", "Patient Billing"):
        return visitor.answer(billing_content(visitor, visitor.patient()))
    if tab not in tabs(visitor, patient):
        raise Missing("There is no such tab.")
    if tab == "Billing Settings":
        return visitor.page(
            "tab_settings.html",
            patient=patient,
            policies=visitor.store.policies(patient.id),
            may_edit=visitor.practice.may_bill(visitor.user, patient)
            or visitor.practice.has("clinician-edits-settings"),
        )
    return visitor.page(
        "tab_plain.html", tab=tab, says="Nothing here.", facts=facts(visitor, patient, tab)
    )


def facts(visitor: Visitor, patient: Patient, tab: str) -> list[tuple[str, str]]:
    """Return what a plain tab shows about the patient."""
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
    return []


def credits(visitor: Visitor, patient: Patient) -> list[Payment]:
    """Return the payments that are not fully allocated yet."""
    found = [p for p in visitor.store.payments(patient.id) if p.unassigned > 0]
    return [] if visitor.practice.has("credit-lost") else found


def left_out(visitor: Visitor, visit: Visit) -> bool:
    """Tell whether a release leaves a visit out of the Patient Balance."""
    return bool(visit.paid) and visitor.practice.has("summary-balance-wrong")


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
        balance=sum(visitor.practice.standing(v)[0] for v in visits if not left_out(visitor, v)),
        autopay_mark=autopay_mark(visitor, patient),
        ins_balance=sum(v.ins_balance for v in visits),
        credit=sum(p.unassigned for p in credits(visitor, patient)),
        table=transactions(visitor, patient),
    )


@signed_in
async def transactions_table(visitor: Visitor) -> Response:
    """Answer the filter and the pager of the transactions."""
    return visitor.answer(transactions(visitor, visitor.patient()))
