"""Patients with nearly the same name, who are there while the fault look-alike-patient is on."""

from __future__ import annotations

from copy import copy

from .practice import Practice
from .records import Patient
from .seed import opaque

HOME = "Look-alike"  # in the patients' comments, so that they can be removed again


def arrange(practice: Practice) -> None:
    """Add the look-alikes if the fault is on; remove them if it is off."""
    store = practice.store
    there = store.number("SELECT COUNT(*) FROM patients WHERE comments = ?", HOME)
    wanted = practice.switches.fault("look-alike-patient") is not None
    if wanted and not there:
        with store.transaction():
            for number, case in enumerate(practice.cases.values()):
                patient = store.patient(case["id"])
                assert patient
                add(practice, patient, case["visit"], number)
    elif there and not wanted:
        with store.transaction():
            who = "(SELECT id FROM patients WHERE comments = ?)"
            for table in ("visits", "assignments"):
                store.run(f"DELETE FROM {table} WHERE patient IN {who}", HOME)
            store.run("DELETE FROM patients WHERE comments = ?", HOME)


def add(practice: Practice, patient: Patient, visit_id: str, number: int) -> None:
    """Add a look-alike with the same visit, whose first name lacks the last letter.

    The shorter name sorts before the right one, and a search by surname finds both.
    """
    store = practice.store
    twin = copy(patient)
    twin.id = opaque("look-alike", number)
    twin.seq, twin.acct, twin.comments = 100_000 + number, 90_000 + number, HOME
    twin.first = patient.first[:-1]
    twin.born = f"{int(patient.born[:4]) + 1}{patient.born[4:8]}{min(int(patient.born[8:]), 28):02}"
    visit = store.visit(visit_id)
    assert visit
    visit.id, visit.patient = opaque("look-alike visit", number, size=16), twin.id
    store.insert([twin, visit])
    for clinician in store.clinicians(patient.id):
        store.run("INSERT INTO assignments VALUES (?, ?)", twin.id, clinician)
