"""Shows on the screen how a worklist's run ended: a sentence, what needs a person, the totals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table

from automation.journal.journal import ItemRow, ItemState
from automation.reports.control_totals import ControlTotals, control_totals, do_not_meet
from automation.reports.headline import headline_of
from automation.reports.needs import need_of, needs_a_person
from automation.runs.worklist import Summary


def show_summary(
    console: Console, summary: Summary, items: Sequence[ItemRow], digest: str = ""
) -> None:
    """Write a run's plan or end: items, what needs a person, control totals, what to do next."""
    console.print(headline_of(items, is_plan=summary.dry_run), markup=False)
    for item in items:
        line = planned_line(item)
        if line:
            console.print(line, markup=False)
    needs = [need_of(item) for item in items if needs_a_person(item)]
    if needs:
        console.print(f"\nWhat needs you ({len(needs)}):", markup=False)
    for need in needs:
        console.print("\n".join(need.lines()), markup=False)
    console.print(totals_table(control_totals(items), f"Run {summary.run}"))
    for line in conclusion(summary, items, digest):
        console.print(line, markup=False)


def planned_line(item: ItemRow) -> str:
    """What a plan would type for an item; "" for one that is not planned."""
    receipt: dict[str, Any] = dict(item.receipt or {})
    plan = receipt.get("plan")
    if item.state is not ItemState.PLANNED or not plan:
        return ""
    who = f"{item.number or '':>5}  {receipt.get('patient')}, {receipt.get('date_of_service')}: "
    if own := own_lines(receipt):
        return who + own
    was = (receipt.get("before") or {}).get(plan["field"])
    typed = " -> ".join([str(was), *plan["resets"][:1], plan["correct"]])
    return f"{who}{receipt.get('payer_type')}, {typed}, then ${plan['balance']} open"


def own_lines(receipt: Mapping[str, Any]) -> str:
    """Join the lines of its own that a flow wrote about an item; "" if there are none."""
    return "; ".join(" ".join(line) for line in receipt.get("told") or ())


def totals_table(found: ControlTotals, title: str) -> Table:
    """The control totals, one line for each payer type, or for each kind of payment."""
    first = "Payments" if found.totals.are_payments else "Payer type"
    table = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False)
    for name in (first, "Items", "Before", "Expected", "After", "Outcomes"):
        table.add_column(name, justify="left" if name in (first, "Outcomes") else "right")
    for line in found.lines():
        style = "bold" if line.name == "all" else ""
        table.add_row(line.name, str(line.items), *line.sums, line.outcomes(), style=style)
    return table


def conclusion(summary: Summary, items: Sequence[ItemRow], digest: str = "") -> list[str]:
    """Say whether the totals add up, and how to go on."""
    lines = []
    right = summary.counts.get(ItemState.FIXED) or summary.counts.get(ItemState.NOTHING_TO_DO)
    if summary.totals.meets and right and not summary.dry_run:
        lines.append("The totals meet: what is stored is what was expected.")
    for why in do_not_meet(summary.totals, items)[:20]:
        lines.append(f"THE TOTALS DO NOT MEET: {why}.")
    if not summary.finished:
        lines.append(
            f"{summary.totals.waiting} not begun; go on with `undo-writeoff run --resume`."
        )
    if summary.counts.get(ItemState.FAILED) or summary.counts.get(ItemState.PUT_BACK):
        lines.append("What failed can be tried again with `undo-writeoff run --failed-only`.")
    if digest:
        lines.append(
            f"Plan {digest[:16]}: do just this with `undo-writeoff run --plan {digest[:16]}`."
        )
    return lines
