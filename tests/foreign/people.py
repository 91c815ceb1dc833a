"""The invented patients of all foreign practices, and what was billed to them."""

from __future__ import annotations

from datetime import date, time, timedelta
from itertools import count

from .books import DIRECT, INSURED, Books, Patient, Payment, Policy, Visit

IN, OUT = (f"{kind} - Electronic" for kind in INSURED)
SERVICES = {
    "90837": "Psychotherapy, 60 min",
    "90834": "Psychotherapy, 45 min",
    "90791": "Diagnostic Evaluation",
}
CLINICIANS = ("Nora Fenwick, LCSW", "Samuel Idris, PhD")
# The patients of the cases in cases.py come first: last, first, born, method, active.
CASE_PEOPLE = (
    ("Marlowe", "Teresa", date(1984, 2, 9), IN, True),
    ("Okafor-Lind", "Jonas", date(1971, 11, 23), OUT, True),
    ("Vasquez", "Ines", date(1990, 7, 1), DIRECT, False),
    ("Brandt", "Felix", date(1966, 12, 30), IN, True),
    ("Thornbury", "Alice", date(2001, 5, 5), IN, True),
    ("Petrov", "Daniel", date(1958, 8, 17), IN, True),
)
OTHERS = """Marlowe Teresa,Marlowe Theo,Abbott Grace,Aldana Miguel,Bellamy Ruth,Castellan Owen,
Coyle Hannah,Dunmore Peter,Ekström Liv,Farrow Simon,Gadsby Eleanor,Hollis Marcus,Ibarra Paloma,
Jessup Wren,Kincaid Lewis,Lindqvist Astrid,Mbeki Thabo,Norwood Clara,O'Dell Patrick,Quill Beatrix,
Renner Otto,Sandoval Lucia,Tanaka Mei,Underhill Rose,Whitcombe Iris"""
PAYERS = ("Sunridge Health Plan", "Harborline Mutual", "Cedar State Benefits")
LONG_AGO, YEAR_END = date(2025, 1, 1), date(2026, 12, 31)
BAD_DEBT = "Bad debt, by Rita Calder, 5/11/2026 4:10 PM"


class Scribe:
    """Fills new books, numbering visits and payments in order."""

    def __init__(self) -> None:
        """Starts with empty books."""
        self.books = Books({}, {}, {})
        self.numbers = count(4107, 13)

    def patient(self, last: str, first: str, born: date, method: str, active: bool) -> Patient:
        """Enters a patient with one policy, or none when they pay directly."""
        number = 61 + 7 * len(self.books.patients)
        key = f"p{len(self.books.patients) + 1:02}"
        phone = f"(555) 01{number % 10}-{2000 + number}"
        person = Patient(number, key, last, first, born, phone, active)
        if method != DIRECT:
            payer = PAYERS[number % 3]
            person.policies = [Policy(payer, "Primary", LONG_AGO, YEAR_END, None, 50000)]
        self.books.patients[number] = person
        return person

    def visit(
        self,
        who: Patient,
        day: date,
        method: str,
        owes: int,
        *,
        at: time = time(10, 0),
        code: str = "90834",
        rate: int = 12000,
        paid: int = 0,
        forgiven: bool = False,
    ) -> None:
        """Enters a visit for which the patient owes `owes` cents."""
        number, key = next(self.numbers), f"{who.key} {day} {at:%H:%M}"
        clinician = CLINICIANS[who.number % 2]
        rate = owes if method == DIRECT else rate
        self.books.visits[number] = Visit(
            number, key, who.key, day, at, code, SERVICES[code], clinician, method, rate,
            coverage=rate - owes if method == OUT else 0,
            pt_amt=owes if method == IN else 0,
            paid=paid,
            written_off=owes - paid if forgiven else 0,
            note=BAD_DEBT if forgiven else "",
            ins_status="" if method == DIRECT else ("Paid", "Pending")[number % 2],
        )  # fmt: skip

    def paid_visit(self, who: Patient, day: date, method: str, owes: int, on: date) -> None:
        """Enters a visit that was paid in full, and its payment."""
        self.visit(who, day, method, owes, paid=owes)
        self.payment(who, on, owes)

    def payment(self, who: Patient, on: date, amount: int) -> None:
        """Enters a payment of the patient."""
        number = next(self.numbers)
        kind = ("Check", "Cash", "Credit/Debit Card")[number % 3]
        self.books.payments[number] = Payment(number, who.key, on, kind, amount)


def _case_people(scribe: Scribe) -> None:
    """Enters the six patients of the cases, each with ordinary visits around the case's own."""
    people = [scribe.patient(*each) for each in CASE_PEOPLE]
    methods = [each[3] for each in CASE_PEOPLE]
    days = [date(2026, 3, day) for day in (4, 11, 18)]
    days += [date(2026, 4, 2), date(2026, 3, 25), date(2026, 3, 6)]
    owed = (3000, 3000, 10000, 2500, 0, 3000)
    for place, (who, method, day, owes) in enumerate(zip(people, methods, days, owed, strict=True)):
        usual = owes or 3000
        scribe.paid_visit(who, day - timedelta(7), method, usual, on=day)
        scribe.visit(
            who, day, method, owes, at=time(9, 0), code="90837",
            forgiven=place < 4,
        )  # fmt: skip
        scribe.paid_visit(who, day + timedelta(14), method, usual, on=day + timedelta(16))
        scribe.visit(who, day + timedelta(28), method, usual, at=time(14, 30), paid=usual - 1000)
        scribe.payment(who, day + timedelta(28), usual - 1000)
        scribe.visit(who, day + timedelta(35), method, usual, at=time(11, 15))
    _long_chart(scribe, people[1])
    _partly_paid_and_two_sessions(scribe, people[5])
    people[3].policies[0].copay = 2500
    secondary = Policy("Bluestem Supplement", "Secondary", LONG_AGO, YEAR_END)
    people[3].policies.append(secondary)


def _long_chart(scribe: Scribe, who: Patient) -> None:
    """Gives a patient enough weekly visits for more than one page, before and after."""
    for week in (*range(-25, -1), *range(6, 24)):
        day = date(2026, 3, 11) + timedelta(weeks=week)
        scribe.visit(who, day, OUT, 3000, paid=3000)


def _partly_paid_and_two_sessions(scribe: Scribe, who: Patient) -> None:
    """Gives a patient a visit that was paid in part, and two on one day, all written off."""
    scribe.visit(who, date(2026, 2, 12), IN, 3000, at=time(9, 0), code="90837", forgiven=True)
    scribe.visit(who, date(2026, 2, 12), IN, 4000, at=time(14, 0), forgiven=True)
    scribe.visit(who, date(2026, 2, 20), IN, 3000, paid=2000, forgiven=True)
    scribe.payment(who, date(2026, 2, 23), 2000)


def new_books() -> Books:
    """The new books of a practice: 31 patients, six of them in the cases."""
    scribe = Scribe()
    _case_people(scribe)
    for place, name in enumerate(OTHERS.replace("\n", "").split(",")):
        last, _, first = name.partition(" ")
        born = date(1950 + (place * 7) % 55, 1 + place % 12, 1 + (place * 5) % 28)
        method = (IN, OUT, DIRECT)[place % 3]
        who = scribe.patient(last, first, born, method, place % 5 != 0)
        first_day = date(2026, 2, 2) + timedelta(place)
        scribe.paid_visit(who, first_day, method, 4000, on=first_day + timedelta(3))
        scribe.visit(who, first_day + timedelta(21), method, 4000)
    return scribe.books
