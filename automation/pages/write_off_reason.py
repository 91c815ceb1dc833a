"""The reason of a write-off: one list for the whole form, or one in each ticked line."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from automation.billing.way_back import Reason
from automation.errors import LabelMissing
from automation.pages.page import Page
from automation.pages.screen import said

if TYPE_CHECKING:
    from playwright.sync_api import Locator

Lists = Callable[[], list[list[Any]]]
"""Returns the lists in each ticked line."""


def choose_reason(page: Page, lists: Lists, panel: Locator, reason: str | Reason) -> None:
    """Choose the reason wherever the form asks for it; raises LabelMissing when it cannot."""
    words = page.labels.payment.reason
    found: list[list[Any]] = []

    def is_there() -> bool:
        nonlocal found
        found = lists()
        return any(found) or page.control_now(words, panel)[1] is not None

    with suppress(LabelMissing):  # the choices may be side by side, without a list
        page.until(is_there, f"a list of {said(words)}", limit=page.limits.second_look)
    if not any(found):
        _choose_once(page, panel, reason)
        return
    for each in found:
        if len(each) != 1:
            raise page.doubled(words, len(each)) if each else _no_list(page)
        _choose(page, each[0], reason)


def _choose_once(page: Page, panel: Locator, reason: str | Reason) -> None:
    """Choose in the one list of the form; if the reasons are side by side, press one."""
    words = page.labels.payment.reason
    _, box = page.control_now(words, panel)
    if box is not None:
        _choose(page, box, reason)
    elif isinstance(reason, str):
        page.choose(words, reason, panel)
    else:
        shown: list[str] = page.reading(
            lambda reader: panel.evaluate(
                "(root, reader) => reader.leaves(root).map(leaf => leaf.text)", reader
            )
        )
        page.press((reason.among(shown),), root=panel)


def _choose(page: Page, box: Any, reason: str | Reason) -> None:
    """Choose in a native list, or in one drawn by the page; type into a plain text box."""
    words = page.labels.payment.reason
    if box.evaluate("el => 'value' in el && !el.options"):
        page.type_into(box, reason if isinstance(reason, str) else reason.typed(), words)
    else:
        page.choose_in(box, words, lambda offered: _choice(page, offered, reason))


def _choice(page: Page, offered: list[str], reason: str | Reason) -> str:
    if isinstance(reason, Reason):
        return reason.among(offered)
    return page.choice_of(page.labels.payment.reason, reason, offered)


def _no_list(page: Page) -> LabelMissing:
    return LabelMissing(
        page.screen.doing,
        expected="a list of reasons in each line that is ticked",
        found="lines without one; the form was not saved",
        next_step="look at the form yourself",
    )
