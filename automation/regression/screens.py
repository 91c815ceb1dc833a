"""The screens of the article's path, for tests that examine each of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from automation.pages.patient_billing import PatientBilling
from automation.pages.patients import PatientsPage
from automation.pages.screen import Screen
from automation.regression.practice import Practice

CASE = "in-network-copay"
"""The case whose chart is opened: it has a policy and a written-off date of service."""

_QUIET = 0.4
"""Seconds without any change before a screen is examined: some load a whole page."""


@dataclass(frozen=True)
class Visitor:
    """Opens screens by the article's path, read-only."""

    practice: Practice

    def goes_to(self, screen: str) -> Screen:
        """Open a screen by its name and return it, settled."""
        SCREENS_BY_NAME[screen](self.practice)
        shown = self.practice.session.screen
        PatientsPage(shown).settled(_QUIET)
        return shown


def _patients(practice: Practice) -> None:
    desk = practice.desk
    with desk.step("Patients"):
        desk.start_over()


def _chart(practice: Practice) -> None:
    practice.chart(CASE)


def _settings(practice: Practice) -> None:
    chart = practice.chart(CASE)
    with practice.desk.step("Billing Settings"):
        chart.billing_settings().policies()


def _billing(practice: Practice) -> PatientBilling:
    chart = practice.chart(CASE)
    with practice.desk.step("Patient Billing tab > Search Billing Transactions: All Items"):
        billing = chart.patient_billing().show_all_items()
        billing.transactions()
    return billing


def _date_of_service(practice: Practice) -> None:
    billing = _billing(practice)
    with practice.desk.step("The date of service"):
        billing.open(practice.row(CASE, billing.transactions())).amount_field()


def _history(practice: Practice) -> None:
    billing = _billing(practice)
    with practice.desk.step("The date of service > History"):
        billing.open(practice.row(CASE, billing.transactions())).open_history()


SCREENS_BY_NAME: dict[str, Callable[[Practice], object]] = {
    "patients": _patients,
    "chart": _chart,
    "billing-settings": _settings,
    "patient-billing": _billing,
    "date-of-service": _date_of_service,
    "history": _history,
}
SCREENS = tuple(SCREENS_BY_NAME)
