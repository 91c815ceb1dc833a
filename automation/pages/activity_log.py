"""The Activity Log: who did what, newest first, as far as the role can see it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from automation.billing.dates import STARTS_A_ROW
from automation.billing.request import PatientQuery, same_words
from automation.pages.page import Page
from automation.pages.screen import Screen, any_of
from automation.pages.table import Row, TableWords, look

if TYPE_CHECKING:
    from playwright.sync_api import Locator

_EDIT = re.compile(
    r"\b(?:edit|chang|sav|updat|modif|set\b|adjust|amend|revis|correct)", re.IGNORECASE
)
_VIEW = re.compile(r"\W*(?:view|open|look|read|print|search|sign|log)", re.IGNORECASE)

_COLUMNS = ("when", "who", "patient", "action", "details")


@dataclass(frozen=True)
class LogLine:
    """One line of the log, as shown; `patient` is "" for a line about no patient."""

    when: str
    who: str
    patient: str
    action: str
    details: str

    @property
    def is_an_edit(self) -> bool:
        """Whether the line is about a change, not a view."""
        return bool(_EDIT.search(f"{self.action} {self.details}")) and not _VIEW.match(self.action)

    def is_about(self, who: PatientQuery) -> bool:
        """Return whether the line names this patient, in either order of names."""
        text = same_words(f"{self.patient} {self.details} {self.action}")
        return all(same_words(name) in text for name in (who.last, who.first))


class ActivityLog(Page):
    """The page of the log; without an administrator's role it shows only the user's own lines."""

    def __init__(self, screen: Screen) -> None:
        super().__init__(screen)
        words = self.labels.activity
        columns = {key: getattr(words, key) for key in _COLUMNS}
        self._table = TableWords(columns, "when", STARTS_A_ROW, ("when", "action"))

    def open(self) -> ActivityLog:
        """Press Activity Log, if need be in the menu under the user's name."""
        self.screen.doing = "opening the Activity Log"
        words = self.labels.activity
        if self.how_many(words.link) == 0:
            self._open_the_menu()
        self.press(words.link)
        self.until(self.ready, "the lines of the Activity Log", words=words.action)
        return self

    def _open_the_menu(self) -> None:
        """Open the closed menu with the link; the menu's name is the user's own."""
        words = self.labels.activity
        link = self.tab.get_by_text(any_of(words.link))
        # A user's name is not a word of the profile, and a <summary> has no role: so look for
        # what can be unfolded, nearest to the link that is folded up in it.
        folded = self.tab.locator("summary, [aria-expanded], [aria-haspopup]").filter(visible=True)
        menu = self.around(link, folded).locator(folded)
        if menu.count() == 1:
            self.click(menu, words.menu)
            return
        if not (self._goes_by_words() or self._unfolds(folded)):
            self.press(words.menu)

    def _goes_by_words(self) -> bool:
        """Press a menu with another name, or a link to the page with the Activity Log link."""
        for word in self.labels.activity.menu:
            if self.how_many((word,)) == 1:
                self.press((word,))
                if self.comes(self.labels.activity.link):
                    return True
        return False

    def _unfolds(self, folded: Locator) -> bool:
        """Unfold the menus of the page's header one after the other, and look into each."""
        words = self.labels.activity
        heads = self.tab.get_by_role("navigation").or_(self.tab.get_by_role("banner"))
        menus = heads.locator(folded) if heads.count() else folded
        return self.unfolds(
            menus, words.menu, lambda: self.comes(words.link) or self._goes_by_words()
        )

    def ready(self) -> bool:
        """Return whether the table is there and drawn; only then are cells under their titles."""
        drawn = self.tab.evaluate("document.readyState") == "complete"
        return drawn and look(self, self._table).state == "ok"

    def lines(self) -> list[LogLine]:
        """Read the lines that the page shows, in the site's order, newest first."""
        self.screen.doing = "reading the Activity Log"
        return [_line(row) for row in look(self, self._table).rows]


def _line(row: Row) -> LogLine:
    return LogLine(*(" ".join(row.cells.get(key, "").split()) for key in _COLUMNS))
