"""A screen's contract: the words that its users rely on, as a readable outline.

Read from Playwright's ARIA snapshot: headings, tabs, boxes, buttons, choices and columns. Rows and
numbers are patients' data and are left out. A missing line breaks a contract. A new line, another
role with the same use, other letter case or other spacing does not.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from automation.evidence.furniture import outside_rows
from automation.evidence.redaction import Redaction
from automation.pages.patients import PatientsPage
from automation.pages.screen import Screen
from config.site_profile import SiteProfile

_USES = {
    "heading": "heading",
    "tab": "press", "link": "press", "button": "press", "radio": "press", "menuitem": "press",
    "textbox": "box", "searchbox": "box", "combobox": "box", "spinbutton": "box",
    "option": "choice",
    "columnheader": "column",
    "dialog": "dialog",
}  # fmt: skip
_OF_A_PATIENT = re.compile(r"\d|^[^\W\d_][^,]+, [^,]+$")  # a number, or "Last, First"


def settled(screen: Screen, good: Callable[[Contract], bool]) -> Contract:
    """Read the screen's contract until it is `good`, or until the screen had time to settle."""
    page = PatientsPage(screen)
    return page.poll_until(lambda: Contract.of(screen.tab, screen.site), good)


@dataclass(frozen=True)
class Contract:
    """The lines of a contract, "use: words", in the order of the screen."""

    lines: tuple[str, ...]

    @classmethod
    def of(cls, tab: Any, site: SiteProfile) -> Contract:
        """Read the contract of the screen in a tab."""
        known = Redaction(site)
        lines = _lines(tab.locator("body").aria_snapshot())
        told = [line for line in lines if site.sandbox or known.is_known(line.partition(": ")[2])]
        return cls(tuple(dict.fromkeys(told)))

    @classmethod
    def read(cls, file: Path) -> Contract:
        """Read a contract from a file."""
        text = file.read_text(encoding="utf-8")
        return cls(tuple(line[2:] for line in text.splitlines() if line.startswith("- ")))

    def keep(self, file: Path) -> None:
        """Write this contract to a file."""
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("".join(f"- {line}\n" for line in self.lines), encoding="utf-8")

    def missing_from(self, now: Contract) -> list[str]:
        """Return a sentence for each line that `now` lacks, with the most similar words in it."""
        there = {_plain(line) for line in now.lines}
        gone = [line for line in self.lines if _plain(line) not in there]
        return [_says(line, now) for line in gone]


def _says(line: str, now: Contract) -> str:
    use, _, words = line.partition(": ")
    same_use = [each.partition(": ")[2] for each in now.lines if each.startswith(f"{use}:")]
    near = difflib.get_close_matches(words, same_use, n=3, cutoff=0.4)
    seen = ", ".join(repr(word) for word in near) or "nothing like it"
    return f"{use} {words!r} is gone; on the screen: {seen}"


def _lines(snapshot: str) -> list[str]:
    return [
        f"{_USES[line.role]}: {line.name}"
        for line in outside_rows(snapshot)
        if line.role in _USES and line.name and not _OF_A_PATIENT.search(line.name)
    ]


def _plain(line: str) -> str:
    use, _, words = line.partition(": ")
    letters = re.sub(r"[^\w#+$*/&.,()-]+", " ", words).strip(" :*").casefold()
    return f"{use}: {letters}"
