"""The results of the fault table, printed at the end of the tests."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from standing import quick_site, standing_tab

__all__ = ["quick_site", "standing_tab"]

RESULTS: list[tuple[str, str, str, str, str]] = []


@pytest.fixture
def note() -> Callable[..., None]:
    """Takes one line of the table."""

    def noted(fault: str, case: str, outcome: str, holds: str, recovered: str) -> None:
        RESULTS.append((fault, case, outcome, holds, recovered))

    return noted


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Print fault, case, outcome, and what the ledger held before and after the recovery."""
    if RESULTS:
        terminalreporter.section("faults")
        heads = ("fault", "case", "outcome", "the ledger holds", "after recovery")
        for line in (heads, *RESULTS):
            fault, case, outcome, holds, recovered = line
            terminalreporter.write_line(
                f"{fault:<33} {case:<21} {outcome:<12} {holds:<41} {recovered}".rstrip()
            )
