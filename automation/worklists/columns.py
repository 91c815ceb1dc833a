"""What the columns of a worklist are called, and which one means what."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

SYNONYMS: dict[str, tuple[str, ...]] = {
    "patient": ("patient", "client", "name", "patient name", "client name", "full name"),
    "last": ("last name", "last", "surname", "family name", "patient last name"),
    "first": ("first name", "first", "given name", "forename", "patient first name"),
    "born": ("born", "birth date", "birthdate", "date of birth", "dob", "birthday"),
    "account": ("account", "acct", "acct #", "account #", "account number", "account no", "mrn"),
    "date": ("date of service", "dos", "service date", "date", "session date", "visit date"),
    "time": ("time", "start", "start time", "session time"),
    "service": ("service", "cpt", "cpt code", "service code", "procedure", "code"),
    "payer": ("payer", "payer type", "type", "network", "method"),
    "owes": (
        "owes",
        "patient owes",
        "amount",
        "correct amount",
        "patient amount",
        "pt amt",
        "amount owed",
        "patient shall owe",
    ),
    "enter": ("enter", "value to enter", "field value"),
    "copay": ("copay rule", "copay"),
    "autopay_ok": ("autopay ok", "autopay"),
}
"""The words under which a column is known, in lower case; the first is the usual one."""

USUAL = {key: words[0] for key, words in SYNONYMS.items()}


def plain_heading(text: str) -> str:
    """Reduce a heading to its words: case, spaces, underscores and marks at its ends aside."""
    words = " ".join(re.sub(r"[_\s\u00a0]+", " ", text.lstrip("\ufeff")).split())
    return words.casefold().strip(" :*.?'\"")


def meaning(heading: str) -> str | None:
    """Which column a heading means, None for one that is none of ours."""
    plain = plain_heading(heading)
    return next((key for key, words in SYNONYMS.items() if plain in words), None)


@dataclass(frozen=True)
class Header:
    """Where each known column stands and its heading, which are not ours, and what is wrong."""

    places: dict[str, int]
    headings: dict[str, str]
    ignored: tuple[str, ...]
    doubled: tuple[str, ...]

    @property
    def missing(self) -> tuple[str, ...]:
        """The columns without which no row can be read."""
        lacks = []
        if "patient" not in self.places and not {"last", "first"} <= self.places.keys():
            lacks.append("patient (or last name and first name)")
        if "date" not in self.places:
            lacks.append("date of service")
        if not {"owes", "enter"} & self.places.keys():
            lacks.append("owes (or enter)")
        return tuple(lacks)


def header_of(cells: Mapping[int, str]) -> Header | None:
    """Read a row as headings; None when fewer than two of them are known."""
    places: dict[str, int] = {}
    headings: dict[str, str] = {}
    ignored, doubled = [], []
    for place, cell in sorted(cells.items()):
        key = meaning(cell)
        if key is None:
            ignored += [cell.strip()] if cell.strip() else []
        elif key in places:
            doubled.append(cell.strip())
        else:
            places[key], headings[key] = place, cell.strip()
    return Header(places, headings, tuple(ignored), tuple(doubled)) if len(places) >= 2 else None
