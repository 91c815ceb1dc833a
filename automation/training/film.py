"""The film of a fix: the recorded pictures, a moving pointer, captions and chapters."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from automation.training.painting import CARD, Painter
from automation.training.recording import Act, Recording, Scene
from automation.training.sight import SIZE
from automation.training.words import Words

if TYPE_CHECKING:
    from PIL.Image import Image

Point = tuple[float, float]

CHARACTERS_A_SECOND = 15
"""Reading speed of a caption."""

SHORTEST = 1500
"""The least time a caption is shown; this and the times below are milliseconds."""

TITLE, LOOK, MOVE, RING, KEY, LED_TO = 3500, 300, 480, 330, 140, 700
"""The title card; before the pointer moves; its move; a click; one character; the result."""

STEPS = 12
"""The number of pictures that a move of the pointer takes."""


@dataclass(frozen=True)
class Cue:
    """A caption or a chapter, with its begin and end in milliseconds."""

    begin: int
    end: int
    text: str


@dataclass
class Film:
    """A film in the making: `frames` yields each picture and how long it is shown."""

    recording: Recording
    painter: Painter
    words: Words
    captions: list[Cue] = field(default_factory=list)
    chapters: list[Cue] = field(default_factory=list)
    _now: int = 0
    _pointer: Point = (SIZE[0] / 2, SIZE[1] / 2)

    def plan(self) -> None:
        """Work out every caption and chapter, without drawing; call it before `frames`."""
        self._now = TITLE
        for scene in self.recording.scenes:
            begin, text = self._now, self.words.title(scene.step)
            self._now += scene_time(scene, text)
            self.captions.append(Cue(begin, self._now, text))
            chapter = self.words.say(scene.chapter)
            if self.chapters and self.chapters[-1].text == chapter:
                self.chapters[-1] = Cue(self.chapters[-1].begin, self._now, chapter)
            else:
                self.chapters.append(Cue(begin, self._now, chapter))

    @property
    def seconds(self) -> float:
        """The length of the film in seconds."""
        return self._now / 1000

    def frames(self) -> Iterator[tuple[Image, int]]:
        """Draw every picture, 1280 x 720, and yield it with its milliseconds."""
        from PIL import Image as Images

        say, flow = self.words.say, self.recording.flow
        payer = say("Payer type: {payer}", payer=say(self.recording.payer))
        role = say("Role: {role}", role=say(flow.role))
        invented = say("A make-believe practice: every name is invented.")
        card = self.painter.card(say(flow.title), payer, role, invented)
        yield _opened(card), TITLE
        for scene, caption in zip(self.recording.scenes, self.captions, strict=True):
            strip = _opened(self.painter.strip(self.words.say(scene.chapter), caption.text))
            left = caption.end - caption.begin
            for picture, time in self._acted(scene):
                frame = Images.new("RGB", CARD)
                frame.paste(picture, (0, 0))
                frame.paste(strip, (0, SIZE[1]))
                stands = time if time else left
                left -= stands
                yield frame, stands

    def _acted(self, scene: Scene) -> Iterator[tuple[Image, int]]:
        """Draw a scene; the last picture comes with 0, which stands for the time that is left."""
        for act in scene.acts:
            yield from self._one(act)
        last = _opened(scene.picture)
        yield _with_pointer(last, self._pointer), 0

    def _one(self, act: Act) -> Iterator[tuple[Image, int]]:
        before = _opened(act.picture)
        start, target = self._pointer, act.box.centre
        yield _with_pointer(before, start), LOOK
        for step in range(1, STEPS + 1):
            part = step / STEPS
            eased = part * part * (3 - 2 * part)
            here = tuple(a + (b - a) * eased for a, b in zip(start, target, strict=True))
            yield _with_pointer(before, (here[0], here[1])), MOVE // STEPS
        self._pointer = target
        for radius in (12, 20, 28):
            yield _with_pointer(before, target, radius), RING // 3
        for shot in act.typing[1:]:
            yield _with_pointer(_opened(shot), target), KEY


def scene_time(scene: Scene, caption: str) -> int:
    """Return a scene's milliseconds: its acts, but at least what its caption takes to read."""
    acts = sum(LOOK + MOVE + RING + KEY * len(act.typing[1:]) for act in scene.acts)
    reading = max(SHORTEST, math.ceil(len(caption) / CHARACTERS_A_SECOND * 1000))
    return max(reading, acts + LED_TO)


def _opened(png: bytes) -> Image:
    from PIL import Image as Images

    return Images.open(BytesIO(png)).convert("RGB")


def _with_pointer(picture: Image, at: Point, ring: int = 0) -> Image:
    """Draw the pointer, and a ring around it where it clicks."""
    from PIL import ImageDraw

    drawn = picture.copy()
    draw = ImageDraw.Draw(drawn)
    x, y = at
    if ring:
        draw.ellipse((x - ring, y - ring, x + ring, y + ring), outline="#d9480f", width=4)
    shape = [(0, 0), (0, 22), (5, 17), (9, 26), (13, 24), (9, 16), (16, 16)]
    draw.polygon([(x + dx, y + dy) for dx, dy in shape], fill="#111111", outline="#ffffff", width=2)
    return drawn


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
    parts = [(out, out.with_name(f".{out.stem}.part{out.suffix}")) for out in outs]
    beside = {
        outs[0].with_suffix(".vtt"): web_vtt(film.captions),
        outs[0].with_suffix(".chapters.vtt"): web_vtt(film.chapters),
    }
    try:
        with ExitStack() as files:
            writers = [files.enter_context(file_for(part, film.chapters)) for _, part in parts]
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
