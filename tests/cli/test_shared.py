"""The steps that every command starts with."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from automation.cli import app, fix
from automation.journal.journal import Journal
from automation.runs.record import StopRequest
from config.settings import Settings

ONE_ITEM = ("--patient", "Marlowe, Juniper", "--date", "2026-03-04", "--owes", "3")


@pytest.mark.parametrize("command", ["plan", "fix"])
def test_journal_is_opened_once(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The journal is opened once, both to see what is outstanding and for the session."""
    Journal.of(Settings(state=tmp_path)).close()
    opened: list[str] = []
    begin = Journal.__init__

    def count(self: Journal, url: str, *more: Any, **named: Any) -> None:
        opened.append(url)
        begin(self, url, *more, **named)

    monkeypatch.setattr(Journal, "__init__", count)
    monkeypatch.setattr(fix, "stop_request", StopRequest)
    monkeypatch.setenv("UNDO_WRITEOFF_STATE", str(tmp_path))
    with ThreadPoolExecutor(1) as thread:  # the tests' browser may use this thread's event loop
        arguments = [command, *ONE_ITEM, "--site", "therapynotes"]
        done = thread.submit(CliRunner().invoke, app.app, arguments).result()
    assert (done.exit_code, "login" in done.stderr) == (3, True)  # nobody has signed in
    assert len(opened) == 1
