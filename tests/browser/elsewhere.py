"""Runs work that starts its own Playwright in another thread; in this one runs the plugin's."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Result = TypeVar("Result")


def elsewhere(work: Callable[[], Result]) -> Result:
    """Do the work in another thread; return its result or raise its error."""
    with ThreadPoolExecutor(1) as threads:
        return threads.submit(work).result(timeout=100)
