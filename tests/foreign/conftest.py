"""Starts each foreign practice once for all tests, and a browser in a thread of its own."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import httpx
import pytest
from playwright.sync_api import Browser, Page, sync_playwright

T = TypeVar("T")
Browse = Callable[[Callable[[Page], T]], T]
ROOT = Path(__file__).resolve().parents[2]


@contextmanager
def practice(look: str, *options: str) -> Iterator[str]:
    """Serves a look on a free port of loopback while the block runs; yields its address."""
    command = [sys.executable, "-m", "tests.foreign.practice", "--look", look, "--stop-with-stdin"]
    command += options
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as running:
        assert running.stdin
        assert running.stdout
        try:
            yield json.loads(running.stdout.readline())["address"]
        finally:
            running.stdin.close()
            running.wait(timeout=10)


@pytest.fixture(scope="session")
def soup() -> Iterator[str]:
    """The address of the practice with server-drawn pages."""
    with practice("soup") as address:
        yield address


@pytest.fixture(scope="session")
def webapp() -> Iterator[str]:
    """The address of the practice that a script draws."""
    with practice("webapp") as address:
        yield address


@pytest.fixture(scope="session")
def harbor() -> Iterator[str]:
    """The address of the practice with a side drawer, pages for payments, and options."""
    with practice("harbor") as address:
        yield address


@pytest.fixture(params=["soup", "webapp", "harbor"])
def look(request: pytest.FixtureRequest) -> str:
    """Each look in turn, by name."""
    return str(request.param)


@pytest.fixture
def address(look: str, request: pytest.FixtureRequest) -> str:
    """The address of the look in turn, with its books reset."""
    found = str(request.getfixturevalue(look))
    httpx.post(f"{found}/reset").raise_for_status()
    return found


@pytest.fixture(scope="session")
def apart() -> Iterator[tuple[ThreadPoolExecutor, Browser]]:
    """A browser in a thread of its own, away from the event loops of other tests' browsers."""
    with ThreadPoolExecutor(1) as thread:
        playwright = thread.submit(sync_playwright().start).result()
        opening = thread.submit(
            playwright.chromium.launch,
            executable_path=shutil.which("chromium-headless-shell") or shutil.which("chromium"),
            args=["--no-sandbox"] if os.geteuid() == 0 else [],
        )
        try:
            yield thread, opening.result()
        finally:
            thread.submit(opening.result().close).result()
            thread.submit(playwright.stop).result()


def _in_browser(browser: Browser, visit: Callable[[Page], T]) -> T:
    """Runs a visit in a fresh window that is not signed in."""
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.set_default_timeout(10_000)
    try:
        return visit(page)
    finally:
        page.close()


@pytest.fixture
def browse(apart: tuple[ThreadPoolExecutor, Browser]) -> Browse[None]:
    """Runs a visit in the browser's thread; its exception is raised here."""
    thread, browser = apart
    return lambda visit: thread.submit(_in_browser, browser, visit).result()
