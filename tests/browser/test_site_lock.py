"""Nothing gets from the practice's pages to another site, whatever the pages try."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
from bad_practice import ARRIVE_AT_A_PLAIN_BROWSER, Hostile, hostile
from elsewhere import elsewhere
from playwright.sync_api import Browser, Error, Page, sync_playwright
from pydantic import SecretStr

from automation.browser.find import find, sandboxed
from automation.browser.session import own_tab
from automation.browser.site_lock import context_proxy, is_of, locked
from automation.browser.window import persons_tab, sign_in_window
from automation.errors import Refusal
from automation.pages.login import LoginPage
from automation.pages.screen import Screen
from config.site_profile import SiteProfile, load

Door = Callable[[SiteProfile, Path], AbstractContextManager[Page]]
SECRETS = ("HARBOR", "biller", "Sandbox-2026!")


@pytest.fixture
def bad() -> Iterator[Hostile]:
    """The malicious practice and the thief, running."""
    with hostile() as running:
        yield running


def _profile(bad: Hostile) -> SiteProfile:
    return load("sandbox").at(bad.address)


def _own(site: SiteProfile, state: Path) -> AbstractContextManager[Page]:
    return own_tab(site, say=lambda _: None)


def _window(site: SiteProfile, state: Path) -> AbstractContextManager[Page]:
    return sign_in_window(state, site, headless=True)


@contextmanager
def _attached(site: SiteProfile, state: Path) -> Iterator[Page]:
    """Attach to a window in which the practice's workers are already running."""
    opened, ended = threading.Event(), threading.Event()

    def hold() -> None:
        with sign_in_window(state, site, headless=True) as tab:
            tab.evaluate("navigator.serviceWorker.register('/service.js').catch(() => 0)")
            tab.evaluate("() => { new SharedWorker('/shared.js'); }")
            opened.set()
            while not ended.is_set():
                tab.wait_for_timeout(50)  # keeps the window's listeners running, as `login` does

    with ThreadPoolExecutor(1) as threads:
        held = threads.submit(hold)
        try:
            assert opened.wait(60), "the window opens"
            with persons_tab(state, site, lambda _: None) as tab:
                yield tab
        finally:
            ended.set()
            held.result(60)


DOORS: dict[str, Door] = {"own tab": _own, "sign-in window": _window, "attached": _attached}


def test_the_trap_catches_a_browser_without_the_lock(bad: Hostile) -> None:
    """Without the lock, the ways that the tests below try really reach the thief."""

    def work() -> set[str]:
        with sync_playwright() as playwright:
            choice = find(playwright)
            browser = playwright.chromium.launch(
                executable_path=choice.executable,
                channel=choice.channel,
                chromium_sandbox=sandboxed(),
            )
            tab = browser.new_page()
            bad.try_all(tab)
            missing = bad.thief.waits_for(ARRIVE_AT_A_PLAIN_BROWSER, 20)
            bad.try_leaving(tab)
            browser.close()
            return missing

    assert elsewhere(work) == set()
    assert {"top", "top-302", "top-form", "download"} <= set(bad.thief.arrived)
    assert bad.thief.bodies[bad.thief.arrived.index("top-form")] == "a=b"


@pytest.mark.short("own tab")
@pytest.mark.parametrize("door", DOORS)
def test_nothing_arrives_from_a_page_of_the_practice(
    bad: Hostile, door: str, tmp_path: Path
) -> None:
    """No request, redirect, socket or packet reaches the thief; the practice's own page works."""

    def work() -> str:
        with DOORS[door](_profile(bad), tmp_path) as tab:
            bad.try_all(tab)
            bad.thief.has_anything(3)
            bad.try_leaving(tab)
            bad.thief.has_anything(1)
            tab.goto(bad.address + "/")
            return tab.inner_text("h1")

    assert elsewhere(work) == "Patients"
    assert bad.thief.arrived == []


@pytest.mark.long
def test_nothing_arrives_from_a_context_of_a_shared_browser(browser: Browser, bad: Hostile) -> None:
    """In a browser shared by several sites, as under pytest, each site is locked as tightly."""
    site = _profile(bad)
    context = browser.new_context(service_workers="block", proxy=context_proxy(site))
    tab = locked(context, site, lambda _: None).new_page()
    bad.try_all(tab)
    bad.thief.has_anything(3)
    bad.try_leaving(tab)
    bad.thief.has_anything(1)
    context.close()
    assert bad.thief.arrived == []


def test_what_was_blocked_is_named_once_redirects_too(browser: Browser, bad: Hostile) -> None:
    """The person is told, once, which address the practice tried to reach, even by a redirect."""
    named: list[str] = []
    site = _profile(bad)
    context = locked(browser.new_context(proxy=context_proxy(site)), site, named.append)
    tab = context.new_page()
    tab.goto(bad.address + "/")
    for _ in range(2):
        tab.evaluate("fetch('/go/302?to=/x', {mode: 'no-cors'}).catch(() => 0)")
    context.close()
    away = bad.server.away.removeprefix("http://")
    assert named == [f"blocked a request to {away}: it is not the practice's site"]


def test_a_look_alike_sign_in_gets_no_password(
    browser: Browser, bad: Hostile, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A sign-in page that leads elsewhere is refused, naming both addresses; nothing is typed."""
    site = _profile(bad).model_copy(update={"sign_in_path": "/go/302?to=/app/login/"})
    context = locked(browser.new_context(proxy=context_proxy(site)), site, lambda _: None)
    with pytest.raises(Refusal) as refusal:
        LoginPage(Screen(context.new_page(), site)).open().sign_in(
            SECRETS[0], SECRETS[1], SecretStr(SECRETS[2])
        )
    context.close()
    assert bad.address in refusal.value.expected
    assert bad.server.away in refusal.value.found
    assert bad.thief.arrived == []


def test_nothing_is_typed_on_a_page_of_another_origin(browser: Browser, bad: Hostile) -> None:
    """The page's address is checked before each action, in case the browser's lock ever fails."""
    site = _profile(bad).model_copy(update={"sign_in_path": "/go/302?to=/app/login/"})
    context = browser.new_context()
    with pytest.raises(Refusal) as refusal:
        LoginPage(Screen(context.new_page(), site)).open().sign_in(
            SECRETS[0], SECRETS[1], SecretStr(SECRETS[2])
        )
    context.close()
    assert bad.server.away in refusal.value.found
    assert "nothing was typed" in refusal.value.found
    assert [body for body in bad.thief.bodies if body] == []


@pytest.mark.parametrize(
    ("url", "belongs"),
    [
        ("https://practice.example/app/?x=1", True),
        ("https://practice.example", True),
        ("https://practice.example.evil.example/", False),
        ("https://practice.example@evil.example/", False),
        ("https://practice.example:444/", False),
        ("http://practice.example/", False),
        ("https://app.practice.example/", False),
        ("about:blank", False),
        ("chrome-error://chromewebdata/", False),
        ("data:text/html,https://practice.example/", False),
    ],
)
def test_origin_is_compared_whole(url: str, belongs: bool) -> None:
    """Scheme, host and port must match exactly; one that only looks alike is another site."""
    site = SiteProfile(name="x", address="https://practice.example")
    assert is_of(site, url) is belongs


def test_office_proxy_is_used_for_the_practice_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """If the office has a proxy, it is asked for the profile's host and no other."""
    with _office_proxy() as (port, asked):
        monkeypatch.setenv("HTTPS_PROXY", f"http://localhost:{port}")
        monkeypatch.setenv("NO_PROXY", "")
        site = SiteProfile(name="x", address="https://practice.example")

        def work() -> None:
            with own_tab(site, say=lambda _: None) as tab:
                tab.context.unroute_all()
                for address in (
                    "https://thief.example/",
                    "http://practice.example/",
                    "https://practice.example:444/",
                    f"http://127.0.0.1:{port}/",
                    "https://practice.example/",
                ):
                    with pytest.raises(Error):
                        tab.goto(address)

        elsewhere(work)
    assert set(asked) == {"CONNECT practice.example:443 HTTP/1.1"}


@contextmanager
def _office_proxy() -> Iterator[tuple[int, list[str]]]:
    """A proxy that records what it is asked for and then hangs up."""
    asked: list[str] = []
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                caller, _ = listener.accept()
            except OSError:
                return
            with caller:
                asked.append(caller.recv(4096).decode(errors="replace").partition("\r\n")[0])

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield listener.getsockname()[1], asked
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(timeout=5)
