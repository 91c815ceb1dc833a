"""Production of training material: check what was asked for, then record the flow."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

from automation.errors import UsageProblem
from automation.runs.session import settings_and_profile
from automation.training import guide, guide_files, own_notes
from automation.training.practising import picture
from automation.training.recording import CASES, recorded
from automation.training.skins import SKINS
from automation.training.speech import Voice, voice_program
from automation.training.words import Words
from config.settings import load_settings

Say = Callable[[str], None]

FILMS = (".mp4", ".webm", ".gif", ".webp")
GUIDES = (".html", ".md", ".pdf", ".docx")
FILM_PACKAGES = {"av": "av", "pillow": "PIL"}
SHORTEST_FILM = "direct"


@dataclass(frozen=True)
class Look:
    """The look of the material: whose labels, which skin, which language."""

    site: str = ""
    skin: str = ""
    language: str = "en"


def film(
    payer: str, look: Look, outs: Sequence[str], say: Say, *, voice: bool = False
) -> list[Path]:
    """Film a fix to each file of `outs`, in the format of its suffix; without any, an MP4 in state.

    With `voice` a voice on this computer speaks the sentences.

    Raises UsageProblem, before anything starts, for an unknown option or a file that cannot be
    written.
    """
    _has_extra("film", "making a film", FILM_PACKAGES)
    _can_be_meant(payer, look)
    paths = _outs(outs, f"film-{payer}", (".mp4",), FILMS)
    program = voice_program() if voice else ""
    return _made(payer, look, films=paths, guides=[], say=say, voice=program)


@dataclass(frozen=True)
class Asked:
    """How the guide is wanted: its paper, the practice's own notes and logo, or one page only."""

    paper: str = "letter"
    notes: str = ""
    logo: str = ""
    crib: bool = False


def write_guide(
    payer: str, look: Look, formats: Sequence[str], outs: Sequence[str], asked: Asked, say: Say
) -> list[Path]:
    """Write the guide to a fix to each file of `outs`, or in each format to the state folder.

    Raises UsageProblem, before anything starts, for an unknown option, for notes or a logo that
    cannot be read, or for a file that cannot be written.
    """
    _can_be_meant(payer, look)
    known = guide.CRIBS if asked.crib else guide.FORMATS
    for each in formats:
        _one_of("format", each, known)
    _one_of("paper", asked.paper, tuple(guide.PAPERS))
    own = own_notes.read(asked.notes, asked.logo)
    endings = tuple(f".{each}" for each in formats or ["html"])
    usual = f"crib-{payer}" if asked.crib else f"guide-{payer}"
    paths = _outs(outs, usual, endings, tuple(f".{each}" for each in known))
    if any(path.suffix.lower() == ".docx" for path in paths):
        _has_extra("guide", "writing a Word document", {"python-docx": "docx"})
    return _made(payer, look, films=[], guides=paths, asked=asked, own=own, say=say)


def everything(look: Look, folder: str, pictures: str, say: Say) -> list[Path]:
    """Make film and guide for every payer type, in the usual formats, from one recording each.

    With `pictures`, a folder, also make a README's pictures: a moving picture of the shortest film,
    a part of its guide, and the practice room.
    """
    _has_extra("film", "making a film", FILM_PACKAGES)
    _can_be_meant(next(iter(CASES)), look)
    written: list[Path] = []
    usual = tuple(each for each in GUIDES if each != ".docx" or find_spec("docx"))
    where = Path(folder) if folder else load_settings().state / "training"
    for payer in CASES:
        films = _outs([], f"film-{payer}", (".mp4", ".webm"), FILMS, where)
        guides = _outs([], f"guide-{payer}", usual, usual, where)
        if pictures and payer == SHORTEST_FILM:
            films += _outs([str(Path(pictures) / "film.webp")], "", (), FILMS)
            guides += _outs([str(Path(pictures) / "guide.png")], "", (), (".png",))
        written += _made(payer, look, films=films, guides=guides, say=say)
    return written + ([picture(Path(pictures) / "practice.png")] if pictures else [])


def _made(
    payer: str,
    look: Look,
    *,
    films: Sequence[Path],
    guides: Sequence[Path],
    say: Say,
    asked: Asked | None = None,
    own: own_notes.Own | None = None,
    voice: str = "",
) -> list[Path]:
    words = Words(look.language)
    written: list[Path] = []
    with recorded(payer, look.site or "sandbox", look.skin) as (recording, tab):
        say(f"{payer}: recorded {len(recording.scenes)} steps")
        if guides:
            asked, own = asked or Asked(), own or own_notes.Own()
            steps = guide.steps_of(recording, tab, words, own)
            made = guide.Guide(recording, steps, words, own, asked.paper)
            written += guide_files.write(made, tab, guides, crib=asked.crib)
        if films:
            from automation.training import film as filming
            from automation.training.painting import Painter

            with TemporaryDirectory(prefix="undo-writeoff-voice-") as folder:
                speaker = Voice(look.language, Path(folder), voice) if voice else None
                film = filming.Film(recording, Painter(tab), words, speaker)
                written += filming.write(film, films)
            say(f"{payer}: filmed {film.seconds:.0f} s")
    return written


# What was asked for ---------------------------------------------------------------------------


def _can_be_meant(payer: str, look: Look) -> None:
    settings_and_profile(look.site or "sandbox")
    _one_of("payer", payer, tuple(CASES))
    _one_of("skin", look.skin, ("", *SKINS))
    Words(look.language)


def _one_of(what: str, asked: str, known: Sequence[str]) -> None:
    if asked not in known:
        problem = UsageProblem(
            f"choosing the {what}",
            expected=", ".join(filter(None, known)),
            found=repr(asked),
            next_step=f"choose one of them with --{what}",
        )
        problem.about_settings = True
        raise problem


def _has_extra(extra: str, doing: str, packages: Mapping[str, str]) -> None:
    missing = [name for name, module in packages.items() if not find_spec(module)]
    if missing:
        raise UsageProblem(
            doing,
            expected=f"the packages of the extra `{extra}`",
            found="no " + " and no ".join(missing),
            next_step=f"in this program's folder, type: pip install -e '.[{extra}]'",
        )


def _outs(
    outs: Sequence[str],
    usual: str,
    endings: Sequence[str],
    known: Sequence[str],
    folder: Path | None = None,
) -> list[Path]:
    """Return the files to write; raises UsageProblem unless every folder exists and is writable."""
    where = folder or load_settings().state / "training"
    paths = [Path(out) for out in outs] or [where / f"{usual}{ending}" for ending in endings]
    for path in paths:
        if path.suffix.lower() not in known:
            raise UsageProblem(
                "reading where to write",
                expected="a file name that ends with " + ", ".join(known),
                found=path.name,
                next_step="name such a file with --out",
            )
        _writable(path.absolute().parent, made=not outs)
    return [path.absolute() for path in paths]


def _writable(folder: Path, *, made: bool) -> None:
    try:
        if made:
            folder.mkdir(parents=True, exist_ok=True)
        probe = folder / f".undo-writeoff-{os.getpid()}"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise UsageProblem(
            "looking at the folder to write into",
            expected=f"a folder that can be written to: {folder}",
            found=error.strerror or "none",
            next_step="make that folder, or name another file with --out",
        ) from error
