"""The guide's files: HTML, PDF, Markdown with its pictures, Word, and a picture of one step."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from playwright.sync_api import Page

from automation.training.guide import PAPERS, Guide


def write(guide: Guide, tab: Page, outs: Sequence[Path], *, crib: bool = False) -> list[Path]:
    """Write the guide, or its one-page crib sheet, to each file in the format of its suffix.

    Markdown gets a folder of pictures beside it. A PNG shows the step with the most controls, for a
    page that presents the guide. Every file appears whole or not at all. Returns the files that
    were written.
    """
    page = guide.rendered("crib.html" if crib else "guide.html")
    writers: dict[str, Callable[[Path, Path], object]] = {
        ".html": lambda part, _out: part.write_text(page, encoding="utf-8"),
        ".pdf": lambda part, _out: _pdf(page, tab, part, guide.paper),
        ".md": lambda part, out: part.write_text(_markdown(guide, out), encoding="utf-8"),
        ".docx": lambda part, _out: _word(guide, part),
        ".png": lambda part, _out: _picture(guide, page, tab, part),
    }
    for out in outs:
        part = out.with_name(f".{out.stem}.part{out.suffix}")
        try:
            writers[out.suffix.lower()](part, out)
            part.replace(out)
        finally:
            part.unlink(missing_ok=True)
    return list(outs)


def _pdf(page: str, tab: Page, part: Path, paper: str) -> None:
    tab.set_content(page, wait_until="load")
    tab.pdf(path=part, format=PAPERS[paper], print_background=True, tagged=True, outline=True)


def _markdown(guide: Guide, out: Path) -> str:
    """Write the pictures beside `out`, and return the text that names them."""
    folder = out.with_suffix("")
    folder.mkdir(exist_ok=True)
    names = {}
    for number, picture in enumerate(guide.pictures, 1):
        (folder / f"{number:02}.png").write_bytes(picture.png)
        names[id(picture)] = f"{folder.name}/{number:02}.png"
    logo = ""
    if guide.own.logo:
        logo = f"{folder.name}/logo.{guide.own.logo.kind}"
        (out.parent / logo).write_bytes(guide.own.logo.picture)
    return guide.rendered("guide.md", name_of=lambda picture: names[id(picture)], logo_file=logo)


def _word(guide: Guide, part: Path) -> None:
    # heavy, and the package is in an extra
    from automation.training.guide_docx import write_word

    write_word(guide, part)


def _picture(guide: Guide, page: str, tab: Page, part: Path) -> None:
    tab.set_content(page, wait_until="load")
    richest = max(range(len(guide.steps)), key=lambda index: guide.steps[index].controls)
    tab.locator("section").nth(richest).screenshot(path=part, scale="css")
