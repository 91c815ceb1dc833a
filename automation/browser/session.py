"""A browser's tab that can reach one practice site and nothing else."""

from __future__ import annotations

import logging
import os
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import (
    Browser,
    BrowserContext,
    Error,
    Page,
    Playwright,
    Route,
    sync_playwright,
)

from automation.browser.find import Choice, launch_arguments, sandboxed, start
from automation.errors import Refusal, UsageProblem
from config.site_profile import SiteProfile

log = logging.getLogger(__name__)

VIEWPORT = {"width": 1280, "height": 800}
WINDOW = "--window-size=1440,900"  # a resizable window's first size; never more than the screen's


@contextmanager
def own_tab(
    site: SiteProfile,
    *,
    program: Path | None = None,
    memory: Path | None = None,
    headed: bool = False,
    resizable: bool = False,
    slow_mo: float = 0,
    say: Callable[[str], None] = log.info,
) -> Iterator[Page]:
    """Start a browser of our own and hand out its one tab, locked to the site's origin.

    `slow_mo` is milliseconds before each action, for people who watch; `resizable` lets the page
    follow the window's size, for people who work in it.
    """
    with sync_playwright() as playwright:
        more = (WINDOW,) if resizable else ()
        browser = _launch(playwright, program, memory, more, headed=headed, slow_mo=slow_mo)
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


def can_show_a_window(doing: str, next_step: str) -> None:
    """Raise UsageProblem where there is no screen for a window to appear on."""
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
    memory: Path | None,
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
            # Ctrl-C is ours to answer: the step at hand ends first, and the copay goes back.
            handle_sigint=False,
            handle_sigterm=False,
            handle_sighup=False,
        )

    return start(playwright, begin, str(program) if program else None, memory)


def _close(browser: Browser) -> None:
    try:
        browser.close()
    except Error:
        log.info("the browser was closed already")


def locked(
    context: BrowserContext, site: SiteProfile, say: Callable[[str], None] = log.warning
) -> BrowserContext:
    """Let the context reach the site's origin and the hosts its profile allows; block the rest.

    Each blocked host is named once.
    """
    allowed = [site.origin, *(_origin(host) for host in site.also_allow)]
    elsewhere = "^(?!" + "|".join(f"(?:{re.escape(o)})(?:[/?#]|$)" for o in allowed) + ")"
    named: set[str] = set()

    def block(route: Route) -> None:
        host = urlsplit(route.request.url).netloc or route.request.url[:20]
        if host not in named:
            named.add(host)
            say(f"blocked a request to {host}: it is not the practice's site")
        route.abort("blockedbyclient")

    context.route(re.compile(elsewhere + r"(?!data:|blob:|about:)"), block)
    context.route_web_socket(re.compile(elsewhere.replace("http", "(?:http|ws)")), _no_socket)
    return context


def _no_socket(socket: Any) -> None:
    socket.close(reason="not the practice's site")


def _origin(host: str) -> str:
    return host.rstrip("/") if "://" in host else f"https://{host}"


# A person's own sign-in window --------------------------------------------------------------------


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
    mine = [tab for tab in tabs if tab.url.startswith(site.origin)]
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
                args=[*launch_arguments(), "--remote-debugging-port=0"],
            )

        context = start(playwright, begin, str(program) if program else None, memory)
        try:
            tab = locked(context, site).pages[0]
            tab.goto(site.address + site.sign_in_path)
            yield tab
        finally:
            (folder / "DevToolsActivePort").unlink(missing_ok=True)
