"""The screen: the tab that every page object works in, and its state."""

from __future__ import annotations

import contextlib
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, cast

from pydantic import BaseModel

from automation.billing.request import same_words
from automation.browser import driver
from automation.browser.site_lock import is_of, led_away, origin_of
from automation.browser.tabs import in_a_new_window
from automation.errors import Problem
from automation.pages.traffic import Traffic
from config.site_profile import Labels, SiteProfile

if TYPE_CHECKING:
    from playwright.sync_api import Dialog, Frame, JSHandle, Request
    from playwright.sync_api import Page as Tab

Kind = Literal["press", "tab"]
_TIDIED_AFTER = 8  # patients: it takes 50 ms, and what they leave in the meantime is some 100 MiB


@cache
def readers() -> str:
    """Return both scripts as one: what a person sees, whether it still loads, what covers it."""
    here = Path(__file__).parent
    parts = ((here / name).read_text(encoding="utf-8") for name in ("reading.js", "watching.js"))
    return f"() => ({{{', '.join(f'...({part})()' for part in parts)}}})"


def any_of(words: tuple[str, ...]) -> re.Pattern[str]:
    """Match any of the words as a whole, ignoring letter case, spacing and icons around them.

    A number may be between them: "Show 25 more" is Show more.
    """
    between = r"\s+(?:\d[\d,]*\s+)?"
    either = "|".join(between.join(map(re.escape, word.split())) for word in words)
    return re.compile(rf"^[^\w#+]*(?:{either})[^\w]*$", re.IGNORECASE)


@cache
def all_words(labels: Labels) -> list[str]:
    """Return every label of the site."""
    groups = [group for _, group in labels if isinstance(group, BaseModel)]
    return [word for group in groups for words in group.model_dump().values() for word in words]


@cache
def words_of_forms(labels: Labels) -> list[str]:
    """Return every label of the site's forms; none of them is ever a value."""
    groups = (labels.dialog, labels.settings, labels.billing, labels.payment)
    return [word for group in groups for words in group.model_dump().values() for word in words]


@cache
def known_words(labels: Labels) -> list[str]:
    """Return the labels by which a box is recognized as the site's own: its forms and its menu.

    Words that may be anywhere, such as Close, Date or Start, are not among them.
    """
    dialog, settings, billing, pay = (
        labels.dialog,
        labels.settings,
        labels.billing,
        labels.payment,
    )
    groups = (
        (dialog.method, dialog.pt_amt, dialog.coverage, dialog.rate, dialog.save),
        (dialog.tab, dialog.history_tab, labels.patients.link, labels.activity.link),
        (settings.tab, settings.section, settings.copay, settings.payer, settings.priority),
        (billing.tab, billing.section, billing.balance, billing.all_items, settings.save),
        (pay.amount, pay.method, pay.allocation, pay.write_off, pay.reason, pay.save),
        (pay.save_anyway, pay.delete, pay.delete_title, pay.delete_for_good, pay.check_number),
        (pay.credits_title, pay.use_credit, pay.apply_credit, pay.credit_left, pay.enter),
    )
    return [word for group in groups for words in group for word in words]


def said(words: tuple[str, ...]) -> str:
    """Return a label's name for messages, its usual word first."""
    return " or ".join(f"'{word}'" for word in words[:3])


def _nobody(act: str, target: Any, text: str) -> None:
    """Do nothing; the default of `Screen.watched`."""


@dataclass(frozen=True)
class Question:
    """A question of the practice in a native dialog, and how it was answered."""

    text: str
    kind: str  # alert, confirm, prompt or beforeunload
    yes: bool


class Framed:
    """A frame with the practice's pages in place of the tab; what it lacks comes from the tab."""

    def __init__(self, frame: Frame, tab: Tab) -> None:
        self._frame, self._tab = frame, tab

    def __getattr__(self, name: str) -> Any:
        own = name not in ("on", "remove_listener", "once") and hasattr(self._frame, name)
        return getattr(self._frame if own else self._tab, name)

    def reload(self, **options: Any) -> Any:
        """Reload the frame's page."""
        return self._frame.goto(self._frame.url, **options)


@dataclass
class Screen:
    """What every page object works with: the browser's tab and the site profile."""

    tab: Tab
    site: SiteProfile
    doing: str = "opening the site"
    home: str = ""
    amounts_saved: int = 0  # how often a Save of amounts, not settings, was pressed
    is_from_before_a_save: bool = False  # no page was loaded since the last press of any Save
    reader: JSHandle | None = field(default=None, repr=False)
    used_up: list[Any] = field(default_factory=list, repr=False)  # handles of what was clicked
    patients_left: int = 0  # how often the work on a patient has ended
    watched: Callable[[str, Any, str], None] = field(default=_nobody, repr=False)
    """Called before each "click", "type" or "choose" with the action, its target and its text."""

    roles: dict[tuple[tuple[str, ...], Kind], tuple[Any, ...]] = field(default_factory=dict)
    dialog: Any = None  # the date of service that was opened last
    history_is_unread: bool = False  # the History tab has a form that cannot be read here
    sent_to_get_here: bool = False  # a reload would submit a form a second time
    asked_for: str = ""  # the URL of the page that is shown or loading
    answers: dict[str, bool] = field(default_factory=dict)  # a person's, by words of the question
    ask: Callable[[str], bool | None] = field(default=lambda _: None, repr=False)
    """Asks the person at the keyboard the practice's question; None when nobody is asked."""

    may_save: Callable[[], float | None] = field(default=lambda: None, repr=False)
    """Called right before each press of a Save; raises the Problem that forbids it.

    Returns until when it may be pressed, in seconds of this computer's clock; None is for ever.
    """

    whole_list: int = 0  # so many patients were once all that a list had, without scrolling
    questions: list[Question] = field(default_factory=list, repr=False)
    is_saving: bool = False  # a Save was just pressed: a box that opens is the practice's question
    traffic: Traffic = field(init=False, repr=False)
    kept: dict[str, tuple[str, ...]] = field(default_factory=dict, repr=False)
    """What was around each label at the last good run of `doctor`, in order."""

    _framed: Any = field(default=None, repr=False)

    def __post_init__(self) -> None:
        self.traffic = Traffic(self.tab, self.site)
        self.tab.on("request", self._note)
        self.tab.on("dialog", self._answer)

    def let_go(self) -> None:
        """Stop listening to the tab, so that another screen can be made on it."""
        for event, hear in self.traffic.heard.items():
            self.tab.remove_listener(event, hear)
        self.tab.remove_listener("request", self._note)
        self.tab.remove_listener("dialog", self._answer)

    @property
    def shown(self) -> Tab:
        """The tab, or its frame that has the practice's pages."""
        return cast("Tab", self._framed) if self._framed is not None else self.tab

    def stands_in(self, frame: Frame | None) -> None:
        """Work in a frame of the tab from now on, None for the tab itself."""
        self._framed = Framed(frame, self.tab) if frame is not None else None
        self.traffic.frame = frame
        self.reader = None

    def frames(self) -> list[Frame]:
        """The frames within the tab that hold pages of the practice's own origin."""
        inner = [frame for frame in self.tab.frames if frame != self.tab.main_frame]
        return [f for f in inner if f.url.startswith(self.site.origin + "/")]

    def act(self, act: str, target: Any, text: str) -> None:
        """Announce an action to `watched`, and record its time.

        Raises Refusal when the page that is shown is not the practice's own.
        """
        self.check_the_site()
        self.watched(act, target, text)
        self.traffic.act()

    def _note(self, request: Request) -> None:
        """Remember how the page that is shown was requested."""
        shown = self.traffic.frame or self.tab.main_frame
        with contextlib.suppress(driver.Error):
            if request.is_navigation_request() and request.frame == shown:
                self.sent_to_get_here = request.method != "GET"
                self.asked_for = request.url

    def check_the_site(self) -> None:
        """Raise Refusal unless the page that is shown is the practice's own.

        Called before anything is typed or clicked.
        """
        url = self.shown.url
        if is_of(self.site, url):
            return
        elsewhere = [a for a in (self.asked_for, url) if a and not is_of(self.site, a)]
        raise led_away(self.site, self.doing, f"the site led to {origin_of(elsewhere[0])}")

    def _answer(self, dialog: Dialog) -> None:
        """Answer a native dialog: a question with yes only if that was said beforehand."""
        plain = dialog.type in ("alert", "beforeunload")
        yes = plain or (bool(self.answer_to(dialog.message)) and self._may_still_save())
        self.questions.append(Question(dialog.message, dialog.type, yes))
        with contextlib.suppress(driver.Error):  # it is gone together with its page
            if yes:
                dialog.accept()
            else:
                dialog.dismiss()

    def _may_still_save(self) -> bool:
        """Look once more: the person or the practice may have taken long over a question."""
        with contextlib.suppress(Problem):
            self.may_save()
            return True
        return False

    def answer_to(self, question: str) -> bool | None:
        """Return what to answer: from the person's answers, the profile's, or by asking."""
        said_before = {**{k: v == "yes" for k, v in self.site.answers.items()}, **self.answers}
        fitting = {yes for words, yes in said_before.items() if _is_in(words, question)}
        if len(fitting) == 1:
            return fitting.pop()
        return self.ask(question)

    def another(self) -> Screen:
        """Open one more tab of the same signed-in browser."""
        more = Screen(in_a_new_window(self.tab), self.site, home=self.home)
        more.answers, more.ask, more.kept = self.answers, self.ask, self.kept
        return more

    def rest(self, seconds: float, enough: Callable[[], bool]) -> None:
        """Wait while the browser and the other tabs go on; stop early when `enough` is true."""
        end = time.monotonic() + seconds
        while time.monotonic() < end and not enough():
            self.tab.wait_for_timeout(min(0.2, seconds) * 1000)

    def leave_patient(self) -> None:
        """Free what the pages of several patients have left in the browser's memory, at times.

        The browser looks for that when a page has nothing to do, and in a list none ever has.
        """
        self.patients_left += 1
        if self.patients_left % _TIDIED_AFTER == 0:
            used_up, self.used_up = self.used_up, []
            with contextlib.suppress(driver.Error):  # a tab that is closed has left nothing
                for handle in used_up:
                    handle.dispose()
                self.tab.request_gc()

    def here_is_home(self) -> None:
        """Remember the current page as the one where work starts: the page after the sign-in."""
        self.home = self.shown.url


def _is_in(words: str, question: str) -> bool:
    return same_words(words) in same_words(question)
