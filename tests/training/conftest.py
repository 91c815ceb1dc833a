"""One recording of each payer type for all tests of the training material."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from playwright.sync_api import Page

from automation.training.recording import Recording, recorded

Recorded = tuple[Recording, Page]


@pytest.fixture(scope="session")
def of_payer() -> Iterator[Callable[..., Recorded]]:
    """Record a payer type's fix once; only one browser is open at a time."""
    with ExitStack() as stack:
        kept: dict[str, Recorded] = {}

        def of(payer: str, *, again: bool = False) -> Recorded:
            if again or payer not in kept:
                stack.close()
                kept.clear()
                kept[payer] = stack.enter_context(recorded(payer))
            return kept[payer]

        yield of
