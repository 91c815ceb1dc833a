"""Redaction of a run's terminal output, JUnit file and report page; none at a sandbox.

pytest's own tracebacks quote the screen and the QA data file. At any other site each failure is
reported by the four sentences instead, with values replaced by their kind and labels kept.
"""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from automation.billing.payer_types import PAYER_TYPES
from automation.errors import Problem
from automation.evidence.redaction import Redaction, where
from config.qa_data import QaData, load_qa_data, qa_data_file
from config.site_profile import ProfileError, load

_NEAREST = 4  # innermost places in the code


def data_file(config: pytest.Config, site_name: str) -> Path:
    """Return the QA data file from `--qa-data`, else the one beside the site profile."""
    named = config.getoption("--qa-data")
    return Path(named) if named else qa_data_file(site_name)


def hide_test_patients(redaction: Redaction, data: QaData) -> None:
    """Redact what the QA data file says of its patients, wherever it appears."""
    visits = data.visits.values()
    redaction.hide(visit.patient for visit in visits)
    redaction.hide(visit.service for visit in visits)
    redaction.hide_amounts(amount for visit in visits for amount in (visit.owes, visit.paid))


_OF_OTHERS = re.compile(r"site-packages/|_impl/|playwright/|axe_playwright")

_OF_RUN: pytest.StashKey[Privacy] = pytest.StashKey()


class Privacy:
    """The redactions of a run, one for each of its sites."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._known: dict[str, Redaction] = {}

    @classmethod
    def of_run(cls, config: pytest.Config) -> Privacy:
        """Return the Privacy of a run."""
        return config.stash.setdefault(_OF_RUN, cls(config))

    def of(self, site_name: str) -> Redaction:
        """Return a site's redaction; a site whose profile cannot be read is not a sandbox."""
        if site_name not in self._known:
            self._known[site_name] = self._read(site_name)
        return self._known[site_name]

    def _read(self, site_name: str) -> Redaction:
        try:
            redaction = Redaction(load(site_name))
        except ProfileError:
            return Redaction(load("therapynotes"))
        if not redaction.is_open:
            try:
                data = load_qa_data(data_file(self._config, site_name), PAYER_TYPES)
            except ProfileError:
                return redaction  # the run ends before any patient is opened
            hide_test_patients(redaction, data)
        return redaction

    @property
    def all_open(self) -> bool:
        """Tell whether every site of this run is a sandbox."""
        names = self._config.getoption("--site") or ["sandbox"]
        return all(self.of(name).is_open for name in names)


def told(redaction: Redaction, problem: BaseException, evidence: list[str]) -> str:
    """Return the text of a failure for the terminal and result files, for pytest's traceback."""
    step = ""
    if isinstance(problem, Problem):
        problem.step = redaction.title(problem.step)  # it may hold an amount
        step = problem.where()
    places = [place for place in where(problem) if not _OF_OTHERS.match(place)][-_NEAREST:]
    lines = [f"{step}{redaction.message(problem)}"]
    lines += [f"At:       {place}" for place in places]
    return "\n".join([*lines, *evidence])


def quieten(report: pytest.TestReport, redaction: Redaction) -> None:
    """Redact a test's report: remove what was printed and logged, and what a skip quotes."""
    if redaction.is_open:
        return
    report.sections = [each for each in report.sections if each[0] == "undo-writeoff"]
    if report.skipped and isinstance(report.longrepr, tuple):
        file, line, reason = report.longrepr
        report.longrepr = (file, line, redaction.prose(reason))


def parameter_id(value: Any, name: str) -> str | None:
    """Return a parameter's name as its id when its value may be patient data; None leaves it."""
    if isinstance(value, str) and re.fullmatch(r"[a-z][a-z-]*", value):
        return None
    return name if isinstance(value, (str, dt.date, Decimal)) else None
