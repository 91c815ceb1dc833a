"""The browser reaches only one practice, and hosts that its profile allows."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Error

from automation.browser.site_lock import locked
from automation.errors import UsageProblem
from automation.evidence.evidence import picture
from automation.sandbox_process import Sandbox
from config.site_profile import SiteProfile, load


def test_locked_context_reaches_its_site_and_names_what_it_blocked(
    browser: Browser, practice: Sandbox, site: SiteProfile
) -> None:
    """Everything except the profile's origin is blocked, and each blocked host is named once."""
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
    """A second host that the profile allows can be reached."""
    other = practice.address.replace("127.0.0.1", "localhost")
    allowed = site.model_copy(update={"also_allow": (other,)})
    context = locked(browser.new_context(), allowed, print)
    answer = context.new_page().goto(other + "/sandbox-control/state")
    context.close()
    assert answer is not None


def test_picture_is_refused_on_a_site_that_is_not_the_sandbox(browser: Browser) -> None:
    """A picture of a real chart would be patient data, so none is taken."""
    page = browser.new_page()
    with pytest.raises(UsageProblem, match="sandbox"):
        picture(page, load("therapynotes"))
    page.close()
