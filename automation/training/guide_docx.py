"""The guide as a Word document, so that a practice can edit it."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

from docx import Document
from docx.document import Document as Doc
from docx.shared import Inches, Mm, Pt, RGBColor
from docx.text.paragraph import Paragraph

from automation.training.guide import Guide, GuideStep, Picture
from automation.training.guide_texts import QUESTIONS, WARNINGS, next_steps

SIZES = {"letter": (Inches(8.5), Inches(11)), "a4": (Mm(210), Mm(297))}
MARGIN = Inches(0.75)
DOTS_AN_INCH = 150
"""How many pixels of a picture an inch of paper has, where it is narrower than the text."""

TALLEST = Inches(3.6)


def write_word(guide: Guide, path: Path) -> None:
    """Write a guide to `path`; its suffix is .docx."""
    document = Document()
    _paper(document, guide.paper)
    say = guide.words.say
    flow = guide.recording.flow
    document.core_properties.title = say(flow.title)
    document.core_properties.language = guide.words.language
    document.core_properties.author = ""
    if guide.own.logo:
        document.add_picture(BytesIO(guide.own.logo.picture), height=Inches(0.6))
    document.add_heading(say(flow.title), 0)
    for line in (
        say("Payer type: {payer}", payer=say(guide.recording.payer)),
        say("Role: {role}", role=flow.role),
        f"{say('Article:')} {flow.article}",
        say("The pictures show a make-believe practice: every name is invented."),
    ):
        document.add_paragraph(line)
    document.add_heading(say("Before you begin"), 1)
    for warning in WARNINGS:
        document.add_paragraph(say(warning), style="Intense Quote")
    for chapter, steps in guide.chapters:
        document.add_heading(chapter, 1)
        for number, step in steps:
            _step(document, guide, number, step)
    document.add_heading(say("When it does not work"), 1)
    for question, answer in QUESTIONS:
        _kept(document.add_paragraph()).add_run(say(question)).bold = True
        document.add_paragraph(say(answer))
    document.add_heading(say("Next steps"), 1)
    for each in next_steps():
        document.add_paragraph(f"{say(each.title)}: {each.article}", style="List Bullet")
    document.save(str(path))


def _paper(document: Doc, paper: str) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = SIZES[paper]
    section.left_margin = section.right_margin = MARGIN
    section.top_margin = section.bottom_margin = MARGIN
    style = document.styles["Normal"]
    style.font.name, style.font.size = "Arial", Pt(10.5)


def _step(document: Doc, guide: Guide, number: int, step: GuideStep) -> None:
    say = guide.words.say
    document.add_heading(say("Step {number}: {title}", number=number, title=step.title), 2)
    if step.note.before:
        document.add_paragraph(step.note.before, style="Quote")
    if step.why:
        document.add_paragraph(step.why)
    for view in step.views:
        for n, sentence in view.sentences:
            _kept(document.add_paragraph(f"{n}. {sentence}"))
        before = say("The screen before the click, with its controls numbered.")
        _picture(document, view.picture, before)
    if step.result:
        shown = _kept(document.add_paragraph())
        run = shown.add_run(say("What you see: {shown}", shown=step.shows))
        run.bold, run.font.color.rgb = True, RGBColor(0x18, 0x64, 0xAB)
        _picture(document, step.result, step.shows)
    if step.note.after:
        document.add_paragraph(step.note.after, style="Quote")


def _kept(paragraph: Paragraph) -> Paragraph:
    """Keep a paragraph on the page of what follows it, and return it."""
    paragraph.paragraph_format.keep_with_next = True
    return paragraph


def _picture(document: Doc, picture: Picture, description: str) -> None:
    section = document.sections[0]
    room = (section.page_width or 0) - 2 * MARGIN
    width, height = picture.size
    wide = min(room, Inches(width / DOTS_AN_INCH), int(TALLEST * width / height))
    inline = document.add_paragraph().add_run().add_picture(BytesIO(picture.png), width=wide)
    inline._inline.docPr.set("descr", description)  # no public way to say what a picture shows
