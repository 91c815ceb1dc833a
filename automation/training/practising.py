"""A visit to the practice room: from opening its window to the score sheets."""

from __future__ import annotations

import contextlib
from pathlib import Path

from playwright.sync_api import Error
from playwright.sync_api import Page as Tab

from automation.browser.session import can_show_a_window, own_tab
from automation.errors import UsageProblem
from automation.reports import terminal
from automation.sandbox_process import sandbox
from automation.training.practice import Room
from automation.training.practice_words import PANEL
from automation.training.scenarios import SCENARIOS, choose
from automation.training.score import Score, folder_for_sheets
from automation.training.skins import SKINS, profile_with_skin
from automation.training.words import Words
from config.settings import Settings, load_settings
from config.site_profile import ProfileError, SiteProfile, load


def show_scenarios(language: str) -> None:
    """List the exercises; raises UsageProblem for an unknown language."""
    words = Words(language)
    for each in SCENARIOS:
        terminal.write(f"{each.key:<22}{each.payer:<16}{words.say(each.title)}")


def play(*, payer: str, scenario: str, language: str, site: str, skin: str, out: str) -> bool:
    """Let a learner practise until the window is closed; return whether all was passed in the end.

    A payer type or scenario only says which exercise stands first. Raises UsageProblem, before
    anything starts, when the options cannot be used.
    """
    words = Words(language)
    first = choose(payer, scenario).key
    settings = _settings(site or "sandbox")
    if skin not in ("", *SKINS):
        raise UsageProblem(
            "choosing the pages' age",
            expected="a, b or c",
            found=repr(skin),
            next_step="choose one of them with --skin",
        )
    can_show_a_window("opening the practice room", "practise at a desktop")
    folder = folder_for_sheets(Path(out) if out else settings.state / "training")
    return _play(settings, first, words, profile_with_skin(site, skin), folder)


def _settings(site: str) -> Settings:
    """Read the settings; raises UsageProblem for a mistake in them or in the site profile.

    The room has no journal, which takes a second to import; only to word a mistake it is done.
    """
    try:
        load(site)
        return load_settings()
    except ProfileError:
        from automation.runs.session import settings_and_profile

        return settings_and_profile(site)[0]


OPEN_SHADOWS = """const attach = Element.prototype.attachShadow;
Element.prototype.attachShadow = function () { return attach.call(this, {mode: "open"}); };"""


def picture(out: Path) -> Path:
    """Take a PNG of the practice room after two hints, for a page that presents it."""
    (site, _), words = profile_with_skin("sandbox"), Words()
    with sandbox(site.skin) as running, own_tab(site.at(running.address)) as tab:
        tab.add_init_script(OPEN_SHADOWS)  # Playwright cannot reach into a closed shadow root
        Room(tab, running, site, words).open().start(choose("", "copay"))
        hint = tab.get_by_role("button", name=words.say(PANEL["hint"]), exact=True)
        hint.click()  # first the words, then the ring
        tab.locator('[data-tone="hint"]').wait_for()
        hint.click()
        tab.locator(".ring").wait_for()
        tab.screenshot(path=out, scale="css")
    return out


def _play(
    settings: Settings,
    first: str,
    words: Words,
    look: tuple[SiteProfile, str],
    folder: Path,
) -> bool:
    console, (site, script) = terminal.talk(), look

    def keep(score: Score) -> None:
        console.print(f"Score sheet: {score.write(folder).as_uri()}", markup=False)

    with (
        sandbox(site.skin) as running,
        own_tab(
            site.at(running.address),
            program=settings.browser,
            headed=True,
            resizable=True,
            say=console.print,
        ) as tab,
    ):
        fit_the_screen(tab)
        if script:
            tab.add_init_script(script)
        room = Room(tab, running, site, words, keep=keep, folder=str(folder), first=first)
        room.open().show_menu()
        console.print("Close the window when you have practised enough.")
        room.stay()
    return room.progress.all_passed


def fit_the_screen(tab: Tab) -> None:
    """Make the window no larger than its screen, also where no window manager does that."""
    screen = tab.evaluate(
        "() => [screen.availLeft, screen.availTop, screen.availWidth, screen.availHeight]"
    )
    left, top, width, height = screen
    with contextlib.suppress(Error):  # a browser whose windows cannot be moved keeps its size
        browser = tab.context.new_cdp_session(tab)
        window = browser.send("Browser.getWindowForTarget")
        now = window["bounds"]
        if now["width"] > width or now["height"] > height:
            size = {"width": min(now["width"], width), "height": min(now["height"], height)}
            bounds = {"left": left, "top": top, **size}
            browser.send(
                "Browser.setWindowBounds", {"windowId": window["windowId"], "bounds": bounds}
            )
