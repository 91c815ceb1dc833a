"""The audit trail's head: number and hash of its last entry, kept in a second place by each run."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from automation.errors import UsageProblem

SYSLOG = "syslog"


@dataclass(frozen=True)
class Head:
    """Where a trail ended at some moment: the number and the hash of its last entry."""

    number: int
    hash: str

    def __str__(self) -> str:
        return f"{self.number}:{self.hash}"

    @classmethod
    def read(cls, text: str) -> Head | None:
        """Parse NUMBER:HASH; None for any other text, such as a line that was cut off."""
        found = re.fullmatch(r"(\d+):([0-9a-f]{64})", text.strip().lower())
        return cls(int(found[1]), found[2]) if found else None

    def signed(self, seal: str | None) -> str:
        """NUMBER:HASH, and after it the seal that a key has made for the hash, if there is one."""
        return f"{self}:{seal}" if seal else str(self)

    @classmethod
    def typed(cls, text: str) -> Head:
        """Parse NUMBER:HASH, signed or not. Raises UsageProblem for any other text."""
        head = cls.read(":".join(text.split(":")[:2]))
        if head is None:
            raise UsageProblem(
                "reading --head",
                expected="NUMBER:HASH as `audit verify` and each run print it",
                found=repr(text),
                next_step="copy it whole: a number, a colon and 64 letters and digits",
            )
        return head


def seal_of(text: str) -> str:
    """The seal of a head that was typed, as `Head.signed` puts it there; "" without one."""
    return ":".join(text.strip().lower().split(":")[2:])


def line_of(journal: str, head: Head) -> str:
    """Format the line to keep: the time, the journal and its head; it names no patient."""
    now = datetime.now(UTC).isoformat(timespec="seconds")
    return f"{now} undo-writeoff audit head of journal {journal[:12]} {head}"


def keep(place: str, journal: str, head: Head) -> None:
    """Append the head to a file or the system's log. Raises OSError when that fails."""
    line = line_of(journal, head)
    if place == SYSLOG:
        _to_the_system(line)
        return
    path = Path(place).expanduser()
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(line + "\n")


def _to_the_system(line: str) -> None:
    try:
        import syslog
    except ImportError:
        raise OSError("this system has no log of that kind; name a file") from None
    syslog.syslog(syslog.LOG_NOTICE, line)


def kept(place: str, journal: str) -> list[Head]:
    """Read the heads that runs kept of this journal in a file; none from a log or missing file."""
    if place in ("", SYSLOG):
        return []
    try:
        lines = Path(place).expanduser().read_text(encoding="utf-8").splitlines()
    except OSError:
        return []
    mine = f"undo-writeoff audit head of journal {journal[:12]} "
    heads = [Head.read(line.rpartition(" ")[2]) for line in lines if mine in line]
    return [head for head in heads if head is not None]
