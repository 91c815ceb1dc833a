"""Patient Payment: the dialog that opens when a payment's date is clicked, and its deletion."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING

from automation.billing.dates import dates_in
from automation.billing.money import shown_amount
from automation.billing.payment import Payment
from automation.errors import TechnicalFailure
from automation.pages.page import Page
from automation.pages.saving import Saved, counted, press_save
from automation.pages.screen import Screen, any_of

if TYPE_CHECKING:
    from playwright.sync_api import Locator

_MONEY = re.compile(r"(?<![\w.,/])(?:\(|-|\u2212)?\s?\$?\s?-?\d[\d,]*\.\d{2}\)?(?![\w/])")
_TAKES_WRITE_OFF = re.compile(
    r"\b(?:wrote|written)[\s-]+off\b|\bwrite-?\s?offs?\s+(?:will|is|are)\b", re.I
)


def _in_words(amount: Decimal | None) -> re.Pattern[str]:
    """Match an amount anywhere in a text, with or without its sign and commas."""
    digits = re.escape(f"{abs(amount or Decimal()):,.2f}").replace(",", ",?")
    return re.compile(rf"(?<![\w.,]){digits}(?!\d)|\$\s?{digits}(?!\d)")


class PatientPayment(Page):
    """The dialog of one payment; `payment` is its row in the table."""

    def __init__(self, screen: Screen, payment: Payment) -> None:
        super().__init__(screen)
        self.payment = payment

    def opened(self) -> PatientPayment:
        """Wait until the payment is there, and check that it is the one whose date was clicked.

        Raises TechnicalFailure for another payment.
        """
        words = self.labels.payment
        self.until(self.ready, "the details of the payment", words=words.delete + words.edit)
        self._is_the_right_one(self._panel())
        return self

    def ready(self) -> bool:
        """Return whether Delete this Payment is there, or the Edit that leads to it."""
        words = self.labels.payment
        return self.shows(words.delete + words.edit) and self._panel().count() == 1

    def _panel(self) -> Locator:
        words = self.labels.payment
        told = self.tab.get_by_text(_in_words(self.payment.amount))
        return self.dialog_with(words.delete + words.edit, told)

    def _is_the_right_one(self, panel: Locator, *, must_tell: bool = True) -> None:
        """Check that a dialog is about this payment; a question need not show date and amount."""
        text = panel.inner_text()
        days = dates_in(text, self.site.dates)
        sums = {shown_amount(found) for found in _MONEY.findall(text)}
        day = self.payment.date in days or not (days or must_tell)
        amount = self.payment.amount in (None, *sums) or not (sums or must_tell)
        if not (day and amount):
            raise TechnicalFailure(
                self.screen.doing,
                expected="the payment whose date was clicked",
                found="another one; nothing was deleted",
                next_step="look at the payment yourself",
            )

    def delete_this_payment(self, *, keeps_write_off: bool = False) -> Saved | None:
        """Press Delete this Payment, then Delete Payment in the confirmation dialog.

        With `keeps_write_off`, delete nothing and return None when that dialog says that the
        write-off would be deleted as well.
        """
        self.screen.doing = "deleting the payment"
        words = self.labels.payment
        if not self.shows(words.delete):  # some versions show the link only while editing
            self.press(words.edit, root=self._panel())
        self.press(words.delete)
        button = self.pressable(words.delete_for_good)
        title = self.tab.get_by_text(any_of(words.delete_title))
        panel = self.dialog_with(words.delete_for_good, title)
        self._is_the_right_one(panel, must_tell=False)
        if keeps_write_off and _TAKES_WRITE_OFF.search(panel.inner_text()):
            return None
        with counted(self):
            return press_save(self, button, panel, words.delete_for_good)
