"""One sign-in for each account, however many tests use it."""

from __future__ import annotations

from typing import Any

from automation.errors import Problem, Refusal
from automation.pages.login import LoginPage
from automation.pages.patients import PatientsPage
from automation.pages.screen import Screen
from automation.regression.passwords import BILLER, Account, Passwords
from config.qa_data import QaData
from config.settings import Settings
from config.site_profile import SiteProfile


class SignIns:
    """The sign-ins of a run; each account signs in once, and again only after it was signed out.

    An account whose sign-in failed is not tried again in that run: a practice locks an account
    after a few failures.
    """

    def __init__(self, site: SiteProfile, settings: Settings, qa_data: QaData) -> None:
        self._site, self._settings, self._users = site, settings, qa_data.users
        self._passwords = Passwords(site, settings, qa_data.password_command)
        self._failed: dict[str, str] = {}
        self._kept: dict[str, tuple[list[dict[str, Any]], str]] = {}

    def why_not(self, role: str) -> str:
        """Return why an account cannot be used here, for a skipped test; "" when it can."""
        if role == BILLER:
            return ""
        if self._site.sign_in != "form":
            return "a person signs in at this site, so only one account can be tested"
        account = self._account(role)
        if not account.name:
            return f"the QA data file names no user for the role {role} under [users]"
        if not self._passwords.of(account).get_secret_value():
            return f"no password for {_told(account)}: {self._passwords.sources(account)}"
        return self._failed_before(account)

    def is_the_billers(self, role: str) -> bool:
        """Return whether a role's account is the biller's own."""
        return self._account(role).name == self._account(BILLER).name

    def screen(self, tab: Any, role: str) -> Screen:
        """Return a screen that is signed in with the role's account, on the page where work starts.

        Raises Refusal when the account's sign-in is incomplete or failed earlier in this run.
        """
        screen = Screen(tab, self._site)
        cookies, home = self._kept.get(role, ([], ""))
        if cookies:
            tab.context.add_cookies(cookies)
            tab.goto(home)
            screen.home = home
            if PatientsPage(screen).is_signed_in():
                return screen
        self._sign_in(screen, role)
        self._kept[role] = (tab.context.cookies(), screen.home)
        return screen

    def _sign_in(self, screen: Screen, role: str) -> None:
        account = self._account(role)
        code = self._settings.practice_code or self._site.practice_code
        password = self._passwords.of(account)
        if not (code and account.name and password.get_secret_value()):
            raise self._lacks(account, code)
        if why := self._failed_before(account):
            raise _not_again(account, why)
        page = LoginPage(screen).open()
        try:
            page.sign_in(code, account.name, password)
        except Problem as problem:
            self._failed[account.name] = problem.found
            problem.doing = f"signing in as {_told(account)}"
            raise

    def _account(self, role: str) -> Account:
        named = next((name for known, name in self._users.items() if known == role), "")
        own = self._settings.username or self._site.username
        return Account(role, named or (own if role == BILLER else ""))

    def _failed_before(self, account: Account) -> str:
        if account.name not in self._failed:
            return ""
        return (
            f"the sign-in of {_told(account)} failed earlier in this run and is not tried again, "
            f"for failed sign-ins lock an account: {self._failed[account.name]}"
        )

    def _lacks(self, account: Account, code: str) -> Refusal:
        lacking = [what for what, there in (
            ("practice code", code), ("user name", account.name),
            ("password", self._passwords.of(account).get_secret_value() if account.name else "?"),
        ) if not there]  # fmt: skip
        looked = f" in {self._passwords.sources(account)}" if "password" in lacking else ""
        return Refusal(
            f"finding the sign-in of {_told(account)} at the site {self._site.name}",
            expected="a practice code, a user name and a password of that very account",
            found=f"no {' and no '.join(lacking)}{looked}",
            next_step=f"set practice_code and username in the profile, and {account.variable} in "
            "the environment; `undo-writeoff help qa-first-run` shows every way",
            diagnosis="not-signed-in",
        )


def _told(account: Account) -> str:
    return f"the account {account.name or '(none)'} (role {account.role})"


def _not_again(account: Account, why: str) -> Refusal:
    return Refusal(
        f"signing in as {_told(account)}",
        expected="an account whose sign-in has not failed in this run",
        found=why,
        next_step="check the user name and the password by hand, once, then run the suite again",
        diagnosis="not-signed-in",
    )
