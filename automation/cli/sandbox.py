"""The command that serves the bundled practice for other commands and for a person."""

from __future__ import annotations

import datetime as dt
import json
import signal
import subprocess
import sys
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from automation.cli import options
from automation.cli.shared import end, problems, remind
from automation.errors import UsageProblem
from automation.files import write_whole
from automation.reports import terminal

if TYPE_CHECKING:
    from config.settings import Settings


def sandbox(
    port: options.Port = 0,
    skin: options.SandboxSkin = options.Skin.A,
    fault: options.Faults = None,
    variant: options.Variants = None,
    worklist: options.ExampleWorklist = "",
    bulk: options.Bulk = "",
) -> None:
    """Serve the bundled make-believe practice on this computer."""
    from automation.runs.session import read_settings

    with problems(False):
        settings = read_settings()
        remind(settings)
        if worklist and Path(worklist).exists():
            raise UsageProblem(
                f"writing {Path(worklist).name}",
                expected="a new file for the example worklist",
                found="one of that name; it was left as it is",
                next_step="choose another name, or leave --worklist out: the list does not change",
            )
        arguments = ["--port", str(port), "--skin", skin]
        arguments += ["--bulk", bulk] if bulk else []
        for name, values in (("--fault", fault), ("--variant", variant)):
            for value in values or ():
                arguments += [name, value]
        end(_serve(settings, arguments, worklist))


def _serve(settings: Settings, arguments: Sequence[str], worklist: str) -> int:
    """Serve the practice until Ctrl-C, and let other commands find it.

    Return 0 once it was served and stopped, 2 when it did not start; it has then said why.
    """
    note = settings.state / "sandbox.json"
    settings.state.mkdir(parents=True, exist_ok=True, mode=0o700)
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # as Ctrl-C does
    process = subprocess.Popen(  # noqa: S603  our own module; it ends with this program
        [sys.executable, "-m", "automation.sandbox", *arguments, "--stop-with-stdin"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None and process.stdout is not None
    line = process.stdout.readline()
    try:
        if not line:
            return 2
        practice = json.loads(line)
        write_whole(note, line)
        if worklist:
            _write_example(Path(worklist), practice["address"])
        terminal.write(
            f"The make-believe practice answers at {practice['address']} (this computer only).\n"
            f"Practice code {practice['practice_code']}; the sign-in page names users and "
            "password.\nOther commands use it while it runs. Ctrl-C stops it."
        )
        process.wait()
    except KeyboardInterrupt:
        pass
    finally:
        process.stdin.close()
        process.wait(timeout=10)
        process.stdout.close()
        note.unlink(missing_ok=True)
        if line:
            _forget_practice(settings, json.loads(line)["address"])
    return 0


def _write_example(path: Path, address: str) -> None:
    """Write the sandbox's own worklist, which has a row for every kind of case."""
    from automation.sandbox_process import Sandbox
    from automation.worklists.writing import write_worklist

    rows = Sandbox(address).control("worklist")
    columns = {
        "last": "Last Name",
        "first": "First Name",
        "born": "Date of Birth",
        "date": "Date of Service",
        "time": "Time",
        "payer": "Payer Type",
        "owes": "Patient Owes",
        "case": "Note",
    }
    write_worklist(path, list(columns.values()), [[_cell(row, k) for k in columns] for row in rows])
    terminal.write(f"Worklist: {path} ({len(rows)} rows)")


def _cell(row: dict[str, str], key: str) -> object:
    if key in ("born", "date"):
        return dt.date.fromisoformat(row[key])
    return Decimal(row[key]) if key == "owes" else row[key]


def _forget_practice(settings: Settings, address: str) -> None:
    """Settle what is outstanding at a sandbox that is gone with its data."""
    from automation.journal.journal import Journal
    from automation.runs.recovery import owed, settle_by_hand

    with Journal.of(settings) as journal:
        for row in owed(journal, address):
            settle_by_hand(journal, row.kind, row.number, "the make-believe practice was stopped")
