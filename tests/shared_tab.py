"""A signed-in tab that stays open between tests, so that not each of them has to sign in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest
from foreign.cases import SIGN_IN
from playwright.sync_api import Browser

from automation.browser.session import VIEWPORT
from automation.browser.site_lock import locked
from automation.journal.journal import Journal
from automation.journal.lock import RunLock
from automation.pages.login import LoginPage
from automation.pages.screen import Screen
from automation.runs.session import Session
from automation.runs.sign_in import credentials
from automation.sandbox_process import Sandbox
from config.settings import Settings
from config.site_profile import SiteProfile, load


def foreign_profile(look: str, address: str) -> SiteProfile:
    """A foreign practice's site profile, which says only how to sign in."""
    door = SIGN_IN[look]
    return SiteProfile(
        name=look,
        address=address,
        sandbox=True,
        sign_in="form",
        sign_in_path="/",
        practice_code=door.practice_code,
        username=door.user,
        make_believe_password=door.password,
    )


class StandingTab:
    """One tab at one practice, which signs in again when it was signed out."""

    def __init__(self, browser: Browser, site: SiteProfile) -> None:
        self._browser, self.site = browser, site
        self._context: Any = None
        self._screen: Screen | None = None

    def screen(self) -> Screen:
        """Return the signed-in screen, on its home page, with nothing of an earlier test in it."""
        if self._screen is None:
            self._context = locked(self._browser.new_context(viewport=VIEWPORT), self.site)
            self._screen = Screen(self._context.new_page(), self.site)
        else:
            self._screen.let_go()
            self._screen = Screen(self._screen.tab, self.site, home=self._screen.home)
        tab = self._screen.tab
        tab.goto(self._screen.home or self.site.address)
        if "/login/" in tab.url or not self._screen.home:
            code, user, password = credentials(self.site, Settings())
            LoginPage(self._screen).open().sign_in(code, user, password)
        return self._screen

    def cookies(self) -> list[dict[str, Any]]:
        """The sign-in's cookies, for another browser of the same person."""
        self.screen()
        found: list[dict[str, Any]] = self._context.cookies()
        return found

    @contextmanager
    def session(self, settings: Settings) -> Iterator[Session]:
        """Open a session with the lock and the journal of one state folder."""
        with ExitStack() as open_now:
            lock = open_now.enter_context(RunLock(settings.journal_url, self.site.origin))
            journal = open_now.enter_context(Journal.of(settings))
            yield Session(self.screen(), journal, lock)

    def close(self) -> None:
        """Close the tab and its context."""
        if self._context is not None:
            self._context.close()
        self._context = self._screen = None


@pytest.fixture(scope="session")
def quick_site(sandbox_process: Sandbox) -> SiteProfile:
    """The sandbox's site profile with its own limits, but a shorter one for Saves."""
    profile = load("sandbox").at(sandbox_process.address)
    limits = profile.limits.model_copy(update={"save": 5.0})
    return profile.model_copy(update={"limits": limits})


@pytest.fixture(scope="session")
def standing_tab(browser: Browser, quick_site: SiteProfile) -> Iterator[StandingTab]:
    """One tab for all tests that ask for it."""
    tab = StandingTab(browser, quick_site)
    yield tab
    tab.close()
