"""Comparing the whole practice before and after: fixed, as before, or what else changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from decimal import Decimal
from typing import Any

Ledger = dict[str, Any]
Case = dict[str, Any]

FIELDS = {"in-network": "pt_amt", "out-of-network": "coverage", "direct": "rate"}


def state_of(case: Case, before: Ledger, after: Ledger) -> str:
    """Name the state of the whole practice, for the date of service that a case is about.

    It is "as before" or "fixed" only if every other visit, policy, payment and patient is
    untouched; else everything that changed is named.
    """
    if _records(after) == _records(before):
        return "as before"
    if _records(after) == _records(_fixed(case, before)):
        strangers = {line["visit"] for line in _new_history(before, after)} - {case["visit"]}
        return "fixed" if not strangers else "fixed + another visit's History"
    return " + ".join(sorted(set(_moved(case, before, after))))


def _records(ledger: Ledger) -> tuple[Any, Any]:
    return ledger["patients"], ledger["charges"]


def _new_history(before: Ledger, after: Ledger) -> list[Any]:
    return list(after["history"][len(before["history"]) :])


def cents(amount: str) -> int:
    """Read dollars as whole cents."""
    return int(Decimal(amount) * 100)


def visit_in(ledger: Ledger, case: Case) -> dict[str, Any]:
    """Find a case's date of service."""
    visits = [v for p in ledger["patients"] for v in p["visits"] if v["id"] == case["visit"]]
    (visit,) = visits
    return visit


def copays(ledger: Ledger, case: Case) -> list[int | None]:
    """List the copays of a case's patient, in cents."""
    (patient,) = [p for p in ledger["patients"] if p["id"] == case["id"]]
    return [policy["copay_cents"] for policy in patient["policies"]]


def is_fixed(case: Case, before: Ledger, after: Ledger) -> bool:
    """Whether a case's date of service holds what it must after a fix."""
    return visit_in(after, case) == visit_in(_fixed(case, before), case)


def _fixed(case: Case, before: Ledger) -> Ledger:
    """Work out, by the billing rules alone, what the practice must hold after a fix."""
    wanted = deepcopy(before)
    visit, owes = visit_in(wanted, case), cents(case["owes"])
    if case["payer_type"] == "direct":
        visit["rate_cents"] = owes
    visit["pt_amt_cents"] = owes
    visit["coverage_cents"] = visit["rate_cents"] - owes
    visit["written_off_cents"], visit["write_off"] = 0, None
    visit["balance_cents"] = owes - visit["patient_paid_cents"]
    visit["pt_status"] = "Partly paid" if visit["patient_paid_cents"] else "Open"
    return wanted


def _moved(case: Case, before: Ledger, after: Ledger) -> Iterator[str]:
    if before["charges"] != after["charges"]:
        yield "a card charged"
    for was, now in zip(before["patients"], after["patients"], strict=True):
        if was != now:
            mine = was["id"] == case["id"]
            yield from _moved_on_a_chart(case, was, now) if mine else ["another patient's chart"]


def _moved_on_a_chart(case: Case, was: Any, now: Any) -> Iterator[str]:
    if was["policies"] != now["policies"]:
        yield "copay away"
    rest = {"policies", "visits"}
    if any(was[key] != now[key] for key in was if key not in rest):
        yield "payments or person"
    for old, new in zip(was["visits"], now["visits"], strict=True):
        if old != new:
            yield _visit_words(case, old, new) if old["id"] == case["visit"] else "another visit"


def _visit_words(case: Case, old: Any, new: Any) -> str:
    key = f"{FIELDS[case['payer_type']]}_cents"
    value = new[key]
    if value in (0, old["rate_cents"]) and value != old[key]:
        return "at the reset" + (", still written off" if new["write_off"] else "")
    if value == old[key] and not new["write_off"]:
        return "open at the amount before"
    return f"another amount ({new[key] / 100:.2f})"


# A whole list -----------------------------------------------------------------------------------


def balances_of(ledger: Ledger, rows: Sequence[Case]) -> list[int]:
    """Return the balance in cents of each row's date of service."""
    charts = {(who["last"], who["first"]): who["visits"] for who in ledger["patients"]}
    return [
        next(v["balance_cents"] for v in charts[r["last"], r["first"]] if v["date"] == r["date"])
        for r in rows
    ]


def copays_of(ledger: Ledger) -> Mapping[tuple[str, str], list[int | None]]:
    """Return each patient's stored copays in cents, one a policy."""
    return {
        (who["last"], who["first"]): [policy["copay_cents"] for policy in who["policies"]]
        for who in ledger["patients"]
    }


def saved_twice(history: Sequence[Mapping[str, Any]]) -> list[tuple[str, ...]]:
    """Return the changes of a date of service that the practice stored more than once.

    An amount that is reset again after it was fixed goes from the same value to the same value.
    """
    changes = Counter((row["visit"], row["what"], row["before"], row["after"]) for row in history)
    return [change for change, times in changes.items() if times > 1]
