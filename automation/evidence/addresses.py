"""The path of a URL, without the parts that may name a person."""

from __future__ import annotations

import re
from collections.abc import Set

_SEGMENT = re.compile(r"[A-Za-z]+(?:[-_.][A-Za-z]+)*")
_PIECE = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_PATHS = (
    "about account ajax api app appointment asset auth calendar chart claim client css dashboard "
    "data detail document edit favicon font form home html ico image img index insurance js json "
    "ledger list load login logout main message new note of office out page payment png policy "
    "practice profile public query report save schedule script service session sign statement "
    "static style svg task transaction update upload user view visit woff"
)
_PATH_WORDS = frozenset(_PATHS.split())


def told_path(path: str, known: Set[str]) -> str:
    """Return a path with `*` for each part that is not made of usual or known words."""
    parts = path.split("/")
    return "/".join(part if _names_nobody(part, known) else "*" for part in parts) or "/"


def _names_nobody(segment: str, known: Set[str]) -> bool:
    if segment and not _SEGMENT.fullmatch(segment):
        return False
    pieces = [piece.lower() for piece in _PIECE.findall(segment)]
    usual = _PATH_WORDS | known
    return all(piece in usual or piece.removesuffix("s") in usual for piece in pieces)
