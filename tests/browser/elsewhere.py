"""Runs what starts a Playwright of its own in a thread of its own, as the plugin has one here."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Result = TypeVar("Result")


def elsewhere(work: Callable[[], Result]) -> Result:
    """Do the work in another thread; return or raise what it did."""
    with ThreadPoolExecutor(1) as threads:
        return threads.submit(work).result(timeout=100)
