"""The guide has a picture and a reason for each step, in one file that everybody can read."""

from __future__ import annotations

import re
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page

from automation.regression.accessibility import barriers
from automation.training import guide
from automation.training.guide_texts import QUESTIONS, WARNINGS
from automation.training.recording import Recording
from automation.training.skins import new_words
from automation.training.words import Words
from config.site_profile import load

Of = Callable[..., tuple[Recording, Page]]


@pytest.mark.parametrize("language", ["en", "es"])
def test_page_is_one_file_that_everybody_can_read(
    of_payer: Of, tmp_path: Path, language: str
) -> None:
    """The page has the steps in order, with their pictures inside, and axe finds no barrier."""
    recording, tab = of_payer("in-network")
    words = Words(language)
    (out,) = guide.write(recording, tab, words, [tmp_path / "guide.html"])
    page = out.read_text(encoding="utf-8")
    assert not re.findall(r'(?:src|href)="(?!data:image/png|https://support)', page)
    places = [page.index(f'id="step-{n}"') for n in range(1, len(recording.scenes) + 1)]
    assert places == sorted(places)
    assert page.count("data:image/png;base64,") == len(recording.scenes)
    tab.set_content(page)
    for text in (*WARNINGS, *(text for pair in QUESTIONS for text in pair)):
        assert tab.get_by_text(words.say(text)).is_visible()
    assert not barriers(tab)


def test_pictures_show_what_matters(of_payer: Of) -> None:
    """Each picture is a part of the screen, with every visible control of its step outlined."""
    recording, tab = of_payer("in-network")
    steps = guide.steps_of(recording, tab, Words())
    sizes = [Image.open(BytesIO(step.picture)).size for step in steps]
    acting = [size for size, scene in zip(sizes, recording.scenes, strict=True) if scene.acts]
    assert all(guide.LEAST[0] <= w <= 1280 and guide.LEAST[1] <= h <= 624 for w, h in sizes)
    assert sum(w * h for w, h in acting) < 0.8 * 1280 * 624 * len(acting)
    assert [step.controls for step in steps][:4] == [5, 1, 2, 1]


def test_markdown_has_its_pictures_beside_it(of_payer: Of, tmp_path: Path) -> None:
    """The folder has exactly the pictures that the text names."""
    recording, tab = of_payer("in-network")
    (out,) = guide.write(recording, tab, Words(), [tmp_path / "guide.md"])
    named = re.findall(r"!\[[^]]+\]\((guide/\d+\.png)\)", out.read_text(encoding="utf-8"))
    assert len(named) == len(recording.scenes)
    assert {tmp_path / name for name in named} == set((tmp_path / "guide").iterdir())


def test_pdf_is_made_by_the_browser(of_payer: Of, tmp_path: Path) -> None:
    """It is a tagged PDF of a few pages."""
    recording, tab = of_payer("in-network")
    (out,) = guide.write(recording, tab, Words(), [tmp_path / "guide.pdf"])
    pdf = out.read_bytes()
    assert pdf.startswith(b"%PDF-")
    assert b"/Marked true" in pdf and b"/StructTreeRoot" in pdf
    assert 2 <= pdf.count(b"/Type /Page\n") <= 12


def test_a_site_lends_its_words() -> None:
    """Labels that a site's profile names differently are renamed on the sandbox's pages."""
    ours, theirs = load("sandbox").labels, load("therapynotes").labels
    assert new_words(ours, theirs)["pt amt"] == "Patient Responsibility"
    assert not new_words(ours, load("sandbox-c").labels)
