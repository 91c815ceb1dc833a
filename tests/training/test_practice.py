"""The practice room, with learners who do it right and learners who take a wrong turn."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from learner import Learner
from playwright.sync_api import Browser, Page

from automation.browser.session import locked
from automation.embedded import Sandbox, sandbox
from automation.training.practice import Room
from automation.training.scenarios import SCENARIOS, choose
from automation.training.score import Score, folder_for_sheets
from automation.training.words import Words
from config.site_profile import load

# Playwright does not look into a closed shadow root; a person sees no such border.
OPEN_SHADOWS = """const attach = Element.prototype.attachShadow;
Element.prototype.attachShadow = function (how) {
    return attach.call(this, { ...how, mode: "open" }); };"""


@pytest.fixture(scope="module")
def running() -> Iterator[Sandbox]:
    """One sandbox for all exercises."""
    with sandbox(more=["--delay-ms", "20"]) as practice:
        yield practice


Enter = Callable[..., tuple[Learner, Room]]


@pytest.fixture
def enter(browser: Browser, running: Sandbox) -> Iterator[Enter]:
    """Enter the practice room for one scenario on a fresh practice."""
    pages: list[Page] = []

    def entered(
        scenario: str = "in-network", skin: str = "a", language: str = "en"
    ) -> tuple[Learner, Room]:
        running.control("reset", {"skin": skin, "faults": [], "sign_out": True})
        site = load("sandbox" if skin == "a" else f"sandbox-{skin}").at(running.address)
        context = locked(browser.new_context(viewport={"width": 1280, "height": 720}), site)
        page = context.new_page()
        page.set_default_timeout(8000)
        pages.append(page)
        page.add_init_script(OPEN_SHADOWS)
        room = Room(page, running, site, choose("", scenario), Words(language)).open()
        return Learner(page, room.task), room

    yield entered
    for page in pages:
        page.context.close()


def kinds(score: Score) -> list[str]:
    """The wrong turns on a score sheet."""
    return [kind for kind, _, _ in score.wrong_turns]


@pytest.mark.parametrize("key", [each.key for each in SCENARIOS])
def test_perfect_learner(key: str, enter: Enter, tmp_path: Path) -> None:
    """Every scenario can be done, and the score sheet says that it was done well."""
    learner, room = enter(key, skin="abc"[len(key) % 3])
    learner.does_it_perfectly()
    score = room.until_finished(5)
    assert score.right and score.ledger_right and score.others_unchanged
    assert kinds(score) == [] and score.hints == 0
    assert all(done for _, done in score.steps), score.steps
    page = score.write(folder_for_sheets(tmp_path / "sheets"))
    told = json.loads(page.with_suffix(".json").read_text(encoding="utf-8"))
    assert told["right"] is True and told["wrong_turns"] == []
    assert sorted(file.suffix for file in page.parent.iterdir()) == [".html", ".json"]
