"""Screen and Watch: the tab that every page object is handed, and the one way to wait."""

from __future__ import annotations

import contextlib
import difflib
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Literal, TypeVar

from playwright.sync_api import Error, JSHandle, Request, Response
from playwright.sync_api import Page as Tab
from pydantic import BaseModel

from automation.billing.request import same_words
from automation.browser.net_errors import in_words
from automation.browser.site_lock import is_of, led_away, origin_of
from automation.browser.tabs import in_a_new_window
from automation.errors import BrowserGone, LabelMissing, Problem, SignedOut, TechnicalFailure
from config.site_profile import Labels, SiteProfile

Found = TypeVar("Found")
Kind = Literal["press", "tab"]

# Ends at the next change of the page, a frame after it, so that looking costs nothing meanwhile;
# a change that no observer sees (in a component, of a typed value) is looked for every 50 ms.
_NEXT_CHANGE = """() => new Promise(done => {
    const seen = () => { watch.disconnect(); requestAnimationFrame(done); setTimeout(done, 20); };
    const watch = new MutationObserver(seen);
    const all = { subtree: true, childList: true, attributes: true, characterData: true };
    watch.observe(document, all);
    setTimeout(seen, 50); })"""


@cache
def reading() -> str:
    """The script that reads a page by what a person sees on it."""
    return (Path(__file__).parent / "reading.js").read_text(encoding="utf-8")


def any_of(words: tuple[str, ...]) -> re.Pattern[str]:
    """Match any of the words as a whole; letter case, spacing and icons beside them aside."""
    either = "|".join(r"\s+".join(map(re.escape, word.split())) for word in words)
    return re.compile(rf"^[^\w#+]*(?:{either})[^\w]*$", re.IGNORECASE)


@cache
def all_words(labels: Labels) -> list[str]:
    """Every label of the site."""
    groups = [group for _, group in labels if isinstance(group, BaseModel)]
    return [word for group in groups for words in group.model_dump().values() for word in words]


@cache
def words_of_forms(labels: Labels) -> list[str]:
    """Every label of the site's forms; none of them is ever a value."""
    groups = (labels.dialog, labels.settings, labels.billing, labels.payment)
    return [word for group in groups for words in group.model_dump().values() for word in words]


def said(words: tuple[str, ...]) -> str:
    """Name a label in a message: its usual word first."""
    return " or ".join(f"'{word}'" for word in words[:3])


def _nobody(act: str, target: Any, text: str) -> None:
    """Nobody watches the hand."""


@dataclass
class Screen:
    """What every page object is handed: the browser's tab and the site's profile."""

    tab: Tab
    site: SiteProfile
    doing: str = "opening the site"
    home: str = ""
    amounts_saved: int = 0  # how often Save Changes was pressed on a date of service
    reader: JSHandle | None = field(default=None, repr=False)
    watched: Callable[[str, Any, str], None] = field(default=_nobody, repr=False)
    """Told before each "click", "type" or "choose": what it is done to, and what is typed."""

    roles: dict[tuple[tuple[str, ...], Kind], tuple[Any, ...]] = field(default_factory=dict)
    dialog: Any = None  # the date of service opened last
    history_is_unread: bool = False  # the History tab is in a form that cannot be read here
    sent_to_get_here: bool = False  # a reload would send a form's contents a second time
    asked_for: str = ""  # the address of the page that is shown, or on its way

    def __post_init__(self) -> None:
        self.tab.on("request", self._note)

    def _note(self, request: Request) -> None:
        """Remember how the page that is shown was asked for."""
        if request.is_navigation_request() and request.frame == self.tab.main_frame:
            self.sent_to_get_here = request.method != "GET"
            self.asked_for = request.url

    def check_the_site(self) -> None:
        """Raise Refusal unless the page that is shown is the practice's own.

        Asked before anything is typed or clicked.
        """
        if is_of(self.site, self.tab.url):
            return
        elsewhere = [a for a in (self.asked_for, self.tab.url) if a and not is_of(self.site, a)]
        raise led_away(self.site, self.doing, f"the site led to {origin_of(elsewhere[0])}")

    def another(self) -> Screen:
        """Open one more tab of the same signed-in browser."""
        return Screen(in_a_new_window(self.tab), self.site, home=self.home)

    def rest(self, seconds: float, enough: Callable[[], bool]) -> None:
        """Let time go by, the browser and the other tabs going on; until `enough` at most."""
        end = time.monotonic() + seconds
        while time.monotonic() < end and not enough():
            self.tab.wait_for_timeout(min(0.2, seconds) * 1000)

    def here_is_home(self) -> None:
        """Remember where work starts: the page after the sign-in."""
        self.home = self.tab.url


class Watch:
    """What every page object does alike: waits, loads, asks the readers, says what is wrong."""

    def __init__(self, screen: Screen) -> None:
        self.screen = screen
        self.tab = screen.tab
        self.site = screen.site
        self.labels = screen.site.labels
        self.limits = screen.site.limits

    # Waiting ----------------------------------------------------------------------------------

    def until(
        self,
        fact: Callable[[], Found | None],
        expected: str,
        *,
        limit: float | None = None,
        words: tuple[str, ...] = (),
    ) -> Found:
        """Ask for a fact after each change of the page until it holds, and return it.

        Playwright's own waits back off to half a second; asking at each change makes a click
        path a third faster. Raises LabelMissing with the nearest words on screen when the limit
        (seconds) is over, SignedOut at once when the sign-in page stands there instead.
        """
        began, looks = time.monotonic(), 0
        limit = self.limits.control if limit is None else limit
        problem: str | None = None
        while True:
            try:
                value = fact()
                if value is not None and value is not False:
                    return value
                problem = None
                if looks % 12 == 11:
                    self._check_the_way()
                self.tab.evaluate(_NEXT_CHANGE)
            except Error as error:
                problem = self._passing(error)
            looks += 1
            if time.monotonic() - began > limit:
                self._check_the_way()
                raise self.missing(expected, words, problem)

    def lasting(
        self, fact: Callable[[], Found], good: Callable[[Found], bool], limit: float | None = None
    ) -> Found:
        """Believe good news at once and bad news only when it lasts.

        A table may show old rows for a moment after a filter or a Save. Returns the first value
        that is good, or the last one seen when the time for a control is over.
        """
        last: list[Found] = []

        def look() -> bool:
            last[:] = [fact()]
            return good(last[0])

        try:
            self.until(look, "the expected rows", limit=limit)
        except LabelMissing:
            if not last:
                raise
        return last[0]

    def _passing(self, error: Error) -> str:
        """Let errors of a page that is just changing pass; say when the browser is gone."""
        if self.tab.is_closed() or "closed" in str(error).splitlines()[0]:
            raise BrowserGone(
                self.screen.doing,
                expected="a browser that stays open",
                found="the browser or its page was closed",
                next_step="run the command again; `undo-writeoff status` says what is owed",
            ) from error
        return str(error).splitlines()[0]

    def _check_the_way(self) -> None:
        """Look for what explains a wait: another site, a sign-in page, an announcement."""
        if self.screen.asked_for:
            self.screen.check_the_site()
        sign_in = self.labels.sign_in
        password = self.tab.get_by_label(any_of(sign_in.password)).filter(visible=True)
        code = self.tab.get_by_label(any_of(sign_in.practice_code)).filter(visible=True)
        if self.expects_sign_in or not (password.count() or code.count()):
            self.dismiss_announcement()
            return
        raise SignedOut(
            self.screen.doing,
            expected="a signed-in session",
            found="the sign-in page; the session ended, or this account signed in elsewhere",
            next_step="sign in again (`undo-writeoff login`), then run `undo-writeoff recover`",
        )

    expects_sign_in = False

    def pause_for_person(self) -> None:
        """Wait until the person's window does something: a page loads, or it closes."""
        with contextlib.suppress(Error):
            self.tab.wait_for_event("framenavigated", timeout=2000)

    def dismiss_announcement(self) -> None:
        """Close an announcement that lies over the page, as a person would."""
        button = self.tab.get_by_role("button", name=any_of(self.labels.announcement_buttons))
        for one in button.filter(visible=True).all()[:1]:
            one.click(timeout=1000)

    def is_coming(self) -> bool:
        """Wait for a tab that opens by itself; tell whether it did."""
        with contextlib.suppress(LabelMissing):
            return self.until(self.ready, "the tab", limit=self.limits.second_look)
        return False

    def ready(self) -> bool:
        """Tell whether the screen shows what this page is recognised by; each page says what."""
        raise NotImplementedError

    # Asking the readers of reading.js ---------------------------------------------------------

    def reading(self, look: Callable[[JSHandle], Found]) -> Found:
        """Look with the readers of reading.js, which are loaded once a document."""
        screen = self.screen
        if screen.reader is not None:
            try:
                return look(screen.reader)
            except Error:
                screen.reader = None  # the document they were loaded into is gone
        screen.reader = self.tab.evaluate_handle(reading())
        return look(screen.reader)

    def shows(self, words: tuple[str, ...]) -> bool:
        """Tell in one look whether any of the words stands on the screen."""
        return bool(self.ask("(reader, words) => reader.shows(words)", list(words)))

    def ask(self, script: str, about: Any = None) -> Any:
        """Ask the readers something about the page, such as `(reader, words) => ...`."""
        code = f"([reader, about]) => ({script})(reader, about)"
        return self.reading(lambda reader: self.tab.evaluate(code, [reader, about]))

    # Saying what is wrong -----------------------------------------------------------------------

    def words_on_screen(self) -> list[str]:
        """Every short text that a person sees now; for messages about labels, never for logs."""
        try:
            texts: list[str] = self.ask(
                """reader => [...new Set(reader.leaves(document).map(l => l.text))]
                    .concat([...document.querySelectorAll('input[type=button],input[type=submit]')]
                    .map(b => b.value))
                    .filter(t => t.length < 40 && !/\\d/.test(t))"""
            )
        except Error:
            return []
        return texts

    def missing(self, expected: str, words: tuple[str, ...], problem: str | None) -> LabelMissing:
        """Build the message for a label that is not there, with the nearest words that are."""
        near = self._nearest(words) if words else []
        nearest = ", ".join(f"'{word}'" for word in near) or "nothing like it"
        found = f"{nearest} on the screen" if words else "another state of the screen"
        return LabelMissing(
            self.screen.doing,
            expected=expected,
            found=found + (f" ({problem})" if problem else ""),
            next_step=f"if the site renamed it, {self._profile_line(words, near)}; "
            "`undo-writeoff doctor` walks the path",
        )

    def _nearest(self, words: tuple[str, ...]) -> list[str]:
        """The words on screen most like a label, of those that are no other label of the site.

        Where none is like it, the choices of the lists: a renamed choice may share no letter.
        """
        known = {same_words(word) for word in all_words(self.labels)}
        shown, choices = self.words_on_screen(), self._choices_on_screen()
        new = [word for word in shown + choices if same_words(word) not in known]
        near: list[str] = []
        for word in words:
            near += difflib.get_close_matches(word, new, n=3, cutoff=0.45)
        return list(dict.fromkeys(near or [word for word in choices if word in new]))[:4]

    def _choices_on_screen(self) -> list[str]:
        """The texts of the choices in the lists that a person sees."""
        try:
            texts: list[str] = self.tab.evaluate(
                """() => [...document.querySelectorAll('option')]
                    .filter(o => o.closest('select')?.getClientRects().length)
                    .map(o => o.text.trim()).filter(t => t && t.length < 40 && !/\\d/.test(t))"""
            )
        except Error:
            return []
        return texts

    def _profile_line(self, words: tuple[str, ...], near: list[str]) -> str:
        """The line for the site profile that would follow a renamed label."""
        group, _, key = self.labels.key_of(words).partition(".")
        if not key:
            return "add the new word to its site profile"
        new = f'"{near[0]}"' if near else '"the new word"'
        return f"put {key} = {new} under [labels.{group}] in its site profile"

    def doubled(self, words: tuple[str, ...], count: int) -> LabelMissing:
        """Build the message for a label that stands there more than once."""
        return LabelMissing(
            self.screen.doing,
            expected=f"exactly one {said(words)}",
            found=f"{count} of them; nothing was pressed",
            next_step="look at the page yourself; `undo-writeoff doctor` walks the path",
        )

    def goto(self, address: str) -> None:
        """Load an address; raises TechnicalFailure when the site does not answer or refuses."""
        try:
            self.trouble(self.tab.goto(address, timeout=self.limits.page * 1000))
        except Error as error:
            raise self.silent(error) from error

    def visit_anew(self, address: str) -> None:
        """Load an address afresh; nothing that a form sent to get here is sent again."""
        self.screen.doing = "loading the page of the window anew"
        if "#" in address:  # the same page and another mark in it would not be loaded
            self.goto("about:blank")
        self.goto(address)

    def reload(self) -> None:
        """Load the page anew, without sending again what a form may have sent to get here."""
        if self.screen.sent_to_get_here:
            address = self.tab.url
            self.goto("about:blank")
            self.goto(address)
            return
        try:
            self._reload()
        except Error as error:
            if "Protocol error" not in str(error) or self.tab.is_closed():
                raise self.silent(error) from error
            # The page was just being replaced, as after a Save that loads a whole page.
            self.until(self._is_reloaded, "the page to load anew", limit=self.limits.page)

    def _reload(self) -> None:
        limit = self.limits.page * 1000
        self.trouble(self.tab.reload(timeout=limit, wait_until="commit"))

    def _is_reloaded(self) -> bool:
        """Load the page again, once what was under way has arrived."""
        self.tab.wait_for_load_state(timeout=self.limits.page * 1000)
        if self.screen.sent_to_get_here:
            self.reload()
        else:
            self._reload()
        return True

    def silent(self, error: Error) -> Problem:
        """Build the message for a site that does not answer, or that leads elsewhere."""
        if self.screen.asked_for and not is_of(self.site, self.screen.asked_for):
            self.screen.check_the_site()
        why = self._passing(error)
        if "interrupted" in why or "ERR_ABORTED" in why:  # the site itself led elsewhere
            with contextlib.suppress(Error):
                self.tab.wait_for_load_state(timeout=self.limits.page * 1000)
                self._check_the_way()
        return TechnicalFailure(
            self.screen.doing,
            expected=f"an answer from {self.site.origin}",
            found=in_words(why),
            next_step="see whether the site opens in an ordinary browser, then try again",
        )

    def trouble(self, response: Response | None) -> None:
        """Stop when a page was answered with an error; 403 is the role's own answer."""
        if response is not None and response.status >= 400:
            raise self.refused_page(response.status)

    def refused_page(self, status: int) -> Problem:
        """Build the message for a page that the site would not give."""
        return TechnicalFailure(
            self.screen.doing,
            expected="the page",
            found=f"the site answered with error {status}",
            next_step="try again later; nothing was changed by this step",
        )
