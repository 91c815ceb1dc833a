"""The sign-in window: opened once for a person, then used by every other command."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from automation.browser import driver
from automation.browser.find import Choice, launch_arguments, start
from automation.browser.net_errors import in_words
from automation.browser.piped import PipedBrowser
from automation.browser.programs import STEADY, merged, program_of
from automation.browser.relay import Relay
from automation.browser.session import can_show_a_window
from automation.browser.site_lock import contained_arguments, is_of, locked
from automation.browser.window_files import WindowFiles, door_of, window_files, window_is_open
from automation.errors import Refusal, TechnicalFailure
from config.site_profile import SiteProfile

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Playwright

log = logging.getLogger(__name__)

ATTACHES_WITHIN = 30_000  # milliseconds; long, because a slow computer is not a closed window


@contextmanager
def persons_tab(state: Path, site: SiteProfile, say: Callable[[str], None]) -> Iterator[Page]:
    """Attach to the window that `undo-writeoff login` opened, and never close it.

    Raises Refusal when there is no such window, or not exactly one tab of the site in it;
    TechnicalFailure when the window does not answer.
    """
    with driver.running() as playwright, attached(playwright, state, site, say) as tab:
        yield tab


@contextmanager
def attached(
    playwright: Playwright,
    state: Path,
    site: SiteProfile,
    say: Callable[[str], None] = log.warning,
) -> Iterator[Page]:
    """Attach as `persons_tab` does, with a Playwright that is running already."""
    address = door_of(state, site)
    if not address:
        raise _no_window(site)
    try:
        browser = _connected(playwright, address)
    except driver.Error as error:
        if window_is_open(state, site):
            raise _does_not_answer() from error
        raise _no_window(site) from error
    tabs = [tab for context in browser.contexts for tab in context.pages]
    mine = [tab for tab in tabs if is_of(site, tab.url)]
    if len(mine) != 1:
        raise Refusal(
            "attaching to the sign-in window",
            expected=f"exactly one tab of {site.origin}",
            found=f"{len(mine)} of them",
            next_step="leave one tab of the practice's site open, then try again",
            diagnosis="not-signed-in",
        )
    locked(mine[0].context, site, say)
    mine[0].bring_to_front()  # a tab behind another one may be suspended
    try:
        yield mine[0]
    finally:
        mine[0].context.unroute_all(behavior="ignoreErrors")


def _no_window(site: SiteProfile) -> Refusal:
    return Refusal(
        "attaching to the sign-in window",
        expected=f"an open window, signed in at {site.origin}",
        found="no such window",
        next_step=f"run `undo-writeoff login --site {site.name}`, sign in, leave the window open",
        diagnosis="not-signed-in",
    )


def _does_not_answer() -> TechnicalFailure:
    return TechnicalFailure(
        "attaching to the sign-in window",
        expected="an answer from the window that is open",
        found=f"none within {ATTACHES_WITHIN // 1000} seconds",
        next_step="try again; if that does not help, close the window and run `login` again",
    )


@contextmanager
def sign_in_window(
    state: Path,
    site: SiteProfile,
    *,
    program: Path | None = None,
    headless: bool = False,
) -> Iterator[Page]:
    """Open a window with its own profile folder (0700) for a person to sign in.

    Other commands of the same account attach to it through a socket of mode 0600; no port is
    open. Raises Refusal when the window is open already, TechnicalFailure when the sign-in page
    does not load.
    """
    if not headless:
        can_show_a_window("opening the sign-in window", "run `login` at the computer's own desktop")
    with window_files(state, site) as files, driver.sync_playwright() as playwright:

        def begin(choice: Choice) -> tuple[Relay, Browser]:
            arguments = _arguments(files, site, headless=headless)
            path = program_of(playwright, choice)
            try:
                process = PipedBrowser(path, arguments, inherited=files.browser_lock)
            except OSError as error:
                raise driver.Error(str(error)) from error
            relay = Relay(process, files.passing)
            try:
                connected = _connected(playwright, relay.address)
            except BaseException:
                relay.close()
                raise
            return relay, connected

        named = str(program) if program else None
        relay, browser = start(playwright, begin, named, whole=True)
        try:
            files.note(relay.address)
            tab = locked(browser.contexts[0], site).pages[0]
            _open_sign_in(tab, site)
            yield tab
        finally:
            relay.close()


def _open_sign_in(tab: Page, site: SiteProfile) -> None:
    try:
        tab.goto(site.address + site.sign_in_path)
    except driver.Error as error:
        raise TechnicalFailure(
            "opening the sign-in page",
            expected=f"an answer from {site.origin}",
            found=in_words(str(error).splitlines()[0]),
            next_step="check the internet connection, and that the site opens in an ordinary "
            "browser; then try again",
        ) from error


def _arguments(files: WindowFiles, site: SiteProfile, *, headless: bool) -> list[str]:
    passing = [
        f"--user-data-dir={files.profile}",
        f"--disk-cache-dir={files.passing / 'cache'}",
        "--remote-debugging-pipe",
    ]
    shown = ["--headless"] if headless else []
    rules = [*STEADY, *launch_arguments(), *contained_arguments(site)]
    return [*merged([*rules, *passing, *shown]), "about:blank"]


def _connected(playwright: Playwright, address: str) -> Browser:
    return playwright.chromium.connect_over_cdp(address, timeout=ATTACHES_WITHIN)
