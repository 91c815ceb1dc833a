"""The person beside a run, as a test lets them answer."""

from __future__ import annotations

from typing import Any

from automation.runs.session import Session


class Person:
    """A person who answers as the test says; keeps what was asked."""

    def __init__(self, answer: bool = False, then: Any = None) -> None:
        self.asked: list[str] = []
        self._answer, self._then = answer, then

    def hears(self, news: str) -> None:
        """Take note of it."""
        self.news = news

    def goes_on(self, why: str) -> bool:
        """Answer whether to go on."""
        return self._says("failing")

    def signs_in(self, session: Session) -> bool:
        """Answer whether the sign-in is back."""
        return self._says("signed out")

    def _says(self, what: str) -> bool:
        self.asked.append(what)
        if self._then:
            self._then()
        return self._answer
