"""What to say about a label that is not there: the nearest words, and the profile's line."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from playwright.sync_api import Error

from automation.billing.request import same_words
from automation.errors import LabelMissing
from automation.pages.screen import all_words, known_words, said

if TYPE_CHECKING:
    from automation.pages.watch import Watch

_IN_A_DIALOG = ("dialog.", "settings.save", "settings.copay", "payment.save", "payment.method")


def label(
    page: Watch, expected: str, words: tuple[str, ...], problem: str | None, *, pressed: bool
) -> LabelMissing:
    """Build the message for a label that is not on the screen, and never was while waiting."""
    near = _nearest(page, words) if words else []
    nearest = ", ".join(f"'{word}'" for word in near) or "nothing like it"
    found = f"{nearest} on the screen" if words else _instead(page)
    return LabelMissing(
        page.screen.doing,
        expected=expected,
        found=found + (f" ({problem})" if problem else ""),
        next_step=f"if the site renamed it, {_profile_line(page, words, near, pressed=pressed)}; "
        "`undo-writeoff doctor` walks the path"
        if words
        else "look at the page yourself; `undo-writeoff doctor` walks the path",
    )


def doubled(page: Watch, words: tuple[str, ...], count: int) -> LabelMissing:
    """Build the message for a label that stands there more than once."""
    return LabelMissing(
        page.screen.doing,
        expected=f"exactly one {said(words)}",
        found=f"{count} of them; nothing was pressed",
        next_step="look at the page yourself; `undo-writeoff doctor` walks the path",
    )


def _instead(page: Watch) -> str:
    """Say which part of the page is not there, else which page stands in its place."""
    lacking = page.lacks()
    if lacking:
        return f"a page without {lacking}"
    try:
        head = page.about_page("w => w.headline()")
    except Error:
        head = {}
    title = head.get("heading") or head.get("title")
    return f"a page headed '{title}'" if title else "a page without a heading"


def words_on_screen(page: Watch) -> list[str]:
    """Every short text that a person sees now; for messages about labels, never for logs."""
    try:
        texts: list[str] = page.ask(
            """reader => [...new Set(reader.leaves(document).map(l => l.text))]
                .concat([...document.querySelectorAll('input[type=button],input[type=submit]')]
                .map(b => b.value))
                .filter(t => t.length < 40 && !/\\d/.test(t))"""
        )
    except Error:
        return []
    return texts


_CHOICES = ("billing.all_items", "billing.usual_items", "patients.any_activity")
"""Labels that may be a choice of a list, whose own place then is the list."""


def _nearest(page: Watch, words: tuple[str, ...]) -> list[str]:
    """The words on screen most like a label, of those that are no other label of the site.

    Where none is like it, the choices of the lists: a renamed choice may share no letter.
    """
    known = {same_words(word) for word in all_words(page.labels)}
    shown, choices = words_on_screen(page), _choices_on_screen(page)
    new = [word for word in shown + choices if same_words(word) not in known]
    near: list[str] = []
    for word in words:
        near += difflib.get_close_matches(word, new, n=3, cutoff=0.45)
    return list(dict.fromkeys(near or [word for word in choices if word in new]))[:4]


def _choices_on_screen(page: Watch) -> list[str]:
    """The texts of the choices in the lists that a person sees."""
    try:
        texts: list[str] = page.tab.evaluate(
            """() => [...document.querySelectorAll('option')]
                .filter(o => o.closest('select')?.getClientRects().length)
                .map(o => o.text.trim()).filter(t => t && t.length < 40 && !/\\d/.test(t))"""
        )
    except Error:
        return []
    return texts


def _profile_line(page: Watch, words: tuple[str, ...], near: list[str], *, pressed: bool) -> str:
    """The line for the site profile that would follow a renamed label.

    A word is proposed only where it stands in the label's own place: in the page's own dialog for
    what belongs to one, on something to press for what is pressed.
    """
    key = page.labels.key_of(words)
    if not key:
        return "add the new word to its site profile"
    here = {same_words(word) for word in _in_its_place(page, key, pressed=pressed)}
    fitting = [word for word in near if same_words(word) in here]
    group, _, name = key.partition(".")
    if not fitting:
        return f"add the new word to {name} under [labels.{group}] in its site profile"
    return f'put {name} = "{fitting[0]}" under [labels.{group}] in its site profile'


def _in_its_place(page: Watch, key: str, *, pressed: bool) -> list[str]:
    inside = key.startswith(_IN_A_DIALOG)
    try:
        asked = [known_words(page.labels), inside]
        found = page.about_page("(w, asked) => w.words(...asked)", asked)
    except Error:
        return []
    if found is None:
        return []
    texts: list[str] = found["pressed"] if pressed or key.endswith(".save") else found["plain"]
    return texts + (_choices_on_screen(page) if key in _CHOICES else [])
