"""The stage of a fleet, on a server of these tests' own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from servers import journal_url, server, template

from automation.sandbox_process import Sandbox

from .stage import FleetStage

__all__ = ["journal_url", "server", "template"]


@pytest.fixture
def bulk() -> str:
    """How many patients and dates of service the list has."""
    return "5:8"


@pytest.fixture
def fleet(practice: Sandbox, journal_url: str, tmp_path: Path, bulk: str) -> Iterator[FleetStage]:
    """A stage whose commands end with the test, as does its list at the practice."""
    stage = FleetStage(practice, journal_url, tmp_path, bulk)
    yield stage
    stage.close()
    practice.control("reset", {"bulk": "", "delay_ms": 40})
