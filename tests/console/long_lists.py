"""Journals with long runs, as real ones leave them, for what is measured and counted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import insert

from automation.journal import schema
from automation.journal.journal import ItemState, Journal
from automation.journal.lists import Lists

V1: dict[str, object] = {"version": 1}
OTHERS = (ItemState.REFUSED, ItemState.NOTHING_TO_DO)
_BEFORE = {"rate": "120.00", "pt_amt": "30.00", "coverage": None, "patient_paid": "0.00"}
_STEPS = ("Patients > the patient", "Billing Settings: read the stored copay", "Click the date")


def long_run(
    journal: Journal,
    origin: str,
    count: int,
    state: ItemState = ItemState.PLANNED,
    *,
    others: Sequence[ItemState] = OTHERS,
) -> int:
    """Store a run of so many items, nearly all in one state and one in fifty in others."""
    is_plan = state is ItemState.PLANNED
    run = journal.start_run(
        "plan" if is_plan else "undo_write_off", "sandbox", origin, V1, "biller", worklist="a" * 64
    )
    grow(journal, run, origin, range(1, count + 1), state, others)
    if is_plan:
        Lists(journal).set_digest(run, f"{run:064}")
    journal.finish_run(run, "done")
    return run


def grow(
    journal: Journal,
    run: int,
    origin: str,
    numbers: range,
    state: ItemState,
    others: Sequence[ItemState] = OTHERS,
) -> None:
    """Add items to a run."""
    ends = [others[n // 50 % len(others)] if n % 50 == 0 else state for n in numbers]
    rows = [_item(journal, run, origin, *one) for one in zip(numbers, ends, strict=True)]
    with journal.transaction() as connection:
        connection.execute(insert(schema.items), rows)


def _item(journal: Journal, run: int, origin: str, n: int, state: ItemState) -> dict[str, Any]:
    letters = "".join(chr(97 + n // 26**place % 26) for place in range(3))
    patient = {**V1, "last": f"Makepeace{letters}", "first": "Jo", "born": "1984-02-09"}
    return {
        "run_id": run,
        "origin": origin,
        "reference": f"P-{n:06}",
        "number": n,
        "state": state.value,
        "patient": patient,
        "visit": {**V1, "date": "2026-03-04"},
        "request": {**V1, "date": "2026-03-04", "owes": "30.00", "enter": None},
        "receipt": None if state is ItemState.WAITING else _receipt(state),
        "source": {**V1, "sheet": "", "row": n + 1},
        "added_at": journal.now(),
        "settled_at": None if state is ItemState.WAITING else journal.now(),
    }


def _receipt(state: ItemState) -> dict[str, Any]:
    refused = state is ItemState.REFUSED
    before = {**_BEFORE, "balance": "0.00", "written_off": "30.00"}
    after = {**_BEFORE, "balance": "30.00", "written_off": "0.00"}
    problem = {"doing": "looking", "expected": "a", "found": "b", "next": "ask the patient"}
    return {
        **V1,
        "practice": "Make-believe practice",
        "outcome": state.value,
        "diagnosis": "autopay" if refused else "written-off",
        "date_of_service": "2026-03-04",
        "payer_type": "in-network",
        "field": "pt_amt",
        "before": before,
        "after": after if state is ItemState.FIXED else None,
        "copay": {"original": None, "set_aside": False, "restored": None},
        "entered": "30.00",
        "expected_balance": "30.00",
        "plan": {"before": {"amounts": before}, "resets": ["0.00"], "correct": "30.00"},
        "told": [],
        "posted": None,
        "steps": [{"title": title, "seconds": 1.4} for title in _STEPS],
        "seconds": 3.24,
        "message": "AutoPay is on." if refused else "Nothing was changed.",
        "problem": problem if refused else None,
        "warnings": ["A claim is out for this date of service (Ins Status: Submitted)."],
        "next_steps": [],
        "at": "2026-11-30T12:33:07+00:00",
    }
