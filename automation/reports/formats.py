"""The formats of a report: one function each, and the table of them."""

from __future__ import annotations

import io
import json
from collections.abc import Callable

from automation.reports.run_report import RunReport
from automation.reports.terminal import day_shown, plain_word

Format = Callable[[RunReport], bytes]
"""Writes a report as the bytes of a file."""


def as_table(report: RunReport) -> bytes:
    """Plain text for a terminal of 80 columns."""
    from rich import box
    from rich.console import Console
    from rich.table import Table

    from automation.reports.control_totals import WHY_WITHHELD
    from automation.reports.summary import totals_table

    shown = ("Item", "Row", "Patient", "Date of service", "Outcome", "Payer type")
    places = [n for n, name in enumerate(report.columns) if name in shown or report.shareable]
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for place in places:
        heading = report.columns[place]
        table.add_column(_HEADINGS.get(heading, heading), overflow="fold")
    for row in report.rows:
        table.add_row(*[_in_words(report.columns[place], row[place]) for place in places])
    stream = io.StringIO()
    console = Console(file=stream, width=80, highlight=False, markup=False)
    console.print(report.headline)
    for name, value in report.head:
        console.print(f"{name}: {value}", soft_wrap=True)
    console.print(table)
    console.print(totals_table(report.totals, "Control totals", ended=True))
    if report.totals.is_withheld:
        console.print(WHY_WITHHELD)
    return stream.getvalue().encode()


_HEADINGS = {"Date of service": "Date"}


def _in_words(column: str, value: object) -> str:
    """Write a value as people do: days month first, outcomes without dashes."""
    if value is None:
        return ""
    if column == "Date of service":
        return day_shown(value)
    return plain_word(str(value)) if column in ("Outcome", "Diagnosis") else str(value)


def as_csv(report: RunReport) -> bytes:
    """A table for a spreadsheet, harmless cells only."""
    from automation.worklists.writing import as_bytes

    return as_bytes(".csv", report.columns, report.rows)


def as_xlsx(report: RunReport) -> bytes:
    """A workbook, text as text."""
    from automation.worklists.writing import write_xlsx

    book = io.BytesIO()
    write_xlsx(book, report.columns, report.rows, sheet=report.title)
    return book.getvalue()


def as_json(report: RunReport) -> bytes:
    """Data for a program."""
    return json.dumps(report.as_json(), indent=2, ensure_ascii=False).encode() + b"\n"


def as_html(report: RunReport) -> bytes:
    """One self-contained page that sorts, filters and prints."""
    from automation.reports.run_page import as_page

    return as_page(report).encode()


FORMATS: dict[str, Format] = {
    "table": as_table,
    "csv": as_csv,
    "xlsx": as_xlsx,
    "json": as_json,
    "html": as_html,
}
