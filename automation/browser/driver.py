"""Playwright, loaded when it is first used.

Much that never opens a browser, such as the page for billers, shares code with what does. Loaded
there, Playwright would double the time to start and take a third of the memory.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Error as Error
    from playwright.sync_api import JSHandle as JSHandle
    from playwright.sync_api import Locator as Locator
    from playwright.sync_api import TimeoutError as TimeoutError
    from playwright.sync_api import sync_playwright as sync_playwright
else:

    def __getattr__(name: str) -> object:
        if name.startswith("__"):
            raise AttributeError(name)
        import playwright.sync_api

        return getattr(playwright.sync_api, name)
