"""What earlier runs of the regression suite took: a small file, one JSON line a run and site."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from automation.files import write_whole

KEPT = 20  # runs of each site
VERSION = 1


class Ended(Protocol):
    """How one test ended."""

    @property
    def name(self) -> str:
        """The test's name."""

    @property
    def site(self) -> str:
        """The site it ran against."""

    @property
    def outcome(self) -> Any:
        """passed, failed, skipped or error."""

    @property
    def seconds(self) -> float:
        """How long it took."""


@dataclass(frozen=True)
class Run:
    """One earlier run against one site: each test's outcome and seconds."""

    site: str
    tests: dict[str, tuple[str, float]]

    def as_line(self) -> str:
        """Write the run as one line of the file."""
        told = {"version": VERSION, "site": self.site, "tests": self.tests}
        return json.dumps(told, ensure_ascii=False)


@dataclass(frozen=True)
class Past:
    """The earlier runs, the oldest first."""

    runs: tuple[Run, ...] = ()

    def count(self, site: str) -> int:
        """How many runs of a site are known."""
        return sum(run.site == site for run in self.runs)

    def seconds(self, site: str, name: str) -> list[float]:
        """What a test took at a site where it passed; a failure's seconds say nothing."""
        told = [run.tests[name] for run in self.runs if run.site == site and name in run.tests]
        return [seconds for outcome, seconds in told if outcome == "passed"]


def past(file: Path) -> Past:
    """Read the earlier runs; a broken line is skipped, and so is a file that is not there."""
    try:
        lines = file.read_bytes().splitlines()
    except OSError:
        return Past()
    runs = [_run(line) for line in lines]
    return Past(tuple(_last([run for run in runs if run is not None])))


def _run(line: bytes) -> Run | None:
    try:
        told = json.loads(line)
        tests = {
            str(name): (str(outcome), float(seconds))
            for name, (outcome, seconds) in told["tests"].items()
        }
        return Run(str(told["site"]), tests) if told["version"] == VERSION else None
    except (ValueError, TypeError, KeyError, AttributeError):
        return None


def _last(runs: Sequence[Run]) -> list[Run]:
    """The last runs of each site, in their order."""
    kept: list[Run] = []
    for run in reversed(runs):
        if sum(other.site == run.site for other in kept) < KEPT:
            kept.append(run)
    return kept[::-1]


def remember(results: Iterable[Ended], file: Path) -> None:
    """Add a run to the file, and let the oldest go; the file is whole at every moment.

    Read the `past` before, else this run is its own past.
    """
    sites: dict[str, dict[str, tuple[str, float]]] = {}
    for result in results:
        tests = sites.setdefault(result.site, {})
        tests[result.name] = (str(result.outcome), round(result.seconds, 3))
    runs = _last([*past(file).runs, *(Run(site, tests) for site, tests in sites.items())])
    write_whole(file, "".join(run.as_line() + "\n" for run in runs))
