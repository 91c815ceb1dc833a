"""What the terminal shows at the end of a worklist's plan or run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table

from automation.billing.counting import counted
from automation.billing.money import dollars
from automation.journal.journal import ItemRow, ItemState
from automation.reports.control_totals import control_totals, do_not_meet
from automation.reports.headline import headline_of
from automation.reports.needs import Need, money, place_of
from automation.reports.summary import copay_meanwhile, totals_table, typing
from automation.reports.terminal import day_shown, paragraphs
from automation.runs.totals import NOT_READ, Totals
from automation.runs.worklist import Summary

DIGITS = 8  # of a plan's number: enough to find it again, and few enough to type
_MOST = 20  # reasons shown why sums differ


def show_end(
    console: Console,
    summary: Summary,
    items: Sequence[ItemRow],
    needs: Sequence[Need],
    digest: str = "",
) -> None:
    """Write a plan or a run's end: the sentence, who needs a person, the sums, how to go on."""
    found = control_totals(items)
    owed = [need.item.id for need in needs if need.is_unfinished]
    first = headline_of(items, is_plan=summary.dry_run, owed=owed)
    lines = _planned(items) if summary.dry_run else []
    for line in [f"Run {summary.run}: {first}", *lines, *_needs(needs)]:
        paragraphs(console, line)
    table = plan_table(found.totals) if summary.dry_run else totals_table(found)
    if table.rows:
        console.print(table, soft_wrap=not console.is_terminal)
    for line in conclusion(summary, items, digest):
        paragraphs(console, line)


def _planned(items: Sequence[ItemRow]) -> list[str]:
    """List what a plan would do, item by item, and the warnings once in full."""
    lines: list[str] = []
    warned: dict[str, list[str]] = {}
    for item in items:
        receipt: dict[str, Any] = dict(item.receipt or {})
        if item.state is not ItemState.PLANNED or not receipt.get("plan"):
            continue
        lines += [_heading(item), *planned_lines(receipt)]
        for warning in receipt.get("warnings") or ():
            warned.setdefault(warning, []).append(place_of(item))
    for warning, places in warned.items():
        lines += ["", f"Warning for {counted(len(places), 'item')}: {warning}"]
    return ["What would be done:", *lines] if lines else []


def planned_lines(receipt: Mapping[str, Any]) -> list[str]:
    """Say what a plan would type for one item, what happens to its copay, and its warnings."""
    lines = [typing(receipt)]
    if balance := receipt["plan"].get("balance"):
        lines[0] += f"; then {money(balance)} is open"
    if copay := copay_meanwhile(receipt):
        lines.append(copay)
    lines += [f"Warning: {text.partition(';')[0]}" for text in receipt.get("warnings") or ()]
    return [f"      {line}" for line in lines]


def _heading(item: ItemRow) -> str:
    payer = (item.receipt or {}).get("payer_type")
    return f"  {place_of(item)}: {_who(item)}" + (f", {payer}" if payer else "")


def _who(item: ItemRow) -> str:
    name = f"{item.patient.get('last')}, {item.patient.get('first')}"
    return f"{name}, {day_shown(item.visit['date'])}"


def _needs(needs: Sequence[Need]) -> Iterator[str]:
    """List who needs a person, what is stored, and what to do next."""
    if needs:
        yield f"\n{len(needs)} {'needs' if len(needs) == 1 else 'need'} you:"
    for need in needs:
        yield f"  {need.place}: {_who(need.item)} (reference {need.item.reference})"
        yield f"      {need.what}"
        yield f"      Next: {need.todo}"


def plan_table(totals: Totals) -> Table:
    """What a plan would open again, by payer type; what needs no work is not counted."""
    table = _table("Payer type", "To do", "Opened again")
    planned = {name: line for name, line in totals.lines.items() if line.outcomes.get("planned")}
    for name, line in planned.items():
        table.add_row(_name(name), str(line.outcomes["planned"]), dollars(line.to_open))
    if len(planned) > 1:
        overall = totals.overall
        sums = str(overall.outcomes["planned"]), dollars(overall.to_open)
        table.add_row("all", *sums, style="bold")
    return table


def _table(first: str, *others: str) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column(first)
    for name in others:
        table.add_column(name, justify="right")
    return table


def _name(of_line: str) -> str:
    return "not known" if of_line == NOT_READ else of_line


def conclusion(summary: Summary, items: Sequence[ItemRow], digest: str = "") -> list[str]:
    """Say whether the sums are as expected, and how to go on."""
    lines = []
    right = summary.counts.get(ItemState.FIXED) or summary.counts.get(ItemState.NOTHING_TO_DO)
    if summary.totals.meets and right and not summary.dry_run:
        lines.append("Checked on freshly loaded charts: every balance is as expected.")
    lines += [f"NOT AS EXPECTED: {why}." for why in do_not_meet(summary.totals, items)[:_MOST]]
    if any(item.state.is_outstanding for item in items):
        lines.append("To finish what is half-way:\n  undo-writeoff recover")
    if not summary.finished:
        lines.append(
            f"{summary.totals.waiting} still to do. To go on:\n  undo-writeoff run --resume"
        )
    if summary.counts.get(ItemState.FAILED) or summary.counts.get(ItemState.PUT_BACK):
        lines.append("To try again what failed:\n  undo-writeoff run --failed-only")
    if digest:
        lines.append(f"To start:\n  undo-writeoff run --plan {digest[:DIGITS]}")
    return lines
