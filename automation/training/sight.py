"""What a picture shows and where: a control, its row, the window on top, amounts, the asterisk."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from config.site_profile import SiteProfile

SIZE = (1280, 624)
"""Width and height of the filmed page in pixels; below it is room for a caption."""

MARGIN = 4
"""Pixels around a control that belong to its mark."""

_LOOK = (Path(__file__).parent / "sight.js").read_text(encoding="utf-8")


@dataclass(frozen=True)
class Box:
    """The place of a control on a picture, in pixels from the picture's top left corner."""

    x: float
    y: float
    width: float
    height: float

    @property
    def centre(self) -> tuple[float, float]:
        """The point where a person would click."""
        return self.x + self.width / 2, self.y + self.height / 2

    @property
    def right(self) -> float:
        """Where it ends on the right."""
        return self.x + self.width

    @property
    def bottom(self) -> float:
        """Where it ends at the bottom."""
        return self.y + self.height

    def is_on_screen(self) -> bool:
        """Return whether its centre is on the screen."""
        x, y = self.centre
        return 0 < x < SIZE[0] and 0 < y < SIZE[1] and self.width > 0 and self.height > 0


@dataclass(frozen=True)
class Sight:
    """What stands on a picture, as far as it is visible.

    `row` is the table's row of the control or of the date of service, `head` the same table's
    headings. `places` has the asterisk of a write-off and the fields and amounts by their names
    here: pt_amt, coverage, rate, balance, copay, date. `is_menu` is of a control that only opens a
    menu in the page's frame.
    """

    name: str = ""
    row: Box | None = None
    head: Box | None = None
    window: Box | None = None
    key: str = ""
    places: Mapping[str, Box] = field(default_factory=dict)
    is_menu: bool = False


def labels_of(site: SiteProfile) -> dict[str, list[str]]:
    """Return the words, in lower case, beside each amount that pictures point at."""
    dialog = site.labels.dialog
    words = {
        "pt_amt": dialog.pt_amt,
        "coverage": dialog.coverage,
        "rate": dialog.rate,
        "balance": (*site.labels.payment.patient_balance, *site.labels.billing.balance),
        "copay": site.labels.settings.copay,
    }
    return {name: [word.lower() for word in said] for name, said in words.items()}


def look(at: Any, labels: Mapping[str, list[str]], row: str = "", *, control: bool = True) -> Sight:
    """Look at the page through a control, or through a tab without one.

    `row` is the date cell of the row to scroll to where no window is open.
    """
    asked = {"labels": labels, "row": row, "scroll": True}
    given, seen_by = ("el, asked", "el") if control else ("asked", "null")
    call = f"({given}) => ({_LOOK})([{seen_by}, asked])"
    seen = at.evaluate(call, asked)
    places = {name: Box(*box) for name, box in seen["places"].items() if box}
    return Sight(
        seen["name"],
        _on_screen(seen["row"]),
        _on_screen(seen["head"]),
        _on_screen(seen["window"]),
        seen["key"],
        {name: box for name, box in places.items() if box.is_on_screen()},
        seen["menu"],
    )


def _on_screen(box: list[float] | None) -> Box | None:
    """Return the part of a box that is on the picture, and None where its centre is not."""
    if not box or not Box(*box).is_on_screen():
        return None
    x, y, width, height = box
    left, top = max(0.0, x), max(0.0, y)
    return Box(left, top, min(SIZE[0], x + width) - left, min(SIZE[1], y + height) - top)
