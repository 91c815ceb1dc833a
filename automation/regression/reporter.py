"""The reporter: keeps evidence of each failed test, and writes the report at the end."""

from __future__ import annotations

import datetime as dt
import inspect
import re
import time
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest

from automation.errors import Problem
from automation.evidence.evidence import Evidence
from automation.evidence.redaction import Redaction
from automation.files import PRIVATE
from automation.regression.practice import StepTrace
from automation.regression.privacy import Privacy, parameter_id, quieten, told
from automation.reports.causes import Outcome
from automation.reports.regression import Suite, TestResult, past, remember, write
from config.settings import load_settings

WATCHING: pytest.StashKey[list[Evidence]] = pytest.StashKey()
"""The evidence that watches a test's tabs."""

SEEN: pytest.StashKey[StepTrace] = pytest.StashKey()
"""The trace of a fix that this test examines and an earlier one did."""

KEPT: pytest.StashKey[dict[tuple[str, str], tuple[Any, StepTrace]]] = pytest.StashKey()
"""Results that several tests share, by site and key."""

STILL_OPEN: pytest.StashKey[list[str]] = pytest.StashKey()
"""What a test changed and could not put back, in words that name no patient."""

REPORTS: pytest.StashKey[list[pytest.TestReport]] = pytest.StashKey()
PROBLEMS: pytest.StashKey[list[BaseException]] = pytest.StashKey()
WRITTEN: pytest.StashKey[list[Path]] = pytest.StashKey()
"""Files that a test wrote for a person to accept."""

KEPT_IN: pytest.StashKey[list[Path]] = pytest.StashKey()

RESULT, FOLDERS, OPEN = ("undo_writeoff_result", "undo_writeoff_folders", "undo_writeoff_open")
ACCEPTED = "undo_writeoff_accepted"
"""Attributes of a test's last report; plain values, as reports pass between processes."""


def seen(evidence: Evidence) -> StepTrace:
    """Return what a report may show of a fix that several tests examine."""
    return StepTrace(tuple(evidence.steps), evidence.look())


class Reporter:
    """The pytest hooks of one run."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._privacy = Privacy.of_run(config)
        self._began = time.monotonic()
        self._results: list[TestResult] = []
        self._folders: list[str] = []
        self._open: list[str] = []
        self._accepted: set[str] = set()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item: pytest.Item, call: Any) -> Any:
        """Keep the evidence while the tab is still open, and add it to the report."""
        report = yield
        if "site_name" not in getattr(item, "fixturenames", ()):
            return report
        quieten(report, self._privacy.of(_site(item)))
        item.stash.setdefault(REPORTS, []).append(report)
        if report.failed and call.excinfo is not None:
            item.stash.setdefault(PROBLEMS, []).append(call.excinfo.value)
            self._keep(item, report, call.excinfo.value)
        if report.when == "teardown":
            setattr(report, RESULT, asdict(self._result(item)))
            setattr(report, FOLDERS, [str(folder) for folder in item.stash.get(KEPT_IN, [])])
            setattr(report, OPEN, [*item.stash.get(STILL_OPEN, [])])
            setattr(report, ACCEPTED, [str(file) for file in item.stash.get(WRITTEN, [])])
        return report

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Collect the result of each test, also of those that pytest-xdist ran elsewhere."""
        if told := getattr(report, RESULT, None):
            self._results.append(TestResult(**told))
            self._folders += [
                each for each in getattr(report, FOLDERS) if each not in self._folders
            ]
            self._open += getattr(report, OPEN)
            self._accepted |= {*getattr(report, ACCEPTED)}

    def _keep(self, item: pytest.Item, report: pytest.TestReport, problem: BaseException) -> None:
        """Write the evidence folder of each tab of a failed test, and report where they are."""
        watching = item.stash.get(WATCHING, [])
        folders = list(dict.fromkeys(evidence.keep(problem) for evidence in watching))
        item.stash.setdefault(KEPT_IN, []).extend(folders)
        where = [f"Evidence: {folder}" for folder in folders]
        redaction = self._redaction(item)
        if not redaction.is_open:
            report.longrepr = told(redaction, problem, where)
            return
        step = problem.where() if isinstance(problem, Problem) else ""
        lines = [f"{step}{redaction.message(problem)}", *where]
        report.sections.append(("undo-writeoff", "\n".join(lines)))

    def _redaction(self, item: pytest.Item) -> Redaction:
        """Return the redaction of a test: the one that has seen its screen, else its site's."""
        watching = item.stash.get(WATCHING, [])
        return watching[0].redaction if watching else self._privacy.of(_site(item))

    # The report -----------------------------------------------------------------------------------

    def _result(self, item: pytest.Item) -> TestResult:
        reports, watching = item.stash[REPORTS], item.stash.get(WATCHING, [])
        problems, before = item.stash.get(PROBLEMS, []), item.stash.get(SEEN, StepTrace())
        function = getattr(item, "function", None)
        promise = (inspect.getdoc(function) or item.name).splitlines()[0]
        first = watching[0] if watching else None
        return TestResult(
            name=item.name.partition("[")[0] + _which(item, self._redaction(item)),
            promise=promise,
            area=item.path.stem.removeprefix("test_").replace("_", " ").capitalize(),
            payer_types=tuple(str(mark.args[0]) for mark in item.iter_markers("payer_type")),
            site=_site(item),
            outcome=_outcome(reports),
            seconds=sum(report.duration for report in reports),
            steps=tuple(first.steps if first and first.steps else before.steps),
            message=self._redaction(item).message(problems[0]) if problems else _skipped(reports),
            picture=(first.picture if first and problems else None)
            or (before.picture if problems else None),
            evidence=first.folder.name if first and problems else "",
            cause=_cause(item, problems[0], self._redaction(item)) if problems else "",
        )

    def pytest_sessionfinish(self) -> None:
        """Write the report page, and store how long each test took."""
        if not self._results or hasattr(self._config, "workerinput"):
            return
        file = load_settings().state / "regression.jsonl"
        if target := self._config.getoption("--qa-report"):
            began = dt.datetime.now(dt.UTC) - dt.timedelta(seconds=time.monotonic() - self._began)
            sites = ", ".join(dict.fromkeys(result.site for result in self._results))
            seconds = time.monotonic() - self._began
            suite = Suite(sites, version("undo-writeoff"), began, seconds)
            write(Path(target), suite, self._results, past(file))
        remember(self._results, file)

    def pytest_unconfigure(self) -> None:
        """Make pytest's result file private to its owner; it names what failed at a site."""
        written = self._config.getoption("xmlpath", None)
        if self._results and written and Path(written).exists():
            Path(written).chmod(PRIVATE)

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """Print what is still open, and where the evidence, accepted files and report are."""
        if self._open:
            terminalreporter.section("still open at the practice")
            for told in self._open:
                terminalreporter.write_line(told)
        for folder in self._folders:
            terminalreporter.write_line(f"evidence: {folder}")
        for file in sorted(self._accepted):
            terminalreporter.write_line(f"accepted, please read: {file}")
        if self._results and (target := self._config.getoption("--qa-report")):
            terminalreporter.write_line(f"report: {target}")


def _site(item: pytest.Item) -> str:
    return str(item.callspec.params["site_name"])  # type: ignore[attr-defined]


def _which(item: pytest.Item, redaction: Redaction) -> str:
    """Return a test's parameters, without the site and the browser."""
    params = item.callspec.params  # type: ignore[attr-defined]
    named = {k: v for k, v in params.items() if k not in _COMMON}
    told = [str(v) if redaction.is_open else parameter_id(v, k) or str(v) for k, v in named.items()]
    return f"[{'-'.join(told)}]" if told else ""


def _cause(item: pytest.Item, problem: BaseException, redaction: Redaction) -> str:
    """Return the cause of a failure: what was done and expected, else the test's own name.

    Tests that examine the same fix all fail with the same problem.
    """
    text = redaction.message(problem)
    is_told = isinstance(problem, Problem) or "Doing: " in str(problem)
    lines = [line for line in text.splitlines() if line.startswith(("Doing:", "Expected:"))]
    if is_told and lines:
        return re.sub(r"\d[\d.,/:-]*", "#", " ".join(lines))
    return f"{item.path.name} {item.name.partition('[')[0]}"


_COMMON = ("site_name", "browser_name")


def _outcome(reports: list[pytest.TestReport]) -> Outcome:
    if any(report.failed and report.when == "call" for report in reports):
        return "failed"
    if any(report.failed for report in reports):
        return "error"
    return "skipped" if any(report.skipped for report in reports) else "passed"


def _skipped(reports: list[pytest.TestReport]) -> str:
    told = [r.longrepr for r in reports if r.skipped and isinstance(r.longrepr, tuple)]
    return str(told[0][2]).removeprefix("Skipped: ") if told else ""
