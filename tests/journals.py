"""A journal in a temporary folder, and programs that are killed while they use it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from automation.journal.journal import ItemRow, Journal

ORIGIN = "https://practice.example"
V1: dict[str, object] = {"version": 1}


@pytest.fixture
def journal_url(tmp_path: Path) -> str:
    """The URL of a journal that does not exist yet."""
    return f"sqlite:///{tmp_path / 'state' / 'journal.sqlite3'}"


@pytest.fixture
def journal(journal_url: str) -> Iterator[Journal]:
    """An empty journal."""
    with Journal.open(journal_url) as opened:
        yield opened


@pytest.fixture
def add_item(journal: Journal) -> Callable[[], ItemRow]:
    """A function that adds one more waiting item to one run."""
    run_id = journal.start_run("undo_write_off", "sandbox", ORIGIN, V1, "biller")
    patient = {"version": 1, "name": "Juniper, Ashby"}
    return lambda: journal.add_item(run_id, patient=patient, visit=V1, request=V1)


class Programs:
    """Runs Python texts in processes of their own, from the repository's root."""

    def __init__(self) -> None:
        self._started: list[subprocess.Popen[str]] = []

    def start(self, text: str, *arguments: str) -> subprocess.Popen[str]:
        """Start a process, and return it once it has printed READY."""
        process = subprocess.Popen(
            [sys.executable, "-c", text, *arguments],
            stdout=subprocess.PIPE,
            text=True,
            cwd=Path(__file__).parents[1],
        )
        self._started.append(process)
        assert process.stdout is not None
        assert process.stdout.readline().strip() == "READY"
        return process

    def kill(self, text: str, *arguments: str) -> None:
        """Run until READY, then kill it with SIGKILL."""
        process = self.start(text, *arguments)
        process.kill()
        process.wait()

    def stop(self) -> None:
        """Kill all processes and close their streams."""
        for process in self._started:
            process.kill()
            process.wait()
            if process.stdout is not None:
                process.stdout.close()


@pytest.fixture
def programs() -> Iterator[Programs]:
    """Programs that use a journal and are killed while they do."""
    started = Programs()
    yield started
    started.stop()
