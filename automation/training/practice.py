"""The practice room: the sandbox in a window, with a menu of exercises and a coach beside it.

The page calls the coach while Playwright waits, so everything runs in one thread. The coach never
runs at a real practice: the room accepts only the sandbox, and its script does nothing elsewhere.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from playwright.sync_api import Error
from playwright.sync_api import Page as Tab
from pydantic import SecretStr

from automation.errors import BrowserGone, Refusal
from automation.pages.login import LoginPage
from automation.pages.screen import Screen
from automation.sandbox_process import Sandbox
from automation.training import showing
from automation.training.exercise import Exercise
from automation.training.practice_words import PANEL, WAYS
from automation.training.progress import Progress
from automation.training.room_pages import Choice, RoomPages
from automation.training.scenarios import Scenario
from automation.training.score import Score
from automation.training.words import Words
from config.site_profile import SiteProfile

BINDING = "undoWriteoffCoach"
HERE = Path(__file__).parent
NEXT_PHASE = """last => {
    const phase = document.documentElement?.dataset.practice;
    return phase && phase !== last ? phase : false;
}"""


class Room:
    """The menu and one exercise after another, in one tab of the running sandbox."""

    def __init__(
        self,
        tab: Tab,
        practice: Sandbox,
        site: SiteProfile,
        words: Words,
        *,
        keep: Callable[[Score], object] = lambda score: None,
        folder: str = "",
        first: str = "",
        pace: float = 1.0,
    ) -> None:
        """Set up the room; `keep` is called with each score, `folder` is where it puts them.

        `first` is the exercise that the menu begins with.
        """
        only_the_sandbox(site)
        self._tab, self._practice, self._words = tab, practice, words
        self._site, self._keep, self._pace = site.at(practice.address), keep, pace
        self.progress = Progress()
        self.pages = RoomPages(self._site, words, self.progress, folder, first)
        self.exercise: Exercise | None = None
        self._home = ""
        self._last = ""  # the phase that was dealt with last

    # Opening and waiting ------------------------------------------------------------------------

    def open(self) -> Room:
        """Make the room ready in the tab; the sign-in waits for the first exercise."""
        self._tab.expose_binding(BINDING, lambda _source, said: self._hear(said))
        script = (HERE / "coach.js").read_text(encoding="utf-8")
        self._tab.add_init_script(f"({script})({json.dumps(self._settings())})")
        self.pages.serve(self._tab)
        return self

    def show_menu(self) -> None:
        """Show the menu of exercises in the window."""
        self._go(self.pages.menu)

    def _go(self, address: str) -> None:
        """Go to a page; again where a click of the learner's came in between."""
        try:
            self._tab.goto(address)
        except Error:
            if self._tab.is_closed():
                raise
            self._tab.goto(address)

    def start(self, scenario: Scenario, way: str = "let") -> Exercise:
        """Start an exercise on a fresh practice, signed in."""
        self.exercise = None
        self._practice.control("reset", {"skin": self._site.skin, "faults": []})
        if not self._home:
            self._home = sign_in(self._tab, self._site)
        self.exercise = Exercise(self._practice, self._site, scenario, self._words, way, self._pace)
        self._last = ""
        self._go(self._home)
        self.exercise.begin()
        return self.exercise

    def stay(self) -> None:
        """Go on from exercise to exercise until the window is closed.

        Raises BrowserGone when it was closed in the middle of the only exercise.
        """
        while True:
            try:
                self.wait()
            except Error as error:
                if not self._tab.is_closed():
                    raise
                if self.exercise and not self.progress.marks:
                    raise _closed() from error
                return

    def wait(self, seconds: float = 0) -> None:
        """Wait until the page calls for something, and do it; 0 seconds waits for ever."""
        ask = self._tab.wait_for_function(NEXT_PHASE, arg=self._last, timeout=seconds * 1000)
        self._last = str(ask.json_value())
        match self._last.split("-")[0]:
            case "chosen":
                self._choice(self.pages.chosen)
            case "due":
                self._do_a_step()
            case "finished":
                self._finish()
            case "left":
                self.exercise = None
                self.show_menu()

    def _choice(self, choice: Choice | None) -> None:
        if choice:
            self.start(choice.scenario, choice.way)

    def _do_a_step(self) -> None:
        """Do the step that is due; the coach asks for it again where the page did not take it."""
        if self.exercise is None:
            return
        with self.exercise.step() as step:
            if step:
                showing.do(self._tab, self._site, *step)

    def _finish(self) -> None:
        """End the exercise: show its score sheet, or the menu after one that was only watched."""
        ended, self.exercise = self.exercise, None
        if ended is None:
            return
        if ended.way == "show":
            self.progress.watched(ended.task.scenario)
            self.show_menu()
            return
        score = ended.score(self.progress.learner)
        self.progress.did(score)
        self._keep(score)
        self._go(self.pages.latest_sheet)

    # What the page reports ----------------------------------------------------------------------

    def _hear(self, said: Mapping[str, Any]) -> dict[str, Any] | None:
        """Answer a page of the practice: at first with the exercise, then with the panel."""
        if self.exercise is None:
            return None
        if said["kind"] == "hello":
            return self.exercise.settings()
        return self.exercise.hear(said)

    def _settings(self) -> dict[str, Any]:
        say = self._words.say
        return {
            "origin": self._site.origin,
            "room": self.pages.path,
            "binding": BINDING,
            "language": self._words.language,
            "labels": self._site.labels.model_dump(),
            "style": (HERE / "coach.css").read_text(encoding="utf-8"),
            "words": {key: say(text) for key, text in {**PANEL, **_ways()}.items()},
        }


def _ways() -> dict[str, str]:
    return {f"way_{key}": text for key, text in WAYS.items()}


def _closed() -> BrowserGone:
    return BrowserGone(
        "waiting for the end of the exercise",
        expected="“I am done” or “Nothing to undo here”",
        found="the window was closed before; there is no score sheet",
        next_step="run `undo-writeoff train practice` again",
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
