"""Work other than a fix that is journalled and guarded like one, such as writing off again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from automation.billing.receipt import Request
from automation.billing.request import shown
from automation.billing.visit import Visit
from automation.desk import Desk
from automation.errors import Problem, Refusal, UsageProblem
from automation.flow import named
from automation.journal.edits import Edits
from automation.journal.journal import ItemRow, ItemState
from automation.runs.record import sentence
from automation.runs.runner import begun, record_of, recorder_of, request_of
from automation.runs.session import Session

FLOW = "write_off_again"


@contextmanager
def at_work(
    session: Session,
    request: Request,
    flow: str,
    article: str = "",
    *,
    stays_owed: bool = False,
) -> Iterator[Desk]:
    """Yield a desk that may change one date of service, journalled as a run of `flow`.

    With `stays_owed`, a change that was begun and not confirmed is left to `recover`.
    """
    journal, item = session.journal, begun(session, request, flow)
    record = record_of(session, item, request)
    recorder = recorder_of(session, [record])
    recorder.claim(record)
    state = ItemState.FAILED
    try:
        yield Desk(session.screen, recorder, article=article)
        is_changed = journal.item(item.id).state.is_outstanding
        state = ItemState.FIXED if is_changed else ItemState.NOTHING_TO_DO
    except BaseException as problem:
        if stays_owed and record.half_way and journal.item(item.id).state.is_outstanding:
            state = ItemState.CHANGING
            journal.note_recovery(item.id, sentence(problem))
            if isinstance(problem, Problem) and "recover" not in problem.next_step:
                problem.next_step = f"run `undo-writeoff recover`; {problem.next_step}"
        raise
    finally:
        if state is not ItemState.CHANGING:
            journal.settle(item.id, state, record.receipt.as_json())
        journal.finish_run(item.run_id, flow)


def last_item(session: Session) -> int:
    """Return the number of the last item that was begun."""
    return session.journal.items(session.journal.runs(1)[0].id)[-1].id


def write_off_again(session: Session, number: int, *reasons: str) -> Visit:
    """Write off again the balance that a fix has opened, with the journal's amounts from before.

    Raises UsageProblem for a number that is not in the journal, Refusal for an item that was
    never changed or belongs to another practice.
    """
    item = _item(session, number)
    edits = Edits(session.journal).of_item(number, borrowed=False)
    begun_to_change = [row for row in edits if row.kind == "amount"]
    if not begun_to_change or item.origin != session.origin:
        raise Refusal(
            f"writing item {number} off again",
            expected="an item of this practice whose amounts from before are in the journal",
            found="one of another practice" if item.origin != session.origin else "no amounts",
            next_step="check the number and --site; nothing was changed",
        )
    request = request_of(item, session.journal.run(item.run_id))
    with at_work(session, request, FLOW, stays_owed=True) as desk:
        before = Visit.from_json(begun_to_change[-1].edit["visit"])
        written: Visit = named(FLOW)(desk, request.patient, before, *reasons)
        return written


def _item(session: Session, number: int) -> ItemRow:
    try:
        return session.journal.item(number)
    except LookupError:
        raise UsageProblem(
            "looking for the item to write off again",
            expected="the number of an item in the journal",
            found=f"no item {number}",
            next_step="copy the number from the end of the regression run",
        ) from None


def says(visit: Visit) -> str:
    """Return what was done, without naming the patient."""
    return f"The balance of {shown(visit.date)} is written off again, as it was before."
