"""A press of Save Changes, once, and the site's answer; what was stored is read afterwards."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from automation.billing.diagnosis import Diagnosis
from automation.billing.verdict import ANSWER_IT, changed_meanwhile
from automation.browser import driver
from automation.errors import (
    InTheWay,
    LabelMissing,
    PageFailed,
    Problem,
    Refusal,
    TechnicalFailure,
    UnknownOutcome,
)
from automation.pages.page import Page

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Request, Response


class Answer(StrEnum):
    """How a Save was answered."""

    TAKEN = "taken"  # the site answered without an error; a fresh reading must confirm it
    REFUSED = "refused"  # the site answered with an error
    CHANGED = "changed"  # the site says that somebody else changed it meanwhile
    NONE = "none"  # no answer came, or the connection broke
    ASKED = "asked"  # the site asks for confirmation; nothing is stored yet


@dataclass(frozen=True)
class Saved:
    """The answer to one press of Save Changes; `says` is for the message, without amounts."""

    answer: Answer
    says: str
    closed: bool = False  # taken, and the dialog closed as expected

    @property
    def is_hopeful(self) -> bool:
        """Whether what was saved may still appear; not after a refusal or a question."""
        return self.answer in (Answer.TAKEN, Answer.NONE)


def not_shown(doing: str, saved: Saved, expected: str) -> Problem:
    """Return the problem of a Save that a freshly loaded chart does not show."""
    if saved.answer is Answer.ASKED:
        return Refusal(
            doing,
            expected="the practice to take it without a question",
            found=f"{saved.says}; it was not answered with yes, and nothing is stored",
            next_step=ANSWER_IT,
            diagnosis=Diagnosis.ASKED,
        )
    if saved.answer is Answer.CHANGED:
        return changed_meanwhile(doing, saved.says)
    if not saved.is_hopeful:
        return TechnicalFailure(
            doing,
            expected="the site to take it",
            found=f"{saved.says}; a freshly loaded chart shows nothing of it",
            next_step="see whether a person can do it at the site; nothing was changed",
        )
    return UnknownOutcome(
        doing,
        expected=f"{expected}, on a freshly loaded chart",
        found=f"another table, though it was saved ({saved.says})",
        next_step="look at the chart again in a minute; it was saved once and may still arrive",
    )


_CONFLICT = (409, 412)


@contextlib.contextmanager
def counted(page: Page) -> Iterator[None]:
    """Count a press of a Save that changes amounts, unless no click reached it."""
    page.screen.amounts_saved += 1
    try:
        yield
    except Problem as problem:
        page.screen.amounts_saved -= problem.never_pressed
        raise


def press_save(
    page: Page,
    button: Locator,
    panel: Locator,
    words: tuple[str, ...] = (),
    *,
    twice: bool = False,
    asks: Callable[[], bool] = lambda: False,
) -> Saved:
    """Press a Save once, never again, and return how it was answered.

    `asks` tells whether the site asks for confirmation with a control that the flow knows. Any
    other question of the practice is answered with yes only if that was said beforehand, else
    with no. With `twice` the one press is a double click, and whatever it sent is given time to
    be answered. A problem raised with `never_pressed` set means that no click reached the button.
    """
    page.screen.is_from_before_a_save = True
    pressed = _Pressed(page, button, panel, asks)
    try:
        pressed.press(words or page.labels.dialog.save, times=2 if twice else 1)
        saved = pressed.answer()
        if twice:
            with contextlib.suppress(TechnicalFailure):
                page.until(pressed.all_answered, "all answers")
        return saved
    finally:
        pressed.stop()


class _Pressed:
    """One press of a Save: its requests, their answers, and the practice's questions."""

    def __init__(
        self, page: Page, button: Locator, panel: Locator, asks: Callable[[], bool]
    ) -> None:
        self._page, self._button, self._panel, self._asks = page, button, panel, asks
        self._tab = page.screen.tab
        self._sent: list[Request] = []
        self._answers: list[Response] = []
        self._lost: list[Request] = []
        self._questions = len(page.screen.questions)  # native dialogs before this press
        self._looks = 0
        self._is_recorded = False  # what the page showed before the press
        self._tab.on("request", self._note_sent)
        self._tab.on("response", self._note)
        self._tab.on("requestfailed", self._note_lost)

    def stop(self) -> None:
        """Stop listening."""
        self._page.screen.is_saving = False
        self._tab.remove_listener("request", self._note_sent)
        self._tab.remove_listener("response", self._note)
        self._tab.remove_listener("requestfailed", self._note_lost)

    def _note(self, response: Response) -> None:
        if response.request in self._sent:
            self._answers.append(response)

    def _note_lost(self, request: Request) -> None:
        if request in self._sent:
            self._lost.append(request)

    def _note_sent(self, request: Request) -> None:
        if request.method != "GET" and not self._page.screen.traffic.is_background(request):
            self._sent.append(request)

    def press(self, words: tuple[str, ...], *, times: int) -> None:
        """Press the button; raises the Problem that blocked it if no click can have reached it."""
        until = self._may_be_pressed()
        self._is_recorded = self._page.before_save(self._button, until)
        self._sent.clear()
        try:
            self._page.click(self._button, words, times=times)
        except Problem as problem:
            if self._sent or self._clicks() != 0:
                self._page.screen.is_saving = True
                return
            problem.never_pressed = True
            raise
        self._page.screen.is_saving = True
        if until is not None and not self._sent and self._clicks() == 0:
            raise _too_late()

    def _may_be_pressed(self) -> float | None:
        """Ask at the last moment: typing takes a while, and a computer may sleep in it."""
        try:
            return self._page.screen.may_save()
        except Problem as problem:
            problem.never_pressed = True
            raise

    def _clicks(self) -> int | None:
        """Return how many clicks reached the button; None if that is not known."""
        clicks: int | None = None
        with contextlib.suppress(driver.Error):
            clicks = self._page.ask("reader => reader.clicksOnSave()")
        return clicks if self._is_recorded else None

    def all_answered(self) -> bool:
        """Tell whether every request was answered or lost."""
        return len(self._answers) + len(self._lost) >= len(self._sent)

    def answer(self) -> Saved:
        """Wait for the answer, until it is there or nothing more is pending."""
        page, longest = self._page, self._page.limits.save
        try:
            saved = page.until(self._settled, "an answer to Save Changes", longest=longest)
            return self._with_words(saved) if saved.answer is Answer.REFUSED else saved
        except (LabelMissing, PageFailed, InTheWay):
            pass
        if asked := self._asked_on_the_page():
            return asked
        if self._answers:
            return self._with_words(
                Saved(Answer.TAKEN, "the site answered; the dialog stayed open")
            )
        if not self._panel.is_visible():
            return Saved(Answer.TAKEN, "the dialog closed", closed=True)
        return Saved(Answer.NONE, f"no answer to the Save within {longest:g} seconds")

    def _with_words(self, saved: Saved) -> Saved:
        """Add the page's own message; it may say that somebody else changed it meanwhile."""
        page = self._page
        words = page.poll_until(self._page_says, bool, min(0.5, page.limits.second_look))
        status = max((answer.status for answer in self._answers), default=0)
        phrases = page.labels.changed_meanwhile
        changed = status in _CONFLICT or any(one.casefold() in words.casefold() for one in phrases)
        says = f"{saved.says}: '{words}'" if words else saved.says
        return Saved(Answer.CHANGED if changed else saved.answer, says)

    def _page_says(self) -> str:
        with contextlib.suppress(driver.Error):
            if self._is_recorded:
                return _plain(self._page.ask("reader => reader.saysSince()"))
        return ""

    def _settled(self) -> Saved | None:
        bad = [answer.status for answer in self._answers if answer.status >= 400]
        if bad:
            return Saved(Answer.REFUSED, f"the site answered the Save with error {bad[0]}")
        if self._lost:
            return Saved(Answer.NONE, "the connection broke before the Save was answered")
        if asked := self._asked_by_the_browser():
            return asked
        if self._asks():
            return Saved(Answer.ASKED, "the site asks whether it is to be saved anyway")
        if not self._panel.is_visible():
            return Saved(Answer.TAKEN, "the dialog closed", closed=True) if self._answers else None
        self._looks += 1
        # A normal Save is answered before this; from here on, also look for a question.
        return self._asked_on_the_page() if self._looks % 8 == 0 else None

    def _asked_by_the_browser(self) -> Saved | None:
        """Return the answer if a native dialog asked something and was answered with no."""
        for question in self._page.screen.questions[self._questions :]:
            if not question.yes and not self._sent:
                return Saved(Answer.ASKED, f"the practice asks: '{_plain(question.text)}'")
        return None

    def _asked_on_the_page(self) -> Saved | None:
        """Answer what the page has asked since the press: yes if said beforehand, else no."""
        if not self._is_recorded:
            return None
        labels, page = self._page.labels, self._page
        asked = [list(labels.question_yes), list(labels.question_no)]
        try:
            found = page.ask("(reader, asked) => reader.question(...asked)", asked)
        except driver.Error:
            return None
        if not found:
            return None
        text = _plain(found["text"])
        yes = page.screen.answer_to(text) or not _is_a_question(found)
        # A person may have taken minutes to say so, or the practice to ask.
        self._answer_with("yes" if yes else "no", page.screen.may_save() if yes else None)
        if yes:
            self._is_recorded = page.before_save(self._button)  # it may ask once more
            return None
        return Saved(Answer.ASKED, f"the practice asks: '{text}'")

    def _answer_with(self, which: str, until: float | None) -> None:
        code, asked = "(reader, asked) => reader.answerTo(asked)", [which, until and until * 1000]
        button = self._page.reading(lambda r: r.evaluate_handle(code, asked)).as_element()
        if button is not None:
            with contextlib.suppress(driver.Error):
                button.click(timeout=2000, no_wait_after=True)


def _too_late() -> TechnicalFailure:
    """Return the problem of a press that the page did not let through, as its time was over."""
    problem = TechnicalFailure(
        "pressing the Save",
        expected="a press right after the look whether this computer still may",
        found="one that came later, as after a sleep; the page did not let it through",
        next_step="nothing: the item is looked at again, here or on another computer",
    )
    problem.never_pressed = True
    return problem


def _is_a_question(found: dict[str, Any]) -> bool:
    """Return whether it is a question; a notice has only an OK."""
    only = [name.casefold() for name in found["buttons"]]
    return bool(found["refusable"] or only not in (["ok"], ["okay"]) or "?" in found["text"])


def _plain(text: str) -> str:
    return " ".join(text.split())[:300]
