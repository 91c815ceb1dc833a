"""Reads a worklist: every row an item or a list of what is wrong with it, nothing in between."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from automation.billing.request import (
    CopayRule,
    PatientQuery,
    UndoWriteOff,
    typed_amounts,
    typed_copay,
    typed_date,
    typed_patient,
    typed_payer,
    typed_time,
)
from automation.errors import UsageProblem
from automation.worklists.cells import (
    BadValue,
    amount_text,
    date_text,
    seen,
    text_of,
    time_text,
    yes_no,
)
from automation.worklists.columns import USUAL, Header, header_of
from automation.worklists.grid import Cell, Grid, Row, Sheet
from automation.worklists.odds import at_odds
from automation.worklists.rows import BadCell, WorklistItem
from automation.worklists.sheets import grid_of, sheets_of

_TITLE_ROWS = 20  # a title, a date, who made it: headings stand below those
_MOST_SHOWN = 50


@dataclass(frozen=True)
class Worklist:
    """All items of a file in their order, all that is wrong, and headings that are not ours.

    `digest` names the items whatever file they came in; their order does not count.
    """

    items: tuple[WorklistItem, ...]
    bad: tuple[BadCell, ...]
    digest: str
    ignored: tuple[str, ...] = ()


def read_worklist(
    path: Path,
    *,
    today: dt.date | None = None,
    copay: CopayRule = CopayRule.SET_ASIDE,
    autopay_ok: bool = False,
) -> Worklist:
    """Read a worklist; raises UsageProblem when the file is no list at all.

    Every sheet with a row of headings is read, hidden ones too. `copay` and `autopay_ok` are for
    rows that do not say.
    """
    today = today or dt.date.today()  # noqa: DTZ011  a person's own calendar day
    items: list[WorklistItem] = []
    bad: list[BadCell] = []
    ignored: list[str] = []
    for sheet, header, rows in _with_headings(path):
        ignored += header.ignored
        for told in rows:
            row = _Row(sheet.name, told, header, today, (copay, autopay_ok))
            request = row.request()
            bad += row.bad
            if request is not None:
                items.append(WorklistItem(request, sheet.name, told.number))
    bad += at_odds(items)
    return Worklist(tuple(items), tuple(bad), _digest(items), tuple(dict.fromkeys(ignored)))


def clean_or_problem(worklist: Worklist, *, skip_bad_rows: bool) -> tuple[WorklistItem, ...]:
    """The items to do; raises UsageProblem that lists what is wrong, unless it is to be skipped.

    Skipped is every row with something wrong; of copies of one row the first is kept, of rows
    that contradict each other none.
    """
    if worklist.bad and not skip_bad_rows:
        lines = [cell.line() for cell in worklist.bad[:_MOST_SHOWN]]
        more = len(worklist.bad) - len(lines)
        raise UsageProblem(
            "reading the worklist",
            expected="rows that can all be meant",
            found=f"{'1 mistake' if len(worklist.bad) == 1 else f'{len(worklist.bad)} mistakes'}; "
            "nothing was run\n          "
            + "\n          ".join(lines)
            + (f"\n          and {more} more" if more else ""),
            next_step="mend these cells, or leave their rows out with --skip-bad-rows",
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


# Finding the headings ---------------------------------------------------------------------------


def _with_headings(path: Path) -> Iterator[tuple[Sheet, Header, Sequence[Row]]]:
    found = False
    for sheet in sheets_of(path):
        grid = grid_of(path, sheet)
        place, header = _header(grid)
        if header is None:
            continue
        _must_be_whole(path, sheet, header)
        found = True
        yield sheet, header, grid.rows[place + 1 :]
    if not found:
        raise UsageProblem(
            f"reading the worklist {path.name}",
            expected="headings such as patient, date of service and owes",
            found=f"none in the first {_TITLE_ROWS} rows",
            next_step="name the columns in a row above the first date of service",
        )


def _header(grid: Grid) -> tuple[int, Header | None]:
    best: tuple[int, Header | None] = (0, None)
    for place, row in enumerate(grid.rows[:_TITLE_ROWS]):
        header = header_of({column: str(cell) for column, cell in row.cells.items()})
        if header and (best[1] is None or len(header.places) > len(best[1].places)):
            best = (place, header)
    return best


def _must_be_whole(path: Path, sheet: Sheet, header: Header) -> None:
    where = f" of the sheet {sheet.name!r}" if sheet.name else ""
    wrong = [f"no column {name!r}" for name in header.missing]
    wrong += [f"a second column for the same: {name!r}" for name in header.doubled]
    if wrong:
        raise UsageProblem(
            f"reading the headings of {path.name}{where}",
            expected="patient, date of service and owes, each once",
            found=" and ".join(wrong),
            next_step="name the columns so; any order and the usual other words are understood",
        )


# One row ----------------------------------------------------------------------------------------


class _Row:
    """The reading of one row; every cell that cannot be meant is noted, not just the first."""

    def __init__(
        self,
        sheet: str,
        row: Row,
        header: Header,
        today: dt.date,
        usual: tuple[CopayRule, bool],
    ) -> None:
        self.sheet, self.number, self.header = sheet, row.number, header
        self.cells: Mapping[int, Cell] = row.cells
        self.today, self.usual = today, usual
        self.bad: list[BadCell] = []

    def _cell(self, key: str) -> Cell:
        place = self.header.places.get(key)
        return None if place is None else self.cells.get(place)

    def _read(self, key: str, read: Callable[[Cell], Any], usual: Any = None) -> Any:
        """Read a cell; an empty one is `usual`, a bad one is noted and None."""
        cell = self._cell(key)
        try:
            if not text_of(cell):
                return usual
            return read(cell)
        except BadValue as bad:
            self._note(key, bad.expected, bad.found)
        except UsageProblem as problem:
            self._note(key, problem.expected, seen(cell) + _why(problem))
        return None

    def _note(self, key: str, expected: str, found: str) -> None:
        self.bad.append(BadCell(self.sheet, self.number, self._heading(key), expected, found))

    def _heading(self, key: str) -> str:
        """What a column is called in the file itself; else what we call it."""
        return self.header.headings.get(key) or USUAL.get(key, key)

    def request(self) -> UndoWriteOff | None:
        """What the row asks for; None when something in it is wrong."""
        if self._is_a_sum():
            return None
        born = self._read("born", lambda c: typed_date(date_text(c), "born", self.today))
        account = self._read("account", _account)
        patient = self._patient(born, account)
        date = self._read("date", lambda c: typed_date(date_text(c), "date", self.today))
        if date is None:
            self._missing("date", "a day, such as 3/4/2026")
        owes, enter = self._amounts()
        rule, consent = self.usual
        made = dict(
            payer_type=self._read("payer", lambda c: typed_payer(_payer(text_of(c)))),
            time=self._read("time", lambda c: typed_time(time_text(c))),
            service=self._read("service", text_of),
            copay=self._read("copay", lambda c: typed_copay(text_of(c)), rule),
            autopay_ok=self._read("autopay_ok", yes_no, consent),
        )
        if self.bad or patient is None or date is None:
            return None
        return UndoWriteOff(patient=patient, date=date, owes=owes, enter=enter, **made)

    def _missing(self, key: str, expected: str) -> None:
        column = self._heading(key)
        if not any(bad.column == column for bad in self.bad):
            self._note(key, expected, "nothing")

    def _is_a_sum(self) -> bool:
        """Tell whether this is the line under a list that adds it up; it is no patient."""
        words = [str(cell).strip().casefold().rstrip(":") for _, cell in sorted(self.cells.items())]
        if not words or words[0] not in ("total", "totals", "sum", "grand total"):
            return False
        self._note("patient", "a patient", f"{words[0]!r}: a sum is not an item; take the row out")
        return True

    def _patient(self, born: dt.date | None, account: str | None) -> PatientQuery | None:
        if "patient" in self.header.places:
            found = self._read("patient", lambda c: typed_patient(text_of(c), born, account))
            if found is None:
                self._missing("patient", 'a name such as "Marlowe, Juniper"')
            return found if isinstance(found, PatientQuery) else None
        last, first = self._read("last", text_of), self._read("first", text_of)
        for key, name in (("last", last), ("first", first)):
            if name is None:
                self._missing(key, "a name")
        if not last or not first:
            return None
        return self._named(last, first, born, account)

    def _named(
        self, last: str, first: str, born: dt.date | None, account: str | None
    ) -> PatientQuery | None:
        try:
            return typed_patient(f"{last}, {first}", born, account)
        except UsageProblem:
            self._note("last", "a last and a first name", f"{seen(last)} and {seen(first)}")
            return None

    def _amounts(self) -> tuple[Decimal | None, Decimal | None]:
        owes, enter = self._read("owes", amount_text), self._read("enter", amount_text)
        if any(bad.column in (self._heading("owes"), self._heading("enter")) for bad in self.bad):
            return None, None
        try:
            return typed_amounts(owes, enter)
        except UsageProblem as problem:
            key = "enter" if owes is None and enter is not None else "owes"
            expected = problem.expected.replace("--", "")
            self._note(key, expected, problem.found)
            return None, None


def _why(problem: UsageProblem) -> str:
    """What the parser adds to the text it quotes, such as that a day lies in the future."""
    _, comma, why = problem.found.partition(", which ")
    return (
        f", which {why}"
        if comma
        else (", whose year has two digits" if "whose" in problem.found else "")
    )


def _account(cell: Cell) -> str:
    return typed_patient("Xx, X", None, text_of(cell)).account or ""


_PAYERS = {
    "in network": "in-network",
    "inn": "in-network",
    "out of network": "out-of-network",
    "oon": "out-of-network",
    "direct pay": "direct",
    "self pay": "direct",
    "self-pay": "direct",
    "cash": "direct",
}


def _payer(text: str) -> str:
    return _PAYERS.get(text.casefold(), text)


def _digest(items: Sequence[WorklistItem]) -> str:
    told = sorted(
        json.dumps([item.request.patient.as_json(), item.request.as_json()], sort_keys=True)
        for item in items
    )
    return hashlib.sha256("\n".join(told).encode()).hexdigest()
