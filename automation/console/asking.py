"""Questions of the worker, answered on the page; they meet in two files of the page's folder.

A question stands until it is answered, however often the page is closed meanwhile. Each has a
number, and an answer counts only for the question of its number, and only once.
"""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from threading import Event
from typing import Any

from automation.files import private_folder, write_whole
from config.settings import Settings

YES, NO, STOP = "yes", "no", "stop"
_LOOK_SECONDS = 0.2


@dataclass(frozen=True)
class Question:
    """What is asked: about one Save, or with `text` anything else that is answered yes or no."""

    text: str = ""
    who: str = ""  # the patient and the date of service
    what: str = ""  # the field
    before: str = ""
    after: str = ""
    step: str = ""
    is_of_setting: bool = False  # borrowed for the work, and given back without another question
    is_half_way: bool = False  # a Save of this item was pressed before
    number: str = field(default_factory=lambda: secrets.token_hex(8))


def folder_of(settings: Settings) -> Path:
    """Return the private folder in which page and worker meet."""
    return settings.state / "page"


class Questions:
    """The one question that may stand in a folder, and its answer."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._question = folder / "question.json"

    def ask(self, question: Question, is_over: Callable[[], bool]) -> str:
        """Ask, and wait for the answer; it is STOP once `is_over`."""
        private_folder(self._folder)
        self.take_back()
        write_whole(self._question, json.dumps(asdict(question)))
        pause = Event()
        try:
            while not is_over():
                told = _read(self._answer_to(question.number))
                if told:
                    return str(told["answer"])
                pause.wait(_LOOK_SECONDS)
            return STOP
        finally:
            self.take_back()

    def standing(self) -> Question | None:
        """Return the question that is not answered yet."""
        told = _read(self._question)
        # A worker that has its answer removes the question before the answer, maybe just now:
        # only a question that is still there after the look for its answer has none.
        if (
            not told
            or self._answer_to(told.get("number")).exists()
            or _read(self._question) != told
        ):
            return None
        try:
            return Question(**told)
        except TypeError:
            return None

    def answer(self, number: str, answer: str) -> bool:
        """Answer the question of this number; return False when it does not stand any more."""
        question = self.standing()
        if question is None or question.number != number or answer not in (YES, NO, STOP):
            return False
        try:
            made = os.open(self._answer_to(number), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:  # another page was first
            return False
        with os.fdopen(made, "w", encoding="utf-8") as file:
            json.dump({"answer": answer}, file)
        return True

    def take_back(self) -> None:
        """Remove question and answer, as after a worker that died."""
        self._question.unlink(missing_ok=True)
        for answer in self._folder.glob("answer-*.json"):
            answer.unlink(missing_ok=True)

    def _answer_to(self, number: object) -> Path:
        """Each question has a file of its own: a late answer is never in the way of the next."""
        return self._folder / f"answer-{number}.json"


def _read(path: Path) -> dict[str, Any]:
    """Read a file that may be missing, or still be written."""
    try:
        told = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return {}
    return told if isinstance(told, dict) else {}
