"""Seals on the audit trail's entries, made with a key that lies in the system's keyring.

Whoever can write the journal can recompute every hash, but not a seal: its key is not in the file.
One key serves all journals of an account. Without a keyring, and at make-believe practices, entries
bear no seal.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

_SERVICE, _NAME = "undo-writeoff:audit", "seal"


@dataclass(frozen=True)
class Key:
    """The secret with which this account seals entries."""

    secret: bytes

    @property
    def name(self) -> str:
        """A short name that tells one key from another and nothing of the secret."""
        return hashlib.sha256(b"name" + self.secret).hexdigest()[:12]

    def seal(self, hash: str) -> str:
        """Seal an entry by its hash, which covers all that it says and the entry before it."""
        return f"{self.name}:{hmac.digest(self.secret, hash.encode(), hashlib.sha256).hex()}"


def no_key() -> Key | None:
    """No key: for make-believe practices, and where nothing is to be proved."""
    return None


@cache
def keyring_key() -> Key | None:
    """The key of this account, made when there is none yet; None without a keyring."""
    found = found_key()
    if found is not None:
        return found
    made = Key(secrets.token_bytes(32))
    return made if _asked(lambda keyring: _store(keyring, made)) else None


def found_key() -> Key | None:
    """The key of this account; None without a keyring, or when none was ever made."""
    stored = _asked(lambda keyring: keyring.get_password(_SERVICE, _NAME))
    try:
        return Key(bytes.fromhex(stored)) if stored else None
    except ValueError:
        return None


def _store(keyring: KeyringBackend, key: Key) -> str:
    keyring.set_password(_SERVICE, _NAME, key.secret.hex())
    return "stored"


def _asked(ask: Callable[[KeyringBackend], str | None]) -> str | None:
    """What the system's keyring answers; None when there is none, or it is locked."""
    import keyring  # slow to import, and looking needs none
    from keyring.errors import KeyringError

    backend = keyring.get_keyring()
    if backend.priority <= 0:
        return None
    try:
        return ask(backend)
    except KeyringError:
        return None


class Seals:
    """The seals of a trail as it is walked, checked with this account's key."""

    def __init__(self, key: Key | None) -> None:
        self._key = key
        self._of_others: list[int] = []
        self._none: list[int] = []
        self._good = 0

    def wrong_with(self, row: dict[str, Any]) -> str:
        """Say what is wrong with one entry's seal; "" when nothing is known against it."""
        seal, number = row["seal"], row["number"]
        if seal is None:
            self._none.append(number)
        elif self._key is None or not seal.startswith(f"{self._key.name}:"):
            self._of_others.append(number)
        elif not hmac.compare_digest(seal, self._key.seal(row["hash"])):
            return f"entry {number} was rewritten: its seal was not made for it"
        else:
            self._good = number
        return ""

    def notes(self) -> list[str]:
        """Say which entries a seal proves, and which none does."""
        told = []
        if self._good:
            told.append(f"up to entry {self._good} the trail is sealed with this account's key")
        elif self._key is None:
            told.append("no key in a keyring here: the chain was checked, seals were not")
        if self._of_others:
            told.append(f"entry {spans(self._of_others)} is sealed with a key that is not here")
        unproved = [number for number in self._none if number > self._good]
        if unproved and (self._good or self._key is not None):
            told.append(
                f"entry {spans(unproved)} bears no seal: written without a keyring or at "
                "a make-believe practice, or rewritten"
            )
        return told


def spans(numbers: Iterable[int]) -> str:
    """Write numbers in short: 3, 5-9."""
    found: list[list[int]] = []
    for number in numbers:
        if found and number == found[-1][1] + 1:
            found[-1][1] = number
        else:
            found.append([number, number])
    return ", ".join(str(a) if a == b else f"{a}-{b}" for a, b in found)
