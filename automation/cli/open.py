"""The command that opens the page for billers."""

from __future__ import annotations

import contextlib
from pathlib import Path

from automation.cli import options
from automation.cli.shared import end, problems
from automation.reports import terminal


def open_page(
    site: options.Site = "",
    sandbox: options.OwnSandbox = False,
    no_browser: options.NoBrowser = False,
    language: options.PageLanguage = "",
    shortcut: options.Shortcut = False,
    out: options.ShortcutFolder = "",
) -> None:
    """Open a page in your browser that does all this without a terminal."""
    from automation.console.serving import serve
    from automation.training.words import Words

    with problems(False):
        if language:
            Words(language)  # raises a problem for one that there is not
        if shortcut or out:
            _write_shortcut(site, sandbox=sandbox, language=language, out=out)
            end(0)
        # Ctrl-C ends the page; it is no reason to list what is owed.
        with contextlib.suppress(KeyboardInterrupt):
            serve(
                site,
                make_believe=sandbox,
                with_browser=not no_browser,
                say=terminal.write,
                language=language,
            )
        end(0)


def _write_shortcut(site: str, *, sandbox: bool, language: str, out: str) -> None:
    from automation.console.shortcut import write_shortcut
    from automation.runs.session import read_profile

    given = []
    if site:
        read_profile(site)  # a starter for a practice that cannot be read would never open
        given += ["--site", _whole(site)]
    given += ["--sandbox"] if sandbox else []
    given += ["--language", language] if language else []
    path, hint = write_shortcut(given, Path(out) if out else None)
    terminal.write(f"Double-click this to open the page: {path}")
    if hint:
        terminal.say(hint)


def _whole(site: str) -> str:
    """Return a profile's whole path, since a double click begins in another folder."""
    path = Path(site).expanduser()
    return str(path.absolute()) if path.is_file() else site
