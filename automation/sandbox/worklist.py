"""The seed's worklist: a row for each date of service whose write-off is to be undone."""

from __future__ import annotations

from typing import Any

from .records import NONE, Patient, Visit
from .seed import SeedBuilder
from .words import clock, plain

Row = dict[str, Any]

REFUSED = {
    "zero-responsibility",
    "zero-responsibility-out-of-network",
    "zero-responsibility-direct",
    "overpaid",
    "misc-charge",
    "autopay",  # without consent to the charge that night
}
NOTHING_TO_DO = {"already-open", "paid", "insurance-write-off"}
ASKED_OF_ZERO = 1000  # a biller can only ask for an amount above zero


def expected(case: str) -> str:
    """Return how a case's row ends for the user biller, without variants."""
    if case in REFUSED:
        return "refused"
    return "nothing-to-do" if case in NOTHING_TO_DO else "fixed"


def row(case: str, patient: Patient, visit: Visit, *, copay: bool, timed: bool = False) -> Row:
    """Return the row of one date of service; `timed` adds the time, where two share the date."""
    return {
        "case": case,
        "last": patient.last,
        "first": patient.first,
        "born": patient.born,
        "account": "",
        "date": visit.date,
        "time": clock(visit.time) if timed else "",
        "service": "",
        "payer": "" if visit.kind == NONE else visit.kind,
        "owes": plain(visit.pt_amt or ASKED_OF_ZERO),
        "expect": expected(case),
        "copay": copay,
    }


def rows_of_cases(field: SeedBuilder, cases: dict[str, dict[str, Any]]) -> list[Row]:
    """Return the rows of the named cases, oldest first; a chart may have several."""
    patients = {r.id: r for r in field.records if isinstance(r, Patient)}
    charts: dict[str, list[Visit]] = {case["id"]: [] for case in cases.values()}
    for record in field.records:
        if isinstance(record, Visit) and record.patient in charts:
            charts[record.patient].append(record)
    rows = []
    for name, case in cases.items():
        chart = sorted(charts[case["id"]], key=lambda visit: (visit.date, visit.time))
        dates = [visit.date for visit in chart]
        rows += [
            row(
                name,
                patients[case["id"]],
                visit,
                copay=case["copay"] is not None,
                timed=dates.count(visit.date) > 1,
            )
            for visit in chart
            if visit.wo_cents or visit.id == case["visit"]
        ]
    return rows
