"""The system's keyring: where passwords and the key of the audit trail's seals lie.

Windows and macOS have one for every account. On Linux it is the extra `keyring`, because it brings
a large package and many computers there have no keyring to open.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib.util import find_spec
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend


def ask(question: Callable[[KeyringBackend], str | None]) -> str | None:
    """Query the keyring; None when there is none, it is locked, or the extra is not installed."""
    try:
        import keyring  # slow to import, and most commands need none
        from keyring.errors import KeyringError
    except ImportError:
        return None
    backend = keyring.get_keyring()
    if backend.priority <= 0:
        return None
    try:
        return question(backend)
    except KeyringError:
        return None


def to_store(service: str, user: str) -> str:
    """Say what to type to store a password, and what to install first where that is missing."""
    command = f"`keyring set {service} {user}`"
    if find_spec("keyring") is None:
        return f"{command} (first type: pip install 'undo-writeoff[keyring]')"
    return command
