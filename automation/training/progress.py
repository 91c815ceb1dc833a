"""What a learner has done during one visit to the practice room."""

from __future__ import annotations

from dataclasses import dataclass, field

from automation.training.scenarios import SCENARIOS, Scenario
from automation.training.score import Score


@dataclass
class Progress:
    """The learner's name, and how each exercise went in each way; nothing of it is stored."""

    learner: str = ""
    marks: dict[tuple[str, str], str] = field(default_factory=dict)  # (exercise, way) -> mark
    scores: list[Score] = field(default_factory=list)

    def watched(self, scenario: Scenario) -> None:
        """Note that the room has shown an exercise to its end."""
        self.marks[scenario.key, "show"] = "seen"

    def did(self, score: Score) -> None:
        """Note a score; an exercise that was passed once stays passed."""
        self.scores.append(score)
        place = (score.scenario, score.way)
        if self.marks.get(place) != "passed":
            self.marks[place] = "passed" if score.passed else "not_yet"

    def mark(self, scenario: Scenario, way: str) -> str:
        """Return "seen", "passed", "not_yet", or "" for an exercise not done in that way."""
        return self.marks.get((scenario.key, way), "")

    @property
    def all_passed(self) -> bool:
        """Tell whether every exercise that was done was passed in the end."""
        return "not_yet" not in self.marks.values()


def after(key: str) -> Scenario:
    """Return the exercise after the one of that name; the first again after the last."""
    keys = [each.key for each in SCENARIOS]
    return SCENARIOS[(keys.index(key) + 1) % len(keys)]
