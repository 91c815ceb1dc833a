"""The room's own pages: the menu of exercises and the score sheets, at addresses of their own.

They stand at the sandbox's address, but the browser never asks the sandbox for them: Playwright
answers. So the score sheet can be loaded again, and the way back to it works.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs

from playwright.sync_api import Page as Tab
from playwright.sync_api import Route

from automation.reports.pages import page
from automation.training.practice_words import MENU, WAYS
from automation.training.progress import Progress, after
from automation.training.scenarios import SCENARIOS, Scenario, choose
from automation.training.words import Words
from config.site_profile import SiteProfile


@dataclass(frozen=True)
class Choice:
    """What a learner chose: an exercise and one of the three ways."""

    scenario: Scenario
    way: str


class RoomPages:
    """The pages of one visit; `chosen` is what the learner chose last."""

    path = "/practice-room/"

    def __init__(
        self, site: SiteProfile, words: Words, progress: Progress, folder: str, first: str
    ) -> None:
        """Set up the pages; `folder` is shown as where the sheets are, `first` marks one of all."""
        self.menu = f"{site.origin}{self.path}"
        self.chosen: Choice | None = None
        self._words, self._progress = words, progress
        self._folder, self._first = folder, first
        self._choices = 0

    @property
    def latest_sheet(self) -> str:
        """The address of the newest score sheet."""
        return f"{self.menu}score/{len(self._progress.scores)}"

    def serve(self, tab: Tab) -> None:
        """Answer the room's addresses in this tab."""
        tab.route(re.compile(re.escape(self.menu) + ".*"), self._answer)

    def _answer(self, route: Route) -> None:
        rest = route.request.url.removeprefix(self.menu)
        if rest == "start":
            page = self._start(route.request.post_data or "")
        elif sheet := re.fullmatch(r"score/(\d+)", rest):
            page = self._sheet(int(sheet[1]))
        else:
            page = self._menu_page()
        route.fulfill(body=page, content_type="text/html; charset=utf-8")

    def _start(self, posted: str) -> str:
        """Take the learner's choice; the menu once more where it names none."""
        said = {key: values[-1] for key, values in parse_qs(posted, keep_blank_values=True).items()}
        key, _, way = said.get("go", "").partition(":")
        self._progress.learner = said.get("learner", self._progress.learner).strip()[:80]
        if way not in WAYS or key not in {each.key for each in SCENARIOS}:
            return self._menu_page()
        self.chosen = Choice(choose("", key), way)
        self._choices += 1
        return self._page("moment.html", phase=f"chosen-{self._choices}")

    def _sheet(self, number: int) -> str:
        scores = self._progress.scores
        if not 0 < number <= len(scores):
            return self._menu_page()
        score = scores[number - 1]
        return score.as_page(following=after(score.scenario).key)

    def _menu_page(self) -> str:
        exercises = sorted(SCENARIOS, key=lambda each: each.key != self._first)
        return self._page("menu.html", exercises=exercises, first=self._first)

    def _page(self, template: str, **more: object) -> str:
        say = self._words.say
        return page(
            template,
            Path(__file__).parent,
            language=self._words.language,
            words={key: say(text) for key, text in MENU.items()},
            sheets=say(MENU["sheets"], folder=self._folder) if self._folder else "",
            ways={key: say(text) for key, text in WAYS.items()},
            progress=self._progress,
            say=say,
            **more,
        )
