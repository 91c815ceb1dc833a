"""Texts and tables that several reports show, each with its only writer here."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from rich import box
from rich.table import Table

from automation.billing.money import dollars
from automation.billing.payer_types import FIELD_LABELS
from automation.reports.control_totals import ControlTotals
from automation.reports.needs import money
from automation.runs.totals import NOT_READ


def own_lines(receipt: Mapping[str, Any]) -> str:
    """Join the lines of its own that a flow wrote about an item; "" if there are none."""
    return "; ".join(" ".join(line) for line in receipt.get("told") or ())


def typing(receipt: Mapping[str, Any]) -> str:
    """Say what is typed into which field, after what stands in it: "Pt Amt $30.00 -> $0.00 -> ...".

    "" where nothing was planned. A flow with lines of its own is told by those.
    """
    if own := own_lines(receipt):
        return own
    plan = receipt.get("plan") or {}
    field = plan.get("field") or receipt.get("field")
    if not field:
        return ""
    was = (receipt.get("before") or {}).get(field)
    values = [*plan["resets"][:1], plan["correct"]] if plan.get("resets") else []
    values = receipt.get("typed") or values or [receipt.get("entered")]
    if values == [None]:
        return ""
    return f"{FIELD_LABELS[field]} " + " -> ".join(money(value) for value in (was, *values))


def copay_meanwhile(receipt: Mapping[str, Any]) -> str:
    """Say what a plan does with a stored copay; "" where none is in the way."""
    stored = (receipt.get("copay") or {}).get("original")
    if stored is None or not receipt.get("plan"):
        return ""
    return f"Copay {dollars(Decimal(stored))} -> $0.00 meanwhile, then given back"


def totals_table(found: ControlTotals, title: str = "", *, ended: bool = False) -> Table:
    """The control totals, one line for each payer type, or for each kind of payment.

    With `ended` each line says how its items ended.
    """
    first = "Payments" if found.totals.are_payments else "Payer type"
    table = Table(title=title or None, title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column(first)
    for name in ("Items", "Open before", "Expected", "Open now"):
        table.add_column(name, justify="right")
    if ended:
        table.add_column("Outcomes")
    for line in found.lines():
        name = "not known" if line.name == NOT_READ else line.name
        cells = [name, str(line.items), *line.sums]
        if ended:
            cells.append(line.outcomes({word: word.replace("-", " ") for word, _ in line.ended}))
        table.add_row(*cells, style="bold" if line.name == "all" else "")
    return table
