"""A browser tab that can reach one practice site and nothing else."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from automation.browser import driver
from automation.browser.find import (
    START_SECONDS,
    Choice,
    launch_arguments,
    sandboxed,
    start,
)
from automation.browser.site_lock import contained_arguments, has_script, locked
from automation.errors import UsageProblem
from config.site_profile import SiteProfile

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Playwright

log = logging.getLogger(__name__)

VIEWPORT = {"width": 1280, "height": 800}
WINDOW = "--window-size=1440,900"  # first size of a resizable window; the screen limits it


@contextmanager
def own_tab(
    site: SiteProfile,
    *,
    program: Path | None = None,
    headed: bool = False,
    resizable: bool = False,
    slow_mo: float = 0,
    say: Callable[[str], None] = log.info,
) -> Iterator[Page]:
    """Start a browser of our own and yield its one tab, locked to the site's origin.

    `slow_mo` is milliseconds before each action, for people who watch; `resizable` lets the page
    follow the window's size, for people who work in it.
    """
    with driver.running() as playwright:
        more = (WINDOW,) if resizable else ()
        more = (*contained_arguments(site), *more)
        browser = _launch(playwright, program, more, headed=headed, slow_mo=slow_mo)
        try:
            context = browser.new_context(
                viewport=None if resizable else VIEWPORT,  # type: ignore[arg-type]  # a plain dict of that shape
                no_viewport=resizable or None,
                service_workers="block",
                accept_downloads=False,
            )
            yield locked(context, site, say).new_page()
        finally:
            _close(browser)


def is_alive(tab: Page) -> bool:
    """Tell whether a tab, its browser and the connection to it still answer."""
    try:
        tab.title()
    except Exception:  # of many kinds, as its end has many causes
        return False
    return True


def can_show_a_window(doing: str, next_step: str) -> None:
    """Raise UsageProblem when there is no screen for a window to appear on."""
    linux = sys.platform.startswith("linux")
    if linux and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        raise UsageProblem(
            doing,
            expected="a screen",
            found="none: neither DISPLAY nor WAYLAND_DISPLAY is set",
            next_step=next_step,
        )


def _launch(
    playwright: Playwright,
    program: Path | None,
    more: Sequence[str],
    *,
    headed: bool,
    slow_mo: float,
) -> Browser:
    if headed:
        can_show_a_window(
            "opening a browser window", "run this on a desktop, or leave --headed or --watch out"
        )

    def begin(choice: Choice) -> Browser:
        return playwright.chromium.launch(
            executable_path=choice.executable,
            channel=choice.channel,
            headless=not headed,
            slow_mo=slow_mo,
            args=[*launch_arguments(), *more],
            chromium_sandbox=sandboxed(),
            timeout=START_SECONDS * 1000,
            # We handle Ctrl-C: the current step ends first, and the copay is given back.
            handle_sigint=False,
            handle_sigterm=False,
            handle_sighup=False,
        )

    named = str(program) if program else None
    return start(playwright, begin, named, whole=headed or has_script(more))


def _close(browser: Browser) -> None:
    try:
        browser.close()
    except driver.Error:
        log.info("the browser was closed already")
