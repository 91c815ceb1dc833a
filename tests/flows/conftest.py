"""Offices at the bundled practice in each skin, and at the two foreign practices."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from foreign.conftest import practice as foreign_practice

Addresses = Callable[[str], str]


@pytest.fixture(scope="session")
def foreign() -> Iterator[Addresses]:
    """The address of a foreign practice by its look; each is started once, when first asked."""
    with ExitStack() as running:
        addresses: dict[str, str] = {}

        def address(look: str) -> str:
            if look not in addresses:
                addresses[look] = running.enter_context(foreign_practice(look))
            return addresses[look]

        yield address
