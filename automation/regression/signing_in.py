"""Signing in once for each account, however many tests use it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import SecretStr

from automation.pages.login import LoginPage
from automation.pages.patients import PatientsPage
from automation.pages.screen import Screen
from automation.runs.opening import credentials
from config.qa_data import Role
from config.settings import Settings
from config.site_profile import SiteProfile


class SignIns:
    """The sign-ins of a run; each account signs in once, and again only when it was signed out."""

    def __init__(self, site: SiteProfile, settings: Settings, users: Mapping[Role, str]) -> None:
        self._site, self._settings, self._users = site, settings, users
        self._kept: dict[str, tuple[list[dict[str, Any]], str]] = {}

    def why_not(self, role: str) -> str:
        """Why an account cannot be used here, for a skipped test; "" when it can."""
        if role == "biller":
            return ""
        if self._site.sign_in != "form":
            return "a person signs in at this site, so only one account can be tested"
        return "" if role in self._users else f"the QA data file names no user for the role {role}"

    def screen(self, tab: Any, role: str) -> Screen:
        """Give a screen on which the role's account is signed in, on the page where work starts."""
        screen = Screen(tab, self._site)
        cookies, home = self._kept.get(role, ([], ""))
        if cookies:
            tab.context.add_cookies(cookies)
            tab.goto(home)
            screen.home = home
            if PatientsPage(screen).is_reachable():
                return screen
        self._sign_in(screen, role)
        self._kept[role] = (tab.context.cookies(), screen.home)
        return screen

    def _sign_in(self, screen: Screen, role: str) -> None:
        code, user, password = self._credentials(role)
        LoginPage(screen).open().sign_in(code, user, password)

    def _credentials(self, role: str) -> tuple[str, str, SecretStr]:
        user = next((name for known, name in self._users.items() if known == role), "")
        if not user:
            return credentials(self._site, self._settings)
        settings = self._settings.model_copy(update={"username": user})
        return credentials(self._site, settings)
