"""The page that checks whether the practice's pages are still as the program knows them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from starlette.responses import Response

from automation.console.answers import Asked

_ALL_LINES = "all lines for the site profile"


@dataclass(frozen=True)
class Checked:
    """What `doctor` found: what is well, what is not, and the lines to add to the profile."""

    well: tuple[tuple[str, str], ...]
    wrong: tuple[tuple[str, str], ...]
    lines: str

    @classmethod
    def of(cls, findings: list[dict[str, Any]]) -> Checked:
        """Part the findings as the command writes them."""
        told = [(str(f["what"]), str(f["says"]), bool(f["well"])) for f in findings]
        lines = next((says for what, says, _ in told if what == _ALL_LINES), "")
        told = [one for one in told if one[0] != _ALL_LINES]
        return cls(
            tuple((what, says) for what, says, well in told if well),
            tuple((what, says) for what, says, well in told if not well),
            lines,
        )


def doctor(asked: Asked) -> Response:
    """Show what was found last, and the button to look now."""
    return asked.page("doctor.html", checked=asked.console.checked)


def check(asked: Asked) -> Response:
    """Have the practice's pages looked at; nothing is changed."""
    return asked.begin("doctor", [])
