"""The patients of the look "harbor": those of the other looks, and one with a long chart."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from itertools import count

from .books import Change
from .harbor_books import HarborBooks, match_payments
from .people import IN, Scribe, new_books

BOSS = "Rita Calder"


def new_harbor_books() -> HarborBooks:
    """The books of this practice on its first day: 32 patients."""
    plain = new_books()
    books = HarborBooks(plain.patients, plain.visits, plain.payments)
    scribe = Scribe()
    scribe.books, scribe.numbers = books, count(max((*books.visits, *books.payments)) + 13, 13)
    _long_chart(scribe)
    match_payments(books)
    _past(books)
    return books


def _long_chart(scribe: Scribe) -> None:
    """A weekly patient: a $1,150 write-off on the third page, one overpaid visit, two credits."""
    who = scribe.patient("Ellery", "Vivian", date(1979, 10, 3), IN, active=True)
    dear = date(2026, 5, 6)
    for week in range(-9, 0):
        scribe.visit(who, dear + timedelta(weeks=week), IN, 3000, paid=3000)
    scribe.visit(
        who, dear, IN, 115000, at=time(9, 0), code="90791", rate=140000, forgiven=True,
    )  # fmt: skip
    for week in range(1, 20):
        scribe.visit(who, dear + timedelta(weeks=week), IN, 3000, paid=3000)
    scribe.visit(who, dear + timedelta(weeks=20), IN, 3000, paid=4500)
    scribe.payment(who, dear + timedelta(weeks=20), 4500)
    for week in range(21, 24):
        scribe.visit(who, dear + timedelta(weeks=week), IN, 3000)
    scribe.visit(who, dear + timedelta(weeks=24), IN, 102550, code="90791", rate=140000)
    scribe.payment(who, dear + timedelta(weeks=22), 8000)
    scribe.payment(who, dear + timedelta(weeks=23), 2500)


def _past(books: HarborBooks) -> None:
    """Fills the activity log with the weekly visits and the write-off of $1,150."""
    weekly = [each for each in books.visits.values() if each.patient == "p32"][:20]
    for visit in weekly:
        dear = visit.amount > 100000
        about = ("Write-Off", "0.00", "1,150.00") if dear else ("Pt Amt", "0.00", "30.00")
        when = datetime.combine(visit.day + timedelta(5), time(16, 10)).astimezone()
        books.activity.append(Change(when, BOSS, visit.patient, visit.key, *about))
