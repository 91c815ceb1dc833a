"""A patient's chart: whose it is, and its tabs."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING
from urllib.parse import unquote_plus, urlsplit

from automation.billing.dates import page_date, written
from automation.billing.diagnosis import Diagnosis
from automation.billing.names import same_person_names
from automation.billing.request import PatientQuery, same_words
from automation.errors import LabelMissing, Refusal
from automation.pages import drift
from automation.pages.billing_settings import BillingSettings
from automation.pages.page import Page
from automation.pages.patient_billing import PatientBilling
from automation.pages.saving import Saved
from automation.pages.screen import Screen, any_of, said

if TYPE_CHECKING:
    from playwright.sync_api import Locator

_OTHER_TABS = ("Documents", "Schedule", "Clinicians", "Messages", "Portal", "To-Do")


class PatientChart(Page):
    """One patient's chart; `patient` is from the list of patients."""

    def __init__(self, screen: Screen, patient: PatientQuery) -> None:
        super().__init__(screen)
        self.patient = patient

    def opened(self) -> PatientChart:
        """Wait until the chart shows this patient's name, and birth date if it is known.

        Raises LabelMissing when it shows another patient: nothing is ever typed into a chart
        without the right name.
        """
        self.screen.doing = "opening the patient's chart"
        try:
            self.until(self.ready, "a chart with this patient's name and birth date")
        except LabelMissing as problem:
            words = self.labels.settings.tab
            if self.lacks() != f"the tab {said(words)}":
                raise
            expected = f"the tab {said(words)} on the patient's chart"
            raise self.missing(expected, words, None) from problem
        return self

    def ready(self) -> bool:
        """Return whether the chart shows this patient's name, and birth date if it is known."""
        texts: list[str] = self.ask("reader => reader.leaves(document).map(leaf => leaf.text)")
        if not any(any_of(self.labels.settings.tab).match(text) for text in texts):
            return False
        if not any(self._is_name(same_words(text)) for text in texts):
            together = "reader => reader.phrases(document)"  # first and last name may be separate
            if not any(self._is_name(same_words(text)) for text in self.ask(together)):
                return False
        born = self.patient.born
        return born is None or any(written(born).search(text) for text in texts)

    def lacks(self) -> str:
        """Return which of name, birth date and tab is not there."""
        texts: list[str] = self.ask("reader => reader.leaves(document).map(leaf => leaf.text)")
        words = [same_words(text) for text in texts]
        lacking = []
        if not any(any_of(self.labels.settings.tab).match(text) for text in texts):
            lacking.append(f"the tab {said(self.labels.settings.tab)}")
        if not any(self._is_name(word) for word in words):
            lacking.append("the patient's name")
        elif not lacking:
            lacking.append("the patient's birth date")
        return " and ".join(lacking)

    def birth_dates(self) -> list[dt.date]:
        """Read every date on the chart that follows a label for the birth date."""
        texts: list[str] = self.ask("reader => reader.leaves(document).map(leaf => leaf.text)")
        words, text = "|".join(map(re.escape, self.labels.patients.born)), " ".join(texts)
        ends = (found.end() for found in re.finditer(rf"\b(?:{words})\b\W*", text, re.IGNORECASE))
        dates = (page_date(text[end : end + 20], self.site.dates) for end in ends)
        return [date for date in dates if date is not None]

    def _is_name(self, text: str) -> bool:
        last, first = same_words(self.patient.last), same_words(self.patient.first)
        forms = (f"{last}, {first}", f"{first} {last}", f"{last} {first}")
        whole = "|".join(rf"(?<![\w'-]){re.escape(form)}(?![\w'-])" for form in forms)
        return bool(re.search(whole, text)) or (
            len(text) < 80 and same_person_names(self.patient.name, text)
        )

    def fresh(self) -> PatientChart:
        """Reload the chart, so that what it shows comes from the site's own records."""
        self.screen.doing = "loading the chart anew"
        self.reload()
        self.screen.dialog = None  # it was on the page that is left
        return self.opened()

    def loaded_since_the_last_save(self) -> PatientChart:
        """Return the chart as it was loaded after the last Save; reload it if it was not.

        Also if a date of service that was opened since may still cover it.
        """
        is_covered = self.screen.dialog is not None
        return self.fresh() if self.screen.is_from_before_a_save or is_covered else self

    def address(self) -> str:
        """Return the chart's URL, to tell later whether a Save has led elsewhere."""
        return self.tab.url

    def is_at(self, address: str) -> bool:
        """Tell whether the tab is still at the chart's URL."""
        return self.tab.url == address

    def _tabs(self) -> Locator:
        """Return the strip of the chart's tabs; the main menu may have another Billing."""
        settings = self.matches(self.labels.settings.tab, "tab")
        others = self.tab.get_by_text(any_of(_OTHER_TABS))
        # Ancestors are in document order: the last one is the nearest.
        return settings.locator("xpath=ancestor::*").filter(has=others).last

    def tabs(self) -> list[str]:
        """Read the names of the chart's tabs, which depend on the role."""
        words: list[str] = self.reading(
            lambda reader: self._tabs().evaluate(
                "(strip, reader) => reader.leaves(strip).map(leaf => leaf.text)", reader
            )
        )
        return words

    def patient_billing(self) -> PatientBilling:
        """Open the billing tab, `Patient Billing` or `Billing`.

        Raises Refusal when the role does not show the tab.
        """
        self.screen.doing = "opening the billing tab"
        words = self.labels.billing.tab
        billing = PatientBilling(self.screen)
        if self._kept(words) and billing.is_coming():
            return billing
        try:
            self.press(words, "tab", self._tabs())
        except LabelMissing as problem:
            if self.matches(words, "tab", self._tabs()).count() > 0:
                raise
            raise self._no_access() from problem
        return billing.opened()

    def billing_after(self, saved: Saved) -> PatientBilling:
        """Return the billing tab that is on the screen after a Save; else reload the chart."""
        billing = PatientBilling(self.screen)
        if saved.closed and billing.is_coming():
            return billing
        return self.fresh().patient_billing()

    def _kept(self, words: tuple[str, ...]) -> bool:
        """Tell whether the URL names this tab, so that a reload opens it by itself.

        Pressing it as well would load it twice, and the two loads would race.
        """
        parts = urlsplit(self.tab.url)
        place = same_words(unquote_plus(f"{parts.query}#{parts.fragment}"))
        for other in self.labels.settings.tab:
            if words != self.labels.settings.tab:
                place = place.replace(same_words(other), "")
        return any(same_words(word) in place for word in words)

    def _no_access(self) -> Refusal:
        there = drift.in_its_place(self, "billing.tab")
        line = f'put tab = "{there.sure}"' if there.sure else "put it as tab"
        refusal = Refusal(
            "opening the billing tab",
            expected="a tab called " + " or ".join(self.labels.billing.tab),
            found="a chart without it: this account has no access to this patient's billing; "
            f"its tabs are {', '.join(self.tabs())}",
            next_step="use an account with the role Practice Biller, or Biller for Assigned "
            "Patients Only for a patient assigned to it; if one of these tabs is the renamed one, "
            f"{line} under [labels.billing] in its site profile",
            diagnosis=Diagnosis.NO_ACCESS,
        )
        return there.told_by(refusal)

    def billing_settings(self) -> BillingSettings:
        """Open the Billing Settings tab."""
        self.screen.doing = "opening the Billing Settings tab"
        settings = BillingSettings(self.screen)
        if self._kept(self.labels.settings.tab) and settings.is_coming():
            return settings
        self.press(self.labels.settings.tab, "tab")
        return settings.opened()
