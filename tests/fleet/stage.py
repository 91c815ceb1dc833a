"""A fleet at one make-believe practice: a database, a worklist, and workers as processes."""

from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self

from ledgers import balances_of, copays_of, saved_twice

from automation.journal.journal import Journal
from automation.runs.recovery import owed
from automation.sandbox_process import Sandbox

from .network import Network

ROOT = Path(__file__).parents[2]
HEADINGS = {"last": "Last Name", "first": "First Name", "born": "DOB", "date": "DOS"} | {
    "owes": "Owes"
}
ACCOUNTS = ("biller", *(f"biller{number}" for number in range(2, 10)))


class Command:
    """One command in a process of its own, on a computer of its own as far as it knows."""

    def __init__(
        self,
        stage: FleetStage,
        number: int,
        arguments: list[str],
        url: str,
        network: Network | None = None,
    ) -> None:
        self.account, self.folder = ACCOUNTS[number], stage.folder / f"computer-{number}"
        self.folder.mkdir(parents=True, exist_ok=True)
        self.moments: list[str] = []
        self.log = self.folder / f"talk-{len(stage.commands)}.txt"
        environment = {
            **{k: v for k, v in os.environ.items() if not k.startswith("UNDO_WRITEOFF_")},
            "UNDO_WRITEOFF_STATE": str(self.folder),
            "UNDO_WRITEOFF_JOURNAL": url,
            "UNDO_WRITEOFF_FLEET_HEARTBEAT": str(stage.heartbeat),
            "COLUMNS": "200",
        }
        with self.log.open("w") as talk:
            self.process = subprocess.Popen(
                [*(network.on_the_worker if network else ()), sys.executable, *arguments],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=talk,
                text=True,
                cwd=ROOT,
                env=environment,
            )

    @property
    def said(self) -> str:
        """Its standard error so far."""
        return self.log.read_text()

    def until_it_says(self, words: str, seconds: float = 60) -> None:
        """Wait until its standard error has these words."""
        wait_for(lambda: words in self.said, seconds, lambda: f"never {words!r}: {self.said}")

    def ended(self, seconds: float = 240) -> int:
        """Wait for its end, and return its exit status."""
        try:
            return self.process.wait(timeout=seconds)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"it did not end in {seconds} s: {self.said}") from None

    def until(self, moment: str) -> bool:
        """Read its moments until this one, at which it waits; return False if it ended before."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            told = json.loads(line)
            self.moments.append(told["text"])
            if told["text"] == moment:
                return True
        return False

    def go_on(self) -> None:
        """Let it go on from the moment at which it waits."""
        assert self.process.stdin is not None
        self.process.stdin.write("\n")
        self.process.stdin.flush()

    def send(self, number: signal.Signals) -> None:
        """Send it a signal."""
        self.process.send_signal(number)

    def kill(self) -> None:
        """Kill it with SIGKILL; the browser that it started ends with it."""
        self.process.kill()
        self.process.wait(timeout=20)

    def close(self) -> None:
        """End it, if it runs still."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGCONT)
            self.kill()
        for stream in (self.process.stdin, self.process.stdout):
            if stream is not None:
                stream.close()


class FleetStage:
    """One practice with a list, one database, and the commands of several computers."""

    def __init__(
        self,
        practice: Sandbox,
        url: str,
        folder: Path,
        bulk: str = "5:8",
        heartbeat: float = 1.0,
    ) -> None:
        practice.control("reset", {"bulk": bulk, "delay_ms": 20})
        self.practice, self.url, self.folder = practice, url, folder
        self.commands: list[Command] = []
        self.heartbeat = heartbeat  # longer for more workers: they share two cores
        worklist: list[dict[str, Any]] = practice.control("worklist")
        self.rows = [row for row in worklist if row["case"] == "bulk"]
        self.file = folder / "worklist.csv"
        with self.file.open("w", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(HEADINGS.values())
            writer.writerows([row[key] for key in HEADINGS] for row in self.rows)
        self.copays, self.first = copays_of(self.practice.control("ledger")), len(self.history())

    # Commands -----------------------------------------------------------------------------------

    def profile(self, number: int = 0, **more: str) -> str:
        """The site profile of one account, as a file."""
        lines = {
            "address": self.practice.address,
            "sign_in": "form",
            "practice_code": "HARBOR",
            "username": ACCOUNTS[number],
            "make_believe_password": "Sandbox-2026!",
            **more,
        }
        path = self.folder / f"practice-{number}-{len(more)}.toml"
        text = "".join(f"{key} = {json.dumps(value)}\n" for key, value in lines.items())
        path.write_text(f"sandbox = true\n{text}")
        return str(path)

    def command(self, *arguments: str, number: int = 0, url: str = "") -> Command:
        """Start the command line on one of the computers."""
        whole = ["-m", "automation.cli", *arguments]
        self.commands.append(Command(self, number, whole, url or self.url))
        return self.commands[-1]

    def worker(self, number: int, *more: str, account: int | None = None, **how: str) -> Command:
        """Start a worker; its number is its computer's and, if not told, its account's."""
        profile = self.profile(number if account is None else account)
        arguments = ["worker", "--site", profile, "--name", f"w{number}", *more]
        return self.command(*arguments, number=number, **how)

    def victim(
        self, number: int, stop: str, *, network: Network | None = None, watch: bool = False
    ) -> Command:
        """Start a worker that waits at a moment, as `victim.py` says."""
        arguments = ["worker", "--site", self.profile(number), "--name", f"w{number}"]
        asked = {"stop": stop, "watch_saves": watch, "arguments": [*arguments, "--until-empty"]}
        whole = [str(Path(__file__).with_name("victim.py")), json.dumps(asked)]
        url = network.url(self.database) if network else self.url
        self.commands.append(Command(self, number, whole, url, network))
        return self.commands[-1]

    @property
    def database(self) -> str:
        """The name of its database."""
        return self.url.partition("@/")[2].partition("?")[0]

    def hand_in(self, *more: str) -> int:
        """Hand the list to the fleet, and return the run's number."""
        command = self.command("run", str(self.file), "--fleet", "--json", "--site", self.profile(),
                               *more)  # fmt: skip
        return int(json.loads(self.told_by(command))["run"])

    def told_by(self, command: Command) -> str:
        """What a command wrote to its standard output; it must end well."""
        assert command.process.stdout is not None
        told = command.process.stdout.read()
        assert command.ended() == 0, self.talk()
        return told

    def close(self) -> None:
        """End every command that runs still, and take the list from the practice."""
        for command in self.commands:
            command.close()
        self.practice.control("reset", {"bulk": "", "delay_ms": 40})

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self.close()

    # What the practice and the journal hold -----------------------------------------------------

    def saves(self) -> int:
        """How many Saves the practice has counted."""
        return int(self.practice.control("state")["saves"])

    def saved_by(self, number: int) -> int:
        """How many changes the practice has stored for one of the accounts."""
        return sum(line["who"] == ACCOUNTS[number] for line in self.history()[self.first :])

    def until_saves(self, many: int, seconds: float = 120) -> None:
        """Wait until so many more Saves came."""
        enough = self.saves() + many
        wait_for(lambda: self.saves() >= enough, seconds, self.talk, every=0.005)

    def talk(self) -> str:
        """What every command said."""
        return "\n".join(f"--- {one.log.name}\n{one.said}" for one in self.commands)

    def check(self, run: int) -> None:
        """Compare everything with what it should be: done once, given back, and written down."""
        self.check_ledger()
        with Journal.open(self.url) as journal:
            assert not owed(journal)
            assert journal.audit.verify().wrong == ""
            states = Counter(str(item.state) for item in journal.items(run))
            assert states == {"fixed": len(self.rows)}, states
            assert journal.run(run).finished_at is not None
            assert journal.run(run).outcome == "done"

    def check_ledger(self) -> None:
        """Compare the practice with what it should be: each date done once, each copay back."""
        ledger = self.practice.control("ledger")
        assert balances_of(ledger, self.rows) == [round(float(r["owes"]) * 100) for r in self.rows]
        assert copays_of(ledger) == self.copays
        assert not saved_twice(self.history()[self.first :]), self.talk()

    def history(self) -> list[dict[str, Any]]:
        """The practice's own history."""
        lines: list[dict[str, Any]] = self.practice.control("ledger")["history"]
        return lines


def wait_for(
    what: Callable[[], bool],
    seconds: float,
    otherwise: Callable[[], str],
    every: float = 0.05,
) -> None:
    """Wait for something that only looking tells."""
    until = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < until, otherwise()
        time.sleep(every)
