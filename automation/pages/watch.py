"""Waiting: the one way to wait, for as long as a page is still loading."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from automation.browser import driver
from automation.browser.net_errors import in_words
from automation.browser.site_lock import is_of
from automation.errors import (
    BrowserGone,
    InTheWay,
    LabelMissing,
    PageFailed,
    Problem,
    SignedOut,
    TechnicalFailure,
)
from automation.pages import drift, missing
from automation.pages.screen import Screen, any_of, known_words, readers, said

if TYPE_CHECKING:
    from playwright.sync_api import Error, JSHandle, Locator, Response
    from playwright.sync_api import Page as Tab

Found = TypeVar("Found")
_ANSWERS_WITHIN = 0.1  # seconds for a page on an idle computer to answer when asked for changes
_LONGEST = 4  # times the limit of a page, even when answers keep arriving
_OTHER_TRIES = 5  # boxes closed in one wait; a page that keeps opening them is left to a person


@dataclass(frozen=True)
class Box:
    """A box that covers the page: its text and the names of its buttons."""

    number: int
    text: str
    buttons: tuple[str, ...]
    wide: bool  # it is a dialog, or covers most of the page

    def __str__(self) -> str:
        words = f"'{self.text}'" if self.text else "something without words"
        buttons = ", ".join(f"'{name}'" for name in self.buttons)
        return words + (f" with {buttons}" if buttons else "")


def boxed(told: dict[str, Any]) -> Box:
    """Build a box from what the readers return."""
    return Box(told["number"], told["text"], tuple(told["buttons"]), bool(told["wide"]))


class Patience:
    """The length of one wait: until a short quiet, at most until nothing has arrived for long."""

    def __init__(self, screen: Screen, quiet: float, page: float) -> None:
        self._screen, self._quiet, self._page = screen, quiet, page
        self._began = self._stirred = time.monotonic()
        self._changes = -1
        self._starved = 0.0  # seconds since the last activity in which the page could not run
        self.looks = 0
        self.closed = 0  # boxes closed during this wait

    def saw(self, changes: int, seconds: float) -> None:
        """Take in how often the page has changed, and how many seconds it took to answer that.

        On a busy computer, a page that is working may not get time to change; that time is not
        quiet.
        """
        self.looks += 1
        self._starved += max(0.0, seconds - _ANSWERS_WITHIN)
        if changes != self._changes:
            if self._changes >= 0:
                self.stirred()
            self._changes = changes

    def stirred(self) -> None:
        """Record activity, which ends a quiet time."""
        self._stirred, self._starved = time.monotonic(), 0.0

    def is_long(self) -> bool:
        """Tell whether the long limit is over."""
        now = time.monotonic()
        latest = max(self._began, self._screen.traffic.arrived_at)
        return now - latest > self._page or now - self._began > _LONGEST * self._page

    def is_quiet(self) -> bool:
        """Tell whether nothing was pending or changed for the whole quiet time."""
        if self._screen.traffic.on_its_way():
            return False
        latest = max(self._stirred, self._began, self._screen.traffic.moved_at)
        return time.monotonic() - latest - self._starved > self._quiet


class Watch:
    """The base of every page object: waiting, loading, calling the scripts, error messages."""

    def __init__(self, screen: Screen) -> None:
        self.screen = screen
        self.site = screen.site
        self.labels = screen.site.labels
        self.limits = screen.site.limits

    @property
    def tab(self) -> Tab:
        """What shows the practice's pages: the tab, or a frame in it."""
        return self.screen.shown

    # Waiting ------------------------------------------------------------------------------------

    def until(
        self,
        fact: Callable[[], Found | None],
        expected: str,
        *,
        limit: float | None = None,
        words: tuple[str, ...] = (),
        longest: float | None = None,
    ) -> Found:
        """Call `fact` after each change of the page until it is true, and return its value.

        It is not called while the page is being replaced. Gives up when for `limit` seconds no
        request was pending, nothing changed and no busy sign was shown, and in any case when
        nothing arrived for the profile's limit of a page (or `longest`). Raises LabelMissing on a
        quiet, complete page; PageFailed when an answer failed or is still missing; InTheWay for
        what covers the page; SignedOut at once when the sign-in page is shown instead.
        """
        wait = self._patience(limit, longest)
        problem: str | None = None
        while True:
            try:
                if self.screen.is_saving or not self.screen.traffic.is_incomplete():
                    value = fact()
                    if value is not None and value is not False:
                        return value
                problem = None
                if wait.looks % 12 == 11 and self._clear_the_way(wait):
                    wait.stirred()
                self._next_change(wait)
            except driver.Error as error:
                problem = self._passing(error)
                wait.looks += 1
                self.pause()
            if (wait.is_long() or wait.is_quiet()) and self._is_over(wait):
                raise self._why(wait, expected, words, problem)

    def poll_until(
        self, fact: Callable[[], Found], good: Callable[[Found], bool], limit: float | None = None
    ) -> Found:
        """Return a good value at once, and a bad one only from a quiet, complete page.

        A table may show old rows for a moment after a filter or a Save. Returns the first value
        that is good, or the last one after `limit` quiet seconds. Raises PageFailed when a bad
        value may only mean that an answer failed or did not come.
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

    def settled(self, limit: float = 0.0) -> bool:
        """Wait until nothing is pending any more; tell whether the page settled in time.

        Returns at once on a settled page. `limit` is how many seconds must have been quiet.
        """
        wait = self._patience(limit, None)
        while not wait.is_long():
            if not self.screen.traffic.on_its_way() and (not limit or wait.is_quiet()):
                return True
            try:
                self._next_change(wait)
            except driver.Error as error:
                self._passing(error)
                self.pause()
        return False

    def answered(self) -> bool:
        """Wait until what a click requested has arrived; tell whether it did in time.

        A request is reported a moment after its click, so wait for one change first.
        """
        with contextlib.suppress(driver.Error):
            self._next_change(self._patience(0.0, None), least=20)
        return self.settled()

    def believe_absence(self, what: str) -> None:
        """Return only if this page is quiet and complete, so that what it lacks does not exist.

        `what` is what was looked for. Raises PageFailed when an answer failed or did not come,
        a busy sign is shown, or an error page; SignedOut or InTheWay for what is shown instead.
        """
        wait = self._patience(min(0.3, self.limits.second_look), None)
        while not (wait.is_quiet() and self._is_over(wait)):
            if wait.is_long():
                break
            try:
                self._next_change(wait)
            except driver.Error as error:
                self._passing(error)
                self.pause()
        problem = self._why(wait, what, (), None)
        if not isinstance(problem, LabelMissing):
            raise problem

    def pause(self) -> None:
        """Let the page run for a moment."""
        with contextlib.suppress(driver.Error):
            self.screen.tab.wait_for_timeout(30)

    def _patience(self, limit: float | None, longest: float | None) -> Patience:
        quiet = self.limits.control if limit is None else limit
        return Patience(self.screen, quiet, longest or self.limits.page)

    def _next_change(self, wait: Patience, least: int = 0) -> None:
        """Wait for the page's next change, `least` to 50 ms, and pass it to `wait`."""
        acts, began = self.screen.traffic.acts, time.monotonic()
        changes = self.ask("(reader, asked) => reader.next(...asked)", [acts, least])
        wait.saw(changes, time.monotonic() - began)

    def _is_over(self, wait: Patience) -> bool:
        """Tell whether a wait is over: nothing was cleared away, and no busy sign is shown."""
        if self._clear_the_way(wait):
            wait.stirred()
            return False
        if not wait.is_long() and self.busy_sign():
            wait.stirred()
            return False
        return True

    def busy_sign(self) -> str:
        """Return the text of the page's busy sign; "" if there is none."""
        with contextlib.suppress(driver.Error):
            return str(self.ask("(reader, words) => reader.busy(words)", list(self.labels.busy)))
        return ""

    def _passing(self, error: Error) -> str:
        """Tolerate errors of a page that is being replaced, and return their first line.

        Raises BrowserGone when the browser or its page is closed.
        """
        first = str(error).splitlines()[0]
        if self.screen.traffic.frame is not None and self.screen.traffic.frame.is_detached():
            self.screen.stands_in(None)
        elif self.screen.tab.is_closed() or "closed" in first:
            raise BrowserGone(
                self.screen.doing,
                expected="a browser that stays open",
                found="the browser or its page was closed",
                next_step="run the command again; `undo-writeoff status` says what is owed",
            ) from error
        return first

    # What is in the way -------------------------------------------------------------------------

    expects_sign_in = False

    def _clear_the_way(self, wait: Patience) -> bool:
        """Look for what explains a wait; tell whether something was done about it.

        A sign-in page raises SignedOut. A box over the page is closed as a person would close it,
        and the practice's pages are looked for in a frame.
        """
        self.see_that_it_is_signed_in()
        if self._moves_into_a_frame():
            return True
        if self.screen.is_saving or wait.closed >= _OTHER_TRIES:
            return False
        if any(self.closes(box) for box in self.boxes()):
            wait.closed += 1
            return True
        return False

    def see_that_it_is_signed_in(self) -> None:
        """Raise SignedOut when the sign-in page is shown instead of the expected one.

        Raises Refusal when the page is another site's.
        """
        if self.screen.asked_for:
            self.screen.check_the_site()
        if self.expects_sign_in or not self._is_sign_in_page():
            return
        raise SignedOut(
            self.screen.doing,
            expected="a signed-in session",
            found="the sign-in page; the session ended, or this account signed in elsewhere",
            next_step="sign in again (`undo-writeoff login`), then run `undo-writeoff recover`",
        )

    def _is_sign_in_page(self) -> bool:
        sign_in = self.labels.sign_in
        password = self.tab.get_by_label(any_of(sign_in.password)).filter(visible=True)
        code = self.tab.get_by_label(any_of(sign_in.practice_code)).filter(visible=True)
        return bool(password.count() or code.count())

    def _moves_into_a_frame(self) -> bool:
        """Switch to a frame that shows the practice's menu, if the tab itself shows none."""
        if self.screen.traffic.frame is not None or len(self.screen.tab.frames) < 2:
            return False
        name = any_of(self.labels.patients.link)
        for frame in self.screen.frames():
            with contextlib.suppress(driver.Error):
                link = frame.get_by_role("link", name=name).or_(
                    frame.get_by_role("button", name=name)
                )
                if link.filter(visible=True).count() and not self.shows(self.labels.patients.link):
                    self.screen.stands_in(frame)
                    return True
        return False

    def boxes(self) -> list[Box]:
        """Return the boxes that cover the page and are not the site's own."""
        try:
            found = self.ask("(reader, known) => reader.boxes(known)", known_words(self.labels))
        except driver.Error:
            return []
        return [boxed(one) for one in found]

    def closes(self, box: Box) -> bool:
        """Press the button that closes a box; tell whether there was one and it was pressed."""
        asked = [box.number, list(self.labels.announcement_buttons)]
        with contextlib.suppress(driver.Error):
            button = self.reading(
                lambda reader: reader.evaluate_handle("(reader, a) => reader.closer(...a)", asked)
            ).as_element()
            if button is not None:
                button.click(timeout=1000)
                return True
        return False

    def in_the_way(self, box: Box, expected: str) -> InTheWay:
        """Return the problem of a box that covers the page and needs a person's decision."""
        return InTheWay(
            self.screen.doing,
            expected=expected,
            found=f"{box} over the page; nothing was pressed",
            next_step="answer it once yourself in the window of `undo-writeoff login`; if one of "
            "its buttons may always be pressed, add it to announcement_buttons under [labels] in "
            "the site profile",
        )

    def pause_for_person(self) -> None:
        """Wait, 2 seconds at most, until a page loads in the person's window, or it closes."""
        with contextlib.suppress(driver.Error):
            self.screen.tab.wait_for_event("framenavigated", timeout=2000)

    def is_coming(self) -> bool:
        """Wait for a tab that opens by itself; tell whether it did."""
        with contextlib.suppress(LabelMissing):
            return self.until(self.ready, "the tab", limit=self.limits.second_look)
        return False

    def ready(self) -> bool:
        """Tell whether the screen shows what this page is recognized by; defined by each page."""
        raise NotImplementedError

    def lacks(self) -> str:
        """Return which part that this page is recognized by is missing; "" for none."""
        return ""

    # Calling the scripts ------------------------------------------------------------------------

    def reading(self, look: Callable[[JSHandle], Found]) -> Found:
        """Call `look` with the readers of both scripts, which are loaded once per document."""
        screen = self.screen
        if screen.reader is not None:
            try:
                return look(screen.reader)
            except driver.Error:  # the document that they were loaded into is gone
                screen.used_up.append(screen.reader)
                screen.reader = None
        screen.reader = self.tab.evaluate_handle(readers())
        return look(screen.reader)

    def shows(self, words: tuple[str, ...]) -> bool:
        """Tell in one call whether any of the words is on the screen."""
        return bool(self.ask("(reader, words) => reader.shows(words)", list(words)))

    def ask(self, script: str, about: Any = None, root: Locator | None = None) -> Any:
        """Run a script with the readers, such as `(reader, words, root) => ...`, in one call.

        `root` is the whole document, or the one element of a locator: null if it is not just one.
        """
        code = f"([reader, about], root = document) => ({script})(reader, about, root)"
        if root is None:
            return self.reading(lambda reader: self.tab.evaluate(code, [reader, about]))
        only = f"(all, asked) => ({code})(asked, all.length === 1 ? all[0] : null)"
        return self.reading(lambda reader: root.evaluate_all(only, [reader, about]))

    # Problems -----------------------------------------------------------------------------------

    def _why(
        self,
        wait: Patience,
        expected: str,
        words: tuple[str, ...],
        problem: str | None,
    ) -> TechnicalFailure:
        """Return the problem of a wait that ended: what failed, covers the page or is missing."""
        found = self._what_failed(wait)
        if found:
            return PageFailed(
                self.screen.doing,
                expected=expected,
                found=found,
                next_step="try again in a minute; if it lasts, see whether the page opens in an "
                "ordinary browser",
            )
        if not self.screen.is_saving:
            for box in self.boxes():
                if box.wide and box.buttons:
                    return self.in_the_way(box, expected)
        return self.missing(expected, words, problem)

    def _what_failed(self, wait: Patience) -> str:
        """Return which answer failed or is still pending, or which error page is shown; else ""."""
        for failed in self.screen.traffic.failures()[:1]:
            return str(failed)
        if wait.is_long():
            page = f"after {self.limits.page:g} seconds"
            names = {self.screen.traffic.name(r) for r in self.screen.traffic.on_its_way()}
            if names:
                asked = ", ".join(f"'{name}'" for name in sorted(names) if name) or "this page"
                return f"no answer to the request for {asked} {page}"
            if sign := self.busy_sign():
                return f"a page that is still at work {page} ('{sign}')"
        with contextlib.suppress(driver.Error):
            head = self.ask("reader => reader.headline()")
            for text in (head["title"], head["heading"]):
                if any(word.casefold() in text.casefold() for word in self.labels.error_page):
                    return f"an error page of the practice: '{text}'"
        return ""

    def missing(self, expected: str, words: tuple[str, ...], problem: str | None) -> LabelMissing:
        """Return the problem of a label that is not there, with what is in its place."""
        return missing.label(self, expected, words, problem)

    def expect(self, *keys: str, needed: bool = True) -> dict[str, tuple[str, ...]]:
        """Check that labels are in their places; return what is around each.

        Raises LabelMissing when a needed label is only elsewhere, and when a label is nowhere:
        always if it is needed, else only if a new word is certainly in its place.
        """
        look = self.until(lambda: drift.Drift(self), "the page to come to rest")
        around = {}
        for key in keys:
            words = self.labels.words_of(key)
            where = look.misplaced(key)
            if where and needed:
                raise missing.strange(self, key, where)
            if look.shows(key):
                around[key] = look.contract(key)
            elif needed or look.found(key).sure:
                expected = f"{said(words)} {drift.PLACES[key].where}"
                raise missing.label(self, expected, words, None, key)
        return around

    def doubled(self, words: tuple[str, ...], count: int) -> LabelMissing:
        """Return the problem of a label that is there more than once."""
        return missing.doubled(self, words, count)

    # Loading ------------------------------------------------------------------------------------

    def goto(self, address: str) -> None:
        """Load a URL; raises TechnicalFailure when the site does not answer or refuses."""
        self.screen.traffic.act()
        self.screen.is_from_before_a_save = False
        limit = self.limits.page * 2000  # twice the limit: a page may redirect to another one
        for is_last in (False, True):
            try:
                self.trouble(self.tab.goto(address, timeout=limit, wait_until="domcontentloaded"))
                return
            except driver.Error as error:
                if is_last or "interrupted by another navigation" not in str(error):
                    raise self.silent(error) from error
                # The page was being replaced, as after a Save that loads a whole page.
                self.settled(0.3)

    def visit_anew(self, address: str) -> None:
        """Load a URL afresh, without submitting a form again."""
        self.screen.doing = "loading the page of the window anew"
        if "#" in address:  # another fragment of the same page would not load it
            self.goto("about:blank")
        self.goto(address)

    def reload(self) -> None:
        """Reload the page, without submitting a form again."""
        if self.screen.sent_to_get_here:
            address = self.tab.url
            self.goto("about:blank")
            self.goto(address)
            return
        try:
            self._reload()
        except driver.Error as error:
            if "Protocol error" not in str(error) or self.tab.is_closed():
                raise self.silent(error) from error
            # The page was being replaced, as after a Save that loads a whole page.
            self.until(self._is_reloaded, "the page to load anew", limit=self.limits.page)

    def _reload(self) -> None:
        self.screen.traffic.act()
        self.screen.is_from_before_a_save = False
        limit = self.limits.page * 1000
        self.trouble(self.tab.reload(timeout=limit, wait_until="commit"))

    def _is_reloaded(self) -> bool:
        """Reload the page once what was loading has arrived."""
        self.tab.wait_for_load_state(timeout=self.limits.page * 1000)
        if self.screen.sent_to_get_here:
            self.reload()
        else:
            self._reload()
        return True

    def silent(self, error: Error) -> Problem:
        """Return the problem of a site that does not answer, or that leads elsewhere."""
        if self.screen.asked_for and not is_of(self.site, self.screen.asked_for):
            self.screen.check_the_site()
        why = self._passing(error)
        if "interrupted" in why or "ERR_ABORTED" in why:  # the site itself navigated elsewhere
            with contextlib.suppress(driver.Error):
                self.tab.wait_for_load_state(timeout=self.limits.page * 1000)
                self.settled(min(0.3, self.limits.second_look))
                self.see_that_it_is_signed_in()
        return TechnicalFailure(
            self.screen.doing,
            expected=f"an answer from {self.site.origin}",
            found=in_words(why),
            next_step="check the internet connection, and that the site opens in an ordinary "
            "browser; then try again",
        )

    def trouble(self, response: Response | None) -> None:
        """Raise PageFailed when a page was answered with an error status."""
        if response is not None and response.status >= 400:
            raise self.refused_page(response.status)

    def refused_page(self, status: int) -> Problem:
        """Return the problem of a page that the site refused."""
        return PageFailed(
            self.screen.doing,
            expected="the page",
            found=f"the site answered with error {status}",
            next_step="try again later; nothing was changed by this step",
        )
