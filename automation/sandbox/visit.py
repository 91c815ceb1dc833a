"""The date-of-service dialog and the policy form, and the answers to their Save Changes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from copy import copy

from markupsafe import Markup
from starlette.responses import JSONResponse, Response

from .chart import autopay_mark, marked, transactions
from .policies import save_policy
from .records import METHODS, Patient, Policy, Visit
from .saves import (
    Treatment,
    meddle,
    next_treatment,
    parse_method,
    reappear,
    save_visit,
)
from .slips import spill
from .web import Denied, LostAnswer, Missing, Visitor, signed_in, to_sign_in
from .words import cents, clock, read_date

BANNER = "Changes saved."
OTHER_BANNER = "All of it is stored now."


def the_visit(visitor: Visitor) -> tuple[Patient, Visit]:
    """Return the visit of the address and its patient."""
    patient = visitor.patient()
    visit = visitor.store.visit(visitor.request.path_params["visit"])
    if visit is None or visit.patient != patient.id:
        raise Missing("There is no such date of service.")
    return patient, visit


@signed_in
async def visit_dialog(visitor: Visitor) -> Response:
    """Show the date-of-service dialog."""
    patient, visit = the_visit(visitor)
    visit = edited_meanwhile(visitor, reappear(visitor.practice, opened(visitor, visit)))
    history = visitor.store.rows("SELECT * FROM history WHERE visit = ? ORDER BY id DESC", visit.id)
    title = f"Date of Service: {visitor.day(visit)} {clock(visit.time)}"
    address = f"/app/patients/edit/{patient.id}/visit/{visit.id}/"
    second = [p.payer for p in visitor.store.policies(patient.id) if p.priority == "Secondary"]
    return visitor.page(
        "visit.html",
        title=title,
        second=second[0] if second else "",
        action=address,
        patient=patient,
        visit=marked(visitor.practice, visit),
        standing=standing_of(visitor, visit),
        methods=list(METHODS),
        autopay_mark=autopay_mark(visitor, patient),
        history=[line_of(dict(row), patient) for row in visitor.turned(history)],
    )


def standing_of(visitor: Visitor, visit: Visit) -> tuple[int, str]:
    """Return the balance and the status that the dialog shows."""
    balance, status = visitor.practice.standing(visit)
    stale = visitor.practice.has("dialog-forgets-write-off")
    return balance + visit.wo_cents * stale, status


def opened(visitor: Visitor, visit: Visit) -> Visit:
    """Return the visit whose dialog a click opens: the clicked one, unless a release says else."""
    if not visitor.practice.has("other-session-opened"):
        return visit
    same_day = [v for v in visitor.store.visits(visit.patient) if v.date == visit.date]
    return next((v for v in same_day if v.id != visit.id), visit)


def edited_meanwhile(visitor: Visitor, visit: Visit) -> Visit:
    """Let another user change the visit once, if the fault edited-before-opening says so."""
    practice, name = visitor.practice, "edited-before-opening"
    due = practice.switches.fault(name) == str(practice.saves + 1)
    if not due or name in practice.met:
        return visit
    practice.met.add(name)
    return meddle(practice, visit)


def line_of(row: dict[str, str], patient: Patient) -> dict[str, str]:
    """Return a History line; a payment is a link to its dialog."""
    if row["payment"]:
        address = f"/app/patients/edit/{patient.id}/payment/{row['payment']}/"
        row["what"] = Markup('<a href="{}" data-dialog>{}</a>').format(address, row["what"])
    return row


async def typed_visit(visitor: Visitor, visit: Visit) -> dict[str, str | int]:
    """Return the fields of the dialog as typed; blank amounts count as zero."""
    form = await visitor.form()
    typed: dict[str, str | int] = {}
    for name in ("rate", "pt_amt", "coverage"):
        if name in form:
            typed[name] = cents(form[name]) or 0
            if int(typed[name]) < 0:
                raise ValueError("Enter an amount of 0.00 or more.")
    if form.get("method", visit.method) != visit.method:
        if not visitor.user.bills_all and not visitor.practice.has("assigned-changes-method"):
            raise Denied("Practice Biller")
        typed["method"] = parse_method(form["method"])
    rate = int(typed.get("rate", visit.rate))
    if max(int(typed.get("pt_amt", 0)), int(typed.get("coverage", 0))) > rate:
        raise ValueError("The amount cannot be larger than the rate.")
    return typed


async def treated(
    visitor: Visitor, do_save: Callable[[Treatment], None], pretend: Callable[[], str]
) -> Response:
    """Do a counted save as the active faults treat it, and answer."""
    practice = visitor.practice
    treatment = next_treatment(practice)
    if treatment.signs_out:
        practice.end_sign_ins(visitor.user.username, treatment.signs_out)
        return to_sign_in(visitor.request, treatment.signs_out)
    if treatment.hangs:
        await practice.changed_faults.wait()
        return JSONResponse({"error": "The server was too busy."}, 503)
    shown = ""
    with practice.store.transaction(keep=treatment.stores):
        do_save(treatment)
        if treatment.pretends:
            shown = visitor.shaped(pretend())
    await asyncio.sleep(0)
    if not treatment.answers:
        return LostAnswer()
    if treatment.status != 200:
        return Response("Internal Server Error", treatment.status)
    banner = OTHER_BANNER if practice.has("banner-reworded") else BANNER
    banner = banner if treatment.banner else ""
    return JSONResponse({"saved": True, "banner": banner, "pretend": shown})


@signed_in
async def visit_save(visitor: Visitor) -> Response:
    """Answer Save Changes of the date-of-service dialog."""
    patient, visit = the_visit(visitor)
    typed = await typed_visit(visitor, visit)
    who = visitor.user.username
    return await treated(
        visitor,
        lambda treatment: spill(
            visitor.practice,
            who,
            visit,
            save_visit(visitor.practice, who, visit, typed, treatment),
        ),
        lambda: transactions(visitor, patient),
    )


def the_policy(visitor: Visitor) -> tuple[Patient, Policy]:
    """Return the policy of the address and its patient."""
    patient = visitor.patient()
    wanted = visitor.request.path_params["policy"]
    for policy in visitor.store.policies(patient.id):
        if policy.id == wanted:
            return patient, policy
    raise Missing("There is no such policy.")


@signed_in
async def policy_dialog(visitor: Visitor) -> Response:
    """Show a policy's form."""
    patient, policy = the_policy(visitor)
    return visitor.page(
        "policy.html",
        title=f"Insurance Policy: {policy.payer}",
        policy=policy,
        action=f"/app/patients/edit/{patient.id}/policy/{policy.id}/",
    )


@signed_in
async def policy_save(visitor: Visitor) -> Response:
    """Answer Save Changes of a policy's form."""
    _, policy = the_policy(visitor)
    form = await visitor.form()
    new = copy(policy)
    new.payer = form.get("payer", policy.payer)
    new.priority = form.get("priority", policy.priority)
    new.comments = form.get("comments", policy.comments)
    if "starts" in form:
        new.starts = read_date(form["starts"])
    if "ends" in form:
        new.ends = read_date(form["ends"], blank_ok=True)
    for name in ("copay", "deductible"):
        if name in form:
            setattr(new, name, cents(form[name]))
    who = visitor.user.username
    return await treated(
        visitor,
        lambda treatment: save_policy(visitor.practice, who, policy, new, treatment),
        lambda: "",
    )
