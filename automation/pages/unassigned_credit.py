"""Payments with Unassigned Credit: the dialog that Apply Credit opens."""

from __future__ import annotations

from typing import TYPE_CHECKING

from automation.billing.dates import STARTS_A_ROW, page_date
from automation.billing.money import shown_amount
from automation.billing.payment import ApplyCredit, Credit
from automation.errors import LabelMissing
from automation.pages.enter_patient_payment import EnterPatientPayment
from automation.pages.page import Page
from automation.pages.screen import Screen, any_of
from automation.pages.table import Reading, Row, TableWords, control_in_row, look

if TYPE_CHECKING:
    from playwright.sync_api import Locator


class UnassignedCredit(Page):
    """The payments that are not fully allocated, each with its Use Credit."""

    def __init__(self, screen: Screen) -> None:
        super().__init__(screen)
        words = self.labels.payment
        columns = {"date": self.labels.billing.date}
        columns |= {"amount": words.credit_amount, "left": words.credit_left}
        self._table = TableWords(columns, "date", STARTS_A_ROW, ("date", "left"))

    def opened(self) -> UnassignedCredit:
        """Wait until a Use Credit is there."""
        self.until(
            self.ready, "a payment with unassigned credit", words=self.labels.payment.use_credit
        )
        return self

    def ready(self) -> bool:
        """Return whether a Use Credit is there, in one dialog."""
        return self.shows(self.labels.payment.use_credit) and self._panel().count() == 1

    def _panel(self) -> Locator:
        words = self.labels.payment
        return self.dialog_with(words.use_credit, self.tab.get_by_text(any_of(words.credits_title)))

    def credits(self) -> list[Credit]:
        """Read the payments that have unassigned credit."""
        return [self._credit(row) for row in self._listed().rows]

    def _listed(self) -> Reading:
        def there() -> Reading | None:
            seen = look(self, self._table, self._panel())
            return seen if seen.rows else None

        return self.until(there, "the payments with unassigned credit")

    def use_credit(self, request: ApplyCredit) -> EnterPatientPayment:
        """Press the Use Credit of the payment that is meant; raises Refusal when there is none."""
        self.screen.doing = "choosing the credit to use"
        seen = self._listed()
        credit = request.the_one([self._credit(row) for row in seen.rows])
        rows = [row for row in seen.rows if self._credit(row) == credit]
        words = self.labels.payment.use_credit
        button = control_in_row(self, seen, rows[0], words)
        if button is None:
            raise LabelMissing(
                self.screen.doing,
                expected="one Use Credit beside the payment",
                found="none, or more than one",
                next_step="look at the page yourself; nothing was changed",
            )
        self.click(button, words)
        return EnterPatientPayment(self.screen).opened()

    def _credit(self, row: Row) -> Credit:
        cells = row.cells
        date = page_date(cells["date"], self.site.dates)
        assert date is not None
        return Credit(date, shown_amount(cells.get("amount", "")), shown_amount(cells["left"]))
