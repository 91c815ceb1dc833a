"""The system's keyring, and an installation without one."""

from __future__ import annotations

import sys

import pytest
from keyrings_of_tests import InMemory

from automation.keyrings import ask, to_store


def test_stored_password_is_found() -> None:
    """What lies in the keyring is returned."""
    import keyring

    before = keyring.get_keyring()
    try:
        keyring.set_keyring(InMemory())
        keyring.set_password("undo-writeoff:riverbend", "biller", "make-believe")
        assert ask(lambda one: one.get_password("undo-writeoff:riverbend", "biller")) == (
            "make-believe"
        )
    finally:
        keyring.set_keyring(before)


def test_without_the_package_there_is_no_keyring(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the extra is not installed nothing is found, and the command names what to install."""
    for name in [name for name in sys.modules if name.split(".")[0] == "keyring"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "keyring", None)
    assert ask(lambda one: "never asked") is None
    monkeypatch.setattr("automation.keyrings.find_spec", lambda name: None)
    assert "pip install 'undo-writeoff[keyring]'" in to_store("undo-writeoff:riverbend", "biller")


def test_with_the_package_the_command_alone_is_named() -> None:
    """Where it is installed, the command is enough."""
    assert to_store("undo-writeoff:site", "me") == "`keyring set undo-writeoff:site me`"
