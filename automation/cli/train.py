"""The commands for training material: film, guide, all of it, practice room."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import typer

from automation.cli import options
from automation.cli.shared import end, problems


def film(
    payer: options.FilmedPayer = "in-network",
    out: options.Films = None,
    site: options.Look = "",
    skin: options.PageSkin = "",
    language: options.Language = "en",
) -> None:
    """Film the fix on the make-believe practice, with captions and chapters."""
    from automation.training import making

    with problems(False):
        made = making.film(
            payer=payer, site=site, skin=skin, language=language, outs=out or [], say=_say
        )
        _list(made)


def guide(
    payer: options.FilmedPayer = "in-network",
    format: options.GuideFormats = None,
    out: options.Guides = None,
    site: options.Look = "",
    skin: options.PageSkin = "",
    language: options.Language = "en",
) -> None:
    """Write a guide with a picture for each step."""
    from automation.training import making

    with problems(False):
        made = making.write_guide(
            payer=payer,
            site=site,
            skin=skin,
            language=language,
            formats=format or [],
            outs=out or [],
            say=_say,
        )
        _list(made)


def everything(
    out: options.Folder = "",
    pictures: options.Pictures = "",
    site: options.Look = "",
    skin: options.PageSkin = "",
    language: options.Language = "en",
) -> None:
    """Make film and guide for every payer type."""
    from automation.training import making

    with problems(False):
        made = making.everything(
            site=site, skin=skin, language=language, folder=out, pictures=pictures, say=_say
        )
        if pictures:
            from automation.training import practising

            made.append(practising.picture(Path(pictures) / "practice.png"))
        _list(made)


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
