"""A walk along the path that changes nothing: what is there, and what is not."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from automation.errors import Problem
from automation.pages.patients import PatientsPage
from automation.runs.runner import Office


@dataclass(frozen=True)
class Finding:
    """One thing that was looked for: whether it is well, and what to know about it."""

    what: str
    well: bool
    says: str = ""

    def line(self) -> str:
        """Write the finding as one paragraph that reads without colour."""
        mark = "ok     " if self.well else "MISSING"
        details = "".join(f"\n        {line}" for line in self.says.splitlines())
        return f"{mark} {self.what}{details}"


def examine(office: Office) -> list[Finding]:
    """Walk the article's path on the first patient of the list, looking at each label.

    The first thing that is missing ends the walk, for what lies behind it cannot be reached.
    """
    findings = [Finding("browser, site and sign-in", True)]
    walk = _Walk(office)
    for what, look in walk.stations():
        began = time.monotonic()
        try:
            says = look()
        except Problem as problem:
            return [*findings, Finding(what, False, str(problem))]
        seconds = time.monotonic() - began
        findings.append(Finding(what, True, says or f"{seconds:.1f} s"))
    return findings


class _Walk:
    """The stations of the path, each a look."""

    def __init__(self, office: Office) -> None:
        self.screen = office.screen
        self.page = PatientsPage(office.screen)
        self.chart: Any = None
        self.billing: Any = None
        self.visit: Any = None

    def stations(self) -> list[tuple[str, Callable[[], str | None]]]:
        """Every station in the article's order."""
        return [
            ("Patients page with Search", self._patients),
            ("a patient's chart with its tabs", self._chart),
            ("Billing Settings tab", self._settings),
            ("role: Patient Billing tab", self._billing),
            ("Search Billing Transactions: All Items, and its columns", self._all_items),
            ("a date of service with Method, amount field and Save Changes", self._visit),
            ("History tab", self._history),
        ]

    def _patients(self) -> None:
        self.page.open()

    def _chart(self) -> None:
        self.chart = self.page.first_chart()

    def _settings(self) -> str:
        count = len(self.chart.billing_settings().policies())
        return f"{count} insurance {'policy' if count == 1 else 'policies'} on the first patient"

    def _billing(self) -> None:
        self.billing = self.chart.patient_billing()

    def _all_items(self) -> str:
        self.billing.show_all_items()
        return "columns: " + ", ".join(self.billing.columns())

    def _visit(self) -> str | None:
        visits = [v for v in self.billing.transactions().visits if v.payer or not v.method]
        if not visits:
            return "no date of service on the first patient to open"
        self.visit = self.billing.open(visits[0])
        self.visit.amount_field()
        return None

    def _history(self) -> None:
        if self.visit is not None:
            self.visit.open_history()
