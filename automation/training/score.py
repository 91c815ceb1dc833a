"""The score sheet of one exercise: as JSON, and as one page for the supervisor."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

from automation.errors import UsageProblem
from automation.files import write_whole
from automation.reports.pages import page
from automation.training.practice_words import SHEET
from automation.training.scenarios import SCENARIOS
from automation.training.words import Words

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Score:
    """The result of an exercise.

    `copay_back` is None where no copay had to be set aside and none was. The learner's name is on
    the sheet and in no file name.
    """

    scenario: str
    title: str
    language: str
    skin: str
    learner: str
    way: str
    task: Sequence[tuple[str, str]]
    steps: Sequence[tuple[str, bool]]
    wrong_turns: Sequence[tuple[str, str, int]]  # which, its explanation, at which second
    left_wrong: Sequence[str]  # what was not right at the end
    hints: int
    early: int  # how often an answer came before all was right
    seconds: int
    answer: str
    ledger_right: bool
    copay_aside: bool
    copay_back: bool | None
    others_unchanged: bool
    when: dt.datetime

    @property
    def right(self) -> bool:
        """Tell whether the ledger is as it should be."""
        return self.ledger_right and self.copay_back is not False and self.others_unchanged

    @property
    def passed(self) -> bool:
        """Tell whether the ledger is as it should be and the learner knew it."""
        return self.right and not self.left_wrong

    @property
    def turns(self) -> list[tuple[str, list[str]]]:
        """Each wrong turn once: its explanation, and when it was taken."""
        found: dict[str, list[str]] = {}
        for _, text, second in self.wrong_turns:
            found.setdefault(text, []).append(clock(second))
        return list(found.items())

    @property
    def took(self) -> str:
        """The time taken, in minutes and seconds."""
        return clock(self.seconds)

    def as_json(self) -> dict[str, Any]:
        """Return the sheet as JSON values, for other programs."""
        return {
            "version": 1,
            "scenario": self.scenario,
            "title": self.title,
            "language": self.language,
            "skin": self.skin,
            "learner": self.learner,
            "way": self.way,
            "when": self.when.isoformat(timespec="seconds"),
            "seconds": self.seconds,
            "hints": self.hints,
            "early": self.early,
            "answer": self.answer,
            "passed": self.passed,
            "left_wrong": list(self.left_wrong),
            "right": self.right,
            "ledger_right": self.ledger_right,
            "copay_aside": self.copay_aside,
            "copay_back": self.copay_back,
            "others_unchanged": self.others_unchanged,
            "steps": [{"step": text, "done": done} for text, done in self.steps],
            "wrong_turns": [
                {"kind": kind, "explanation": text, "second": second}
                for kind, text, second in self.wrong_turns
            ],
        }

    def as_page(self, following: str = "") -> str:
        """Return the sheet as one self-contained HTML page.

        `following` is the next exercise's name for a page inside the room, which has buttons.
        """
        words = Words(self.language)
        sheet = {key: words.say(text) for key, text in SHEET.items()}
        title = next((each.title for each in SCENARIOS if each.key == following), "")
        sheet["next"] = words.say(SHEET["next"], title=words.say(title) if title else "")
        return page(
            "score.html", HERE, score=self, words=sheet, following=following, language=self.language
        )

    def write(self, folder: Path) -> Path:
        """Write both files, each whole or not at all; return the path of the page."""
        name = f"{self.scenario}-{self.when:%Y%m%d-%H%M%S}"
        result = json.dumps(self.as_json(), indent=2, ensure_ascii=False)
        write_whole(folder / f"{name}.json", result + "\n")
        return write_whole(folder / f"{name}.html", self.as_page() + "\n")


def clock(seconds: int) -> str:
    """Format seconds as minutes and seconds."""
    return f"{seconds // 60}:{seconds % 60:02}"


def folder_for_sheets(folder: Path) -> Path:
    """Create the folder; raises UsageProblem when nothing can be written into it."""
    folder = folder.expanduser().absolute()
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with TemporaryFile(dir=folder):
            return folder
    except OSError as error:
        raise UsageProblem(
            "preparing the folder for the score sheet",
            expected="a folder to write into",
            found=f"{folder}: {error.strerror or type(error).__name__}",
            next_step="name another folder with --out",
        ) from error
