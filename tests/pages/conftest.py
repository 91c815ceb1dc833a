"""Small pages of plain HTML, written out in the tests, with short limits."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser
from playwright.sync_api import Page as Tab

from automation.pages.page import Page
from automation.pages.screen import Screen
from config.site_profile import Limits, SiteProfile

Shown = Callable[..., Screen]
ADDRESS = "https://practice.example"
QUIET = 0.6  # longer than anything on these pages takes, but for what a test says itself


class AnyPage(Page):
    """A page of no particular kind."""

    def ready(self) -> bool:
        """Always true."""
        return True


@pytest.fixture(scope="session")
def blank_tab(browser: Browser) -> Iterator[Tab]:
    """One tab for all small pages."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.route(f"{ADDRESS}/**", lambda route: route.fulfill(body="<!doctype html>"))
    tab = context.new_page()
    tab.goto(ADDRESS + "/")  # so that later content is at the practice's address
    yield tab
    context.close()


@pytest.fixture
def shown(blank_tab: Tab, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shown]:
    """Show a small page; `control` is how long a quiet page is waited for, in seconds.

    A small page takes a click within milliseconds, so that a covered control is known sooner.
    """
    monkeypatch.setattr("automation.pages.page._TRIES", (500, 500))
    screens: list[Screen] = []

    def show(html: str, *, control: float = QUIET) -> Screen:
        limits = Limits(control=control, second_look=0.3, save=3.0)
        if not blank_tab.url.startswith(ADDRESS):
            blank_tab.goto(ADDRESS + "/")
        blank_tab.set_content(f"<!doctype html><body>{html}</body>")
        site = SiteProfile(name="small", address=ADDRESS, limits=limits)
        screens.append(Screen(blank_tab, site))
        return screens[-1]

    yield show
    for screen in screens:
        screen.let_go()


@pytest.fixture
def page(shown: Shown) -> Callable[..., AnyPage]:
    """Show a small page and return a page object for it."""

    def show(html: str, *, control: float = QUIET) -> AnyPage:
        return AnyPage(shown(html, control=control))

    return show
