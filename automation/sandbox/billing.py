"""The practice-wide Billing pages: reports, claims, the activity log and the calendar."""

from __future__ import annotations

from datetime import date, timedelta

from markupsafe import Markup
from starlette.responses import Response

from .chart import date_link, need_biller
from .records import Patient, Visit
from .store import VISITS
from .web import BILLING_ROLES, Denied, Visitor, signed_in
from .words import clock, moment, short_date


def may_see_billing(visitor: Visitor) -> None:
    """Refuse a user without any billing role."""
    if not any("Biller" in role for role in visitor.user.roles):
        raise Denied(BILLING_ROLES)


@signed_in
async def billing_page(visitor: Visitor) -> Response:
    """Show the Billing page."""
    may_see_billing(visitor)
    return visitor.page("billing.html", here="Billing")


@signed_in
async def write_off_report(visitor: Visitor) -> Response:
    """List every patient write-off, for a Practice Biller only."""
    need_biller(visitor)
    names = {p.id: p.name for p in visitor.store.patients()}
    visits = [
        Visit(**row)
        for row in visitor.store.rows(VISITS + "v.wo_cents > 0 ORDER BY v.date DESC, v.time, v.id")
    ]
    rows = [
        (
            short_date(v.date),
            names[v.patient],
            v.clinician,
            v.service,
            visitor.shown(v.rate),
            visitor.shown(v.pt_amt),
            visitor.shown(v.paid),
            tipped(visitor, v),
            visitor.shown(v.balance),
            v.wo_reason,
            v.wo_user,
        )
        for v in visits
    ]
    total = visitor.shown(sum(v.wo_cents for v in visits))
    columns = [
        "Date",
        "Patient",
        "Clinician",
        "Type",
        "Rate",
        "Patient Amount",
        "Patient Paid",
        "Write-Off",
        "Patient Balance",
        "Reason",
        "Written-off by",
    ]
    return visitor.page(
        "simple_list.html",
        here="Billing",
        title="Write Off Report",
        rows=rows,
        columns=columns,
        before=f"{len(rows)} write-offs, {total} in all",
    )


def tipped(visitor: Visitor, visit: Visit) -> Markup:
    """Return a written-off amount whose tooltip names the reason, the user and the time."""
    tip = f"{visit.wo_reason}, by {visit.wo_user} on {moment(visit.wo_at)}"
    return Markup('<span title="{}">{}</span>').format(tip, visitor.shown(visit.wo_cents))


@signed_in
async def claims(visitor: Visitor) -> Response:
    """Say that no claims are sent from here."""
    may_see_billing(visitor)
    says = "This make-believe practice sends no claims; no payer would answer."
    return visitor.page("message.html", here="Billing", title="Submit Electronic Claims", says=says)


@signed_in
async def activity_log(visitor: Visitor) -> Response:
    """List what was done, newest first; only an administrator sees everybody's lines."""
    everybody = "Practice Administrator" in visitor.user.roles or visitor.practice.has(
        "activity-log-for-everybody"
    )
    names = {p.id: p.name for p in visitor.store.patients()}
    lines = visitor.store.rows(
        "SELECT * FROM log WHERE ? OR who = ? ORDER BY id DESC LIMIT 200",
        everybody,
        visitor.user.username,
    )
    rows = [
        (
            moment(line["at"]),
            line["who"],
            names.get(line["patient"], ""),
            line["action"],
            line["says"],
        )
        for line in lines
    ]
    whose = "Everybody's" if everybody else "Your own"
    return visitor.page(
        "simple_list.html",
        title="Activity Log",
        rows=rows,
        before=f"{whose} activities, newest first",
        columns=["When", "User", "Patient", "Action", "Details"],
    )


@signed_in
async def scheduling(visitor: Visitor) -> Response:
    """List a week's appointments; billers can open the date of service from here."""
    first = visitor.request.query_params.get("week") or monday(visitor.practice.today)
    last = (date.fromisoformat(first) + timedelta(days=6)).isoformat()
    visits = [
        Visit(**row)
        for row in visitor.store.rows(
            VISITS + "v.date BETWEEN ? AND ? ORDER BY v.date, v.time, v.id", first, last
        )
    ]
    people = {p.id: p for p in visitor.store.patients()}
    rows = [
        appointment(visitor, v, people[v.patient])
        for v in visits
        if visitor.practice.sees(visitor.user, people[v.patient])
    ]
    return visitor.page(
        "scheduling.html",
        here="Scheduling",
        rows=rows,
        first=first,
        last=last,
        earlier=shift(first, -7),
        later=shift(first, 7),
    )


def monday(day: str) -> str:
    """Return the Monday of the week before `day`, which has most of the appointments."""
    today = date.fromisoformat(day)
    return (today - timedelta(days=today.weekday() + 7)).isoformat()


def shift(day: str, days: int) -> str:
    """Return a day some days later or earlier."""
    return (date.fromisoformat(day) + timedelta(days=days)).isoformat()


def appointment(visitor: Visitor, visit: Visit, patient: Patient) -> tuple[object, ...]:
    """Return one row of the calendar."""
    day: object = short_date(visit.date)
    if visitor.practice.may_bill(visitor.user, patient):
        day = date_link(
            short_date(visit.date), f"/app/patients/edit/{patient.id}/visit/{visit.id}/"
        )
    return day, clock(visit.time), patient.name, visit.service, visit.clinician
