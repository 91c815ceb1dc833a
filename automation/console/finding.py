"""Looking for the written-off dates of some patients, and confirming what is to be owed for each.

An amount that the chart shows is only a proposal: a row goes on when a person types an amount for
it, or ticks the proposed one.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from starlette.responses import Response

from automation.billing.money import ZERO, dollars, typed_amount
from automation.billing.request import shown, typed_date, typed_patient
from automation.console import lists
from automation.console.answers import Asked
from automation.console.handover import as_list
from automation.console.tables import BillerList
from automation.errors import UsageProblem
from automation.worklists.columns import COLUMNS

MOST_PATIENTS = 200


@dataclass(frozen=True)
class Row:
    """One written-off date of service: what the chart shows, and what a person confirmed."""

    number: int
    patient: str
    born: str
    account: str
    date: str
    time: str
    proposed: str
    balance: str
    method: str
    status: str
    owes: str = ""  # typed or confirmed; "" until then

    @property
    def has_proposal(self) -> bool:
        """Whether the chart shows an amount that a person may confirm."""
        return bool(self.proposed) and typed_amount(self.proposed) > ZERO


@dataclass(frozen=True)
class Findings:
    """What was found, who was not, and whether every patient was looked at."""

    rows: tuple[Row, ...] = ()
    not_found: tuple[str, ...] = ()
    is_whole: bool = True

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> Findings:
        """Read what the worker told."""
        rows = [
            Row(
                number=number,
                patient=row["patient"],
                born=_day(row["born"]),
                account=row["account"],
                date=_day(row["date"]),
                time=row["time"],
                proposed=row["proposed"],
                balance=dollars(typed_amount(row["balance"])) if row["balance"] else "",
                method=row["method"],
                status=row["status"],
            )
            for number, row in enumerate(told["rows"], start=1)
        ]
        return cls(tuple(rows), tuple(told["not_found"]), bool(told["finished"]))


def _day(stored: str) -> str:
    return shown(dt.date.fromisoformat(stored)) if stored else ""


def find(asked: Asked) -> Response:
    """Have the charts of the typed or pasted patients looked through; nothing is changed."""
    try:
        lines = patients_of(asked.field("patients"))
    except UsageProblem as problem:
        return asked.problem(problem)
    if not lines:
        return asked.go("/", "Type or paste a patient first.")
    content = "".join(f"{line}\n" for line in lines).encode()
    return asked.begin("find", ["--patient", "-"], worklist=content)


def patients_of(text: str) -> list[str]:
    """Read one patient a line, as typed or as copied cells, into lines for the worker.

    A birth date may follow in a cell of its own; a first line of headings is passed over. Raises
    UsageProblem naming the line that cannot be read.
    """
    found: dict[str, None] = {}
    lines = [line for line in text.splitlines() if line.strip()]
    for number, line in enumerate(lines, start=1):
        cells = [cell.strip() for cell in line.replace(";", "\t").split("\t") if cell.strip()]
        if number == 1 and _is_heading(cells[0]):
            continue
        found[_patient(number, cells)] = None
    if len(found) > MOST_PATIENTS:
        raise UsageProblem(
            "reading the patients",
            expected=f"at most {MOST_PATIENTS} of them at once",
            found=str(len(found)),
            next_step="paste fewer of them, one part after the other",
        )
    return list(found)


def _is_heading(cell: str) -> bool:
    plain = cell.casefold()
    return any(COLUMNS[key].rank(plain) is not None for key in ("patient", "last", "first"))


def _patient(number: int, cells: Sequence[str]) -> str:
    """Return "LAST, FIRST" or "LAST, FIRST; birth date" of one line."""
    name, rest = cells[0], list(cells[1:])
    if "," not in name and rest:
        name = f"{name}, {rest.pop(0)}"
    try:
        who = typed_patient(name, None, None)
        today = dt.date.today()  # noqa: DTZ011  a person's own calendar day
        born = shown(typed_date(rest[0], "the birth date", today)) if rest else ""
    except UsageProblem as problem:
        raise UsageProblem(
            f"reading line {number} of the patients",
            expected=problem.expected,
            found=problem.found,
            next_step='write each patient in a line, as "LAST, FIRST"; go back to mend it',
        ) from problem
    return f"{who.last}, {who.first}; {born}" if born else f"{who.last}, {who.first}"


def show_found(asked: Asked) -> Response:
    """Show what was found, with an amount to type or to confirm in each row."""
    return asked.page("found.html", found=_found(asked))


def confirm(asked: Asked) -> Response:
    """Make a list of the rows with a typed or confirmed amount, and go on with it."""
    found = _found(asked)
    ticked = set(asked.fields("as-proposed"))
    rows = []
    for row in found.rows:
        typed = asked.field(f"owes-{row.number}").strip()
        confirmed = row.proposed if str(row.number) in ticked and row.has_proposal else ""
        if owes := typed or confirmed:
            rows.append(replace(row, owes=owes))
    if not rows:
        return asked.go("/found", "Type or confirm an amount in at least one row first.")
    return lists.keep(asked, BillerList(as_list("Written-off dates", map(vars, rows))))


def _found(asked: Asked) -> Findings:
    found = asked.visitor.found
    if not isinstance(found, Findings):
        raise LookupError("nothing was looked for")
    return found
