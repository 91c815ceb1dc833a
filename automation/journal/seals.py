"""Seals on the audit trail's entries, made with a key from the system's keyring.

Anyone who can write the journal can recompute every hash, but not a seal: its key is not in the
file. One key serves all journals of an account. Without a keyring, and in the sandbox, entries have
no seal.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from automation.keyrings import ask

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

_SERVICE, _NAME = "undo-writeoff:audit", "seal"


@dataclass(frozen=True)
class Key:
    """The secret with which this account seals entries."""

    secret: bytes

    @property
    def name(self) -> str:
        """A short name that identifies the key without revealing the secret."""
        return hashlib.sha256(b"name" + self.secret).hexdigest()[:12]

    def seal(self, hash: str) -> str:
        """Seal an entry by its hash, which covers all its fields and the entry before it."""
        return f"{self.name}:{hmac.digest(self.secret, hash.encode(), hashlib.sha256).hex()}"


def no_key() -> Key | None:
    """Return no key: for the sandbox, and where nothing is to be proved."""
    return None


@cache
def keyring_key() -> Key | None:
    """The key of this account, created if there is none yet; None without a keyring."""
    found = found_key()
    if found is not None:
        return found
    made = Key(secrets.token_bytes(32))
    return made if ask(lambda keyring: _store(keyring, made)) else None


def found_key() -> Key | None:
    """The key of this account; None without a keyring, or when none was ever made."""
    stored = ask(lambda keyring: keyring.get_password(_SERVICE, _NAME))
    try:
        return Key(bytes.fromhex(stored)) if stored else None
    except ValueError:
        return None


def _store(keyring: KeyringBackend, key: Key) -> str:
    keyring.set_password(_SERVICE, _NAME, key.secret.hex())
    return "stored"


class Seals:
    """Checks the seals of a trail, entry by entry, with this account's key."""

    def __init__(self, key: Key | None) -> None:
        self._key = key
        self._of_others: list[int] = []
        self._none: list[int] = []
        self._good = 0

    def wrong_with(self, row: dict[str, Any]) -> str:
        """Return what is wrong with one entry's seal; "" when no fault is known."""
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
        """Return which entries a seal proves, and which have none."""
        notes = []
        if self._good:
            notes.append(f"up to entry {self._good} the trail is sealed with this account's key")
        elif self._key is None:
            notes.append("no key in a keyring here: the chain was checked, seals were not")
        if self._of_others:
            notes.append(f"entry {spans(self._of_others)} is sealed with a key that is not here")
        unproved = [number for number in self._none if number > self._good]
        if unproved and (self._good or self._key is not None):
            notes.append(
                f"entry {spans(unproved)} bears no seal: written without a keyring or at "
                "a make-believe practice, or rewritten"
            )
        return notes


def spans(numbers: Iterable[int]) -> str:
    """Format numbers as ranges, such as "3, 5-9"."""
    found: list[list[int]] = []
    for number in numbers:
        if found and number == found[-1][1] + 1:
            found[-1][1] = number
        else:
            found.append([number, number])
    return ", ".join(str(a) if a == b else f"{a}-{b}" for a, b in found)
