"""The audit trail's head, number and hash of its last entry, kept in a second place by each run."""

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
    """Where a trail ended when somebody looked: the number and the hash of its last entry."""

    number: int
    hash: str

    def __str__(self) -> str:
        return f"{self.number}:{self.hash}"

    @classmethod
    def typed(cls, text: str) -> Head:
        """Read NUMBER:HASH; raises UsageProblem."""
        found = re.fullmatch(r"(\d+):([0-9a-f]{64})", text.strip().lower())
        if found is None:
            raise UsageProblem(
                "reading --head",
                expected="NUMBER:HASH as `audit verify` and each run print it",
                found=repr(text),
                next_step="copy it whole: a number, a colon and 64 letters and digits",
            )
        return cls(int(found[1]), found[2])


def line_of(journal: str, head: Head) -> str:
    """Write the line that is kept: when, which journal, where its trail ends; no patient in it."""
    now = datetime.now(UTC).isoformat(timespec="seconds")
    return f"{now} undo-writeoff audit head of journal {journal[:12]} {head}"


def keep(place: str, journal: str, head: Head) -> None:
    """Add the head to a file, or to the system's log; raises OSError when that cannot be done."""
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
    """Read what runs kept of this journal in a file; nothing from a log or a file that is not."""
    if place in ("", SYSLOG):
        return []
    try:
        lines = Path(place).expanduser().read_text(encoding="utf-8").splitlines()
    except OSError:
        return []
    mine = f"undo-writeoff audit head of journal {journal[:12]} "
    return [Head.typed(line.rpartition(" ")[2]) for line in lines if mine in line]
