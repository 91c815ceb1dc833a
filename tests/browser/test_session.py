"""The browser reaches one practice, and a person's own window is only borrowed."""

from __future__ import annotations

import stat
import threading
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Error

from automation.browser.evidence import picture
from automation.browser.site_lock import locked
from automation.browser.window import persons_tab, profile_folder, sign_in_window
from automation.embedded import Sandbox
from automation.errors import Refusal, UsageProblem
from config.site_profile import SiteProfile, load


def test_locked_context_reaches_its_site_and_names_what_it_blocked(
    browser: Browser, practice: Sandbox, site: SiteProfile
) -> None:
    """Anything but the profile's origin is blocked, and named once."""
    named: list[str] = []
    context = locked(browser.new_context(), site, named.append)
    page = context.new_page()
    page.goto(practice.address + "/app/login/")
    answer = page.evaluate(
        "() => fetch('https://tracker.example/pixel').then(() => 'came', () => 'blocked')"
    )
    for _ in range(2):
        with pytest.raises(Error):
            page.goto("http://127.0.0.1:9099/elsewhere")
    context.close()
    assert answer == "blocked"
    assert [text.split()[4].rstrip(":") for text in named] == ["tracker.example", "127.0.0.1:9099"]


def test_locked_context_takes_the_hosts_that_the_profile_allows(
    browser: Browser, practice: Sandbox, site: SiteProfile
) -> None:
    """A second host that the profile names is reached."""
    other = practice.address.replace("127.0.0.1", "localhost")
    allowed = site.model_copy(update={"also_allow": (other,)})
    context = locked(browser.new_context(), allowed, print)
    answer = context.new_page().goto(other + "/sandbox-control/state")
    context.close()
    assert answer is not None


def test_picture_is_refused_on_a_site_that_is_not_the_sandbox(browser: Browser) -> None:
    """A real chart's picture would be patient data, so none is taken."""
    page = browser.new_page()
    with pytest.raises(UsageProblem, match="sandbox"):
        picture(page, load("therapynotes"))
    page.close()


def test_no_sign_in_window_is_refused_with_the_command_that_opens_one(
    tmp_path: Path, site: SiteProfile
) -> None:
    """Without a window to attach to, the refusal says how to get one."""
    with (
        pytest.raises(Refusal) as refusal,
        _elsewhere(persons_tab(tmp_path, site, print)),
    ):
        pass
    assert "undo-writeoff login" in refusal.value.next_step


class _elsewhere:  # noqa: N801  reads as a word in the tests
    """Enter a context manager that starts a Playwright of its own, in a thread of its own."""

    def __init__(self, manager: object) -> None:
        self.manager = manager
        self.error: BaseException | None = None

    def __enter__(self) -> None:
        thread = threading.Thread(target=self._run)
        thread.start()
        thread.join(timeout=60)
        if self.error:
            raise self.error

    def _run(self) -> None:
        try:
            with self.manager:  # type: ignore[attr-defined]
                pass
        except BaseException as error:
            self.error = error

    def __exit__(self, *_: object) -> None:
        pass


def test_sign_in_window_is_attached_to_and_never_closed(
    tmp_path: Path, practice: Sandbox, site: SiteProfile
) -> None:
    """A command works in the window that a person opened, and leaves it as it was."""
    told: list[object] = []

    def person_and_command() -> None:
        try:
            with sign_in_window(tmp_path, site, headless=True) as window:
                folder = profile_folder(tmp_path, site)
                told.append(stat.S_IMODE(folder.stat().st_mode))
                attached = threading.Thread(target=_attach, args=(tmp_path, site, told))
                attached.start()
                while attached.is_alive():
                    window.title()  # the window lives on its own thread, which must not rest
                attached.join()
                told.append(window.is_closed())
        except BaseException as error:
            told.append(error)

    thread = threading.Thread(target=person_and_command)
    thread.start()
    thread.join(timeout=60)
    assert told == [0o700, practice.address + "/app/login/", False]


def _attach(state: Path, site: SiteProfile, told: list[object]) -> None:
    try:
        with persons_tab(state, site, print) as tab:
            told.append(tab.url)
    except BaseException as error:
        told.append(error)
