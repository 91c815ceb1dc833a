"""The page for training: make a guide or a film, practise, and take the files and score sheets."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

from starlette.responses import FileResponse, JSONResponse, Response

from automation.billing.payer_types import PAYER_TYPES
from automation.console.answers import Asked
from automation.console.background import Background
from automation.console.translating import NAMES
from automation.console.workers import Workers
from automation.worklists.sheet_reading import Progress

PAPERS = {"letter": "Letter", "a4": "A4"}
KINDS = {
    "html": "Guide to read on a screen",
    "pdf": "Guide to print (PDF)",
    "crib": "One page to pin up (PDF)",
    "film": "Film (MP4)",
}
_SHEET = re.compile(r"(?P<exercise>[a-z0-9-]+)-(?P<when>\d{8}-\d{6})\.html")
_MADE = re.compile(r"(?:film|guide|crib)-[a-z-]+\.(?:mp4|html|pdf)")
_UNPASSED = 4  # how the practice room ends when not all was passed


@dataclass(frozen=True)
class Making:
    """What is made, or was made last, and the command that does it."""

    what: str
    command: Background[tuple[int, str, str]]

    @property
    def is_going_on(self) -> bool:
        """Whether it is not done yet."""
        return not self.command.is_made()

    @property
    def problem(self) -> str:
        """What kept it from being made; "" while it goes on, and when it is done."""
        if self.is_going_on:
            return ""
        status, _, said = self.command.result()
        return "" if status in (0, _UNPASSED) else said.strip()


@dataclass(frozen=True)
class Sheet:
    """A score sheet: which exercise, when, and the name of its file."""

    exercise: str
    when: datetime
    file: str


def training(asked: Asked) -> Response:
    """Show what can be made, what is made now, and the files that are there."""
    making, room = asked.console.making, asked.console.room
    is_part = "part" in asked.request.query_params  # asked for by the script
    if is_part and making is not None and making.is_going_on:
        return JSONResponse({"ended": 0, "all": 0, "at_hand": []})
    if is_part:
        return Response(status_code=204)
    return asked.page(
        "training.html",
        making=making,
        room=room,
        payers={key: payer.name for key, payer in PAYER_TYPES.items()},
        papers=PAPERS,
        kinds=KINDS,
        files=_files(asked),
        sheets=_sheets(asked),
    )


def _folder(asked: Asked) -> Path:
    return asked.place.settings.state / "training"


def _files(asked: Asked) -> list[str]:
    return sorted(path.name for path in _folder(asked).glob("*") if _MADE.fullmatch(path.name))


def _sheets(asked: Asked) -> list[Sheet]:
    found = (_SHEET.fullmatch(path.name) for path in _folder(asked).glob("*.html"))
    sheets = [
        Sheet(match["exercise"], datetime.strptime(match["when"], "%Y%m%d-%H%M%S"), match[0])  # noqa: DTZ007  written in this computer's own time
        for match in found
        if match
    ]
    return sorted(sheets, key=lambda sheet: sheet.when, reverse=True)


def make(asked: Asked) -> Response:
    """Make a guide or a film of the make-believe practice, beside the pages."""
    if asked.console.making is not None and asked.console.making.is_going_on:
        return asked.go("/training", "One is being made already. Wait until it is done.")
    kind, payer = _chosen(asked, "kind", KINDS), _chosen(asked, "payer", PAYER_TYPES)
    shared = ["--payer", payer, "--language", _chosen(asked, "language", NAMES)]
    paper = ["--paper", _chosen(asked, "paper", PAPERS)]
    options = {
        "film": ["film", *shared],
        "crib": ["guide", *shared, *paper, "--crib", "--format", "pdf"],
    }
    command = options.get(kind, ["guide", *shared, *paper, "--format", kind])
    asked.console.making = _begun(asked, KINDS[kind], command)
    return asked.go("/training")


def practise(asked: Asked) -> Response:
    """Open the practice room in a window of its own."""
    if asked.console.room is not None and asked.console.room.is_going_on:
        return asked.go("/training", "The practice room is open already.")
    payer, language = _chosen(asked, "payer", PAYER_TYPES), _chosen(asked, "language", NAMES)
    command = ["practice", "--payer", payer, "--language", language]
    asked.console.room = _begun(asked, "Practice room", command)
    return asked.go("/training", "The practice room opens in a window of its own.")


def _chosen(asked: Asked, name: str, known: object) -> str:
    """Return one of the known values of a field. Raises LookupError for another."""
    value = asked.field(name)
    if value not in known:  # type: ignore[operator]
        raise LookupError(value)
    return value


def _begun(asked: Asked, what: str, command: list[str]) -> Making:
    making = Making(what, Background(partial(_run, asked.console.workers, command)))
    making.command.begin()
    return making


def _run(workers: Workers, command: list[str], told: Progress) -> tuple[int, str, str]:
    return workers.ask(["train", *command], seconds=None)  # as long as somebody practises


def file(asked: Asked) -> Response:
    """Give one of the files, which are only ever named as they are listed."""
    name = str(asked.request.path_params["name"])
    if name not in [*_files(asked), *(sheet.file for sheet in _sheets(asked))]:
        raise LookupError(name)
    return FileResponse(_folder(asked) / name, filename=name)
