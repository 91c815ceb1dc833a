"""The practice room as a command: what it refuses, what it lists, and its score sheet."""

from __future__ import annotations

import datetime as dt
import os
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Playwright
from typer.testing import CliRunner

from automation.browser import find
from automation.browser.session import WINDOW
from automation.cli.app import app
from automation.errors import UsageProblem
from automation.training import practice_words
from automation.training.practice_words import PANEL, STEPS, WRONG_TURNS
from automation.training.practising import fit_the_screen, play
from automation.training.scenarios import SCENARIOS, choose
from automation.training.score import Score
from automation.training.words import Words, languages


def test_every_text_has_its_translation() -> None:
    """Every text of the practice room is translated into every language."""
    tables = [table for name, table in vars(practice_words).items() if name.isupper()]
    texts = [text for table in tables for text in table.values()]
    texts += [text for each in SCENARIOS for text in (each.title, each.story)]
    others = languages()[1:]
    assert others and len(texts) > 100
    for language in others:
        words = Words(language)
        same = [text for text in texts if words.say(text) == text]
        assert set(same) <= {"{billing} > All Items", "no"}, language


@pytest.mark.parametrize(
    ("asked", "doing"),
    [
        ({"scenario": "nonsense"}, "choosing the scenario"),
        ({"payer": "barter"}, "choosing the payer type"),
        ({"payer": "direct", "scenario": "copay"}, "choosing the scenario for direct"),
        ({"language": "fr"}, "choosing the language"),
        ({"skin": "z"}, "choosing the pages' age"),
        ({"out": "FILE/sheets"}, "preparing the folder"),
        ({"screen": ""}, "opening the practice room"),
    ],
)
def test_what_cannot_be_meant(
    asked: dict[str, str], doing: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A mistake is reported before anything starts, and no file is left behind."""
    monkeypatch.setattr("automation.training.practising.sandbox", None)
    monkeypatch.setenv("DISPLAY", asked.pop("screen", ":99"))
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    (tmp_path / "FILE").write_text("", encoding="utf-8")
    usual = {"payer": "", "scenario": "", "language": "en", "site": "", "skin": "a", "out": ""}
    usual |= {"out": str(tmp_path / asked["out"])} if "out" in asked else asked
    with pytest.raises(UsageProblem) as refused:
        play(**usual)
    assert doing in refused.value.doing and refused.value.exit_status == 2
    assert [file.name for file in tmp_path.rglob("*")] == ["FILE"]


def test_listing() -> None:
    """`--list` prints every scenario, without a screen."""
    done = CliRunner().invoke(app, ["train", "practice", "--list"])
    assert done.exit_code == 0
    assert [line.split()[0] for line in done.stdout.splitlines()] == [
        each.key for each in SCENARIOS
    ]
    assert len(SCENARIOS) >= 8


def test_first_scenario_of_a_payer_type() -> None:
    """`--payer` alone chooses its first scenario; without any option, the very first is chosen."""
    assert choose().key == SCENARIOS[0].key
    assert choose("out-of-network").key == "out-of-network"
    assert choose("direct").key == "direct"


def test_no_half_written_sheet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk that fails in the middle leaves no file behind."""

    def fails(self: Path, *_arguments: object, **_more: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", fails)  # the last step, when all is written
    with pytest.raises(OSError, match="No space"):
        a_score().write(tmp_path)
    assert list(tmp_path.iterdir()) == []


def a_score() -> Score:
    """A score with one wrong turn."""
    return Score(
        scenario="direct",
        title="Direct pay",
        language="en",
        skin="a",
        learner="Quill, Rosa",
        way="test",
        task=[],
        steps=[("Patients > the patient", True)],
        wrong_turns=[("payment-row", "You opened a payment.", 3)],
        left_wrong=[],
        hints=0,
        early=1,
        seconds=5,
        answer="done",
        ledger_right=True,
        copay_aside=False,
        copay_back=None,
        others_unchanged=True,
        when=dt.datetime(2026, 11, 25, 9, 0, tzinfo=dt.UTC),
    )


@pytest.mark.long
def test_command(tmp_path: Path) -> None:
    """The command runs one scenario, from opening the window to the score sheet on the disk."""
    script = Path(__file__).with_name("played.py")
    command = [sys.executable, str(script), str(tmp_path / "sheets")]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    done = subprocess.run(
        command, env=environment, capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr
    page, told = sorted((tmp_path / "sheets").iterdir())
    assert page.as_uri() in done.stderr and told.suffix == ".json"
    sheet = page.read_text(encoding="utf-8")
    assert "<h1>Score sheet: Direct pay</h1>" in sheet and "Quill, Rosa" in sheet
    assert "Supervisor" in sheet and "<nav" not in sheet
    assert "Quill" not in page.name


@pytest.mark.parametrize("language", languages())
def test_sheet_prints_on_one_letter_page(language: str, page: Page) -> None:
    """A sheet of the longest exercise with ten different wrong turns fits one Letter page."""
    words = Words(language)
    filled = {"typed": "Rate", "field": "Coverage", "enter": "$90.00", "copay": "$25.00"}
    filled |= {"found": "$52.00", "owes": "$30.00", "time": "9:00 AM", "date": "3/11/2026"}
    turns = [(key, words.say(text, **filled)) for key, text in WRONG_TURNS.items()][:10]
    steps = [
        words.say(text, field="Coverage", billing="Patient Billing") for text in STEPS.values()
    ]
    score = replace(
        a_score(),
        language=language,
        title=words.say("Out-of-network with a copay in the way"),
        task=[
            (words.say(PANEL[key]), "Abernathy, Rosalind") for key in ("patient", "born", "date")
        ],
        steps=[(text, True) for text in steps[:8]],
        wrong_turns=[(*turn, 30) for turn in [*turns, *turns]],
        left_wrong=[text for _, text in turns[:3]],
        ledger_right=False,
    )
    page.set_content(score.as_page())
    printed = page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b(?!s)", printed)) == 1
    assert re.findall(rb"/MediaBox \[([\d. ]+)\]", printed) == [b"0 0 612 792"]
    assert page.get_by_role("row").count() == 1 + len(turns)


def test_window_is_no_larger_than_its_screen(playwright: Playwright) -> None:
    """Where no window manager does it, a window of 1440x900 is made to fit a screen of 1366x768."""
    size = ("--headless=new", "--screen-info={1366x768}", WINDOW)

    def begin(choice: find.Choice) -> Browser:
        return playwright.chromium.launch(
            executable_path=choice.executable,
            channel=choice.channel,
            headless=False,
            args=[*find.launch_arguments(), *size],
            chromium_sandbox=find.sandboxed(),
        )

    browser = find.start(playwright, begin, None, whole=True)
    tab = browser.new_context(no_viewport=True).new_page()
    assert tab.evaluate("[outerWidth, outerHeight]") == [1440, 900]
    fit_the_screen(tab)
    tab.wait_for_function("outerWidth === 1366 && outerHeight === 768")
    assert tab.evaluate("[screenX, screenY]") == [0, 0]
    browser.close()
