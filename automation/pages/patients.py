"""The Patients page: its search, and the choice of the one patient who is meant."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING, Any

from automation.billing.dates import page_date
from automation.billing.diagnosis import Diagnosis
from automation.billing.names import near_names, parted, same_person_names
from automation.billing.request import PatientQuery, same_words
from automation.browser import driver
from automation.errors import LabelMissing, Refusal, SignedOut, TechnicalFailure
from automation.pages import drift
from automation.pages.page import OPENS_A_LIST, Page
from automation.pages.patient_chart import PatientChart
from automation.pages.regions import INACTIVE
from automation.pages.screen import Screen, any_of, said
from automation.pages.table import (
    Reading,
    Row,
    TableWords,
    is_whole_page,
    joined,
    link_of,
    look,
    next_page,
    screenfuls,
    turned,
)

if TYPE_CHECKING:
    from playwright.sync_api import Locator


class PatientsPage(Page):
    """The list of patients; nothing is found until Search is pressed."""

    def __init__(self, screen: Screen) -> None:
        super().__init__(screen)
        words = self.labels.patients
        self._shown: list[Row] = []
        self._table = TableWords(
            {"name": words.name, "born": words.born, "account": words.account},
            anchor="name",
            pattern=r"[^\d\s]{2,}",
            needed=("name",),
        )

    def open(self) -> PatientsPage:
        """Press Patients in the main navigation."""
        self.screen.doing = "opening the Patients page"
        self.press(self.labels.patients.link)
        self.screen.dialog = None  # it was on the page that is left
        self.until(
            self.ready, "the Patients page with its search", words=self.labels.patients.search
        )
        return self

    def is_reachable(self) -> bool:
        """Tell whether Patients can be pressed, which means that somebody is signed in."""
        try:
            return self.how_many(self.labels.patients.link) > 0
        except driver.Error:
            return False

    def is_signed_in(self) -> bool:
        """Wait for Patients; return False when the sign-in page, or another one, came instead."""
        try:
            return self.until(self.is_reachable, "Patients", words=self.labels.patients.link)
        except (SignedOut, LabelMissing):
            return False

    def ready(self) -> bool:
        """Return whether the search box and its button are there."""
        return (
            self.shows(self.labels.patients.search)
            and self._search_box() is not None
            and self.how_many(self.labels.patients.search) == 1
        )

    def _search_box(self) -> Any | None:
        """Return the page's own box, by words in or beside it; the menu may have another one."""
        words = self.labels.patients
        for word in words.search_box:
            box = self.tab.get_by_placeholder(word).filter(visible=True)
            if box.count() == 1:
                return box
        _, beside = self.control_now(words.search_box)
        if beside is not None:
            return beside
        labelled = self.tab.get_by_role("textbox", name=any_of((*words.search, *words.name)))
        for boxes in (self.tab.get_by_role("searchbox").or_(labelled), self._boxes()):
            if boxes.filter(visible=True).count() == 1:
                return boxes.filter(visible=True)
        return None

    def _boxes(self) -> Locator:
        """Return every text box close to Search."""
        search = self.matches(self.labels.patients.search, "press")
        return self.around(search, self.tab.get_by_role("textbox")).get_by_role("textbox")

    def find(self, query: PatientQuery) -> PatientChart:
        """Search by surname, active or not, and open the chart of the one matching patient.

        By surname only, because several words widen the search. Raises Refusal when nobody or
        more than one person matches.
        """
        self.screen.doing = "searching the patient"
        words = self.labels.patients
        self._any_activity()
        box = self.until(self._search_box, "the box to search in", words=words.search_box)
        self.fill(box, query.last)
        self._search()
        fitting, seen = self._all_fitting(query)
        row = self._only_one(query, fitting)
        who = self._identified(query, row)
        if row not in seen.rows:
            seen, row = self._turn_back_to(query, row)
        self._click(query, seen, row)
        return PatientChart(self.screen, who).opened()

    def _search(self) -> None:
        """Press Search and wait for its answer.

        The list of the previous search may have the patient, too. A namesake would be missed in
        it, and the late answer might be drawn over the chart that was opened from it.
        """
        self.press(self.labels.patients.search)
        self.answered()

    def _click(self, query: PatientQuery, seen: Reading, row: Row) -> None:
        """Click a patient's name; find it again if the list is redrawn meanwhile."""
        found: tuple[Reading, Row] | None = (seen, row)

        def click() -> None:
            nonlocal found
            (now, here), found = found or self._found_again(query), None
            self.click_in_row(link_of(now, here), self.labels.patients.name)

        self.while_drawn_anew(click)

    def _found_again(self, query: PatientQuery) -> tuple[Reading, Row]:
        seen = self.poll_until(
            lambda: look(self, self._table), lambda s: bool(self._fits(query, s))
        )
        fitting = self._fits(query, seen)
        if not fitting:  # another list took its place, which does not mean that nobody matches
            raise TechnicalFailure(
                self.screen.doing,
                expected="the list in which the patient was found",
                found="another list in its place",
                next_step="run the command again; nothing was changed by this step",
            )
        return seen, self._only_one(query, fitting)

    def everybody(self) -> list[PatientQuery]:
        """List every patient, active or not, from all pages of the list."""
        self.screen.doing = "listing all patients"
        self._any_activity()
        return self._listed(self._is_first_of_all)

    def active(self) -> list[PatientQuery]:
        """List the patients that the page shows by default: at most sites the active ones."""
        self.screen.doing = "listing the active patients"
        return self._listed(lambda seen: seen.state == "ok")

    def _listed(self, good: Callable[[Reading], bool]) -> list[PatientQuery]:
        self._search()
        seen = self.poll_until(lambda: look(self, self._table), good)
        whole, seen = self._whole(seen)
        rows = list(whole.rows)
        while next_page(self, self.labels.patients.next_page, seen):
            whole, seen = self._whole(turned(self, self._table, seen))
            rows += whole.rows
        return [self._query_of(row) for row in rows]

    def _whole(self, seen: Reading) -> tuple[Reading, Reading]:
        """Return a page of the list with the rows that appear on scrolling, or by Load more.

        Also its last screenful, which is the same where there is just one.
        """
        rows = list(seen.rows)
        for window, follows in self._windows(seen):
            rows, seen = joined(rows, window.rows) if follows else list(window.rows), window
        return seen if len(rows) == len(seen.rows) else replace(seen, rows=tuple(rows)), seen

    def _windows(self, seen: Reading) -> Iterator[tuple[Reading, bool]]:
        """Yield the further screenfuls of a page, as `screenfuls` does.

        A list that did not grow is not scrolled again, nor is a shorter one.
        """
        screen, more_rows, many = self.screen, self.labels.patients.more_rows, len(seen.rows)
        if seen.state != "ok" or many <= screen.whole_list or is_whole_page(self, seen, more_rows):
            return
        grew = False
        for found in screenfuls(
            self, self._table, lambda: look(self, self._table), seen, lingers=False
        ):
            grew = True
            yield found
        screen.whole_list = screen.whole_list if grew else many

    def listed(self) -> list[PatientQuery]:
        """Read the patients on the current page of the list."""
        self.screen.doing = "reading the list of patients"
        seen = self.until(self._some_rows, "patients in the list", words=self.labels.patients.name)
        return [self._query_of(row) for row in seen.rows]

    def found_by(self, text: str, *, usual: bool = False) -> list[PatientQuery]:
        """Search by any text and list the patients on the first page of the result.

        Active or not, unless `usual`, which leaves the filter as it is.
        """
        self.screen.doing = "searching by another word"
        words = self.labels.patients
        if not usual:
            self._any_activity()
        before = look(self, self._table).signature
        self.fill(self.until(self._search_box, "the box", words=words.search_box), text)
        self._search()
        seen = self.poll_until(
            lambda: look(self, self._table), lambda s: s.state == "ok" and s.signature != before
        )
        return [self._query_of(row) for row in seen.rows]

    def _is_first_of_all(self, seen: Reading) -> bool:
        """Return whether it lists all patients; the list of active ones may still be there."""
        return seen.state == "ok" and "active" not in self._total_text(seen)

    def _total_text(self, seen: Reading) -> str:
        texts: list[str] = self.ask("reader => reader.leaves(document).map(leaf => leaf.text)")
        return " ".join(t.casefold() for t in texts if t.casefold().startswith("displaying"))

    def _query_of(self, row: Row) -> PatientQuery:
        last, first = _parted(row.cells["name"])
        born, account = self._born(row), row.cells.get("account")
        return PatientQuery(last, first, born, account)

    def _born(self, row: Row) -> dt.date | None:
        return page_date(row.cells.get("born", ""), self.site.dates)

    def some_chart(self, index: int = 0) -> PatientChart | None:
        """Open one chart of the list's first page by index, only to read; None past its end."""
        self.screen.doing = "opening a chart of the list"
        seen = self.some_rows()
        if index >= len(seen.rows):
            return None
        query = self._query_of(seen.rows[index])
        self._click(query, seen, seen.rows[index])
        return PatientChart(self.screen, query).opened()

    def some_rows(self) -> Reading:
        """Wait until the list shows some patients."""
        return self.until(self._some_rows, "patients in the list", words=self.labels.patients.name)

    def _some_rows(self) -> Reading | None:
        seen = look(self, self._table)
        return seen if seen.state == "ok" and seen.rows else None

    def show_any(self) -> PatientsPage:
        """Choose Any, if the page can filter active and inactive patients, and press Search."""
        self.screen.doing = "choosing any activity"
        self._any_activity()
        self._search()
        return self

    def _any_activity(self) -> None:
        """Choose Any, because old balances often belong to inactive patients.

        A page without such a choice is accepted only when nothing covers it.
        """
        words = self.labels.patients.search
        self.until(
            lambda: self._any_is_chosen() or self.ready(),
            "the Patients page with its search",
            words=words,
        )
        self.answered()  # the choice may reload the list at once; a search would race with that

    def _any_is_chosen(self) -> bool:
        """Choose Any in a list, else press it; return whether there was such a choice."""
        words = self.labels.patients
        lists = self.tab.get_by_role("combobox").filter(visible=True)
        for choice in words.any_activity:
            # An option is not visible until its list is opened: so it has no role and no text.
            meant = self.tab.locator("option", has_text=any_of((choice,)))
            options = lists.filter(has=meant)
            labelled = options.filter(has=self.tab.locator("option", has_text="Inactive"))
            offered = labelled.locator(meant).all_inner_texts()
            if len(offered) == 1:
                self.select(labelled, offered[0].strip())
                return True
        return self._any_is_pressed()

    def _any_is_pressed(self) -> bool:
        """Press Any if the choices are side by side, or in a list drawn by the page."""
        words = self.labels.patients
        # The name of an icon, such as "arrow_drop_down", may be beside the selected choice.
        chosen = self.tab.get_by_text(any_of(words.usual_activity))
        closed = self.tab.locator(OPENS_A_LIST).filter(visible=True)
        closed = closed.filter(has_text=any_of(words.usual_activity)).or_(closed.filter(has=chosen))
        behind = closed.count() == 1
        if behind:
            self.click(closed, words.usual_activity)
        if behind or self.how_many(("Inactive", "Inactive Patients")) == 1:
            self.press(words.any_activity)
            return True
        if self.shows(INACTIVE) and self.settled():
            self._see_that_any_is_not_renamed()
        return False

    def _see_that_any_is_not_renamed(self) -> None:
        """Raise LabelMissing when another choice is in the place of Any.

        A list with only active and inactive patients has none, and is left as it is.
        """
        words = self.labels.patients.any_activity
        if drift.in_its_place(self, "patients.any_activity").sure:
            raise self.missing(f"the choice {said(words)}", words, None)

    def _all_fitting(self, query: PatientQuery) -> tuple[list[Row], Reading]:
        """Read every page of the result; return the matching rows and what is on the screen."""
        pages, seen = self._pages_of_result(query)
        self._shown = [row for page in pages for row in page.rows]
        fitting = [row for page in pages for row in self._fits(query, page)]
        return fitting or self._same_person(query), seen

    def _pages_of_result(self, query: PatientQuery) -> tuple[list[Reading], Reading]:
        """Read the result's pages, and what is on the screen then; never combine two lists.

        Raises TechnicalFailure when another list replaces the result meanwhile.
        """
        seen = self.poll_until(
            lambda: look(self, self._table),
            lambda s: _answers(query, s) and any(query.has_name(r.cells["name"]) for r in s.rows),
        )
        if seen.state == "none":
            self.expect("patients.name", needed=False)
        whole, seen = self._whole(seen)
        pages = [whole]
        while next_page(self, self.labels.patients.next_page, seen):
            whole, seen = self._whole(turned(self, self._table, seen))
            counts = {page.place.of for page in (pages[0], whole) if page.place}
            if len(counts) > 1 or _answers(query, whole) < _answers(query, pages[0]):
                raise TechnicalFailure(
                    self.screen.doing,
                    expected="one list of patients, page by page",
                    found="another list when the page was turned",
                    next_step="try again; nothing was changed",
                )
            pages.append(whole)
        return pages, seen

    def _same_person(self, query: PatientQuery) -> list[Row]:
        """Return the patient under another middle name, suffix or title, if it is certain.

        Only the same birth date or account number makes it certain.
        """
        return [
            row
            for row in self._shown
            if same_person_names(query.name, row.cells.get("name", ""))
            and (
                (query.born is not None and self._born(row) == query.born)
                or (query.account and row.cells.get("account") == query.account)
            )
        ]

    def _turn_back_to(self, query: PatientQuery, row: Row) -> tuple[Reading, Row]:
        self._search()
        seen = self.poll_until(
            lambda: look(self, self._table), lambda s: bool(self._fits(query, s))
        )
        while not self._fits(query, seen) and next_page(self, self.labels.patients.next_page):
            seen = turned(self, self._table, seen)
        shown = chain([seen], (window for window, _ in self._windows(seen)))
        seen = next((now for now in shown if self._fits(query, now)), seen)
        return seen, self._only_one(query, self._fits(query, seen))

    def _fits(self, query: PatientQuery, seen: Reading) -> list[Row]:
        return [row for row in seen.rows if _is(query, row, self._born(row))]

    def _only_one(self, query: PatientQuery, fitting: list[Row]) -> Row:
        if len(fitting) == 1:
            return fitting[0]
        if fitting:
            born = " and ".join(row.cells.get("born", "?") for row in fitting)
            raise Refusal(
                "searching the patient",
                expected="one patient of that name",
                found=f"{len(fitting)} patients of that name, born {born}",
                next_step="say which one with --born yyyy-mm-dd or --account NUMBER",
                diagnosis=Diagnosis.SEVERAL_PATIENTS,
            )
        narrowed = query.born or query.account
        near = self._near(query)
        raise Refusal(
            "searching the patient",
            expected="a patient of that name"
            + (" and that birth date or account" if narrowed else ""),
            found="no patient of that name, active or inactive, whom your account can see"
            + (f"; near it stand {near}" if near else ""),
            next_step="check the spelling on the Patients page; a patient assigned to somebody "
            "else may be hidden from this account",
            diagnosis=Diagnosis.NO_SUCH_PATIENT,
        )

    def _identified(self, query: PatientQuery, row: Row) -> PatientQuery:
        """Take birth date and account number from the list, to check the chart against them."""
        born = self._born(row) or query.born
        account = row.cells.get("account") or query.account
        return PatientQuery(query.last, query.first, born, account)

    def _near(self, query: PatientQuery) -> str:
        """Return similar names in the list, each with its birth date."""
        near = [row for row in self._shown if near_names(query.name, row.cells.get("name", ""))]
        names = [
            f"{' '.join(r.cells['name'].split())} (born {r.cells.get('born', '?')})" for r in near
        ]
        return ", ".join(dict.fromkeys(names[:4]))


def _answers(query: PatientQuery, seen: Reading) -> bool:
    """Return whether a search for the surname may have found every row of a page."""
    wanted = same_words(query.last).split()
    return seen.state == "ok" and all(
        any(word in same_words(row.text) for word in wanted) for row in seen.rows
    )


def _parted(name: str) -> tuple[str, str]:
    """Split a name as a list shows it, "Last, First" or "First Last", into last and first."""
    name = " ".join(name.split())
    last, comma, first = name.partition(", ")
    if comma:
        return last, first
    return parted(name) or (name, name)


def _is(query: PatientQuery, row: Row, born: dt.date | None) -> bool:
    if not query.has_name(row.cells.get("name", "")):
        return False
    if query.born and born not in (query.born, None):
        return False
    account = row.cells.get("account", "")
    return not (query.account and account and same_words(account) != same_words(query.account))
