"""The guide shows and says each click before and after, in one file that everybody can read."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path

import pypdfium2
import pytest
from docx import Document
from PIL import Image, ImageStat
from playwright.sync_api import Page

from automation.errors import UsageProblem
from automation.regression.accessibility import barriers
from automation.training import guide_files, guide_pictures, own_notes
from automation.training.guide import Guide, GuideStep, steps_of
from automation.training.guide_pictures import BADGE, Shot, after, badges, before
from automation.training.guide_texts import QUESTIONS, WARNINGS, places
from automation.training.own_notes import Logo, Note, Own
from automation.training.recording import Recording
from automation.training.skins import new_words
from automation.training.words import Words
from config.site_profile import load

Of = Callable[..., tuple[Recording, Page]]

OWN = Own({"date": Note(before="Ask Dana first.", after="Then <b>wait</b>.")})


def guide_of(
    of_payer: Of, language: str = "en", own: Own | None = None, paper: str = "letter"
) -> tuple[Guide, Page]:
    """A guide to the in-network fix, and a tab to draw with."""
    recording, tab = of_payer("in-network")
    words, own = Words(language), own or Own()
    return Guide(recording, steps_of(recording, tab, words, own), words, own, paper), tab


def by_key(guide: Guide) -> dict[str, GuideStep]:
    """The guide's steps by their keys."""
    return {step.key: step for step in guide.steps}


@pytest.mark.parametrize("language", ["en", "es"])
def test_page_is_one_file_that_everybody_can_read(
    of_payer: Of, tmp_path: Path, language: str
) -> None:
    """Steps in order, pictures inside, no barrier in light or dark; all of it fits a phone."""
    guide, tab = guide_of(of_payer, language)
    (out,) = guide_files.write(guide, tab, [tmp_path / "guide.html"])
    page = out.read_text(encoding="utf-8")
    assert not re.findall(r'(?:src|href)="(?!data:image/png|https://support)', page)
    found = [page.index(f'id="step-{n}"') for n in range(1, len(guide.steps) + 1)]
    assert found == sorted(found)
    assert page.count("data:image/png;base64,") == len(guide.pictures) > len(guide.steps)
    tab.set_content(page)
    for text in (*WARNINGS, *(text for pair in QUESTIONS for text in pair)):
        assert tab.get_by_text(guide.words.say(text)).is_visible()
    for scheme in ("light", "dark"):
        tab.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        assert not barriers(tab)
    tab.set_viewport_size({"width": 390, "height": 844})
    assert tab.evaluate("document.documentElement.scrollWidth") == 390
    assert not barriers(tab)
    tab.emulate_media(color_scheme="light")


def test_each_click_has_a_sentence(of_payer: Of) -> None:
    """Every control is numbered once and said once, by the name that the screen shows."""
    guide, _ = guide_of(of_payer)
    for step, scene in zip(guide.steps, guide.recording.scenes, strict=True):
        numbers = [number for view in step.views for number, _ in view.sentences]
        assert numbers == sorted({act.number for act in scene.acts})
    steps = by_key(guide)
    said = [text for view in steps["reset"].views for _, text in view.sentences]
    assert said == [
        "Click Patient Billing.",
        "Choose All Items in the list Show.",
        "Click the date 4/2/2026.",
        "Type 0.00 into Pt Amt.",
        "Click Save Changes.",
    ]
    assert steps["open-again"].shows == "The balance is $25.00. It is open again."
    assert steps["date"].shows == (
        "The asterisk marks the write-off of $25.00. The balance is $0.00."
    )


def test_pictures_show_what_their_sentences_say(of_payer: Of) -> None:
    """What a result's sentence names is on the picture and is not cut away."""
    recording, _ = of_payer("in-network")
    for scene in recording.scenes:
        shot = after(scene, places(recording, scene.step.key))
        named = places(recording, scene.step.key)
        assert [name for name in named if name in scene.sight.places] == named, scene.step.key
        for ring in shot.rings:
            kept = [band for line in shot.bands for band in line]
            assert any(
                band.x <= ring.x and ring.right <= band.right + 8
                and band.y - 8 <= ring.y and ring.bottom <= band.bottom + 8
                for band in kept
            ), scene.step.key  # fmt: skip
    ends = {scene.step.key: scene.sight for scene in recording.scenes}
    assert "asterisk" in ends["date"].places
    assert "asterisk" not in ends["open-again"].places
    assert ends["fresh-chart"].row and not ends["fresh-chart"].window


@pytest.fixture(autouse=True, scope="module")
def _each_picture_is_drawn_once() -> Iterator[None]:
    """Draw a picture for the first guide that has it; the guides differ in words alone."""
    kept: dict[Shot, bytes] = {}

    def drawn(tab: Page, shot: Shot) -> bytes:
        if shot not in kept:
            kept[shot] = guide_pictures.drawn(tab, shot)
        return kept[shot]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("automation.training.guide.drawn", drawn)
        yield


@pytest.mark.short("in-network")
@pytest.mark.parametrize("payer", ["in-network", "out-of-network", "direct"])
def test_numbers_cover_no_words(of_payer: Of, payer: str) -> None:
    """Below each number the screen is of one colour, and no number lies on another."""
    recording, tab = of_payer(payer)
    numbered = 0
    for shot in (shot for scene in recording.scenes for shot in before(scene)):
        screen = Image.open(BytesIO(shot.picture)).convert("RGB")
        found = badges(tab, shot)
        assert len(found) == len(shot.marks)
        for box in found:
            numbered += 1
            if box.right <= shot.begin:
                continue  # on the blank left of a row
            part = screen.crop((int(box.x), int(box.y), int(box.right), int(box.bottom)))
            assert all(high - low <= 28 for low, high in ImageStat.Stat(part).extrema)
            others = [each for each in found if each is not box]
            assert all(max(abs(box.x - o.x), abs(box.y - o.y)) >= BADGE for o in others)
    assert numbered > 10


def test_markdown_has_its_pictures_beside_it(of_payer: Of, tmp_path: Path) -> None:
    """The folder has exactly the pictures that the text names, and the logo."""
    guide, tab = guide_of(of_payer, own=Own(OWN.notes, Logo(b"logo", "png")))
    (out,) = guide_files.write(guide, tab, [tmp_path / "guide.md"])
    text = out.read_text(encoding="utf-8")
    named = re.findall(r"!\[[^]]+\]\((guide/\w+\.png)\)", text)
    assert len(named) == len(guide.pictures) + 1
    assert {tmp_path / name for name in named} == set((tmp_path / "guide").iterdir())
    assert "> Ask Dana first." in text


@pytest.mark.parametrize(("paper", "size"), [("letter", (612, 792)), ("a4", (595, 842))])
def test_pdf_is_made_by_the_browser(
    of_payer: Of, tmp_path: Path, paper: str, size: tuple[int, int]
) -> None:
    """It is a tagged PDF on the paper that was asked for; the crib sheet has one page."""
    guide, tab = guide_of(of_payer, "es", paper=paper)
    (out,) = guide_files.write(guide, tab, [tmp_path / "guide.pdf"])
    (crib,) = guide_files.write(guide, tab, [tmp_path / "crib.pdf"], crib=True)
    pdf = out.read_bytes()
    assert b"/Marked true" in pdf and b"/StructTreeRoot" in pdf
    whole, short = pypdfium2.PdfDocument(out), pypdfium2.PdfDocument(crib)
    try:
        assert 4 <= len(whole) <= 12
        assert len(short) == 1
        assert tuple(map(round, whole[0].get_size())) == pytest.approx(size, abs=1)
        text = re.sub(r"\s+", " ", short[0].get_textpage().get_text_range())
        assert "Escriba 0.00 en Pt Amt." in text
    finally:
        whole.close()
        short.close()


def test_crib_sheet_has_no_barrier(of_payer: Of, tmp_path: Path) -> None:
    """Every sentence of the guide is on it, in dark too, and it fits a phone."""
    guide, tab = guide_of(of_payer, own=OWN)
    (out,) = guide_files.write(guide, tab, [tmp_path / "crib.html"], crib=True)
    tab.set_viewport_size({"width": 390, "height": 844})
    tab.set_content(out.read_text(encoding="utf-8"))
    said = [text for step in guide.steps for view in step.views for _, text in view.sentences]
    assert tab.get_by_role("listitem").all_inner_texts() == said
    tab.emulate_media(color_scheme="dark")
    assert not barriers(tab)
    assert tab.evaluate("document.documentElement.scrollWidth") == 390
    tab.emulate_media(color_scheme="light")


def test_word_document_can_be_edited(of_payer: Of, tmp_path: Path) -> None:
    """It has the same sentences and pictures as the page, each picture with its description."""
    guide, tab = guide_of(of_payer, own=OWN)
    (out,) = guide_files.write(guide, tab, [tmp_path / "guide.docx"])
    document = Document(str(out))
    texts = [paragraph.text for paragraph in document.paragraphs]
    for step in guide.steps:
        assert any(step.title in text for text in texts)
        for view in step.views:
            assert all(f"{n}. {sentence}" in texts for n, sentence in view.sentences)
    assert "Ask Dana first." in texts and "Then <b>wait</b>." in texts
    shapes = document.inline_shapes
    assert len(shapes) == len(guide.pictures)
    assert all(shape._inline.docPr.get("descr") for shape in shapes)
    page = document.sections[0]
    room = (page.page_width or 0) - (page.left_margin or 0) - (page.right_margin or 0)
    assert all(shape.width <= room for shape in shapes)
    assert round((page.page_width or 0) / 914400, 1) == 8.5


def test_own_notes_stand_at_their_steps(of_payer: Of, tmp_path: Path) -> None:
    """A note is shown as it was written, markup included, before and after its step's pictures."""
    guide, tab = guide_of(of_payer, own=OWN)
    (out,) = guide_files.write(guide, tab, [tmp_path / "guide.html"])
    tab.set_content(out.read_text(encoding="utf-8"))
    step = tab.get_by_role("region", name="Open the date of service.")
    assert step.locator(".note").all_inner_texts() == ["Ask Dana first.", "Then <b>wait</b>."]
    assert tab.locator(".note").count() == 2


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[dates]\nbefore = 'x'", "no step is called dates"),
        ("[date]\nbefor = 'x'", "date.befor"),
        ("[date]\nbefore = 3", "date.before"),
        ("date = 'x'", "date"),
        ("[date", "end of document"),
    ],
)
def test_notes_that_are_wrong_are_refused(tmp_path: Path, text: str, says: str) -> None:
    """The refusal names the file and the key."""
    (tmp_path / "notes.toml").write_text(text, encoding="utf-8")
    with pytest.raises(UsageProblem) as refused:
        own_notes.read(str(tmp_path / "notes.toml"), "")
    assert says in refused.value.found and "notes.toml" in refused.value.found


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [("logo.svg", b"<svg/>", "logo.svg"), ("logo.png", b"GIF89a", "something else"),
     ("logo.jpg", b"\xff\xd8\xff" + bytes(2_000_001), "2.0 MB")],
)  # fmt: skip
def test_a_logo_that_is_no_picture_is_refused(
    tmp_path: Path, name: str, content: bytes, says: str
) -> None:
    """The refusal says what is wrong with the file."""
    (tmp_path / name).write_bytes(content)
    with pytest.raises(UsageProblem) as refused:
        own_notes.read("", str(tmp_path / name))
    assert says in refused.value.found


def test_a_site_lends_its_words() -> None:
    """Labels that a site's profile names differently are renamed on the sandbox's pages."""
    ours, theirs = load("sandbox").labels, load("therapynotes").labels
    assert new_words(ours, theirs)["pt amt"] == "Patient Responsibility"
    assert not new_words(ours, load("sandbox-c").labels)
