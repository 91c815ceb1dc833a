"""All records of the practice as JSON, so that a test can compare before and after."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from .records import Patient, Payment, Policy, Visit
from .store import PAYMENTS, VISITS, Store
from .words import clock

Line = dict[str, Any]


def visit_line(visit: Visit) -> Line:
    """Return one visit of the ledger."""
    write_off = None
    if visit.written_off:
        write_off = {"reason": visit.wo_reason, "user": visit.wo_user, "at": visit.wo_at}
    return {
        "id": visit.id,
        "date": visit.date,
        "time": clock(visit.time),
        "service": visit.code,
        "method": visit.method,
        "payer": visit.payer,
        "payer_type": visit.kind,
        "rate_cents": visit.rate,
        "pt_amt_cents": visit.pt_amt,
        "coverage_cents": visit.coverage,
        "patient_paid_cents": visit.paid,
        "written_off_cents": visit.wo_cents,
        "write_off": write_off,
        "balance_cents": visit.balance,
        "pt_status": visit.pt_status,
        "ins_paid_cents": visit.ins_paid,
        "ins_written_off_cents": visit.ins_off,
        "ins_status": visit.ins_status,
        "set_by_hand": bool(visit.by_hand),
    }


def policy_line(policy: Policy) -> Line:
    """Return one policy of the ledger."""
    return {
        "id": policy.id,
        "priority": policy.priority,
        "payer": policy.payer,
        "member": policy.member,
        "comments": policy.comments,
        "coverage_starts": policy.starts,
        "coverage_ends": policy.ends,
        "copay_cents": policy.copay,
        "deductible_cents": policy.deductible,
    }


def payment_line(payment: Payment, allocations: list[Line]) -> Line:
    """Return one payment of the ledger with its allocations."""
    return {
        "id": payment.id,
        "date": payment.date,
        "kind": payment.kind,
        "method": payment.method,
        "check_no": payment.check_no,
        "amount_cents": payment.cents,
        "allocations": allocations,
        "unassigned_cents": payment.unassigned,
    }


class Books:
    """All records of the practice by patient, read in a handful of queries."""

    def __init__(self, store: Store) -> None:
        self.visits: dict[str, list[Line]] = defaultdict(list)
        self.policies: dict[str, list[Line]] = defaultdict(list)
        self.payments: dict[str, list[Line]] = defaultdict(list)
        self.clinicians: dict[str, list[str]] = defaultdict(list)
        for row in store.rows(VISITS + "1 ORDER BY v.date, v.time, v.id"):
            self.visits[row["patient"]].append(visit_line(Visit(**row)))
        for row in store.rows("SELECT * FROM policies ORDER BY priority, id"):
            self.policies[row["patient"]].append(policy_line(Policy(**row)))
        for row in store.rows("SELECT * FROM assignments ORDER BY clinician"):
            self.clinicians[row["patient"]].append(row["clinician"])
        allocations: dict[str, list[Line]] = defaultdict(list)
        for row in store.rows("SELECT * FROM allocations ORDER BY visit, cents"):
            line = {"visit": row["visit"], "cents": row["cents"]}
            allocations[row["payment"]].append(line)
        for row in store.rows(PAYMENTS + "1 ORDER BY p.date, p.id"):
            line = payment_line(Payment(**row), allocations[row["id"]])
            self.payments[row["patient"]].append(line)

    def page(self, patient: Patient) -> Line:
        """Return one patient's part of the ledger."""
        payments = self.payments[patient.id]
        return {
            "id": patient.id,
            "acct": patient.acct,
            "last": patient.last,
            "first": patient.first,
            "born": patient.born,
            "active": bool(patient.active),
            "clinicians": self.clinicians[patient.id],
            "autopay": bool(patient.autopay),
            "unassigned_credit_cents": sum(p["unassigned_cents"] for p in payments),
            "comments": patient.comments,
            "policies": self.policies[patient.id],
            "visits": self.visits[patient.id],
            "payments": payments,
        }


def dump(store: Store) -> Line:
    """Return the whole practice in a fixed order."""
    books = Books(store)
    patients = [Patient(**row) for row in store.rows("SELECT * FROM patients ORDER BY seq")]
    return {
        "patients": [books.page(patient) for patient in patients],
        "charges": [dict(row) for row in store.rows("SELECT * FROM charges ORDER BY id")],
        "history": [dict(row) for row in store.rows("SELECT * FROM history ORDER BY id")],
        "log": [dict(row) for row in store.rows("SELECT * FROM log ORDER BY id")],
    }
