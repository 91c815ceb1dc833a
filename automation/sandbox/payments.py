"""Patient payments: entering, allocating, writing off the rest, editing, deleting, credit."""

from __future__ import annotations

from typing import Any

from starlette.responses import JSONResponse, Response

from .chart import credits, marked
from .names import REASONS
from .posting import Posting, post
from .records import Patient, Payment, Visit
from .seed import opaque
from .web import LostAnswer, Missing, Visitor, as_json, signed_in
from .words import cents, read_date, short_date

METHODS = ("Check", "Cash", "External")
LEFT_OVER = "Some of this payment is not allocated. It will become unassigned credit."


def base(patient: Patient) -> str:
    """Return the chart's address."""
    return f"/app/patients/edit/{patient.id}/"


def the_payment(visitor: Visitor) -> tuple[Patient, Payment]:
    """Return the payment of the address and its patient."""
    patient = visitor.patient()
    payment = visitor.store.payment(visitor.request.path_params["payment"])
    if payment is None or payment.patient != patient.id:
        raise Missing("There is no such payment.")
    return patient, payment


def allocated(visitor: Visitor, payment: Payment) -> dict[str, int]:
    """Return how much of a payment is allocated to each visit."""
    rows = visitor.store.rows("SELECT * FROM allocations WHERE payment = ?", payment.id)
    return {row["visit"]: row["cents"] for row in rows}


def payable(visitor: Visitor, patient: Patient, mine: dict[str, int]) -> list[dict[str, Any]]:
    """Return the visits that a payment's form lists, oldest first."""
    visits = [
        v
        for v in visitor.store.visits(patient.id)
        if v.balance > 0 or v.id in mine or (mine and v.wo_cents)
    ]
    return [
        {"visit": v, "mine": mine.get(v.id, 0), "left": v.balance + mine.get(v.id, 0)}
        for v in (visits if visitor.practice.has("newest-paid-first") else reversed(visits))
    ]


def form_dialog(visitor: Visitor, patient: Patient, payment: Payment) -> Response:
    """Show the form of a new payment or an existing one."""
    mine = allocated(visitor, payment)
    address = base(patient) + f"payment/{payment.id or 'new'}/"
    title = "Edit Patient Payment" if payment.id else "Enter Patient Payment"
    token = opaque("form", len(visitor.practice.forms))
    visitor.practice.forms[token] = ""
    return visitor.page(
        "payment_form.html",
        title=title,
        action=address,
        payment=payment,
        lines=payable(visitor, patient, mine),
        reasons=REASONS,
        methods=METHODS,
        token=token,
    )


@signed_in
async def new_payment(visitor: Visitor) -> Response:
    """Show Enter Patient Payment."""
    patient = visitor.patient()
    empty = Payment("", patient.id, visitor.practice.today, "Patient Payment", "Check", "", 0)
    return form_dialog(visitor, patient, empty)


@signed_in
async def edit_payment(visitor: Visitor) -> Response:
    """Show the form of an existing payment."""
    return form_dialog(visitor, *the_payment(visitor))


@signed_in
async def payment_dialog(visitor: Visitor) -> Response:
    """Show a payment with what it paid for."""
    patient, payment = the_payment(visitor)
    lines = [
        (visitor.store.visit(visit), part) for visit, part in allocated(visitor, payment).items()
    ]
    return visitor.page(
        "payment.html",
        title=f"Payment: {short_date(payment.date)}",
        payment=payment,
        lines=lines,
        base=base(patient),
    )


def read_form(form: dict[str, str], payment: Payment, visits: list[Visit]) -> Posting:
    """Read the form of a payment."""
    payment.date = read_date(form.get("date", ""))
    payment.cents = cents(form.get("amount", "")) or 0
    payment.method = form.get("method", payment.method)
    payment.check_no = form.get("check_no", "")
    posting = Posting(payment, form.get("reason", REASONS[0]))
    for visit in visits:
        part = cents(form.get(f"part_{visit.id}", "")) or 0
        if part < 0:
            raise ValueError("An Allocation cannot be negative.")
        posting.parts[visit.id] = part
        posting.listed[visit.id] = f"listed_{visit.id}" in form
        posting.ticked[visit.id] = f"off_{visit.id}" in form
    if payment.cents < 0 or sum(posting.parts.values()) > payment.cents:
        raise ValueError("Allocations cannot be more than the Payment Amount.")
    if not payment.cents and not posting.writes_off:
        raise ValueError("Enter a Payment Amount, or tick a Write-Off.")
    return posting


@signed_in
async def save_payment(visitor: Visitor) -> Response:
    """Answer Save Payment; a form that was already posted is not posted again."""
    patient = visitor.patient()
    new = visitor.request.path_params["payment"] == "new"
    empty = Payment("", patient.id, "", "Patient Payment", "Check", "", 0)
    payment = empty if new else the_payment(visitor)[1]
    credit = payment.unassigned
    form = await visitor.form()
    posting = read_form(form, payment, visitor.store.visits(patient.id))
    if posting.left_over and "anyway" not in form:
        return JSONResponse({"confirm": LEFT_OVER})
    practice, token = visitor.practice, form.get("token", "")
    if practice.switches.fault("payment-hangs") is not None:
        await practice.changed_faults.wait()
        return JSONResponse({"error": "The server was too busy."}, 503)
    lost = posting.left_over < credit and practice.has("apply-credit-lost")
    twice_ok = practice.switches.fault("double-posting") is not None
    if lost:
        practice.forms[token] = payment.id
    elif twice_ok or not practice.forms.get(token):
        with visitor.store.transaction():
            practice.forms[token] = post(practice, visitor.user.username, posting)
    if practice.switches.fault("payment-answer-lost") is not None:
        return LostAnswer()
    address = base(patient) + f"payment/{practice.forms[token]}/"
    return as_json({"saved": True, "banner": "Payment saved.", "open": address})


@signed_in
async def delete_dialog(visitor: Visitor) -> Response:
    """Ask for confirmation before a payment is deleted."""
    patient, payment = the_payment(visitor)
    return visitor.page(
        "payment_delete.html",
        title="Permanently Delete Payment Record",
        payment=payment,
        action=base(patient) + f"payment/{payment.id}/delete/",
    )


@signed_in
async def delete_payment(visitor: Visitor) -> Response:
    """Answer Delete Payment."""
    patient, payment = the_payment(visitor)
    with visitor.store.transaction():
        if not visitor.practice.has("deleted-payment-counts"):
            visitor.store.run("DELETE FROM allocations WHERE payment = ?", payment.id)
        visitor.store.run("DELETE FROM payments WHERE id = ?", payment.id)
        visitor.practice.log(
            visitor.user.username,
            "Delete Payment",
            f"Deleted the payment of {payment.date}",
            patient.id,
        )
    return JSONResponse({"saved": True, "banner": "Payment deleted."})


@signed_in
async def credit_dialog(visitor: Visitor) -> Response:
    """Show the payments with unassigned credit."""
    patient = visitor.patient()
    return visitor.page(
        "credit.html",
        title="Payments with Unassigned Credit",
        payments=credits(visitor, patient),
        base=base(patient),
    )


@signed_in
async def statement_dialog(visitor: Visitor) -> Response:
    """Offer the statements that can be made."""
    patient = visitor.patient()
    return visitor.page("statement_dialog.html", title="Create a Statement", base=base(patient))


@signed_in
async def statement(visitor: Visitor) -> Response:
    """Show a statement to print; visits with a write-off carry an asterisk."""
    patient = visitor.patient()
    everything = visitor.request.query_params.get("items") == "all"
    kept = visitor.practice.has("statement-keeps-write-off")
    left_out = visitor.practice.has("statement-omits-reopened")
    rows = [
        (
            visitor.day(v),
            v.service,
            visitor.shown(v.pt_amt) + (" *" if marked(visitor.practice, v).written_off else ""),
            visitor.shown(v.paid),
            visitor.shown(v.balance if kept and v.saved else v.wo_cents),
            visitor.shown(0 if kept and v.saved else v.balance),
        )
        for v in reversed(visitor.store.visits(patient.id))
        if everything or (v.balance and not (left_out and v.saved))
    ]
    columns = ["Date", "Service", "Patient Amount", "Paid", "Write-Off", "Balance"]
    return visitor.page(
        "simple_list.html", title=f"Statement for {patient.name}", columns=columns, rows=rows
    )
