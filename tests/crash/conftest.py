"""The stage for kills, and the counts printed at the end."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserType
from shared_tab import StandingTab, quick_site, standing_tab

from automation.sandbox_process import Sandbox

from .stage import TALLY, Stage

__all__ = ["quick_site", "standing_tab"]


@pytest.fixture(scope="session")
def lent_browser(
    browser_type: BrowserType, browser_type_launch_args: dict[str, Any]
) -> Iterator[str]:
    """The address of a browser that the children of long runs share; it starts only once."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    more = [*browser_type_launch_args["args"], f"--remote-debugging-port={port}"]
    browser = browser_type.launch(**{**browser_type_launch_args, "args": more})
    yield f"http://127.0.0.1:{port}"
    browser.close()


@pytest.fixture
def stage(practice: Sandbox, standing_tab: StandingTab, tmp_path: Path) -> Iterator[Stage]:
    """A stage at the practice, which is cleared afterwards."""
    stage = Stage(practice, standing_tab, tmp_path)
    yield stage
    stage.clear()


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Print how many runs were killed, and how they ended."""
    if TALLY.ends:
        terminalreporter.section("kills and what recovery made of them")
        for line in TALLY.lines():
            terminalreporter.write_line(line)
        for group, moment, end in TALLY.ends:
            if end not in ("fixed", "as before"):
                terminalreporter.write_line(f"  NEITHER: {group}, {moment}: {end}")
