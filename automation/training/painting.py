"""Title cards and captions, drawn by the browser that made the recording."""

from __future__ import annotations

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
"""
LONG = 68
"""A caption of more characters than this is set smaller, to stay on one line."""


class Painter:
    """Paint PNG pictures with a blank tab."""

    def __init__(self, tab: Page) -> None:
        self._tab = tab
        tab.set_viewport_size({"width": CARD[0], "height": CARD[1]})

    def strip(self, chapter: str, caption: str) -> bytes:
        """Paint a caption and its chapter, as wide as the film."""
        size = ' class="long"' if len(caption) > LONG else ""
        body = f"<p>{escape(chapter)}</p><h1{size}>{escape(caption)}</h1>"
        return self._painted(f'<div class="strip">{body}</div>', STRIP)

    def card(self, title: str, *lines: str) -> bytes:
        """Paint a title card that fills the frame."""
        told = "".join(f"<p>{escape(line)}</p>" for line in lines)
        return self._painted(f'<div class="card"><h1>{escape(title)}</h1>{told}</div>', CARD[1])

    def _painted(self, body: str, height: int) -> bytes:
        self._tab.set_content(f"<style>{_STYLE}</style>{body}")
        clip = {"x": 0, "y": 0, "width": CARD[0], "height": height}
        return self._tab.screenshot(type="png", scale="css", clip=clip)  # type: ignore[arg-type]
