"""One walk of `doctor` over a chart: the read-only stations of the article's path."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from automation.billing.payer_types import PAYER_TYPES
from automation.billing.visit import Visit
from automation.errors import Problem
from automation.pages.page import Page
from automation.pages.patients import PatientsPage
from automation.runs.session import Session

_COLUMNS = ("method", "service", "rate", "pt_amt", "patient_paid", "pt_status", "ins_status")


class Walk:
    """One walk; `seen` is what other charts have shown and need not be checked again."""

    def __init__(self, session: Session, chart: int, seen: frozenset[str], *, first: bool) -> None:
        self.chart, self.seen, self._is_first = chart, set(seen), first
        self.page = PatientsPage(session.screen)
        self.well: list[tuple[str, str]] = []
        self.kept: dict[str, tuple[str, ...]] = {}
        self.problem: Problem | None = None
        self.station, self.at = "", 0
        self.there_is_a_chart = True
        self.rows = 0  # of the table of transactions
        self._settings: Any = None
        self._policies: Any = []
        self._table: Any = None
        self._patient: Any = None
        self._billing: Any = None
        self._visit: Any = None
        session.screen.dialog = None

    def to_its_end(self) -> Walk:
        """Check every station, until one has a problem or the list has no such chart."""
        for at, (station, look) in enumerate(self._stations()):
            self.at, self.station = at, station
            began = time.monotonic()
            try:
                says = look()
            except Problem as problem:
                self.problem = problem
                return self
            if not self.there_is_a_chart:
                return self
            self.well.append((self.station, says or f"{time.monotonic() - began:.1f} s"))
        self.at += 1
        return self

    def _stations(self) -> list[tuple[str, Callable[[], str | None]]]:
        """List the stations in the article's order; on later charts, only what was not seen yet."""
        settings = [
            ("Billing Settings tab", self._look_at_settings),
            ("the form of an insurance policy", self._look_at_policy),
        ]
        payment = [("Enter Patient Payment", self._look_at_payment)]
        return [
            ("Patients page with Search", self._look_at_patients),
            ("a patient's chart with its tabs", self._look_at_chart),
            *(settings if "a policy" not in self.seen else ()),
            ("role: Patient Billing tab", self._look_at_billing),
            *(payment if self._is_first else ()),
            ("Search Billing Transactions: All Items, and its columns", self._look_at_items),
            ("a date of service with Method, amount field and Save Changes", self._look_at_visits),
            ("History tab", self._look_at_history),
        ]

    def _expect(self, page: Page, *keys: str, needed: bool = True) -> None:
        """Check that each label is in its place, and keep what is around it."""
        around = page.expect(*keys, needed=needed)
        self.kept |= {key: words for key, words in around.items() if words}

    def _look_at_patients(self) -> None:
        self.page.visit_anew(self.page.screen.home)
        self.page.open()
        if self._is_first:
            self._expect(self.page, "patients.link", "patients.search")
        self.page.show_any()
        if self._is_first:
            self._expect(self.page, "patients.any_activity", needed=False)

    def _look_at_chart(self) -> None:
        self.page.some_rows()
        if self._is_first:
            self._expect(self.page, "patients.name")
        self._patient = self.page.some_chart(self.chart)
        self.there_is_a_chart = self._patient is not None
        if self._patient is not None:
            self._expect(self._patient, "settings.tab")

    def _look_at_settings(self) -> str:
        self._settings = self._patient.billing_settings()
        self._policies = self._settings.policies()
        count = len(self._policies)
        return f"{count} insurance {'policy' if count == 1 else 'policies'} on this patient"

    def _look_at_policy(self) -> str | None:
        if not self._policies:
            return "none was looked at: these patients have no insurance policy"
        self._expect(self._settings, "settings.edit", needed=False)
        if not self._settings.shows(self.page.labels.settings.edit):
            return "this account cannot edit a policy, so it cannot change a copay"
        self._settings.look_at_form(self._policies[0])
        self._expect(self._settings, "settings.copay", "settings.save")
        self._settings.leave_form()
        self.seen.add("a policy")
        return None

    def _look_at_billing(self) -> None:
        self._billing = self._patient.patient_billing()
        self._expect(self._billing, "billing.tab")

    def _look_at_payment(self) -> str | None:
        """Check the form of a payment, which only some flows and writing off again need."""
        offered = self._billing.offers(self.page.labels.payment.enter)
        self._expect(self._billing, "payment.enter", needed=False)
        if not offered:
            return "not on this page; only entering payments needs it"
        here = self._patient.address()
        form = self._billing.enter_patient_payment()
        self._expect(form, "payment.save", "payment.amount")
        if not self._patient.is_at(here):  # the form is on a separate page
            self._patient.visit_anew(here)
        self._billing = self._patient.fresh().patient_billing()
        return None

    def _look_at_items(self) -> str:
        self._expect(self._billing.unfolded(), "billing.all_items")
        self._billing.show_all_items()
        self._table = self._billing.transactions()
        self.rows = len(self._table.visits) + len(self._table.payments)
        self._expect(self._billing, "billing.date", "billing.balance")
        self._expect(self._billing, *(f"billing.{key}" for key in _COLUMNS), needed=False)
        return "columns: " + ", ".join(self._billing.columns())

    def _look_at_visits(self) -> str | None:
        for visit in self._unseen():
            self._billing.only_the_table()
            self._visit = self._billing.open(visit)
            self._expect(self._visit, "dialog.save", "dialog.history_tab")
            self._expect(self._visit, "dialog.method", needed=False)
            payer = self._visit.read().payer
            if payer is not None:
                self._expect(self._visit, f"dialog.{payer.field}")
                self._visit.amount_field()
                self.seen.add(payer.key)
        if self._visit is None:
            return "no date of service on this patient to open"
        return "looked at: " + ", ".join(key for key in PAYER_TYPES if key in self.seen)

    def _unseen(self) -> list[Visit]:
        """Return a visit of each unseen payer type, else some without a Method in the table."""
        visits = {v.payer.key: v for v in reversed(self._table.visits) if v.payer is not None}
        new = [visit for key, visit in visits.items() if key not in self.seen]
        untold = [visit for visit in self._table.visits if not visit.method]
        return new or untold[: len(PAYER_TYPES)]

    def _look_at_history(self) -> str | None:
        if self._visit is None:
            return "no date of service on this patient to open"
        changes = self._visit.history()
        if changes is None:
            return "no change of an amount on it that could be read"
        return f"{len(changes)} changes of amounts on it"
