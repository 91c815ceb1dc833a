"""What the command does that looks for write-offs and writes a worklist to fill in."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from pathlib import Path

from automation.billing.diagnosis import Diagnosis
from automation.billing.request import PatientQuery, shown, typed_patient
from automation.billing.visit import Visit
from automation.commands import opened
from automation.desk import Desk
from automation.errors import Refusal, UsageProblem
from automation.reports import terminal
from automation.runs.looking import OnlyLooking
from automation.runs.recorders import StopRequest
from automation.runs.runner import Office
from automation.worklists.writing import write_worklist
from config.settings import Settings
from config.site_profile import SiteProfile

COLUMNS = (
    "Patient",
    "Date of Birth",
    "Account",
    "Date of Service",
    "Time",
    "Patient Owes",
    "Pt Amt on screen",
    "Balance on screen",
    "Method on screen",
    "Status on screen",
)
"""What `find` writes; Patient Owes is to be filled in, the last four are for information."""


def find(
    settings: Settings,
    profile: SiteProfile,
    names: Sequence[str],
    all_patients: bool,
    target: Path | None,
    stop: StopRequest,
    *,
    headed: bool,
) -> int:
    """List written-off dates of service, and write them as a worklist where a file is named."""
    if bool(names) == all_patients:
        raise UsageProblem(
            "reading whom to look at",
            expected="--patient for one or more, or --all-patients",
            found="both" if names else "neither",
            next_step="give one of them",
        )
    if target is not None and target.exists():
        raise UsageProblem(
            f"writing {target.name}",
            expected="a new file",
            found="one of that name; it was left as it is",
            next_step="choose another name",
        )
    asked = [typed_patient(name, None, None) for name in names]
    rows: list[list[object]] = []
    try:
        with opened(settings, profile, headed=headed, stop=stop) as work:
            desk = Desk(work.screen, OnlyLooking())
            for who in asked or desk.start_over().everybody():
                if stop.asked:
                    break
                rows += _of_one(work, desk, who)
    finally:  # an hour's looking is not lost with the connection
        if target is not None and rows:
            write_worklist(target, COLUMNS, rows)
            says = f"{len(rows)} dates of service written to {target}; fill in Patient Owes."
            terminal.talk().print(says, markup=False)
    return 0


def _of_one(work: Office, desk: Desk, who: PatientQuery) -> list[list[object]]:
    look = importlib.import_module("flows.find_write_offs").write_offs_of  # found by name
    try:
        visits: list[Visit] = look(desk, who)
    except Refusal as refusal:
        if refusal.diagnosis not in (Diagnosis.NO_ACCESS, Diagnosis.SEVERAL_PATIENTS):
            raise
        terminal.talk().print(f"{who.name}: {refusal.found}", markup=False)
        return []
    for visit in visits:
        terminal.data().print(
            f"{who.name}  {shown(visit.date)} {visit.time}  "
            f"{visit.method}  {visit.pt_status}".rstrip(),
            markup=False,
        )
    return [_row(who, visit) for visit in visits]


def _row(who: PatientQuery, visit: Visit) -> list[object]:
    sums = visit.amounts
    told = [sums.pt_amt, sums.balance, visit.method, visit.pt_status]
    return [who.name, who.born, who.account, visit.date, visit.time, None, *told]
