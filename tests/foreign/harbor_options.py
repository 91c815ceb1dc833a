"""What may be switched on in the look "harbor" while it runs."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

CHOICES = {
    "question": ("", "confirm", "page"),
    "overlay": ("", "cookies", "tour", "session", "survey"),
    "history": ("columns", "sentences"),
}


@dataclass
class Options:
    """The switches; a new one has every switch off."""

    iframe: bool = False  # all that comes after the sign-in lies in an iframe
    virtual: bool = False  # transactions scroll without end, only the visible rows are drawn
    conflict: bool = False  # the next save of a visit finds that somebody else was quicker
    question: str = ""  # what asks before a save: a box of the browser's, or of the page's
    overlay: str = ""  # what lies over the page until it is closed
    fail_next: int = 0  # so many requests for data are answered with a failure
    delay_ms: int = 0  # every answer comes so much later
    history: str = "columns"  # how the History tab of a visit tells a change

    def take(self, wanted: dict[str, Any]) -> None:
        """Sets the switches that are named; ValueError for one that is unknown, and none is set."""
        known = {each.name: type(each.default) for each in fields(self)}
        for name, value in wanted.items():
            if name not in known or type(value) is not known[name]:
                raise ValueError(f"{name}: {value!r} is no option")
            if name in CHOICES and value not in CHOICES[name]:
                raise ValueError(f"{name}: one of {', '.join(CHOICES[name])}")
        for name, value in wanted.items():
            setattr(self, name, value)

    def seen_by_page(self) -> dict[str, Any]:
        """What the page must know; the rest is the server's own affair."""
        return {name: getattr(self, name) for name in ("virtual", "question", "overlay", "history")}
