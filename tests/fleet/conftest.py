"""The stage of a fleet, on a server of these tests' own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from procrastinate import App
from servers import journal_url, server, template

from automation.fleet.queue import opened
from automation.journal.address import Address
from automation.sandbox_process import Sandbox

from .stage import FleetStage

__all__ = ["journal_url", "server", "template"]


@pytest.fixture
def address(journal_url: str) -> Address:
    """The address of a database with a journal."""
    return Address.of(journal_url)


@pytest.fixture
def app(address: Address) -> Iterator[App]:
    """The queue."""
    with opened(address) as app:
        yield app


@pytest.fixture
def bulk() -> str:
    """How many patients and dates of service the list has."""
    return "5:8"


@pytest.fixture
def fleet(practice: Sandbox, journal_url: str, tmp_path: Path, bulk: str) -> Iterator[FleetStage]:
    """A stage whose commands end with the test, as does its list at the practice."""
    with FleetStage(practice, journal_url, tmp_path, bulk) as stage:
        yield stage
