"""Fixtures for every test: the real browser, the sandbox, a journal in a fresh folder."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from automation.browser.session import VIEWPORT
from automation.browser.site_lock import locked
from automation.journal.journal import Journal
from automation.journal.lock import RunLock
from automation.pages.login import LoginPage
from automation.pages.screen import Screen
from automation.runs.session import Session
from automation.runs.sign_in import credentials
from automation.sandbox_process import Sandbox, sandbox
from config.settings import Settings
from config.site_profile import SiteProfile, load


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the rows of a test's table as long, unless its marks choose them for short runs."""
    tables: dict[str, list[pytest.Item]] = {}
    for item in items:
        if item.get_closest_marker("each_value_once") or item.get_closest_marker("short"):
            tables.setdefault(item.nodeid.partition("[")[0], []).append(item)
    for table in tables.values():
        for item in set(table) - (_named(table) or _covering(table)):
            item.add_marker("long")


def _named(table: list[pytest.Item]) -> set[pytest.Item]:
    """Choose the rows that the mark `short` names, by whole parts of their ids."""
    mark = table[0].get_closest_marker("short")
    rows = mark.args if mark else ()
    found = {row: {item for item in table if f"-{row}-" in _id(item)} for row in rows}
    missing = [row for row, items in found.items() if not items]
    if missing and len(table) > 1:
        raise pytest.UsageError(f"{table[0].nodeid}: no row is called {missing}, as `short` says")
    return set[pytest.Item]().union(*found.values())


def _id(item: pytest.Item) -> str:
    return f"-{item.name.partition('[')[2].removesuffix(']')}-"


def _covering(table: list[pytest.Item]) -> set[pytest.Item]:
    """Choose a few items that have each value of each parameter; nearly a diagonal."""
    kept, seen = set(), set[tuple[str, str]]()
    for fresh in (2, 1):  # new values that an item must add; items that add two come first
        for item in table:
            values = {(name, repr(value)) for name, value in _params(item).items()}
            if len(values - seen) >= min(fresh, len(values)) and values - seen:
                kept.add(item)
                seen |= values
    return kept


def _params(item: pytest.Item) -> dict[str, Any]:
    params: dict[str, Any] = dict(item.callspec.params)  # type: ignore[attr-defined]
    params.pop("browser_name", None)
    return params


@pytest.fixture(autouse=True)
def _no_settings_of_the_developer(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Keep the developer's environment out of tests, and tests out of the developer's folders."""
    for name in [name for name in os.environ if name.startswith("UNDO_WRITEOFF_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("UNDO_WRITEOFF_STATE", str(tmp_path / "state"))


@pytest.fixture(scope="session")
def sandbox_process() -> Iterator[Sandbox]:
    """One sandbox for the whole session; it ends with the tests."""
    with sandbox(more=["--delay-ms", "40"]) as running:
        yield running


@pytest.fixture
def practice(sandbox_process: Sandbox) -> Sandbox:
    """The sandbox as seeded, in skin A, without faults."""
    sandbox_process.control("reset", {"skin": "a", "faults": [], "variants": [], "delay_ms": 40})
    return sandbox_process


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings with a fresh state folder."""
    return Settings(state=tmp_path / "state")


@pytest.fixture
def site(practice: Sandbox) -> SiteProfile:
    """The sandbox's site profile at the running practice's address, with short limits."""
    profile = load("sandbox").at(practice.address)
    limits = profile.limits.model_copy(update={"control": 2.5, "save": 4.0})
    return profile.model_copy(update={"limits": limits})


OpenOffice = Callable[..., Session]


@pytest.fixture
def open_office(browser: Browser, settings: Settings, site: SiteProfile) -> Iterator[OpenOffice]:
    """Open signed-in sessions in the plugin's browser, which are closed when the test ends."""
    closing: list[Callable[[], Any]] = []

    def opened(profile: SiteProfile | None = None, **sign_in: str) -> Session:
        where = profile or site
        context = locked(browser.new_context(viewport=VIEWPORT), where)
        closing.append(context.close)
        screen = Screen(context.new_page(), where)
        code, user, password = credentials(where, settings)
        LoginPage(screen).open().sign_in(code, sign_in.get("username", user), password)
        lock = RunLock(settings.journal_url, where.origin)
        lock.__enter__()
        closing.append(lambda: lock.__exit__(None, None, None))
        journal = Journal.of(settings)
        closing.append(journal.close)
        return Session(screen, journal, lock)

    yield opened
    for close in reversed(closing):
        close()


@pytest.fixture
def work(open_office: OpenOffice) -> Session:
    """One signed-in session at the sandbox."""
    return open_office()


@pytest.fixture
def cases(practice: Sandbox) -> dict[str, dict[str, Any]]:
    """The seed's cases by name: patient, birth date, date of service, amount owed."""
    found: dict[str, dict[str, Any]] = practice.control("cases")
    return found
