"""Copies of the journal, and restoring it from one."""

from __future__ import annotations

import re
import stat
from pathlib import Path

import pytest
from test_mark import ORIGIN, borrow, scribbled

from automation.cli.recover import list_owed, settle_by_hand
from automation.errors import JournalUnusable, Refusal, UsageProblem
from automation.journal import copies, heads
from automation.journal.address import address_of
from automation.journal.edits import Edits
from automation.journal.journal import Journal
from automation.journal.lock import RunLock
from automation.reports import terminal
from automation.runs.recovery import owed
from automation.runs.session import changing
from config.settings import Settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """An installation with one copay set aside, and a copy of its journal."""
    found = Settings(state=tmp_path / "state")
    with Journal.of(found) as journal:
        borrow(journal, "first")
        assert copies.keep(journal)
    return found


def the_copy(settings: Settings) -> Path:
    """The latest copy."""
    return sorted((settings.state / "copies").iterdir())[-1]


def test_copies_are_private_and_five(settings: Settings) -> None:
    """The last five copies are kept; each is whole, and only its owner can read it."""
    with Journal.of(settings) as journal:
        for number in range(6):
            borrow(journal, f"more {number}")
            copies.keep(journal)
    found = sorted((settings.state / "copies").iterdir())
    assert [copies.look_at(path).number for path in found] == [3, 4, 5, 6, 7]
    assert {stat.S_IMODE(path.stat().st_mode) for path in found} == {0o600}
    assert stat.S_IMODE(found[0].parent.stat().st_mode) == 0o700


def test_damaged_journal_gives_no_copy(settings: Settings) -> None:
    """Copying reads every page, so it finds damage, and no good copy is dropped for a bad one."""
    good = the_copy(settings)
    with Journal.of(settings) as journal:
        for number in range(40):
            borrow(journal, f"more {number}")
    path = settings.state / "journal.db"
    whole = bytearray(path.read_bytes())
    whole[-8192:] = b"\xff" * 8192
    path.write_bytes(whole)
    with (
        Journal.of(settings, as_it_is=True) as journal,
        pytest.raises(JournalUnusable, match="damaged"),
    ):
        copies.keep(journal)
    assert list((settings.state / "copies").iterdir()) == [good]


def test_bring_back_all_of_it(settings: Settings) -> None:
    """A copy after which nothing was written restores everything, and the damaged file is kept."""
    scribbled(settings.state / "journal.db")
    assert copies.bring_back(address_of(settings), the_copy(settings)) == ""
    with Journal.of(settings) as journal:
        assert [row.kind for row in owed(journal)] == ["copay"]
        assert journal.audit.verify().wrong == ""
    (damaged,) = settings.state.glob("journal.db.damaged-*")
    assert damaged.read_bytes().startswith(b"no database at all")


def test_bring_back_says_what_the_copy_cannot_know(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    """Entries after the copy are named by number and outstanding until a person settles them."""
    with Journal.of(settings) as journal:
        borrow(journal, "second")
        borrow(journal, "third")
    (settings.state / "journal.db").unlink()
    lacks = copies.bring_back(address_of(settings), the_copy(settings))
    assert "audit entries 2 to 3 were written after that copy" in lacks
    for _ in range(2):
        assert list_owed(settings, json=False) == 5
        said = capsys.readouterr().out
        assert "audit entries 2 to 3" in said
        assert re.search(r"copay 1: Juniper, Ashby \(reference [^)]+\): not finished", said)
    with Journal.of(settings) as journal:
        Edits(journal).settle_by_hand(1, "biller", "looked")
    assert list_owed(settings, json=False) == 5
    settle_by_hand(settings, "journal", "looked at both patients' History")
    assert list_owed(settings, json=False) == 0


def test_bring_back_without_a_mark(settings: Settings) -> None:
    """If the mark is gone as well, a message says that nobody knows what came after the copy."""
    for path in settings.state.glob("journal.db*"):
        path.unlink()
    lacks = copies.bring_back(address_of(settings), the_copy(settings))
    assert "no mark tells" in lacks
    assert list_owed(settings, json=False) == 5


def test_bring_back_waits_for_the_run_at_work(settings: Settings) -> None:
    """The journal is not replaced while a run uses it, at whichever practice."""
    with (
        RunLock(settings.journal_url, "https://other.example"),
        pytest.raises(Refusal, match="is at work"),
    ):
        copies.bring_back(address_of(settings), the_copy(settings))
    with RunLock(settings.journal_url, ORIGIN):
        pass
    copies.bring_back(address_of(settings), the_copy(settings))


def test_bring_back_no_copy(settings: Settings, tmp_path: Path) -> None:
    """A file that is no copy of this journal is a usage error, and the journal stays unchanged."""
    was = (settings.state / "journal.db").read_bytes()
    other = Settings(state=tmp_path / "other")
    with Journal.of(other) as journal:
        borrow(journal)
        copies.keep(journal)
    text = tmp_path / "text.db"
    text.write_text("no database", encoding="utf-8")
    for path in (the_copy(other), text, tmp_path / "none.db", tmp_path):
        with pytest.raises(UsageProblem, match="reading the copy"):
            copies.bring_back(address_of(settings), path)
    assert (settings.state / "journal.db").read_bytes() == was


def test_changing_command_keeps_copy_and_head(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A changing command first copies the journal, and at its end keeps the head elsewhere, too."""
    kept = settings.model_copy(update={"audit_heads": str(tmp_path / "elsewhere" / "heads.txt")})
    before = len(list((settings.state / "copies").iterdir()))
    with Journal.of(kept) as journal:
        with changing(kept, journal, terminal.say):
            borrow(journal, "second")
        head = journal.head()
    assert len(list((settings.state / "copies").iterdir())) == before + 1
    assert f"Audit head, to be kept elsewhere: {head}" in capsys.readouterr().err
    with Path(kept.audit_heads).open("a", encoding="utf-8") as cut_off:
        cut_off.write(heads.line_of(journal.id, head)[:-5])
    assert heads.kept(kept.audit_heads, journal.id) == [head]
    assert stat.S_IMODE(Path(kept.audit_heads).stat().st_mode) == 0o600


def test_head_that_cannot_be_kept_is_told(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """If the head cannot be kept elsewhere, a message says that, and the run does not fail."""
    kept = settings.model_copy(update={"audit_heads": str(tmp_path)})
    with (
        Journal.of(kept) as journal,
        changing(kept, journal, terminal.say),
    ):
        borrow(journal, "second")
    assert "could not be added" in capsys.readouterr().err


def test_no_change_begins_on_a_damaged_journal(settings: Settings) -> None:
    """Damage in a page that no query touched stops a changing command before its first change."""
    with Journal.of(settings) as journal:
        for number in range(40):
            borrow(journal, f"more {number}")
    path = settings.state / "journal.db"
    whole = bytearray(path.read_bytes())
    whole[-8192:] = b"\xff" * 8192
    path.write_bytes(whole)
    began = []
    with (
        pytest.raises(JournalUnusable, match="damaged"),
        Journal.of(settings, as_it_is=True) as journal,
        changing(settings, journal, terminal.say),
    ):
        began.append("a change")
    assert began == []
