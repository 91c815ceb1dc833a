"""The audit trail tells of every change and notices what is done to it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from automation.runs.journal import ItemRow, Journal
from automation.runs.loans import Loans

AddItem = Callable[[], ItemRow]
SETTING = {"policy": "Primary", "label": "Copay", "original": "25.00"}


def save(journal: Journal, item: ItemRow, was: str, to: str) -> None:
    """One Save, begun and ended."""
    step = journal.begin_step(
        item.id, "Save", "Pt Amt", {"version": 1, "value": was}, {"version": 1, "value": to}
    )
    journal.end_step(step)


@pytest.fixture
def trail(journal: Journal, add_item: AddItem) -> Journal:
    """A journal whose trail has ten entries."""
    for _ in range(5):
        save(journal, add_item(), "30.00", "0.00")
    journal.steps(1)
    return journal


def tampered(journal_url: str, *statements: str) -> str:
    """Do something to the trail that its triggers would refuse; what verifying then says."""
    path = journal_url.removeprefix("sqlite:///")
    with sqlite3.connect(path) as file:
        file.execute("DROP TRIGGER audit_no_update")
        file.execute("DROP TRIGGER audit_no_delete")
        for statement in statements:
            file.execute(statement)
    file.close()
    with Journal.open(journal_url, as_it_is=True) as journal:
        return journal.audit.verify().wrong


def test_entry_is_there_before_the_save_is_pressed(journal: Journal, add_item: AddItem) -> None:
    """Whoever pulls the plug during a Save finds it in the trail: who, when, which, what."""
    item = add_item()
    journal.begin_step(item.id, "Save", "Pt Amt", {"version": 1, "value": "30.00"}, None)
    (entry,) = journal.audit.entries()
    assert (entry["by"], entry["site"], entry["item_id"]) == ("biller", "sandbox", item.id)
    assert (entry["kind"], entry["field"], entry["before"]) == ("saving", "Pt Amt", "30.00")
    assert entry["reference"] == item.reference and entry["at"]


def test_whole_trail_verifies(trail: Journal) -> None:
    """An untouched trail is whole, and its count and last hash are told."""
    found = trail.audit.verify()
    assert (found.wrong, found.count, len(found.head)) == ("", 10, 64)


def test_trail_refuses_to_be_changed(trail: Journal, journal_url: str) -> None:
    """The database itself refuses an update and a deletion."""
    path = journal_url.removeprefix("sqlite:///")
    for statement in ("UPDATE audit SET before = '1'", "DELETE FROM audit"):
        with sqlite3.connect(path) as file, pytest.raises(sqlite3.IntegrityError, match="added to"):
            file.execute(statement)
        file.close()


@pytest.mark.parametrize(
    ("statement", "says"),
    [
        ("UPDATE audit SET before = '31.00' WHERE number = 4", "entry 4 was changed"),
        ("UPDATE audit SET by = 'nobody' WHERE number = 10", "entry 10 was changed"),
        ("UPDATE audit SET at = '2020-01-01' WHERE number = 1", "entry 1 was changed"),
        ("DELETE FROM audit WHERE number = 1", "entry 1 was removed"),
        ("DELETE FROM audit WHERE number = 5", "entry 5 was removed"),
        ("DELETE FROM audit WHERE number = 10", "entry 10 was removed"),
        ("DELETE FROM audit", "entry 1 was removed"),
        ("UPDATE audit SET previous = 'x' WHERE number = 3", "entry 3 does not follow"),
        ("UPDATE audit SET hash = 'x' WHERE number = 3", "entry 3 was changed"),
        ("UPDATE keys SET value = '9:x' WHERE name = 'audit-head'", "entry 10 was not written"),
    ],
)
def test_first_changed_entry_is_named(
    trail: Journal, journal_url: str, statement: str, says: str
) -> None:
    """Whatever is done to the trail, the first entry it was done to is named."""
    assert says in tampered(journal_url, statement)


def test_removed_and_renumbered(trail: Journal, journal_url: str) -> None:
    """Closing the gap after a removal does not hide it."""
    wrong = tampered(
        journal_url,
        "DELETE FROM audit WHERE number = 5",
        "UPDATE audit SET number = number - 1 WHERE number > 5",
    )
    assert "entry 5" in wrong


def test_failed_save_and_returned_copay_are_told(journal: Journal, add_item: AddItem) -> None:
    """A Save that is not known to be stored says so; a copay's return is told as read back."""
    item = add_item()
    loans = Loans(journal)
    loan = loans.open(
        item_id=item.id,
        origin="https://practice.example",
        patient={"version": 1},
        patient_key="x",
        settings=[SETTING],
    )
    step = journal.begin_step(item.id, "Save", "Copay", None, None)
    journal.fail_step(step, "TechnicalFailure")
    loans.close(loan.id, {"version": 1, "settings": [SETTING]})
    kinds = [entry["kind"] for entry in journal.audit.entries()]
    assert kinds == ["saving", "not known to be saved", "read back"]


def test_second_program_goes_on_with_the_chain(
    trail: Journal, journal_url: str, add_item: AddItem
) -> None:
    """Two programs that write in turn make one chain."""
    with Journal.open(journal_url) as other:
        save(other, add_item(), "1", "2")
    save(trail, add_item(), "3", "4")
    trail.steps(1)
    assert trail.audit.verify().wrong == "" and trail.audit.verify().count == 14


def test_trail_names_no_patient(trail: Journal, journal_url: str) -> None:
    """No entry holds a name; the reference says who to those who have the journal."""
    assert not any("Juniper" in str(entry) for entry in trail.audit.entries())
    assert Path(journal_url.removeprefix("sqlite:///")).exists()
