"""One run at a time at one practice.

Holding the turn proves that every CHANGING item and every open loan of that practice is a crash's
remnant: whoever wrote it would still hold the turn. The lock is the operating system's own and
ends with the process, even one that was killed.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
from pathlib import Path
from typing import Self

from filelock import FileLock, Timeout

from automation.errors import Refusal
from automation.runs.store import private_folder

_PATIENCE_SECONDS = 0.3  # long enough that somebody's `is_held` never looks like a run


class Turn:
    """The right to change things at one practice, for as long as the `with` block lasts."""

    def __init__(self, state_folder: Path, origin: str) -> None:
        self._origin = origin
        self._path = _lock_path(private_folder(state_folder), origin)
        self._lock = _lock(self._path)
        self._holder = self._path.with_suffix(".json")
        self._token = ""

    def __enter__(self) -> Self:
        """Take the turn; Refusal naming the process that holds it."""
        try:
            self._lock.acquire(timeout=_PATIENCE_SECONDS, poll_interval=0.02)
        except Timeout:
            raise self._taken() from None
        self._token = secrets.token_hex(16)
        # The descriptor's mode counts from the first byte; a reader of half a line sees no holder.
        holder = os.open(self._holder, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(holder, "w", encoding="utf-8") as file:
            json.dump({"pid": os.getpid(), "token": self._token}, file)
        return self

    def __exit__(self, *_: object) -> None:
        self._token = ""
        self._lock.release()

    def still_mine(self) -> bool:
        """Whether this process holds the turn and nobody took it over; asked before every Save."""
        if not self._token or not self._lock.is_locked or not self._path.exists():
            return False
        holder = _read(self._holder)
        return holder.get("token") == self._token and holder.get("pid") == os.getpid()

    @staticmethod
    def is_held(state_folder: Path, origin: str) -> bool:
        """Whether some run is at work at this practice now."""
        path = _lock_path(state_folder, origin)
        if not path.exists():
            return False
        lock = _lock(path)
        try:
            lock.acquire(timeout=0)
        except Timeout:
            return True
        lock.release()
        return False

    def _taken(self) -> Refusal:
        pid = _read(self._holder).get("pid")
        holder = "another process" if pid is None else f"the process {pid}"
        return Refusal(
            f"taking the turn at {self._origin}",
            expected="no other run at this practice",
            found=f"{holder} is at work there",
            next_step="wait until it ends, or stop it; then try again",
        )


def _lock_path(state_folder: Path, origin: str) -> Path:
    """A name that says nothing about the practice, and nothing about its patients."""
    return state_folder / f"turn-{hashlib.sha256(origin.encode()).hexdigest()[:16]}.lock"


def _lock(path: Path) -> FileLock:
    return FileLock(path, mode=0o600)


def _read(path: Path) -> dict[str, object]:
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return told if isinstance(told, dict) else {}
