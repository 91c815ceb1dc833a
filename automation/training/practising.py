"""An exercise in the practice room: from opening its window to the score sheet."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Any

from playwright.sync_api import Error

from automation.browser.session import can_show_a_window, own_tab
from automation.errors import UsageProblem
from automation.reports import terminal
from automation.runs.session import settings_and_profile
from automation.sandbox_process import sandbox
from automation.training.practice import Room, sign_in
from automation.training.scenarios import SCENARIOS, Scenario, choose
from automation.training.score import Score, folder_for_sheets
from automation.training.skins import SKINS, profile_with_skin
from automation.training.words import Words
from config.settings import Settings
from config.site_profile import SiteProfile


def show_scenarios(language: str) -> None:
    """List the exercises; raises UsageProblem for an unknown language."""
    words = Words(language)
    for each in SCENARIOS:
        terminal.write(f"{each.key:<22}{each.payer:<16}{words.say(each.title)}")


def play(*, payer: str, scenario: str, language: str, site: str, skin: str, out: str) -> bool:
    """Let a learner practise one scenario; return whether the ledger is right in the end.

    Raises UsageProblem, before anything starts, when the options cannot be used.
    """
    words = Words(language)
    chosen = choose(payer, scenario)
    settings, _ = settings_and_profile(site or "sandbox")
    if skin not in ("", *SKINS):
        raise UsageProblem(
            "choosing the pages' age",
            expected="a, b or c",
            found=repr(skin),
            next_step="choose one of them with --skin",
        )
    can_show_a_window("opening the practice room", "practise at a desktop")
    folder = folder_for_sheets(Path(out) if out else settings.state / "training")
    return _play(settings, chosen, words, profile_with_skin(site, skin), folder).right


OPEN_SHADOWS = """const attach = Element.prototype.attachShadow;
Element.prototype.attachShadow = function () { return attach.call(this, {mode: "open"}); };"""


def picture(out: Path) -> Path:
    """Take a PNG of the practice room after two hints, for a page that presents it."""
    (site, _), words = profile_with_skin("sandbox"), Words()
    with sandbox(site.skin) as running, own_tab(site.at(running.address)) as tab:
        site = site.at(running.address)
        tab.add_init_script(OPEN_SHADOWS)  # Playwright cannot reach into a closed shadow root
        room = Room(tab, running, site, choose("", "copay"), words).open(sign_in(tab, site))
        room.hinted_twice()
        tab.screenshot(path=out, scale="css")
    return out


def _play(
    settings: Settings,
    scenario: Scenario,
    words: Words,
    look: tuple[SiteProfile, str],
    folder: Path,
) -> Score:
    console, (site, script) = terminal.talk(), look
    with sandbox(site.skin) as running:
        site = site.at(running.address)
        with own_tab(
            site,
            program=settings.browser,
            headed=True,
            resizable=True,
            say=console.print,
        ) as tab:
            if script:
                tab.add_init_script(script)
            room = Room(tab, running, site, scenario, words).open(sign_in(tab, site))
            score = room.until_finished()
            console.print(f"Score sheet: {score.write(folder).as_uri()}", markup=False)
            console.print("Close the window when you have read it.")
            _until_read(room, score, tab)
    return score


def _until_read(room: Room, score: Score, tab: Any) -> None:
    """Show the score sheet until the window is closed, which it may be already."""
    with contextlib.suppress(Error):
        room.show(score)
        tab.wait_for_function("() => false", timeout=0)  # ends when the window is or was closed
