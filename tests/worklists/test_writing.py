"""A workbook that is printed is read on as few sheets as it needs, each with its headings."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from decimal import Decimal
from typing import Any

from automation.worklists.writing import as_bytes

LONG = "The date of service shows another amount than the plan; look at the chart. " * 3
COLUMNS = ["Item", "Patient", "Date of service", "Balance after", "Message"]
ROW: list[Any] = [1, "Marlowe, Juniper", dt.date(2026, 3, 4), Decimal("30.00"), LONG]


def parts(rows: list[list[Any]]) -> dict[str, str]:
    """The texts inside a workbook, by name."""
    with zipfile.ZipFile(io.BytesIO(as_bytes(".xlsx", COLUMNS, rows))) as book:
        return {name: book.read(name).decode() for name in book.namelist()}


def widths(sheet: str) -> list[float]:
    """The width of each column, in characters."""
    told = re.findall(r'<col min="(\d+)" max="(\d+)" width="([\d.]+)"', sheet)
    return [float(width) for first, last, width in told for _ in range(int(first), int(last) + 1)]


def test_it_prints_sideways_as_wide_as_one_letter_page() -> None:
    """Landscape, Letter, one page wide and as many as needed down, numbered."""
    sheet = parts([ROW])["xl/worksheets/sheet1.xml"]
    (setup,) = re.findall(r"<pageSetup ([^>]*)/>", sheet)
    assert 'orientation="landscape"' in setup
    assert 'paperSize="1"' in setup
    assert 'fitToHeight="0"' in setup
    assert '<pageSetUpPr fitToPage="1"/>' in sheet
    assert "&amp;P of &amp;N" in sheet


def test_headings_are_on_every_sheet() -> None:
    """The first row is repeated where a list goes on."""
    book = parts([ROW] * 100)["xl/workbook.xml"]
    assert '<definedName name="_xlnm.Print_Titles" localSheetId="0">Worklist!$1:$1<' in book


def test_columns_are_as_wide_as_what_stands_in_them() -> None:
    """A number takes little room, and a long text is wrapped instead of pushing others away."""
    sheet = parts([ROW])["xl/worksheets/sheet1.xml"]
    item, patient, _, _, message = widths(sheet)
    assert item < 12 < patient < message < 40
    assert 'wrapText="1"' in parts([ROW])["xl/styles.xml"]


def test_list_without_rows_has_its_headings() -> None:
    """An empty list is a list all the same."""
    told = parts([])
    assert all(f">{column}<" in told["xl/sharedStrings.xml"] for column in COLUMNS)
