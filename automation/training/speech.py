"""A spoken track for a film, made by a voice on this computer: espeak-ng."""

from __future__ import annotations

import re
import shutil
import subprocess
import wave
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from automation.errors import TechnicalFailure, UsageProblem

PROGRAM = "espeak-ng"
WORDS_A_MINUTE = 150
PAUSE = 500
"""Silence after each sentence, in milliseconds."""

AS_SPOKEN = {
    "en": ((r"\$(\d+)\.00", r"\1 dollars"), (r"\$(\d+)\.(\d\d)", r"\1 dollars \2"),
           (r"\bPt Amt\b", "patient amount")),
    "es": ((r"\$(\d+)\.00", r"\1 dólares"), (r"\$(\d+)\.(\d\d)", r"\1 dólares con \2")),
}  # fmt: skip
"""What a voice cannot read out as people say it, and what it reads instead, by language."""


@dataclass
class Voice:
    """A voice of one language; it keeps each sentence as a sound file in `folder`."""

    language: str
    folder: Path
    program: str

    def say(self, text: str) -> Path:
        """Return the WAV file of a sentence, spoken once and then kept."""
        for written, spoken in AS_SPOKEN.get(self.language, ()):
            text = re.sub(written, spoken, text)
        out = self.folder / f"{sum(1 for _ in self.folder.iterdir()):04}.wav"
        asked = [self.program, "-v", self.language, "-s", str(WORDS_A_MINUTE), "-w", str(out)]
        done = subprocess.run(  # noqa: S603  a program found on the path, without a shell
            [*asked, "--stdin"], input=text, capture_output=True, text=True, check=False, timeout=60
        )
        if done.returncode or not out.is_file():
            raise TechnicalFailure(
                "speaking the film's sentences",
                expected=f"a sound from {PROGRAM}",
                found=done.stderr.strip() or f"exit status {done.returncode}",
                next_step="make the film without --voice",
            )
        return out


def voice_program() -> str:
    """Return where the voice is; raises UsageProblem where this computer has none."""
    found = shutil.which(PROGRAM)
    if not found:
        raise UsageProblem(
            "looking for a voice",
            expected=f"the program {PROGRAM}, which speaks",
            found="no voice on this computer",
            next_step=f"install {PROGRAM}, or make the film without --voice",
        )
    return found


def milliseconds(sound: Path) -> int:
    """Return how long a WAV file is."""
    with wave.open(str(sound), "rb") as file:
        return round(file.getnframes() / file.getframerate() * 1000)


def write_track(path: Path, sounds: Iterable[tuple[int, Path]], length: int) -> None:
    """Write one WAV file of `length` milliseconds in which each sound begins at its time."""
    track = bytearray()
    rate = 0
    for begin, sound in sounds:
        with wave.open(str(sound), "rb") as file:
            rate = file.getframerate()
            spoken = file.readframes(file.getnframes())
        at = begin * rate // 1000 * 2
        track += bytes(max(0, at + len(spoken) - len(track)))
        track[at : at + len(spoken)] = spoken
    track += bytes(max(0, length * rate // 1000 * 2 - len(track)))
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(track)
