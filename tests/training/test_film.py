"""The film has the words of the flow's steps, leaves time to read them, and its files are whole."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import av
import pytest
from babel.messages.pofile import read_po
from excerpts import one_of_each_chapter
from PIL import Image, ImageChops
from playwright.sync_api import Page

from automation.training import film as filming
from automation.training import guide_texts, moving
from automation.training.film import CHARACTERS_A_SECOND, SHORTEST, Film
from automation.training.guide_texts import LOOK_FIRST, QUESTIONS, WARNINGS, WHY, why
from automation.training.painting import CARD, Painter
from automation.training.recording import (
    CHECK,
    COPAY_BACK,
    CORRECT,
    PREFLIGHT,
    RESET,
    Recording,
)
from automation.training.sight import SIZE
from automation.training.words import LOCALE, Words

Of = Callable[..., tuple[Recording, Page]]
PAYERS = ("direct", "out-of-network", "in-network")


def planned(recording: Recording, tab: Any = None, language: str = "en") -> Film:
    """A film whose captions and chapters are worked out."""
    film = Film(recording, Painter(tab) if tab else tab, Words(language))
    film.plan()
    return film


@pytest.mark.long
def test_two_recordings_make_the_same_film(of_payer: Of) -> None:
    """With the same seed and the same clock, no caption or chapter differs in time or words."""
    first, again = (planned(of_payer("direct", again=True)[0]) for _ in range(2))
    assert (first.captions, first.chapters) == (again.captions, again.chapters)
    assert first.recording is not again.recording


@pytest.mark.long
def test_a_film_that_breaks_off_leaves_nothing(
    of_payer: Of, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When the film breaks off with an error, no half-written file is left."""
    recording, tab = of_payer("in-network")
    whole = Film.frames

    def breaks(film: Film) -> Iterator[Any]:
        yield from itertools.islice(whole(film), 3)
        raise OSError("no space left on the disk")

    monkeypatch.setattr(Film, "frames", breaks)
    with pytest.raises(OSError, match="no space"):
        filming.write(Film(recording, Painter(tab), Words()), [tmp_path / "fix.mp4"])
    assert not list(tmp_path.iterdir())


@pytest.mark.long
@pytest.mark.parametrize("payer", PAYERS)
def test_captions_say_what_is_shown(of_payer: Of, payer: str) -> None:
    """Each click has its own sentence, with time to read it, and each step a reason."""
    recording, _ = of_payer(payer)
    film = planned(recording)
    assert sum(beat.act is not None for beat in film.beats) == sum(
        len(scene.acts) for scene in recording.scenes
    )
    assert all(cue.text.endswith(".") and ">" not in cue.text for cue in film.captions)
    assert all(why(scene.step.key) for scene in recording.scenes)
    has_copay = payer == "in-network"
    copay = [COPAY_BACK] if has_copay else []
    first = PREFLIGHT if has_copay else LOOK_FIRST
    assert [cue.text for cue in film.chapters] == [first, RESET, CORRECT, *copay, CHECK]
    for cue, then in itertools.pairwise(film.captions):
        assert cue.end == then.begin
        assert cue.end - cue.begin >= max(SHORTEST, len(cue.text) / CHARACTERS_A_SECOND * 1000)


@pytest.mark.long
def test_the_two_amounts_are_held_and_shown_from_near(of_payer: Of) -> None:
    """While an amount is typed the field is large, and then it stands still for a while."""
    recording, tab = of_payer("in-network")
    film = planned(recording, tab)
    near = [beat for beat in film.beats if beat.is_near]
    assert [beat.act.text for beat in near if beat.act] == ["0.00", "25.00"]
    for beat in near:
        drawn = list(film._drawn(beat))
        times = [time for _, time in drawn]
        held = beat.cue.end - beat.cue.begin - sum(times)
        assert times.count(0) == 1 and held >= filming.HOLD
        assert beat.act is not None
        whole = moving.opened(beat.act.last_picture)
        large = drawn[times.index(0)][0]
        assert large.size == SIZE
        assert ImageChops.difference(large, whole).getbbox() == (0, 0, *SIZE)


@pytest.mark.long
def test_the_asterisk_is_ringed_before_and_after(of_payer: Of) -> None:
    """A ring is around it in the row and the window, and then around the place where it was."""
    recording, tab = of_payer("in-network")
    film = planned(recording, tab)
    by_key = {scene.step.key: scene for scene in recording.scenes}
    (star, _) = film._rings(by_key["date"])
    assert star == by_key["date"].sight.places["asterisk"]
    (gone,) = film._rings(by_key["reset"])
    row = by_key["date"].acts[0].sight
    assert row.row and gone.x <= row.places["asterisk"].centre[0] <= gone.right
    plain = moving.opened(by_key["date"].picture)
    changed = ImageChops.difference(plain, moving.ringed(plain, [star])).getbbox()
    assert changed is not None and changed[0] == pytest.approx(star.x - 3, abs=2)


@pytest.mark.long
def test_the_film_ends_with_before_and_after(of_payer: Of) -> None:
    """The last card has the amount, the write-off and the balance, as the chart showed them."""
    recording, tab = of_payer("in-network")
    planned(recording, tab)._end()
    cells = [row.split("\t") for row in tab.locator("tr").all_inner_texts()]
    assert cells == [
        ["", "Before", "After"],
        ["Pt Amt", "$25.00 *", "$25.00"],
        ["Written off", "$25.00", "$0.00"],
        ["Balance", "$0.00", "$25.00"],
    ]


@pytest.mark.long
def test_every_text_is_said_in_spanish(of_payer: Of) -> None:
    """Titles, chapters, reasons, warnings and questions are all in the Spanish catalogue."""
    recording, _ = of_payer("in-network")
    with (LOCALE / "es.po").open(encoding="utf-8") as file:
        known = {message.id: message.string for message in read_po(file)}
    questions = [text for pair in QUESTIONS for text in pair]
    texts = [*WHY.values(), *WARNINGS, *questions, LOOK_FIRST, guide_texts.NO_COPAY]
    for table in (guide_texts.DOES, guide_texts.SHOWS, guide_texts.ACTS):
        texts += table.values()
    texts += [text for scene in recording.scenes for text in (scene.chapter, scene.step.text)]
    assert not [text for text in texts if not known.get(text)]
    words = Words("es")
    steps = [scene.step for scene in recording.scenes]
    same = {step.title for step in steps if words.title(step) == step.title}
    assert same <= {f"Billing Settings > Copay: {copay} > Save Changes" for copay in ("0", "25.00")}


@pytest.mark.long
def test_the_pointer_goes_where_the_hand_acts(of_payer: Of) -> None:
    """Every action has its place on the picture, and typed text appears letter by letter."""
    recording, _ = of_payer("in-network")
    acts = [act for scene in recording.scenes for act in scene.acts]
    assert len(acts) > 20
    for act in acts:
        x, y = act.box.centre
        assert 0 < x < SIZE[0]
        assert 0 < y < SIZE[1]
        assert act.marks[-1].box == act.box
        assert len(act.typing) == (len(act.text) + 1 if act.kind == "type" else 0)
    typed = [act.text for act in acts if act.kind == "type"]
    assert typed[1:] == ["0.00", "0.00", "25.00", "25.00"]


@pytest.mark.short("excerpt")
@pytest.mark.parametrize("part", ["excerpt", "whole"])
def test_film_files_are_whole(
    of_payer: Of, part: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both videos decode to the end; duration, chapters and captions are as planned."""
    recording, tab = of_payer("in-network")
    if part == "excerpt":
        recording = one_of_each_chapter(recording)
    film = Film(recording, Painter(tab), Words())
    drawn, draw = 0, Film.frames

    def counted(film: Film) -> Iterator[Any]:
        nonlocal drawn
        for shot in draw(film):
            drawn += 1
            yield shot

    monkeypatch.setattr(Film, "frames", counted)
    outs = [tmp_path / "fix.mp4", tmp_path / "fix.webm", tmp_path / "fix.gif"]
    written = filming.write(film, outs)
    assert sorted(written) == sorted(tmp_path.iterdir())
    frames = 1 + drawn  # the last one is written twice
    for out, codec in ((outs[0], "h264"), (outs[1], "vp9")):
        with av.open(str(out)) as container:
            video = container.streams.video[0]
            assert (video.codec.name, video.width, video.height) == (codec, *CARD)
            assert sum(1 for _ in container.decode(video=0)) == frames
            titles = [chapter["metadata"]["title"] for chapter in container.chapters()]
            assert titles == [cue.text for cue in film.chapters]
            assert container.duration is not None
            assert container.duration / 1_000_000 == pytest.approx(film.seconds, abs=0.2)
    with Image.open(outs[2]) as moved:
        assert getattr(moved, "n_frames", 0) > len(recording.scenes)
    captions = (tmp_path / "fix.vtt").read_text(encoding="utf-8")
    assert captions.startswith("WEBVTT\n")
    assert captions.count(" --> ") == len(film.beats)
    assert (tmp_path / "fix.chapters.vtt").read_text(encoding="utf-8").count(" --> ") == 5
