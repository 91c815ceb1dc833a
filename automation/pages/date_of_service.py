"""The dialog that opens when a date of service is clicked: its Billing and History tabs."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from automation.billing.dates import dates_in, written
from automation.billing.diagnosis import Diagnosis
from automation.billing.history import AmountChange, changes_in
from automation.billing.money import plain, shown_amount
from automation.billing.payer_types import PAYER_TYPES, payer_type_of
from automation.billing.request import clock_time, shown
from automation.billing.visit import Visit
from automation.errors import LabelMissing, Refusal, TechnicalFailure
from automation.pages.page import DIALOG, Page
from automation.pages.saving import Saved, counted, press_save
from automation.pages.screen import Screen, any_of, said, words_of_forms

if TYPE_CHECKING:
    from playwright.sync_api import Locator

_TIME = re.compile(r"\b\d{1,2}:\d{2}\s*[AaPp]\.?[Mm]\.?")


class DateOfService(Page):
    """The dialog of one date of service; `row` is its row in the table."""

    def __init__(self, screen: Screen, row: Visit) -> None:
        super().__init__(screen)
        self.row = row
        self._found: Locator | None = None
        self._text = ""
        self._told: dict[str, str | None] | None = None
        self._on_history = False

    def opened(self) -> DateOfService:
        """Wait until the dialog shows its Method or an amount, and check that it is the right one.

        Raises TechnicalFailure for another date of service than `row`.
        """
        words = self.labels.dialog
        expected = f"{said(words.save)} among the details of the date of service"
        self.until(self.ready, expected, words=words.save)
        if not self._has_amounts() and not self._shows_amounts():
            self.press(words.tab, "tab", self._panel())
            self.until(self._shows_amounts, "the Method", words=words.method)
        if self._told is not None and not (self._told["method"] or self.row.method):
            self.expect("dialog.method", needed=False)
        self._is_the_right_one()
        return self

    def _has_amounts(self) -> bool:
        """Return whether Method or an amount is there; a charge without a session has no Method."""
        told = self._told or {}
        return any(told.get(key) is not None for key in ("method", "rate", "pt_amt", "coverage"))

    def _shows_amounts(self) -> bool:
        return self._values() is not None and self._has_amounts()

    def _values(self) -> dict[str, str | None] | None:
        _, self._text, self._told = self._look(self._panel())
        return self._told

    def _look(self, panel: Locator) -> tuple[bool, str, dict[str, str | None] | None]:
        """Read in one call whether Save Changes is on the screen, and what the dialog shows.

        This is its text, and its Method and all amounts; None unless there is just one dialog.
        """
        words, sums = self.labels.dialog, self.labels.billing
        labels = {key: getattr(words, key) for key in ("method", "rate", "pt_amt", "coverage")}
        labels |= {key: getattr(sums, key) for key in ("patient_paid", "balance")}
        code = """(reader, [save, labels, known], root) => [
            reader.shows(save), root ? root.innerText : "", reader.values(root, labels, known)]"""
        asked = [words.save, labels, words_of_forms(self.labels)]
        is_shown, text, told = self.ask(code, asked, panel)
        return is_shown, text, told

    def ready(self) -> bool:
        """Return whether Save Changes is there, in one dialog."""
        panel = self._found or self.dialog_named(self.labels.dialog.save)
        self._found = None
        is_shown, text, told = self._look(panel)
        if is_shown and told is None:  # it is no dialog by its role, or another one by now
            panel = self._panel()
            _, text, told = self._look(panel)
        if is_shown and told is not None:
            self._found, self._text, self._told = panel, text, told
        return self._found is not None

    def is_open(self) -> bool:
        """Return whether it is open: shows Save Changes, or, on the History tab, that tab."""
        return self.ready() or (self._on_history and self._history_panel().count() > 0)

    def _panel(self) -> Locator:
        """Return the dialog by its role, else the nearest box that shows both Save and History."""
        if self._found is not None:
            return self._found
        history = self.tab.get_by_text(any_of(self.labels.dialog.history_tab))
        return self.dialog_with(self.labels.dialog.save, history)

    def _history_panel(self) -> Locator:
        """Return the dialog on its History tab, which may lack Save Changes: else by its date."""
        if (dialog := self._with_history()).count() == 1:
            return dialog
        named = self.matches(self.labels.dialog.history_tab, "tab")
        if (dialog := self._with_history(named)).count() == 1:
            return dialog
        named = named.or_(self.tab.get_by_text(any_of(self.labels.dialog.history_tab)))
        return self.around(named.filter(visible=True), self.tab.get_by_text(written(self.row.date)))

    def _with_history(self, named: Locator | None = None) -> Locator:
        """Return the dialogs with the word History, or with what is `named` so."""
        shown = self.tab.get_by_text(any_of(self.labels.dialog.history_tab))
        has = (named or shown).filter(visible=True)
        return self.tab.locator(DIALOG).filter(visible=True).filter(has=has)

    def _is_the_right_one(self) -> None:
        text, date = self._text, self.row.date
        other_day = dates_in(text, self.site.dates) and not written(date).search(text)
        heading = text.split("\n\n")[0][:200]
        times = {clock_time(found) for found in _TIME.findall(heading)}
        other_time = self.row.time and times and self.row.time not in times
        if other_day or other_time:
            raise TechnicalFailure(
                self.screen.doing,
                expected="the date of service that was clicked",
                found="another one; nothing was typed",
                next_step="run the command again; if it happens twice, look at the page yourself",
            )

    # Reading ------------------------------------------------------------------------------------

    def read(self) -> Visit:
        """Combine what the row and the dialog show, and work out the written-off amount."""
        what = "the details of the date of service"
        told = self._told or self.until(self._values, what)  # once per opening, until we type
        method = told["method"] or self.row.method
        payer_type = payer_type_of(method)
        payer = PAYER_TYPES.get(payer_type)
        if payer is not None and told[payer.field] is None:
            self.expect(f"dialog.{payer.field}", needed=False)
        keys = {"rate", payer.field if payer is not None else "rate", "patient_paid", "balance"}
        shown_now = {key: shown_amount((told[key] or "").replace("*", "")) for key in keys}
        amounts = replace(self.row.amounts, **{k: v for k, v in shown_now.items() if v is not None})
        visit = replace(self.row, method=method, payer_type=payer_type, amounts=amounts)
        return visit.with_written_off()

    def offers_methods(self) -> bool:
        """Tell whether the Method can be chosen from a list here, not only read."""
        method = self.read().method
        lists = self._panel().get_by_role("combobox").filter(visible=True)
        # An option is not visible until its list is opened: so it has no role and no text.
        chosen = self.tab.locator("option", has_text=any_of((method,) if method else ()))
        return lists.filter(has=chosen).count() > 0

    def history(self) -> list[AmountChange] | None:
        """Read the amount changes on the History tab, in its order.

        Returns None when the tab shows amounts in a form that cannot be read.
        """
        words = self.labels.dialog
        names = (*words.pt_amt, *words.coverage, *words.rate)
        sums = self.labels.billing
        others = (*self.labels.payment.write_off, *sums.balance, *sums.patient_paid)
        self.open_history()
        patience = 0.1 if self.screen.history_is_unread else None

        def has_changes(text: str) -> bool:
            return bool(changes_in(text, names, others))

        text = self.poll_until(self._history_text, has_changes, patience)
        found = changes_in(text, names, others)
        self.screen.history_is_unread = not found and bool(re.search(r"\d[.,]\d\d\b", text))
        return None if self.screen.history_is_unread else found

    def history_words(self) -> str:
        """Read the whole text of the History tab, as soon as there is any."""
        self.open_history()
        return self.poll_until(self._history_text, bool, min(0.5, self.limits.second_look))

    def open_history(self) -> None:
        """Press the History tab."""
        self.screen.doing = "reading the History tab"
        self.press(self.labels.dialog.history_tab, "tab", self._panel())
        self._on_history = True

    def amount_field(self) -> None:
        """Check that the payer type's field is there; a charge without a Method has none."""
        self.screen.doing = "looking for the amount field"
        payer = self.read().payer
        if payer is not None:
            self.control(getattr(self.labels.dialog, payer.field), self._panel())

    def _history_text(self) -> str:
        text = self.ask("(reader, _, root) => root && root.innerText", None, self._with_history())
        return str(text) if text is not None else self._history_panel().inner_text(timeout=500)

    # Changing -----------------------------------------------------------------------------------

    def unchanged_since(self, visit: Visit) -> DateOfService:
        """Check that the amounts are unchanged; another person may have worked on it.

        Raises Refusal when they are not; nothing was typed.
        """
        now = self.read().amounts
        if (now.rate, now.pt_amt, now.coverage) == (
            visit.amounts.rate,
            visit.amounts.pt_amt,
            visit.amounts.coverage,
        ):
            return self
        raise Refusal(
            f"opening the date of service {shown(visit.date)} to change it",
            expected="the amounts that were read before",
            found="other amounts: somebody else changed them meanwhile; nothing was typed",
            next_step="agree with the other person, then run the command again",
            diagnosis=Diagnosis.CHANGED_MEANWHILE,
        )

    def enter(self, field: str, amount: Decimal) -> DateOfService:
        """Type an amount into the payer type's field and check that it stays there."""
        self.screen.doing = f"entering the amount into {said(getattr(self.labels.dialog, field))}"
        words = getattr(self.labels.dialog, field)
        self._told = None
        self.type_into(self.control(words, self._panel()), plain(amount) or "", words)
        return self

    def save_changes(self) -> Saved:
        """Press Save Changes once, never again; return how it was answered."""
        self.screen.doing = "pressing Save Changes on the date of service"
        panel = self._panel()
        button = self.pressable(self.labels.dialog.save, root=panel)
        with counted(self):
            saved = press_save(self, button, panel)
        if saved.closed:
            self.screen.dialog = None
        return saved

    def close(self) -> None:
        """Close the dialog without saving."""
        try:
            self.press(self.labels.dialog.close, root=self._history_panel())
        except LabelMissing:
            self.tab.keyboard.press("Escape")
