"""Reads one row of a worklist: an item, or everything that is wrong with it."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from automation.billing.names import parted
from automation.billing.payer_types import payer_type_called
from automation.billing.request import (
    CopayRule,
    PatientQuery,
    UndoWriteOff,
    clock_time,
    typed_amounts,
    typed_copay,
    typed_date,
    typed_patient,
    typed_payer,
    typed_time,
)
from automation.errors import UsageProblem
from automation.worklists.cells import BadValue, amount_text, seen, text_of, yes_no
from automation.worklists.days import DayColumn, day_and_time, time_text
from automation.worklists.grid import Cell
from automation.worklists.heading import Layout
from automation.worklists.rows import BadCell
from automation.worklists.sums import says_sum

_SUFFIX = r"(?:jr|sr|junior|senior|ii|iii|iv|2nd|3rd|md|phd|esq)\b\.?"
_NO_FIRST_NAME = re.compile(rf"[^,]*,\s*{_SUFFIX}", re.IGNORECASE)
_COMMA_BEFORE_SUFFIX = re.compile(rf",\s*(?={_SUFFIX}$)", re.IGNORECASE)
_WITH_SUFFIX = re.compile(rf",\s*{_SUFFIX}$", re.IGNORECASE)


@dataclass(frozen=True)
class Reading:
    """How the rows of one sheet are read: what whole columns show, and what is usual."""

    sheet: str
    layout: Layout
    today: dt.date
    usual: tuple[CopayRule, bool]
    days: DayColumn
    births: DayColumn
    first_last: bool


class RowReader:
    """Reads one row; every invalid cell is noted, not just the first."""

    def __init__(self, reading: Reading, number: int, cells: Mapping[int, Cell]) -> None:
        self._reading, self.number, self.cells = reading, number, cells
        self._layout = reading.layout
        self.bad: list[BadCell] = []

    def _cell(self, key: str) -> Cell:
        place = self._layout.places.get(key)
        return None if place is None else self.cells.get(place)

    def read(self, key: str, read: Callable[[Cell], Any], usual: Any = None) -> Any:
        """Read a cell; an empty one gives `usual`, a bad one is noted and gives None."""
        cell = self._cell(key)
        if cell is None:
            return usual
        try:
            if not text_of(cell):
                return usual
            return read(cell)
        except BadValue as bad:
            self.note(key, bad.expected, bad.found)
        except UsageProblem as problem:
            self.note(key, problem.expected, seen(cell) + _why(problem))
        return None

    def note(self, key: str, expected: str, found: str) -> None:
        """Note what is wrong with a cell."""
        column = self._layout.heading(key) if key != "row" else key
        self.bad.append(BadCell(self._reading.sheet, self.number, column, expected, found))

    def _missing(self, key: str, expected: str) -> None:
        column = self._layout.heading(key)
        if not any(bad.column == column for bad in self.bad):
            self.note(key, expected, "nothing")

    def request(self) -> UndoWriteOff | None:
        """The request in the row; None when something in it is wrong."""
        if self._says_sum():
            return None
        born = self.read("born", self._birth)
        account = self.read("account", _account)
        patient = self._patient(born, account)
        date, time = self.read("date", self._day, (None, None)) or (None, None)
        if date is None:
            self._missing("date", "a day, such as 3/4/2026")
        owes, enter = self._amounts()
        rule, consent = self._reading.usual
        made = dict(
            payer_type=self.read(
                "payer", lambda c: typed_payer(payer_type_called(text_of(c)) or text_of(c))
            ),
            time=self._time(time),
            service=self.read("service", text_of),
            copay=self.read("copay", lambda c: typed_copay(text_of(c)), rule),
            autopay_ok=self.read("autopay_ok", yes_no, consent),
        )
        if self.bad or patient is None or date is None:
            return None
        return UndoWriteOff(patient=patient, date=date, owes=owes, enter=enter, **made)

    def _says_sum(self) -> bool:
        """Return whether the row is a sum with a date rather than a patient; if so, note it."""
        name = self._cell("patient") if "patient" in self._layout.places else self._cell("last")
        if not says_sum(name) or "," in str(name):
            return False
        self.note("patient", "a patient", f"{seen(name)}: a sum is not an item; take the row out")
        return True

    def _birth(self, cell: Cell) -> dt.date:
        day, time = day_and_time(cell, self._reading.births, self._reading.today, born=True)
        if time:
            raise BadValue("a day without a time of day", seen(cell))
        return typed_date(day, "born", self._reading.today)

    def _day(self, cell: Cell) -> tuple[dt.date, str]:
        day, time = day_and_time(cell, self._reading.days, self._reading.today)
        return typed_date(day, "date", self._reading.today), time

    def _time(self, with_date: str | None) -> str | None:
        """The time of day from its own column, or the one beside the date."""
        own = self.read("time", lambda c: typed_time(time_text(c)))
        beside = clock_time(time_text(with_date)) if with_date else None
        if own and beside and own != beside:
            self.note(
                "time", "the time that stands with the date", f"{seen(own)}, not {seen(beside)}"
            )
        return own or beside or None

    # Who -----------------------------------------------------------------------------------------

    def _patient(self, born: dt.date | None, account: str | None) -> PatientQuery | None:
        if "patient" in self._layout.places:
            found = self.read("patient", lambda c: self._whole_name(text_of(c), born, account))
            if found is None:
                self._missing("patient", 'a name such as "Marlowe, Juniper"')
            return found if isinstance(found, PatientQuery) else None
        last, first = self.read("last", text_of), self.read("first", text_of)
        for key, name in (("last", last), ("first", first)):
            if name is None:
                self._missing(key, "a name")
        if not last or not first:
            return None
        return self._named(last, first, born, account)

    def _whole_name(self, text: str, born: dt.date | None, account: str | None) -> PatientQuery:
        if not self._reading.first_last:
            if _NO_FIRST_NAME.fullmatch(text):
                raise BadValue("a last and a first name", seen(text))
            return typed_patient(text, born, account)
        parts = parted(text)
        if parts is None:
            raise BadValue("a first and a last name", seen(text))
        return typed_patient(f"{parts[0]}, {parts[1]}", born, account)

    def _named(
        self, last: str, first: str, born: dt.date | None, account: str | None
    ) -> PatientQuery | None:
        plain = (_COMMA_BEFORE_SUFFIX.sub(" ", part) for part in (last, first))
        try:
            return typed_patient(", ".join(plain), born, account)
        except UsageProblem:
            self.note("last", "a last and a first name", f"{seen(last)} and {seen(first)}")
            return None

    # How much ------------------------------------------------------------------------------------

    def _amounts(self) -> tuple[Decimal | None, Decimal | None]:
        owes, enter = self.read("owes", amount_text), self.read("enter", amount_text)
        columns = (self._layout.heading("owes"), self._layout.heading("enter"))
        if any(bad.column in columns for bad in self.bad):
            return None, None
        try:
            return typed_amounts(owes, enter)
        except UsageProblem as problem:
            if owes is None and enter is None:
                self.note("owes", "what the patient should owe, such as 30.00", "nothing")
                return None, None
            key = "enter" if owes is None and enter is not None else "owes"
            self.note(key, problem.expected.replace("--", ""), problem.found)
            return None, None


def _why(problem: UsageProblem) -> str:
    """What the parser adds to the text it quotes, such as that a date is in the future."""
    _, comma, why = problem.found.partition(", which ")
    return (
        f", which {why}"
        if comma
        else (", whose year has two digits" if "whose" in problem.found else "")
    )


def _account(cell: Cell) -> str:
    return typed_patient("Xx, X", None, text_of(cell)).account or ""


def says_first_last(cells: list[Cell], heading: str) -> bool:
    """Return whether a column holds names as First Last: no comma, and some of two words."""
    if re.search(r"\blast\W+(name\W+)?first\b", heading, re.IGNORECASE):
        return False
    names = [_WITH_SUFFIX.sub("", c) for c in cells if isinstance(c, str)]
    names = [name for name in names if name.strip() and not says_sum(name)]
    whole = [name for name in names if len(name.split()) > 1]
    return bool(whole) and not any("," in name for name in names)
