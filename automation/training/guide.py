"""The guide to a fix: what to click, why, and pictures before and after, made from a recording."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from struct import unpack
from typing import Any

from playwright.sync_api import Page

from automation.reports.pages import page
from automation.training.guide_pictures import Shot, after, before, drawn
from automation.training.guide_texts import (
    QUESTIONS,
    WARNINGS,
    chapter,
    does,
    next_steps,
    places,
    sentence,
    shows,
    why,
)
from automation.training.own_notes import Note, Own
from automation.training.recording import CHAPTERS, Recording, Scene
from automation.training.sight import SIZE
from automation.training.words import Words

FORMATS = ("html", "md", "pdf", "docx")
CRIBS = ("html", "pdf")
"""The formats of the one-page crib sheet."""

PAPERS = {"letter": "Letter", "a4": "A4"}

WIDE = 880
"""A picture of more pixels across than this can be moved sideways on a phone."""


@dataclass(frozen=True)
class Picture:
    """A picture of the guide as PNG."""

    png: bytes

    @property
    def data(self) -> str:
        """The picture as a data URL, for a self-contained page."""
        return "data:image/png;base64," + base64.b64encode(self.png).decode()

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels, from the PNG's head."""
        width, height = unpack(">II", self.png[16:24])
        return width, height

    @property
    def is_wide(self) -> bool:
        """Return whether it is too wide to be read on a phone at once."""
        return self.size[0] > WIDE


@dataclass(frozen=True)
class View:
    """A picture before the click, and one numbered sentence for each control on it."""

    picture: Picture
    sentences: tuple[tuple[int, str], ...]


@dataclass(frozen=True)
class GuideStep:
    """One step: what it does, why, the clicks with their pictures, and what is seen then."""

    key: str
    title: str
    chapter: str
    why: str
    views: tuple[View, ...]
    shows: str
    result: Picture | None
    note: Note

    @property
    def controls(self) -> int:
        """The number of controls to click or type into."""
        return sum(len(view.sentences) for view in self.views)


def steps_of(
    recording: Recording, tab: Page, words: Words, own: Own | None = None
) -> list[GuideStep]:
    """Draw the pictures of every step; `tab` is a blank tab to draw with."""
    tab.set_viewport_size({"width": SIZE[0], "height": SIZE[1]})
    return [_step(recording, scene, tab, words, own or Own()) for scene in recording.scenes]


def _step(recording: Recording, scene: Scene, tab: Page, words: Words, own: Own) -> GuideStep:
    key, shown = scene.step.key, shows(recording, scene, words)
    result = Picture(drawn(tab, after(scene, places(recording, key)))) if shown else None
    return GuideStep(
        key,
        does(recording, scene, words),
        chapter(recording, scene.chapter, words),
        words.say(why(key)),
        tuple(_view(scene, shot, tab, words) for shot in before(scene)),
        shown,
        result,
        own.note(key),
    )


def _view(scene: Scene, shot: Shot, tab: Page, words: Words) -> View:
    last = {act.number: act for act in scene.acts}  # a control that was tried twice is said once
    numbers = sorted(mark.number for mark in shot.marks)
    said = tuple((number, sentence(last[number], scene, words)) for number in numbers)
    return View(Picture(drawn(tab, shot)), said)


# The pages ----------------------------------------------------------------------------


@dataclass(frozen=True)
class Guide:
    """A guide that is ready to be written: the steps with their pictures, and whose it is."""

    recording: Recording
    steps: Sequence[GuideStep]
    words: Words
    own: Own
    paper: str = "letter"

    @property
    def chapters(self) -> list[tuple[str, list[tuple[int, GuideStep]]]]:
        """The chapters that have steps, each with its numbered steps."""
        numbered = list(enumerate(self.steps, 1))
        named = [chapter(self.recording, name, self.words) for name in CHAPTERS]
        parts = [(name, [(n, s) for n, s in numbered if s.chapter == name]) for name in named]
        return [(name, steps) for name, steps in parts if steps]

    @property
    def pictures(self) -> list[Picture]:
        """All pictures in the order in which the guide shows them."""
        return [
            picture
            for step in self.steps
            for picture in (*(view.picture for view in step.views), step.result)
            if picture is not None
        ]

    def rendered(self, template: str, **more: Any) -> str:
        """Return a template filled in with this guide."""
        return page(
            template,
            Path(__file__).parent,
            say=self.words.say,
            language=self.words.language,
            flow=self.recording.flow,
            payer=self.recording.payer,
            chapters=self.chapters,
            logo=self.own.logo,
            paper=PAPERS[self.paper],
            warnings=WARNINGS,
            questions=QUESTIONS,
            next_steps=next_steps(),
            **more,
        )
