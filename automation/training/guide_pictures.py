"""The guide's pictures: cut to what matters, with controls outlined and numbered."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

from playwright.sync_api import Page

from automation.training.recording import Mark, Scene
from automation.training.sight import SIZE, Box, Sight

ROOM = (170, 44)
"""Pixels kept around the controls: on the right, above and below."""

FAR = 640
"""A result that begins farther from the left edge than this is shown as wide as this."""

GUTTER = 32
"""Blank pixels on the left of a row, for the number of its date."""

AMOUNTS = ("pt_amt", "balance", "asterisk")
"""What a row's picture shows at least."""

LEAST = (800, 190)
"""A picture's least width and height, so that a reader sees which part of the screen it is."""

WINDOW_ROOM = 34
"""Pixels kept around a window, for the numbers of its controls."""

BADGE = 24
"""Size of a control's number in pixels."""

_BADGES = (Path(__file__).parent / "badges.js").read_text(encoding="utf-8")
_STYLE = """
* { margin: 0; } body { width: 1280px; background: #fff; } #cut { width: max-content; }
.line { display: flex; } .line + .line { border-top: 4px dotted #8a97a5; }
.band { position: relative; overflow: hidden; box-sizing: content-box; }
.band + .band { border-left: 4px dotted #8a97a5; }
.sheet { position: absolute; } .sheet > * { position: absolute; box-sizing: border-box; }
.mark { border: 3px solid #c92a2a; border-radius: 6px; }
.ring { border: 3px solid #1864ab; border-radius: 14px; }
b { width: 24px; height: 24px; color: #fff; border-radius: 50%; background: #c92a2a;
  font: bold 15px/24px "Liberation Sans", Arial, sans-serif; text-align: center; }
"""


@dataclass(frozen=True)
class Shot:
    """A picture to be drawn: lines of parts to keep, numbered controls, and places to look at."""

    picture: bytes
    bands: tuple[tuple[Box, ...], ...]
    marks: tuple[Mark, ...] = ()
    rings: tuple[Box, ...] = ()

    @property
    def begin(self) -> float:
        """Where the screen begins: left of a row there is blank room for its number."""
        first = self.bands[0][0]
        return first.x + GUTTER if len(self.bands) > 1 else first.x


def before(scene: Scene) -> list[Shot]:
    """Return a picture for each screen that the step's controls are on, right before the click.

    Each control is numbered on one picture alone.
    """
    shots: list[Shot] = []
    shown: set[int] = set()
    for act, then in zip_longest(scene.acts, scene.acts[1:]):
        here = tuple(mark for mark in act.marks if mark.number not in shown)
        still = {mark.number for mark in then.marks} if then else set[int]()
        if not here or {mark.number for mark in here} <= still:
            continue
        shown |= {mark.number for mark in here}
        star = act.sight.places.get("asterisk")
        boxes = [mark.box for mark in here]
        shots.append(
            Shot(
                act.last_picture, bands(act.sight, boxes), here,
                (star,) if star and act.sight.row else (),
            )
        )  # fmt: skip
    return shots


def after(scene: Scene, places: Sequence[str]) -> Shot:
    """Return the picture of a step's result, with the named places ringed where they are seen."""
    sight = scene.sight
    rings = [sight.places[name] for name in places if name in sight.places]
    chosen = [mark.box for mark in scene.marks[-1:]] if not rings and not sight.row else []
    return Shot(
        scene.picture,
        bands(sight, [*rings, *chosen], is_result=True),
        rings=tuple([*rings, *chosen]),
    )


def bands(
    sight: Sight, boxes: Sequence[Box], *, is_result: bool = False
) -> tuple[tuple[Box, ...], ...]:
    """Return the parts to keep, line by line: a window, a row below its headings, or some room."""
    if sight.window:
        return ((_grown(sight.window, WINDOW_ROOM, WINDOW_ROOM),),)
    row = sight.row
    if row and all(row.y <= box.centre[1] <= row.bottom for box in boxes):
        lines = [box for box in (sight.head, row) if box]
        parts = _columns(row, sight.places)
        return tuple(
            tuple(Box(left, line.y, right - left, line.height) for left, right in parts)
            for line in lines
        )
    return ((_around(boxes, is_result=is_result),),)


def _columns(row: Box, places: Mapping[str, Box]) -> list[tuple[float, float]]:
    """Return from where to where a row is kept: its date, and its amounts with the status."""
    begin = row.x - GUTTER
    amounts = [places[name] for name in AMOUNTS if name in places]
    if "date" not in places or not amounts:
        return [(begin, row.right)]
    end, again = places["date"].right, min(box.x for box in amounts)
    right = min(row.right, max(box.right for box in amounts) + ROOM[0])
    return [(begin, end), (again, right)] if again > end else [(begin, right)]


def _around(boxes: Sequence[Box], *, is_result: bool) -> Box:
    """Return the part of the picture around some boxes; its upper part without any.

    It begins at the left edge, where a reader finds the page's and the table's first words; a
    result far to the right is shown with what is around it.
    """
    if not boxes:
        return Box(0, 0, LEAST[0], LEAST[1])
    right = min(SIZE[0], max([LEAST[0], *(box.right + ROOM[0] for box in boxes)]))
    low, high = min(box.y for box in boxes) - ROOM[1], max(box.bottom for box in boxes) + ROOM[1]
    more = max(0.0, LEAST[1] - (high - low)) / 2
    low, high = low - more, high + more
    low, high = low - max(0.0, high - SIZE[1]), high - min(0.0, low)  # shifted, not cut off
    top = max(0.0, low)
    left = right - FAR if is_result and boxes[0].x > FAR else 0
    return Box(left, top, right - left, min(SIZE[1], high) - top)


def _grown(box: Box, across: float, down: float) -> Box:
    left, top = max(0.0, box.x - across), max(0.0, box.y - down)
    right, bottom = min(SIZE[0], box.right + across), min(SIZE[1], box.bottom + down)
    return Box(left, top, right - left, bottom - top)


# Drawing --------------------------------------------------------------------------------------


def badges(tab: Page, shot: Shot) -> list[Box]:
    """Return a place for each number that covers nothing; beside its control where none is free."""
    boxes = [mark.box for mark in shot.marks]
    asked = {
        "source": _url(shot.picture),
        "marks": [vars(box) for box in (*boxes, *shot.rings)],
        "bands": [vars(box) for line in shot.bands for box in line],
        "size": BADGE,
        "begin": shot.begin,
    }
    found = tab.evaluate(_BADGES, asked) if boxes else []
    usual = [(max(0.0, box.x - BADGE), box.y) for box in boxes]
    where = [place or beside for place, beside in zip(found, usual, strict=False)]
    return [Box(x, y, BADGE, BADGE) for x, y in where]


def drawn(tab: Page, shot: Shot) -> bytes:
    """Draw a picture as PNG with a blank tab."""
    places = badges(tab, shot)
    over = "".join(f'<div class="mark" style="{_at(mark.box)}"></div>' for mark in shot.marks)
    over += "".join(f'<div class="ring" style="{_at(box)}"></div>' for box in shot.rings)
    over += "".join(
        f'<b style="{_at(place)}">{mark.number}</b>'
        for place, mark in zip(places, shot.marks, strict=True)
    )
    blank = f"clip-path:inset(0 0 0 {max(0.0, shot.begin)}px)"
    cut = f'<img src="{_url(shot.picture)}" width="{SIZE[0]}" style="{blank}" alt="">{over}'
    lines = "".join(
        '<div class="line">' + "".join(_cut(band, cut) for band in line) + "</div>"
        for line in shot.bands
    )
    tab.set_content(f'<style>{_STYLE}</style><div id="cut">{lines}</div>', wait_until="load")
    return tab.locator("#cut").screenshot(type="png", scale="css")


def _cut(band: Box, sheet: str) -> str:
    return (
        f'<div class="band" style="width:{band.width}px;height:{band.height}px">'
        f'<div class="sheet" style="left:{-band.x}px;top:{-band.y}px">{sheet}</div></div>'
    )


def _at(box: Box) -> str:
    return f"left:{box.x}px;top:{box.y}px;width:{box.width}px;height:{box.height}px"


def _url(png: bytes) -> str:
    return "data:image/png;base64," + base64.b64encode(png).decode()
