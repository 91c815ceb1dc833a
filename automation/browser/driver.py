"""Playwright, loaded when it is first used.

Much that never opens a browser, such as the page for billers, shares code with what does. Loaded
there, Playwright would double the time to start and take a third of the memory.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Error as Error
    from playwright.sync_api import JSHandle as JSHandle
    from playwright.sync_api import Locator as Locator
    from playwright.sync_api import Playwright
    from playwright.sync_api import TimeoutError as TimeoutError
    from playwright.sync_api import sync_playwright as sync_playwright
else:

    def __getattr__(name: str) -> object:
        if name.startswith("__"):
            raise AttributeError(name)
        import playwright.sync_api

        return getattr(playwright.sync_api, name)


_here = threading.local()


@contextmanager
def running() -> Iterator[Playwright]:
    """Start Playwright, or use the one that this thread has running, as only one may.

    Blocks within each other must end in the reverse order.
    """
    if (already := getattr(_here, "playwright", None)) is not None:
        yield already
        return
    import playwright.sync_api as api

    with api.sync_playwright() as begun:
        _here.playwright = begun
        try:
            yield begun
        finally:
            _here.playwright = None
