"""A worklist whose run is killed repeatedly ends as if nothing had happened.

Each chain does one worklist that includes copays: the run is killed near a Save, continued, and
killed again, until it is finished. Then the ledger must be right to the cent, every copay restored,
nothing outstanding, nothing done again after it was seen to be done, and the audit trail whole.
"""

from __future__ import annotations

import csv
import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from ledgers import balances_of, copays_of, saved_twice

from automation.journal.journal import Journal
from automation.runs.recovery import owed
from automation.sandbox_process import Sandbox
from config.settings import Settings

from .stage import ROOT, TALLY, Child

HEADINGS = {
    "last": "Last Name",
    "first": "First Name",
    "born": "DOB",
    "date": "DOS",
    "owes": "Owes",
}


SMALL = "5:7"  # patients and items; the first patient has a copay, and so has the last


class Chain:
    """One worklist at one practice, and the killed runs that work on it."""

    def __init__(self, practice: Sandbox, folder: Path, tabs: int, bulk: str, seed: int) -> None:
        practice.control("reset", {"bulk": bulk, "delay_ms": 20})
        self.practice, self.tabs, self.kills = practice, tabs, 0
        self.rng = random.Random(seed)
        self.state = folder / "state"
        self.state.mkdir(parents=True)
        (self.state / "sandbox.json").write_text(json.dumps({"address": practice.address}))
        worklist: list[dict[str, Any]] = practice.control("worklist")
        self.rows = [row for row in worklist if row["case"] == "bulk"]
        self.file = folder / "worklist.csv"
        with self.file.open("w", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(HEADINGS.values())
            writer.writerows([row[key] for key in HEADINGS] for row in self.rows)
        self.copays, self.first = copays_of(self.practice.control("ledger")), len(self._history())

    def _start(self) -> subprocess.Popen[str]:
        command = [
            sys.executable,
            "-m",
            "automation.cli",
            "run",
            str(self.file),
            "--site",
            "sandbox",
        ]
        return subprocess.Popen(
            [*command, "--tabs", str(self.tabs)],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            cwd=ROOT,
            env={**os.environ, "UNDO_WRITEOFF_STATE": str(self.state), "COLUMNS": "200"},
        )

    def start_until(self, stop: str) -> Child:
        """Start the run in a process that stops at a moment."""
        arguments = ["run", str(self.file), "--tabs", str(self.tabs), "--site", "sandbox"]
        asked = {"do": "command line", "promises": True, "stop": stop, "arguments": arguments}
        return Child(asked, Settings(state=self.state))

    def kill_at(self, moment: str) -> bool:
        """Kill the run at a moment; return False if it never comes to it."""
        child = self.start_until(moment)
        if child.until(moment) is None:
            status, talk = child.ended()
            assert status == 0, talk
            return False
        child.kill()
        self.kills += 1
        return True

    def _saves(self) -> int:
        return int(self.practice.control("state")["saves"])

    def kill_once(self) -> bool:
        """Run until some Saves were made and a short time has passed, then kill it.

        Return False if the run ended before that.
        """
        process = self._start()
        enough = self._saves() + self.rng.randrange(0, 5)
        while process.poll() is None and self._saves() < enough:
            time.sleep(0.005)  # only the practice's own count tells when a Save arrives
        try:
            process.wait(timeout=self.rng.random() * 0.8)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            self.kills += 1
        said = process.communicate(timeout=60)[0]
        if process.returncode == -signal.SIGKILL:
            return True
        assert process.returncode == 0, said
        return False

    def finish(self) -> None:
        """Continue to the end, and compare everything with what it should be."""
        process = self._start()
        said = process.communicate(timeout=3000)[0]
        assert process.returncode == 0, said
        ledger = self.practice.control("ledger")
        assert balances_of(ledger, self.rows) == [round(float(r["owes"]) * 100) for r in self.rows]
        assert copays_of(ledger) == self.copays
        with Journal.open(f"sqlite:///{self.state / 'journal.db'}") as journal:
            assert not owed(journal)
            assert journal.audit.verify().wrong == ""
        assert not saved_twice(self._history()[self.first :])

    def _history(self) -> list[dict[str, Any]]:
        lines: list[dict[str, Any]] = self.practice.control("ledger")["history"]
        return lines


def killed_until_done(chain: Chain, group: str, most: int) -> None:
    """Kill up to `most` times, or until the worklist is done, then finish and compare."""
    while chain.kills < most and chain.kill_once():
        pass
    chain.finish()
    for number in range(chain.kills):
        TALLY.note(group, f"kill {number + 1}", "fixed")


@pytest.fixture
def bulk_practice(practice: Sandbox) -> Any:
    """The practice, whose bulk is removed afterwards."""
    yield practice
    practice.control("reset", {"bulk": "", "delay_ms": 40})


@pytest.mark.long
@pytest.mark.timeout(600)
@pytest.mark.parametrize("tabs", [1, 3])
def test_killed_worklist_ends_right(bulk_practice: Sandbox, tmp_path: Path, tabs: int) -> None:
    """After a few kills, in one tab or three, the ledger is right and the copays are restored."""
    chain = Chain(bulk_practice, tmp_path, tabs, "5:10", seed=tabs)
    killed_until_done(chain, f"worklist, {tabs} tab(s)", most=4)
    assert chain.kills >= 3


@pytest.mark.long
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("tabs", [1, 4])
def test_worklist_killed_at_every_boundary(
    bulk_practice: Sandbox, tmp_path: Path, tabs: int
) -> None:
    """A worklist killed once before or after any of its steps and promises ends right."""
    whole = Chain(bulk_practice, tmp_path / "whole", tabs, SMALL, seed=0).start_until("nowhere")
    status, talk = whole.ended()
    assert status == 0, talk
    moments = dict.fromkeys(whole.moments)
    assert len(moments) > 40
    for number, moment in enumerate(moments):
        chain = Chain(bulk_practice, tmp_path / str(number), tabs, SMALL, seed=0)
        assert chain.kill_at(moment), moment
        chain.finish()
        TALLY.note(f"worklist at every boundary, {tabs} tab(s)", moment, "fixed")


@pytest.mark.long
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("tabs", [1, 4])
@pytest.mark.parametrize("seed", range(5))
def test_worklist_killed_thirty_times(
    bulk_practice: Sandbox, tmp_path: Path, tabs: int, seed: int
) -> None:
    """A worklist killed thirty times ends right."""
    chain = Chain(bulk_practice, tmp_path, tabs, "40:120", seed=100 * tabs + seed)
    killed_until_done(chain, f"worklists, {tabs} tab(s)", most=30)
    assert chain.kills == 30
