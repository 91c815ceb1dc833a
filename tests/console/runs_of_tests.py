"""Runs as the page's own tests store them: a plan, and one whose balances are open again."""

from __future__ import annotations

from collections.abc import Sequence

from automation.console.place import Place
from automation.journal.journal import ItemState, Journal
from automation.journal.lists import Lists, NewItem
from tests.owing import begin_to_change

ADA = ("Marlowe", "Juniper", "2026-03-04")
BEN = ("Okafor", "Tobias", "2026-03-11")


def fixed_run(place: Place, *who: tuple[str, str, str], flow: str = "undo_write_off") -> int:
    """Store a run in which these patients' dates are fixed, and return its number."""
    with Journal.of(place.settings) as journal:
        number = begun(journal, place, who or [ADA], flow)
        for item in journal.items(number):
            journal.claim(item.id)
            begin_to_change(journal, item)
            journal.settle(item.id, ItemState.FIXED, receipt("fixed"))
        journal.finish_run(number, "done")
        return number


def begun(
    journal: Journal, place: Place, who: Sequence[tuple[str, str, str]], flow: str = "plan"
) -> int:
    """Store a run whose items wait, and return its number."""
    told: dict[str, object] = {"version": 1, "practice": "Make-believe practice"}
    number = journal.start_run(flow, "sandbox", place.origin, told, "ada", worklist="f" * 64)
    new = [
        NewItem(
            {"version": 1, "last": last, "first": first, "born": "1984-02-09"},
            {"version": 1, "date": day},
            {"version": 1, "owes": "30.00", "time": None},
            f"{last}, {first}",
        )
        for last, first, day in who
    ]
    Lists(journal).add_items(number, new)
    return number


def receipt(outcome: str) -> dict[str, object]:
    """The receipt of a balance of $30.00 that was, or will be, opened again."""
    return {
        "version": 1,
        "outcome": outcome,
        "payer_type": "in-network",
        "field": "pt_amt",
        "typed": ["0.00", "30.00"],
        "before": {"balance": "0.00", "pt_amt": "30.00"},
        "after": {"balance": "30.00", "pt_amt": "30.00"},
        "expected_balance": "30.00",
    }
