"""Enter Patient Payment: the form of a payment, new or edited, and its table of Allocations."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from automation.billing.allocations import line_of
from automation.billing.dates import STARTS_A_ROW
from automation.billing.money import ZERO, plain, shown_amount
from automation.billing.visit import Visit
from automation.billing.way_back import Reason
from automation.errors import Problem, TechnicalFailure
from automation.pages.page import Page
from automation.pages.rows import visit_of
from automation.pages.saving import Answer, Saved, counted, press_save
from automation.pages.screen import Screen, any_of
from automation.pages.table import Reading, Row, TableWords, box_in_cell, lists_in_row, look
from automation.pages.write_off_reason import choose_reason

if TYPE_CHECKING:
    from playwright.sync_api import Locator


class EnterPatientPayment(Page):
    """The form, whatever its title; each line of its table is a date of service."""

    def __init__(self, screen: Screen) -> None:
        super().__init__(screen)
        sums, words = self.labels.billing, self.labels.payment
        columns = {key: getattr(sums, key) for key in ("date", "time", "service", "balance")}
        columns["date"] = (*sums.date, *words.visit)
        columns |= {"allocation": words.allocation, "write_off": words.write_off}
        self._table = TableWords(columns, "date", STARTS_A_ROW, ("date", "allocation"))

    def opened(self) -> EnterPatientPayment:
        """Wait until the form is there."""
        words = self.labels.payment
        self.until(self.ready, "the form of a patient payment", words=words.save)
        return self

    def ready(self) -> bool:
        """Return whether Save Payment and the Payment Amount are there, in one dialog."""
        words = self.labels.payment
        there = self.shows(words.save) and self._panel().count() == 1
        return there and self.control_now(words.amount, self._panel())[1] is not None

    def _panel(self) -> Locator:
        words = self.labels.payment
        return self.dialog_with(words.save, self.tab.get_by_text(any_of(words.amount)))

    # Filling in -----------------------------------------------------------------------------------

    def enter(
        self, amount: Decimal, method: str = "", number: str = "", mark: str = ""
    ) -> EnterPatientPayment:
        """Choose the method, and type Payment Amount and Check Number; skip blank ones.

        Without a `number`, a `mark` is typed as the Check Number if the form has that box.
        """
        self.screen.doing = "filling in the payment"
        words, panel = self.labels.payment, self._panel()
        if method:
            self.choose(words.method, method, panel)
        self.type_into(self.control(words.amount, panel), plain(amount) or "", words.amount)
        if number:
            self.type_into(self.control(words.check_number, panel), number, words.check_number)
        elif mark and (box := self.control_now(words.check_number, panel)[1]) is not None:
            self.type_into(box, mark, words.check_number)
        return self

    def allocate(
        self, parts: Mapping[Visit, Decimal], chart: Sequence[Visit] = ()
    ) -> EnterPatientPayment:
        """Allocate to these dates of service and no others; the form itself starts with the oldest.

        `chart` are all of the patient's dates of service. Raises Refusal when the form does not
        list one of `parts`.
        """
        seen = self._lines()
        wanted = dict.fromkeys((row.index for row in seen.rows), ZERO)
        wanted |= {self._line_of(seen, visit, chart): part for visit, part in parts.items()}
        return self._allocated(seen, wanted)

    def allocate_more(
        self, parts: Mapping[Visit, Decimal], chart: Sequence[Visit] = ()
    ) -> EnterPatientPayment:
        """Allocate to these dates of service on top of what is allocated already."""
        seen = self._lines()
        wanted = {row.index: _part(row) for row in seen.rows}
        for visit, part in parts.items():
            wanted[self._line_of(seen, visit, chart)] += part
        return self._allocated(seen, wanted)

    def _allocated(self, seen: Reading, wanted: Mapping[int, Decimal]) -> EnterPatientPayment:
        self.screen.doing = "allocating the payment"
        words = self.labels.payment.allocation
        for row in seen.rows:
            if _part(row) != wanted[row.index]:
                box = self._box(seen, row, "allocation")
                part = wanted[row.index]
                self.type_into(box, plain(part) or "" if part else "", words)
        self.until(
            lambda: {row.index: _part(row) for row in self._lines().rows} == wanted,
            "every Allocation to stay as it was typed",
            words=words,
        )
        return self

    def write_off(
        self, visits: Mapping[Visit, Decimal], reason: str | Reason, chart: Sequence[Visit] = ()
    ) -> EnterPatientPayment:
        """Tick Write-Off for these dates of service, with a reason.

        Raises TechnicalFailure when another one is ticked.
        """
        self.screen.doing = "ticking Write-Off"
        seen = self._lines()
        ticks = {row.index: self._box(seen, row, "write_off", tick=True) for row in seen.rows}
        wanted = {self._line_of(seen, visit, chart) for visit in visits}
        for index in wanted:
            self.tick(ticks[index], self.labels.payment.write_off)
        if wanted:
            choose_reason(self, lambda: self._lists_of(wanted), self._panel(), reason)
        if {index for index, tick in ticks.items() if tick.is_checked()} != wanted:
            raise TechnicalFailure(
                self.screen.doing,
                expected="a tick at the dates of service that are to be written off",
                found="other ticks; the form was not saved",
                next_step="look at the form yourself",
            )
        return self

    def _line_of(self, seen: Reading, visit: Visit, chart: Sequence[Visit]) -> int:
        return line_of([self._visit_in(row) for row in seen.rows], visit, chart)

    def _visit_in(self, row: Row) -> Visit:
        """Read a line; its service may be in one cell with the date, "3/4/2026, 90837"."""
        found = visit_of(row, self.site.dates)
        return found if found.service else replace(found, service=row.cells["date"])

    def _lists_of(self, wanted: set[int]) -> list[list[Any]]:
        """Return the drop-down lists in each of these lines, as they are now."""
        seen = self._lines()
        return [lists_in_row(seen, row) for row in seen.rows if row.index in wanted]

    def allocated(self) -> dict[dt.date, Decimal]:
        """Read the current allocations by date of service, in the order of the lines."""
        rows = self._lines().rows
        return {visit_of(row, self.site.dates).date: _part(row) for row in rows}

    def ticked(self) -> list[dt.date]:
        """Read the dates of service whose Write-Off is ticked now."""
        seen = self._lines()
        ticks = [(row, self._box(seen, row, "write_off", tick=True)) for row in seen.rows]
        return [visit_of(row, self.site.dates).date for row, tick in ticks if tick.is_checked()]

    def _lines(self) -> Reading:
        """Read the table of Allocations; it is empty when no date of service is open."""
        return look(self, self._table, self._panel())

    def _box(self, seen: Reading, row: Row, key: str, *, tick: bool = False) -> Any:
        words = getattr(self.labels.payment, key)
        found: Callable[[], Any | None] = lambda: box_in_cell(seen, row, key, tick=tick)  # noqa: E731
        return self.until(found, "one box a date of service", words=words)

    # Saving ---------------------------------------------------------------------------------------

    def save_payment(self, *, anyway: bool = False, twice: bool = False) -> Saved:
        """Press Save Payment once, and, with `anyway`, Save Payment Anyway if the site asks.

        `twice` makes each press a double click, like an impatient person's: the chart then shows
        whether the site posts the payment twice.
        """
        self.screen.doing = "pressing Save Payment"
        words = self.labels.payment
        with counted(self):
            saved = self._press(words.save, self._panel(), twice=twice)
        if saved.closed and self._is_asked_on_another_page():
            saved = Saved(Answer.ASKED, "the site asks whether it is to be saved anyway")
        if saved.answer is Answer.ASKED and anyway:
            self.screen.doing = "pressing Save Payment Anyway"
            saved = self._press(words.save_anyway, None, twice=twice)
        return saved

    def _is_asked_on_another_page(self) -> bool:
        """Tell whether the page that replaced the form asks for confirmation."""
        with suppress(Problem):
            return self.until(
                lambda: (self.how_many(self.labels.payment.save_anyway),),
                "the page after Save Payment",
            ) == (1,)
        return False

    def _press(self, words: tuple[str, ...], root: Locator | None, *, twice: bool) -> Saved:
        again = self.labels.payment.save_anyway
        return press_save(
            self,
            self.pressable(words, root=root),
            self._panel(),
            words,
            twice=twice,
            asks=lambda: words != again and self.how_many(again) == 1,
        )


def _part(row: Row) -> Decimal:
    """Return what a line allocates, in dollars; raises TechnicalFailure if that is unreadable."""
    text = row.cells.get("allocation", "")
    part = shown_amount(text)
    if part is None and re.search(r"\d", text):
        raise TechnicalFailure(
            "reading the Allocations",
            expected="an amount in each box, or nothing",
            found=f"{text!r}",
            next_step="look at the form yourself; nothing was saved",
        )
    return part or ZERO
