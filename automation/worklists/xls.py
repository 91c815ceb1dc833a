"""Reads .xls, the workbook of Excel 97 to 2003, including hidden rows and sheets."""

from __future__ import annotations

import io
from functools import partial
from typing import Any

from automation.worklists.formats import kind_of_format
from automation.worklists.grid import Cell, Grid, Merged, Row, Sheet, number_as_shown
from automation.worklists.limits import LARGEST_XLS, Budget, NoList


def sheets_of_xls(content: bytes) -> list[Sheet]:
    """The sheets of a workbook in order. Raises NoList for one that cannot be read."""
    if len(content) > LARGEST_XLS:
        size = len(content) // 1_000_000
        raise NoList(f"an old workbook of {size} MB", "save only the sheet with the list as .xlsx")
    book = _opened(content)
    return [
        Sheet(name, partial(_grid, book, place), book.sheet_by_index(place).visibility != 0)
        for place, name in enumerate(book.sheet_names())
    ]


def _opened(content: bytes) -> Any:
    import xlrd  # type: ignore[import-untyped]  # slow to load, and other files do not need it

    try:
        return xlrd.open_workbook(
            file_contents=content,
            formatting_info=True,  # shows which rows are hidden, which numbers are percentages
            ragged_rows=True,
            logfile=io.StringIO(),
        )
    except Exception as error:  # xlrd raises many kinds for a damaged file, all meaning the same
        if "encrypt" in str(error).casefold() or "password" in str(error).casefold():
            raise NoList("a workbook with a password", "save it without its password") from error
        raise NoList("no workbook that can be read", "save it as .xlsx") from error


def _grid(book: Any, place: int) -> Grid:
    sheet, budget = book.sheet_by_index(place), Budget()
    rows = []
    for number in range(sheet.nrows):
        cells: dict[int, Cell] = {}
        for column, cell in enumerate(sheet.row(number)):
            value = _value(book, cell)
            if value is None or (isinstance(value, str) and not value.strip()):
                continue
            budget.cell(value, (number + 1, column))
            cells[column] = value
        if cells:
            budget.row()
            info = sheet.rowinfo_map.get(number)
            rows.append(Row(number + 1, cells, bool(info and (info.hidden or info.height == 0))))
    merged = tuple(
        Merged((top + 1, bottom), (left, right - 1))
        for top, bottom, left, right in sheet.merged_cells
    )
    hidden = frozenset(c for c, info in sheet.colinfo_map.items() if info.hidden)
    return Grid(tuple(rows), merged, hidden)


def _value(book: Any, cell: Any) -> Cell:
    """The cell's value; types are 0 empty, 1 text, 2 number, 3 date, 4 yes or no, 5 error."""
    import xlrd

    if cell.ctype == 1:
        return cell.value
    if cell.ctype in (2, 3):
        return _number(book, cell)
    if cell.ctype == 4:
        return bool(cell.value)
    if cell.ctype == 5:
        return str(xlrd.error_text_from_code.get(cell.value, "#VALUE!"))
    return None


def _number(book: Any, cell: Any) -> Cell:
    known = 0 <= cell.xf_index < len(book.xf_list)
    key = book.xf_list[cell.xf_index].format_key if known else 0
    form = book.format_map.get(key)
    kind = kind_of_format(key, form.format_str if form else None)
    return number_as_shown(cell.value, kind, since_1904=book.datemode == 1)
