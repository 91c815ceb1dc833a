"""The bulk: many invented patients whose dates of service were written off by one wrong posting."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import product

from .records import DIRECT, IN, OUT
from .seed import SeedBuilder
from .worklist import Row, row

HEADS = (
    "Adel", "Bevan", "Corvin", "Dresk", "Elsin", "Farrow", "Gisk", "Hoven", "Ister", "Jorvan",
    "Kessel", "Lumin", "Marsk", "Nivel", "Ostrin", "Prend", "Quill", "Rostal", "Selv", "Tarvin",
)  # fmt: skip
MIDDLES = ("a", "be", "co", "da", "e", "go", "i", "ke", "lu", "mi", "no", "pa", "ri", "so", "u")
TAILS = (
    "bury", "combe", "dell", "fell", "gill", "haven", "kirk", "lund", "mond", "nash",
    "plow", "quist", "rath", "shaw", "stead", "thorpe", "vale", "wick", "wynn", "yard",
)  # fmt: skip
FIRST = (
    "Alaric", "Briony", "Cedany", "Darrow", "Eluned", "Fabian", "Gwenda", "Hesper", "Isaura",
    "Jorah", "Katrin", "Lorcan", "Mirela", "Nestor", "Ondine", "Phelan", "Romilly",
)  # fmt: skip
MOST_EACH = 5
MOST_ALONE = 500  # dates of service of the one patient with a long chart
MOST = len(HEADS) * len(MIDDLES) * len(TAILS)  # with more patients, surnames would repeat
FIRST_DAY = date(2026, 3, 2)  # a Monday; ordinary visits are on Fridays
OLDEST = date(1944, 1, 1)


@dataclass(frozen=True)
class Bulk:
    """How many patients the bulk has, and how many written-off dates of service in total."""

    patients: int = 0
    items: int = 0

    def __str__(self) -> str:
        return f"{self.patients}:{self.items}" if self.patients else ""


def parse(text: str) -> Bulk:
    """Read PATIENTS:ITEMS; an empty text means no bulk."""
    if not text:
        return Bulk()
    found = re.fullmatch(r"(\d+):(\d+)", text)
    bulk = Bulk(int(found[1]), int(found[2])) if found else Bulk()
    most = MOST_ALONE if bulk.patients == 1 else MOST_EACH * bulk.patients
    if not 0 < bulk.patients <= min(bulk.items, MOST) or bulk.items > most:
        raise ValueError(
            f"bulk {text!r} is not PATIENTS:ITEMS, up to {MOST} patients with 1 to {MOST_EACH} each"
        )
    return bulk


def names(count: int) -> list[tuple[str, str]]:
    """Return `count` distinct surnames, with first names that are used in turn."""
    every = ["".join(parts) for parts in product(HEADS, MIDDLES, TAILS)]
    # The stride is coprime with MOST, so every surname comes up, and neighbours look different.
    return [(every[n * 1301 % MOST], FIRST[n % len(FIRST)]) for n in range(count)]


def shares(bulk: Bulk) -> list[int]:
    """Deal the items out unevenly, 1 to 5 to each patient, the same way each time."""
    if bulk.patients == 1:
        return [bulk.items]
    dealt, left, place = [1] * bulk.patients, bulk.items - bulk.patients, 0
    while left:
        more = min(left, MOST_EACH - dealt[place], place * 7 % 5)
        dealt[place] += more
        left, place = left - more, (place + 1) % bulk.patients
        if not place and left:
            left = _level(dealt, left)
    return dealt


def _level(dealt: list[int], left: int) -> int:
    """Give one more item to each patient with room for it; return what is left."""
    for place, has in enumerate(dealt):
        if left and has < MOST_EACH:
            dealt[place], left = has + 1, left - 1
    return left


def seed_bulk(field: SeedBuilder, text: str) -> list[Row]:
    """Add the bulk and return its rows of the worklist."""
    bulk = parse(text)
    rows: list[Row] = []
    for number, (who, items) in enumerate(zip(names(bulk.patients), shares(bulk), strict=True)):
        rows += one_patient(field, number, who, items)
    return rows


def one_patient(field: SeedBuilder, number: int, who: tuple[str, str], items: int) -> list[Row]:
    """Add a patient of the bulk; every fourth has a copay that has to be set aside."""
    born = (OLDEST + timedelta(days=number * 7919 % 24000)).isoformat()
    patient = field.patient(*who, born)
    copay = (2000, 2500, 3500)[number // 4 % 3] if number % 4 == 0 else None
    # Visits after the first may have other payer types, even with an in-network policy.
    main = IN if copay else (OUT, IN, DIRECT)[number // 2 % 3]
    if main != DIRECT:
        field.policy(patient, copay)
    field.ordinary(patient, 2, main, settled=True)
    rows = []
    for each in range(items):
        kind = (IN, OUT, DIRECT)[(number + each) % 3] if each and main != DIRECT else main
        day = (FIRST_DAY + timedelta(weeks=2 * each + number % 3, days=number % 4)).isoformat()
        rate = (12000, 9500, 14000)[(number + each) % 3]
        share = rate if kind == DIRECT else copay or (3000, 2750, 4125)[number % 3]
        visit = field.visit(patient, day, kind, rate, share, write_off="Small balances")
        rows.append(row("bulk", patient, visit, copay=bool(copay)))
    return rows
