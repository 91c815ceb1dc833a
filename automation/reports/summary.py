"""Shows on the screen how a worklist's run ended: what needs a person, then the totals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table

from automation.billing.money import dollars
from automation.billing.receipt import Outcome
from automation.journal.journal import ItemRow, ItemState
from automation.runs.totals import Line, Totals
from automation.runs.worklist import Summary


def show_summary(
    console: Console, summary: Summary, items: Sequence[ItemRow], digest: str = ""
) -> None:
    """Write a run's plan or end: items, what needs a person, control totals, what to do next."""
    for item in items:
        line = planned_line(item)
        if line:
            console.print(line, markup=False)
    needs = [item for item in items if needs_a_person(item)]
    if needs:
        console.print(f"\n{len(needs)} need a person:", markup=False)
    for item in needs:
        console.print(needs_line(item), markup=False)
    console.print(totals_table(summary.totals, f"Run {summary.run}"))
    for line in conclusion(summary, digest):
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


def needs_a_person(item: ItemRow) -> bool:
    """Whether a person has to look at this item."""
    outcome = (item.receipt or {}).get("outcome")
    return item.state.is_outstanding or outcome in (
        Outcome.REFUSED,
        Outcome.FAILED,
        Outcome.OUTSTANDING,
    )


def needs_line(item: ItemRow) -> str:
    """Describe an item that needs a person: who, when, what is wrong and what to do."""
    receipt: dict[str, Any] = dict(item.receipt or {})
    who = f"{item.patient.get('last')}, {item.patient.get('first')}"
    row = (item.source or {}).get("row")
    what = receipt.get("message") or item.last_message or "outstanding"
    nxt = (receipt.get("problem") or {}).get("next") or "run `undo-writeoff recover`"
    place = f"row {row}" if row else f"item {item.number}"
    return f"  {place}: {who}, {item.visit.get('date')}: {what}\n      Next: {nxt}"


def totals_table(totals: Totals, title: str) -> Table:
    """The control totals, one line for each payer type, or for each kind of payment."""
    first = "Payments" if totals.are_payments else "Payer type"
    table = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False)
    for name in (first, "Items", "Before", "Expected", "After", "Outcomes"):
        table.add_column(name, justify="left" if name in (first, "Outcomes") else "right")
    for name, line in totals.lines.items():
        table.add_row(name, *_cells(line))
    table.add_row("all", *_cells(totals.overall), style="bold")
    return table


def _cells(line: Line) -> list[str]:
    outcomes = ", ".join(f"{count} {name}" for name, count in sorted(line.outcomes.items()))
    return [
        str(line.items),
        dollars(line.before),
        dollars(line.expected),
        dollars(line.after),
        outcomes,
    ]


def conclusion(summary: Summary, digest: str = "") -> list[str]:
    """Say whether the totals add up, and how to go on."""
    lines = []
    right = summary.counts.get(ItemState.FIXED) or summary.counts.get(ItemState.NOTHING_TO_DO)
    if summary.totals.meets and right and not summary.dry_run:
        lines.append("The totals meet: what is stored is what was expected.")
    for why in summary.totals.why[:20]:
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
