"""The command that finds write-offs and writes a worklist to fill in."""

from __future__ import annotations

import datetime as dt
import importlib
import itertools
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from automation.billing.counting import counted
from automation.billing.diagnosis import Diagnosis
from automation.billing.request import PatientQuery, shown, typed_date, typed_patient
from automation.billing.visit import Visit
from automation.cli import options
from automation.cli.shared import end, problems, session, start, stop_request
from automation.errors import Problem, Refusal, UsageProblem
from automation.reports import terminal
from automation.worklists.columns import FOR_INFORMATION, PROPOSED
from automation.worklists.writing import can_be_written, write_worklist

if TYPE_CHECKING:
    from automation.desk import Desk
    from automation.runs.record import StopRequest
    from automation.runs.session import Start

COLUMNS = (
    "Patient",
    "Date of Birth",
    "Account",
    "Date of Service",
    "Time",
    "Patient Owes",
    *FOR_INFORMATION,
)
"""What `find` writes. Patient Owes is left empty, so `run` refuses a row that nobody filled in;
what the screen shows stands beside it as a proposal, and is never read.
"""


_NOT_FOUND = (Diagnosis.NO_SUCH_PATIENT, Diagnosis.NO_ACCESS, Diagnosis.SEVERAL_PATIENTS)


@dataclass
class Found:
    """What was looked at, and what is written off."""

    asked: int = 0
    patients: int = 0
    dates: int = 0
    rows: list[list[object]] = field(default_factory=list)
    not_found: list[str] = field(default_factory=list)
    stopped: bool = False
    show: Callable[[str], None] = terminal.write

    @property
    def is_whole(self) -> bool:
        """Whether every patient asked for was looked at, or is named as not found."""
        return not self.stopped and self.patients + len(self.not_found) == self.asked

    def status(self) -> int:
        """Return 0 when every patient was looked at, 3 when one was not found, 4 when stopped."""
        if not self.is_whole:
            return 4
        return 3 if self.not_found else 0

    def as_json(self) -> dict[str, Any]:
        """Return what was found as JSON values; sums are strings with two decimals."""
        keys = ("patient", "born", "account", "date", "time", "owes", "proposed", "balance")
        rows = [dict(zip((*keys, "method", "status"), row, strict=True)) for row in self.rows]
        return {
            "version": 1,
            "finished": self.is_whole,
            "rows": [{key: _plain(value) for key, value in row.items()} for row in rows],
            "not_found": self.not_found,
        }

    def says(self) -> str:
        """Return one line: how much was looked at, and what was found."""
        of = "" if self.is_whole else f" of {self.asked}"
        whole = "" if self.is_whole else "; stopped before the end"
        return (
            f"{counted(self.patients, 'patient')}{of}, {counted(self.dates, 'date')} of service "
            f"looked at, {len(self.rows)} written off{whole}."
        )


def _plain(value: object) -> str:
    if isinstance(value, Decimal):
        return f"{value:.2f}"
    return "" if value is None else str(value)


def find(
    worklist: options.NewWorklist = "",
    patient: options.Patients = None,
    born: options.Born = None,
    all_patients: options.AllPatients = False,
    site: options.Site = "",
    json: options.Json = False,
    headed: options.Headed = False,
) -> None:
    """List the written-off dates of service on screen, and write a worklist to fill in."""
    with problems(json), start(site) as begun:
        names = [
            name for one in patient or [] for name in (_typed_names() if one == "-" else [one])
        ]
        stop = stop_request("Stopping after this patient; the list will be partial.")
        asked = _asked(names, born, all_patients)
        target = Path(worklist) if worklist else None
        found = Found(show=terminal.say if json else terminal.write)
        _find(begun, asked, target, stop, found, headed=headed)
        if json:
            terminal.write_json(found.as_json())
        end(found.status())


def _typed_names() -> list[str]:
    """Read names from standard input, one a line, until it ends or a line is empty.

    A birth date may stand behind a semicolon: "Marlowe, Juniper; 2/9/1984".
    """
    if sys.stdin.isatty():
        typer.echo('Patients, one a line as "LAST, FIRST"; an empty line ends:', err=True)
    lines = iter(sys.stdin.readline, "")
    return list(itertools.takewhile(bool, (line.strip() for line in lines)))


def _asked(names: Sequence[str], born: str | None, all_patients: bool) -> list[PatientQuery]:
    if bool(names) == all_patients:
        raise UsageProblem(
            "reading whom to look at",
            expected="--patient for one or more, or --all-patients",
            found="both" if names else "neither",
            next_step="give one of them",
        )
    if born is not None and len(names) != 1:
        raise UsageProblem(
            "reading --born",
            expected="one --patient, whose birth date it is",
            found=f"{len(names)} of them",
            next_step="look for one patient at a time where names repeat",
        )
    today = dt.date.today()  # noqa: DTZ011  a person's own calendar day
    day = typed_date(born, "--born", today) if born is not None else None
    return [_patient(name, day, today) for name in names]


def _patient(typed: str, born: dt.date | None, today: dt.date) -> PatientQuery:
    name, _, day = typed.partition(";")
    if day.strip():
        born = typed_date(day.strip(), "the birth date", today)
    return typed_patient(name.strip(), born, None)


def _find(
    begun: Start,
    asked: Sequence[PatientQuery],
    target: Path | None,
    stop: StopRequest,
    found: Found,
    *,
    headed: bool,
) -> None:
    """List written-off dates of service, and write them as a worklist if a file is named.

    What was found until it stopped is always written.
    """
    from automation.desk import Desk
    from automation.runs.recorder import Recorder

    if target is not None:
        can_be_written(target)
    try:
        with session(begun, headed=headed, stop=stop) as work:
            desk = Desk(work.screen, Recorder(read_only=True))
            _look(desk, asked or desk.start_over().everybody(), found, stop)
    except BaseException:
        found.stopped = True
        raise
    finally:  # so that a lost connection does not lose an hour's results
        _tell(found, target)


def _look(desk: Desk, everybody: Sequence[PatientQuery], found: Found, stop: StopRequest) -> None:
    look = importlib.import_module("flows.find_write_offs").write_offs_of  # found by name
    found.asked = len(everybody)
    for number, who in enumerate(everybody, start=1):
        if stop.asked:
            found.stopped = True
            return
        terminal.say(f"{number}/{found.asked}  {who.name}")
        _look_at_one(desk, look, who, found)


def _look_at_one(desk: Desk, look: Callable[..., Any], who: PatientQuery, found: Found) -> None:
    try:
        looked = look(desk, who)
    except Refusal as refusal:
        if refusal.diagnosis not in _NOT_FOUND:
            raise
        found.not_found.append(who.name)
        terminal.say(
            f"{who.name}: {refusal.found}. {refusal.next_step[:1].upper()}{refusal.next_step[1:]}."
        )
        return
    found.patients += 1
    found.dates += looked.dates
    for visit in looked.written_off:
        line = f"{who.name}  {shown(visit.date)} {visit.time}  {visit.method}  {visit.pt_status}"
        found.show(line.rstrip())
        found.rows.append(_row(looked.patient, visit))


def _tell(found: Found, target: Path | None) -> None:
    terminal.say(found.says())
    for name in found.not_found:
        terminal.say(f"Not looked at: {name}")
    if target is None:
        return
    if not found.rows:
        terminal.say("No list was written, as nothing was found.")
        return
    if not found.is_whole:
        target = target.with_stem(f"{target.stem}-partial")
        terminal.say("The list is partial: it lacks the patients that were not looked at.")
    try:
        write_worklist(target, COLUMNS, found.rows)
    except Problem as problem:
        terminal.say(str(problem))
        return
    dates = f"{counted(len(found.rows), 'date')} of service written to {target}"
    terminal.say(f"{dates}. Fill in Patient Owes; {PROPOSED!r} is only what stands there now.")


def _row(who: PatientQuery, visit: Visit) -> list[object]:
    sums = visit.amounts
    on_screen = [visit.patient_amount, sums.balance, visit.method, visit.pt_status]
    return [who.name, who.born, who.account, visit.date, visit.time, None, *on_screen]
