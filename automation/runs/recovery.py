"""What a crash left: look first, then finish or put back; and give back what was borrowed."""

from __future__ import annotations

import contextlib
import getpass
import time
from dataclasses import dataclass
from datetime import UTC, datetime

from automation.billing.plan import Plan
from automation.billing.receipt import Copay, Outcome, Receipt
from automation.billing.request import PatientQuery
from automation.billing.verdict import Done
from automation.billing.visit import Visit
from automation.desk import Desk, Setting
from automation.errors import JournalUnusable, Problem
from automation.flow import giver_back, named
from automation.runs.audit import Change
from automation.runs.journal import ItemRow, ItemState, Journal
from automation.runs.loans import Loans
from automation.runs.outcome import note_read_back
from automation.runs.record import StopRequest, sentence
from automation.runs.recorder import settings_found
from automation.runs.rows import LoanRow
from automation.runs.runner import Office, record_of, recorder_of, request_of


@dataclass(frozen=True)
class Settled:
    """One outstanding row and what recovery made of it."""

    kind: str  # "copay", "amount", or "journal" for what a journal from a copy lacks
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
        """Write the row for `--json`."""
        return {"version": 1, **vars(self)}


def recover(office: Office) -> list[Settled]:
    """Settle every outstanding row of this practice: copays first, then amounts.

    The copay goes first because the correct amount, being above 0, is kept whatever the copay
    is, while a forgotten copay harms every next session. Nothing is raised: a row that could not
    be settled stays outstanding and says why. Whoever calls holds the turn, so every row found
    is a crash's remnant.
    """
    settled = [_give_back(office, loan) for loan in _loans(office)]
    settled += [_settle(office, item) for item in _items(office)]
    office.left_open = office.left_open or bool(settled)
    return settled


def settle_rows_of(office: Office, item_id: int) -> None:
    """Settle what one item owes, while other items may be under way in other tabs."""
    loans = [loan for loan in _loans(office) if loan.item_id == item_id]
    for loan in loans:
        _give_back(office, loan)
    item = office.journal.item(item_id)
    if item.state.is_outstanding:
        _settle(office, item)
    office.left_open = True


def _loans(office: Office) -> list[LoanRow]:
    return Loans(office.journal).outstanding(office.origin)


def _items(office: Office) -> list[ItemRow]:
    return office.journal.outstanding(office.origin)


def _give_back(office: Office, loan: LoanRow) -> Settled:
    loans = Loans(office.journal)
    who = PatientQuery.from_json(loan.patient)
    settings = [
        Setting(str(s["policy"]), str(s["label"]), str(s["original"])) for s in loan.settings
    ]
    desk = _desk(office, office.journal.item(loan.item_id))
    try:
        found = giver_back("copay")(desk, who, settings)
        loans.close(loan.id, settings_found(office.journal, loan.id, found))
    except Exception as problem:
        with contextlib.suppress(JournalUnusable):  # it may be what went wrong
            loans.failed_return(loan.id, type(problem).__name__)
        return _row("copay", loan.id, loan, None, "still outstanding", sentence(problem))
    returned = " and ".join(f"${setting.original}" for setting in settings)
    says = f"the copay of {returned} is back, read on a freshly loaded chart"
    return _row("copay", loan.id, loan, None, "given back", says)


def _settle(office: Office, item: ItemRow) -> Settled:
    journal = office.journal
    date = str(item.visit.get("date"))
    began = time.monotonic()
    try:
        done = _look_then_settle(office, item)
    except Exception as problem:
        with contextlib.suppress(JournalUnusable):
            journal.note_recovery(item.id, sentence(problem))
        found = sentence(problem)
        if isinstance(problem, Problem):
            found = f"{found}. Next: {problem.next_step}"
        return _row("amount", item.id, item, date, "still outstanding", found)
    receipt = _receipt(office, item, done)
    receipt.seconds = time.monotonic() - began
    state = ItemState.PUT_BACK if done.put_back else ItemState.FIXED
    result = "put back" if done.put_back else "fixed"
    try:
        note_read_back(journal, item.id, receipt)
        journal.settle(item.id, state, receipt.as_json())
    except JournalUnusable as problem:
        found = f"{result} in the practice, but the journal could not be told: {problem.found}"
        return _row("amount", item.id, item, date, "still outstanding", found)
    return _row("amount", item.id, item, date, result, receipt.message)


def _look_then_settle(office: Office, item: ItemRow) -> Done:
    assert item.before is not None and item.plan is not None
    flow = named(office.journal.run(item.run_id).flow)
    assert flow.look_then_settle is not None
    plan = Plan.from_json(Visit.from_json(dict(item.before)), dict(item.plan))
    done = flow.look_then_settle(_desk(office, item), request_of(item), plan)
    assert isinstance(done, Done)
    return done


def _desk(office: Office, item: ItemRow) -> Desk:
    recorder = recorder_of(office, [record_of(office, item)])
    recorder.confirm, recorder.stop = None, StopRequest()  # what is owed is no question
    return Desk(office.screen, recorder)


def _receipt(office: Office, item: ItemRow, done: Done) -> Receipt:
    site = office.screen.site
    receipt = Receipt(request_of(item), site.name, site.practice, reference=item.reference)
    receipt.at = datetime.now(UTC).isoformat(timespec="seconds")
    loan = Loans(office.journal).of_item(item.id)
    if loan is not None:
        original = str(loan.settings[0]["original"])
        receipt.copay = Copay(original, set_aside=True, restored=not loan.is_outstanding)
    receipt.by, receipt.diagnosis = getpass.getuser(), str(done.plan.diagnosis)
    receipt.payer_type, receipt.field = done.plan.payer_type, done.plan.field
    receipt.before, receipt.after = done.plan.before.amounts, done.after.amounts
    receipt.expected_balance = done.plan.balance
    receipt.entered = done.plan.correct
    if done.put_back:
        receipt.expected_balance = done.plan.before.amounts.balance
    receipt.outcome = Outcome.FAILED if done.put_back else Outcome.FIXED
    receipt.message = (
        "found or made as it was before the fix began; run the fix again"
        if done.put_back
        else "the fix is finished: the balance is open, read on a freshly loaded chart"
    )
    return receipt


def _row(
    kind: str, number: int, row: ItemRow | LoanRow, date: str | None, result: str, message: str
) -> Settled:
    who = PatientQuery.from_json(row.patient).name
    return Settled(kind, number, row.reference, who, date, result, message)


def owed(journal: Journal, origin: str | None = None) -> list[Settled]:
    """List what is outstanding, without touching anything."""
    loans = [
        _row("copay", loan.id, loan, None, "still outstanding", _loan_says(loan))
        for loan in Loans(journal).outstanding(origin)
    ]
    items = [
        _row("amount", item.id, item, str(item.visit.get("date")), "still outstanding", _says(item))
        for item in journal.outstanding(origin)
    ]
    return ([] if origin else _missing(journal)) + loans + items


def _missing(journal: Journal) -> list[Settled]:
    """A row for what a journal from a copy lacks, until a person settles it."""
    lacks = journal.missing()
    says = (
        f"{lacks}: see in the practice's History what was done last, then "
        '`undo-writeoff recover --settled journal --note "what you saw"`'
    )
    return [Settled("journal", 0, "", "", None, "still outstanding", says)] if lacks else []


def _loan_says(loan: LoanRow) -> str:
    sums = " and ".join(f"${setting['original']}" for setting in loan.settings)
    return f"the copay of {sums} was set to $0 on {loan.opened_at:%Y-%m-%d %H:%M} UTC"


def _says(item: ItemRow) -> str:
    when = f" on {item.changing_at:%Y-%m-%d %H:%M} UTC" if item.changing_at else ""
    return f"a fix was begun{when} and not finished: {item.last_message or 'the run ended'}"


def settle_by_hand(journal: Journal, kind: str, number: int, note: str) -> None:
    """End an outstanding row because a person looked and says that nothing is owed."""
    if kind == "copay":
        Loans(journal).settle_by_hand(number, getpass.getuser(), note)
    else:
        journal.note_change(
            Change(number, f"settled by hand by {getpass.getuser()}"[:40], "", None, None)
        )
        journal.settle(number, ItemState.SETTLED_BY_HAND, {"version": 1, "note": note})
