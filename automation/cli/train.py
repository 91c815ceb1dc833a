"""The commands for training: film, guide, both for every payer type, and practising."""

from __future__ import annotations

from collections.abc import Sequence

import typer

from automation.cli import options
from automation.cli.shared import end, problems


def film(
    payer: options.FilmedPayer = "in-network",
    out: options.Films = None,
    site: options.Look = "",
    skin: options.PageSkin = "",
    language: options.Language = "en",
    voice: options.Voice = False,
) -> None:
    """Film the fix on the make-believe practice, with captions, chapters and, if asked, a voice."""
    from automation.training import produce

    with problems(False):
        look = produce.Look(site, skin, language)
        _list(produce.film(payer, look, out or [], _say, voice=voice))


def guide(
    payer: options.FilmedPayer = "in-network",
    format: options.GuideFormats = None,
    out: options.Guides = None,
    site: options.Look = "",
    skin: options.PageSkin = "",
    language: options.Language = "en",
    paper: options.Paper = "letter",
    notes: options.OwnNotes = "",
    logo: options.Logo = "",
    crib: options.Crib = False,
) -> None:
    """Write a guide with pictures before and after each click, or a one-page crib sheet."""
    from automation.training import produce

    with problems(False):
        look = produce.Look(site, skin, language)
        asked = produce.Asked(paper, notes, logo, crib)
        _list(produce.write_guide(payer, look, format or [], out or [], asked, _say))


def everything(
    out: options.Folder = "",
    pictures: options.Pictures = "",
    site: options.Look = "",
    skin: options.PageSkin = "",
    language: options.Language = "en",
) -> None:
    """Make film and guide for every payer type."""
    from automation.training import produce

    with problems(False):
        _list(produce.everything(produce.Look(site, skin, language), out, pictures, _say))


def practice(
    payer: options.PractisedPayer = "",
    scenario: options.Exercise = "",
    site: options.Look = "",
    skin: options.PageSkin = "",
    language: options.Language = "en",
    out: options.ScoreFolder = "",
    listing: options.ListExercises = False,
) -> None:
    """Practise on the make-believe practice, with a coach beside it and a score at the end."""
    from automation.training import practising

    with problems(False):
        if listing:
            practising.show_scenarios(language)
            end(0)
        right = practising.play(
            payer=payer, scenario=scenario, language=language, site=site, skin=skin, out=out
        )
        end(0 if right else 4)


def _say(text: str) -> None:
    typer.echo(text, err=True)


def _list(made: Sequence[object]) -> None:
    for path in made:
        typer.echo(str(path))
