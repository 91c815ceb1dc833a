"""The journal's disk fails during a run: the copay is restored, and what is owed is reported."""

from __future__ import annotations

import itertools
import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from ledgers import Case, copays, is_fixed, visit_in

from automation.journal.journal import ItemState, Journal

from .stage import TALLY, Child, Stage

resource = pytest.importorskip("resource", reason="limits are a matter of POSIX")

BETWEEN = "after: 0 into Pt Amt > Save Changes"

Mended = Callable[[], None]
Fault = Callable[[Stage, Child], Mended]


def no_more_bytes(stage: Stage, child: Child) -> Mended:
    """Let the run add nothing to any file; the limit ends with the run."""
    resource.prlimit(child.process.pid, resource.RLIMIT_FSIZE, (0, 0))
    return lambda: None


def full_disk(stage: Stage, child: Child) -> Mended:
    """Fill the disk of the state folder."""
    filler = stage.settings.state / "filler"
    with filler.open("wb", buffering=0) as file:
        try:
            for size in (65536, 512, 1):
                with_room = True
                while with_room:
                    with_room = _filled(file.fileno(), size)
        except OSError:
            raise AssertionError("the disk failed in another way than by being full") from None
    return filler.unlink


def _filled(descriptor: int, size: int) -> bool:
    try:
        return os.write(descriptor, b"x" * size) == size
    except OSError:
        return False


def journal_gone(stage: Stage, child: Child) -> Mended:
    """Move the journal's files away until it is mended."""
    away = stage.settings.state.with_name(f"{stage.settings.state.name}-away")
    away.mkdir()
    moved = [
        p
        for p in stage.settings.state.glob("journal.db*")
        if p.suffix in (".db", ".db-wal", ".db-shm")
    ]
    for path in moved:
        path.rename(away / path.name)

    def back() -> None:
        for path in moved:
            (away / path.name).rename(path)

    return back


def folder_gone(stage: Stage, child: Child) -> Mended:
    """Move the whole state folder away, as when a share is lost, until it is mended."""
    folder = stage.settings.state
    away = folder.with_name(f"{folder.name}-away")
    folder.rename(away)

    def back() -> None:
        for path in folder.rglob("*") if folder.exists() else []:
            if path.is_file():
                path.unlink()
        if folder.exists():
            folder.rmdir()
        away.rename(folder)

    return back


def read_only(stage: Stage, child: Child) -> Mended:
    """Let nothing be written by way of the folder's path."""
    folder = str(stage.settings.state)
    subprocess.run(["mount", "--bind", folder, folder], check=True)
    subprocess.run(["mount", "-o", "remount,bind,ro", folder], check=True)
    return lambda: subprocess.run(["umount", folder], check=True) and None


@contextmanager
def small_disk(folder: Path) -> Iterator[None]:
    """Mount a disk of 4 MB at a folder; skip if that is not allowed."""
    folder.mkdir(parents=True)
    command = ["mount", "-t", "tmpfs", "-o", "size=4m,mode=700", "tmpfs", str(folder)]
    if os.geteuid() != 0 or subprocess.run(command, check=False, capture_output=True).returncode:
        pytest.skip("only root may mount a small disk")
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def told_truly(stage: Stage, receipt: dict[str, object]) -> None:
    """Check that the receipt says what is owed, with patient and amount, if anything is."""
    ledger, holds = stage.practice.control("ledger"), stage.holds()
    assert copays(ledger, stage.case) == copays(stage.before, stage.case)
    message = str(receipt["message"])
    if holds in ("as before", "fixed"):
        assert "STILL OWED" not in message
    else:
        assert receipt["outcome"] == "outstanding"
        assert f"STILL OWED: Pt Amt of {stage.case['patient']}" in message
        assert "was last saved as $0.00 and must become $25.00" in message


@pytest.mark.long
def test_disk_full_between_the_saves(stage: Stage) -> None:
    """With a full disk the copay is restored, and the person is told what is owed."""
    stage.set_up("in-network-copay")
    child = stage.command("fix", *stage.fix_arguments(), stop=BETWEEN)
    assert child.until(BETWEEN) == BETWEEN
    mended = no_more_bytes(stage, child)
    child.go_on()
    status, talk = child.ended()
    mended()
    said = "".join(child.lines)
    assert status == 5, talk
    assert copays(stage.practice.control("ledger"), stage.case) == copays(stage.before, stage.case)
    assert f"STILL OWED: Pt Amt of {stage.case['patient']}" in said
    assert "was last saved as $0.00 and must become $25.00" in said
    assert "undo-writeoff recover" in said and "its disk" in said
    assert {row.kind for row in stage.owed()} == {"amount", "copay"}
    end = stage.after_recovery()
    TALLY.note("journal fails between the Saves", BETWEEN, end)
    assert end == "fixed"


@pytest.mark.long
@pytest.mark.timeout(1500)
@pytest.mark.parametrize("fault", [no_more_bytes, journal_gone, folder_gone, read_only, full_disk])
def test_journal_that_fails_at_every_boundary(
    stage: Stage, lent_browser: str, fault: Fault
) -> None:
    """Whenever the journal fails, the copay is restored and the receipt is true."""
    if fault is read_only and os.geteuid() != 0:
        pytest.skip("only root may mount a folder")
    group = f"journal fails: {fault.__name__}"
    for number in itertools.count():
        stage.set_up("in-network-copay")
        disk = small_disk(stage.settings.state) if fault is full_disk else _as_it_is()
        with disk:
            child = stage.start(number, browser=lent_browser)
            moment = child.until(number)
            if moment is not None:
                end = _with_fault(stage, child, fault)
                TALLY.note(group, moment, end)
            else:
                child.ended()
        if moment is None:
            break
    assert number >= 26
    assert not TALLY.bad(group)


@contextmanager
def _as_it_is() -> Iterator[None]:
    yield


def _with_fault(stage: Stage, child: Child, fault: Fault) -> str:
    """Let the run end with the fault, compare receipt and practice, mend it and recover."""
    mended = fault(stage, child)
    try:
        child.go_on()
        _, talk = child.ended()
        assert "receipt" in child.said, talk
        told_truly(stage, child.said["receipt"])
    finally:
        mended()
    return stage.after_recovery()


def list_whose_journal_fails(stage: Stage, path: Path, tabs: int) -> tuple[list[Case], Child]:
    """Run a list of two patients whose journal fails between the first one's Saves.

    Return its rows, and the run when it has ended.
    """
    stage.set_up("in-network-copay")
    rows = [stage.case, stage.practice.control("cases")["out-of-network"]]
    lines = [f'"{r["patient"]}",{r["born"]},{r["date"]},{r["owes"]}' for r in rows]
    heading = "Patient,Date of Birth,Date of Service,Patient Owes"
    path.write_text("\n".join([heading, *lines]), encoding="utf-8")
    child = stage.command("run", str(path), "--tabs", str(tabs), stop=BETWEEN)
    assert child.until(BETWEEN) == BETWEEN
    no_more_bytes(stage, child)
    child.go_on()
    status, talk = child.ended()
    assert status == 5, talk
    return rows, child


@pytest.mark.long
def test_worklist_stops_when_the_journal_fails(stage: Stage, tmp_path: Path) -> None:
    """A worklist's run begins no further item, and says what is owed of the current one."""
    rows, child = list_whose_journal_fails(stage, tmp_path / "list.csv", tabs=1)
    said = "".join(child.lines)
    assert "NOT IN THE JOURNAL" in said and f"STILL OWED: Pt Amt of {stage.case['patient']}" in said
    assert rows[1]["patient"] not in said
    assert copays(stage.practice.control("ledger"), stage.case) == copays(stage.before, stage.case)
    assert stage.after_recovery() == "fixed"


@pytest.mark.long
def test_journal_that_fails_under_two_tabs(stage: Stage, tmp_path: Path) -> None:
    """Of two patients under way, each is told of as their chart now stands; recovery ends both."""
    rows, child = list_whose_journal_fails(stage, tmp_path / "list.csv", tabs=2)
    with Journal.of(stage.settings) as journal:
        states = [item.state for item in journal.items(1)]
    ledger = stage.practice.control("ledger")
    for row, state in zip(rows, states, strict=True):
        said = "".join(line for line in child.lines if row["patient"] in line)
        if is_fixed(row, stage.before, ledger):
            assert "balance is open again" in said or state is ItemState.FIXED
        elif visit_in(ledger, row) == visit_in(stage.before, row):
            assert "STILL OWED" not in said
        else:
            assert "STILL OWED" in said
        assert copays(ledger, row) == copays(stage.before, row)
    stage.after_recovery()
    ledger = stage.practice.control("ledger")
    assert is_fixed(rows[0], stage.before, ledger) and not stage.owed()
    as_before = visit_in(ledger, rows[1]) == visit_in(stage.before, rows[1])
    assert as_before or is_fixed(rows[1], stage.before, ledger)


@pytest.mark.long
def test_journal_lost_with_a_run_is_brought_back(stage: Stage) -> None:
    """A copy from a run's start says which entries it lacks; a person settles the rest."""
    stage.set_up("in-network-copay")
    child = stage.command("fix", *stage.fix_arguments(), stop=BETWEEN)
    assert child.until(BETWEEN) == BETWEEN
    child.kill()
    for path in stage.settings.state.glob("journal.db*"):
        if not path.name.endswith(".mark"):
            path.unlink()
    status, talk = stage.command("status").ended()
    assert (status, "recover --from" in talk) == (5, True)
    (copy,) = (stage.settings.state / "copies").iterdir()
    child = stage.command("recover", "--from", str(copy))
    status, talk = child.ended()
    assert status == 5 and "The journal is back" in talk
    # The copay's Save begun and ended, and the amount's Save begun.
    assert "audit entries 1 to 3 were written after that copy" in "".join(child.lines)
    settled = stage.command("recover", "--settled", "journal", "--note", "put right by hand")
    assert settled.ended()[0] == 0
    assert stage.command("status").ended()[0] == 0
