"""A journal in a temporary folder, with waiting items; a practice that answers quickly."""

import pytest
from journals import add_item, journal, journal_url

from automation.sandbox_process import Sandbox

__all__ = ["add_item", "journal", "journal_url"]


@pytest.fixture
def practice(practice: Sandbox) -> Sandbox:
    """The sandbox as seeded; its answers take 5 ms."""
    practice.control("reset", {"delay_ms": 5})
    return practice
