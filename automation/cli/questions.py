"""Questions at the terminal, where only a typed answer counts, or on the page."""

from __future__ import annotations

import re
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from types import FrameType
from typing import TYPE_CHECKING

import typer

from automation.billing.receipt import Receipt
from automation.billing.request import shown
from automation.console import asking

if TYPE_CHECKING:
    from automation.desk import Step
    from automation.runs.record import StopRequest
    from config.settings import Settings


class Questions:
    """Asks the person at the keyboard; Ctrl-C, a signal or the end of input mean stop.

    `alone` hides what is redrawn, such as a progress bar, while a question is asked.
    """

    is_on_page = False

    def __init__(self, stop: StopRequest, *, of_a_list: bool = False) -> None:
        self._stop = stop
        self._of_a_list = of_a_list
        self.alone: Callable[[], AbstractContextManager[object]] = nullcontext

    @property
    def is_somebody_there(self) -> bool:
        """Whether anybody can answer."""
        return sys.stdin.isatty()

    def before_save(self, step: Step, receipt: Receipt) -> bool:
        """Ask before a Save; False skips this date of service, and x stops the worklist too."""
        change = step.changes
        assert change is not None
        who = f"{receipt.request.patient.name}, {shown(receipt.request.date)}"
        values = f"{_dollars(change.before)} -> {_dollars(change.after)}"
        letters = (
            {"y": "save", "s": "skip this one", "x": "stop here"}
            if self._of_a_list
            else {"y": "save", "n": "leave it as it is, and put back what was set to $0"}
        )
        answer = self._typed(
            f"\n{receipt.practice}\n{who}\n"
            f"{change.what}: {values}   ({step.title})\n"
            "Save? " + ", ".join(f"{letter} = {does}" for letter, does in letters.items()),
            letters,
        )
        self._stop.asked = self._stop.asked or answer == "x"
        return answer == "y"

    def yes(self, question: str, why: str = "") -> bool:
        """Ask a question; the answer is no unless y is typed. `why` is on the screen already."""
        if not self.is_somebody_there:
            return False
        return self._typed(f"{question} y = yes, n = no", {"y": "", "n": ""}) == "y"

    def _typed(self, question: str, letters: dict[str, str]) -> str:
        """Ask until one of the letters is typed; return x when the person stops or input ends."""
        with self.alone(), _interrupted():
            try:
                while True:
                    typer.echo(question + ": ", nl=False, err=True)
                    line = sys.stdin.readline()
                    if not line:
                        raise EOFError
                    if line.strip().lower() in letters:
                        return line.strip().lower()
                    typer.echo(f"Please type one of: {', '.join(letters)}.", err=True)
            except (KeyboardInterrupt, EOFError):
                typer.echo("\nStopping here: what was set to $0 is given back first.", err=True)
                self._stop.asked = True
                return "x"


class QuestionsOnThePage(Questions):
    """Asks the person at the page that started this run, whether or not it is open just now."""

    is_on_page = True

    def __init__(self, stop: StopRequest, settings: Settings) -> None:
        super().__init__(stop)
        self._page = asking.Questions(asking.folder_of(settings))

    @property
    def is_somebody_there(self) -> bool:
        """Whether anybody can answer: a question stands until somebody does."""
        return True

    def before_save(self, step: Step, receipt: Receipt) -> bool:
        """Ask before a Save; False leaves this date of service out."""
        change = step.changes
        assert change is not None
        question = asking.Question(
            who=f"{receipt.request.patient.name}, {shown(receipt.request.date)}",
            what=change.what,
            before=_dollars(change.before),
            after=_dollars(change.after),
            step=step.title,
            is_of_setting=step.is_of_setting,
            is_half_way=bool(receipt.typed),
        )
        return self._answer(question)

    def yes(self, question: str, why: str = "") -> bool:
        """Ask a question that is answered with yes or no."""
        return self._answer(asking.Question(text=f"{why}. {question}" if why else question))

    def _answer(self, question: asking.Question) -> bool:
        answer = self._page.ask(question, lambda: self._stop.asked)
        self._stop.asked = self._stop.asked or answer == asking.STOP
        return answer == asking.YES


def questions_for(
    settings: Settings, stop: StopRequest, *, on_page: bool, of_a_list: bool = False
) -> Questions:
    """Return who asks: the page, or the terminal."""
    if on_page:
        return QuestionsOnThePage(stop, settings)
    return Questions(stop, of_a_list=of_a_list)


def _dollars(value: str | None) -> str:
    """Return a value of a field with its dollar sign, if it is an amount."""
    if not value:
        return "blank"
    return f"${value}" if re.fullmatch(r"\d+\.\d\d", value) else value


@contextmanager
def _interrupted() -> Iterator[None]:
    """Let Ctrl-C and SIGTERM end the question at once; elsewhere they only ask to stop."""

    def interrupt(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    kept = {number: signal.signal(number, interrupt) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in kept.items():
            signal.signal(number, handler)
