"""The patient's billing tab: Search Billing Transactions and its table."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

from automation.billing.counting import counted
from automation.billing.dates import STARTS_A_ROW, is_day_first, page_date
from automation.billing.diagnosis import Diagnosis
from automation.billing.money import shown_amount
from automation.billing.payment import Allocation, Payment, Summary
from automation.billing.plan import Plan
from automation.billing.request import UndoWriteOff, same_words, shown
from automation.billing.visit import Visit, same_visit
from automation.errors import LabelMissing, Refusal, TechnicalFailure
from automation.pages.date_of_service import DateOfService
from automation.pages.enter_patient_payment import EnterPatientPayment
from automation.pages.page import OPENS_A_LIST, Page
from automation.pages.patient_payment import PatientPayment
from automation.pages.rows import MONEY, payment_of, visit_of
from automation.pages.screen import Screen, any_of, said
from automation.pages.statement import Statement
from automation.pages.table import (
    Place,
    Reading,
    Row,
    TableWords,
    is_whole_page,
    joined,
    link_of,
    look,
    next_page,
    pager,
    screenfuls,
    scroll_rows,
    turned,
)
from automation.pages.unassigned_credit import UnassignedCredit

if TYPE_CHECKING:
    from playwright.sync_api import Locator


@dataclass(frozen=True)
class Transactions:
    """Every row that the filter shows: dates of service, and payments among them."""

    visits: tuple[Visit, ...]
    payments: tuple[Payment, ...]
    autopay: bool
    whole: bool = True  # there are as many rows as the table says
    places: tuple[Place, ...] = field(default=(), compare=False)  # which rows each page said it has
    pages: int = field(default=1, compare=False)

    def on(self, date: dt.date, time: str | None, service: str | None) -> list[Visit]:
        """Return dates of service by date, and by time and service if given; never payments."""
        return [
            visit
            for visit in self.visits
            if visit.date == date
            and (not time or visit.time == time)
            and (not service or same_words(service) in same_words(visit.service))
        ]

    def the_one(self, request: UndoWriteOff | Allocation) -> Visit:
        """Return the one date of service that is meant; raises Refusal for none or several."""
        found = self.on(request.date, request.time, request.service)
        if len(found) == 1:
            return found[0]
        if found:
            sessions = "; ".join(f"{visit.time} {visit.service}".strip() for visit in found)
            raise Refusal(
                f"looking for the date of service {shown(request.date)}",
                expected="one session on that date",
                found=f"{len(found)} sessions: {sessions}",
                next_step='say which one with --time "9:00 AM" or --service CODE',
                diagnosis=Diagnosis.TWO_SESSIONS,
            )
        raise Refusal(
            f"looking for the date of service {shown(request.date)}",
            expected="a session on that date under All Items",
            found=f"no session on {shown(request.date)}; this patient has "
            f"{counted(len(self.visits), 'session')}{self._nearest(request.date)}",
            next_step="check the date, and --time or --service if you gave them",
            diagnosis=Diagnosis.NOTHING_ON_THAT_DATE,
        )

    def _nearest(self, date: dt.date) -> str:
        if not self.visits:
            return ""
        nearest = min((visit.date for visit in self.visits), key=lambda day: abs(day - date))
        return f"; the nearest is {shown(nearest)}"

    def same_as(self, visit: Visit) -> Visit:
        """Find the row of one date of service again; raises TechnicalFailure when it is gone."""
        found = [row for row in self.visits if same_visit(row, visit)]
        if len(found) == 1:
            return found[0]
        raise TechnicalFailure(
            f"looking for the date of service {shown(visit.date)} again",
            expected="its row under All Items",
            found="none" if not found else f"{len(found)} rows",
            next_step="look at the chart; `undo-writeoff status` says what is owed",
        )

    def has_all_of(self, before: Transactions) -> bool:
        """Tell whether every date of service from before is still listed, changed or not."""
        listed = [(v.date, v.time, v.service) for v in self.visits]
        return not Counter((v.date, v.time, v.service) for v in before.visits) - Counter(listed)

    def are_settled(self, before: Transactions | None, plans: Sequence[Plan]) -> bool:
        """Tell whether the table shows the plans' results and, if known, all rows from before."""
        there = all(self._shows_end_of(plan) for plan in plans)
        return there and self.whole and (before is None or self.has_all_of(before))

    def _shows_end_of(self, plan: Plan) -> bool:
        rows = [row for row in self.visits if same_visit(row, plan.before)]
        return len(rows) == 1 and plan.reached_by_row(rows[0])

    def not_asked_for(self, requests: Sequence[UndoWriteOff]) -> tuple[Visit, ...]:
        """Return the dates of service that no request is about; those must never change."""
        asked = [v for r in requests for v in self.on(r.date, r.time, r.service)]
        return tuple(visit for visit in self.visits if visit not in asked)

    def moved_since(self, before: Transactions, plans: Sequence[Plan]) -> list[Visit]:
        """Return the dates of service, other than the plans', that have changed."""
        was, now = (Counter(_others(side, plans)) for side in (before, self))
        return sorted((was - now).elements(), key=lambda visit: (visit.date, visit.time))

    def entered_elsewhere(self, plan: Plan) -> list[Visit]:
        """Return other dates of service whose entered amounts have changed since the plan.

        Payments that came in meanwhile do not count: no Save of ours could make one.
        """
        now = Counter(_entered(visit) for visit in self.visits)
        return [visit for visit in plan.others if not now[_entered(visit)]]


def _others(table: Transactions, plans: Sequence[Plan]) -> list[Visit]:
    return [v for v in table.visits if not any(same_visit(v, plan.before) for plan in plans)]


def _entered(visit: Visit) -> tuple[object, ...]:
    sums = visit.amounts
    which = (visit.date, visit.time, visit.service, visit.method)
    return (*which, sums.rate, sums.pt_amt, sums.coverage, visit.marked)


class PatientBilling(Page):
    """The billing tab of one chart."""

    def __init__(self, screen: Screen) -> None:
        super().__init__(screen)
        words = self.labels.billing
        columns = {
            key: getattr(words, key)
            for key in ("date", "time", "service", "method", *MONEY, "pt_status", "ins_status")
        }
        self._usual: tuple[str, ...] | None = None
        self._turned = False
        self._chose_all = False
        self._chosen_now: dict[str, Any] = {}  # the list with All Items, as read last
        self._seen: Reading | None = None  # the latest reading, good for opening one row
        self._read_now: Reading | None = None  # a reading that was made just now
        self._is_all = False  # the table shows all its rows without scrolling
        self._table = TableWords(columns, "date", STARTS_A_ROW, ("date", "balance"))

    def opened(self) -> PatientBilling:
        """Wait until the filter of the transactions is there."""
        words = self.labels.billing.all_items
        self.until(self.ready, f"the filter {said(words)}", words=words)
        return self

    def ready(self) -> bool:
        """Return whether the filter of the transactions is there."""
        choice = self._choice()
        return choice["lists"] == 1 or (choice["shown"] and self._filter() is not None)

    def unfolded(self) -> PatientBilling:
        """Open the list with All Items, if the page has drawn one that is closed."""
        if self._filter() == "closed":
            self.click(self._closed_list(), self.labels.billing.usual_items)
        return self

    def _filter(self) -> str | None:
        """Return how All Items can be chosen: in a list, by pressing it, or in a closed list."""
        words = self.labels.billing.all_items
        if self._choice()["lists"] == 1:
            return "list"
        if self.how_many(words) == 1:
            return "press"
        if self.tab.get_by_text(any_of(words)).filter(visible=True).count() == 1:
            return "press"
        return "closed" if self._closed_list().count() == 1 else None

    def _closed_list(self) -> Locator:
        """Return a list drawn by the page, which shows the usual choice until it is opened."""
        words = self.labels.billing.usual_items
        usual = re.compile(rf"\b(?:{'|'.join(map(re.escape, words))})\b", re.IGNORECASE)
        lists = self.tab.locator(OPENS_A_LIST).filter(visible=True)
        return lists.filter(has_text=usual).or_(self.matches(words, "press"))

    def _choice(self) -> dict[str, Any]:
        """Return how many lists offer All Items, its label there, and whether it is chosen.

        Also whether this, or the usual choice, is on the screen.
        """
        words = self.labels.billing
        code = """(reader, [all, either]) =>
            ({...reader.choice(all), shown: reader.shows(either)})"""
        self._chosen_now = self.ask(code, [words.all_items, words.all_items + words.usual_items])
        return self._chosen_now

    def _list_with(self, words: tuple[str, ...]) -> Locator:
        # An option is not visible until its list is opened: so it has no role and no text.
        option = self.tab.locator("option", has_text=any_of(words))
        return self.tab.get_by_role("combobox").filter(visible=True).filter(has=option)

    def show_all_items(self) -> PatientBilling:
        """Choose All Items; the usual view leaves out written-off dates of service."""
        self.screen.doing = "choosing All Items under Search Billing Transactions"
        words = self.labels.billing.all_items
        self._chose_all = True
        usual = self._first_page()
        self._usual = usual.signature
        if self.unfolded()._filter() != "list":
            self.press(words)
            return self
        choice = self._chosen_now
        if choice["chosen"]:
            self._usual = None  # a page that kept the choice already shows all items
            self._seen = self._read_now = usual
        else:
            self.select(self._list_with(words), choice["label"])
        return self

    # Reading ------------------------------------------------------------------------------------

    def transactions(
        self, good: Callable[[Transactions], bool] | None = None, *, expect_change: bool = True
    ) -> Transactions:
        """Read every row of every page of the table; payments are recognized by words and colour.

        The rows of the usual view, or from before a Save, may still be there for a moment: after
        All Items was chosen, the rows must change once, or stay unchanged for a while, so that no
        list is a mix of both views. A reading that is not `good` is repeated until it is, or until
        it has lasted; not for long with `expect_change` False.
        """
        self.screen.doing = "reading the billing transactions"
        if self._usual is not None:
            self._read_now = self.poll_until(
                self._first_page, self._is_another, self.limits.second_look
            )
        if good is not None:
            limit = self.limits.control if expect_change else min(0.5, self.limits.second_look)
            return self.poll_until(self._read_all, good, limit)
        found = self.poll_until(self._read_all, lambda found: found.whole)
        if not found.visits:  # another table may have the titles that are renamed in this one
            self.expect("billing.date", "billing.balance", needed=False)
        return found

    def _is_another(self, now: Reading) -> bool:
        return bool(now.rows) and now.signature != self._usual

    def _read_all(self) -> Transactions:
        rows, seen = self._rows_of(self._back_to_first())
        places = [seen.place]
        while next_page(self, self.labels.patients.next_page, seen):
            self._turned = True
            more, seen = self._rows_of(turned(self, self._table, seen))
            rows += more
            places.append(seen.place)
        self._seen = None if self._turned or len(rows) > len(seen.rows) else seen
        whole = seen.place is None or seen.place.of == len(rows)
        visits, payments = self._parsed(rows)
        autopay, shown_by = self.autopay(), tuple(place for place in places if place is not None)
        return Transactions(tuple(visits), tuple(payments), autopay, whole, shown_by, len(places))

    def _rows_of(self, seen: Reading) -> tuple[list[Row], Reading]:
        """Return every row of one page of the table, those that appear on scrolling as well.

        Also the last reading, whose place is that of all these rows.
        """
        rows, first = list(seen.rows), seen.place
        for window, follows in self._windows(seen):
            rows, seen = joined(rows, window.rows) if follows else list(window.rows), window
        if first is not None and seen.place is not None:
            seen.place = replace(seen.place, first=first.first)
        return rows, seen

    def _windows(self, seen: Reading) -> Iterator[tuple[Reading, bool]]:
        """Yield the further screenfuls of a page, as `screenfuls` does.

        A table that did not grow when it was scrolled to its end is not scrolled again.
        """
        if self._is_all or is_whole_page(self, seen, self.labels.patients.more_rows):
            return
        grew = False
        for found in screenfuls(self, self._table, self._first_page, seen, lingers=True):
            grew = True
            yield found
        self._is_all = not grew

    def _back_to_first(self) -> Reading:
        """Go back to the first page of the table: with the pager, else by a reload.

        A page may keep its place in its URL, so that a reload alone shows page 3 again.
        """
        now, self._read_now = self._read_now or self._first_page(), None
        place = now.place
        if (place is None and not self._turned) or (place is not None and place.first <= 1):
            return now
        self._turned = False
        first = pager(self, self.labels.patients.first_page)
        if first is not None:
            self.click(first, self.labels.patients.first_page)
            return turned(self, self._table, now)
        self.reload()
        self.opened()
        if self._chose_all:
            self.show_all_items()
        return self.poll_until(self._first_page, self._is_another, self.limits.second_look)

    def _first_page(self) -> Reading:
        def there() -> Reading | None:
            seen = look(self, self._table)
            return seen if seen.state == "ok" else None

        words = self.labels.billing
        try:
            seen = self.until(
                there,
                f"the table of billing transactions with {said(words.balance)}",
                words=words.balance,
            )
            self._dates_are_read(seen)
            return seen
        except LabelMissing as problem:
            if look(self, self._table).state == "several":
                raise self.doubled(words.balance, 2) from problem
            raise

    def _dates_are_read(self, seen: Reading) -> None:
        """Raise TechnicalFailure for a table whose rows or dates cannot be read reliably."""
        dates = [row.cells["date"] for row in seen.rows]
        day_first = [d for d in dates if is_day_first(d)] if self.site.dates != "day-first" else []
        wrong = [date for date in dates if page_date(date, self.site.dates) is None]
        if day_first:
            raise self._unreadable(
                f"dates with the day first, such as {day_first[0].split()[0]}",
                'put dates = "day-first" into the site profile, if that is how it means them all',
            )
        if wrong or (seen.unread and not seen.rows):
            shapes = {re.sub(r"\d", "9", text)[:30] for text in (wrong or seen.unread)}
            raise self._unreadable(
                f"{len(wrong or seen.unread)} rows that begin otherwise: "
                + ", ".join(sorted(shapes)[:3]),
                "tell whoever keeps this program in which form the site writes its dates",
            )

    def _unreadable(self, found: str, next_step: str) -> TechnicalFailure:
        return TechnicalFailure(
            "reading the dates in the table of billing transactions",
            expected="dates such as 3/4/2026, 03/04/26, 2026-03-04, 4.3.2026 or 4 Mar 2026",
            found=found,
            next_step=next_step,
        )

    def _parsed(self, rows: Sequence[Row]) -> tuple[list[Visit], list[Payment]]:
        order = self.site.dates
        payments = [payment_of(row, order) for row in rows if self._is_payment(row)]
        return [visit_of(row, order) for row in rows if not self._is_payment(row)], payments

    def _is_payment(self, row: Row) -> bool:
        """Return whether it is a payment, which has the same kind of link, on light blue."""
        kind = same_words(row.cells.get("service", ""))
        named = any(same_words(word) in kind for word in self.labels.billing.payment_rows)
        return named or row.blue

    def columns(self) -> tuple[str, ...]:
        """Return the known columns that the table shows."""
        return self._first_page().columns

    def autopay(self) -> bool:
        """Tell whether the tab shows the AutoPay sign."""
        words = self.labels.billing.autopay
        sign = self.tab.get_by_role("img", name=any_of(words))
        sign = sign.or_(self.tab.get_by_title(any_of(words))).or_(
            self.tab.get_by_text(any_of(words))
        )
        return sign.filter(visible=True).count() > 0

    def summary(self) -> Summary:
        """Read the patient's balances and unassigned credit beside the Patient Accounting links."""
        words = self.labels.payment
        credit = self.tab.get_by_text(any_of(words.unassigned_credit)).filter(visible=True)
        box = self.around(credit, self.tab.get_by_text(any_of(words.patient_balance)))
        labels = {"balance": words.patient_balance, "credit": words.unassigned_credit}
        labels["insurance"] = words.insurance_balance
        told = self.values(labels, box if box.count() else None)
        return Summary(**{key: shown_amount(text or "") for key, text in told.items()})

    # Opening ------------------------------------------------------------------------------------

    def enter_patient_payment(self) -> EnterPatientPayment:
        """Press Enter Patient Payment, and wait for its form."""
        self.screen.doing = "opening Enter Patient Payment"
        self.press_in_menus(self.labels.payment.enter)
        return EnterPatientPayment(self.screen).opened()

    def offers_statement(self) -> bool:
        """Tell whether Create Statement can be pressed here."""
        return self.offers(self.labels.payment.statement)

    def statement(self) -> Statement:
        """Create a statement of all open items, which changes nothing, and wait for its lines.

        A page that would open in a new tab is shown in this one.
        """
        self.screen.doing = "creating a statement"
        words = self.labels.payment
        self.press_in_menus(words.statement)
        link = self.pressable(words.statement_items)
        address = link.get_attribute("href") if link.get_attribute("target") else None
        if address:
            self.goto(urljoin(self.tab.url, address))
        else:
            self.click(link, words.statement_items)
        return Statement(self.screen).opened()

    def apply_credit(self) -> UnassignedCredit:
        """Press Apply Credit, and wait for the payments with unassigned credit."""
        self.screen.doing = "opening Apply Credit"
        self.press_in_menus(self.labels.payment.apply_credit)
        return UnassignedCredit(self.screen).opened()

    def open_payment(self, payment: Payment) -> PatientPayment:
        """Click the date of that one payment, never a date of service.

        Raises TechnicalFailure when the row is gone, or there are two alike.
        """
        self.screen.doing = "opening the payment"
        self._click_row(
            lambda row: self._is_payment(row) and payment_of(row, self.site.dates) == payment,
            "that payment",
        )
        return PatientPayment(self.screen, payment).opened()

    def open(self, visit: Visit) -> DateOfService:
        """Click that one date of service, never a payment's date, and wait until it is open.

        Turns the table's pages until the row is found. Raises TechnicalFailure when the row is
        no longer there or is there twice.
        """
        self.screen.doing = "opening the date of service"
        row = self._click_row(
            lambda row: (
                not self._is_payment(row) and same_visit(visit_of(row, self.site.dates), visit)
            ),
            "that date, time and service",
        )
        found = visit_of(row, self.site.dates)
        self.screen.dialog = date_of_service = DateOfService(self.screen, found)
        return date_of_service.opened()

    def only_the_table(self) -> PatientBilling:
        """Close a date of service that may still cover the table, without saving."""
        dialog = self.screen.dialog
        if dialog is not None and dialog.is_open():
            dialog.close()
            self.until(lambda: not dialog.is_open(), "the date of service to close")
        self.screen.dialog = None
        return self

    def _click_row(self, fits: Callable[[Row], bool], what: str) -> Row:
        """Click the date of the one row that fits; find it again if it is redrawn meanwhile."""

        def click() -> Row:
            seen, row = self._row_of(fits, what)  # which reads anew the second time
            self.click_in_row(link_of(seen, row), self.labels.billing.date)
            return row

        return self.while_drawn_anew(click)

    def _row_of(self, fits: Callable[[Row], bool], what: str) -> tuple[Reading, Row]:
        def here(seen: Reading) -> list[Row]:
            return [row for row in seen.rows if fits(row)]

        seen, self._seen = self._seen or self._first_page(), None
        if len(here(seen)) != 1:
            self._back_to_first()
            seen = self.poll_until(
                self._first_page, lambda now: len(here(now)) == 1 or self._has_next()
            )
        while not here(seen) and next_page(self, self.labels.patients.next_page, seen):
            self._turned = True
            seen = turned(self, self._table, seen)
        if not here(seen):
            seen = self._scrolled_to(seen, here)
        rows = here(seen)
        if len(rows) == 1:
            return seen, rows[0]
        raise TechnicalFailure(
            self.screen.doing,
            expected=f"one row of {what} under All Items",
            found="none" if not rows else f"{len(rows)} of them",
            next_step="look at the chart; --time or --service tells two sessions apart",
        )

    def _scrolled_to(self, seen: Reading, here: Callable[[Reading], list[Row]]) -> Reading:
        """Scroll from the top until a fitting row is on the screen; return the reading with it."""
        if self._is_all:
            return seen
        if scroll_rows(self, self._table, seen, None):
            was, limit = seen.signature, min(0.5, self.limits.second_look)
            seen = self.poll_until(self._first_page, lambda now: now.signature != was, limit)
        shown = (window for window, _ in self._windows(seen))
        return next((now for now in chain([seen], shown) if here(now)), seen)

    def _has_next(self) -> bool:
        following = self.matches(self.labels.patients.next_page, "press")
        return any(one.is_enabled() for one in following.all())
