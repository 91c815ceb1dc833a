"""Sessions at the sandbox, and the addresses of the foreign practices."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from attempts import Trial, tried
from foreign.conftest import practice as foreign_practice
from shared_tab import StandingTab, quick_site, standing_tab

from automation.runs.session import Session
from automation.sandbox_process import Sandbox
from config.settings import Settings

__all__ = ["quick_site", "standing_tab"]
Addresses = Callable[[str], str]
Try = Callable[..., Trial]


@pytest.fixture(scope="session")
def foreign() -> Iterator[Addresses]:
    """The address of a foreign practice by its look; each is started once, when first needed."""
    with ExitStack() as running:
        addresses: dict[str, str] = {}

        def address(look: str) -> str:
            if look not in addresses:
                addresses[look] = running.enter_context(foreign_practice(look))
            return addresses[look]

        yield address


@pytest.fixture
def work(practice: Sandbox, standing_tab: StandingTab, settings: Settings) -> Iterator[Session]:
    """The biller's session at the sandbox, in the tab that stays open between tests."""
    with standing_tab.session(settings) as session:
        yield session


@pytest.fixture
def attempt(practice: Sandbox, work: Session, cases: dict[str, dict[str, Any]]) -> Try:
    """Try the fix of a case by its name, with further options as a person might type them."""

    def one(name: str, **more: Any) -> Trial:
        return tried(practice, work, cases[name], **more)

    return one
