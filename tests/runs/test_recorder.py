"""The recorder checks each change: a stop, a no and read-only work, without a browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal

import pytest
from owing import PLAN, borrow, copay

from automation.billing.plan import Change
from automation.billing.receipt import Receipt
from automation.billing.request import PatientQuery, typed_request
from automation.desk import Step, StepKind
from automation.errors import Refusal, TechnicalFailure
from automation.journal.edits import Edits
from automation.journal.journal import ItemRow, ItemState, Journal
from automation.journal.lock import RunLock
from automation.runs.record import ItemRecord, Stopped, patient_key
from automation.runs.recorder import Recorder
from flows.undo_write_off import Amount

ASKED = typed_request(patient="Juniper, Ashby", date="2026-03-04", owes="30")
OTHER = typed_request(patient="Juniper, Ashby", date="2026-03-11", owes="30")
WHO = PatientQuery("Juniper", "Ashby")
CHANGE = Change("Copay", "25.00", "0.00")
AddItem = Callable[[], ItemRow]


class StepLog:
    """A listener that keeps what it hears."""

    def __init__(self) -> None:
        self.heard: list[str] = []

    def began(self, step: Step) -> None:
        """Note it."""
        self.heard.append(f"began {step.title}")

    def ended(self, step: Step) -> None:
        """Note it."""
        self.heard.append(f"ended {step.title}")

    def failed(self, step: Step, problem: BaseException) -> None:
        """Note it."""
        self.heard.append(f"failed {step.title}")


@pytest.fixture
def lock(journal_url: str) -> Iterator[RunLock]:
    """The lock of the tests' practice."""
    with RunLock(journal_url, "https://practice.example") as taken:
        yield taken


@pytest.fixture
def record(journal: Journal, lock: RunLock, add_item: AddItem) -> ItemRecord:
    """The record of one waiting item."""
    return ItemRecord(journal, lock, add_item(), Receipt(ASKED, "sandbox"), [StepLog()])


def amount(between: str = "0.00") -> Amount:
    """The amount of the first date of service, at its reset."""
    return replace(Amount.of(PLAN), between=(Decimal(between),))


def look() -> Step:
    """A step that only looks."""
    return Step("Look")


def save(kind: StepKind = StepKind.CHANGES) -> Step:
    """A step with a Save."""
    return Step("Save", CHANGE, kind=kind)


def test_work_that_only_looks_refuses_a_change() -> None:
    """A read-only recorder refuses a change, and its listeners hear of the looks."""
    noted = StepLog()
    recorder = Recorder(listeners=[noted], read_only=True)
    recorder.began(look())
    recorder.ended(look())
    with pytest.raises(Refusal, match="a command that makes none"):
        recorder.began(save())
    with pytest.raises(Refusal, match="a command that makes none"):
        recorder.owe(WHO, [copay()])
    assert noted.heard == ["began Look", "ended Look"]


def test_recorder_has_items_or_is_read_only(record: ItemRecord) -> None:
    """A recorder needs items or has to be read-only, so that every change is written down."""
    with pytest.raises(ValueError, match="read-only"):
        Recorder()
    with pytest.raises(ValueError, match="read-only"):
        Recorder([record], read_only=True)


def test_only_changing_steps_are_stored(record: ItemRecord) -> None:
    """The journal stores a Save before it is made; the receipt has every step."""
    recorder = Recorder([record])
    recorder.claim(record)
    recorder.began(look())
    recorder.ended(look())
    recorder.began(save())
    assert [step.ended_at for step in record.journal.steps(record.item.id)] == [None]
    recorder.ended(save())
    assert [step.title for step in record.journal.steps(record.item.id)] == ["Save"]
    assert [step["title"] for step in record.receipt.steps] == ["Look", "Save"]


@pytest.mark.parametrize(("presses", "last"), [(0, "0.00"), (1, "30.00")])
def test_save_that_was_not_pressed_is_not_the_last_one(
    record: ItemRecord, presses: int, last: str
) -> None:
    """What a message calls last saved is what was pressed, though the next was begun already."""
    saves = 0
    recorder = Recorder([record], saves=lambda: saves)
    recorder.claim(record)
    first, second = (Step("Save", Change("Pt Amt", "30.00", to)) for to in ("0.00", "30.00"))
    recorder.began(first)
    saves += 1
    recorder.ended(first)
    recorder.began(second)
    saves += presses
    recorder.failed(second, TimeoutError())
    assert record.last_change is not None and record.last_change.after == last


def test_run_whose_lock_was_taken_looks_no_further(record: ItemRecord) -> None:
    """After a Save, what another run may have done meanwhile is not taken for this run's work."""
    recorder = Recorder([record])
    recorder.claim(record)
    recorder.began(save())
    recorder.ended(save())
    record.lock.__exit__()
    with pytest.raises(Refusal, match="took over its turn"):
        recorder.began(look())
    recorder.began(Step("Look", kind=StepKind.RETURNS))  # what is owed is still looked at


def test_receipt_names_only_changes_of_its_own_run(record: ItemRecord) -> None:
    """What a run that took over has saved for the same item is not told as this run's change."""
    recorder = Recorder([record])
    recorder.claim(record)
    recorder.owe(WHO, [copay()])
    recorder.began(save(StepKind.BORROWS))
    recorder.ended(save(StepKind.BORROWS))
    told = (record.item.id, "Save", "Pt Amt", {"version": 1, "value": "0.00"}, {"version": 1})
    other = record.journal.begin_step(*told, kind=StepKind.CHANGES)
    record.journal.end_step(other)
    recorder.finish(TechnicalFailure("looking", expected="a table", found="none", next_step="wait"))
    assert record.receipt.problem["changed"] == "Copay 25.00 -> 0.00"


@pytest.mark.parametrize("step", [look(), save()], ids=["a look", "a Save"])
def test_stop_is_obeyed_before_the_first_save(record: ItemRecord, step: Step) -> None:
    """After a stop the next step ends the item, which may be tried again."""
    recorder = Recorder([record])
    recorder.claim(record)
    recorder.stop.asked = True
    with pytest.raises(Stopped) as stopped:
        recorder.began(step)
    assert stopped.value.by_request and record.stopped
    assert "nothing was changed" in stopped.value.found


@pytest.mark.parametrize("step", [Step("Look", kind=StepKind.RETURNS), save(StepKind.RETURNS)])
def test_stop_never_keeps_from_giving_back(record: ItemRecord, step: Step) -> None:
    """A stop never prevents giving back, even if the item itself was not changed."""
    recorder = Recorder([record], confirm=lambda *_: False)
    recorder.claim(record)
    recorder.stop.asked = True
    recorder.began(step)
    assert not record.stopped


def test_what_is_owed_is_stored_before_it_is_changed(record: ItemRecord) -> None:
    """A copay is stored as owed before it is set aside, and closed by what is read back."""
    recorder, edits = Recorder([record]), Edits(record.journal)
    recorder.claim(record)
    recorder.owe(WHO, [copay()])
    (row,) = edits.outstanding()
    assert (row.item_id, record.item.state) == (record.item.id, ItemState.WORKING)
    assert (record.receipt.copay.original, record.receipt.copay.restored) == ("25.00", False)
    recorder.still_owed(RuntimeError("no"))
    assert edits.row(row.id).attempts == 1
    recorder.returned({"Larkspur Mutual": copay().before})
    assert edits.outstanding() == []
    assert record.receipt.copay.restored is True


def test_original_that_is_owed_is_never_overwritten(record: ItemRecord) -> None:
    """A copay that was not restored cannot be set aside again; its original stays stored."""
    recorder, edits = Recorder([record]), Edits(record.journal)
    recorder.claim(record)
    recorder.owe(WHO, [copay()])
    recorder.still_owed(RuntimeError("no"))
    with pytest.raises(Refusal, match="setting the copay"):
        recorder.owe(WHO, [copay(was="0.00")])
    (row,) = edits.outstanding()
    assert row.edit["before"] == "25.00"


def test_end_of_one_item_leaves_what_another_owes(record: ItemRecord, add_item: AddItem) -> None:
    """When the second of a patient's two items is refused, the first one's amount stays owed."""
    other = ItemRecord(record.journal, record.lock, add_item(), Receipt(OTHER, "sandbox"))
    recorder = Recorder([record, other])
    recorder.claim(record)
    recorder.owe(WHO, [amount()])
    recorder.turn_to(OTHER)
    recorder.ended_by(Refusal("looking", expected="one", found="two", next_step="say which"))
    recorder.turn_to(ASKED)
    recorder.learned(amount(between="20.00"))
    (row,) = Edits(record.journal).outstanding()
    assert row.edit["between"] == ["20.00"]


def test_patient_whose_copay_is_out_is_refused(record: ItemRecord, add_item: AddItem) -> None:
    """A patient whose copay is still owed by an earlier run is refused."""
    recorder = Recorder([record])
    recorder.claim(record)
    borrow(record.journal, add_item(), key=patient_key(WHO))
    with pytest.raises(Refusal) as refused:
        recorder.read(WHO)
    assert refused.value.diagnosis == "copay-on-loan"
