"""The practice's own part of a guide: notes before and after steps, and a logo."""

from __future__ import annotations

import base64
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import BaseModel, ConfigDict, RootModel, ValidationError

from automation.errors import UsageProblem
from automation.training.guide_texts import WHY

PICTURES = {".png": (b"\x89PNG\r\n", "png"), ".jpg": (b"\xff\xd8\xff", "jpeg")}
PICTURES[".jpeg"] = PICTURES[".jpg"]
LARGEST = 2_000_000
"""The largest logo in bytes; it is inside every page of its own."""


class Note(BaseModel):
    """What the practice says itself before and after a step."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    before: str = ""
    after: str = ""


class _Notes(RootModel[dict[str, Note]]):
    """A file of notes, by the steps' keys."""


@dataclass(frozen=True)
class Logo:
    """A practice's logo: the picture, and whether it is "png" or "jpeg"."""

    picture: bytes
    kind: str

    @property
    def data(self) -> str:
        """The picture as a data URL."""
        return f"data:image/{self.kind};base64,{base64.b64encode(self.picture).decode()}"


@dataclass(frozen=True)
class Own:
    """What a practice adds to a guide."""

    notes: Mapping[str, Note] = field(default_factory=dict)
    logo: Logo | None = None

    def note(self, key: str) -> Note:
        """Return the note of a step; an empty one for a step without."""
        return self.notes.get(key, Note())


def read(notes: str, logo: str) -> Own:
    """Read a practice's notes and logo, "" for none; raises UsageProblem for what is wrong."""
    return Own(_notes(Path(notes)) if notes else {}, _logo(Path(logo)) if logo else None)


def _notes(path: Path) -> dict[str, Note]:
    doing = "reading the notes for the guide"
    try:
        read = _Notes.model_validate(tomllib.loads(path.read_text(encoding="utf-8"))).root
    except OSError as error:
        raise _wrong(doing, "a file that can be read", f"{path.name}: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise _wrong(doing, "a TOML file in UTF-8", f"{path.name}: {error}") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        expected = 'for each step `before = "..."`, `after = "..."` or both'
        raise _wrong(doing, expected, f"{path.name}: {where}: {first['msg']}") from error
    if unknown := sorted(read.keys() - WHY.keys()):
        found = f"{path.name}: no step is called {', '.join(unknown)}"
        raise _wrong(doing, "steps by their keys: " + ", ".join(WHY), found)
    return read


def _logo(path: Path) -> Logo:
    doing = "reading the logo"
    begin, kind = PICTURES.get(path.suffix.lower(), (b"", ""))
    if not kind:
        raise _wrong(doing, "a picture: " + ", ".join(PICTURES), path.name)
    try:
        picture = path.read_bytes()
    except OSError as error:
        raise _wrong(doing, "a file that can be read", f"{path.name}: {error.strerror}") from error
    if not picture.startswith(begin):
        raise _wrong(doing, f"a {kind.upper()} picture", f"{path.name} is something else")
    if len(picture) > LARGEST:
        found = f"{path.name} has {len(picture) / 1_000_000:.1f} MB"
        raise _wrong(doing, f"at most {LARGEST // 1_000_000} MB", found)
    return Logo(picture, kind)


def _wrong(doing: str, expected: str, found: str) -> UsageProblem:
    problem = UsageProblem(
        doing, expected=expected, found=found, next_step="mend the file, then try again"
    )
    problem.about_settings = True
    return problem
