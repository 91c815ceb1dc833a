"""Killing a run: the child process, the moment, the recovery and the comparison."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
from ledgers import state_of
from shared_tab import StandingTab

from automation.billing.request import typed_request
from automation.runs.recovery import Settled, owed, recover
from automation.sandbox_process import Sandbox
from config.settings import Settings

VICTIM = Path(__file__).parent / "victim.py"
ROOT = Path(__file__).parent.parent.parent
GOOD = ("fixed", "as before")


def asked_for(case: dict[str, Any]) -> dict[str, str]:
    """What a person types for a case."""
    return {key: case[key] for key in ("patient", "born", "date", "owes")}


class Child:
    """A run in a process of its own."""

    def __init__(self, asked: dict[str, Any], settings: Settings) -> None:
        self.process = subprocess.Popen(
            [sys.executable, str(VICTIM), json.dumps(asked)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env={
                **os.environ,
                "UNDO_WRITEOFF_STATE": str(settings.state),
                "UNDO_WRITEOFF_JOURNAL": settings.journal,
                "PYTHONPATH": str(ROOT),
                "COLUMNS": "200",
            },
        )
        self.moments: list[str] = []
        self.said: dict[str, Any] = {}
        self.lines: list[str] = []  # of standard output, without the moments

    def until(self, stop: int | str) -> str | None:
        """Read until the moment at which the child waits; return None if it ended before."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            if not line.startswith('{"'):
                self.lines.append(line)
                continue
            told = json.loads(line)
            if "moment" not in told:
                self.said = told
                continue
            self.moments.append(told["text"])
            if stop in (told["moment"], told["text"]):
                return str(told["text"])
        return None

    def browsers(self) -> list[psutil.Process]:
        """The Chromium processes that this child started, found only below its own process."""
        mine = psutil.Process(self.process.pid).children(recursive=True)
        return [one for one in mine if "chrom" in one.name().lower()]

    def kill(self) -> list[psutil.Process]:
        """Kill it with SIGKILL; return the processes that it started, which end or have ended."""
        started = psutil.Process(self.process.pid).children(recursive=True)
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(timeout=20)
        self.close()
        return started

    def until_it_says(self, words: str) -> None:
        """Read its standard error until these words come."""
        assert self.process.stderr is not None
        assert any(words in line for line in self.process.stderr), f"it never said {words}"

    def go_on(self) -> None:
        """Let the child go on from the moment at which it waits."""
        assert self.process.stdin is not None
        self.process.stdin.write("\n")
        self.process.stdin.flush()

    def ended(self) -> tuple[int, str]:
        """Wait for the child's own end; return its exit status and its standard error."""
        assert self.process.stderr is not None
        self.until("no such moment")
        talk = self.process.stderr.read()
        status = self.process.wait(timeout=60)
        self.close()
        return status, talk

    def close(self) -> None:
        """Close the streams; may be called more than once."""
        for stream in (self.process.stdin, self.process.stdout, self.process.stderr):
            assert stream is not None
            try:
                stream.close()
            except BrokenPipeError:
                continue


@dataclass
class Tally:
    """How each killed run ended; printed at the end of the tests."""

    ends: list[tuple[str, str, str]] = field(default_factory=list)

    def note(self, group: str, moment: str, end: str) -> None:
        """Count one kill."""
        self.ends.append((group, moment, end))

    def bad(self, group: str) -> list[tuple[str, str, str]]:
        """The kills of a group that did not end fixed or as before."""
        return [one for one in self.ends if one[0] == group and one[2] not in GOOD]

    def lines(self) -> list[str]:
        """The counts, a line for each group and one for all."""
        groups = [*dict.fromkeys(group for group, _, _ in self.ends)]
        return [self._line(group) for group in groups] + (
            [self._line(None)] if len(groups) > 1 else []
        )

    def _line(self, wanted: str | None) -> str:
        ends = [end for group, _, end in self.ends if wanted in (None, group)]
        good = sum(end in GOOD for end in ends)
        return (
            f"{wanted or 'all together':<44} {len(ends):>4} kills  {100 * good / len(ends):5.1f} %"
            f"   fixed {ends.count('fixed'):>3}, as before {ends.count('as before'):>3},"
            f" neither {len(ends) - good}"
        )


TALLY = Tally()


class Stage:
    """One practice, a fresh state folder for each set-up, and a tab for the recoveries."""

    def __init__(self, practice: Sandbox, tab: StandingTab, folder: Path) -> None:
        self.practice, self.tab, self.folder = practice, tab, folder
        self.number = 0
        self.children: list[Child] = []
        self.case: dict[str, Any] = {}
        self.before: dict[str, Any] = {}
        self.set_up("in-network")

    def clear(self) -> None:
        """End what a failed test left waiting, and close the streams."""
        for child in self.children:
            if child.process.poll() is None:
                child.kill()
            child.close()

    def set_up(self, case: str, *faults: str, delay_ms: int = 5) -> None:
        """Restore the seed, take a fresh state folder, and switch faults on."""
        self.practice.control("reset", {"faults": [], "variants": [], "delay_ms": delay_ms})
        self.number += 1
        self.settings = Settings(state=self.folder / f"state-{self.number}")
        self.case = self.practice.control("cases")[case]
        self.cookies = self.tab.cookies()
        self.before = self.practice.control("ledger")
        self.faults(*faults)

    def faults(self, *faults: str) -> None:
        """Switch these faults on and all others off, and count Saves from 1 again."""
        self.practice.control("faults", {"set": list(faults)})

    def start(self, stop: int | str, **more: Any) -> Child:
        """Start the fix of the case in a process that stops at a moment."""
        asked = {
            "do": "fix",
            "stop": stop,
            "address": self.practice.address,
            "state": str(self.settings.state),
            "cookies": self.cookies,
            "request": asked_for(self.case),
            **more,
        }
        return self._started(asked)

    def _started(self, asked: dict[str, Any]) -> Child:
        self.children.append(Child(asked, self.settings))
        return self.children[-1]

    def command(self, *arguments: str, stop: int | str = "nowhere") -> Child:
        """Start the real command line in a process that stops at a moment."""
        profile = self.folder / "sandbox.toml"
        site = self.tab.site
        lines = {
            "address": self.practice.address,
            "sign_in": "form",
            "practice_code": site.practice_code,
            "username": site.username,
            "make_believe_password": site.make_believe_password,
        }
        text = "".join(f'{key} = "{value}"\n' for key, value in lines.items())
        profile.write_text(f"sandbox = true\n{text}", encoding="utf-8")
        given = [*arguments, *(() if arguments[0] == "status" else ("--site", str(profile)))]
        return self._started({"do": "command line", "stop": stop, "arguments": given})

    def fix_arguments(self) -> list[str]:
        """The options with which a person asks for the case."""
        return [word for key, value in asked_for(self.case).items() for word in (f"--{key}", value)]

    def recover(self) -> list[Settled]:
        """Recover in another browser, as a next process would."""
        with self.tab.session(self.settings) as session:
            return recover(session)

    def owed(self) -> list[Settled]:
        """What the journal still holds as outstanding."""
        from automation.journal.journal import Journal

        with Journal.of(self.settings) as journal:
            return owed(journal)

    def holds(self) -> str:
        """What the practice holds now, compared with what it held before the run."""
        return state_of(self.case, self.before, self.practice.control("ledger"))

    def request(self) -> Any:
        """The request of the case."""
        return typed_request(**asked_for(self.case))

    def after_recovery(self) -> str:
        """Recover, and say how it ended, with the number of what is still owed."""
        self.recover()
        left = self.owed()
        return self.holds() + (f" + {len(left)} outstanding" if left else "")

    @contextmanager
    def killed_at(self, stop: int | str, **more: Any) -> Iterator[str | None]:
        """Start the fix, kill it at a moment, and yield the moment's text, or None if it ended."""
        child = self.start(stop, **more)
        moment = child.until(stop)
        if moment is None:
            status, talk = child.ended()
            assert status == 0, talk
            yield None
            return
        left = child.kill()  # its own browser ends with it
        _, alive = psutil.wait_procs(left, timeout=10)
        assert not alive, f"left running after the kill: {alive}"
        yield moment
