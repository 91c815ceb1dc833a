"""What the terminal shows at the end of a worklist's plan or run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table

from automation.billing.counting import counted
from automation.billing.money import dollars
from automation.billing.payer_types import FIELD_LABELS
from automation.journal.journal import ItemRow, ItemState
from automation.reports.summary import needs_a_person, own_lines
from automation.reports.terminal import day_shown, paragraphs, plain_word
from automation.runs.totals import NOT_READ, Line, Totals
from automation.runs.worklist import Summary

DIGITS = 8  # of a plan's number: enough to find it again, and few enough to type
_MOST = 20  # reasons shown why sums differ


def show_end(
    console: Console, summary: Summary, items: Sequence[ItemRow], digest: str = ""
) -> None:
    """Write a plan's items or a run's end: who needs a person, the sums, and how to go on."""
    lines = _planned(items) if summary.dry_run else []
    for line in [*lines, *_needs(items)]:
        paragraphs(console, line)
    table = plan_table(summary.totals) if summary.dry_run else totals_table(summary.totals)
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
            warned.setdefault(warning, []).append(_place(item))
    for warning, places in warned.items():
        lines += ["", f"Warning for {counted(len(places), 'item')}: {warning}"]
    return ["What would be done:", *lines] if lines else []


def planned_lines(receipt: Mapping[str, Any]) -> list[str]:
    """Say what a plan would type for one item, what happens to its copay, and its warnings."""
    plan = receipt["plan"]
    if own := own_lines(receipt):
        lines = [own]
    else:
        was = (receipt.get("before") or {}).get(plan["field"])
        values = [was, *plan["resets"][:1], plan["correct"]]
        typed = " -> ".join("blank" if value is None else _money(value) for value in values)
        balance = _money(plan["balance"])
        lines = [f"{FIELD_LABELS[plan['field']]} {typed}; {balance} is open then"]
    if copay := (receipt.get("copay") or {}).get("original"):
        lines.append(f"Copay {_money(copay)} -> $0.00 meanwhile, then given back")
    lines += [f"Warning: {text.partition(';')[0]}" for text in receipt.get("warnings") or ()]
    return [f"      {line}" for line in lines]


def _heading(item: ItemRow) -> str:
    payer = (item.receipt or {}).get("payer_type")
    return f"  {_place(item)}: {_who(item)}" + (f", {payer}" if payer else "")


def _place(item: ItemRow) -> str:
    row = (item.source or {}).get("row")
    return f"row {row}" if row else f"item {item.number}"


def _who(item: ItemRow) -> str:
    name = f"{item.patient.get('last')}, {item.patient.get('first')}"
    return f"{name}, {day_shown(item.visit['date'])}"


def _needs(items: Sequence[ItemRow]) -> Iterator[str]:
    """List who needs a person, with the reason and what to do next."""
    needs = [item for item in items if needs_a_person(item)]
    if needs:
        yield f"\n{len(needs)} {'needs' if len(needs) == 1 else 'need'} you:"
    for item in needs:
        receipt: dict[str, Any] = dict(item.receipt or {})
        what = receipt.get("message") or item.last_message or "it is not finished"
        following = (receipt.get("problem") or {}).get("next") or "run `undo-writeoff recover`"
        yield f"  {_place(item)}: {_who(item)} (reference {item.reference})\n      {what}"
        if owed := _copay_owed(receipt):
            yield f"      {owed}"
        yield f"      Next: {following}"


def _copay_owed(receipt: Mapping[str, Any]) -> str:
    copay = receipt.get("copay") or {}
    if not copay.get("set_aside") or copay.get("restored"):
        return ""
    return f"The copay is still $0.00 and must be {_money(copay['original'])}."


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


def totals_table(totals: Totals) -> Table:
    """A run's control totals, by payer type or kind of payment; outcomes stand below."""
    first = "Payments" if totals.are_payments else "Payer type"
    table = _table(first, "Items", "Open before", "Expected", "Open now")
    for name, line in totals.lines.items():
        table.add_row(_name(name), *_cells(line))
    if len(totals.lines) > 1:
        table.add_row("all", *_cells(totals.overall), style="bold")
    return table


def _table(first: str, *others: str) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column(first)
    for name in others:
        table.add_column(name, justify="right")
    return table


def _name(of_line: str) -> str:
    return "not known" if of_line == NOT_READ else of_line


def _cells(line: Line) -> list[str]:
    return [str(line.items), *(dollars(sum) for sum in (line.before, line.expected, line.after))]


def _money(stored: object) -> str:
    return dollars(Decimal(str(stored)))


def conclusion(summary: Summary, items: Sequence[ItemRow], digest: str = "") -> list[str]:
    """Say how the items ended, whether the sums are as expected, and how to go on."""
    outcomes = summary.totals.overall.outcomes
    ended = [f"{count} {plain_word(word)}" for word, count in sorted(outcomes.items())]
    lines = [f"Run {summary.run}: {', '.join(ended)}."] if ended else []
    right = summary.counts.get(ItemState.FIXED) or summary.counts.get(ItemState.NOTHING_TO_DO)
    if summary.totals.meets and right and not summary.dry_run:
        lines.append("Checked on freshly loaded charts: every balance is as expected.")
    lines += _not_as_expected(summary.totals, items)
    if not summary.finished:
        lines.append(
            f"{summary.totals.waiting} still to do. To go on:\n  undo-writeoff run --resume"
        )
    if summary.counts.get(ItemState.FAILED) or summary.counts.get(ItemState.PUT_BACK):
        lines.append("To try again what failed:\n  undo-writeoff run --failed-only")
    if digest:
        lines.append(f"To start:\n  undo-writeoff run --plan {digest[:DIGITS]}")
    return lines


def _not_as_expected(totals: Totals, items: Sequence[ItemRow]) -> list[str]:
    unfinished = [item for item in items if item.state.is_outstanding]
    lines = [
        f"UNFINISHED: {_who(item)}. {_copay_owed(item.receipt or {})}".rstrip()
        for item in unfinished
    ]
    lines += [f"NOT AS EXPECTED: {why}." for why in totals.why[:_MOST] if "outstanding" not in why]
    return [*lines, "To finish it:\n  undo-writeoff recover"] if unfinished else lines
