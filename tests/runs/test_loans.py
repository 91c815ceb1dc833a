"""What is borrowed from the practice is known until it was given back and seen to be back."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy.exc import IntegrityError

from automation.errors import Outstanding, Refusal
from automation.runs.journal import ItemRow, Journal
from automation.runs.loans import LoanRow, Loans

if TYPE_CHECKING:
    from conftest import Programs

ORIGIN = "https://practice.example"
KEY = "Juniper, Ashby|1984-02-09"
COPAYS: list[dict[str, object]] = [
    {"policy": "Larkspur Mutual", "label": "Copay", "original": "25.00"},
    {"policy": "Fennel Health", "label": "Copay", "original": "10.00"},
]
PATIENT: dict[str, object] = {"version": 1, "name": "Juniper, Ashby"}
AddItem = Callable[[], ItemRow]

OPEN_IN_ANOTHER_PROGRAM = """
import sys, time
from automation.errors import Refusal
from automation.runs.journal import Journal
from automation.runs.loans import Loans
loans = Loans(Journal.open(sys.argv[1]))
try:
    loans.open(item_id=int(sys.argv[2]), origin=sys.argv[3], patient={"version": 1},
        patient_key=sys.argv[4], settings=[{"policy": "P", "label": "Copay", "original": "25.00"}])
except Refusal:
    sys.exit(3)
print("READY", flush=True)
if len(sys.argv) > 5:
    time.sleep(600)
"""


@pytest.fixture
def loans(journal: Journal) -> Loans:
    """The loans of an empty journal."""
    return Loans(journal)


def borrow(loans: Loans, item: ItemRow, key: str = KEY) -> LoanRow:
    """One open loan of two copays."""
    return loans.open(
        item_id=item.id, origin=ORIGIN, patient=PATIENT, patient_key=key, settings=COPAYS
    )


def test_open_is_outstanding(loans: Loans, add_item: AddItem) -> None:
    """An open loan is listed with its originals until it is closed."""
    loan = borrow(loans, add_item())
    assert loan.settings == COPAYS
    assert loan.is_outstanding
    assert loans.outstanding() == loans.outstanding(ORIGIN) == [loan]
    assert loans.outstanding("https://other.example") == []
    assert loans.open_for(ORIGIN, KEY) == loan
    assert loans.open_for(ORIGIN, "somebody else") is None


def test_second_open_is_refused(loans: Loans, add_item: AddItem) -> None:
    """While a copay is out, what the screen shows is never taken for the original."""
    loan = borrow(loans, add_item())
    with pytest.raises(Refusal) as refused:
        borrow(loans, add_item())
    assert "already out on loan" in refused.value.found
    assert "undo-writeoff recover" in refused.value.next_step
    assert "Juniper" not in str(refused.value)
    assert loans.outstanding() == [loan]


def test_open_for_another_patient_or_practice(loans: Loans, add_item: AddItem) -> None:
    """One patient's loan is in nobody else's way."""
    item = add_item()
    borrow(loans, item)
    borrow(loans, item, "Sorrel, Wren|1990-05-01")
    loans.open(
        item_id=item.id,
        origin="https://other.example",
        patient=PATIENT,
        patient_key=KEY,
        settings=COPAYS,
    )
    assert len(loans.outstanding()) == 3


def test_open_again_after_return(loans: Loans, add_item: AddItem) -> None:
    """A patient whose copay is back can have it set aside another day."""
    loan = borrow(loans, add_item())
    loans.close(loan.id, {"version": 1, "settings": COPAYS})
    assert borrow(loans, add_item()).id != loan.id


def test_close_in_any_order(loans: Loans, add_item: AddItem) -> None:
    """Settings that were read back equal close the loan, whatever order they were read in."""
    loan = borrow(loans, add_item())
    closed = loans.close(loan.id, {"version": 1, "settings": COPAYS[::-1]})
    assert closed.closed_at is not None
    assert loans.outstanding() == []
    assert loans.close(loan.id, {"version": 1, "settings": []}) == closed


@pytest.mark.parametrize(
    "found",
    [
        {"version": 1},
        {"version": 1, "settings": []},
        {"version": 1, "settings": COPAYS[:1]},
        {"version": 1, "settings": [COPAYS[0], {**COPAYS[1], "original": "0.00"}]},
        {"version": 1, "settings": [*COPAYS, COPAYS[0]]},
    ],
)
def test_close_with_other_values(loans: Loans, add_item: AddItem, found: dict[str, object]) -> None:
    """A loan whose settings are not back stays open, counts the try and says so."""
    loan = borrow(loans, add_item())
    with pytest.raises(Outstanding, match=loan.reference):
        loans.close(loan.id, found)
    (still,) = loans.outstanding()
    assert still.attempts == 1
    assert still.found is None


def test_failed_return_keeps_it_open(loans: Loans, add_item: AddItem) -> None:
    """However often the return fails, the loan is owed."""
    loan = borrow(loans, add_item())
    for number in range(1, 6):
        assert loans.failed_return(loan.id, "signed out").attempts == number
    (still,) = loans.outstanding()
    assert (still.last_message, still.settings) == ("signed out", COPAYS)
    assert still.last_attempt_at is not None


def test_settle_by_hand_names_who(loans: Loans, add_item: AddItem) -> None:
    """A person who says that it is back is named, and later tries change nothing."""
    loan = borrow(loans, add_item())
    with pytest.raises(ValueError, match="somebody"):
        loans.settle_by_hand(loan.id, " ", "looked")
    settled = loans.settle_by_hand(loan.id, "R. Alder", "typed 25 again myself")
    assert (settled.settled_by, settled.note) == ("R. Alder", "typed 25 again myself")
    assert loans.outstanding() == []
    assert loans.failed_return(loan.id, "late") == settled


def test_open_asks_for_an_item_and_settings(loans: Loans, add_item: AddItem) -> None:
    """A loan belongs to an item and borrows something."""
    with pytest.raises(IntegrityError):
        loans.open(item_id=99, origin=ORIGIN, patient=PATIENT, patient_key=KEY, settings=COPAYS)
    with pytest.raises(ValueError, match="at least one"):
        loans.open(
            item_id=add_item().id, origin=ORIGIN, patient=PATIENT, patient_key=KEY, settings=[]
        )
    with pytest.raises(LookupError):
        loans.loan(99)


def test_open_survives_kill_9(
    loans: Loans, add_item: AddItem, journal_url: str, programs: Programs
) -> None:
    """A loan that was opened is owed after the program is killed at once, by the same originals."""
    programs.kill(OPEN_IN_ANOTHER_PROGRAM, journal_url, str(add_item().id), ORIGIN, KEY, "stay")
    (loan,) = loans.outstanding(ORIGIN)
    assert loan.settings == [{"policy": "P", "label": "Copay", "original": "25.00"}]
    with pytest.raises(Refusal):
        borrow(loans, add_item())


def test_open_from_two_programs(loans: Loans, add_item: AddItem, journal_url: str) -> None:
    """Of programs that open a loan for one patient at once, one has it, the others are refused."""
    command = [sys.executable, "-c", OPEN_IN_ANOTHER_PROGRAM, journal_url, str(add_item().id)]
    programs = [
        subprocess.Popen(
            [*command, ORIGIN, KEY], stdout=subprocess.DEVNULL, cwd=Path(__file__).parents[2]
        )
        for _ in range(3)
    ]
    assert sorted(program.wait() for program in programs) == [0, 3, 3]
    assert len(loans.outstanding()) == 1
