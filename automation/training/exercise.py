"""One exercise of the practice room: what the page reports goes in, what the panel shows comes out.

It never touches the browser. It reads the make-believe practice's ledger to see what was stored.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import Any

from automation.sandbox_process import Sandbox
from automation.training.coach import Coach
from automation.training.ledger_snapshot import LedgerSnapshot, Task, money
from automation.training.next_step import Hint
from automation.training.practice_words import HINTS, PANEL, STEPS, TALK, WRONG_TURNS
from automation.training.scenarios import Scenario
from automation.training.score import Score
from automation.training.view import View
from automation.training.words import Words
from config.site_profile import SiteProfile

ARTICLE = ("patient", "all-items", "date", "reset", "date-again", "amount")
LOOK_MS, LETTER_MS = 1500, 45
"""How long a step is shown, in milliseconds: time to see where, and for each letter to read."""


class Exercise:
    """One learner at one exercise, in one of the three ways: show, let or test."""

    def __init__(
        self,
        practice: Sandbox,
        site: SiteProfile,
        scenario: Scenario,
        words: Words,
        way: str = "let",
        pace: float = 1.0,
    ) -> None:
        """Begin on a practice in its first state; `pace` 0.5 shows in half the time."""
        self._practice, self._site, self._words, self.way = practice, site, words, way
        self._pace_factor = pace
        self._began = time.monotonic()
        case = scenario.case or scenario.key
        self.task = Task.of(scenario, practice.control("cases")[case])
        self.coach = Coach(self.task, LedgerSnapshot(practice.control("ledger")), self._second, way)
        self._saves = self._count_saves()
        self.place: Mapping[str, Any] | None = None  # where the step that is due is to be done
        self._left = self._paused = self._acting = False
        self._acts = 0  # how many steps the room has done itself
        self._saved_on: Mapping[str, Any] | None = None  # what the page showed at its Save
        labels = site.labels
        self._called = {
            "billing": labels.billing.tab[0],
            "rate": labels.dialog.rate[0],
            "pt_amt": labels.dialog.pt_amt[0],
            "coverage": labels.dialog.coverage[0],
        }

    def begin(self) -> None:
        """Start the clock: the page is there."""
        self._began = time.monotonic()

    def _second(self) -> float:
        return time.monotonic() - self._began

    def _count_saves(self) -> int:
        return int(self._practice.control("state")["saves"])

    # What the page reports ----------------------------------------------------------------------

    def hear(self, said: Mapping[str, Any]) -> dict[str, Any]:
        """Take in one report from the page and return what the panel shows."""
        coach = self.coach
        if coach.answer:
            return self._panel(said["view"])
        self._called.update(said["called"])
        if (saves := self._count_saves()) != self._saves:
            self._saves, self._saved_on = saves, None
            coach.stored(LedgerSnapshot(self._practice.control("ledger")))
        coach.sees(View.of(said["view"]))
        heard: dict[str, Callable[[], object]] = {
            "typed": coach.typed,
            "save": coach.saves,
            "turn": coach.turned_the_page,
            "press": coach.presses,
            "hint": coach.hint,
            "finish": partial(coach.answers, "done"),
            "nothing": partial(coach.answers, "nothing"),
            "end": coach.gives_up,
            "leave": self._leave,
            "pause": partial(self._pause, True),
            "resume": partial(self._pause, False),
            "due": partial(self._step_is_due, said),
        }
        heard.get(said["kind"], lambda: None)()
        return self._panel(said["view"])

    def _leave(self) -> None:
        self._left = True

    def _pause(self, paused: bool) -> None:
        self._paused, self._saved_on = paused, None

    def _step_is_due(self, said: Mapping[str, Any]) -> None:
        """Note where to do the next step; the last of all, the answer, needs no place."""
        hint = self.coach.next()
        if hint.how == "panel":
            self.coach.answers("done" if hint.key == "finish" else "nothing")
        elif not self._acting and said["view"] != self._saved_on:
            self.place = said["place"]
            self._saved_on = said["view"] if hint.key == "save" else None

    @contextmanager
    def step(self) -> Iterator[tuple[Hint, Mapping[str, Any]] | None]:
        """Hand out the step that is due and where to do it; no other is due until it is done."""
        place, self.place = self.place, None
        if place is None:
            yield None
            return
        self._acts, self._acting = self._acts + 1, True
        try:
            yield self.coach.next(), place
        finally:
            self._acting = False

    # What the panel shows -----------------------------------------------------------------------

    @property
    def phase(self) -> str:
        """What the room has to do now: "finished", "left", "due-" with a number, or "" for none."""
        if self.coach.answer:
            return "finished"
        if self._left:
            return "left"
        return f"due-{self._acts}" if self.place else ""

    def _panel(self, view: Mapping[str, Any]) -> dict[str, Any]:
        coach = self.coach
        shows = coach.next() if self.way == "show" else coach.shows
        tone, said = coach.tone, coach.said
        if self.way == "show" and not coach.answer and shows:
            tone, said = "hint", [(shows.key, shows.values)]
        table = {**TALK, **{"hint": HINTS, "wrong": WRONG_TURNS}.get(tone, {})}
        says = " ".join(self._say(table[key], values) for key, values in said)
        return {
            "tone": tone,
            "says": says,
            "steps": self._steps(),
            "keys": self._keys(),
            "target": shows and self._target(shows),
            "pace": self._pace(view, says),
            "phase": self.phase,
        }

    def _keys(self) -> list[str]:
        if self.way == "show":
            return ["resume" if self._paused else "pause", "now"]
        hint = ["hint"] if self.way == "let" else []
        end = ["end"] if self.coach.warned else []
        return [*hint, "finish", "nothing", *end]

    def _pace(self, view: Mapping[str, Any], says: str) -> dict[str, Any] | None:
        """Tell how long the step is shown before it is done; None where the room waits.

        It waits in a pause, and after a Save until the page shows something else: one that takes
        its time is not pressed again. Another step is, if the page took no notice of it.
        """
        waits = self._paused or self._acting or bool(self.phase) or view == self._saved_on
        if self.way != "show" or waits:
            return None
        ms = (LOOK_MS + LETTER_MS * len(says)) * self._pace_factor
        return {"key": f"{self._acts}-{self.coach.next().key}", "ms": round(ms)}

    def _steps(self) -> list[dict[str, Any]]:
        done, filled = self.coach.done, {"field": self._words.say(PANEL["any_field"])}
        return [
            {"text": self._say(STEPS[key], filled), "done": key in done}
            for key in listed(self.task, self.way)
        ]

    def _target(self, hint: Hint) -> dict[str, Any]:
        words: Any = hint.target
        if hint.how in ("press", "box") and hint.target:
            group, key = hint.target.split(".")
            words = getattr(getattr(self._site.labels, group), key)
        return {
            "how": hint.how,
            "words": [words] if isinstance(words, str) else words,
            "near": hint.values.get("born") or hint.values.get("time") or "",
        }

    def _say(self, text: str, values: Mapping[str, str]) -> str:
        """Translate and fill a text; a field's key in the values becomes its on-screen label."""
        told = {key: self._called.get(value, value) for key, value in values.items()}
        return self._words.say(text, **{"billing": self._called["billing"], **told})

    def settings(self) -> dict[str, Any]:
        """Return what the panel needs to know of this exercise once, on each new page."""
        return {
            "patient": self.task.patient,
            "born": self.task.born,
            "story": self._words.say(self.task.scenario.story),
            "task": self._task_lines(),
            "way": self.way,
        }

    def _task_lines(self) -> list[tuple[str, str]]:
        task = self.task
        lines = {
            "patient": task.patient,
            "born": task.born,
            "date": f"{task.date}, {task.time}".replace(" AM", "\N{NO-BREAK SPACE}AM"),
            "owes": money(task.owes),
        }
        return [(self._words.say(PANEL[key]), value) for key, value in lines.items()]

    # The score ----------------------------------------------------------------------------------

    def score(self, learner: str = "") -> Score:
        """Compare the ledger with the task and return the score."""
        task, coach = self.task, self.coach
        now = LedgerSnapshot(self._practice.control("ledger"))
        is_back = now.copay(task.patient_id) == coach.start.copay(task.patient_id)
        filled = {"field": task.field}
        return Score(
            scenario=task.scenario.key,
            title=self._words.say(task.scenario.title),
            language=self._words.language,
            skin=self._site.skin,
            learner=learner,
            way=self.way,
            task=self._task_lines(),
            steps=[(self._say(STEPS[step], filled), step in coach.done) for step in steps_of(task)],
            wrong_turns=[
                (turn.kind, self._say(WRONG_TURNS[turn.kind], turn.values), round(turn.second))
                for turn in coach.wrong_turns
            ],
            left_wrong=[self._say(WRONG_TURNS[kind], values) for kind, values in coach.left_wrong],
            hints=coach.hints,
            early=coach.early,
            seconds=round(self._second()),
            answer=coach.answer,
            ledger_right=now.is_open_as_asked(coach.start, task),
            copay_aside=coach.copay_moved,
            copay_back=is_back if task.has_copay or coach.copay_moved else None,
            others_unchanged=now.others_as(coach.start, task),
            when=dt.datetime.now().astimezone(),
        )


def steps_of(task: Task) -> list[str]:
    """List the steps of an exercise in their order."""
    if task.scenario.leave:
        return ["patient", "all-items", "date", "leave"]
    if task.has_copay:
        return [ARTICLE[0], "copay-aside", *ARTICLE[1:], "copay-back"]
    return list(ARTICLE)


def listed(task: Task, way: str) -> list[str]:
    """List the steps for the panel: none in a test, and nowhere the answer to a question."""
    if way == "test":
        return []
    steps = steps_of(task)
    return [*steps[:-1], "decide"] if task.scenario.leave and way == "let" else steps
