"""Copies of the journal's file: made when a changing command starts, restored when it is lost."""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

from automation.errors import JournalUnusable, UsageProblem
from automation.files import private_file, private_folder
from automation.journal.address import Address
from automation.journal.faults import of_the_database, of_the_system
from automation.journal.journal import Journal
from automation.journal.lock import every_lock
from automation.journal.mark import Mark, Marks
from automation.journal.schema import REVISIONS

KEPT = 5
"""How many copies of one journal are kept."""


def keep(journal: Journal) -> Path | None:
    """Copy the journal's file and drop the oldest copies; None for a journal on a server.

    Raises JournalUnusable when it fails or the journal is damaged, since every page is read.
    """
    address = journal.address
    if not address.is_file or address.copies is None:
        return None
    name = f"journal-{journal.id[:8]}-"
    path = address.copies / f"{name}{datetime.now(UTC):%Y%m%d-%H%M%S-%f}.db"
    try:
        private_file(path)
        with closing(_connect(address.path, "rw")) as file:
            file.execute("VACUUM INTO ?", (str(path),))
        for old in sorted(address.copies.glob(f"{name}*.db"))[:-KEPT]:
            old.unlink()
    except (OSError, sqlite3.Error) as error:
        with contextlib.suppress(OSError):
            path.unlink()
        raise _problem(address, error) from error
    return path


def _problem(address: Address, error: OSError | sqlite3.Error) -> JournalUnusable:
    if isinstance(error, OSError):
        return of_the_system(address, error)
    return of_the_database(address, error)


def _connect(path: Path, mode: str) -> sqlite3.Connection:
    return sqlite3.connect(f"file:{quote(str(path))}?mode={mode}", uri=True)


@dataclass(frozen=True)
class Copy:
    """What a copy holds, read without changing it."""

    path: Path
    id: str | None  # None in one that was made by hand before journals had an id
    number: int


def look_at(path: Path) -> Copy:
    """Read a copy. Raises UsageProblem when the file is not an intact journal of a known schema."""
    try:
        with closing(_connect(path, "ro&immutable=1")) as file:
            whole = file.execute("PRAGMA quick_check(1)").fetchone()[0] == "ok"
            revision = file.execute("SELECT version_num FROM alembic_version").fetchone()
            keys = dict(file.execute("SELECT name, value FROM keys"))
    except sqlite3.Error as error:
        raise _no_copy(str(error)) from error
    if not whole or revision is None or revision[0] not in REVISIONS:
        raise _no_copy("a file that is damaged or of another version")
    number = int(keys.get("audit-head", "0:").partition(":")[0])
    return Copy(path, keys.get("journal"), number)


def _no_copy(found: str) -> UsageProblem:
    return UsageProblem(
        "reading the copy of the journal (--from)",
        expected="a journal's file, such as one in the folder `copies` of the state folder",
        found=found,
        next_step="name another copy; the journal was left as it is",
    )


def bring_back(address: Address, path: Path) -> str:
    """Restore the journal from a copy and return what it lacks; the old file is kept beside it.

    Raises Refusal while a run uses the journal, UsageProblem for a file that is not a copy of it.
    """
    if not address.is_file:
        raise UsageProblem(
            "bringing the journal back from a copy",
            expected="a journal that is a file",
            found=address.shown,
            next_step="bring it back from the server's own backup",
        )
    copy, marks = look_at(path), Marks(address)
    mark = marks.read()
    if mark is not None and mark.proves_something and copy.id not in (None, mark.id):
        raise _no_copy("a copy of another journal")
    lacks = _lacks(copy, mark)
    try:
        private_folder(address.path.parent)
        with every_lock(address), _in_a_new_file(address.path) as new:
            shutil.copyfile(path, new)
            _move_aside(address.path)
            new.replace(address.path)
    except OSError as error:
        raise of_the_system(address, error) from error
    _mark_anew(address, lacks)
    return lacks


@contextmanager
def _in_a_new_file(path: Path) -> Iterator[Path]:
    new = path.with_name(f"{path.name}.new")
    private_file(new)
    try:
        yield new
    finally:
        new.unlink(missing_ok=True)


def _move_aside(path: Path) -> None:
    """Rename a journal's file, and SQLite's files beside it, to names that say they are damaged."""
    now = f"{datetime.now(UTC):%Y%m%d-%H%M%S}"
    for suffix in ("", "-wal", "-shm"):
        part = path.with_name(path.name + suffix)
        if part.exists():
            part.rename(path.with_name(f"{path.name}.damaged-{now}{suffix}"))


def _lacks(copy: Copy, mark: Mark | None) -> str:
    if mark is None:
        return "it was brought back from a copy, and no mark tells what was written after it"
    if mark.number <= copy.number:
        return ""
    first = copy.number + 1
    numbers = f"{first} to {mark.number}" if first < mark.number else str(first)
    return (
        f"it was brought back from a copy; audit entries {numbers} were written after that copy "
        "and are not in it, nor is what was then borrowed or begun"
    )


def _mark_anew(address: Address, lacks: str) -> None:
    with Journal.open(_url(address), state=address.state, as_it_is=True) as journal:
        journal.write_mark(missing=lacks)


def _url(address: Address) -> str:
    return address.url.render_as_string(hide_password=False)


def acknowledge(address: Address, note: str) -> str:
    """Accept a person's word that nothing is owed beyond what the journal holds.

    The journal stays in use as it is; one that no longer holds anything is kept under another
    name, and a new one is begun. Returns what was done. Raises JournalUnusable for what no word
    can mend, such as a full disk, and UsageProblem when there is nothing to settle.
    """
    marks = Marks(address)
    try:
        with Journal.open(_url(address), state=address.state, as_it_is=True) as journal:
            if not journal.missing() and _is_as_marked(address):
                raise UsageProblem(
                    "settling the journal by hand",
                    expected="a journal that is not what its mark says",
                    found="it is whole",
                    next_step="run `undo-writeoff status`",
                )
            journal.probe()
            marks.set_aside(note)
            journal.write_mark(missing="")
            return f"{address.shown} is gone on with as it is"
    except JournalUnusable as problem:
        if not problem.may_be_settled:
            raise
    marks.set_aside(note)
    if address.is_file:
        _move_aside(address.path)
    Journal.open(_url(address), state=address.state).close()
    return f"a new journal was begun at {address.shown}; what lay there is kept beside it"


def _is_as_marked(address: Address) -> bool:
    try:
        Journal.open(_url(address), state=address.state).close()
    except JournalUnusable:
        return False
    return True


def is_first_start(address: Address) -> bool:
    """Whether there is no journal yet. Raises JournalUnusable when a mark shows there was one."""
    if not address.is_file or address.path.exists():
        return False
    problem = Marks(address).gone("the file is gone")
    if problem is not None:
        raise problem
    parents = (parent for parent in address.path.parents if os.path.lexists(parent))
    return next(parents).is_dir()
