"""What moves in a film: the pointer, a click, typed text, and a look from near."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from io import BytesIO
from typing import TYPE_CHECKING

from automation.training.painting import CARD
from automation.training.recording import Act
from automation.training.sight import SIZE, Box

if TYPE_CHECKING:
    from PIL.Image import Image

Point = tuple[float, float]

LOOK, MOVE, RING, KEY, LED_TO = 300, 480, 330, 140, 300
"""Before the pointer moves; its move; a click; one character; the rest; in milliseconds."""

STEPS = 12
"""The number of pictures that a move of the pointer takes."""

NEARER = 480
"""The time to go near, and to go away again, in milliseconds."""

NEAR_STEPS = 8
NEAR = 2.4
"""How much larger an amount is shown from near."""


def time_of(act: Act | None, *, is_near: bool) -> int:
    """Return the milliseconds that an act takes on the film; 0 without one."""
    if act is None:
        return 0
    time = LOOK + MOVE // STEPS * STEPS + RING // 3 * 3 + KEY * len(act.typing[1:]) + LED_TO
    return time + 2 * (NEARER // NEAR_STEPS * NEAR_STEPS) if is_near else time


def to_control(picture: Image, start: Point, target: Point) -> Iterator[tuple[Image, int]]:
    """Move the pointer to a control and click."""
    yield with_pointer(picture, start), LOOK
    for step in range(1, STEPS + 1):
        part = _eased(step / STEPS)
        x, y = (a + (b - a) * part for a, b in zip(start, target, strict=True))
        yield with_pointer(picture, (x, y)), MOVE // STEPS
    for radius in (12, 20, 28):
        yield with_pointer(picture, target, radius), RING // 3


def typed(act: Act, before: Image, *, is_near: bool) -> Iterator[tuple[Image, int]]:
    """Type the act's text, from near or not; 0 milliseconds stand for the time that is left."""
    target = act.box.centre
    shots = [with_pointer(opened(shot), target) for shot in act.typing[1:]]
    last = shots[-1] if shots else with_pointer(before, target)
    if not is_near:
        yield from ((shot, KEY) for shot in shots[:-1])
        yield last, 0
        return
    steps = [1 + (NEAR - 1) * _eased(step / NEAR_STEPS) for step in range(1, NEAR_STEPS + 1)]
    for scale in steps:
        yield nearer(with_pointer(before, target), target, scale), NEARER // NEAR_STEPS
    yield from ((nearer(shot, target, NEAR), KEY) for shot in shots[:-1])
    yield nearer(last, target, NEAR), 0
    for scale in reversed([1.0, *steps[:-1]]):
        yield nearer(last, target, scale), NEARER // NEAR_STEPS


def _eased(part: float) -> float:
    return part * part * (3 - 2 * part)


# Pictures -------------------------------------------------------------------------------------


def opened(png: bytes) -> Image:
    """Open a PNG picture."""
    from PIL import Image as Images

    return Images.open(BytesIO(png)).convert("RGB")


def on_card(picture: Image, strip: Image) -> Image:
    """Put a page's picture above its caption."""
    from PIL import Image as Images

    frame = Images.new("RGB", CARD)
    frame.paste(picture, (0, 0))
    frame.paste(strip, (0, SIZE[1]))
    return frame


def nearer(picture: Image, at: Point, scale: float) -> Image:
    """Return the part of a picture around a point, as large as the whole."""
    width, height = SIZE[0] / scale, SIZE[1] / scale
    left = min(max(0.0, at[0] - width / 2), SIZE[0] - width)
    top = min(max(0.0, at[1] - height / 2), SIZE[1] - height)
    return picture.resize(SIZE, box=(left, top, left + width, top + height))


def ringed(picture: Image, rings: Sequence[Box]) -> Image:
    """Draw a ring around each place."""
    from PIL import ImageDraw

    drawn = picture.copy()
    draw = ImageDraw.Draw(drawn)
    for box in rings:
        edges = (box.x - 3, box.y - 3, box.right + 3, box.bottom + 3)
        draw.rounded_rectangle(edges, radius=14, outline="#d9480f", width=4)
    return drawn


def with_pointer(picture: Image, at: Point, ring: int = 0) -> Image:
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
