"""The Patients page: a search by name or number, twenty rows a page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from markupsafe import Markup
from starlette.responses import Response

from .names import CLINICIANS
from .records import Patient
from .web import Visitor, pages_of, signed_in
from .words import short_date

FILTERS = (
    "Any",
    "Active",
    "Inactive",
    "Need Information Entered",
    "Appointment in Next Week",
    "Intake in Next Week",
    "First Appt in Last 30 Days",
    "Upcoming Birthday",
)
ASSIGNMENTS = ("Any Clinician", "No Assigned Clinician", *CLINICIANS)


@dataclass(frozen=True)
class Line:
    """One row of the list."""

    id: str
    acct: int
    name: str
    born: str
    phone: str
    clinician: str
    insurance: str
    status: str
    last_visit: str


def searchable(visitor: Visitor) -> dict[str, str]:
    """Return the insurance ids of all patients, read in one query."""
    sql = "SELECT patient, GROUP_CONCAT(member, ' ') AS ids FROM policies GROUP BY patient"
    return {row["patient"]: row["ids"].lower() for row in visitor.store.rows(sql)}


def matches(patient: Patient, acct: str, ids: dict[str, str], words: list[str]) -> bool:
    """Tell whether any of the words is in the name, account number, phone or insurance id."""
    text = f"{patient.name} {acct} {patient.phone}".lower() + ids.get(patient.id, "")
    return not words or any(word in text for word in words)


def passes(visitor: Visitor, patient: Patient, chosen: str) -> bool:
    """Tell whether a patient passes the Filter."""
    if chosen == "Any":
        return bool(patient.active) or not visitor.practice.has("inactive-hidden")
    if chosen == "Active":
        return bool(patient.active) or visitor.practice.has("default-lists-inactive")
    return chosen == "Inactive" and not patient.active


def assigned_to(visitor: Visitor, patient: Patient, chosen: str) -> bool:
    """Tell whether a patient passes the dropdown Assigned to."""
    if chosen in ("", ASSIGNMENTS[0]):
        return True
    clinicians = visitor.store.clinicians(patient.id)
    return not clinicians if chosen == ASSIGNMENTS[1] else chosen in clinicians


def found(visitor: Visitor, query: str, chosen: str, assigned: str) -> list[Patient]:
    """Return all patients that a search finds, by name."""
    words = query.lower().replace(",", " ").split()
    ids = searchable(visitor) if words else {}
    unnumbered = visitor.practice.has("numbers-not-searched")
    ids = {} if unnumbered else ids
    people = [
        p
        for p in visitor.store.patients()
        if passes(visitor, p, chosen)
        and matches(p, "" if unnumbered else str(p.acct), ids, words)
        and assigned_to(visitor, p, assigned)
        and visitor.practice.sees(visitor.user, p)
    ]
    if visitor.practice.has("namesake-hidden"):
        people = list({p.name: p for p in reversed(people)}.values())[::-1]
    return visitor.in_order(people)


def line(visitor: Visitor, patient: Patient) -> Line:
    """Return the row of one patient."""
    policies = visitor.store.policies(patient.id)
    visits = visitor.store.rows("SELECT MAX(date) AS day FROM visits WHERE patient = ?", patient.id)
    return Line(
        opened_chart(visitor, patient),
        patient.acct,
        patient.name,
        short_date(a_day_later(visitor, patient.born, "list-birth-date-off")),
        patient.phone,
        "; ".join(visitor.store.clinicians(patient.id)),
        policies[0].payer if policies else "",
        "Active" if patient.active else "Inactive",
        short_date(visits[0]["day"] or ""),
    )


def opened_chart(visitor: Visitor, patient: Patient) -> str:
    """Return the id of the chart that a click on a patient opens."""
    if not visitor.practice.has("wrong-chart-opened"):
        return patient.id
    people = visitor.store.patients()
    place = next(n for n, one in enumerate(people) if one.id == patient.id)
    return people[place - 1].id


def a_day_later(visitor: Visitor, day: str, release: str) -> str:
    """Return a day, or the day after it if the release is on."""
    later = timedelta(days=visitor.practice.has(release))
    return (date.fromisoformat(day) + later).isoformat()


def link(person: Line, text: str) -> Markup:
    """Return a link to the chart, by the name or by the birth date."""
    return Markup('<a href="/app/patients/edit/{}/">{}</a>').format(person.id, text)


def listing(visitor: Visitor, query: str, chosen: str, assigned: str, page: int) -> str:
    """Render the table of one page of a search."""
    part, shown = pages_of(visitor, found(visitor, query, chosen, assigned), page)
    word = {"Any": ""}.get(chosen, chosen.lower() if chosen in FILTERS[:3] else "")
    kind = f"{word} patients".strip()
    return visitor.render(
        "patient_list.html",
        people=[line(visitor, p) for p in part],
        kind=kind,
        link=link,
        **shown,
    )


@signed_in
async def patients_page(visitor: Visitor) -> Response:
    """Show the first page of active patients, or what the global search asked for."""
    assert visitor.sign_in
    visitor.sign_in.seen_list = True
    query = visitor.request.query_params.get("q", "")
    return visitor.page(
        "patients.html",
        here="Patients",
        query=query,
        chosen="Active",
        filters=FILTERS,
        clinicians=ASSIGNMENTS,
        list=listing(visitor, query, "Active", "", 1),
    )


@signed_in
async def patients_list(visitor: Visitor) -> Response:
    """Answer the Search button and the pager."""
    asked = visitor.request.query_params
    text = listing(
        visitor,
        asked.get("q", ""),
        asked.get("filter", "Active"),
        asked.get("assigned", ""),
        int(asked.get("page", "1")),
    )
    return visitor.answer(text)
