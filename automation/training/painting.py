"""Title cards and captions, drawn by the browser that made the recording."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from playwright.sync_api import Page

CARD = (1280, 720)
"""Width and height of the film, in pixels."""

STRIP = 96
"""Height of the caption under the filmed page, in pixels."""

_STYLE = """
* { margin: 0; box-sizing: border-box; font-family: "Liberation Sans", Arial, sans-serif; }
body { width: 1280px; background: #14263b; color: #fff; }
.strip { height: 96px; padding: 10px 32px; border-top: 3px solid #f2b134; }
.strip p { color: #f2c871; font-size: 17px; line-height: 22px; }
.strip h1 { font-size: 30px; font-weight: 600; line-height: 44px; white-space: nowrap; }
.strip h1.long { font-size: 23px; }
.card { height: 720px; padding: 190px 110px; }
.card h1 { font-size: 58px; line-height: 66px; margin-bottom: 28px; }
.card p { font-size: 28px; line-height: 42px; color: #dfe8f2; }
.strip h1.longer { font-size: 19px; white-space: normal; line-height: 24px; }
table { border-collapse: collapse; font-size: 32px; line-height: 62px; }
th, td { text-align: right; padding: 0 44px; border-bottom: 1px solid #48607a; }
th:first-child, td:first-child { text-align: left; padding-left: 0; }
thead th { color: #f2c871; font-weight: 600; } tbody td:last-child { font-weight: 700; }
"""
LONG, LONGER = 68, 100
"""A caption of more characters than this is set smaller; of more than `LONGER` on two lines."""


class Painter:
    """Paint PNG pictures with a blank tab."""

    def __init__(self, tab: Page) -> None:
        self._tab = tab
        tab.set_viewport_size({"width": CARD[0], "height": CARD[1]})

    def strip(self, chapter: str, caption: str) -> bytes:
        """Paint a caption and its chapter, as wide as the film."""
        size = ' class="long"' if len(caption) > LONG else ""
        size = ' class="longer"' if len(caption) > LONGER else size
        body = f"<p>{escape(chapter)}</p><h1{size}>{escape(caption)}</h1>"
        return self._painted(f'<div class="strip">{body}</div>', STRIP)

    def card(self, title: str, *lines: str) -> bytes:
        """Paint a title card that fills the frame."""
        told = "".join(f"<p>{escape(line)}</p>" for line in lines)
        return self._painted(f'<div class="card"><h1>{escape(title)}</h1>{told}</div>', CARD[1])

    def table(self, title: str, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> bytes:
        """Paint a card with a table that fills the frame."""
        top = "".join(f"<th>{escape(head)}</th>" for head in heads)
        lines = "".join(
            "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows
        )
        body = f"<table><thead><tr>{top}</tr></thead><tbody>{lines}</tbody></table>"
        return self._painted(f'<div class="card"><h1>{escape(title)}</h1>{body}</div>', CARD[1])

    def _painted(self, body: str, height: int) -> bytes:
        self._tab.set_content(f"<style>{_STYLE}</style>{body}")
        clip = {"x": 0, "y": 0, "width": CARD[0], "height": height}
        return self._tab.screenshot(type="png", scale="css", clip=clip)  # type: ignore[arg-type]
