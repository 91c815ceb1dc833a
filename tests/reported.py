"""Runs in a journal as reports show them: fixed, refused, half-way after a crash, not begun."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from owing import begin_to_change, borrow, copay

from automation.journal.edits import Edits
from automation.journal.journal import ItemRow, ItemState, Journal
from automation.journal.lists import Lists, NewItem

V1: dict[str, object] = {"version": 1}
PAYERS = (("in-network", "pt_amt"), ("out-of-network", "coverage"), ("direct", "rate"))
NAMES = (
    "Abernathy, Rosalind",
    "Ferreira, Linnea",
    "Marlowe, Juniper",
    "Oyelaran-Whitcombe, Theodora Anneliese",
    "Quillfeather, Barnaby",
    "Sandoval, Ines",
)
MESSAGES = {
    "refused": "AutoPay is on: if you reopen $30.00, the card is charged tonight",
    "failed": "the page did not answer before the first Save",
    "nothing-to-do": "The balance is already open with $30.00, and nothing is written off.",
    "fixed": "The balance is open again; a freshly loaded chart shows it.",
    "planned": "Nothing was changed.",
}
NEXT = {
    "refused": 'ask the patient first; then fix this row with "AutoPay ok" set to yes',
    "failed": "check the connection, then run `undo-writeoff run --failed-only`",
}


def receipt(outcome: str, place: int = 0, owes: str = "30.00", **more: Any) -> dict[str, Any]:
    """A receipt as a run stores it."""
    payer, field = PAYERS[place % len(PAYERS)]
    is_open = outcome == "nothing-to-do"
    before = {"rate": "120.00", field: owes, "balance": owes if is_open else "0.00"}
    after = {**before, "balance": owes} if outcome in ("fixed", "nothing-to-do") else before
    problem = {"next": NEXT[outcome], "found": "x"} if outcome in NEXT else None
    return {
        "version": 1,
        "outcome": outcome,
        "diagnosis": "already-open" if is_open else "written-off",
        "payer_type": payer,
        "field": field,
        "before": before,
        "after": after,
        "copay": {"original": None, "set_aside": False, "restored": None},
        "entered": owes,
        "expected_balance": owes,
        "seconds": 4.25 + place,
        "message": MESSAGES[outcome],
        "plan": {"field": field, "resets": ["0.00"], "correct": owes, "balance": owes},
        "problem": problem,
        **more,
    }


@dataclass(frozen=True)
class Told:
    """A run in a journal, and its items by how they ended."""

    run: int
    items: list[ItemRow]


def a_run(journal: Journal, outcomes: Sequence[str], *, is_plan: bool = False) -> Told:
    """Store a run whose items ended so: an outcome, "crash" between the two Saves, or "waiting"."""
    arguments = {**V1, "dry_run": is_plan, "practice": "Make-believe practice (sandbox)"}
    run = journal.start_run(
        "plan" if is_plan else "undo_write_off", "sandbox", ORIGIN, arguments, BY
    )
    Lists(journal).add_items(run, [_new(place) for place in range(len(outcomes))])
    for place, (item, outcome) in enumerate(zip(journal.items(run), outcomes, strict=True)):
        if outcome != "waiting":
            _end(journal, item, outcome, place)
    return Told(run, journal.items(run))


ORIGIN, BY = "https://practice.example", "b.quill"


def _new(place: int) -> NewItem:
    last, first = NAMES[place % len(NAMES)].split(", ")
    day = dt.date(2026, 3, 4) + dt.timedelta(days=place)
    return NewItem(
        patient={**V1, "last": last, "first": first, "born": "1984-02-09"},
        visit={**V1, "date": day.isoformat()},
        request={**V1, "owes": "30.00"},
        patient_key=f"{last}|{first}",
        source={**V1, "sheet": "March", "row": place + 2},
    )


def _end(journal: Journal, item: ItemRow, outcome: str, place: int) -> None:
    journal.claim(item.id)
    if outcome == "crash":
        crash(journal, item)
        return
    state = ItemState(outcome)
    told = receipt(outcome, place)
    if state is ItemState.FIXED:
        begin_to_change(journal, item)
        label = {"pt_amt": "Pt Amt", "coverage": "Coverage", "rate": "Rate"}[told["field"]]
        save(journal, item, label, told["entered"], "0.00")
        save(journal, item, label, "0.00", told["entered"])
    journal.settle(item.id, state, told)


def save(
    journal: Journal, item: ItemRow, what: str, was: str, to: str, kind: str = "changes"
) -> None:
    """Store a Save that was answered."""
    told = [{**V1, "value": value} for value in (was, to)]
    journal.end_step(journal.begin_step(item.id, f"{to} into {what}", what, *told, kind=kind))


def crash(journal: Journal, item: ItemRow) -> None:
    """Store what is left when the program is killed between the two Saves, the copay at $0."""
    borrow(journal, item, copay(), key=f"{item.id}")
    save(journal, item, "Copay", "25.00", "0.00", "borrows")
    begin_to_change(journal, item)
    save(journal, item, "Pt Amt", "30.00", "0.00")


def give_back(journal: Journal, item: ItemRow) -> None:
    """Store that recovery gave the copay of a crashed item back and finished its amount."""
    (row,) = Edits(journal).of_item(item.id, borrowed=True)
    Edits(journal).close(row.id, {**V1, "value": "25.00"})
    save(journal, item, "Pt Amt", "0.00", "30.00")
    back = {"original": "25.00", "set_aside": True, "restored": True}
    journal.settle(item.id, ItemState.FIXED, receipt("fixed", copay=back, seconds=3.5))
