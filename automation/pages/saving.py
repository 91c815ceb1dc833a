"""Pressing Save Changes once, and telling how the site answered; the truth is read afterwards."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from playwright.sync_api import Locator, Request, Response

from automation.errors import LabelMissing
from automation.pages.page import Page


class Answer(StrEnum):
    """How a Save was answered."""

    TAKEN = "taken"  # the site answered without an error; a re-read must confirm it
    REFUSED = "refused"  # the site answered with an error
    NONE = "none"  # no answer came, or the connection broke


@dataclass(frozen=True)
class Saved:
    """The answer to one press of Save Changes; `says` is for the message, without amounts."""

    answer: Answer
    says: str
    closed: bool = False  # taken, and the dialog closed as it should


def press_save(page: Page, button: Locator, panel: Locator) -> Saved:
    """Press Save Changes once and watch what comes back, never pressing again."""
    answers: list[Response] = []
    lost: list[Request] = []

    def note(response: Response) -> None:
        if response.request.method != "GET":
            answers.append(response)

    def note_lost(request: Request) -> None:
        if request.method != "GET":
            lost.append(request)

    page.tab.on("response", note)
    page.tab.on("requestfailed", note_lost)
    try:
        page.click(button, page.labels.dialog.save)
        return _wait(page, panel, answers, lost)
    finally:
        page.tab.remove_listener("response", note)
        page.tab.remove_listener("requestfailed", note_lost)


def _wait(page: Page, panel: Locator, answers: list[Response], lost: list[Request]) -> Saved:
    def settled() -> Saved | None:
        bad = [answer.status for answer in answers if answer.status >= 400]
        if bad:
            return Saved(Answer.REFUSED, f"the site answered the Save with error {bad[0]}")
        if lost:
            return Saved(Answer.NONE, "the connection broke before the Save was answered")
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
