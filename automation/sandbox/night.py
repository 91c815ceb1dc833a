"""The AutoPay night job, which charges what enrolled patients owe."""

from __future__ import annotations

from typing import Any

from .practice import Practice
from .records import Patient, Payment
from .saves import add_history
from .seed import opaque
from .words import dollars


def run_night(practice: Practice) -> list[dict[str, Any]]:
    """Charge all open balances of enrolled patients and return what was charged."""
    charged = []
    with practice.store.transaction():
        for patient in practice.store.patients():
            if patient.autopay and (total := charge(practice, patient)):
                charged.append({"patient": patient.name, "id": patient.id, "cents": total})
    return charged


def charge(practice: Practice, patient: Patient) -> int:
    """Charge one patient's card for every open visit; return the sum in cents."""
    store = practice.store
    owing = [v for v in store.visits(patient.id) if v.balance > 0]
    total = sum(v.balance for v in owing)
    if not total:
        return 0
    count = store.number("SELECT COUNT(*) FROM payments")
    payment = Payment(
        opaque("charge", count, size=16),
        patient.id,
        practice.today,
        "Credit/Debit on Portal",
        "AutoPay",
        "",
        total,
    )
    store.insert([payment])
    for visit in owing:
        store.run(
            "INSERT INTO allocations VALUES (?, ?, ?, TRUE)", payment.id, visit.id, visit.balance
        )
        add_history(
            practice,
            visit.id,
            "AutoPay",
            "Direct Payment",
            dollars(visit.paid),
            dollars(visit.paid + visit.balance),
            payment.id,
        )
    store.run(
        "INSERT INTO charges (patient, at, cents) VALUES (?, ?, ?)",
        patient.id,
        practice.stamp,
        total,
    )
    practice.log("AutoPay", "Charge Card", f"Charged {dollars(total)}", patient.id)
    return total
