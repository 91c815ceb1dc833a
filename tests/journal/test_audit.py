"""The audit trail records every change, and shows when somebody tampers with it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from keyrings_of_tests import InMemory
from owing import borrow
from trails import cut, opened_up, rewritten, wiped

from automation.cli import history
from automation.cli.history import verify_trail
from automation.errors import UsageProblem
from automation.journal import heads, seals
from automation.journal.audit import Decision, Verdict
from automation.journal.edits import Edits
from automation.journal.heads import Head
from automation.journal.journal import ItemRow, Journal
from automation.journal.seals import Key, found_key, keyring_key
from config.settings import Settings

V1: dict[str, object] = {"version": 1}
AddItem = Callable[[], ItemRow]


def save(journal: Journal, item: ItemRow, was: str, to: str) -> None:
    """Record one Save, begun and ended."""
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
    """Remove the triggers and run the statements; return what verifying then finds wrong."""
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
    """A Save that never ends is in the trail all the same: who, when, which item, what."""
    item = add_item()
    journal.begin_step(item.id, "Save", "Pt Amt", {"version": 1, "value": "30.00"}, None)
    (entry,) = journal.audit.entries()
    assert (entry["by"], entry["site"], entry["item_id"]) == ("biller", "sandbox", item.id)
    assert (entry["kind"], entry["field"], entry["before"]) == ("saving", "Pt Amt", "30.00")
    assert entry["reference"] == item.reference and entry["at"]


def test_whole_trail_verifies(trail: Journal) -> None:
    """An untouched trail is whole, and verifying returns its count and last hash."""
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
    """Whatever is done to the trail, the first entry affected is named."""
    assert says in tampered(journal_url, statement)


def test_removed_and_renumbered(trail: Journal, journal_url: str) -> None:
    """Renumbering the later entries does not hide that one was removed."""
    wrong = tampered(
        journal_url,
        "DELETE FROM audit WHERE number = 5",
        "UPDATE audit SET number = number - 1 WHERE number > 5",
    )
    assert "entry 5" in wrong


def test_failed_save_and_returned_copay_are_told(journal: Journal, add_item: AddItem) -> None:
    """A failed Save is recorded as not known to be saved, and a returned copay as read back."""
    item = add_item()
    (row,) = borrow(journal, item)
    step = journal.begin_step(item.id, "Save", "Copay", None, None)
    journal.fail_step(step, "TechnicalFailure")
    Edits(journal).close(row.id, {"version": 1, "value": "25.00"})
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


def test_trail_names_no_patient(trail: Journal) -> None:
    """No entry holds a name; the journal's item tells whose reference it is."""
    entries = list(trail.audit.entries())
    assert len(entries) == 10
    for entry in entries:
        item = trail.item(int(entry["item_id"]))
        assert (entry["reference"], item.patient["name"]) == (item.reference, "Juniper, Ashby")
        assert "Juniper" not in str(entry) and "Ashby" not in str(entry)


def test_decision_about_a_run_is_an_entry_like_the_others(
    trail: Journal, journal_url: str, add_item: AddItem
) -> None:
    """What a person approved stands in the chain, is sealed, and cannot be altered unnoticed."""
    run = trail.item(add_item().id).run_id
    trail.audit.key = lambda: SECRET
    trail.note_change(Decision(run, "plan approved", "plan of run 1", "abc", "2 of 3 items, $60"))
    save(trail, add_item(), "30.00", "0.00")
    trail.steps(1)
    approved = next(e for e in trail.audit.entries() if e["kind"] == "plan approved")
    assert (approved["by"], approved["run_id"], approved["item_id"]) == ("biller", run, 0)
    assert (approved["reference"], approved["date_of_service"]) == ("", "")
    assert approved["before"] == "abc" and approved["seal"]
    found = trail.audit.verify()
    assert (found.wrong, found.count) == ("", 13)
    wrong = tampered(journal_url, "UPDATE audit SET after = '3 of 3' WHERE kind = 'plan approved'")
    assert wrong == "entry 11 was changed"


SECRET = Key(b"a secret of the keyring")


@pytest.fixture
def sealed(journal_url: str) -> Path:
    """The file of a journal with six entries, each sealed with this account's key."""
    with Journal.open(journal_url) as journal:
        journal.audit.key = lambda: SECRET
        run = journal.start_run("undo_write_off", "sandbox", "https://a.example", V1, "biller")
        for _ in range(3):
            item = journal.add_item(run, patient=V1, visit=V1, request=V1)
            save(journal, item, "30.00", "0.00")
    return Path(journal_url.removeprefix("sqlite:///"))


def verified(path: Path, heads: list[Head] | None = None, key: Key | None = None) -> Verdict:
    """The verdict on the trail, with these heads and this key, or none."""
    with Journal.open(f"sqlite:///{path}", as_it_is=True) as journal:
        journal.audit.key = lambda: key
        return journal.audit.verify(heads or [])


def head_of_file(path: Path) -> Head:
    """The trail's head, as somebody keeps it elsewhere."""
    found = verified(path)
    return Head(found.count, found.head)


ATTACKS: dict[str, tuple[Callable[[Path], Any], str]] = {
    "rewritten": (lambda path: rewritten(path, 2, before="31.00"), "entry 6 is not the one"),
    "cut": (lambda path: cut(path, 4), "entry 5 was removed"),
    "wiped": (wiped, "entry 1 was removed"),
}


@pytest.mark.parametrize("attack", ATTACKS)
def test_head_kept_elsewhere_names_what_was_done(sealed: Path, attack: str) -> None:
    """A head kept elsewhere shows that a trail was rewritten with new hashes, cut or wiped."""
    head = head_of_file(sealed)
    do, says = ATTACKS[attack]
    do(sealed)
    assert verified(sealed).wrong == ""  # the chain alone does not show it
    assert says in verified(sealed, [head]).wrong


@pytest.mark.parametrize("attack", ATTACKS)
def test_verify_names_what_was_done(
    sealed: Path, attack: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """`audit verify` compares with the mark, the heads that runs kept, and a typed head."""
    head = head_of_file(sealed)
    settings = Settings(state=sealed.parent, journal=f"sqlite:///{sealed}")
    kept = settings.model_copy(update={"audit_heads": str(tmp_path / "heads.txt")})
    with Journal.of(settings) as journal:
        heads.keep(kept.audit_heads, journal.id, head)
    assert verify_trail(kept) == 0
    do, says = ATTACKS[attack]
    do(sealed)
    assert verify_trail(settings) == 5  # found by the mark
    assert says in capsys.readouterr().out
    for mark in sealed.parent.glob("*.mark"):
        mark.unlink()
    assert verify_trail(settings) == 0
    assert verify_trail(settings, str(head)) == 5
    assert verify_trail(kept) == 5
    assert says in capsys.readouterr().out


def test_seal_names_the_rewritten_entry(sealed: Path) -> None:
    """New hashes can be computed but new seals cannot, so the first rewritten entry is named."""
    assert verified(sealed, key=SECRET).notes == (
        "up to entry 6 the trail is sealed with this account's key",
    )
    rewritten(sealed, 2, before="31.00")
    assert verified(sealed, key=SECRET).wrong == (
        "entry 2 was rewritten: its seal was not made for it"
    )


def test_seals_that_are_missing_or_foreign_are_told(sealed: Path) -> None:
    """Verifying names the entries that have no seal of this account's key."""
    with opened_up(sealed) as file:
        file.execute("UPDATE audit SET seal = NULL WHERE number > 3")
    assert "entry 4-6 bears no seal" in verified(sealed, key=SECRET).notes[-1]
    assert "key that is not here" in verified(sealed, key=Key(b"another")).notes[0]
    assert "no key in a keyring here" in verified(sealed, key=None).notes[0]


def test_key_lies_in_the_keyring() -> None:
    """One key is made for the account and found again; without a keyring there is none."""
    import keyring
    from keyring.backends.fail import Keyring as NoKeyring

    before = keyring.get_keyring()
    try:
        keyring.set_keyring(InMemory())
        keyring_key.cache_clear()
        assert found_key() is None
        made = keyring_key()
        keyring_key.cache_clear()
        assert made is not None and keyring_key() == made == found_key()
        keyring.set_keyring(NoKeyring())
        keyring_key.cache_clear()
        assert keyring_key() is None and found_key() is None
    finally:
        keyring.set_keyring(before)
        keyring_key.cache_clear()


def test_time_that_goes_back_is_noted(journal_url: str) -> None:
    """A clock that was set back does not break the trail, and a note names the entry."""
    now = [datetime(2026, 3, 4, 12, tzinfo=UTC)]
    with Journal.open(journal_url, clock=lambda: now[0]) as journal:
        run = journal.start_run("undo_write_off", "sandbox", "https://a.example", V1, "biller")
        item = journal.add_item(run, patient=V1, visit=V1, request=V1)
        for hours in (0, 1, -2, 1):
            now[0] += timedelta(hours=hours)
            journal.begin_step(item.id, "Save", "Pt Amt", None, None)
        found = journal.audit.verify()
    assert found.wrong == ""
    assert [note for note in found.notes if "goes back at entry 3 " in note]


def test_signed_head(
    sealed: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """`audit head` signs the head; `audit verify` checks it, and says when it was made up."""
    settings = Settings(state=sealed.parent, journal=f"sqlite:///{sealed}")
    monkeypatch.setenv("UNDO_WRITEOFF_STATE", str(settings.state))
    monkeypatch.setenv("UNDO_WRITEOFF_JOURNAL", settings.journal)
    monkeypatch.setattr(seals, "found_key", lambda: SECRET)
    history.audit_head()
    signed = capsys.readouterr().out.strip()
    assert signed == head_of_file(sealed).signed(SECRET.seal(head_of_file(sealed).hash))
    assert verify_trail(settings, signed) == 0
    assert verify_trail(settings, signed[:-8] + "00000000") == 5
    assert "NOT OURS" in capsys.readouterr().out
    monkeypatch.setattr(seals, "found_key", lambda: None)
    assert verify_trail(settings, signed) == 0
    assert "it was not checked" in capsys.readouterr().out


def test_typed_head_that_is_none() -> None:
    """A mistyped head is a usage error."""
    with pytest.raises(UsageProblem, match="reading --head"):
        Head.typed("12:abc")


def test_head_in_the_system_log(monkeypatch: pytest.MonkeyPatch) -> None:
    """The system's log gets one line: the time, the journal's short id and the head, no more."""
    syslog = pytest.importorskip("syslog")
    said: list[str] = []
    monkeypatch.setattr(syslog, "syslog", lambda level, line: said.append(line))
    heads.keep("syslog", "ab" * 16, Head(3, "c" * 64))
    (line,) = said
    words = f" undo-writeoff audit head of journal {'ab' * 6} 3:{'c' * 64}"
    assert line.endswith(words)
    assert datetime.fromisoformat(line.removesuffix(words)).tzinfo is UTC
