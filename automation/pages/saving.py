"""Pressing Save Changes once, and telling how the site answered; the truth is read afterwards."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from playwright.sync_api import Locator, Request, Response

from automation.errors import LabelMissing, Problem, TechnicalFailure, UnknownOutcome
from automation.pages.page import Page


class Answer(StrEnum):
    """How a Save was answered."""

    TAKEN = "taken"  # the site answered without an error; a re-read must confirm it
    REFUSED = "refused"  # the site answered with an error
    NONE = "none"  # no answer came, or the connection broke
    ASKED = "asked"  # the site wants to hear it once more; nothing is stored yet


@dataclass(frozen=True)
class Saved:
    """The answer to one press of Save Changes; `says` is for the message, without amounts."""

    answer: Answer
    says: str
    closed: bool = False  # taken, and the dialog closed as it should

    @property
    def is_hopeful(self) -> bool:
        """Whether what was saved may yet show; not after a refusal or a question."""
        return self.answer in (Answer.TAKEN, Answer.NONE)


def not_shown(doing: str, saved: Saved, expected: str) -> Problem:
    """Build the problem of a Save that a freshly loaded chart shows nothing of."""
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


def press_save(
    page: Page,
    button: Locator,
    panel: Locator,
    words: tuple[str, ...] = (),
    *,
    twice: bool = False,
    asks: Callable[[], bool] = lambda: False,
) -> Saved:
    """Press a Save once and watch what comes back, never pressing again.

    `asks` tells whether the site asks back instead of saving. With `twice` the one press is a
    double click, and whatever it sent is given time to be answered.
    """
    sent: list[Request] = []
    answers: list[Response] = []
    lost: list[Request] = []

    def note(response: Response) -> None:
        if response.request.method != "GET":
            answers.append(response)

    def note_lost(request: Request) -> None:
        if request.method != "GET":
            lost.append(request)

    def note_sent(request: Request) -> None:
        if request.method != "GET":
            sent.append(request)

    page.tab.on("request", note_sent)
    page.tab.on("response", note)
    page.tab.on("requestfailed", note_lost)
    try:
        page.click(button, words or page.labels.dialog.save, times=2 if twice else 1)
        saved = _wait(page, panel, answers, lost, asks)
        if twice:
            with contextlib.suppress(LabelMissing):
                page.until(lambda: len(answers) + len(lost) >= len(sent), "all answers")
        return saved
    finally:
        page.tab.remove_listener("request", note_sent)
        page.tab.remove_listener("response", note)
        page.tab.remove_listener("requestfailed", note_lost)


def _wait(
    page: Page,
    panel: Locator,
    answers: list[Response],
    lost: list[Request],
    asks: Callable[[], bool],
) -> Saved:
    def settled() -> Saved | None:
        bad = [answer.status for answer in answers if answer.status >= 400]
        if bad:
            return Saved(Answer.REFUSED, f"the site answered the Save with error {bad[0]}")
        if lost:
            return Saved(Answer.NONE, "the connection broke before the Save was answered")
        if asks():
            return Saved(Answer.ASKED, "the site asks whether it is to be saved anyway")
        if panel.count() == 0 or not panel.is_visible():
            return Saved(Answer.TAKEN, "the dialog closed", closed=True) if answers else None
        return None

    try:
        return page.until(settled, "an answer to Save Changes", limit=page.limits.control)
    except LabelMissing:
        if answers:
            return Saved(Answer.TAKEN, "the site answered; the dialog stayed open")
    try:
        patience = page.limits.save - page.limits.control
        return page.until(settled, "an answer to Save Changes", limit=max(patience, 0.1))
    except LabelMissing:
        says = f"no answer to the Save within {page.limits.save:g} seconds"
        return (
            Saved(Answer.TAKEN, "the dialog closed", closed=True)
            if _gone(panel)
            else Saved(Answer.NONE, says)
        )


def _gone(panel: Any) -> bool:
    return bool(panel.count() == 0 or not panel.is_visible())
