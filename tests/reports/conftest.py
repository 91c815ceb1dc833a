"""A journal in a temporary folder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from automation.journal.journal import Journal


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    """An empty journal."""
    with Journal.open(f"sqlite:///{tmp_path / 'state' / 'journal.sqlite3'}") as opened:
        yield opened
