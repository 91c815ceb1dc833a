"""Doing a flow for one item: recovery first, then preflight, steps, receipt."""

from __future__ import annotations

import dataclasses
import getpass
from collections.abc import Sequence
from datetime import UTC, datetime

from automation.billing.diagnosis import Diagnosis
from automation.billing.receipt import Receipt
from automation.billing.request import CopayRule, PatientQuery, UndoWriteOff
from automation.desk import Desk
from automation.errors import JournalUnusable
from automation.flow import named
from automation.runs import unwritten
from automation.runs.group import Group
from automation.runs.journal import ItemRow
from automation.runs.recorders import ItemRecorder, patient_key
from automation.runs.session import Office

FLOW = "undo_write_off"


def do(
    office: Office, request: UndoWriteOff, *, dry_run: bool = False, flow: str = FLOW
) -> Receipt:
    """Do a flow for one item and return its receipt; problems end up in it, never get lost.

    A dry run (`plan`) stops at the plan and changes nothing. With the copay rule when-stuck the
    flow is done a second time, with the copay set aside, after the plain path was put back.
    """
    receipt = _once(office, request, dry_run=dry_run, flow=flow)
    if is_stuck(receipt):
        with_copay = dataclasses.replace(request, copay=CopayRule.SET_ASIDE)
        again = _once(office, with_copay, dry_run=dry_run, flow=flow)
        again.steps = receipt.steps + again.steps
        again.seconds += receipt.seconds
        return again
    return receipt


def is_stuck(receipt: Receipt) -> bool:
    """Tell whether the plain path left it standing and the copay may now be set aside."""
    stuck = receipt.diagnosis == Diagnosis.STUCK
    return stuck and receipt.request.copay is CopayRule.WHEN_STUCK


def _once(office: Office, request: UndoWriteOff, *, dry_run: bool, flow: str) -> Receipt:
    item = begun(office, request, flow, dry_run=dry_run)
    recorder = recorder_for(office, item, request)
    recorder.dry_run = dry_run
    do_together(office, flow, [recorder])
    try:
        office.journal.finish_run(item.run_id, str(recorder.receipt.outcome))
    except JournalUnusable as problem:
        recorder.receipt.warnings += (f"the run's end is not in the journal: {problem.found}",)
    return recorder.receipt


def begun(office: Office, request: UndoWriteOff, flow: str, *, dry_run: bool = False) -> ItemRow:
    """Write down a run of one item, which then waits to be worked on."""
    site = office.screen.site
    arguments = {**request.as_json(), "dry_run": dry_run, "practice": site.practice}
    run = office.journal.start_run(flow, site.name, office.origin, arguments, getpass.getuser())
    return office.journal.add_item(
        run,
        patient={"version": 1, **request.patient.as_json()},
        visit={"version": 1, "date": request.date.isoformat()},
        request=request.as_json(),
        patient_key=patient_key(request.patient),
    )


def request_of(item: ItemRow) -> UndoWriteOff:
    """What was asked for, as the journal has it."""
    who = PatientQuery.from_json(dict(item.patient))
    return UndoWriteOff.from_json(who, dict(item.request))


def recorder_for(
    office: Office, item: ItemRow, request: UndoWriteOff | None = None
) -> ItemRecorder:
    """Make what writes one item's steps, promises and receipt."""
    asked = request or request_of(item)
    site = office.screen.site
    receipt = Receipt(asked, site.name, site.practice, reference=item.reference)
    receipt.by, receipt.at = getpass.getuser(), datetime.now(UTC).isoformat(timespec="seconds")
    return ItemRecorder(
        office.journal,
        office.turn,
        item,
        receipt,
        [*office.listeners, *office.about(item)],
        office.stop,
        office.confirm,
    )


def do_together(
    office: Office, flow: str, recorders: Sequence[ItemRecorder], *, try_again: bool = False
) -> list[ItemRecorder]:
    """Do a flow for items of one patient; return those that are to be done once more.

    Whatever happens ends up in the receipts. With `try_again` an item that failed for technical
    reasons, with nothing changed, is returned and waits; so do those that were never begun.
    """
    group = Group(office.journal, office.screen, recorders, office.ended, try_again=try_again)
    problem: Exception | None = None
    recorders[0].claim()
    try:
        desk = Desk(office.screen, group)
        if office.left_open:
            desk.start_over()
        named(flow)(desk, [recorder.receipt.request for recorder in recorders])
    except Exception as error:
        problem = error
    again = group.finish(problem)
    told = [words for recorder in recorders for words in unwritten.words(recorder)]
    if told:  # nothing more is begun that could not be written down either
        office.unwritten += told
        office.stop.asked = True
    office.left_open = any(recorder.ending is not None for recorder in recorders) or bool(again)
    return again
