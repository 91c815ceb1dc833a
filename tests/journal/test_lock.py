"""One run at a time at one practice, and the lock ends with the process that held it."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from automation.errors import Refusal
from automation.journal.lock import RunLock

if TYPE_CHECKING:
    from journals import Programs

ORIGIN = "https://practice.example"

HOLD = """
import sys, time
from automation.journal.lock import RunLock
with RunLock(sys.argv[1], sys.argv[2]):
    print("READY", flush=True)
    time.sleep(600)
"""


def url(folder: Path) -> str:
    """The URL of a journal that need not exist: the lock is kept beside it."""
    return f"sqlite:///{folder / 'state' / 'journal.sqlite3'}"


def test_turn_of_another_program(tmp_path: Path, programs: Programs) -> None:
    """A second run is refused with the process id to wait for, and may start when that ends."""
    state = url(tmp_path)
    other = programs.start(HOLD, state, ORIGIN)
    assert RunLock.is_held(state, ORIGIN)
    with pytest.raises(Refusal, match=str(other.pid)) as refused, RunLock(state, ORIGIN):
        raise AssertionError("two runs have the lock")
    assert refused.value.exit_status == 3
    other.kill()
    other.wait()
    assert not RunLock.is_held(state, ORIGIN)
    with RunLock(state, ORIGIN) as lock:
        assert lock.is_still_held()


def test_turn_after_kill_9(tmp_path: Path, programs: Programs) -> None:
    """A killed program leaves the lock free."""
    programs.kill(HOLD, url(tmp_path), ORIGIN)
    assert not RunLock.is_held(url(tmp_path), ORIGIN)


def test_turn_at_another_practice(tmp_path: Path) -> None:
    """Two runs may work at two practices at the same time."""
    with RunLock(url(tmp_path), ORIGIN), RunLock(url(tmp_path), "https://other.example") as two:
        assert two.is_still_held()


def test_turn_twice_in_one_program(tmp_path: Path) -> None:
    """The same program does not get the lock twice either."""
    with RunLock(url(tmp_path), ORIGIN) as lock:
        with pytest.raises(Refusal, match=str(os.getpid())), RunLock(url(tmp_path), ORIGIN):
            raise AssertionError("two runs have the lock")
        assert lock.is_still_held()


def test_is_still_held_ends_with_the_block(tmp_path: Path) -> None:
    """The lock is held only inside its block, so nothing is saved without it."""
    lock = RunLock(url(tmp_path), ORIGIN)
    assert not lock.is_still_held()
    with lock:
        assert lock.is_still_held()
    assert not lock.is_still_held()
    assert not RunLock.is_held(url(tmp_path), ORIGIN)


@pytest.mark.parametrize("lost", ["*.lock", "*.json"])
def test_is_still_held_when_files_are_gone(tmp_path: Path, lost: str) -> None:
    """A lock whose files were removed may belong to another run by now, so it no longer counts."""
    with RunLock(url(tmp_path), ORIGIN) as lock:
        for path in (tmp_path / "state").glob(lost):
            path.unlink()
        assert not lock.is_still_held()


def test_is_still_held_when_taken_over(tmp_path: Path) -> None:
    """After the lock file was removed, only the run that took the lock last holds it."""
    with RunLock(url(tmp_path), ORIGIN) as lock:
        for path in (tmp_path / "state").glob("*.lock"):
            path.unlink()
        with RunLock(url(tmp_path), ORIGIN) as other:
            assert other.is_still_held()
            assert not lock.is_still_held()


@pytest.mark.skipif(os.name != "posix", reason="modes are a matter of POSIX")
def test_turn_files_are_private(tmp_path: Path) -> None:
    """The lock files' names do not give the practice away, and only their owner may open them."""
    with RunLock(url(tmp_path), ORIGIN):
        found = sorted((tmp_path / "state").iterdir())
        assert [path.suffix for path in found] == [".json", ".lock"]
        for path in found:
            assert "practice" not in path.name
            assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0
        assert stat.S_IMODE((tmp_path / "state").stat().st_mode) == 0o700
