"""The regression suite's report: one self-contained page for managers.

It redacts nothing: titles, messages and pictures come from `automation.evidence`, which has
redacted them for sites with patients.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from automation.billing.payer_types import PAYER_TYPES
from automation.files import write_whole
from automation.reports.causes import TestResult, by_cause, in_order, is_about_money
from automation.reports.moments import day_and_time
from automation.reports.pages import page
from automation.reports.past_runs import Past, past, remember

__all__ = ["Past", "Suite", "TestResult", "as_html", "past", "remember", "write"]
PAYER_NAMES = {row.key: row.name for row in PAYER_TYPES.values()}
WORDS = {"passed": "passed", "failed": "FAILED", "skipped": "skipped", "error": "ERROR"}
MARKS = {"passed": "✓", "failed": "✗", "skipped": "–", "error": "!"}  # noqa: RUF001
WORST_FIRST = ("error", "failed", "skipped", "passed")
SLOWER = 1.5  # times the median of the past, to count as slower
NOISE = 0.1  # seconds; a smaller difference does not count


@dataclass(frozen=True)
class Suite:
    """One run of the suite: where, which version, when (with its time zone), how long in all."""

    site: str
    version: str
    began: dt.datetime
    seconds: float


# Path by payer type -------------------------------------------------------------------------------


def _payer_key(payer_type: str) -> str:
    key = payer_type.strip().lower().replace(" ", "-")
    return "direct" if key.startswith("direct") else key


def _columns(results: Iterable[TestResult]) -> list[str]:
    """The payer types to show: those of the table always, others if a test names them."""
    named = {_payer_key(each) for result in results for each in result.payer_types}
    return [*PAYER_NAMES, *sorted(named - PAYER_NAMES.keys())]


def _worst(outcomes: Sequence[str]) -> str:
    return next((outcome for outcome in WORST_FIRST if outcome in outcomes), "")


def _matrix(results: Sequence[TestResult], columns: Sequence[str]) -> list[dict[str, Any]]:
    """One line per promise, in the order of the areas; each cell is its tests' worst outcome.

    A test that names no payer type counts for every one; if all tests of a promise are such, its
    only cell is `all`.
    """
    lines: dict[tuple[str, str], list[TestResult]] = {}
    for result in results:
        lines.setdefault((result.area, result.promise), []).append(result)
    matrix = [
        {"area": area, "promise": promise, **_cells(tests, columns)}
        for (area, promise), tests in lines.items()
    ]
    for number, line in enumerate(matrix):
        first = number == 0 or matrix[number - 1]["area"] != line["area"]
        line["span"] = sum(other["area"] == line["area"] for other in matrix) if first else 0
    return matrix


def _cells(tests: Sequence[TestResult], columns: Sequence[str]) -> dict[str, Any]:
    if not any(test.payer_types for test in tests):
        return {"all": _worst([test.outcome for test in tests]), "cells": []}
    cells = [
        _worst(
            [
                t.outcome
                for t in tests
                if not t.payer_types or column in map(_payer_key, t.payer_types)
            ]
        )
        for column in columns
    ]
    return {"all": "", "cells": cells}


# Seconds against the past -------------------------------------------------------------------------


def _timed(result: TestResult, earlier: Past) -> dict[str, Any]:
    """A test and its past: the median of the runs that passed, whether it is slow, and the bars."""
    before = earlier.seconds(result.site, result.name)
    usual = median(before) if before else None
    slow = usual is not None and result.outcome == "passed" and is_slow(result.seconds, usual)
    return {"result": result, "usual": usual, "slow": slow, "bars": _bars(before, result.seconds)}


def is_slow(now: float, usual: float) -> bool:
    """Return whether a test took more than 1.5 times its usual seconds, and not just by noise."""
    return now > SLOWER * usual and now - usual >= NOISE


def _bars(before: Sequence[float], now: float) -> list[tuple[int, float, float]]:
    """Bars from left to right, the last one for now: x, y and height in a picture 20 high."""
    shown = [*before, now]
    most = max(*shown, 0.001)
    heights = [max(1.0, round(20 * seconds / most, 1)) for seconds in shown]
    return [(number * 7, round(20 - height, 1), height) for number, height in enumerate(heights)]


# The page -----------------------------------------------------------------------------------------


def _long(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{seconds:.1f} s"


def _says(message: str) -> list[tuple[str, str]]:
    """Split a problem into its four sentences; any other text stays whole."""
    names = ("Doing", "Expected", "Found", "Next")
    parts: list[tuple[str, str]] = []
    for line in message.strip().splitlines():
        name, colon, text = line.partition(":")
        if colon and name in names[len(parts) :]:
            parts.append((name, text.strip()))
        elif parts:
            parts[-1] = (parts[-1][0], f"{parts[-1][1]}\n{line.strip()}")
        else:
            parts.append(("Message", line))
    return parts


def _verdict(results: Sequence[TestResult]) -> tuple[str, str]:
    """Return "good", "bad" or "wait", and one sentence that says how the suite went."""
    bad = [result for result in results if result.is_bad]
    if not results:
        return "wait", "No test was run."
    if not bad:
        ran = any(result.outcome == "passed" for result in results)
        return ("good", "Yes: every check that ran passed.") if ran else (
            "wait", "Not known: every check was skipped.",
        )  # fmt: skip
    reasons = len(by_cause(bad))
    why = f"{len(bad)} of {len(results)} checks failed, for {reasons} "
    why += "reason." if reasons == 1 else "reasons."
    if any(is_about_money(result.area) for result in bad):
        return "bad", f"No: {why}"
    return "bad", f"The path and the money do; around them {why}"


def as_html(suite: Suite, results: Sequence[TestResult], earlier: Past) -> str:
    """Return the whole page, self-contained."""
    columns = _columns(results)
    results = in_order(results)
    timed = [_timed(result, earlier) for result in results]
    bad = [result for result in results if result.is_bad]
    return page(
        "regression.html",
        suite=suite,
        began=day_and_time(suite.began),
        counts=[(w, sum(r.outcome == w for r in results)) for w in WORDS],
        total=len(results),
        passed=sum(result.outcome == "passed" for result in results),
        columns=[PAYER_NAMES.get(column, column) for column in columns],
        matrix=_matrix(results, columns),
        verdict=_verdict(results),
        causes=by_cause(bad),
        timed=timed,
        slow=[each for each in timed if each["slow"]],
        runs=earlier.count(suite.site),
        took=_long(suite.seconds),
        says=_says,
        words=WORDS,
        marks=MARKS,
    )


def write(path: Path, suite: Suite, results: Sequence[TestResult], earlier: Past) -> Path:
    """Write the page atomically, and return its path."""
    return write_whole(path, as_html(suite, results, earlier))
