"""The results of the fault table, printed at the end of the tests."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from shared_tab import quick_site, standing_tab

__all__ = ["quick_site", "standing_tab"]

RESULTS: list[tuple[str, ...]] = []


@pytest.fixture
def note() -> Callable[..., None]:
    """A function that adds one line to the table."""

    def noted(*columns: str) -> None:
        RESULTS.append(columns)

    return noted


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Print fault, case, outcome, and what the ledger held before and after the recovery."""
    if RESULTS:
        terminalreporter.section("faults")
        heads = ("fault", "case", "outcome", "stop", "the ledger holds", "after recovery")
        for line in (heads, *RESULTS):
            fault, case, outcome, seconds, holds, recovered = line
            ends = f"{outcome:<11} {seconds:>6}  {holds:<38} {recovered}".rstrip()
            terminalreporter.write_line(f"{fault:<27} {case:<20} {ends}")
        terminalreporter.write_line(
            "stop: seconds from a refused Save's answer, or in the step of a missing control, "
            "to the end; * still outstanding, a person settles it"
        )
