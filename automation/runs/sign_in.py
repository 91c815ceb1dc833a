"""Sign-in to a practice: by form, or in the window in which a person has signed in."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from typing import Any

from pydantic import SecretStr

from automation.browser.session import own_tab
from automation.browser.window import persons_tab
from automation.errors import Problem, Refusal
from automation.keyrings import ask, to_store
from automation.pages.login import LoginPage
from automation.pages.patients import PatientsPage
from automation.pages.screen import Screen
from config.settings import Settings
from config.site_profile import SiteProfile

Say = Callable[[str], None]


@contextmanager
def signed_in(
    site: SiteProfile, settings: Settings, say: Say, *, headed: bool = False, slow_mo: float = 0
) -> Iterator[Screen]:
    """Yield a signed-in screen of the site.

    By form only if the site profile allows it, once; otherwise in the window of `login`.
    """
    if hasattr(os, "geteuid") and os.geteuid() == 0 and not site.sandbox:
        say("warning: running as root; use an ordinary account on a computer with patients' data")
    tabs: AbstractContextManager[Any]
    if site.sign_in == "person":
        tabs = persons_tab(settings.state, site, say)
    else:
        tabs = own_tab(
            site,
            program=settings.browser,
            headed=headed,
            slow_mo=slow_mo,
            say=say,
        )
    with tabs as tab:
        screen = Screen(tab, site)
        if site.sign_in == "form":
            code, user, password = credentials(site, settings)
            LoginPage(screen).open().sign_in(code, user, password)
            yield screen
        else:
            screen.here_is_home()
            with fresh_page(screen):
                yield screen


@contextmanager
def fresh_page(screen: Screen) -> Iterator[None]:
    """Load the page anew before and after, because a person or a command may leave things open."""
    page = PatientsPage(screen)
    page.visit_anew(screen.home)
    try:
        yield
    finally:
        with suppress(Problem):  # the window may be gone, and the problem is reported already
            page.visit_anew(screen.home)


def credentials(site: SiteProfile, settings: Settings) -> tuple[str, str, SecretStr]:
    """Find practice code, user name and password: in settings, site profile, then the keyring.

    They are never printed or stored. Raises Refusal that names what is missing.
    """
    code = settings.practice_code or site.practice_code
    user = settings.username or site.username
    password = settings.password or SecretStr(site.make_believe_password)
    if not password.get_secret_value() and user:
        password = SecretStr(from_keyring(site, user))
    if code and user and password.get_secret_value():
        return code, user, password
    missing = [n for n, v in (("practice code", code), ("user name", user)) if not v]
    raise Refusal(
        f"finding the sign-in for the site {site.name}",
        expected="a practice code, a user name and a password",
        found="no " + " and no ".join(missing or ["password"]),
        next_step="set UNDO_WRITEOFF_PRACTICE_CODE and UNDO_WRITEOFF_USERNAME, and store the "
        f"password with {to_store(f'undo-writeoff:{site.name}', 'USERNAME')}",
        diagnosis="not-signed-in",
    )


def from_keyring(site: SiteProfile, user: str) -> str:
    """Return the password that the system's keyring has for a user of a site; "" without one."""
    return ask(lambda keyring: keyring.get_password(f"undo-writeoff:{site.name}", user)) or ""


def wait_for_person(
    tab: Any, site: SiteProfile, say: Say, enough: Callable[[], bool] = lambda: False
) -> None:
    """Wait until the person has signed in, say so, then until the window closes, or `enough`."""
    page = PatientsPage(Screen(tab, site))
    told = False
    while not (tab.is_closed() or enough()):
        inside = page.is_reachable()
        if inside and not told:
            say("Signed in. Leave this window open.")
        told = inside
        page.pause_for_person()


def sign_in_again(screen: Screen, settings: Settings, say: Say, enough: Callable[[], bool]) -> bool:
    """Sign in again: once by form if the profile allows it, else wait for the person.

    Return whether it is signed in; False when the window was closed, or `enough`.
    """
    site = screen.site
    if site.sign_in == "form":
        LoginPage(screen).open().sign_in(*credentials(site, settings))
        return True
    page = PatientsPage(screen)
    say("Sign in again in the window; this goes on by itself then. Ctrl-C stops.")
    while not (screen.tab.is_closed() or enough()):
        if page.is_reachable():
            return True
        page.pause_for_person()
    return False
