"""The way in by a double click: no console window, so a problem is shown in the browser."""

from __future__ import annotations

import html
import io
import os
import sys
import tempfile
import webbrowser
from contextlib import redirect_stderr
from pathlib import Path

_PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>It did not open - Undo write-offs</title>
<style>body{{font:16px/1.5 system-ui,sans-serif;max-width:46rem;margin:3rem auto;padding:0 1rem}}
pre{{white-space:pre-wrap;font:inherit}}</style>
<h1>It did not open</h1><pre>{text}</pre></html>
"""


def main() -> None:
    """Run `undo-writeoff open` with the options given; show in the browser why it did not open."""
    from automation.cli.app import app

    if sys.stdout is None:  # a program without a console has none on Windows
        sys.stdout = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115  to the end
    told = io.StringIO()
    try:
        with redirect_stderr(told):
            app(["open", *sys.argv[1:]])
    except SystemExit as end:
        if end.code:
            _show(told.getvalue())
        raise


def _show(text: str) -> None:
    made, name = tempfile.mkstemp(prefix="undo-writeoff-", suffix=".html")
    with os.fdopen(made, "w", encoding="utf-8") as file:
        file.write(_PAGE.format(text=html.escape(text.strip())))
    webbrowser.open(Path(name).as_uri())


if __name__ == "__main__":
    main()
