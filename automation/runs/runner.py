"""The runner: does a flow for one item or for several items of one patient."""

from __future__ import annotations

import dataclasses
import getpass
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from automation.billing.asks import UNDO
from automation.billing.diagnosis import Diagnosis
from automation.billing.receipt import Receipt, Request
from automation.billing.request import CopayRule, PatientQuery
from automation.desk import Desk
from automation.errors import JournalUnusable
from automation.flow import discover, named
from automation.journal.journal import ItemRow
from automation.journal.records import RunRow
from automation.runs import unwritten
from automation.runs.record import ItemRecord, patient_key
from automation.runs.recorder import Recorder
from automation.runs.session import Session

FLOW = "undo_write_off"


def do(session: Session, request: Request, *, dry_run: bool = False, flow: str = FLOW) -> Receipt:
    """Do a flow for one item and return its receipt; every problem ends up in it.

    A dry run (`plan`) stops at the plan and changes nothing. With the copay rule when-stuck the
    flow is done a second time, with the copay set aside, after the plain path was put back.
    """
    receipt = _once(session, request, dry_run=dry_run, flow=flow)
    if is_stuck(receipt):
        with_copay = dataclasses.replace(receipt.request, copay=CopayRule.SET_ASIDE)
        again = _once(session, with_copay, dry_run=dry_run, flow=flow)
        again.steps = receipt.steps + again.steps
        again.seconds += receipt.seconds
        return again
    return receipt


def is_stuck(receipt: Receipt) -> bool:
    """Tell whether the plain path left the write-off in place and the copay may be set aside."""
    stuck = receipt.diagnosis == Diagnosis.STUCK
    return stuck and receipt.request.copay is CopayRule.WHEN_STUCK


def _once(session: Session, request: Request, *, dry_run: bool, flow: str) -> Receipt:
    item = begun(session, request, flow, dry_run=dry_run)
    record = record_of(session, item, request)
    do_together(session, flow, recorder_of(session, [record], dry_run=dry_run))
    try:
        session.journal.finish_run(item.run_id, str(record.receipt.outcome))
    except JournalUnusable as problem:
        record.receipt.warnings += (f"the run's end is not in the journal: {problem.found}",)
    return record.receipt


def begun(session: Session, request: Request, flow: str, *, dry_run: bool = False) -> ItemRow:
    """Start a run of one item in the journal, and return the item, which waits to be claimed."""
    site = session.screen.site
    arguments = {**request.as_json(), "dry_run": dry_run, "practice": site.practice}
    run = session.journal.start_run(flow, site.name, session.origin, arguments, getpass.getuser())
    return session.journal.add_item(
        run,
        patient={"version": 1, **request.patient.as_json()},
        visit={"version": 1, "date": request.date.isoformat()},
        request=request.as_json(),
        patient_key=patient_key(request.patient),
    )


def request_of(item: ItemRow, run: RunRow) -> Any:
    """Return an item's request from the journal, in the type of its run's flow."""
    who = PatientQuery.from_json(dict(item.patient))
    flow = discover().get(flow_of(run))
    asks = flow.asks if flow and flow.asks else UNDO
    return asks.from_json(who, item.request)


def flow_of(run: RunRow) -> str:
    """Return the name of the flow that a run does, or that a plan is for."""
    return str(run.arguments.get("flow") or FLOW) if run.flow == "plan" else run.flow


def record_of(session: Session, item: ItemRow, request: Request) -> ItemRecord:
    """Return a new record of one item, with an empty receipt."""
    site = session.screen.site
    receipt = Receipt(request, site.name, site.practice, reference=item.reference)
    receipt.by, receipt.at = getpass.getuser(), datetime.now(UTC).isoformat(timespec="seconds")
    listeners = [*session.listeners, *session.about(item)]
    return ItemRecord(session.journal, session.lock, item, receipt, listeners)


def recorder_of(session: Session, records: Sequence[ItemRecord], **more: Any) -> Recorder:
    """Return the recorder of one patient's items; `more` are further fields of it."""
    recorder = Recorder(
        records,
        saves=lambda: session.screen.amounts_saved,
        stop=session.stop,
        confirm=session.confirm,
        ended_item=session.ended,
        **more,
    )
    session.screen.may_save = recorder.may_press
    return recorder


def do_together(session: Session, flow: str, recorder: Recorder) -> list[ItemRecord]:
    """Do a flow for items of one patient; return those to be done once more.

    Whatever happens ends up in the receipts. When the recorder tries again, an item that failed
    for technical reasons, with nothing changed, is returned and waits; so do those that were
    never begun.
    """
    records = recorder.items
    problem: Exception | None = None
    recorder.claim(records[0])
    try:
        desk = Desk(session.screen, recorder)
        if session.left_open:
            desk.start_over()
        named(flow).do(desk, [record.receipt.request for record in records])
    except Exception as error:
        problem = error
    again = recorder.finish(problem)
    told = [words for record in records for words in unwritten.words(record)]
    if told:  # begin nothing more, because it could not be journalled either
        session.unwritten += told
        session.stop.asked = True
    session.left_open = any(record.ending is not None for record in records) or bool(again)
    return again
