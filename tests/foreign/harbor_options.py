"""The options that can be switched on in the look "harbor" while it runs."""

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
    """The options; by default all are off."""

    iframe: bool = False  # everything after the sign-in is in an iframe
    virtual: bool = False  # transactions scroll without pages; only visible rows are drawn
    conflict: bool = False  # the next save of a visit fails, as if another user had changed it
    question: str = ""  # what asks before a save: the browser's own dialog, or the page
    overlay: str = ""  # what covers the page until it is closed
    fail_next: int = 0  # how many of the next requests for data fail
    delay_ms: int = 0  # how much later every answer comes
    history: str = "columns"  # how the History tab of a visit shows a change

    def take(self, wanted: dict[str, Any]) -> None:
        """Sets the named options; raises ValueError and sets none if one is unknown or invalid."""
        known = {each.name: type(each.default) for each in fields(self)}
        for name, value in wanted.items():
            if name not in known or type(value) is not known[name]:
                raise ValueError(f"{name}: {value!r} is no option")
            if name in CHOICES and value not in CHOICES[name]:
                raise ValueError(f"{name}: one of {', '.join(CHOICES[name])}")
        for name, value in wanted.items():
            setattr(self, name, value)

    def seen_by_page(self) -> dict[str, Any]:
        """The options that the page needs; the server uses the others itself."""
        return {name: getattr(self, name) for name in ("virtual", "question", "overlay", "history")}
