"""A voice speaks the film's sentences, each at its time."""

from __future__ import annotations

import os
import sys
import wave
from array import array
from collections.abc import Callable
from pathlib import Path

import av
import pytest
from excerpts import one_of_each_chapter
from playwright.sync_api import Page

from automation.errors import TechnicalFailure, UsageProblem
from automation.training import film as filming
from automation.training import speech
from automation.training.film import Film
from automation.training.painting import Painter
from automation.training.recording import Recording
from automation.training.speech import PAUSE, Voice, milliseconds, write_track
from automation.training.words import Words

VOICE = """#!{python}
import sys, wave
out, text = sys.argv[sys.argv.index("-w") + 1], sys.stdin.read()
with wave.open(out, "wb") as file:
    file.setparams((1, 2, 22050, 0, "NONE", ""))
    file.writeframes(b"\\x00\\x40" * (22050 * len(text) // 10))
"""


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A program that stands on the path as the voice, and takes 100 ms for each character."""
    file = tmp_path / "bin" / speech.PROGRAM
    file.parent.mkdir()
    file.write_text(VOICE.format(python=sys.executable), encoding="utf-8")
    file.chmod(0o755)
    monkeypatch.setenv("PATH", str(file.parent), prepend=os.pathsep)
    return speech.voice_program()


def voice(program: str, tmp_path: Path, language: str = "en") -> Voice:
    """A voice with an empty folder for its sounds."""
    (tmp_path / "said").mkdir()
    return Voice(language, tmp_path / "said", program)


def test_without_a_voice_the_film_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The refusal says that this computer has none, and what to do."""
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(UsageProblem) as refused:
        speech.voice_program()
    assert refused.value.found == "no voice on this computer"
    assert "--voice" in refused.value.next_step


def test_amounts_are_spoken_as_people_say_them(program: str, tmp_path: Path) -> None:
    """The voice is handed words instead of signs."""
    spoken = voice(program, tmp_path)
    assert milliseconds(spoken.say("$25.00")) == 100 * len("25 dollars")
    assert milliseconds(spoken.say("Pt Amt")) == 100 * len("patient amount")


def test_a_voice_that_fails_is_named(program: str, tmp_path: Path) -> None:
    """A program that ends with an error makes no silent film."""
    Path(program).write_text("#!/bin/sh\necho broken >&2\nexit 3\n", encoding="utf-8")
    with pytest.raises(TechnicalFailure) as failed:
        voice(program, tmp_path).say("Click Patients.")
    assert failed.value.found == "broken"


def test_each_sentence_begins_at_its_time(program: str, tmp_path: Path) -> None:
    """The track is silent but for the sentences, and as long as the film."""
    sound = voice(program, tmp_path).say("12345")
    write_track(tmp_path / "track.wav", [(1000, sound), (3000, sound)], 5000)
    with wave.open(str(tmp_path / "track.wav"), "rb") as file:
        samples = array("h", file.readframes(file.getnframes()))
    assert milliseconds(tmp_path / "track.wav") == 5000
    heard = [any(samples[at * 22050 // 4 : (at + 1) * 22050 // 4]) for at in range(20)]
    assert heard == [at in (4, 5, 12, 13) for at in range(20)]


@pytest.mark.long
@pytest.mark.parametrize("part", ["excerpt", "whole"])
def test_a_film_waits_for_its_voice(
    of_payer: Callable[..., tuple[Recording, Page]], part: str, program: str, tmp_path: Path
) -> None:
    """No sentence begins before the last one was spoken; both videos have the track."""
    recording, tab = of_payer("in-network")
    if part == "excerpt":
        recording = one_of_each_chapter(recording)
    film = Film(recording, Painter(tab), Words(), voice(program, tmp_path))
    outs = [tmp_path / "fix.mp4", tmp_path / "fix.webm"]
    filming.write(film, outs)
    for beat in film.beats:
        assert beat.sound is not None
        assert beat.cue.end - beat.cue.begin >= milliseconds(beat.sound) + PAUSE
    for out in outs:
        with av.open(str(out)) as container:
            rate = container.streams.audio[0].rate
            heard = sum(frame.samples for frame in container.decode(audio=0)) / rate
        assert heard == pytest.approx(film.seconds, abs=0.2)
