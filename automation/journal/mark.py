"""The mark, a file that proves there is a journal: its id, its last audit entry, what it owed.

One is kept beside the journal's file, and one in the state folder for a journal that is elsewhere,
so that a journal that is gone, empty, older or another one is never mistaken for a first start.
"""

from __future__ import annotations

import dataclasses
import getpass
import json
import os
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from automation.errors import JournalUnusable
from automation.files import private_folder
from automation.journal.address import Address
from automation.journal.faults import lost, of_the_system, unusable


@dataclass(frozen=True)
class Mark:
    """What is known of a journal without opening it."""

    id: str
    number: int  # of the last audit entry
    hash: str  # of that entry
    outstanding: int  # rows that were open when it was written
    address: str  # in words, without a password
    missing: str = ""  # what the journal lacks since it was restored from a copy

    @property
    def proves_something(self) -> bool:
        """Whether a journal without these entries could have lost what is owed."""
        return bool(self.number or self.outstanding)

    def says(self) -> str:
        """What was in the journal when the mark was written."""
        rows = f"{self.outstanding} outstanding" if self.outstanding else "nothing outstanding"
        return f"{self.number} audit entries, {rows} when it was last written"


class Marks:
    """The marks of the journal at one address."""

    def __init__(self, address: Address) -> None:
        self._address = address
        self.places = list(_places(address))

    def read(self) -> Mark | None:
        """The mark with the most entries; None where there was never a journal.

        When the state folder's mark names another journal, that mark is returned, since this
        computer's work was written there.
        """
        found = [mark for mark in map(_read, _to_read(self._address)) if mark is not None]
        elsewhere = [mark for mark in found if mark.address != self._address.shown]
        here = [mark for mark in found if mark.address == self._address.shown]
        proving = [mark for mark in elsewhere if mark.proves_something and not _same(mark, here)]
        return next(iter(proving), max(here or elsewhere, key=lambda m: m.number, default=None))

    def write(self, mark: Mark, *, anew: bool = False) -> None:
        """Write the mark to each of its places atomically; a mark of a later entry is left alone.

        Raises JournalUnusable when it cannot be written.
        """
        for place in self.places:
            found = None if anew else _read(place)
            if found is None or found.id != mark.id or found.number <= mark.number:
                try:
                    _replace(place, json.dumps(dataclasses.asdict(mark)))
                except OSError as error:
                    raise of_the_system(self._address, error) from error

    def set_aside(self, note: str) -> None:
        """Remove every mark, and keep their contents in a file together with a person's note."""
        now = datetime.now(UTC)
        found = [p for p in dict.fromkeys([*self.places, *_to_read(self._address)]) if p.exists()]
        was = {str(place): place.read_text("utf-8") for place in found}
        said = {"note": note, "by": getpass.getuser(), "at": now.isoformat(), "was": was}
        for place in self.places[:1]:
            _replace(place.with_name(f"{place.name}.settled-{now:%Y%m%d-%H%M%S}"), json.dumps(said))
        for place in found:
            place.unlink()

    def compare(self, mark: Mark | None, id: str, count: int, hash_of_marked: str | None) -> None:
        """Check that this is the journal that the mark describes, and not an older one.

        `hash_of_marked` is the hash that the journal holds for the mark's entry. The mark must have
        been read before the journal was: another program may write both at any time.
        """
        if mark is None or not mark.proves_something:
            return
        if mark.id != id:
            raise self.another(mark)
        if count < mark.number:
            raise lost(
                self._address,
                f"it is older than its mark: it ends at audit entry {count}, and entries up to "
                f"{mark.number} were written",
            )
        if mark.number and hash_of_marked != mark.hash:
            raise lost(
                self._address,
                f"it is not as it was: audit entry {mark.number} has another hash than the mark "
                "beside it, so the trail was rewritten",
            )

    def gone(self, cause: str) -> JournalUnusable | None:
        """Build the problem of a journal that is gone or empty; None unless a mark shows one."""
        mark = self.read()
        if mark is None or not mark.proves_something:
            return None
        if mark.address != self._address.shown:
            return self.another(mark)
        return lost(self._address, f"{cause}; it had {mark.says()}")

    def another(self, mark: Mark) -> JournalUnusable:
        """Build the problem of a journal that is not the one the mark describes."""
        if mark.address == self._address.shown:
            return lost(
                self._address,
                f"another journal lies in its place; the one that was there had {mark.says()}",
            )
        problem = unusable(
            self._address,
            f"this computer last wrote to another one, {mark.address}, with {mark.says()}",
            "mend UNDO_WRITEOFF_JOURNAL if it is mistyped; if you changed it on purpose, settle "
            "what the other one owes, then say so with "
            '`undo-writeoff recover --settled journal --note "why"`',
        )
        problem.may_be_settled = True
        return problem


def _same(mark: Mark, here: list[Mark]) -> bool:
    """Whether the mark is of the same journal, reached by another name, such as over a share."""
    return any(mark.id == one.id for one in here)


def _beside(address: Address) -> Path | None:
    return address.path.with_name(f"{address.path.name}.mark") if address.is_file else None


def _default(state: Path) -> Path:
    return state / "journal.db.mark"


def _places(address: Address) -> Iterator[Path]:
    """Where the mark is written: beside the file, and in the state folder if that is elsewhere."""
    beside = _beside(address)
    if beside is not None:
        yield beside
    if address.state is not None:
        own = address.state / "journal.mark"
        if beside != _default(address.state).absolute() or own.exists():
            yield own


def _to_read(address: Address) -> list[Path]:
    """Where a mark may be; the state folder's default journal counts until another was named."""
    found = list(_places(address))
    if address.state is not None and not (address.state / "journal.mark").exists():
        found.append(_default(address.state))
    return list(dict.fromkeys(found))


def _read(path: Path) -> Mark | None:
    try:
        stored = json.loads(path.read_text(encoding="utf-8"))
        return Mark(**stored)
    except (OSError, ValueError, TypeError):
        return None


def _replace(path: Path, text: str) -> None:
    """Write a file atomically, readable by its owner only."""
    private_folder(path.parent)
    # A unique name, so that concurrent writers never share a half-written file.
    new = path.with_name(f"{path.name}.{secrets.token_hex(4)}.new")
    try:
        descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
        new.replace(path)
    except OSError:
        new.unlink(missing_ok=True)
        raise
