"""Passwords of test accounts; an account is never tried with the password of another one."""

from __future__ import annotations

import os
import shlex
import subprocess
from dataclasses import dataclass

from pydantic import SecretStr

from automation.runs.sign_in import from_keyring
from config.settings import PREFIX, Settings
from config.site_profile import SiteProfile

BILLER = "biller"
_PATIENCE = 60  # seconds; a password program may ask its owner


@dataclass(frozen=True)
class Account:
    """One account of a practice: the role it is tested for, and its user name."""

    role: str
    name: str

    @property
    def variable(self) -> str:
        """The environment variable that holds its password."""
        return f"{PREFIX}PASSWORD_{self.role.replace('-', '_').upper()}"


class Passwords:
    """The passwords of a site's accounts: from settings by role, the keyring, or a command."""

    def __init__(self, site: SiteProfile, settings: Settings, command: str = "") -> None:
        self._site, self._settings = site, settings
        self._command = command or settings.password_command
        self._found: dict[Account, SecretStr] = {}
        self._why: dict[Account, str] = {}

    def of(self, account: Account) -> SecretStr:
        """Return an account's password; empty when no source has it."""
        if account not in self._found:
            self._found[account] = self._look(account)
        return self._found[account]

    def _look(self, account: Account) -> SecretStr:
        by_role = getattr(self._settings, f"password_{account.role.replace('-', '_')}")
        own = self._settings.password if self._is_the_settings_own(account) else SecretStr("")
        published = SecretStr(self._site.make_believe_password)  # a sandbox has one for everybody
        for password in (by_role, own, published):
            if password.get_secret_value():
                return SecretStr(password.get_secret_value())
        return SecretStr(from_keyring(self._site, account.name) or self._printed(account))

    def _is_the_settings_own(self, account: Account) -> bool:
        mine = self._settings.username or self._site.username
        return account.role == BILLER and account.name == mine

    def _printed(self, account: Account) -> str:
        """Return the first line that the command prints; its output never reaches the terminal."""
        if not self._command:
            return ""
        says = {"account": account.name, "role": account.role, "site": self._site.name}
        try:
            words = shlex.split(self._command, posix=os.name == "posix")
            # Split before filling in: each value stays within one word, whatever it contains.
            done = subprocess.run(  # noqa: S603  the command that QA names, without a shell
                [word.format_map(says) for word in words],
                capture_output=True, text=True, timeout=_PATIENCE, check=False,
                stdin=subprocess.DEVNULL,
            )  # fmt: skip
        except (OSError, ValueError, KeyError, IndexError, subprocess.TimeoutExpired) as error:
            self._why[account] = f"it did not run ({type(error).__name__})"
            return ""
        if done.returncode:
            self._why[account] = f"it ended with {done.returncode}"
            return ""
        lines = done.stdout.splitlines()
        self._why[account] = "it printed nothing"
        return lines[0] if lines else ""

    def sources(self, account: Account) -> str:
        """Name each source that was searched, for a message."""
        own = f", {PREFIX}PASSWORD" if self._is_the_settings_own(account) else ""
        command = self._why.get(account, "not set")
        return (
            f"{account.variable}{own} (environment, .env or settings file), the keyring's entry "
            f"`undo-writeoff:{self._site.name}` for {account.name}, "
            f"and password_command ({command})"
        )
