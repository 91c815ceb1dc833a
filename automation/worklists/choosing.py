"""Chooses which sheets of a file to read, and names the others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from automation.billing.names import same_words
from automation.errors import UsageProblem
from automation.worklists.columns import words_understood
from automation.worklists.grid import Grid, Sheet
from automation.worklists.heading import Layout, layout_of, seen_headings
from automation.worklists.sheets import Source, grid_of, sheets_of
from automation.worklists.told import LeftOut

Found = tuple[Sheet, Grid, Layout]


@dataclass(frozen=True)
class Wanted:
    """The sheets and rows to read; by default the visible rows of the first visible list."""

    sheets: tuple[str, ...] = ()
    all_sheets: bool = False
    hidden_rows: bool = False


def chosen(path: Source, wanted: Wanted) -> tuple[list[Found], list[LeftOut]]:
    """Return the sheets to read and those left out. Raises UsageProblem when there is no list."""
    sheets = sheets_of(path)
    _must_be_there(path, sheets, wanted.sheets)
    choosing = _Choosing(path, wanted)
    for sheet in sheets:
        choosing.look_at(sheet)
    if not choosing.found:
        raise choosing.problem or _no_headings(path, choosing.seen, choosing.left_out)
    return choosing.found, choosing.left_out


class _Choosing:
    """Goes through the sheets in order; keeps those to read, and notes those left out."""

    def __init__(self, path: Source, wanted: Wanted) -> None:
        self._path, self._wanted = path, wanted
        self.found: list[Found] = []
        self.left_out: list[LeftOut] = []
        self.seen: list[str] = []
        self.problem: UsageProblem | None = None

    def look_at(self, sheet: Sheet) -> None:
        """Add a sheet to those to read, or to those left out."""
        asked = same_words(sheet.name) in {same_words(name) for name in self._wanted.sheets}
        try:
            grid = grid_of(self._path, sheet)
        except UsageProblem as problem:
            if asked:
                raise
            self.problem = self.problem or problem
            self.left_out.append(LeftOut(sheet.name, problem.found))
            return
        grid = grid if self._wanted.hidden_rows else grid.visible()
        layout = layout_of(grid)
        if layout is None:
            self._without_headings(sheet, grid, asked)
        else:
            self._place((sheet, grid, layout), asked)

    def _without_headings(self, sheet: Sheet, grid: Grid, asked: bool) -> None:
        if asked:
            raise _no_headings(self._path, [], [], sheet.name)
        self.seen += [text for text in [seen_headings(grid)] if text]
        if grid.rows:
            why = "no headings of a list in it"
            self.left_out.append(LeftOut(sheet.name, why, len(grid.rows)))

    def _place(self, one: Found, asked: bool) -> None:
        sheet, _, layout = one
        if self._wanted.sheets or self._wanted.all_sheets:
            takes = asked if self._wanted.sheets else not layout.missing
            if takes:
                self.found.append(one)
        else:
            takes = not sheet.hidden and self._is_better(layout)
            if takes:
                self.left_out += [_left(other) for other in self.found]
                self.found = [one]
        self.left_out += [] if takes else [_left(one)]

    def _is_better(self, layout: Layout) -> bool:
        """Whether a visible sheet replaces the one chosen before: a complete list, with rows."""
        if not self.found:
            return True
        before = self.found[0][2]
        if before.missing or layout.missing:
            return bool(before.missing) and not layout.missing
        return not before.rows and bool(layout.rows)


def _left(one: Found) -> LeftOut:
    sheet, _, layout = one
    kind = "hidden; " if sheet.hidden else ""
    why = (
        f"no column {layout.missing[0]!r}" if layout.missing else f'--sheet "{sheet.name}" takes it'
    )
    return LeftOut(sheet.name, kind + why, len(layout.rows))


def _must_be_there(path: Source, sheets: Sequence[Sheet], names: Sequence[str]) -> None:
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


def _no_headings(
    path: Source, seen: Sequence[str], left_out: Sequence[LeftOut], name: str = ""
) -> UsageProblem:
    hidden = [out.name for out in left_out if out.why.startswith("hidden")]
    more = f"; what looks like headings is: {seen[0]}" if seen else ""
    more += f"; lists are on hidden sheets only: {', '.join(hidden)}" if hidden else ""
    return UsageProblem(
        f"reading the worklist {path.name}" + (f", sheet {name!r}" if name else ""),
        expected="headings such as patient, date of service and owes",
        found=f"none in the first 20 rows{more}",
        next_step="name the columns in a row above the first date of service"
        + (", or name the sheet with --sheet" if hidden else "")
        + f". Understood are {words_understood()}",
    )
