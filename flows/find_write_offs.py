"""Find the write-offs of a patient: the first half of the article, looking only.

Patients > patient > Patient Billing tab > Search Billing Transactions: All Items.
"""

from __future__ import annotations

from dataclasses import dataclass

from automation.billing.diagnosis import Diagnosis, diagnose
from automation.billing.request import PatientQuery
from automation.billing.visit import Visit
from automation.desk import Desk


@dataclass(frozen=True)
class Found:
    """What a patient's table shows: how many dates of service, and which are written off."""

    patient: PatientQuery
    dates: int
    written_off: tuple[Visit, ...]


def write_offs_of(desk: Desk, patient: PatientQuery) -> Found:
    """List the dates of service that the patient's table shows as written off."""
    with desk.step("Patients > the patient"):
        chart = desk.start_over().find(patient)
    with desk.step("Patient Billing tab > Search Billing Transactions: All Items"):
        table = chart.patient_billing().show_all_items().transactions()
    visits = [visit.with_written_off() for visit in table.visits]
    found = (visit for visit in visits if diagnose(visit).diagnosis == Diagnosis.WRITTEN_OFF)
    return Found(chart.patient, len(visits), tuple(found))
