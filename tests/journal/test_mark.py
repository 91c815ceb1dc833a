"""A journal that does not match its mark is never treated as one in which nothing is owed."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, nullcontext
from pathlib import Path

import owing
import pytest
from trails import cut, rewritten, wiped

from automation.cli.recover import list_owed, settle_by_hand
from automation.errors import JournalUnusable, UsageProblem
from automation.journal.journal import Journal
from automation.journal.mark import Marks
from config.settings import Settings

ORIGIN = "https://practice.example"
V1: dict[str, object] = {"version": 1}


def borrow(journal: Journal, key: str = "x") -> None:
    """Set a copay aside and begin its Save: one edit and one audit entry."""
    run = journal.start_run("undo_write_off", "sandbox", ORIGIN, V1, "biller")
    item = journal.add_item(run, patient=V1, visit=V1, request=V1)
    owing.borrow(journal, item, key=key)
    journal.begin_step(item.id, "Billing Settings", "Copay", {**V1, "value": "25.00"}, None)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """An installation whose journal holds three entries and owes three copays."""
    found = Settings(state=tmp_path / "state")
    with Journal.of(found) as journal:
        for key in "abc":
            borrow(journal, key)
    return found


@pytest.fixture
def file(settings: Settings) -> Path:
    """The file of that journal."""
    return settings.state / "journal.db"


def empty(path: Path) -> None:
    """Empty the file."""
    path.write_bytes(b"")


def without_tables(path: Path) -> None:
    """Replace the file with another program's database."""
    path.unlink()
    with closing(sqlite3.connect(path)) as made, made:
        made.execute("CREATE TABLE notes (id)")


def another(path: Path) -> None:
    """Replace the file with another installation's journal."""
    with Journal.of(Settings(state=path.parent.parent / "other")) as journal:
        for key in "abcd":
            borrow(journal, key)
    shutil.copy(path.parent.parent / "other" / "journal.db", path)


def scribbled(path: Path) -> None:
    """Damage the beginning of the file."""
    path.write_bytes(b"no database at all" + path.read_bytes()[18:])


def scribbled_inside(path: Path) -> None:
    """Damage a page in the middle of the file."""
    whole = path.read_bytes()
    path.write_bytes(whole[:8192] + b"\xff" * 4096 + whole[12288:])


def a_folder(path: Path) -> None:
    """Replace the file with a folder."""
    path.unlink()
    path.mkdir()


@pytest.mark.parametrize(
    ("fault", "says"),
    [
        (Path.unlink, "the file is gone"),
        (empty, "the file is empty"),
        (without_tables, "it holds no journal any more"),
        (another, "another journal lies in its place"),
        (lambda path: cut(path, 2), "it ends at audit entry 2, and entries up to 3 were written"),
        (wiped, "it ends at audit entry 0"),
        (lambda path: rewritten(path, before="1.00"), "audit entry 3 has another hash"),
        (scribbled, "it is damaged"),
        (scribbled_inside, "it is damaged"),
        (a_folder, "it is a folder"),
    ],
    ids=["gone", "empty", "no tables", "replaced", "older", "wiped", "rewritten", "damaged",
         "damaged inside", "folder"],
)  # fmt: skip
def test_status_of_a_journal_that_is_not_well(
    settings: Settings, file: Path, fault: Callable[[Path], None], says: str
) -> None:
    """The message names the file, the cause and what to do, and the exit status is 5."""
    fault(file)
    with pytest.raises(JournalUnusable, match=says) as told:
        list_owed(settings, json=False)
    assert told.value.exit_status == 5
    assert str(file) in told.value.doing and told.value.next_step


@pytest.mark.parametrize("fault", [Path.unlink, empty, another, scribbled])
def test_no_run_begins_on_a_journal_that_is_not_well(
    settings: Settings, file: Path, fault: Callable[[Path], None]
) -> None:
    """Such a journal does not open for a run either, and no new one is made in its place."""
    fault(file)
    was = file.read_bytes() if file.exists() else None
    for _ in range(2):
        with pytest.raises(JournalUnusable, match="recover --from"):
            Journal.of(settings)
    assert (file.read_bytes() if file.exists() else None) == was


def test_first_start_stays_quiet(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Without a journal and without a mark nothing is owed, and no file is made."""
    settings = Settings(state=tmp_path / "state")
    assert list_owed(settings, json=False) == 0
    assert "Nothing is left to finish" in capsys.readouterr().out
    assert not settings.state.exists()


def test_journal_in_which_nothing_was_changed_may_go(tmp_path: Path) -> None:
    """A journal without entries could not have owed anything, so its loss is no error."""
    settings = Settings(state=tmp_path / "state")
    Journal.of(settings).close()
    (settings.state / "journal.db").unlink()
    assert list_owed(settings, json=False) == 0


def test_state_folder_that_is_a_file(tmp_path: Path) -> None:
    """When the state folder's path is a file, the message says this."""
    (tmp_path / "state").write_text("a file", encoding="utf-8")
    with pytest.raises(JournalUnusable, match="the folder that should hold it is a file"):
        list_owed(Settings(state=tmp_path / "state"), json=False)


def test_mistyped_address_names_the_journal_in_use(settings: Settings, tmp_path: Path) -> None:
    """On a computer in use, an address without a journal is not treated as a first start."""
    mistyped = settings.model_copy(update={"journal": f"sqlite:///{tmp_path}/jornal.db"})
    with pytest.raises(JournalUnusable, match=r"last wrote to another one, .*journal\.db") as told:
        list_owed(mistyped, json=False)
    assert "3 audit entries, 3 outstanding" in told.value.found
    assert "--settled journal" in told.value.next_step
    assert not (tmp_path / "jornal.db").exists()


def test_address_changed_on_purpose(settings: Settings, tmp_path: Path) -> None:
    """A person can confirm the move to another journal; after it the old address is refused."""
    moved = settings.model_copy(update={"journal": f"sqlite:///{tmp_path}/moved/journal.db"})
    settle_by_hand(moved, "journal", "we begin a new one in the office's folder")
    with Journal.of(moved) as journal:
        borrow(journal)
    assert list_owed(moved, json=False) == 5
    with pytest.raises(JournalUnusable, match="last wrote to another one"):
        list_owed(settings, json=False)


def test_lost_for_good(settings: Settings, file: Path) -> None:
    """Without a copy a person can begin a new journal; their note and the old file are kept."""
    scribbled(file)
    settle_by_hand(settings, "journal", "looked at the History of all three")
    assert list_owed(settings, json=False) == 0
    (said,) = settings.state.glob("journal.db.mark.settled-*")
    told = json.loads(said.read_text(encoding="utf-8"))
    assert "all three" in told["note"] and '"number": 3' in str(told["was"])
    (damaged,) = settings.state.glob("journal.db.damaged-*")
    assert damaged.read_bytes().startswith(b"no database at all")


def test_journal_that_is_well_needs_no_word(settings: Settings) -> None:
    """Settling an intact journal by hand is refused, and what it owes stays owed."""
    with pytest.raises(UsageProblem, match="it is whole"):
        settle_by_hand(settings, "journal", "away with it")
    assert list_owed(settings, json=False) == 5


def test_mark_is_written_with_each_entry_and_private(settings: Settings) -> None:
    """After each entry the mark has the journal's id and last entry; only its owner can read it."""
    path = settings.state / "journal.db.mark"
    with Journal.of(settings) as journal:
        for key in "xyz":
            borrow(journal, key)
            mark = json.loads(path.read_text(encoding="utf-8"))
            head = journal.head()
            assert (mark["id"], mark["number"], mark["hash"]) == (journal.id, *vars(head).values())
    assert mark["outstanding"] == 6
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [p.name for p in settings.state.iterdir() if p.name.endswith(".new")] == []


def test_later_mark_of_another_program_stays(settings: Settings) -> None:
    """When two programs write in turn, the mark never goes back to an earlier entry."""
    with Journal.of(settings) as one, Journal.of(settings) as two:
        early = one.marks.read()
        borrow(two, "later")
        assert early is not None
        one.marks.write(early)
        found = Marks(one.address).read()
    assert found is not None and found.number == 4


def test_journal_opened_while_another_program_writes(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An entry that is written between reading the mark and the journal is no sign of damage."""
    with Journal.of(settings) as writer:
        borrow(writer, "first")
        read, keys = Marks.read, ["third", "second"]

        def and_meanwhile(marks: Marks) -> object:
            found = read(marks)
            if keys:
                key = keys.pop()
                with monkeypatch.context() as as_ever:
                    as_ever.setattr(Marks, "read", read)
                    borrow(writer, key)
            return found

        monkeypatch.setattr(Marks, "read", and_meanwhile)
        Journal.of(settings).close()
    assert keys != ["third", "second"]


def test_journal_that_moves_away_while_it_is_open(settings: Settings, file: Path) -> None:
    """A write into a file that the next start will not find is an error."""
    with (
        pytest.raises(JournalUnusable, match="moved, removed or replaced"),
        Journal.of(settings) as journal,
    ):
        file.rename(file.with_name("elsewhere.db"))
        borrow(journal, "late")


def test_journal_that_cannot_be_written_when_it_closes(settings: Settings, file: Path) -> None:
    """Steps that cannot be written at the end are an error once, not at each closing."""
    journal = Journal.of(settings)
    journal.end_step(journal.begin_step(1, "Billing Settings", "Copay"))
    with closing(sqlite3.connect(file)) as beside:
        beside.execute("DROP TABLE steps")
    with pytest.raises(JournalUnusable):
        journal.close()
    journal.close()


IN_A_LIMIT = """
import resource, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
sys.argv = ["undo-writeoff", "status"]
from automation.cli.app import main
main()
"""


@pytest.mark.long
@pytest.mark.skipif(os.name != "posix", reason="limits are a matter of POSIX")
@pytest.mark.parametrize("readable", [True, False])
def test_status_of_a_journal_that_cannot_be_written(settings: Settings, readable: bool) -> None:
    """The rows that can be read are listed, a message says what is wrong, and the status is 5.

    On a full disk, SQLite reads the journal only while another program has it open.
    """
    with Journal.of(settings) if readable else nullcontext():
        ended = subprocess.run(
            [sys.executable, "-c", IN_A_LIMIT],
            capture_output=True, text=True, check=False, cwd=Path(__file__).parents[2],
            env={**os.environ, "UNDO_WRITEOFF_STATE": str(settings.state)},
        )  # fmt: skip
    assert ended.returncode == 5, ended.stderr
    listed = [line.partition(":")[0] for line in ended.stdout.splitlines() if line[:1].strip()]
    assert listed == (["copay 1", "copay 2", "copay 3"] if readable else [])
    assert "its disk" in ended.stderr and "Next:" in ended.stderr


@pytest.mark.skipif(os.name != "posix", reason="modes are a matter of POSIX")
def test_status_of_a_journal_on_a_read_only_disk(settings: Settings, read_only: None) -> None:
    """A journal that cannot be written is reported as read-only, with status 5."""
    with pytest.raises(JournalUnusable, match=r"read-only|may not read or write"):
        list_owed(settings, json=False)


@pytest.fixture
def read_only(settings: Settings) -> Iterator[None]:
    """The state folder on a read-only disk; without root, a folder without write permission."""
    folder = settings.state
    if os.geteuid() != 0:
        for path in (*folder.iterdir(), folder):
            path.chmod(0o500)
        yield
        folder.chmod(0o700)
        return
    mounted = subprocess.run(["mount", "--bind", folder, folder], check=False)
    if mounted.returncode:
        pytest.skip("this machine lets nobody mount a folder")
    subprocess.run(["mount", "-o", "remount,bind,ro", folder], check=True)
    yield
    subprocess.run(["umount", folder], check=True)


@pytest.mark.parametrize("name", ["50% off", "a%20b", "what?", "a#b"])
def test_state_folder_of_any_name(tmp_path: Path, name: str) -> None:
    """The journal is in the state folder, whatever special characters its path has."""
    settings = Settings(state=tmp_path / name)
    with Journal.of(settings) as journal:
        borrow(journal)
    assert (tmp_path / name / "journal.db").stat().st_size
    assert [path.name for path in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize(
    "address",
    ["mysql://root:secret@host/db", "nonsense secret", "postgresql://u:secret@host:port/db",
     "postgresql://u:secret@host", "sqlite://", "sqlite:///:memory:"],
)  # fmt: skip
def test_nonsense_address(tmp_path: Path, address: str) -> None:
    """An address that makes no sense is a usage error, and the message leaves its password out."""
    settings = Settings(state=tmp_path, journal=address)
    with pytest.raises(UsageProblem) as told:
        list_owed(settings, json=False)
    assert told.value.exit_status == 2 and "secret" not in str(told.value)


def test_missing_driver(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the driver, the message names the extra that installs it."""
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(UsageProblem, match="none in this installation") as told:
        list_owed(Settings(state=tmp_path, journal="postgres://u:s@h/d"), json=False)
    assert ".[postgres]" in told.value.next_step
