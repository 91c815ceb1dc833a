"""The command for the demonstration."""

from __future__ import annotations

from pathlib import Path

from automation.cli import options
from automation.cli.shared import end, problems, remind

PAGE = "undo-writeoff-proof.html"


def proof_name(out: str) -> str:
    """Return the proof page's path with the ending that a browser needs; "" stays as it is."""
    if out and Path(out).is_dir():
        return str(Path(out) / PAGE)
    return out if not out or Path(out).suffix.lower() in (".html", ".htm") else f"{out}.html"


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
        out = proof_name(out)
        end(demonstrate(quick=quick, watch=watch, out=out, picture_file=picture, json=json))
