"""The guide to a fix: one page with a picture per step, made from a recording of the flow."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from playwright.sync_api import Page

from automation.training.guide_texts import QUESTIONS, WARNINGS, next_steps, why
from automation.training.recording import CHAPTERS, SIZE, Box, Recording, Scene
from automation.training.words import Words

FORMATS = ("html", "md", "pdf")

ROOM = (150, 110)
"""Pixels kept around the controls: left and right, above and below."""

LEAST = (760, 330)
"""A picture's least width and height, so that a reader sees which part of the screen it is."""


BADGE = 24
"""Size of a control's number in pixels."""


@dataclass(frozen=True)
class GuideStep:
    """One numbered step: what to do, why, and a picture with its controls outlined."""

    title: str
    chapter: str
    why: str
    controls: int
    picture: bytes

    @property
    def data(self) -> str:
        """The picture as a data URL, for a self-contained page."""
        return "data:image/png;base64," + base64.b64encode(self.picture).decode()


def steps_of(recording: Recording, tab: Page, words: Words) -> list[GuideStep]:
    """Draw the picture of every step; `tab` is a blank tab to draw with."""
    tab.set_viewport_size({"width": SIZE[0], "height": SIZE[1]})
    return [
        GuideStep(
            words.title(scene.step),
            words.say(scene.chapter),
            words.say(why(scene.step.key)),
            len(_marks(scene)),
            _drawn(scene, tab),
        )
        for scene in recording.scenes
    ]


def _marks(scene: Scene) -> tuple[Box, ...]:
    return scene.acts[-1].marks if scene.acts else ()


_STYLE = """
* { margin: 0; } img { position: absolute; }
.mark { position: absolute; border: 3px solid #c92a2a; border-radius: 6px; }
b { position: absolute; width: 24px; height: 24px; color: #fff; border-radius: 50%;
  background: #c92a2a; font: bold 15px/24px "Liberation Sans", Arial; text-align: center; }
"""


def _drawn(scene: Scene, tab: Page) -> bytes:
    """Outline and number the controls of a step, and crop the picture around them."""
    marks = _marks(scene)
    shown = (scene.acts[-1].typing or (scene.acts[-1].picture,))[-1] if marks else scene.picture
    source = base64.b64encode(shown).decode()
    outlines = "".join(
        f'<div class="mark" style="left:{box.x - 3}px;top:{box.y - 3}px;width:{box.width}px;'
        f'height:{box.height}px"></div><b style="left:{max(0.0, box.x - BADGE)}px;'
        f'top:{box.y + (box.height - BADGE) / 2}px">{number}</b>'
        for number, box in enumerate(marks, 1)
    )
    image = f'<img src="data:image/png;base64,{source}" width="{SIZE[0]}" alt="">'
    tab.set_content(f"<style>{_STYLE}</style>{image}{outlines}", wait_until="load")
    return tab.screenshot(type="png", scale="css", clip=_crop(marks))  # type: ignore[arg-type]


def _crop(marks: Sequence[Box]) -> dict[str, float]:
    """Return the part of the picture around the controls; all of it without controls."""
    if not marks:
        return {"x": 0, "y": 0, "width": SIZE[0], "height": SIZE[1]}
    left, right = _span([(b.x, b.x + b.width) for b in marks], ROOM[0], LEAST[0], SIZE[0])
    top, bottom = _span([(b.y, b.y + b.height) for b in marks], ROOM[1], LEAST[1], SIZE[1])
    return {"x": left, "y": top, "width": right - left, "height": bottom - top}


def _span(
    parts: Sequence[tuple[float, float]], room: float, least: float, whole: float
) -> tuple[float, float]:
    low, high = min(a for a, _ in parts) - room, max(b for _, b in parts) + room
    more = max(0.0, least - (high - low)) / 2
    low, high = low - more, high + more
    low -= max(0.0, high - whole)  # shifted rather than cut off
    return max(0.0, low), min(whole, high - min(0.0, low))


# The page ----------------------------------------------------------------------------


def page(recording: Recording, steps: Sequence[GuideStep], words: Words) -> str:
    """Return the guide as one self-contained HTML page."""
    return _rendered("guide.html", recording, steps, words)


def markdown(
    recording: Recording, steps: Sequence[GuideStep], words: Words, pictures: Sequence[str]
) -> str:
    """Return the guide as Markdown; `pictures` are the URLs of the steps' pictures."""
    return _rendered("guide.md", recording, steps, words, pictures)


def _rendered(
    template: str,
    recording: Recording,
    steps: Sequence[GuideStep],
    words: Words,
    pictures: Sequence[str] = (),
) -> str:
    templates = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=template.endswith(".html"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    chapters = [words.say(chapter) for chapter in CHAPTERS]
    numbered = list(enumerate(steps, 1))
    return templates.get_template(template).render(
        say=words.say,
        language=words.language,
        flow=recording.flow,
        payer=recording.payer,
        chapters=[
            (name, [(n, step) for n, step in numbered if step.chapter == name])
            for name in chapters
            if any(step.chapter == name for step in steps)
        ],
        pictures=pictures,
        warnings=WARNINGS,
        questions=QUESTIONS,
        next_steps=next_steps(),
    )


def write(recording: Recording, tab: Page, words: Words, outs: Sequence[Path]) -> list[Path]:
    """Write the guide to each file in the format of its suffix.

    Markdown gets a folder of pictures beside it. A PNG shows the step with the most controls, for a
    page that presents the guide. Every file appears whole or not at all. Returns the files that
    were written.
    """
    steps, written = steps_of(recording, tab, words), list[Path]()
    for out in outs:
        part = out.with_name(f".{out.stem}.part{out.suffix}")
        try:
            if out.suffix == ".md":
                pictures = out.with_suffix("")
                pictures.mkdir(exist_ok=True)
                for number, step in enumerate(steps, 1):
                    (pictures / f"{number:02}.png").write_bytes(step.picture)
                names = [f"{pictures.name}/{number:02}.png" for number in range(1, len(steps) + 1)]
                part.write_text(markdown(recording, steps, words, names), encoding="utf-8")
            elif out.suffix == ".pdf":
                tab.set_content(page(recording, steps, words), wait_until="load")
                tab.pdf(path=part, format="A4", print_background=True, tagged=True, outline=True)
            elif out.suffix == ".png":
                tab.set_content(page(recording, steps, words), wait_until="load")
                richest = max(range(len(steps)), key=lambda index: steps[index].controls)
                tab.locator("section").nth(richest).screenshot(path=part, scale="css")
            else:
                part.write_text(page(recording, steps, words), encoding="utf-8")
            part.replace(out)
        finally:
            part.unlink(missing_ok=True)
        written.append(out)
    return written
