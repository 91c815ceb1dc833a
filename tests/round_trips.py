"""Round trips: how often a program asks its browser something, counted by who asked."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from playwright._impl._sync_base import SyncBase


@dataclass
class RoundTrips:
    """Every call to the browser that was made meanwhile: when it began, in seconds, and ended.

    `waits` are the calls that only wait for the page to change; their number depends on how long
    the practice takes.
    """

    calls: list[tuple[float, float]] = field(default_factory=list)
    waits: list[tuple[float, float]] = field(default_factory=list)


@contextmanager
def round_trips() -> Iterator[RoundTrips]:
    """Count every call that the block makes through Playwright.

    All of Playwright's calls that wait for the browser go through one function of its own, which
    has no public name.
    """
    usual = SyncBase._sync  # type: ignore[attr-defined]
    seen = RoundTrips()

    def counted(self: Any, call: Any) -> Any:
        began = time.perf_counter()
        try:
            return usual(self, call)
        finally:
            kind = seen.waits if _is_a_wait() else seen.calls
            kind.append((began, time.perf_counter()))

    SyncBase._sync = counted  # type: ignore[attr-defined]
    try:
        yield seen
    finally:
        SyncBase._sync = usual  # type: ignore[attr-defined]


def _is_a_wait() -> bool:
    frame = sys._getframe(2)
    for _ in range(8):  # Playwright's own functions are between the call and its maker
        if frame.f_code.co_name in ("_next_change", "pause"):
            return True
        if frame.f_back is None:
            return False
        frame = frame.f_back
    return False
