"""Recovery after a crash: look first, then finish or put back, and give back what was borrowed."""

from __future__ import annotations

import contextlib
import getpass
import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from automation.billing.money import plain
from automation.billing.receipt import AnyDone, Copay, Receipt, Request
from automation.billing.request import PatientQuery, shown
from automation.desk import Desk
from automation.edit import kinds
from automation.editing import give_back
from automation.errors import JournalUnusable, Problem
from automation.flow import discover
from automation.journal.audit import Change
from automation.journal.edits import EditRow, Edits
from automation.journal.journal import ItemRow, ItemState, Journal
from automation.runs.outcome import note_read_back
from automation.runs.record import StopRequest, sentence
from automation.runs.runner import record_of, recorder_of, request_of
from automation.runs.session import Session


@dataclass(frozen=True)
class Settled:
    """One outstanding row and the result of its recovery."""

    kind: str  # the edit's kind, such as "copay" or "amount"; "journal" for what a copy lacks
    number: int
    reference: str
    patient: str
    date_of_service: str | None
    result: str  # fixed, put back, given back, or still outstanding
    message: str

    @property
    def is_settled(self) -> bool:
        """Whether nothing is owed for this row any more."""
        return self.result != "still outstanding"

    def as_json(self) -> dict[str, object]:
        """Return the row for `--json`."""
        return {"version": 1, **vars(self)}


def recover(session: Session) -> list[Settled]:
    """Settle every outstanding row of this practice: copays first, then amounts.

    The copay goes first because the correct amount, being above 0, is kept whatever the copay
    is, while a forgotten copay harms every later session. Nothing is raised: a row that could not
    be settled stays outstanding and says why. The caller holds the lock, so every row found was
    left by a crash.
    """
    settled = _settle_all(session, Edits(session.journal).outstanding(session.origin))
    session.left_open = session.left_open or bool(settled)
    return settled


def settle_rows_of(session: Session, item_id: int) -> None:
    """Settle what one item owes, while other items may be in progress in other tabs."""
    rows = Edits(session.journal).outstanding(session.origin)
    settle_these(session, [row for row in rows if row.item_id == item_id])


def settle_these(session: Session, rows: Sequence[EditRow]) -> list[Settled]:
    """Settle some outstanding rows; nobody else may be in the middle of them."""
    session.left_open = True
    return _settle_all(session, rows)


def _settle_all(session: Session, rows: Sequence[EditRow]) -> list[Settled]:
    return [_give_back(session, row) if row.borrowed else _settle(session, row) for row in rows]


def edit_of(row: EditRow) -> Any:
    """Return the edit of a row, of any kind that a flow declares."""
    discover()
    return kinds[row.kind].from_json(row.place, row.edit)


def _give_back(session: Session, row: EditRow) -> Settled:
    edits, who = Edits(session.journal), PatientQuery.from_json(row.patient)
    try:
        desk = _desk(session, session.journal.item(row.item_id))
        found = give_back(desk, who, [edit_of(row)])
        edits.close(row.id, {"version": 1, "value": plain(found[row.place])})
    except Exception as problem:
        with contextlib.suppress(JournalUnusable):  # the journal may be what failed
            edits.failed_return(row.id, type(problem).__name__)
        return _row(row, "still outstanding", sentence(problem))
    return _row(row, "given back", f"the {_value(row)} is back, read on a freshly loaded chart")


def _settle(session: Session, row: EditRow) -> Settled:
    journal = session.journal
    began = time.monotonic()
    try:
        item = journal.item(row.item_id)
        done = edit_of(row).settle(_desk(session, item), PatientQuery.from_json(row.patient))
    except Exception as problem:
        with contextlib.suppress(JournalUnusable):
            journal.note_recovery(row.item_id, sentence(problem))
        found = sentence(problem)
        if isinstance(problem, Problem):
            found = f"{found}. Next: {problem.next_step}"
        return _row(row, "still outstanding", found)
    receipt = _receipt(session, item, done)
    receipt.seconds = time.monotonic() - began
    state = ItemState.PUT_BACK if done.put_back else ItemState.FIXED
    result = "put back" if done.put_back else "fixed"
    try:
        note_read_back(journal, item.id, receipt)
        journal.settle(item.id, state, receipt.as_json())
    except JournalUnusable as problem:
        found = f"{result} in the practice, but the journal could not be told: {problem.found}"
        return _row(row, "still outstanding", found)
    return _row(row, result, receipt.message)


def _desk(session: Session, item: ItemRow) -> Desk:
    rows = Edits(session.journal).of_item(item.id, borrowed=False)
    owed = [row for row in rows if row.is_outstanding]
    recorder = recorder_of(session, [record_of(session, item, _asked(session, item))], owed=owed)
    recorder.confirm, recorder.stop = None, StopRequest()  # what is owed is not a question
    return Desk(session.screen, recorder)


def _asked(session: Session, item: ItemRow) -> Request:
    request: Request = request_of(item, session.journal.run(item.run_id))
    return request


def _receipt(session: Session, item: ItemRow, done: AnyDone) -> Receipt:
    site = session.screen.site
    receipt = Receipt(_asked(session, item), site.name, site.practice, reference=item.reference)
    receipt.at = datetime.now(UTC).isoformat(timespec="seconds")
    lent = Edits(session.journal).of_item(item.id, borrowed=True)
    if lent:
        is_back = not any(row.is_outstanding for row in lent)
        receipt.copay = Copay(str(lent[0].edit["before"]), set_aside=True, restored=is_back)
    receipt.by = getpass.getuser()
    done.end_in(receipt)
    return receipt


def _row(row: EditRow, result: str, message: str) -> Settled:
    who = PatientQuery.from_json(row.patient).name
    number = row.id if row.borrowed else row.item_id
    visit = row.edit.get("visit")
    date = str(visit.get("date")) if visit else None
    return Settled(row.kind, number, row.reference, who, date, result, message)


def owed(
    journal: Journal, origin: str | None = None, under_way: Collection[int] = ()
) -> list[Settled]:
    """List what is outstanding, without changing anything.

    `under_way` are the ids of items that a worker of a fleet is at: what they owe is not listed.
    """
    rows = [row for row in Edits(journal).outstanding(origin) if row.item_id not in under_way]
    listed = [_row(row, "still outstanding", _says(journal, row)) for row in rows]
    return ([] if origin else _missing(journal)) + listed


def _missing(journal: Journal) -> list[Settled]:
    """Return a row for what a journal restored from a copy lacks, until a person settles it."""
    lacks = journal.missing()
    says = (
        f"{lacks}: see in the practice's History what was done last, then "
        '`undo-writeoff recover --settled journal --note "what you saw"`'
    )
    return [Settled("journal", 0, "", "", None, "still outstanding", says)] if lacks else []


def _says(journal: Journal, row: EditRow) -> str:
    when = f"on {_local(row.opened_at)}"
    if row.borrowed:
        return f"the {_value(row)} was set to $0 {when}"
    why = journal.item(row.item_id).last_message or "the run ended"
    discover()
    return f"{kinds[row.kind].begun} was begun {when} and not finished: {why}"


def _local(at: datetime) -> str:
    here = at.astimezone()
    return f"{shown(here.date())} at {here:%H:%M}"


def _value(row: EditRow) -> str:
    return f"{str(row.edit['label']).casefold()} of ${row.edit['before']}"


def settle_by_hand(journal: Journal, kind: str, number: int, note: str) -> None:
    """Settle an outstanding row because a person has looked and says that nothing is owed."""
    edits = Edits(journal)
    if any((row.kind, row.id, row.borrowed) == (kind, number, True) for row in edits.outstanding()):
        edits.settle_by_hand(number, getpass.getuser(), note)
    else:
        journal.note_change(
            Change(number, f"settled by hand by {getpass.getuser()}"[:40], "", None, None)
        )
        journal.settle(number, ItemState.SETTLED_BY_HAND, {"version": 1, "note": note})
