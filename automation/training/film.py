"""The film of a fix: the recorded pictures, a moving pointer, sentences and chapters."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from automation.training import guide_texts, moving
from automation.training.guide_texts import does, sentence, shows
from automation.training.moving import Point
from automation.training.painting import Painter
from automation.training.recording import Act, Recording, Scene
from automation.training.sight import SIZE, Box
from automation.training.speech import PAUSE, Voice, milliseconds, write_track
from automation.training.words import Words

if TYPE_CHECKING:
    from PIL.Image import Image

CHARACTERS_A_SECOND = 15
"""Reading speed of a caption."""

SHORTEST = 1500
"""The least time a caption is shown; this and the times below are milliseconds."""

TITLE, END, HOLD = 3500, 6000, 2000
"""The title card; the card with before and after; the hold at each of the two amounts."""

AMOUNTS = ("reset", "correct")
"""The keys of the steps in which an amount is typed; the film shows that from near."""


@dataclass(frozen=True)
class Cue:
    """A caption or a chapter, with its begin and end in milliseconds."""

    begin: int
    end: int
    text: str


@dataclass(frozen=True)
class Beat:
    """One sentence of the film, with the act that it tells, or None for a step's result."""

    scene: Scene
    act: Act | None
    cue: Cue
    sound: Path | None

    @property
    def is_near(self) -> bool:
        """Return whether an amount is typed, which is shown from near."""
        typed = self.act is not None and self.act.kind == "type"
        return typed and self.scene.step.key in AMOUNTS


@dataclass
class Film:
    """A film in the making: `frames` yields each picture and how long it is shown."""

    recording: Recording
    painter: Painter
    words: Words
    voice: Voice | None = None
    beats: list[Beat] = field(default_factory=list)
    chapters: list[Cue] = field(default_factory=list)
    _now: int = 0
    _pointer: Point = (SIZE[0] / 2, SIZE[1] / 2)

    @property
    def captions(self) -> list[Cue]:
        """The sentences with their times."""
        return [beat.cue for beat in self.beats]

    @property
    def seconds(self) -> float:
        """The length of the film in seconds."""
        return self._now / 1000

    def plan(self) -> None:
        """Work out every sentence and chapter, without drawing; call it before `frames`."""
        self.beats, self.chapters, self._now = [], [], TITLE
        for scene in self.recording.scenes:
            begin = self._now
            for act in scene.acts:
                self._add(scene, act, sentence(act, scene, self.words))
            seen = shows(self.recording, scene, self.words)
            if seen or not scene.acts:
                self._add(scene, None, seen or does(self.recording, scene, self.words))
            self._chapter(begin, guide_texts.chapter(self.recording, scene.chapter, self.words))
        self._now += END
        last = self.chapters[-1]
        self.chapters[-1] = Cue(last.begin, self._now, last.text)

    def _add(self, scene: Scene, act: Act | None, text: str) -> None:
        beat = Beat(scene, act, Cue(0, 0, text), self.voice.say(text) if self.voice else None)
        spoken = milliseconds(beat.sound) + PAUSE if beat.sound else 0
        reading = max(SHORTEST, math.ceil(len(text) / CHARACTERS_A_SECOND * 1000))
        acting = moving.time_of(act, is_near=beat.is_near) + (HOLD if beat.is_near else 0)
        end = self._now + max(spoken, reading, acting)
        self.beats.append(Beat(scene, act, Cue(self._now, end, text), beat.sound))
        self._now = end

    def _chapter(self, begin: int, name: str) -> None:
        if self.chapters and self.chapters[-1].text == name:
            self.chapters[-1] = Cue(self.chapters[-1].begin, self._now, name)
        else:
            self.chapters.append(Cue(begin, self._now, name))

    # Drawing ----------------------------------------------------------------------------------

    def frames(self) -> Iterator[tuple[Image, int]]:
        """Draw every picture, 1280 x 720, and yield it with its milliseconds."""
        yield moving.opened(self._title()), TITLE
        for beat in self.beats:
            step = does(self.recording, beat.scene, self.words)
            name = guide_texts.chapter(self.recording, beat.scene.chapter, self.words)
            about = f"{name}  \N{MIDDLE DOT}  {step}"
            strip = moving.opened(self.painter.strip(about, beat.cue.text))
            left = beat.cue.end - beat.cue.begin
            for picture, time in self._drawn(beat):
                # 0 stands for what is left, ahead of a movement that ends the sentence
                stands = time or left - self._to_come(beat)
                left -= stands
                yield moving.on_card(picture, strip), stands
        yield moving.opened(self._end()), END

    def _to_come(self, beat: Beat) -> int:
        return moving.NEARER if beat.is_near else 0

    def _drawn(self, beat: Beat) -> Iterator[tuple[Image, int]]:
        """Draw a sentence's pictures; 0 milliseconds stand for the time that is left."""
        act = beat.act
        if act is None:
            last = moving.ringed(moving.opened(beat.scene.picture), self._rings(beat.scene))
            yield moving.with_pointer(last, self._pointer), 0
            return
        star = act.sight.places.get("asterisk") if act.sight.row else None
        before = moving.ringed(moving.opened(act.picture), [star] if star else [])
        yield from moving.to_control(before, self._pointer, act.box.centre)
        self._pointer = act.box.centre
        yield from moving.typed(act, before, is_near=beat.is_near)

    def _rings(self, scene: Scene) -> list[Box]:
        names = guide_texts.places(self.recording, scene.step.key)
        return [scene.sight.places[name] for name in names if name in scene.sight.places]

    # Cards ------------------------------------------------------------------------------------

    def _title(self) -> bytes:
        say, flow = self.words.say, self.recording.flow
        payer = say("Payer type: {payer}", payer=say(self.recording.payer))
        role = say("Role: {role}", role=say(flow.role))
        invented = say("A make-believe practice: every name is invented.")
        return self.painter.card(say(flow.title), payer, role, invented)

    def _end(self) -> bytes:
        say, known = self.words.say, guide_texts.facts(self.recording)
        rows = [
            (known["field"], f"{known['field_before']} *", known["field_after"]),
            (say("Written off"), known["written_off"], known["written_off_after"]),
            (say("Balance"), known["balance_before"], known["balance"]),
        ]
        return self.painter.table(say("The fix is done."), ("", say("Before"), say("After")), rows)


# Files beside the film ----------------------------------------------------------------------------


def web_vtt(cues: Iterable[Cue]) -> str:
    """Return captions or chapters as WebVTT."""
    lines = ["WEBVTT", ""]
    for number, cue in enumerate(cues, 1):
        text = cue.text.replace("-->", "to").replace("&", "&amp;").replace("<", "&lt;")
        lines += [str(number), f"{_clock(cue.begin)} --> {_clock(cue.end)}", text, ""]
    return "\n".join(lines)


def _clock(milliseconds: int) -> str:
    seconds, rest = divmod(milliseconds, 1000)
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}.{rest:03}"


def write(film: Film, outs: Sequence[Path]) -> list[Path]:
    """Write the film to each file in the format of its suffix, and WebVTT files beside the first.

    Every film appears whole or not at all. Returns the files that were written.
    """
    from automation.training.encoding import file_for

    film.plan()
    sounds = [(beat.cue.begin, beat.sound) for beat in film.beats if beat.sound]
    parts = [(out, out.with_name(f".{out.stem}.part{out.suffix}")) for out in outs]
    beside = {
        outs[0].with_suffix(".vtt"): web_vtt(film.captions),
        outs[0].with_suffix(".chapters.vtt"): web_vtt(film.chapters),
    }
    try:
        with ExitStack() as files:
            track = None
            if sounds:
                folder = files.enter_context(TemporaryDirectory(prefix="undo-writeoff-voice-"))
                track = Path(folder) / "track.wav"
                write_track(track, sounds, round(film.seconds * 1000))
            opened = (file_for(part, film.chapters, track) for _, part in parts)
            writers = [files.enter_context(each) for each in opened]
            for picture, time in film.frames():
                for writer in writers:
                    writer.add(picture, time)
        for out, part in parts:
            part.replace(out)
    finally:
        for _, part in parts:
            part.unlink(missing_ok=True)
    for path, text in beside.items():
        path.write_text(text, encoding="utf-8")
    return [*outs, *beside]
