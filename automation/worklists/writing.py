"""Writes tables that a spreadsheet can open and will not execute as formulas."""

from __future__ import annotations

import csv
import datetime as dt
import io
import os
import re
import unicodedata
from collections.abc import Iterable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, TextIO

from automation.errors import UsageProblem

Value = Any
"""Text, an amount, a date, a whole number, or None for an empty cell."""

_SIGNS = ("=", "+", "-", "@", "\t", "\r")
_PARTED = re.compile(r"([;\t\r\n]+)(?=[ \u00a0]*[=+\-@\uff1d\uff0b\uff0d\uff20])")


def neutral(text: str) -> str:
    """Put an apostrophe before text that a spreadsheet would take for a formula.

    One is also put after a `;` or a line's end, where some spreadsheets begin a new cell.
    """
    text = _PARTED.sub(r"\1'", text)
    first = unicodedata.normalize("NFKC", text.lstrip(" \u00a0"))
    return f"'{text}" if first.startswith(_SIGNS) else text


def write_csv(stream: TextIO, columns: Sequence[str], rows: Iterable[Sequence[Value]]) -> None:
    """Write a table as comma-separated CSV, every text made harmless and every cell in quotes.

    Where a country's decimal sign is the comma, Excel splits cells at each `;`: without the quotes
    it would take the text after one for a cell of its own, and evaluate it.
    """
    writer = csv.writer(stream, quoting=csv.QUOTE_ALL)
    writer.writerow([neutral(column) for column in columns])
    for row in rows:
        writer.writerow([_as_text(value) for value in row])


def _as_text(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return f"{value:.2f}"
    if isinstance(value, (dt.date, int, float)):
        return str(value)
    return neutral(str(value))


def write_xlsx(
    target: Any, columns: Sequence[str], rows: Iterable[Sequence[Value]], sheet: str = "Worklist"
) -> None:
    """Write a table as a workbook: text as text, dates as dates, the headings kept in view.

    It prints on Letter, sideways, as wide as one page, with the headings on every page.
    """
    import xlsxwriter  # type: ignore[import-untyped]  # slow to load, and most commands write none

    off = dict.fromkeys(("strings_to_formulas", "strings_to_urls", "strings_to_numbers"), False)
    book = xlsxwriter.Workbook(target, {"in_memory": True, **off})
    page = book.add_worksheet(sheet)
    kept = [list(row) for row in rows]
    _set_up_page(page)
    for place, column in enumerate(columns):
        page.set_column(place, place, _width(column, [row[place] for row in kept]))
    _fill(page, columns, kept, _Formats(book))
    book.close()


_NARROWEST, _WIDEST = 8, 36  # characters; a longer text goes on in the next line of its cell


def _set_up_page(page: Any) -> None:
    page.freeze_panes(1, 0)
    page.set_landscape()
    page.set_paper(1)  # Letter
    page.fit_to_pages(1, 0)  # one page wide, as many as it takes down
    page.repeat_rows(0)
    page.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    page.set_footer("&C&P of &N")


def _width(column: str, values: Iterable[Value]) -> int:
    """Return a column's width: its longest text and a little air, within limits."""
    heading = max((len(word) for word in column.split()), default=0)  # headings wrap between words
    longest = max((len(_as_text(value)) for value in values), default=0)
    return min(max(heading, longest, _NARROWEST) + 2, _WIDEST)


class _Formats:
    """The cell formats of one workbook."""

    def __init__(self, book: Any) -> None:
        top = {"valign": "top"}
        self.heading = book.add_format({"bold": True, "text_wrap": True, **top})
        self.text = book.add_format({"text_wrap": True, **top})
        self.number = book.add_format(top)
        self.day = book.add_format({"num_format": "m/d/yyyy", **top})
        self.money = book.add_format({"num_format": "#,##0.00", **top})


def _fill(
    page: Any, columns: Sequence[str], rows: Sequence[Sequence[Value]], formats: _Formats
) -> None:
    for place, column in enumerate(columns):
        page.write_string(0, place, column, formats.heading)
    for number, row in enumerate(rows, start=1):
        for place, value in enumerate(row):
            _write_cell(page, number, place, value, formats)


def _write_cell(page: Any, number: int, place: int, value: Value, formats: _Formats) -> None:
    if value is None:
        return
    if isinstance(value, dt.date):
        day = dt.datetime.combine(value, dt.time())
        page.write_datetime(number, place, day, formats.day)
    elif isinstance(value, Decimal):
        page.write_number(number, place, float(value), formats.money)
    elif isinstance(value, (int, float)):
        page.write_number(number, place, value, formats.number)
    else:
        page.write_string(number, place, str(value), formats.text)


def as_bytes(suffix: str, columns: Sequence[str], rows: Iterable[Sequence[Value]]) -> bytes:
    """The content of a file with this table, .csv or .xlsx by its suffix."""
    if suffix == ".xlsx":
        book = io.BytesIO()
        write_xlsx(book, columns, rows)
        return book.getvalue()
    text = io.StringIO(newline="")
    write_csv(text, columns, rows)
    return text.getvalue().encode("utf-8-sig")  # with a BOM, so that Excel reads it as UTF-8


def can_be_written(path: Path) -> None:
    """Raise UsageProblem if no worklist of that name could be written, before it is made."""
    if path.suffix.lower() not in (".csv", ".xlsx"):
        expected, found = "a name that ends in .xlsx or .csv", repr(path.suffix or path.name)
    elif path.exists():
        expected, found = "a new file", "one of that name; it was left as it is"
    elif not path.absolute().parent.is_dir():
        expected, found = "a folder that is there", f"no folder {str(path.parent)!r}"
    else:
        return
    problem = UsageProblem(
        f"writing {path.name}", expected=expected, found=found, next_step="choose another name"
    )
    problem.about_settings = True
    raise problem


def write_worklist(path: Path, columns: Sequence[str], rows: Iterable[Sequence[Value]]) -> None:
    """Write a new .csv or .xlsx that only its owner can read; an existing one is never replaced."""
    can_be_written(path)
    new_file(path, as_bytes(path.suffix.lower(), columns, rows))


def new_file(path: Path, content: bytes, *, replace: bool = False) -> None:
    """Write a file that only its owner can read. Raises UsageProblem when it exists or fails."""
    flags = os.O_WRONLY | os.O_CREAT | (os.O_TRUNC if replace else os.O_EXCL)
    try:
        with os.fdopen(os.open(path, flags, 0o600), "wb") as file:
            file.write(content)
    except OSError as error:
        there = isinstance(error, FileExistsError)
        raise UsageProblem(
            f"writing {path.name}",
            expected="a new file" if there else "a place to write to",
            found="one of that name; it was left as it is" if there else str(error.strerror),
            next_step="choose another name",
        ) from error
