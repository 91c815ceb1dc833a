"""Reads a worklist: every row is either an item or a list of what is wrong with it."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field

from automation.billing.request import CopayRule
from automation.errors import UsageProblem
from automation.worklists.choosing import Wanted, chosen
from automation.worklists.columns import words_understood
from automation.worklists.conflicts import find_conflicts
from automation.worklists.heading import Layout
from automation.worklists.limits import NoList
from automation.worklists.rows import BadCell, WorklistItem
from automation.worklists.sheet_reading import Progress, SheetRead, read_sheet
from automation.worklists.sheets import Source, no_list
from automation.worklists.told import LeftOut, lines_of

_MOST_SHOWN = 50


@dataclass(frozen=True)
class Worklist:
    """All items of a file in order, everything that is wrong, and how the file was read.

    `digest` identifies the items, whatever file they came in; their order does not count.
    """

    items: tuple[WorklistItem, ...]
    bad: tuple[BadCell, ...]
    digest: str
    sheets: tuple[SheetRead, ...] = field(default=(), repr=False)
    left_out: tuple[LeftOut, ...] = ()

    @property
    def ignored(self) -> tuple[str, ...]:
        """The headings that were not used."""
        texts = [
            sheet.layout.texts[place] for sheet in self.sheets for place, _ in sheet.layout.unused
        ]
        return tuple(dict.fromkeys(texts))

    def as_read(self) -> list[str]:
        """Describe which columns, rows and sheets are used or left out, one line for each."""
        return lines_of(self.sheets, self.left_out)


def read_worklist(
    path: Source,
    *,
    today: dt.date | None = None,
    copay: CopayRule = CopayRule.SET_ASIDE,
    autopay_ok: bool = False,
    wanted: Wanted | None = None,
    progress: Progress = lambda _done, _all: None,
) -> Worklist:
    """Read a worklist. Raises UsageProblem when the file is not a list at all.

    Unless `wanted` names more, only the first visible sheet with a list in it is read, without
    its hidden rows. `copay` and `autopay_ok` apply to rows that do not say. `progress` hears how
    far a sheet is read.
    """
    today = today or dt.date.today()  # noqa: DTZ011  a person's own calendar day
    wanted = wanted or Wanted()
    found, left_out = chosen(path, wanted)
    read: list[SheetRead] = []
    for sheet, grid, layout in found:
        _must_be_whole(path, sheet.name, layout)
        try:
            usual = (copay, autopay_ok)
            one = read_sheet(sheet.name, grid, layout, today=today, usual=usual, progress=progress)
            read.append(one)
        except NoList as problem:
            raise no_list(path, problem, sheet.name) from problem
    items = [item for sheet in read for item in sheet.items]
    bad = [cell for sheet in read for cell in sheet.bad] + find_conflicts(items)
    return Worklist(tuple(items), tuple(bad), digest_of(items), tuple(read), tuple(left_out))


def _must_be_whole(path: Source, name: str, layout: Layout) -> None:
    where = f" of the sheet {name!r}" if name else ""
    wrong = [f"no column {missing!r}" for missing in layout.missing]
    wrong += [f"a second column for the same: {doubled}" for doubled in layout.doubled]
    if not wrong:
        return
    seen = ", ".join(text for _, text in sorted(layout.texts.items()) if text)
    doubts = [f"{layout.texts[c]!r} was not taken: {why}" for c, why in layout.unused if why]
    raise UsageProblem(
        f"reading the headings of {path.name}{where}",
        expected="patient, date of service and owes, each once",
        found=" and ".join(wrong)
        + f"; the headings seen are: {seen}"
        + "".join(f"\n          {doubt}" for doubt in doubts),
        next_step=f"name the columns so, in any order. Understood are {words_understood()}",
    )


def clean_or_problem(worklist: Worklist, *, skip_bad_rows: bool) -> tuple[WorklistItem, ...]:
    """The items to do. Raises UsageProblem listing what is wrong, unless that is to be skipped.

    Every row with something wrong is skipped; of copies of one row the first is kept, of rows
    that contradict each other none.
    """
    if worklist.bad and not skip_bad_rows:
        raise mistakes(
            worklist.bad, "mend these cells, or leave their rows out with --skip-bad-rows"
        )
    wrong = {(cell.sheet, cell.row) for cell in worklist.bad}
    good = tuple(item for item in worklist.items if (item.sheet, item.row) not in wrong)
    if good:
        return good
    raise UsageProblem(
        "reading the worklist",
        expected="at least one row to do",
        found="none" if not wrong else f"none without a mistake; {worklist.bad[0].line()}",
        next_step="write one row for each date of service under the headings",
    )


def mistakes(bad: Sequence[BadCell], next_step: str) -> UsageProblem:
    """Build the problem of a list with invalid cells, naming each."""
    lines = [cell.line() for cell in bad[:_MOST_SHOWN]]
    more = len(bad) - len(lines)
    return UsageProblem(
        "reading the worklist",
        expected="a patient, a date and an amount in every row",
        found=f"{'1 mistake' if len(bad) == 1 else f'{len(bad)} mistakes'}; nothing was run"
        + "".join(f"\n          {line}" for line in lines)
        + (f"\n          and {more} more" if more else ""),
        next_step=next_step,
    )


def digest_of(items: Sequence[WorklistItem]) -> str:
    """A digest of everything that a list requests, in whatever order."""
    requests = sorted(
        json.dumps([item.request.patient.as_json(), item.request.as_json()], sort_keys=True)
        for item in items
    )
    return hashlib.sha256("\n".join(requests).encode()).hexdigest()
