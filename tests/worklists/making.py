"""Makes lists like those that people and programs make; every name is invented."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import xlsxwriter

TODAY = dt.date(2026, 5, 1)
M = ("Marlowe, Juniper", "2026-03-04", "30.00")
O = ("Okafor, Tobias", "2026-03-11", "30.00")  # noqa: E741
HEAD = ("Patient", "Date of Service", "Patient Owes")
DAY, NEXT = dt.date(2026, 3, 4), dt.date(2026, 3, 11)
AT_HALF_PAST_TWO = dt.datetime.combine(DAY, dt.time(14, 30))
ROW, OTHER = ("Marlowe, Juniper", DAY, 30), ("Okafor, Tobias", NEXT, 30)

Fill = Callable[[Any, Any], None]


@dataclass(frozen=True)
class Case:
    """A file, and either the items in it or the words that say what is wrong with it."""

    name: str
    content: bytes
    items: Sequence[tuple[str, ...]] = ()
    says: Sequence[str] = ()
    plan: Sequence[str] = ()
    wanted: dict[str, Any] = field(default_factory=dict)


def text(*lines: str, end: str = "\n", code: str = "utf-8") -> bytes:
    """The lines as an encoded text file."""
    return (end.join(lines) + end).encode(code)


def csv_of(*rows: str, head: str = "Patient,Date of Service,Patient Owes") -> bytes:
    """A list with the usual headings."""
    return text(head, *rows)


def book(*rows: Sequence[Any], fill: Fill | None = None, **options: Any) -> bytes:
    """A workbook with one sheet; days are written as days."""
    return sheets({"March": rows}, fill, **options)


def sheets(
    all_rows: dict[str, Sequence[Sequence[Any]]], fill: Fill | None = None, **options: Any
) -> bytes:
    """A workbook with these sheets; `fill` makes further changes to the last of them."""
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True, **options}) as made:
        day = made.add_format({"num_format": "m/d/yyyy"})
        page = None
        for name, rows in all_rows.items():
            page = made.add_worksheet(name)
            for number, row in enumerate(rows):
                for column, cell in enumerate(row):
                    if isinstance(cell, dt.date):
                        page.write_datetime(number, column, cell, day)
                    elif cell is not None:
                        page.write(number, column, cell)
        if fill:
            fill(made, page)
    return stream.getvalue()


def packed(part: str) -> bytes:
    """A zip file that holds one part."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as made:
        made.writestr(part, "x")
    return stream.getvalue()


def hide_rows(*numbers: int) -> Fill:
    def fill(made: Any, page: Any) -> None:
        for number in numbers:
            page.set_row(number, None, None, {"hidden": True})

    return fill


def filtered(made: Any, page: Any) -> None:
    page.autofilter(0, 0, 3, 2)
    hide_rows(2, 3)(made, page)


def collapsed(made: Any, page: Any) -> None:
    page.set_row(2, None, None, {"level": 1, "hidden": True})
    page.set_row(3, None, None, {"collapsed": True})


def percent(made: Any, page: Any) -> None:
    page.write_number(1, 2, 0.2, made.add_format({"num_format": "0%"}))


def euros(made: Any, page: Any) -> None:
    page.write_number(1, 2, 30, made.add_format({"num_format": "[$€-407] #,##0.00"}))


def thousands(made: Any, page: Any) -> None:
    page.write_number(1, 2, 30_000, made.add_format({"num_format": "#,##0,"}))


def two_row_heading(made: Any, page: Any) -> None:
    page.merge_range(0, 0, 0, 1, "Patient")


def merged_patient(made: Any, page: Any) -> None:
    page.merge_range(1, 0, 3, 0, "Marlowe, Juniper")


def merged_amount(made: Any, page: Any) -> None:
    page.merge_range(1, 2, 2, 2, 60)


def formula(made: Any, page: Any) -> None:
    page.write_formula(1, 2, "=15+15", None, "")


def xls(rows: Sequence[Sequence[Any]], hidden: Sequence[int] = (), percent: bool = False) -> bytes:
    """A workbook of the older format."""
    import xlwt

    made = xlwt.Workbook()
    page = made.add_sheet("March")
    day = xlwt.easyxf(num_format_str="M/D/YYYY")
    for number, row in enumerate(rows):
        for column, cell in enumerate(row):
            if isinstance(cell, dt.date):
                page.write(number, column, dt.datetime.combine(cell, dt.time()), day)
            else:
                style = xlwt.easyxf(num_format_str="0%") if percent and cell == 0.2 else day
                page.write(number, column, cell, *([style] if percent and cell == 0.2 else []))
    for number in hidden:
        page.row(number).hidden = True
    stream = io.BytesIO()
    made.save(stream)
    return stream.getvalue()


def struck_through(made: Any, page: Any) -> None:
    """A name with a line through it."""
    page.write_string(1, 0, "Marlowe, Juniper", made.add_format({"font_strikeout": True}))


def rich_name(made: Any, page: Any) -> None:
    """A name with one part in bold."""
    page.write_rich_string(1, 0, "Marlowe, ", made.add_format({"bold": True}), "Juniper")


def strict(content: bytes) -> bytes:
    """The same workbook as Strict Open XML, which uses other namespaces."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(stream, "w") as new:
        for part in old.namelist():
            text = old.read(part).decode()
            text = text.replace(
                "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
                "http://purl.oclc.org/ooxml/spreadsheetml/main",
            ).replace(
                "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
                "http://purl.oclc.org/ooxml/officeDocument/relationships",
            )
            new.writestr(part, text)
    return stream.getvalue()


def merged_xls() -> bytes:
    """A workbook of the older format with one patient's cell merged over two rows."""
    import xlwt

    made = xlwt.Workbook()
    page = made.add_sheet("March")
    for column, word in enumerate(HEAD):
        page.write(0, column, word)
    page.write_merge(1, 2, 0, 0, "Marlowe, Juniper")
    for row, day in enumerate(("3/4/2026", "3/11/2026"), start=1):
        page.write(row, 1, day)
        page.write(row, 2, 30)
    stream = io.BytesIO()
    made.save(stream)
    return stream.getvalue()


def damaged_first(content: bytes) -> bytes:
    """The same workbook with its first sheet cut off."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(stream, "w") as new:
        for part in old.namelist():
            whole = old.read(part)
            new.writestr(part, whole[:-40] if part.endswith("sheet1.xml") else whole)
    return stream.getvalue()
