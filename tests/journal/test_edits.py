"""A value that a run changes stays recorded as owed until it was seen to be settled."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from owing import KEY, PATIENT, PLAN, begin_to_change, borrow, copay

from automation.errors import Outstanding, Refusal
from automation.journal.edits import Edits
from automation.journal.journal import ItemRow, ItemState, Journal
from automation.runs.recovery import edit_of
from flows.undo_write_off import Amount

if TYPE_CHECKING:
    from journals import Programs

ORIGIN = "https://practice.example"
COPAYS = (copay(), copay("Fennel Health", "10.00"))
BACK: dict[str, object] = {"version": 1, "value": "25.00"}
AddItem = Callable[[], ItemRow]

OPEN_IN_ANOTHER_PROGRAM = """
import sys, time
from decimal import Decimal
from automation.errors import Refusal
from automation.journal.edits import Edits
from automation.journal.journal import Journal
from flows.copay_preflight import StoredCopay
edits = Edits(Journal.open(sys.argv[1]))
copay = StoredCopay("Copay", "Larkspur Mutual", Decimal(25), (Decimal(0),), Decimal(25))
try:
    edits.open(int(sys.argv[2]), [copay], patient={"version": 1}, patient_key=sys.argv[3])
except Refusal:
    sys.exit(3)
print("READY", flush=True)
if len(sys.argv) > 4:
    time.sleep(600)
"""


@pytest.fixture
def edits(journal: Journal) -> Edits:
    """The edits of an empty journal."""
    return Edits(journal)


def test_open_is_outstanding(journal: Journal, edits: Edits, add_item: AddItem) -> None:
    """Each borrowed value is listed with its original, one row each, until it is closed."""
    rows = borrow(journal, add_item(), *COPAYS)
    assert [edit_of(row) for row in rows] == list(COPAYS)
    assert all(row.is_outstanding and row.borrowed for row in rows)
    assert edits.outstanding() == edits.outstanding(ORIGIN) == rows
    assert edits.outstanding("https://other.example") == []
    assert edits.borrowed_of(ORIGIN, KEY) == rows
    assert edits.borrowed_of(ORIGIN, "somebody else") == []
    edits.close(rows[0].id, BACK)
    assert edits.outstanding() == edits.borrowed_of(ORIGIN, KEY) == rows[1:]


def test_second_open_is_refused(journal: Journal, edits: Edits, add_item: AddItem) -> None:
    """While a copay is set aside, the value on the screen is never stored as the original."""
    rows = borrow(journal, add_item())
    with pytest.raises(Refusal) as refused:
        borrow(journal, add_item(), copay("Fennel Health"), copay())
    assert "still set aside" in refused.value.found
    assert "undo-writeoff recover" in refused.value.next_step
    assert "Juniper" not in str(refused.value)
    assert edits.outstanding() == rows


def test_second_change_of_one_date_is_refused(
    journal: Journal, edits: Edits, add_item: AddItem
) -> None:
    """While an amount is half changed, the value on the screen is never stored as the old one."""
    first, second = journal.claim(add_item().id), journal.claim(add_item().id)
    edits.open(first.id, [Amount.of(PLAN)], patient=PATIENT, patient_key=KEY)
    with pytest.raises(Refusal, match="begun and not finished"):
        edits.open(second.id, [Amount.of(PLAN)], patient=PATIENT, patient_key=KEY)
    assert journal.item(second.id).state is ItemState.WORKING
    journal.settle(first.id, ItemState.PUT_BACK)
    edits.open(second.id, [Amount.of(PLAN)], patient=PATIENT, patient_key=KEY)
    assert [row.item_id for row in edits.outstanding()] == [second.id]


def test_open_for_another_patient_or_practice(
    journal: Journal, edits: Edits, add_item: AddItem
) -> None:
    """A copay that is set aside blocks no other patient and no other practice."""
    item = add_item()
    borrow(journal, item)
    borrow(journal, item, key="Sorrel, Wren|1990-05-01")
    run = journal.start_run("undo_write_off", "sandbox", "https://other.example", PATIENT, "biller")
    borrow(journal, journal.add_item(run, patient=PATIENT, visit=PATIENT, request=PATIENT))
    assert len(edits.outstanding()) == 3


def test_open_again_after_return(journal: Journal, edits: Edits, add_item: AddItem) -> None:
    """A copay that was given back can be set aside again."""
    (row,) = borrow(journal, add_item())
    edits.close(row.id, BACK)
    assert borrow(journal, add_item())[0].id != row.id


def test_close_in_any_order(journal: Journal, edits: Edits, add_item: AddItem) -> None:
    """A row closes when its original value is read back, whatever the order of the rows."""
    first, second = borrow(journal, add_item(), *COPAYS)
    edits.close(second.id, {"version": 1, "value": "10.00"})
    assert edits.outstanding() == [first]
    closed = edits.close(first.id, BACK)
    assert closed.closed_at is not None
    assert edits.outstanding() == []
    assert edits.close(first.id, {"version": 1, "value": "0.00"}) == closed


@pytest.mark.parametrize("value", [None, "", "0.00", "25", "10.00"])
def test_close_with_another_value(
    journal: Journal, edits: Edits, add_item: AddItem, value: str | None
) -> None:
    """A copay that is not given back stays owed; the try is counted and an error is raised."""
    (row,) = borrow(journal, add_item())
    with pytest.raises(Outstanding, match=row.reference):
        edits.close(row.id, {"version": 1, **({} if value is None else {"value": value})})
    (still,) = edits.outstanding()
    assert still.attempts == 1
    assert still.found is None


def test_failed_return_keeps_it_open(journal: Journal, edits: Edits, add_item: AddItem) -> None:
    """However often giving it back fails, the copay stays owed."""
    (row,) = borrow(journal, add_item())
    for number in range(1, 6):
        assert edits.failed_return(row.id, "signed out").attempts == number
    (still,) = edits.outstanding()
    assert (still.last_message, still.edit) == ("signed out", row.edit)
    assert still.last_attempt_at is not None


def test_settle_by_hand_names_who(journal: Journal, edits: Edits, add_item: AddItem) -> None:
    """The person who says that a copay is back is recorded, and later tries change nothing."""
    (row,) = borrow(journal, add_item())
    with pytest.raises(ValueError, match="somebody"):
        edits.settle_by_hand(row.id, " ", "looked")
    settled = edits.settle_by_hand(row.id, "R. Alder", "typed 25 again myself")
    assert (settled.settled_by, settled.note) == ("R. Alder", "typed 25 again myself")
    assert edits.outstanding() == []
    assert edits.failed_return(row.id, "late") == settled


def test_open_asks_for_an_item_and_values(
    journal: Journal, edits: Edits, add_item: AddItem
) -> None:
    """What is owed needs an existing item and at least one value."""
    with pytest.raises(LookupError):
        edits.open(99, COPAYS, patient=PATIENT, patient_key=KEY)
    with pytest.raises(ValueError, match="at least one"):
        edits.open(add_item().id, [], patient=PATIENT, patient_key=KEY)
    with pytest.raises(LookupError):
        edits.row(99)


def test_borrowed_stays_owed_when_its_item_ends(
    journal: Journal, edits: Edits, add_item: AddItem
) -> None:
    """Settling an item settles its own amount, but never the copay; copays are listed first."""
    item = journal.claim(add_item().id)
    begin_to_change(journal, item)
    (lent,) = borrow(journal, item)
    assert [row.kind for row in edits.outstanding()] == ["copay", "amount"]
    journal.settle(item.id, ItemState.FAILED)
    assert edits.outstanding() == [lent]


def test_what_was_learned_is_stored(journal: Journal, edits: Edits, add_item: AddItem) -> None:
    """A value that the practice made of a reset is then stored as one of the values in between."""
    item = journal.claim(add_item().id)
    edit = Amount.of(PLAN)
    (row,) = edits.open(item.id, [edit], patient=PATIENT, patient_key=KEY)
    learned = replace(edit, between=(*edit.between, Decimal("20.00")))
    edits.rewrite(row.id, learned)
    (row,) = edits.outstanding()
    assert edit_of(row) == learned != edit


def test_open_survives_kill_9(
    journal: Journal, edits: Edits, add_item: AddItem, journal_url: str, programs: Programs
) -> None:
    """After kill -9 a copay that was set aside is still owed, with its original value."""
    programs.kill(OPEN_IN_ANOTHER_PROGRAM, journal_url, str(add_item().id), KEY, "stay")
    (row,) = edits.outstanding(ORIGIN)
    assert edit_of(row) == copay()
    with pytest.raises(Refusal):
        borrow(journal, add_item())


def test_open_from_two_programs(edits: Edits, add_item: AddItem, journal_url: str) -> None:
    """When several programs open one copay at once, one succeeds and the others are refused."""
    command = [sys.executable, "-c", OPEN_IN_ANOTHER_PROGRAM, journal_url, str(add_item().id)]
    programs = [
        subprocess.Popen([*command, KEY], stdout=subprocess.DEVNULL, cwd=Path(__file__).parents[2])
        for _ in range(3)
    ]
    assert sorted(program.wait() for program in programs) == [0, 3, 3]
    assert len(edits.outstanding()) == 1
