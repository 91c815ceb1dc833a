"""One recording of each payer type for all tests of the training material."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from automation.browser.session import VIEWPORT
from automation.browser.site_lock import locked
from automation.journal.journal import Journal
from automation.journal.lock import RunLock
from automation.pages.login import LoginPage
from automation.pages.screen import Screen
from automation.runs.session import Session
from automation.runs.sign_in import credentials
from automation.sandbox_process import sandbox
from automation.training.recording import Recording, record
from automation.training.skins import profile_with_skin
from config.settings import Settings

Recorded = tuple[Recording, Page]


@pytest.fixture(scope="session")
def of_payer(
    browser: Browser, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[..., Recorded]]:
    """Record a payer type's fix, once or `again`; return it with a blank tab to paint with."""
    with ExitStack() as stack:
        kept: dict[str, Recorded] = {}

        def of(payer: str, *, again: bool = False) -> Recorded:
            if again or payer not in kept:
                kept[payer] = _recorded(payer, browser, tmp_path_factory.mktemp("session"), stack)
            return kept[payer]

        yield of


def _recorded(payer: str, browser: Browser, folder: Path, stack: ExitStack) -> Recorded:
    profile, _ = profile_with_skin("sandbox")
    settings = Settings(state=folder)
    with (
        sandbox(profile.skin, ["--delay-ms", "20"]) as practice,
        RunLock(settings.journal_url, practice.address) as lock,
        closing(Journal.of(settings)) as journal,
    ):
        site = profile.at(practice.address)
        context = locked(stack.enter_context(browser.new_context(viewport=VIEWPORT)), site)  # type: ignore[arg-type]
        screen = Screen(context.new_page(), site)
        LoginPage(screen).open().sign_in(*credentials(site, settings))
        recording = record(Session(screen, journal, lock), practice, payer)
        return recording, context.new_page()
