"""The command that opens the page for billers."""

from __future__ import annotations

import contextlib

from automation.cli import options
from automation.cli.shared import end, problems
from automation.reports import terminal


def open_page(
    site: options.Site = "",
    sandbox: options.OwnSandbox = False,
    no_browser: options.NoBrowser = False,
) -> None:
    """Open a page in your browser that does all this without a terminal."""
    from automation.console.serving import serve

    with problems(False):
        # Ctrl-C ends the page; it is no reason to list what is owed.
        with contextlib.suppress(KeyboardInterrupt):
            serve(site, make_believe=sandbox, with_browser=not no_browser, say=terminal.write)
        end(0)
