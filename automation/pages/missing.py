"""Messages about missing labels: what is in their place, and the line for the site profile."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from automation.billing.request import same_words
from automation.browser import driver
from automation.errors import LabelMissing
from automation.pages import drift
from automation.pages.screen import all_words, said

if TYPE_CHECKING:
    from automation.pages.watch import Watch

_WALKS = "`undo-writeoff doctor` walks the path"


def label(
    page: Watch, expected: str, words: tuple[str, ...], problem: str | None, key: str = ""
) -> LabelMissing:
    """Return the problem of a label that did not appear while it was waited for."""
    key = key or drift.key_of(page, words)
    other = _waited_for_as_well(page, key, words)
    if other:
        key, expected = other, f"{said(page.labels.words_of(other))} {drift.PLACES[other].where}"
    place = drift.in_its_place(page, key)
    why = LabelMissing(
        page.screen.doing,
        expected=expected,
        found=_found(page, words, place) + (f" ({problem})" if problem else ""),
        next_step=next_step(key, place.sure) if words else f"look at the page yourself; {_WALKS}",
    )
    return place.told_by(why)


def doubled(page: Watch, words: tuple[str, ...], count: int) -> LabelMissing:
    """Return the problem of a label that is there more than once."""
    return LabelMissing(
        page.screen.doing,
        expected=f"exactly one {said(words)}",
        found=f"{count} of them; nothing was pressed",
        next_step=f"look at the page yourself; {_WALKS}",
    )


def strange(page: Watch, key: str, where: str) -> LabelMissing:
    """Return the problem of a control that has a label's name but is elsewhere."""
    place = drift.in_its_place(page, key)
    problem = LabelMissing(
        page.screen.doing,
        expected=f"{said(page.labels.words_of(key))} {drift.PLACES[key].where}",
        found=where + _also(place),
        next_step=next_step(key, place.sure, "mend its line in the site profile"),
    )
    return place.told_by(problem)


def next_step(
    key: str, word: str, where: str = "if the site renamed it", then: str = f"; {_WALKS}"
) -> str:
    """Return the next step: the profile's line for a renamed label; without a word, its key."""
    if not key:
        return f"{where}, add the new word to its site profile{then}"
    group, _, name = key.partition(".")
    line = f'put {name} = "{word}"' if word else f"add the new word to {name}"
    return f"{where}, {line} under [labels.{group}] in its site profile{then}"


def _waited_for_as_well(page: Watch, key: str, words: tuple[str, ...]) -> str:
    """Return the key that is really missing, if the label that was waited for is there."""
    others = drift.SAME_WAIT.get(key, ())
    if not others or not page.shows(words):
        return ""
    gone = [other for other in others if not page.shows(page.labels.words_of(other))]
    return next(iter(gone), "")


def _found(page: Watch, words: tuple[str, ...], place: drift.Found) -> str:
    """Return what is in the label's place, else the words on the screen that are most like it."""
    if not words:
        return _instead(page)
    if place.candidates:
        return f"{_listed(place.candidates)} {drift.PLACES[place.key].where}"
    near = _nearest(page, words)
    return f"{_listed(near) if near else 'nothing like it'} on the screen"


def _also(place: drift.Found) -> str:
    if not place.candidates:
        return ""
    return f"; {drift.PLACES[place.key].where} stands {_listed(place.candidates)}"


def _listed(words: tuple[str, ...]) -> str:
    return ", ".join(f"'{word}'" for word in words)


def _instead(page: Watch) -> str:
    """Return which part of the page is missing, else which page is shown instead."""
    lacking = page.lacks()
    if lacking:
        return f"a page without {lacking}"
    try:
        head = page.ask("reader => reader.headline()")
    except driver.Error:
        head = {}
    title = head.get("heading") or head.get("title")
    return f"a page headed '{title}'" if title else "a page without a heading"


def words_on_screen(page: Watch) -> list[str]:
    """Return every short text on the screen; for messages about labels, never for logs."""
    try:
        texts: list[str] = page.ask(
            """reader => [...new Set(reader.leaves(document).map(l => l.text))]
                .concat([...document.querySelectorAll('input[type=button],input[type=submit]')]
                .map(b => b.value))
                .filter(t => t.length < 40 && !/\\d/.test(t))"""
        )
    except driver.Error:
        return []
    return texts


def _nearest(page: Watch, words: tuple[str, ...]) -> tuple[str, ...]:
    """Return the words on the screen most like a label that are not another label of the site."""
    known = {same_words(word) for word in all_words(page.labels)}
    new = [word for word in words_on_screen(page) if same_words(word) not in known]
    near: list[str] = []
    for word in words:
        near += difflib.get_close_matches(word, new, n=3, cutoff=0.45)
    return tuple(dict.fromkeys(near))[:4]
