"""Describes how a worklist was read: which columns, rows and sheets are used or left out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from automation.billing.counting import counted
from automation.worklists.columns import FOR_INFORMATION, USUAL
from automation.worklists.heading import named_column
from automation.worklists.limits import letters
from automation.worklists.sheet_reading import SheetRead

_MOST_NUMBERS = 12


@dataclass(frozen=True)
class LeftOut:
    """A sheet that was not read, and why."""

    name: str
    why: str
    rows: int = 0


def lines_of(sheets: Sequence[SheetRead], left_out: Sequence[LeftOut]) -> list[str]:
    """Describe how the list was read, one fact a line, without any patient's data."""
    lines: list[str] = []
    for sheet in sheets:
        lines += _of_sheet(sheet)
    for out in left_out:
        count = f", {counted(out.rows, 'row')}" if out.rows else ""
        lines.append(f"left out: sheet {out.name!r}{count}: {out.why}")
    return lines + _of_autopay(sheets)


def _of_sheet(sheet: SheetRead) -> list[str]:
    layout = sheet.layout
    where = f"sheet {sheet.name!r}, " if sheet.name else ""
    rows = sorted({i.row for i in sheet.items} | {b.row for b in sheet.bad})
    lines = [f"read: {where}headings in row {_numbers(layout.numbers)}; {_in(rows)}"]
    for key, place in layout.places.items():
        hidden = ", a hidden column" if place in sheet.hidden_columns else ""
        lines.append(f"  {USUAL[key]}: {named_column(layout, place)}{hidden}")
    lines += [f"  {remark}" for remark in sheet.remarks]
    if unused := [
        named_column(layout, place) + (f": {why}" if why else "")
        for place, why in layout.unused
        if layout.texts.get(place) not in FOR_INFORMATION
    ]:
        lines.append("  columns not used: " + ", ".join(unused))
    if bare := sorted({c for row in layout.rows for c in row.cells} - layout.texts.keys()):
        lines.append("  columns without a heading, not used: " + _letters(bare))
    if sheet.hidden:
        found = counted(len(sheet.hidden), "hidden or filtered row")
        lines.append(f"  left out: {found} ({_numbers(sheet.hidden)}); --hidden-rows takes them")
    if sheet.sums:
        found = counted(len(sheet.sums), "row")
        lines.append(f"  left out: {found} with nothing but a sum ({_numbers(sheet.sums)})")
    return lines


def _of_autopay(sheets: Sequence[SheetRead]) -> list[str]:
    lines = []
    for sheet in sheets:
        of = f" of sheet {sheet.name!r}" if sheet.name and len(sheets) > 1 else ""
        items = [item.row for item in sheet.items]
        if not items:
            continue
        without = [row for row in items if row not in set(sheet.consent)]
        given = f"given for {_rows(sheet.consent)}{of}" if sheet.consent else "given for no row"
        none = f"; not for {_rows(without)}" if sheet.consent and without else ""
        lines.append(f"AutoPay consent: {given}{none}{'' if sheet.consent else of}")
        lines += _warning(sheet, of)
    return lines


def _warning(sheet: SheetRead, of: str) -> list[str]:
    bare = [row for row in sheet.autopay if row not in set(sheet.consent)]
    if not bare:
        return []
    heading = sheet.layout.heading("autopay")
    return [
        f"WARNING: {heading!r} says that AutoPay is on for {_rows(bare)}{of}. That is a fact, no "
        "consent: an amount opened again may be charged to a card tonight. Such an item is "
        "refused unless a column 'AutoPay ok' says yes for it."
    ]


def _in(rows: Sequence[int]) -> str:
    return f"{counted(len(rows), 'row')} ({_numbers(rows)})" if rows else "no row"


def _rows(rows: Sequence[int]) -> str:
    return ("row " if len(rows) == 1 else "rows ") + _numbers(rows)


def _numbers(rows: Sequence[int]) -> str:
    """Format row numbers, consecutive ones as a range."""
    ranges: list[list[int]] = []
    for row in sorted(set(rows)):
        if ranges and ranges[-1][1] == row - 1:
            ranges[-1][1] = row
        else:
            ranges.append([row, row])
    shown = [str(a) if a == b else f"{a} to {b}" for a, b in ranges[:_MOST_NUMBERS]]
    more = ["more"] if len(ranges) > _MOST_NUMBERS else []
    return ", ".join(shown + more)


def _letters(places: Sequence[int]) -> str:
    shown = [letters(place) for place in places[:_MOST_NUMBERS]]
    return ", ".join(shown + (["more"] if len(places) > _MOST_NUMBERS else []))
