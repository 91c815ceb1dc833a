"""How the sandbox is seeded: the named cases, further patients, then the bulk."""

from __future__ import annotations

import hashlib
import random
from datetime import date, timedelta
from typing import Any

from .names import CLINICIANS, FIRST, LAST, PAYERS, SERVICES
from .records import DIRECT, IN, OUT, Patient, Payment, Policy, Visit
from .store import Record, Store

NEWEST = date(2026, 6, 12)  # the Friday before the sandbox's today
BY_KIND = {
    IN: "Insurance - In Network - Electronic",
    OUT: "Insurance - Out of Network - Paper",
    DIRECT: "Direct - Cash, Check, or Credit/Debit Card",
}
DIGITS = "abcdefghjkmnpqrstuvwxyzABCDEFGHJKMNPQRSTUVWXYZ23456789"


def opaque(*words: object, size: int = 18) -> str:
    """Return an opaque id as in an address, always the same for the same words."""
    number = int.from_bytes(hashlib.sha256(repr(words).encode()).digest()[:20])
    text = ""
    while len(text) < size:
        number, rest = divmod(number, len(DIGITS))
        text += DIGITS[rest]
    return text


class SeedBuilder:
    """Collects the seed's records and writes them to the store all at once."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.rng = random.Random(20260615)
        self.records: list[Record] = []
        self.assignments: list[tuple[str, str]] = []
        self.allocations: list[tuple[str, str, int]] = []
        self.history: list[tuple[str, ...]] = []
        self.count = 0

    def patient(self, last: str, first: str, born: str, **more: Any) -> Patient:
        """Add a patient; account numbers count up from 10234."""
        self.count += 1
        clinicians = more.pop("clinicians", (CLINICIANS[self.count % len(CLINICIANS)],))
        phone = f"(555) 01{self.count // 100 % 10}-{1000 + self.count * 37 % 9000}"
        patient = Patient(
            id=opaque("patient", self.count),
            seq=self.count,
            acct=10233 + self.count * 3,
            last=last,
            first=first,
            born=born,
            active=more.pop("active", 1),
            phone=phone,
            autopay=more.pop("autopay", 0),
            comments=more.pop("comments", ""),
        )
        self.records.append(patient)
        self.assignments += [(patient.id, clinician) for clinician in clinicians]
        return patient

    def policy(self, patient: Patient, copay: int | None = None, **more: Any) -> Policy:
        """Add a policy that is in force."""
        number = len(self.records)
        policy = Policy(
            id=opaque("policy", number, size=16),
            patient=patient.id,
            priority=more.get("priority", "Primary"),
            payer=more.get("payer", PAYERS[patient.seq % len(PAYERS)]),
            member=f"HB{patient.acct}{number % 90 + 10}",
            comments=more.get("comments", ""),
            starts="2025-01-01",
            ends=more.get("ends", ""),
            copay=copay,
            deductible=more.get("deductible", 50000),
        )
        self.records.append(policy)
        return policy

    def visit(
        self, patient: Patient, day: str, kind: str, rate: int, share: int, **more: Any
    ) -> Visit:
        """Add a visit whose patient amount is `share`; `write_off` is a write-off's reason."""
        code = more.get("code", "90837")
        number = len(self.records)
        reason = more.get("write_off", "")
        paid = more.get("paid", 0)
        clinician = next(c for p, c in reversed(self.assignments) if p == patient.id)
        visit = Visit(
            id=opaque("visit", number, size=16),
            patient=patient.id,
            date=day,
            time=more.get("time", "09:00"),
            code=code,
            service=SERVICES[code],
            clinician=clinician,
            method=more.get("method", BY_KIND.get(kind, "")),
            payer=PAYERS[patient.seq % len(PAYERS)] if kind in (IN, OUT) else "",
            rate=rate,
            pt_amt=share,
            coverage=rate - share if kind in (IN, OUT) else 0,
            ins_paid=more.get("ins_paid", 0),
            ins_off=more.get("ins_off", 0),
            ins_status=more.get("ins_status", "Submitted" if kind in (IN, OUT) else ""),
            wo_cents=share - paid if reason else 0,
            wo_reason=reason,
            wo_user="biller" if reason else "",
            wo_at="2026-05-20 16:42" if reason else "",
            by_hand=more.get("by_hand", 1),
            saved=0,
        )
        self.records.append(visit)
        if paid:
            self.payment(patient, more.get("paid_on", day), paid, [(visit, paid)])
        if reason:
            self.history.append(
                (
                    visit.id,
                    "2026-05-20 16:42",
                    "biller",
                    "Write-off made",
                    "$0.00",
                    f"${visit.wo_cents / 100:,.2f}",
                    "",
                )
            )
        return visit

    def payment(
        self,
        patient: Patient,
        day: str,
        cents: int,
        for_what: list[tuple[Visit, int]],
        kind: str = "Patient Payment",
    ) -> Payment:
        """Add a payment and what it was allocated to."""
        number = len(self.records)
        method = ("Check", "Cash", "External")[number % 3]
        check = str(1000 + number % 900) if method == "Check" else ""
        payment = Payment(
            opaque("payment", number, size=16), patient.id, day, kind, method, check, cents
        )
        self.records.append(payment)
        for visit, part in for_what:
            self.allocations.append((payment.id, visit.id, part))
            self.history.append(
                (
                    visit.id,
                    f"{day} 12:00",
                    "biller",
                    "Direct Payment",
                    "$0.00",
                    f"${part / 100:,.2f}",
                    payment.id,
                )
            )
        return payment

    def ordinary(
        self,
        patient: Patient,
        count: int,
        kind: str | None = None,
        newest: date = NEWEST,
        settled: bool = False,
    ) -> None:
        """Add everyday visits, a week apart; the newest are open unless `settled`.

        They are on Fridays, while the cases are on earlier weekdays.
        """
        kind = kind or self.rng.choice((IN, IN, OUT, DIRECT))
        for number in range(count):
            day = (newest - timedelta(weeks=number)).isoformat()
            self.everyday(patient, day, kind, number + 4 * settled)

    def everyday(self, patient: Patient, day: str, kind: str, number: int) -> None:
        """Add one everyday visit: the newest are open, older ones are paid."""
        rate = (12000, 9500, 14000)[patient.seq % 3]
        share = rate if kind == DIRECT else (3000, 2500, 4000)[patient.seq % 3]
        paid = (0, 0, share, share // 2, share)[min(number, 4)]
        old = number > 2 and kind != DIRECT
        self.visit(
            patient,
            day,
            kind,
            rate,
            share,
            paid=paid,
            code=("90837", "90834")[number % 2],
            time=("10:00", "13:30", "15:00")[patient.seq % 3],
            ins_paid=rate - share if old else 0,
            ins_status="" if kind == DIRECT else "Paid" if old else "Submitted",
        )

    def crowd(self, until: int) -> None:
        """Fill the practice up with invented patients."""
        while self.count < until:
            last = LAST[self.rng.randrange(len(LAST))]
            if self.count >= len(LAST) * 3:
                last = f"{last}-{LAST[self.rng.randrange(len(LAST))]}"
            born = date(1945, 1, 1) + timedelta(days=self.rng.randrange(22000))
            person = self.patient(
                last,
                self.rng.choice(FIRST),
                born.isoformat(),
                active=int(self.rng.random() < 0.8),
            )
            if self.rng.random() < 0.7:
                self.policy(person)
            self.ordinary(person, self.rng.randrange(1, 6))

    def harvest(self) -> None:
        """Write everything to the store."""
        self.store.insert(self.records)
        many = self.store.db.executemany
        many("INSERT INTO assignments VALUES (?, ?)", self.assignments)
        many("INSERT INTO allocations VALUES (?, ?, ?, TRUE)", self.allocations)
        many(
            """INSERT INTO history (visit, at, who, what, before, after, payment)
                VALUES (?, ?, ?, ?, ?, ?, ?)""",
            self.history,
        )


def fill(
    store: Store, patients: int, bulk: str = ""
) -> tuple[dict[str, dict[str, Any]], list[dict[str, Any]]]:
    """Fill an empty store; return the named cases and the rows of the worklist."""
    from .bulk import seed_bulk  # these three import this module
    from .cases import plant
    from .worklist import rows_of_cases

    field = SeedBuilder(store)
    cases = plant(field)
    rows = rows_of_cases(field, cases)
    field.crowd(patients)
    rows += seed_bulk(field, bulk)
    field.harvest()
    return cases, rows
