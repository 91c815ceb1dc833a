"""The command that says where the data lie, and how to take them away."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from automation.billing.counting import counted
from automation.cli import options
from automation.cli.shared import problems
from automation.reports import terminal

if TYPE_CHECKING:
    from config.settings import Settings


def data(json: options.Json = False) -> None:
    """Say where this computer keeps the program's data, and how to take them away."""
    from automation.runs.session import read_settings

    with problems(json):
        settings = read_settings()
        if json:
            terminal.write_json(as_json(settings))
        else:
            terminal.write("\n".join(lines(settings)))


def as_json(settings: Settings) -> dict[str, object]:
    """Return where the data lie, for `--json`; a database's password is not in it."""
    from config.settings import TOML

    return {
        "version": 1,
        "folder": str(settings.state),
        "journal": journal_address(settings),
        "settings": str(TOML),
        "files": [str(path) for path in files_in(settings.state)],
    }


def lines(settings: Settings) -> Iterator[str]:
    """Say in words where the data lie, what they hold, and how to take them away."""
    from config.settings import TOML

    files = files_in(settings.state)
    size = sum(path.stat().st_size for path in files) / 1_000_000
    yield f"Folder:   {settings.state}"
    yield f"          {counted(len(files), 'file')}, {size:.1f} MB; only your account can open it."
    yield f"Journal:  {journal_address(settings)}"
    yield "          Patients' names, dates and amounts, and what was done to them."
    yield f"Settings: {TOML}" + ("" if TOML.exists() else " (there is none)")
    yield "Lists and reports lie where you wrote them; only your account can read them."
    yield ""
    yield "To take the data away:"
    yield "  1. undo-writeoff status: nothing may be left to finish"
    yield "  2. undo-writeoff audit export --out trail.csv: if you must keep who did what"
    yield "  3. undo-writeoff login --forget: the sign-in window's cookies"
    yield "  4. Delete the folder, and the journal if it lies elsewhere."
    yield "  5. pip uninstall undo-writeoff: the program itself"


def journal_address(settings: Settings) -> str:
    """Return the journal's address as a person reads it, without a password."""
    from sqlalchemy.engine import make_url

    url = make_url(settings.journal_url)
    if url.drivername.startswith("sqlite"):
        return str(url.database)
    return url.render_as_string(hide_password=True)


def files_in(folder: Path) -> list[Path]:
    """Return every file of the folder, in order; none where there is no folder yet."""
    return sorted(path for path in folder.rglob("*") if path.is_file())
