"""The things on a screen, each with its role, its names and the elements around it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from automation.pages.screen import any_of

if TYPE_CHECKING:
    from automation.pages.watch import Watch

PRESS = ("button", "link", "tab")
TITLES = ("column", "words", *PRESS)  # of a column; a title that sorts can be pressed


@cache
def _script() -> str:
    return (Path(__file__).parent / "places.js").read_text(encoding="utf-8")


@dataclass(frozen=True)
class Thing:
    """One thing on the screen; `path` are the numbers of the elements around it, outermost first.

    `kind` is the kind of its value: blank, money, date, time, digits or words.
    """

    number: int
    role: str  # button, link, tab, choice, field, column or words
    names: tuple[str, ...]
    path: tuple[int, ...]
    kind: str = ""
    value: str = ""  # the selected choice of a list
    list: bool = False
    combo: bool = False  # a button that opens a list

    def is_named(self, words: tuple[str, ...]) -> bool:
        """Return whether one of its names is one of the words."""
        return bool(words) and any(any_of(words).match(name) for name in self.names)


class Survey:
    """One reading of all that a person sees."""

    def __init__(self, page: Watch) -> None:
        self._handle = page.reading(lambda reader: page.tab.evaluate_handle(_script(), reader))
        code = "({things, dialogs, menus}) => ({things, dialogs, menus})"
        found: dict[str, Any] = self._handle.evaluate(code)
        named = [
            Thing(**{**one, "names": tuple(one["names"]), "path": tuple(one["path"])})
            for one in found["things"]
            if one["names"] or one["role"] == "field"
        ]
        self.things: Sequence[Thing] = named
        self.dialogs: list[int] = found["dialogs"]
        self.menus: list[int] = found["menus"]

    def kinds_under(self, things: Sequence[Thing]) -> list[list[str]]:
        """Read the kinds of the texts directly below each title."""
        found: list[list[str]] = self._handle.evaluate(
            "(places, numbers) => places.under(numbers)", [one.number for one in things]
        )
        return found

    def kind_beside(self, thing: Thing) -> str:
        """Read the kind of the text to the right of some words on the same line."""
        kinds: list[str] = self._handle.evaluate(
            "(places, numbers) => places.beside(numbers)", [thing.number]
        )
        return kinds[0]

    def named(self, words: tuple[str, ...], roles: tuple[str, ...]) -> list[Thing]:
        """Return the things of some roles that are named by one of the words."""
        return [one for one in self.things if one.role in roles and one.is_named(words)]

    def within(self, element: int, roles: tuple[str, ...]) -> list[Thing]:
        """Return the things of some roles inside an element, in their order on the page."""
        return [one for one in self.things if one.role in roles and element in one.path]

    def smallest(self, groups: Iterable[Sequence[Thing]], least: int = 2) -> int | None:
        """Return the smallest element with things of several groups; of several, the fullest.

        Returns None when no element has things of at least `least` groups.
        """
        held: dict[int, set[int]] = defaultdict(set)
        for index, group in enumerate(groups):
            for thing in group:
                for element in thing.path:
                    held[element].add(index)
        enough = {element for element, inside in held.items() if len(inside) >= least}
        paths = (thing.path for thing in self.things)
        outer = {e for path in paths for e in [one for one in path if one in enough][:-1]}
        return max(enough - outer, key=lambda e: (len(held[e]), -e), default=None)

    def holder(self, thing: Thing, fits: Callable[[int], bool]) -> int | None:
        """Return the nearest element around a thing that fits; None without one."""
        return next((e for e in reversed(thing.path) if fits(e)), None)

    def widened(self, things: Sequence[Thing], landmarks: Iterable[int | None]) -> int | None:
        """Return the widest element around all the things that has no landmark inside."""
        if not things:
            return None
        around = [e for e in things[0].path if all(e in one.path for one in things)]
        marks = {mark for mark in landmarks if mark is not None}
        outside = {
            element
            for one in self.things
            for mark in marks & set(one.path)
            for element in one.path[: one.path.index(mark) + 1]
        }
        return next((e for e in around if e not in outside), None) if outside else None
