"""Watch: the one way to wait, for as long as something is still on its way."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from playwright.sync_api import Error, JSHandle, Response
from playwright.sync_api import Page as Tab

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
from automation.pages.screen import Screen, any_of, known_words, reading, said, watching

Found = TypeVar("Found")
_ANSWERS_WITHIN = 0.1  # seconds, from a page on a computer at leisure that is asked for changes
_LONGEST = 4  # times the limit of a page, however many answers keep arriving
_OTHER_TRIES = 5  # boxes closed in one wait; a page that opens ever new ones is left to a person


@dataclass(frozen=True)
class Box:
    """Something that lies over the page: its words, the names of its buttons."""

    number: int
    text: str
    buttons: tuple[str, ...]
    wide: bool  # a dialog, or over most of the page

    def __str__(self) -> str:
        words = f"'{self.text}'" if self.text else "something without words"
        buttons = ", ".join(f"'{name}'" for name in self.buttons)
        return words + (f" with {buttons}" if buttons else "")


def boxed(told: dict[str, Any]) -> Box:
    """Make a box of what the watchers tell of it."""
    return Box(told["number"], told["text"], tuple(told["buttons"]), bool(told["wide"]))


class Patience:
    """How long one wait lasts: until a short quiet, at most until nothing arrived for long."""

    def __init__(self, screen: Screen, quiet: float, page: float) -> None:
        self._screen, self._quiet, self._page = screen, quiet, page
        self._began = self._stirred = time.monotonic()
        self._changes = -1
        self._starved = 0.0  # seconds since something went on in which the page had no turn
        self.looks = 0
        self.closed = 0  # how many boxes were closed meanwhile

    def saw(self, changes: int, seconds: float) -> None:
        """Take how often the page has changed so far, and how long it took to answer that.

        On a computer that is busy with something else, time goes by in which a page that is at
        work cannot change; that is no quiet.
        """
        self.looks += 1
        self._starved += max(0.0, seconds - _ANSWERS_WITHIN)
        if changes != self._changes:
            if self._changes >= 0:
                self.stirred()
            self._changes = changes

    def stirred(self) -> None:
        """Note that something goes on."""
        self._stirred, self._starved = time.monotonic(), 0.0

    def is_long(self) -> bool:
        """Tell whether the long limit is over."""
        now = time.monotonic()
        latest = max(self._began, self._screen.traffic.arrived_at)
        return now - latest > self._page or now - self._began > _LONGEST * self._page

    def is_quiet(self) -> bool:
        """Tell whether nothing was on its way or changed for as long as is to be waited."""
        if self._screen.traffic.on_its_way():
            return False
        latest = max(self._stirred, self._began, self._screen.traffic.moved_at)
        return time.monotonic() - latest - self._starved > self._quiet


class Watch:
    """What every page object does alike: waits, loads, asks the readers, says what is wrong."""

    def __init__(self, screen: Screen) -> None:
        self.screen = screen
        self.site = screen.site
        self.labels = screen.site.labels
        self.limits = screen.site.limits

    @property
    def tab(self) -> Tab:
        """Where the practice's pages are shown: the tab, or the frame in it that they stand in."""
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
        """Ask for a fact after each change of the page until it holds, and return it.

        A page that is only just being replaced is not asked. Gives up when for `limit` seconds no
        request was on its way, nothing changed and no busy sign stood there, and in any case when
        nothing arrived for the profile's limit of a page (or `longest`). Raises LabelMissing on a
        quiet, complete page; PageFailed where an answer failed or is still to come; InTheWay for
        what lies over the page; SignedOut at once when the sign-in page stands there instead.
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
            except Error as error:
                problem = self._passing(error)
                wait.looks += 1
                self.pause()
            if (wait.is_long() or wait.is_quiet()) and self._is_over(wait):
                raise self._why(wait, expected, words, problem)

    def poll_until(
        self, fact: Callable[[], Found], good: Callable[[Found], bool], limit: float | None = None
    ) -> Found:
        """Believe good news at once and bad news only on a quiet, complete page.

        A table may show old rows for a moment after a filter or a Save. Returns the first value
        that is good, or the last one seen when `limit` seconds were quiet. Raises PageFailed
        where bad news may only mean that an answer failed or did not come.
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
        """Wait until nothing is on its way any more; tell whether it came to rest in time.

        Costs nothing on a page at rest. `limit` is how many seconds must have been quiet.
        """
        wait = self._patience(limit, None)
        while not wait.is_long():
            if not self.screen.traffic.on_its_way() and (not limit or wait.is_quiet()):
                return True
            try:
                self._next_change(wait)
            except Error as error:
                self._passing(error)
                self.pause()
        return False

    def answered(self) -> bool:
        """Wait until what a click asked for has come; tell whether it came in time.

        A request is heard of a moment after its click, so the page is given one turn first.
        """
        with contextlib.suppress(Error):
            self._next_change(self._patience(0.0, None))
        return self.settled()

    def believe_absence(self, what: str) -> None:
        """Return only if this page is quiet and complete, so that what is not on it is not there.

        `what` is what was looked for. Raises PageFailed where an answer failed or did not come,
        a busy sign stands, or an error page; SignedOut or InTheWay for what stands instead.
        """
        wait = self._patience(min(0.3, self.limits.second_look), None)
        while not (wait.is_quiet() and self._is_over(wait)):
            if wait.is_long():
                break
            try:
                self._next_change(wait)
            except Error as error:
                self._passing(error)
                self.pause()
        problem = self._why(wait, what, (), None)
        if not isinstance(problem, LabelMissing):
            raise problem

    def pause(self) -> None:
        """Let the page go on for a moment."""
        with contextlib.suppress(Error):
            self.screen.tab.wait_for_timeout(30)

    def _patience(self, limit: float | None, longest: float | None) -> Patience:
        quiet = self.limits.control if limit is None else limit
        return Patience(self.screen, quiet, longest or self.limits.page)

    def _next_change(self, wait: Patience) -> None:
        """Wait for the page's next change, 50 ms at most, and have it noted."""
        acts, began = self.screen.traffic.acts, time.monotonic()
        changes = self.watching(lambda watcher: watcher.evaluate("(w, n) => w.next(n)", acts))
        wait.saw(changes, time.monotonic() - began)

    def _is_over(self, wait: Patience) -> bool:
        """Tell whether a wait has ended: what may explain it was looked for, and does not go on."""
        if self._clear_the_way(wait):
            wait.stirred()
            return False
        if not wait.is_long() and self.busy_sign():
            wait.stirred()
            return False
        return True

    def busy_sign(self) -> str:
        """The words of the busy sign that stands on the page; "" where there is none."""
        with contextlib.suppress(Error):
            return str(self.about_page("(w, words) => w.busy(words)", list(self.labels.busy)))
        return ""

    def _passing(self, error: Error) -> str:
        """Let errors of a page that is just changing pass; say when the browser is gone."""
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

    # What stands in the way ---------------------------------------------------------------------

    expects_sign_in = False

    def _clear_the_way(self, wait: Patience) -> bool:
        """Look for what explains a wait; tell whether something was done about it.

        A sign-in page ends the work. A box over the page is closed as a person would close it,
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
        """Raise SignedOut where the sign-in page stands in the place of the one meant.

        Raises Refusal where the page is another site's.
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
        """Work in the frame that shows the practice's menu, where the tab itself shows none."""
        if self.screen.traffic.frame is not None or len(self.screen.tab.frames) < 2:
            return False
        name = any_of(self.labels.patients.link)
        for frame in self.screen.frames():
            with contextlib.suppress(Error):
                link = frame.get_by_role("link", name=name).or_(
                    frame.get_by_role("button", name=name)
                )
                if link.filter(visible=True).count() and not self.shows(self.labels.patients.link):
                    self.screen.stands_in(frame)
                    return True
        return False

    def boxes(self) -> list[Box]:
        """What lies over the page and is none of the page's own parts."""
        try:
            found = self.about_page("(w, known) => w.boxes(known)", known_words(self.labels))
        except Error:
            return []
        return [boxed(one) for one in found]

    def closes(self, box: Box) -> bool:
        """Press what closes a box; tell whether there was such a button and it was pressed."""
        asked = [box.number, list(self.labels.announcement_buttons)]
        with contextlib.suppress(Error):
            button = self.watching(
                lambda w: w.evaluate_handle("(w, asked) => w.closer(...asked)", asked)
            ).as_element()
            if button is not None:
                button.click(timeout=1000)
                return True
        return False

    def in_the_way(self, box: Box, expected: str) -> InTheWay:
        """Build the message for what lies over the page and asks a person for a decision."""
        return InTheWay(
            self.screen.doing,
            expected=expected,
            found=f"{box} over the page; nothing was pressed",
            next_step="answer it once yourself in the window of `undo-writeoff login`; if one of "
            "its buttons may always be pressed, add it to announcement_buttons under [labels] in "
            "the site profile",
        )

    def pause_for_person(self) -> None:
        """Wait until the person's window does something: a page loads, or it closes."""
        with contextlib.suppress(Error):
            self.screen.tab.wait_for_event("framenavigated", timeout=2000)

    def is_coming(self) -> bool:
        """Wait for a tab that opens by itself; tell whether it did."""
        with contextlib.suppress(LabelMissing):
            return self.until(self.ready, "the tab", limit=self.limits.second_look)
        return False

    def ready(self) -> bool:
        """Tell whether the screen shows what this page is recognised by; each page says what."""
        raise NotImplementedError

    def lacks(self) -> str:
        """Say which part that this page is recognised by is not there; "" for none."""
        return ""

    # Asking the scripts -------------------------------------------------------------------------

    def watching(self, look: Callable[[JSHandle], Found]) -> Found:
        """Look with the watchers of watching.js, which are loaded once a document."""
        screen = self.screen
        if screen.watcher is not None:
            try:
                return look(screen.watcher)
            except Error:
                screen.watcher = None  # the document they were loaded into is gone
        screen.watcher = self.tab.evaluate_handle(watching())
        return look(screen.watcher)

    def about_page(self, script: str, about: Any = None) -> Any:
        """Ask the watchers something about the page, such as `(w, words) => w.busy(words)`."""
        return self.watching(lambda watcher: watcher.evaluate(script, about))

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

    def _why(
        self,
        wait: Patience,
        expected: str,
        words: tuple[str, ...],
        problem: str | None,
    ) -> TechnicalFailure:
        """Build the message for a wait that ended: what failed, lies over it or is missing."""
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
        """Say which answer failed or is still to come, or which error page stands there."""
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
        with contextlib.suppress(Error):
            head = self.about_page("w => w.headline()")
            for text in (head["title"], head["heading"]):
                if any(word.casefold() in text.casefold() for word in self.labels.error_page):
                    return f"an error page of the practice: '{text}'"
        return ""

    def missing(self, expected: str, words: tuple[str, ...], problem: str | None) -> LabelMissing:
        """Build the message for a label that is not there, with what stands in its place."""
        return missing.label(self, expected, words, problem)

    def expect(self, *keys: str, needed: bool = True) -> dict[str, tuple[str, ...]]:
        """See that what labels name stands where such things belong; return what is around each.

        Raises LabelMissing where a label that is needed stands elsewhere only, and where nothing
        bears its name: always if it is needed, else if something new surely stands in its place.
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
        """Build the message for a label that stands there more than once."""
        return missing.doubled(self, words, count)

    # Loading ------------------------------------------------------------------------------------

    def goto(self, address: str) -> None:
        """Load an address; raises TechnicalFailure when the site does not answer or refuses."""
        self.screen.traffic.act()
        limit = self.limits.page * 2000  # a page may lead on to another one
        for is_last in (False, True):
            try:
                self.trouble(self.tab.goto(address, timeout=limit, wait_until="domcontentloaded"))
                return
            except Error as error:
                if is_last or "interrupted by another navigation" not in str(error):
                    raise self.silent(error) from error
                # The page was only just being replaced, as after a Save that loads a whole page.
                self.settled(0.3)

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
        self.screen.traffic.act()
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
                self.settled(min(0.3, self.limits.second_look))
                self.see_that_it_is_signed_in()
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
        return PageFailed(
            self.screen.doing,
            expected="the page",
            found=f"the site answered with error {status}",
            next_step="try again later; nothing was changed by this step",
        )
