"""The command line for whoever tests the practice's software."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from automation.cli_worklists import Headed, Site


def register(app: typer.Typer) -> None:
    """Add these commands to the others."""
    app.command("qa-data")(qa_data)


def qa_data(
    site: Site = "",
    out: Annotated[str, typer.Option(help="The new QA data file; else standard output.")] = "",
    limit: Annotated[
        int, typer.Option(min=0, help="Look at so many charts at most; 0 is all.")
    ] = 0,
    headed: Headed = False,
) -> None:
    """Propose the regression suite's test patients, looking only; Ctrl-C keeps what was found."""
    from automation import qa_data_command
    from automation.cli import end, problems, start, stop_request

    with problems(False):
        settings, profile = start(site)
        target = Path(out) if out else None
        stop = stop_request()
        end(qa_data_command.propose(settings, profile, target, stop, limit=limit, headed=headed))
