"""The practice room: the sandbox in a window, with a coach beside it.

The page calls the coach while Playwright waits, so everything runs in one thread. The coach never
runs at a real practice: the room accepts only the sandbox, and its script does nothing elsewhere.
"""

from __future__ import annotations

import datetime as dt
import json
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from playwright.sync_api import Error
from playwright.sync_api import Page as Tab
from pydantic import SecretStr

from automation.errors import BrowserGone, Refusal
from automation.pages.login import LoginPage
from automation.pages.screen import Screen
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

BINDING = "undoWriteoffCoach"
ARTICLE = ("patient", "all-items", "date", "reset", "date-again", "amount")
HERE = Path(__file__).parent


class Room:
    """One exercise in one tab of the running sandbox."""

    def __init__(
        self, tab: Tab, practice: Sandbox, site: SiteProfile, scenario: Scenario, words: Words
    ) -> None:
        only_the_sandbox(site)
        self._tab, self._practice, self._words = tab, practice, words
        self._site = site.at(practice.address)
        self._began = time.monotonic()
        self.task = Task.of(scenario, practice.control("cases")[scenario.case])
        self.coach = Coach(self.task, LedgerSnapshot(practice.control("ledger")), self._second)
        self._saves = self._count_saves()
        labels = self._site.labels
        self._called = {
            "billing": labels.billing.tab[0],
            "rate": labels.dialog.rate[0],
            "pt_amt": labels.dialog.pt_amt[0],
            "coverage": labels.dialog.coverage[0],
        }

    def _second(self) -> float:
        return time.monotonic() - self._began

    def _count_saves(self) -> int:
        return int(self._practice.control("state")["saves"])

    # Opening and ending -------------------------------------------------------------------------

    def open(self, home: str) -> Room:
        """Show the coach beside the page where work starts; the tab must be signed in already."""
        self._tab.expose_binding(BINDING, lambda _source, said: self._hear(said))
        script = (HERE / "coach.js").read_text(encoding="utf-8")
        self._tab.add_init_script(f"({script})({json.dumps(self._settings())})")
        self._tab.goto(home)
        self._began = time.monotonic()
        return self

    def hinted_twice(self) -> None:
        """Ask for a hint twice as a learner does: first for the words, then for the ring."""
        hint = self._tab.get_by_role("button", name=self._words.say(PANEL["hint"]), exact=True)
        hint.click()
        self._tab.locator('[data-tone="hint"]').wait_for()
        hint.click()
        self._tab.locator(".ring").wait_for()

    def until_finished(self, seconds: float = 0) -> Score:
        """Wait until the learner has given the answer; 0 seconds waits for ever.

        Raises BrowserGone when the window was closed or the time was over before.
        """
        ended = "() => document.documentElement?.dataset.practice === 'finished'"
        try:
            self._tab.wait_for_function(ended, timeout=seconds * 1000)
        except Error as error:
            raise BrowserGone(
                "waiting for the end of the exercise",
                expected="“I am done” or “Nothing to undo here”",
                found="the window was closed before; there is no score sheet",
                next_step="run `undo-writeoff train practice` again",
            ) from error
        return self.score()

    def show(self, score: Score) -> None:
        """Show the score sheet in the window."""
        self._tab.goto("about:blank")
        self._tab.set_content(score.as_page())

    # What the page reports ----------------------------------------------------------------------

    def _hear(self, said: Mapping[str, Any]) -> dict[str, Any]:
        """Take in one report from the page and return what the panel shows."""
        coach = self.coach
        if coach.answer:
            return self._panel()
        self._called.update(said["called"])
        if (saves := self._count_saves()) != self._saves:
            self._saves = saves
            coach.stored(LedgerSnapshot(self._practice.control("ledger")))
        coach.sees(View.of(said["view"]))
        match said["kind"]:
            case "typed":
                coach.typed()
            case "save":
                coach.saves()
            case "turn":
                coach.turned_the_page()
            case "hint":
                coach.hint()
            case "finish":
                coach.answers("done")
            case "nothing":
                coach.answers("nothing")
        return self._panel()

    def _panel(self) -> dict[str, Any]:
        tone = self.coach.tone
        table = {**TALK, **{"hint": HINTS, "wrong": WRONG_TURNS}.get(tone, {})}
        hint = self.coach.shows
        done = self.coach.done
        return {
            "tone": tone,
            "says": " ".join(self._say(table[key], values) for key, values in self.coach.said),
            "steps": [
                {
                    "text": self._say(STEPS[key], {"field": self._words.say(PANEL["any_field"])}),
                    "done": key in done,
                }
                for key in self._listed()
            ],
            "target": hint and self._target(hint),
            "finished": bool(self.coach.answer),
        }

    def _listed(self) -> list[str]:
        """List the article's steps, with those about a copay once the copay was set aside."""
        done = self.coach.done
        before = ["copay-aside"] if "copay-aside" in done else []
        after = ["copay-back"] if "copay-aside" in done else []
        return [ARTICLE[0], *before, *ARTICLE[1:], *after]

    def _target(self, hint: Hint) -> dict[str, Any]:
        words: Any = hint.target
        if hint.how in ("press", "box") and hint.target:
            group, key = hint.target.split(".")
            words = getattr(getattr(self._site.labels, group), key)
        near = hint.values.get("born") or hint.values.get("time") or ""
        return {
            "how": hint.how,
            "words": [words] if isinstance(words, str) else words,
            "near": near,
        }

    def _say(self, text: str, values: Mapping[str, str]) -> str:
        """Translate and fill a text; a field's key in the values becomes its on-screen label."""
        told = {key: self._called.get(value, value) for key, value in values.items()}
        return self._words.say(text, **{"billing": self._called["billing"], **told})

    def _settings(self) -> dict[str, Any]:
        return {
            "origin": self._site.origin,
            "binding": BINDING,
            "language": self._words.language,
            "labels": self._site.labels.model_dump(),
            "style": (HERE / "coach.css").read_text(encoding="utf-8"),
            "patient": self.task.patient,
            "born": self.task.born,
            "title": self._words.say(PANEL["title"]),
            "story": self._words.say(self.task.scenario.story),
            "task": self._task_lines(),
            "words": {key: self._words.say(text) for key, text in PANEL.items()},
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

    def score(self) -> Score:
        """Compare the ledger with the task and return the score."""
        task, coach = self.task, self.coach
        now = LedgerSnapshot(self._practice.control("ledger"))
        return Score(
            scenario=task.scenario.key,
            title=self._words.say(task.scenario.title),
            language=self._words.language,
            skin=self._site.skin,
            task=self._task_lines(),
            steps=[
                (self._say(STEPS[step], {"field": task.field}), step in coach.done)
                for step in steps_of(task)
            ],
            wrong_turns=[
                (turn.kind, self._say(WRONG_TURNS[turn.kind], turn.values), round(turn.second))
                for turn in coach.wrong_turns
            ],
            hints=coach.hints,
            seconds=round(self._second()),
            answer=coach.answer,
            ledger_right=now.is_open_as_asked(coach.start, task),
            copay_back=now.copay(task.patient_id) == task.copay if task.has_copay else None,
            others_unchanged=now.others_as(coach.start, task),
            when=dt.datetime.now().astimezone(),
        )


def only_the_sandbox(site: SiteProfile) -> None:
    """Raise Refusal for the site profile of a real practice."""
    if not site.sandbox:
        raise Refusal(
            "opening the practice room",
            expected="the bundled make-believe practice",
            found=f"the site {site.name}, which is a real one",
            next_step="practise with `undo-writeoff train practice` alone",
        )


def sign_in(tab: Tab, site: SiteProfile) -> str:
    """Sign in to the sandbox as its biller; return the address of the page where work starts."""
    only_the_sandbox(site)
    screen = Screen(tab, site)
    password = SecretStr(site.make_believe_password)
    LoginPage(screen).open().sign_in(site.practice_code, site.username, password)
    return screen.home


def steps_of(task: Task) -> list[str]:
    """List the steps of an exercise in their order."""
    if task.scenario.leave:
        return ["patient", "all-items", "date", "leave"]
    if task.has_copay:
        return [ARTICLE[0], "copay-aside", *ARTICLE[1:], "copay-back"]
    return list(ARTICLE)
