"""Chooses the sheets of a file that are read; the others are named."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from automation.billing.names import same_words
from automation.errors import UsageProblem
from automation.worklists.columns import words_understood
from automation.worklists.grid import Grid, Sheet
from automation.worklists.heading import Layout, layout_of, seen_headings
from automation.worklists.sheets import grid_of, sheets_of
from automation.worklists.told import LeftOut

Found = tuple[Sheet, Grid, Layout]


@dataclass(frozen=True)
class Wanted:
    """Which sheets and rows were asked for by name; without a word the first visible list."""

    sheets: tuple[str, ...] = ()
    all_sheets: bool = False
    hidden_rows: bool = False


def chosen(path: Path, wanted: Wanted) -> tuple[list[Found], list[LeftOut]]:
    """The sheets to read and those left out; raises UsageProblem where there is no list."""
    sheets = sheets_of(path)
    _must_be_there(path, sheets, wanted.sheets)
    found: list[Found] = []
    left_out: list[LeftOut] = []
    seen: list[str] = []
    whole = False
    for sheet in sheets:
        asked = _asked(sheet, wanted)
        try:
            grid = grid_of(path, sheet)
            grid = grid if wanted.hidden_rows else grid.visible()
        except UsageProblem as problem:
            if asked or not (found or sheet.hidden):
                raise
            left_out.append(LeftOut(sheet.name, problem.found))
            continue
        layout = layout_of(grid)
        if layout is None:
            _must_have_headings(path, sheet, asked)
            seen += [seen_headings(grid)]
            if grid.rows:
                why = "no headings of a list in it"
                left_out.append(LeftOut(sheet.name, why, len(grid.rows)))
            continue
        takes = _takes(sheet, layout, wanted, asked, whole)
        whole = whole or (takes and not layout.missing and bool(layout.rows))
        found, left_out = _placed((sheet, grid, layout), takes, wanted, found, left_out)
    if not found:
        raise _no_headings(path, [text for text in seen if text], left_out)
    return found, left_out


def _asked(sheet: Sheet, wanted: Wanted) -> bool:
    return same_words(sheet.name) in {same_words(name) for name in wanted.sheets}


def _takes(sheet: Sheet, layout: Layout, wanted: Wanted, asked: bool, whole: bool) -> bool:
    """Whether a sheet with headings is read: asked for, or the first visible one that is whole."""
    if wanted.sheets:
        return asked
    if wanted.all_sheets:
        return not layout.missing
    return not sheet.hidden and not whole


def _placed(
    one: Found, takes: bool, wanted: Wanted, found: list[Found], left_out: list[LeftOut]
) -> tuple[list[Found], list[LeftOut]]:
    """Put a sheet to those read or left out; a whole list takes the place of an unfinished one."""
    only_one = not wanted.sheets and not wanted.all_sheets
    if takes and only_one and found:
        if one[2].missing or (not one[2].rows and not found[0][2].missing):
            return found, [*left_out, _left(one)]
        return [one], [*left_out, *(_left(other) for other in found)]
    return ([*found, one], left_out) if takes else (found, [*left_out, _left(one)])


def _left(one: Found) -> LeftOut:
    sheet, _, layout = one
    kind = "hidden; " if sheet.hidden else ""
    why = (
        f"no column {layout.missing[0]!r}" if layout.missing else f'--sheet "{sheet.name}" takes it'
    )
    return LeftOut(sheet.name, kind + why, len(layout.rows))


def _must_be_there(path: Path, sheets: Sequence[Sheet], names: Sequence[str]) -> None:
    known = {same_words(sheet.name) for sheet in sheets}
    if missing := [name for name in names if same_words(name) not in known]:
        raise UsageProblem(
            f"looking for a sheet of {path.name}",
            expected=f"a sheet {missing[0]!r}",
            found=", ".join(repr(sheet.name) for sheet in sheets)
            if sheets[0].name
            else "a file without sheets",
            next_step="name one of its sheets, or leave --sheet out",
        )


def _must_have_headings(path: Path, sheet: Sheet, asked: bool) -> None:
    if asked:
        raise _no_headings(path, [], [], sheet.name)


def _no_headings(
    path: Path, seen: Sequence[str], left_out: Sequence[LeftOut], name: str = ""
) -> UsageProblem:
    hidden = [out.name for out in left_out if out.why.startswith("hidden")]
    told = f"; what looks like headings is: {seen[0]}" if seen else ""
    told += f"; lists are on hidden sheets only: {', '.join(hidden)}" if hidden else ""
    return UsageProblem(
        f"reading the worklist {path.name}" + (f", sheet {name!r}" if name else ""),
        expected="headings such as patient, date of service and owes",
        found=f"none in the first 20 rows{told}",
        next_step="name the columns in a row above the first date of service"
        + (", or name the sheet with --sheet" if hidden else "")
        + f". Understood are {words_understood()}",
    )
