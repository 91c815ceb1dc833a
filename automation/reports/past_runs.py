"""Past runs of the regression suite and their times: a file with a JSON line per run and site."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from automation.files import write_whole
from automation.reports.causes import TestResult

KEPT = 20  # runs of each site
VERSION = 1


@dataclass(frozen=True)
class Run:
    """One earlier run against one site: each test's outcome and seconds."""

    site: str
    tests: dict[str, tuple[str, float]]

    def as_line(self) -> str:
        """Write the run as one line of the file."""
        fields = {"version": VERSION, "site": self.site, "tests": self.tests}
        return json.dumps(fields, ensure_ascii=False)


@dataclass(frozen=True)
class Past:
    """The earlier runs, the oldest first."""

    runs: tuple[Run, ...] = ()

    def count(self, site: str) -> int:
        """How many runs of a site are known."""
        return sum(run.site == site for run in self.runs)

    def seconds(self, site: str, name: str) -> list[float]:
        """The times of a test at a site in runs where it passed; a failure's time means nothing."""
        ends = [run.tests[name] for run in self.runs if run.site == site and name in run.tests]
        return [seconds for outcome, seconds in ends if outcome == "passed"]


def past(file: Path) -> Past:
    """Read the earlier runs; a broken line is skipped, and a missing file holds none."""
    try:
        lines = file.read_bytes().splitlines()
    except OSError:
        return Past()
    runs = [_run(line) for line in lines]
    return Past(tuple(_last([run for run in runs if run is not None])))


def _run(line: bytes) -> Run | None:
    try:
        stored = json.loads(line)
        tests = {
            str(name): (str(outcome), float(seconds))
            for name, (outcome, seconds) in stored["tests"].items()
        }
        return Run(str(stored["site"]), tests) if stored["version"] == VERSION else None
    except (ValueError, TypeError, KeyError, AttributeError):
        return None


def _last(runs: Sequence[Run]) -> list[Run]:
    """The last `KEPT` runs of each site, in order."""
    kept: list[Run] = []
    for run in reversed(runs):
        if sum(other.site == run.site for other in kept) < KEPT:
            kept.append(run)
    return kept[::-1]


def remember(results: Iterable[TestResult], file: Path) -> None:
    """Add a run to the file and drop the oldest; the file is replaced atomically.

    Read `past` first, or this run counts as its own past.
    """
    sites: dict[str, dict[str, tuple[str, float]]] = {}
    for result in results:
        tests = sites.setdefault(result.site, {})
        tests[result.name] = (str(result.outcome), round(result.seconds, 3))
    runs = _last([*past(file).runs, *(Run(site, tests) for site, tests in sites.items())])
    write_whole(file, "".join(run.as_line() + "\n" for run in runs))
