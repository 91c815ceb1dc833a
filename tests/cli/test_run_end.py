"""What the terminal shows at the end of a worklist's plan or run, without a browser."""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from owing import borrow
from rich.console import Console

from automation.cli.run_end import show_end
from automation.journal.journal import ItemRow, ItemState, Journal
from automation.journal.lists import Lists, NewItem
from automation.reports.needs import needs
from automation.runs.totals import totals
from automation.runs.worklist import Summary

CLAIM = (
    "A claim is out for this date of service (Ins Status: Submitted); a changed amount may "
    "differ from what was billed."
)
BEFORE = {"pt_amt": "25.00", "balance": "0.00"}
PLANNED = {
    "outcome": "planned",
    "payer_type": "in-network",
    "before": BEFORE,
    "expected_balance": "25.00",
    "plan": {"field": "pt_amt", "resets": ["0.00"], "correct": "25.00", "balance": "25.00"},
    "copay": {"original": "20.00", "set_aside": False, "restored": None},
    "warnings": [CLAIM],
}
OPEN_ALREADY = {
    "outcome": "nothing-to-do",
    "payer_type": "in-network",
    "before": {"balance": "50.00"},
    "message": "A balance of $50.00 is open already.",
}
REFUSED = {
    "outcome": "refused",
    "message": "AutoPay is on",
    "problem": {"next": "ask first"},
}
HALF_WAY = {
    "outcome": "outstanding",
    "payer_type": "in-network",
    "before": BEFORE,
    "message": "the connection was lost",
    "copay": {"original": "15.00", "set_aside": True, "restored": False},
}
NAMES = ("Abernathy", "Stroud", "Tremblay")


@pytest.fixture
def journal(tmp_path: Path) -> Any:
    """An empty journal."""
    with Journal.open(f"sqlite:///{tmp_path / 'journal.db'}") as opened:
        yield opened


def rows(journal: Journal, *ends: tuple[ItemState, Mapping[str, Any]]) -> list[ItemRow]:
    """A run's items with these ends, in rows 2, 3, ... of its list."""
    origin, version = "https://practice.example", {"version": 1}
    number = journal.start_run("plan", "sandbox", origin, version, "biller", worklist="abc")
    new = [
        NewItem(
            {"version": 1, "last": name, "first": "Rosalind"},
            {"version": 1, "date": "2026-04-02"},
            {"version": 1, "owes": "25.00"},
            name,
            {"version": 1, "sheet": "", "row": row},
        )
        for row, name in enumerate(NAMES[: len(ends)], start=2)
    ]
    Lists(journal).add_items(number, new)
    found = journal.items(number)
    return [as_ended(item, *end) for item, end in zip(found, ends, strict=True)]


def as_ended(item: ItemRow, state: ItemState, receipt: Mapping[str, Any]) -> ItemRow:
    """The item as it is in the journal once it has ended."""
    import dataclasses

    return dataclasses.replace(item, state=state, receipt={"version": 1, **receipt})


def shown_of(
    journal: Journal, items: list[ItemRow], width: int, digest: str = "", *, dry_run: bool
) -> str:
    """What a terminal of this width shows."""
    screen = io.StringIO()
    console = Console(file=screen, width=width, force_terminal=True, color_system=None)
    counts = {item.state: 1 for item in items}
    summary = Summary(7, counts, totals(items), finished=True, dry_run=dry_run)
    show_end(console, summary, items, needs(journal, items), digest)
    return screen.getvalue()


def plan_of_three(journal: Journal) -> list[ItemRow]:
    """One item to do, one that is open already, one that is refused."""
    return rows(
        journal,
        (ItemState.PLANNED, PLANNED),
        (ItemState.NOTHING_TO_DO, OPEN_ALREADY),
        (ItemState.REFUSED, REFUSED),
    )


def test_plan_names_field_copay_and_claim(journal: Journal) -> None:
    """Whoever approves a plan sees the field, what happens to the copay, and every warning."""
    told = shown_of(journal, plan_of_three(journal), 120, "0123456789abcdef", dry_run=True)
    assert "row 2: Abernathy, Rosalind, 4/2/2026, in-network" in told
    assert "Pt Amt $25.00 -> $0.00 -> $25.00; then $25.00 is open" in told
    assert "Copay $20.00 -> $0.00 meanwhile, then given back" in told
    assert "Warning: A claim is out for this date of service" in told
    assert f"Warning for 1 item: {CLAIM}" in " ".join(told.split())
    assert "To start:\n  undo-writeoff run --plan 01234567\n" in told


def test_plan_adds_up_only_what_is_to_be_done(journal: Journal) -> None:
    """A balance that is open already is no part of what a plan would open again."""
    told = shown_of(journal, plan_of_three(journal), 120, dry_run=True)
    sums = next(line for line in told.splitlines() if line.split()[:1] == ["in-network"])
    assert sums.split() == ["in-network", "1", "$25.00"]
    assert "$50.00" not in told
    assert "1 needs you:" in told


@pytest.mark.parametrize("width", [60, 80, 120])
@pytest.mark.parametrize("dry_run", [True, False])
def test_no_line_is_wider_than_the_terminal(journal: Journal, width: int, dry_run: bool) -> None:
    """Texts and tables fit the width there is, so that the terminal breaks no word."""
    told = shown_of(journal, plan_of_three(journal), width, "0123456789abcdef", dry_run=dry_run)
    assert max(len(line) for line in told.splitlines()) <= width


def test_half_way_item_says_where_the_copay_is_and_what_to_do(journal: Journal) -> None:
    """A stop between two Saves is told with the patient's name, the copay and the command."""
    items = rows(journal, (ItemState.CHANGING, HALF_WAY))
    borrow(journal, items[0])
    told = " ".join(shown_of(journal, items, 120, dry_run=False).split())
    assert told.startswith("Run 7: The balance is not open again; 1 is unfinished and needs you.")
    assert "1 needs you: row 2: Abernathy, Rosalind, 4/2/2026" in told
    assert "Copay (Larkspur Mutual) is $25.00, untouched, and must be $25.00." in told
    assert "To finish what is half-way: undo-writeoff recover" in told
    assert "as expected" not in told.partition("To finish")[0]


def test_end_begins_with_the_sentence_of_the_reports(journal: Journal) -> None:
    """A plan says first how many will be fixed, for how much, and who needs a person."""
    told = shown_of(journal, plan_of_three(journal), 120, dry_run=True)
    first = "Run 7: 1 will be fixed: $25.00 opened again; 1 needs nothing; 1 needs you."
    assert told.splitlines()[0] == first
