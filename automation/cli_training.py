"""The command line of the training material: film, guide, practice room."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

training = typer.Typer(no_args_is_help=True, help="Film, guide and practice room for new billers.")

Payer = Annotated[str, typer.Option(help="in-network, out-of-network or direct.")]
Look = Annotated[str, typer.Option("--site", help="A profile that lends its labels and skin.")]
Skin = Annotated[str, typer.Option(help="a (2016), b (2021) or c (2025).")]
Language = Annotated[str, typer.Option(help="en, es, or another catalogue's name.")]


@training.command()
def film(
    payer: Payer = "in-network",
    out: Annotated[
        list[str] | None, typer.Option(help="FILE.mp4, .webm, .gif or .webp; may be repeated.")
    ] = None,
    site: Look = "",
    skin: Skin = "",
    language: Language = "en",
) -> None:
    """Film the fix on the make-believe practice, with captions and chapters."""
    from automation.cli import problems
    from automation.training import making

    with problems(False):
        made = making.film(
            payer=payer, site=site, skin=skin, language=language, outs=out or [], say=_say
        )
        _list(made)


@training.command()
def guide(
    payer: Payer = "in-network",
    format: Annotated[
        list[str] | None, typer.Option(help="html, md or pdf; may be repeated.")
    ] = None,
    out: Annotated[
        list[str] | None, typer.Option(help="FILE.html, .md or .pdf; may be repeated.")
    ] = None,
    site: Look = "",
    skin: Skin = "",
    language: Language = "en",
) -> None:
    """Write a guide with a picture for each step."""
    from automation.cli import problems
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


@training.command("all")
def everything(
    out: Annotated[str, typer.Option(help="The folder to write into.")] = "",
    pictures: Annotated[
        str, typer.Option(help="Also write the pictures that a README shows, into this folder.")
    ] = "",
    site: Look = "",
    skin: Skin = "",
    language: Language = "en",
) -> None:
    """Make film and guide for every payer type."""
    from automation.cli import problems
    from automation.training import making

    with problems(False):
        made = making.everything(
            site=site, skin=skin, language=language, folder=out, pictures=pictures, say=_say
        )
        if pictures:
            from automation import practice_command

            made.append(practice_command.picture(Path(pictures) / "practice.png"))
        _list(made)


@training.command()
def practice(
    payer: Annotated[str, typer.Option(help="Only this payer type's first exercise.")] = "",
    scenario: Annotated[str, typer.Option(help="An exercise by its name; see --list.")] = "",
    site: Look = "",
    skin: Skin = "",
    language: Language = "en",
    out: Annotated[str, typer.Option(help="The folder for score sheets.")] = "",
    listing: Annotated[bool, typer.Option("--list", help="List the exercises.")] = False,
) -> None:
    """Practise on the make-believe practice, with a coach beside it and a score at the end."""
    from automation import practice_command
    from automation.cli import end, problems

    with problems(False):
        end(
            practice_command.practice(
                payer=payer, scenario=scenario, language=language, site=site, skin=skin, out=out,
                listing=listing,
            )
        )  # fmt: skip


def _say(text: str) -> None:
    typer.echo(text, err=True)


def _list(made: Sequence[object]) -> None:
    for path in made:
        typer.echo(str(path))
