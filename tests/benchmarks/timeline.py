"""The timeline of one fix, and of the bare script beside it: what waits for what.

    make bench ARGS=--timeline

For each step, in the order in which they are done: when it begins and how long it takes; for how
much of that the program waited for the page to change, and how often it looked; how much went into
other calls to the browser, and how many these were; and what is left for the program itself. The
bare script's waiting cannot be told from its calls: Playwright waits inside of them.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bench import COPAY, PLAIN, bare_page, bare_script
from rich.console import Console
from rich.table import Table

from automation.billing.request import typed_request
from automation.desk import Step
from automation.runs.runner import do
from automation.runs.session import session_at
from automation.sandbox_process import Sandbox, sandbox
from config.settings import Settings
from config.site_profile import load

sys.path.append(str(Path(__file__).parent.parent))
from round_trips import RoundTrips, round_trips

sys.path.pop()  # the tests' rooms have the names of the program's

Span = tuple[float, float]


class Steps:
    """A listener that keeps when each step ran."""

    def __init__(self) -> None:
        self.spans: list[tuple[str, Span]] = []
        self._began = 0.0

    def began(self, step: Step) -> None:
        """Note when it began."""
        self._began = time.perf_counter()

    def ended(self, step: Step) -> None:
        """Keep the step."""
        self.spans.append((step.title, (self._began, time.perf_counter())))

    def failed(self, step: Step, problem: BaseException) -> None:
        """End: a timeline of a fix that does not work says nothing."""
        raise SystemExit(f"the timeline's own fix did not work: {problem}")


def covered(spans: Sequence[Span], within: Span) -> float:
    """Return for how many seconds of `within` at least one of the spans was under way."""
    total, until = 0.0, within[0]
    for began, ended in sorted(spans):
        began, ended = max(began, until), min(ended, within[1])
        if ended > began:
            total, until = total + ended - began, ended
    return total


def print_timeline(
    console: Console, title: str, steps: Sequence[tuple[str, Span]], trips: RoundTrips
) -> None:
    """Print one row for each step, and one for all."""
    table = Table(title=title)
    for name in ("step", "from", "s", "waits s", "looks", "calls s", "calls", "program s"):
        table.add_column(name, justify="left" if name == "step" else "right")
    start = steps[0][1][0]
    whole = (start, steps[-1][1][1])
    for name, span in [*steps, ("all of it, also between the steps", whole)]:
        if span is whole:
            table.add_section()
        waits, calls = (
            [one for one in some if span[0] <= one[0] < span[1]]
            for some in (trips.waits, trips.calls)
        )
        took, waited, called = span[1] - span[0], covered(waits, span), covered(calls, span)
        figures = [took, waited, float(len(waits)), called, float(len(calls))]
        _row(table, name, f"{span[0] - start:.2f}", figures)
    console.print(table)


def _row(table: Table, name: str, since: str, figures: Sequence[float]) -> None:
    took, waited, looks, called, calls = figures
    shown = (f"{took:.2f}", f"{waited:.2f}", f"{looks:.0f}", f"{called:.2f}", f"{calls:.0f}")
    table.add_row(name, since, *shown, f"{took - waited - called:.2f}")


def bare(console: Console, delay: str) -> None:
    """Print the bare script's timeline: one row, as it has no steps."""
    with sandbox(more=["--delay-ms", delay]) as practice, bare_page(practice) as page:
        case = practice.control("cases")[PLAIN]
        bare_script(page, case)
        practice.control("reset", {})
        with round_trips() as trips:
            began = time.perf_counter()
            bare_script(page, case)
            steps = [("the article's clicks, no checks", (began, time.perf_counter()))]
        title = f"Bare script, warm, parts that load for {delay} ms"
        print_timeline(console, title, steps, trips)


def fix(console: Console, delay: str, name: str) -> None:
    """Print the timeline of the checked fix of one case."""
    with sandbox(more=["--delay-ms", delay]) as practice, tempfile.TemporaryDirectory() as folder:
        site = load("sandbox").at(practice.address)
        with session_at(site, Settings(state=Path(folder)), lambda _: None) as work:
            request = _asked(practice, name)
            do(work, request)
            practice.control("reset", {})
            work.listeners = (steps := Steps(),)
            with round_trips() as trips:
                do(work, request)
        title = f"Fix of {name}, warm, parts that load for {delay} ms"
        print_timeline(console, title, steps.spans, trips)


def _asked(practice: Sandbox, name: str) -> Any:
    case = practice.control("cases")[name]
    return typed_request(
        patient=case["patient"], born=case["born"], date=case["date"], owes=case["owes"]
    )


def timelines(console: Console, delay: str) -> None:
    """Print all three, one after the other."""
    bare(console, delay)
    for name in (PLAIN, COPAY):
        fix(console, delay, name)
