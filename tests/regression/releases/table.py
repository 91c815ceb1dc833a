"""All releases by name; one bug, or several harmless changes, can be on at a time."""

from __future__ import annotations

from automation.sandbox.release import AS_BEFORE, Release

from .bugs import BUGS
from .harmless import HARMLESS, Change
from .markup import Element
from .wording import class_names, ids

RELEASES = (*BUGS, *HARMLESS)
RENAMING = (class_names, ids)
BY_NAME = {release.name: release for release in (AS_BEFORE, *RELEASES)}


class UnknownRelease(ValueError):
    """There is no release of that name."""


def named(name: str) -> Release:
    """Return a release by its name, or several harmless ones, joined by +, as one release.

    The empty name is the unchanged practice. Raise UnknownRelease for an unknown name.
    """
    rows = [_row(each) for each in name.split("+")]
    if len(rows) == 1:
        return rows[0]
    changes = [row for row in rows if isinstance(row, Change)]
    if bugs := [row.name for row in rows if row not in changes]:
        raise UnknownRelease(f"only harmless changes go together, and {bugs[0]} is none")

    # The other changes look for classes and ids, so these are renamed last.
    steps = [row.change for row in changes if row.change is not None]
    steps.sort(key=RENAMING.__contains__)

    def change(page: Element) -> None:
        for step in steps:
            step(page)

    return Change(
        name,
        " ".join(row.says for row in rows),
        faults=tuple(fault for row in rows for fault in row.faults),
        later_ms=sum(row.later_ms for row in rows),
        change=change,
    )


def _row(name: str) -> Release:
    if name not in BY_NAME:
        known = ", ".join(release.name for release in RELEASES)
        raise UnknownRelease(f"no release is called {name!r}; known: {known}")
    return BY_NAME[name]
