"""The command for the demonstration."""

from __future__ import annotations

from automation.cli import options
from automation.cli.shared import end, problems, remind


def demo(
    quick: options.Quick = False,
    watch: options.Watch = False,
    out: options.ProofPage = "",
    picture: options.ProofPicture = "",
    json: options.Json = False,
) -> None:
    """Undo three write-offs on the bundled practice, and prove it."""
    from automation.runs.session import read_settings
    from automation.training.demonstration import demonstrate

    with problems(json):
        remind(read_settings())
        end(demonstrate(quick=quick, watch=watch, out=out, picture_file=picture, json=json))
