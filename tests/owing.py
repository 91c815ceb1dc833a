"""Edits as the journal's own tests store them: a copay set aside, an amount at its reset."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal

from automation.billing.diagnosis import Diagnosis
from automation.billing.plan import Plan
from automation.billing.visit import Amounts, Visit
from automation.journal.edits import EditRow, Edits
from automation.journal.journal import ItemRow, Journal
from flows.copay_preflight import StoredCopay
from flows.undo_write_off import Amount

ZERO, OWED = Decimal("0.00"), Decimal("30.00")
SUMS = Amounts(rate=Decimal(120), pt_amt=OWED, patient_paid=ZERO, balance=ZERO, written_off=OWED)
VISIT = Visit(dt.date(2026, 3, 4), "9:00 AM", "90834", "In Network", "in-network", SUMS)
PLAN = Plan(Diagnosis.WRITTEN_OFF, "in-network", "pt_amt", VISIT, (ZERO,), OWED, OWED, OWED)
PATIENT: dict[str, object] = {"version": 1, "last": "Juniper", "first": "Ashby"}
KEY = "Juniper, Ashby|1984-02-09"


def copay(policy: str = "Larkspur Mutual", was: str = "25.00") -> StoredCopay:
    """A stored copay that is set to $0."""
    return StoredCopay("Copay", policy, Decimal(was), (ZERO,), Decimal(was))


def borrow(journal: Journal, item: ItemRow, *copays: StoredCopay, key: str = KEY) -> list[EditRow]:
    """Store copays as borrowed: those given, or one."""
    edits = copays or (copay(),)
    return Edits(journal).open(item.id, edits, patient=PATIENT, patient_key=key)


def begin_to_change(journal: Journal, item: ItemRow) -> ItemRow:
    """Store an item's amount as being changed, each item at a place of its own."""
    edit = replace(Amount.of(PLAN), place=f"date of service {item.id}")
    Edits(journal).open(item.id, [edit], patient=PATIENT, patient_key=KEY)
    return journal.item(item.id)
