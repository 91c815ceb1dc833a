"""Something long that is made once, in a thread of its own, while the pages go on answering."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from automation.worklists.sheet_reading import Progress

T = TypeVar("T")


@dataclass(frozen=True)
class HowFar:
    """How far it is: rows done, and all of them; 0 of 0 before that is known."""

    done: int = 0
    all: int = 0


class Background(Generic[T]):
    """Makes a value at most once; whoever asks for it waits until it is made."""

    def __init__(self, make: Callable[[Progress], T]) -> None:
        self._make = make
        self._turn = threading.Lock()
        self._thread: threading.Thread | None = None
        self._made: list[T] = []
        self._error: Exception | None = None
        self.how_far = HowFar()

    def begin(self) -> threading.Thread:
        """Begin, unless it was begun before; return the thread that makes it."""
        with self._turn:
            if self._thread is None:
                # A daemon, so that the page's program can end meanwhile.
                self._thread = threading.Thread(target=self._run, daemon=True)
                self._thread.start()
            return self._thread

    def is_made(self, seconds: float = 0) -> bool:
        """Begin, wait for some time, and return whether it has ended, well or not."""
        thread = self.begin()
        thread.join(seconds)
        return not thread.is_alive()

    def result(self) -> T:
        """Return what was made, once it is. Raises what kept it from being made."""
        self.begin().join()
        if self._error is not None:
            raise self._error
        return self._made[0]

    def keep(self, made: T) -> None:
        """Keep another value instead of what was made, such as one that takes less memory."""
        self._made[:] = [made]

    def _run(self) -> None:
        try:
            self._made.append(self._make(self._heard))
        except Exception as error:  # raised where the result is asked for
            self._error = error

    def _heard(self, done: int, of: int) -> None:
        self.how_far = HowFar(done, of)
