"""The window in which a person signs in: opened once, then used by every other command."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import BrowserContext, Error, Page, Playwright, sync_playwright

from automation.browser.find import Choice, launch_arguments, sandboxed, start
from automation.browser.session import can_show_a_window
from automation.browser.site_lock import contained_arguments, is_of, locked
from automation.errors import Refusal
from config.site_profile import SiteProfile

log = logging.getLogger(__name__)


def profile_folder(state: Path, site: SiteProfile) -> Path:
    """Where the sign-in window of one site keeps its profile; readable by its owner alone."""
    return state / "windows" / site.name


@contextmanager
def persons_tab(state: Path, site: SiteProfile, say: Callable[[str], None]) -> Iterator[Page]:
    """Attach to the window that `undo-writeoff login` opened; it is never closed from here.

    Raises Refusal when there is no such window, or not exactly one tab of the site in it.
    """
    with sync_playwright() as playwright, attached(playwright, state, site, say) as tab:
        yield tab


@contextmanager
def attached(
    playwright: Playwright,
    state: Path,
    site: SiteProfile,
    say: Callable[[str], None] = log.warning,
) -> Iterator[Page]:
    """Attach as `persons_tab` does, with a Playwright that somebody else has started."""
    try:
        address = _debugging_address(profile_folder(state, site))
        browser = playwright.chromium.connect_over_cdp(address, timeout=5000)
    except Error as error:
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
    try:
        yield mine[0]
    finally:
        mine[0].context.unroute_all(behavior="ignoreErrors")


def _debugging_address(folder: Path) -> str:
    try:
        port = (folder / "DevToolsActivePort").read_text(encoding="utf-8").split()[0]
    except (OSError, IndexError):
        port = ""
    return f"http://127.0.0.1:{port or 1}"


def _no_window(site: SiteProfile) -> Refusal:
    return Refusal(
        "attaching to the sign-in window",
        expected=f"an open window, signed in at {site.origin}",
        found="no such window",
        next_step=f"run `undo-writeoff login --site {site.name}`, sign in, leave the window open",
        diagnosis="not-signed-in",
    )


@contextmanager
def sign_in_window(
    state: Path,
    site: SiteProfile,
    *,
    program: Path | None = None,
    memory: Path | None = None,
    headless: bool = False,
) -> Iterator[Page]:
    """Open a window with its own profile folder (0700) where a person signs in.

    Other commands attach to it through its debugging port, on this computer only.
    """
    if not headless:
        can_show_a_window(
            "opening a browser window", "run this on a desktop, or leave --headed or --watch out"
        )
    folder = profile_folder(state, site)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    folder.chmod(0o700)
    with sync_playwright() as playwright:

        def begin(choice: Choice) -> BrowserContext:
            return playwright.chromium.launch_persistent_context(
                folder,
                executable_path=choice.executable,
                channel=choice.channel,
                headless=headless,
                no_viewport=True,
                chromium_sandbox=sandboxed(),
                args=[*launch_arguments(), *contained_arguments(site), "--remote-debugging-port=0"],
            )

        context = start(playwright, begin, str(program) if program else None, memory)
        try:
            tab = locked(context, site).pages[0]
            tab.goto(site.address + site.sign_in_path)
            yield tab
        finally:
            (folder / "DevToolsActivePort").unlink(missing_ok=True)
