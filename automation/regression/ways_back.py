"""Undoing of what a test changed; what could not be put back is named for a person."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from automation.billing.request import shown
from config.qa_data import TestVisit


@dataclass
class WaysBack:
    """The functions that undo one test's changes, the last change first."""

    visits: Mapping[str, TestVisit]
    still_open: list[str] = field(default_factory=list)
    _left: list[tuple[Callable[[], object], str, str]] = field(default_factory=list)

    def add(self, way_back: Callable[[], object], case: str, what: str) -> None:
        """Register what puts something back; `what` says what stays open if that fails."""
        self._left.append((way_back, case, what))

    def go_the_last(self) -> None:
        """Put the last change back now; if that fails, it is tried again when the test ends."""
        self._left[-1][0]()
        self._left.pop()

    def go(self) -> None:
        """Put everything back, even when some of it fails; then raise the first problem."""
        problems: list[Exception] = []
        while self._left:
            way_back, case, what = self._left.pop()
            try:
                way_back()
            except Exception as problem:
                problems.append(problem)
                self.stays_open(case, what)
            except BaseException:  # the test timed out, or a person interrupted it
                self.stays_open(case, what)
                for _, other, words in reversed(self._left):
                    self.stays_open(other, words)
                raise
        if problems:
            raise problems[0]

    def stays_open(self, case: str, what: str) -> None:
        """Record what stays open, by its case, which identifies no patient, and its date."""
        visit = self.visits.get(case)
        self.still_open.append(f"{case}, {shown(visit.date)}: {what}" if visit else what)
