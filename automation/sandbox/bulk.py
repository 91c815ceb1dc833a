"""A wrongly posted explanation of benefits: many patients, many written-off visits, and the list.

Also what a worklist for this practice says, row by row, and what each row ought to end with.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from .records import DIRECT, IN, OUT
from .seed import Field
from .words import plain

Row = dict[str, Any]

HEADS = ("Bal", "Cor", "Dar", "Fen", "Gal", "Hol", "Jar", "Kel", "Lor", "Mer", "Nor", "Pel")
MIDDLES = ("an", "ber", "dim", "el", "gor", "ith", "lo", "mar", "os", "rin", "tav", "un")
TAILS = ("by", "croft", "den", "field", "gate", "ham", "ley", "mont", "rick", "son", "ton", "wick")
FIRST = ("Ada", "Bram", "Cleo", "Dov", "Edda", "Finn", "Greta", "Hugo", "Ines", "Jory")

REFUSED = (
    "zero-responsibility",
    "zero-responsibility-out-of-network",
    "zero-responsibility-direct",
    "overpaid",
    "insurance-write-off",
    "missed-appointment",
    "misc-charge",
    "autopay",
)
NOTHING = ("already-open", "paid", "partly-paid")


def surname(number: int) -> str:
    """One of 1,728 surnames; from then on two of them, so that no name comes twice."""
    heads, middles, tails = len(HEADS), len(MIDDLES), len(TAILS)
    name = HEADS[number % heads] + MIDDLES[number // heads % middles]
    name += TAILS[number // heads // middles % tails]
    more, number = divmod(number, heads * middles * tails)
    return name if not more else f"{name}-{surname(more - 1)}"


def sow_bulk(field: Field, amount: str) -> list[Row]:
    """Add "PATIENTS:ITEMS" written-off visits, a quarter of the patients with a copay."""
    if not amount:
        return []
    patients, items = (int(part) for part in amount.split(":"))
    if not 0 < patients <= items <= 5 * patients:
        raise ValueError("bulk is PATIENTS:ITEMS, with one to five items for each patient")
    rows: list[Row] = []
    for number, visits in enumerate(_shares(patients, items)):
        rows += _one_patient(field, number, visits)
    return rows


def _shares(patients: int, items: int) -> list[int]:
    """How many visits each patient has: one each, the rest dealt out unevenly but fixedly."""
    shares, left, place = [1] * patients, items - patients, 0
    while left:
        more = min(left, 5 - shares[place], place % 4 + 1)
        shares[place] += more
        left, place = left - more, (place + 1) % patients
    return shares


def _one_patient(field: Field, number: int, visits: int) -> list[Row]:
    born = date(1950, 1, 1) + timedelta(days=number * 5 % 20000)
    person = field.patient(surname(number), FIRST[number % len(FIRST)], born.isoformat())
    kind = IN if number % 4 == 0 else (IN, OUT, DIRECT)[number % 3]
    copay = (2500, 3000, 4000)[number % 3] if number % 4 == 0 else None
    if kind != DIRECT:
        field.policy(person, copay)
    field.ordinary(person, 2, kind, settled=True)
    rows = []
    for each in range(visits):
        day = (date(2026, 3, 2) + timedelta(weeks=each, days=number % 4)).isoformat()
        rate = (12000, 9500, 14000)[number % 3]
        share = rate if kind == DIRECT else (copay or (3000, 2500, 4000)[number % 3])
        field.visit(person, day, kind, rate, share, write_off="Small balances")
        rows.append(
            {
                "case": "bulk",
                "last": person.last,
                "first": person.first,
                "born": person.born,
                "account": "",
                "date": day,
                "time": "",
                "service": "",
                "payer": kind,
                "owes": plain(share),
                "expect": "fixed",
                "copay": copay is not None,
            }
        )
    return rows


def row_of_case(name: str, case: dict[str, Any]) -> Row | None:
    """What a worklist says of a named case; None for a visit that nothing could be owed for."""
    if case.get("owes") is None or float(case["owes"]) <= 0:
        case = {**case, "owes": "30.00"}
    last, _, first = str(case["patient"]).partition(", ")
    twice = name == "two-sessions"
    return {
        "case": name,
        "last": last,
        "first": first,
        "born": case["born"],
        "account": "",
        "date": case["date"],
        "time": case["time"] if twice else "",
        "service": "",
        "payer": "",
        "owes": case["owes"],
        "expect": "refused" if name in REFUSED else "nothing-to-do" if name in NOTHING else "fixed",
        "copay": case.get("copay") is not None,
    }
