"""The named cases: the patients and visits that exercises and tests are about."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from .names import CLINICIANS
from .records import DIRECT, IN, NONE, OUT, Patient, Visit
from .seed import NEWEST, SeedBuilder
from .words import clock, plain

Case = dict[str, Any]
BAD_DEBT = "Bad debt"


def told(patient: Patient, visit: Visit, note: str, *, copay: int | None = None) -> Case:
    """Return a case as the control address gives it; `enter` is the value for the field."""
    owes = visit.pt_amt
    enter = visit.rate - owes if visit.kind == OUT else owes
    return {
        "patient": patient.name,
        "born": patient.born,
        "acct": patient.acct,
        "id": patient.id,
        "date": visit.date,
        "time": clock(visit.time),
        "service": visit.code,
        "payer_type": visit.kind,
        "owes": plain(owes),
        "enter": plain(enter),
        "copay": None if copay is None else plain(copay),
        "visit": visit.id,
        "note": note,
    }


def one(
    field: SeedBuilder,
    who: tuple[str, str, str],
    day: str,
    note: str,
    *sums: Any,
    copay: int | None = None,
    person: dict[str, Any] | None = None,
    newest: date = NEWEST,
    settled: bool = False,
    **more: Any,
) -> Case:
    """Add a patient with everyday visits and the one visit that the case is about.

    `sums` are the visit's payer type, rate and share where it is not 30 of 120 dollars in-network.
    """
    kind, rate, share = sums or (IN, 12000, 3000)
    patient = field.patient(*who, **(person or {}))
    if kind != DIRECT or copay is not None:
        field.policy(patient, copay)
    field.ordinary(patient, 5, kind if kind != NONE else DIRECT, newest, settled)
    visit = field.visit(patient, day, kind, rate, share, **more)
    return told(patient, visit, note, copay=copay)


def payer_types(field: SeedBuilder) -> dict[str, Case]:
    """Add a written-off visit of each payer type, without and with a stored copay."""
    wo: dict[str, Any] = {"write_off": BAD_DEBT}
    return {
        "in-network": one(
            field, ("Marlowe", "Juniper", "1984-02-09"), "2026-03-04",
            "In-network, written off whole.", **wo,
        ),
        "out-of-network": one(
            field, ("Okafor", "Tobias", "1979-11-23"), "2026-03-11",
            "Out-of-network: Coverage must end at 90.00.", OUT, 12000, 3000, **wo,
        ),
        "direct": one(
            field, ("Lindqvist", "Petra", "1991-06-30"), "2026-03-18",
            "Direct pay: the Rate is what the patient owes.", DIRECT, 10000, 10000, **wo,
        ),
        "in-network-copay": one(
            field, ("Abernathy", "Rosalind", "1968-01-17"), "2026-04-02",
            "The stored copay takes the place of a zero.", IN, 12000, 2500, copay=2500, **wo,
        ),
        "out-of-network-copay": one(
            field, ("Vasquez", "Corwin", "1973-08-05"), "2026-04-07",
            "Out-of-network with a stored copay.", OUT, 13000, 4000, copay=2000, **wo,
        ),
        "direct-copay": one(
            field, ("Ferreira", "Linnea", "1988-12-12"), "2026-04-09",
            "Paid directly although a policy with copay is stored.", DIRECT, 9000, 9000,
            copay=1500, **wo,
        ),
    }  # fmt: skip


def zeros(field: SeedBuilder) -> dict[str, Case]:
    """Add visits with a patient amount of zero, which only look written off."""
    note = "Zero responsibility: looks written off, nothing is."
    return {
        "zero-responsibility": one(
            field, ("Haverford", "Miles", "1990-03-14"), "2026-03-05", note, IN, 12000, 0
        ),
        "zero-responsibility-out-of-network": one(
            field, ("Castellano", "Bruna", "1982-07-21"), "2026-03-10", note, OUT, 12000, 0
        ),
        "zero-responsibility-direct": one(
            field, ("Winslow", "Ottilie", "1959-10-02"), "2026-03-12",
            "A pro bono visit at rate 0: looks written off, nothing is.", DIRECT, 0, 0,
        ),
    }  # fmt: skip


def plain_states(field: SeedBuilder) -> dict[str, Case]:
    """Add open, paid, partly paid and overpaid visits, odd charges and an insurance write-off."""
    return {
        "already-open": one(
            field, ("Ellsworth", "Dorian", "1995-05-27"), "2026-03-17",
            "Already open: nothing to do.",
        ),
        "paid": one(
            field, ("Stroud", "Marguerite", "1964-04-08"), "2026-03-19",
            "Paid in full, nothing written off.", paid=3000, paid_on="2026-04-01",
        ),
        "partly-paid": one(
            field, ("Kinsella", "Rory", "1977-09-19"), "2026-03-24",
            "20.00 of 30.00 paid, the rest written off.", paid=2000, paid_on="2026-04-01",
            write_off="Small balances",
        ),
        "overpaid": one(
            field, ("Adebayo", "Simone", "1986-01-31"), "2026-03-26",
            "More was paid than is owed.", paid=4500, paid_on="2026-04-01",
        ),
        "insurance-write-off": one(
            field, ("Pettigrew", "Lowell", "1971-06-06"), "2026-03-31",
            "The insurer's balance was written off, not the patient's.",
            paid=1000, paid_on="2026-04-14", ins_paid=6000, ins_off=3000,
            ins_status="Insurance balance written off",
        ),
        "missed-appointment": one(
            field, ("Nightingale", "Cosmo", "1999-02-24"), "2026-04-15",
            "A missed appointment's fee, written off.", DIRECT, 5000, 5000,
            code="MISSED", write_off="Other",
        ),
        "misc-charge": one(
            field, ("Beckwith", "Halina", "1955-11-11"), "2026-04-16",
            "A miscellaneous charge without a Method, written off.", NONE, 2500, 2500,
            code="CHARGE", write_off="Small balances",
        ),
    }  # fmt: skip


def claims(field: SeedBuilder) -> dict[str, Case]:
    """Add written-off visits whose claim was submitted or rejected."""
    return {
        "claim-submitted": one(
            field, ("Lovelock", "Ada-Jane", "1981-03-03"), "2026-04-21",
            "The claim is with the payer.", write_off=BAD_DEBT, ins_status="Submitted",
        ),
        "claim-rejected": one(
            field, ("Mulvaney", "Piers", "1993-12-29"), "2026-04-22",
            "The claim was rejected and waits to be sent again.", write_off=BAD_DEBT,
            ins_status="Pending Resubmit",
        ),
    }  # fmt: skip


def people(field: SeedBuilder) -> dict[str, Case]:
    """Add cases about who the patient is: namesakes, inactive, assigned, AutoPay."""
    wo: dict[str, Any] = {"write_off": BAD_DEBT}
    cases = {
        "namesakes": one(
            field, ("Fairchild", "Morgan", "1985-05-05"), "2026-03-25",
            "Two patients of this name; the other one is inactive.", **wo,
        ),
        "inactive": one(
            field, ("Goldwater", "Stellan", "1962-08-18"), "2025-10-07",
            "The patient is inactive.", settled=True, newest=date(2025, 10, 3),
            person={"active": 0}, **wo,
        ),
        "not-assigned": one(
            field, ("Rutledge", "Ariadne", "1976-02-16"), "2026-03-30",
            "Not assigned to the user `assigned`.", person={"clinicians": (CLINICIANS[3],)}, **wo,
        ),
        "assigned": one(
            field, ("Sandoval", "Emrys", "1989-09-09"), "2026-04-01",
            "Assigned to the user `assigned`.", person={"clinicians": (CLINICIANS[0],)}, **wo,
        ),
        "autopay": one(
            field, ("Tremblay", "Noelle", "1994-07-07"), "2026-04-06",
            "Enrolled in AutoPay: an open balance is charged in the night.", settled=True,
            person={"autopay": 1}, **wo,
        ),
    }  # fmt: skip
    twin = field.patient("Fairchild", "Morgan", "1958-10-20", active=0)
    field.policy(twin)
    field.visit(twin, "2025-09-02", IN, 12000, 3000)
    return cases


def plant(field: SeedBuilder) -> dict[str, Case]:
    """Add all cases."""
    cases: dict[str, Case] = {}
    for group in (payer_types, zeros, plain_states, claims, people, several, long_charts, money):
        cases |= group(field)
    return cases


def several(field: SeedBuilder) -> dict[str, Case]:
    """Add charts in which several visits have to be told apart."""
    two = field.patient("Driscoll", "Ianthe", "1983-04-23")
    field.policy(two)
    field.ordinary(two, 4, IN)
    morning = field.visit(two, "2026-04-08", IN, 12000, 3000, write_off=BAD_DEBT)
    field.visit(two, "2026-04-08", IN, 15000, 3500, write_off=BAD_DEBT, code="90847", time="14:00")
    stuck = field.patient("Whitaker", "Leopold", "1970-12-01")
    field.policy(stuck, 2000)
    field.ordinary(stuck, 3, IN)
    # Never set by hand, so this one follows a changed copay.
    field.visit(stuck, "2026-06-09", IN, 12000, 2000, by_hand=0, time="11:00")
    field.visit(stuck, "2026-02-10", DIRECT, 11000, 11000, write_off=BAD_DEBT)
    field.visit(stuck, "2026-02-17", OUT, 12000, 3000, write_off=BAD_DEBT)
    sticky = field.visit(stuck, "2026-02-24", IN, 12000, 2000, write_off=BAD_DEBT)
    same = one(
        field, ("Yamashiro", "Delphine", "1987-03-28"), "2026-04-13",
        "A payment stands on the same date as the visit.", write_off=BAD_DEBT,
    )  # fmt: skip
    field.payment(_patient(field, same), "2026-04-13", 1500, [])
    return {
        "two-sessions": told(two, morning, "Two written-off visits on one date."),
        "stuck-one": told(
            stuck, sticky, "Several written-off visits and a stored copay.", copay=2000
        ),
        "payment-same-date": same,
    }


def _patient(field: SeedBuilder, case: Case) -> Patient:
    found = (r for r in field.records if isinstance(r, Patient) and r.id == case["id"])
    return next(found)


def long_charts(field: SeedBuilder) -> dict[str, Case]:
    """Add charts with many rows, two visits a week."""
    six = field.patient("Ravenscroft", "Hugo", "1966-06-16")
    field.policy(six)
    third = _many(field, six, 110, 50)
    many = field.patient("Zimmerlin", "Augusta", "1952-01-05")
    field.policy(many)
    deep = _many(field, many, 300, 171)
    return {
        "page-three": told(six, third, "Stands on page 3 of 6 of All Items."),
        "three-hundred": told(many, deep, "One of 300 visits."),
    }


def _many(field: SeedBuilder, patient: Patient, count: int, wanted: int) -> Visit:
    """Add `count` visits, all open or paid but the wanted one; return the wanted one."""
    found: Visit | None = None
    day = date(2026, 6, 11)
    for number in range(count):
        when = (day - timedelta(days=number // 2 * 7 + number % 2 * 2)).isoformat()
        if number == wanted:
            found = field.visit(patient, when, IN, 12000, 3000, write_off=BAD_DEBT)
        elif number % 30 == 29:
            field.visit(patient, when, IN, 12000, 3000, paid=3000, ins_paid=9000, ins_status="Paid")
        else:
            field.visit(patient, when, IN, 12000, 3000)
    assert found
    return found


def money(field: SeedBuilder) -> dict[str, Case]:
    """Add a secondary policy and a payment that is not allocated yet."""
    second = field.patient("Oyelaran", "Celeste", "1947-05-15")
    field.policy(second, None, payer="Harborview Mutual")
    field.policy(second, 1500, payer="Lantern Behavioral", priority="Secondary")
    field.ordinary(second, 4, IN)
    visit = field.visit(second, "2026-04-14", IN, 12000, 1500, write_off=BAD_DEBT)
    credit = one(
        field, ("Bellweather", "Thaddeus", "1980-10-10"), "2026-04-20",
        "The patient has 45.00 of unassigned credit.", write_off=BAD_DEBT,
    )  # fmt: skip
    field.payment(_patient(field, credit), "2026-05-04", 4500, [], kind="Credit/Debit on Portal")
    return {
        "secondary": told(
            second, visit, "The secondary policy's copay counts in skin C.", copay=1500
        ),
        "unassigned-credit": credit,
    }
