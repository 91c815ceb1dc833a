"""Texts and tables that several reports show: a flow's own lines, and the control totals."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich import box
from rich.table import Table

from automation.reports.control_totals import ControlTotals
from automation.runs.totals import NOT_READ


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
        name = "not known" if line.name == NOT_READ else line.name
        ended = line.outcomes({word: word.replace("-", " ") for word, _ in line.ended})
        table.add_row(name, str(line.items), *line.sums, ended, style=style)
    return table
