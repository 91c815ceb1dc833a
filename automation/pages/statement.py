"""A patient's statement, as it opens for printing: the open balances by date."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from automation.billing.dates import STARTS_A_ROW, page_date
from automation.billing.money import shown_amount
from automation.pages.page import Page
from automation.pages.screen import Screen
from automation.pages.table import TableWords, look


class Statement(Page):
    """The page of one statement."""

    def __init__(self, screen: Screen) -> None:
        super().__init__(screen)
        sums, words = self.labels.billing, self.labels.payment
        columns = {"date": sums.date, "service": sums.service, "balance": words.patient_balance}
        self._table = TableWords(columns, "date", STARTS_A_ROW, ("date", "balance"))

    def opened(self) -> Statement:
        """Wait until its lines are there."""
        self.screen.doing = "reading the statement"
        self.until(self.ready, "the lines of the statement", words=self.labels.billing.date)
        return self

    def ready(self) -> bool:
        """Return whether its table is there."""
        return look(self, self._table).state == "ok"

    def balances(self) -> dict[dt.date, Decimal | None]:
        """Read the balance of each date of service."""
        cells = [row.cells for row in look(self, self._table).rows]
        read = [
            (page_date(each["date"], self.site.dates), each.get("balance", "")) for each in cells
        ]
        return {date: shown_amount(text) for date, text in read if date is not None}
