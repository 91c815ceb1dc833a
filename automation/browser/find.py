"""Choice of the browser: the first in a fixed order that actually starts.

    the program that was named          a setting or an option; an error when it does not start
    Playwright's own                    where `playwright install chromium` puts it
    Chrome, then Edge                   where their vendors install them
    chromium ... google-chrome-stable   the first on the PATH; unless the browser must show
                                        windows, Debian's chromium-headless-shell goes first: it
                                        does the same with half the processor time
    installed now                       by Playwright, else on Debian as root by apt-get

`python -m automation.browser.find` prints the choice and installs a browser when there is none.
"""

from __future__ import annotations

import functools
import logging
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from automation.browser import driver
from automation.browser.site_lock import NOWHERE
from automation.errors import Problem, TechnicalFailure, UsageProblem

if TYPE_CHECKING:
    from playwright.sync_api import Error, Playwright

log = logging.getLogger(__name__)

T = TypeVar("T")

OWN = "chromium"
CHANNELS = {"chrome": "Google Chrome", "msedge": "Microsoft Edge"}
HEADLESS = "chromium-headless-shell"
ON_PATH = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
START_SECONDS = 60
"""How long a browser may take to start before the next one is tried; a busy computer is slow."""

_QUIET = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    "--no-first-run",
    # Keep WebRTC from sending packets around the proxy rule that locks the browser to its site.
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--webrtc-ip-handling-policy=disable_non_proxied_udp",
)


@dataclass(frozen=True, slots=True)
class Choice:
    """Arguments for Playwright's launch; with both None, Playwright's own browser."""

    executable: str | None
    channel: str | None
    says: str


def start(
    playwright: Playwright,
    begin: Callable[[Choice], T],
    explicit: str | None = None,
    *,
    whole: bool = False,
) -> T:
    """Start the first browser that works; a `whole` one can show windows and run proxy scripts.

    `begin` launches its choice and lets Playwright's Error through. Raises UsageProblem when
    the named program does not start; TechnicalFailure when no browser does.
    """
    failures: dict[str, str] = {}
    for choice in [_named(explicit, whole=whole)] if explicit else _candidates(whole=whole):
        try:
            return begin(choice)
        except driver.Error as error:
            failures[choice.says] = _reason(error)
    if explicit:
        raise _does_not_start(explicit, *failures.values())
    raise _none_starts([f"{browser}: {why}" for browser, why in failures.items()])


def find(playwright: Playwright, explicit: str | None = None, *, whole: bool = False) -> Choice:
    """Find a browser that starts, by starting and closing it; raises as `start` does."""

    def try_it(choice: Choice) -> Choice:
        playwright.chromium.launch(
            executable_path=choice.executable,
            channel=choice.channel,
            args=[*launch_arguments(), f"--proxy-server={NOWHERE}"],  # no network during a trial
            chromium_sandbox=sandboxed(),
            timeout=START_SECONDS * 1000,
        ).close()
        return choice

    return start(playwright, try_it, explicit, whole=whole)


def launch_arguments() -> list[str]:
    """Return the arguments of every launch: no background traffic; no sandbox only for root."""
    if sandboxed():
        return list(_QUIET)
    _warn_of_root()
    return [*_QUIET, "--no-sandbox"]


def sandboxed() -> bool:
    """Return whether to use the browser's own sandbox (`chromium_sandbox`): unless run as root."""
    return not _is_root()


@functools.cache
def _warn_of_root() -> None:
    log.warning(
        "running as root, where the browser's own sandbox cannot work: it is off; "
        "use a normal account for a real practice"
    )


def _is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0


# The search ---------------------------------------------------------------------------------------


def _named(program: str, *, whole: bool) -> Choice:
    if not Path(program).is_file():
        raise _does_not_start(program, "there is no such program")
    if whole and "headless" in Path(program).name:
        why = "a browser without windows, which does not obey the rule for your office's proxy"
        raise _does_not_start(program, why)
    return Choice(program, None, f"the browser that was named, {program}")


def _does_not_start(program: str, why: str) -> UsageProblem:
    return UsageProblem(
        "starting the browser that was named",
        expected=f"a Chromium, Chrome or Edge at {program}",
        found=why,
        next_step="name another program, or none: then one is searched for",
    )


def _candidates(*, whole: bool) -> Iterator[Choice]:
    # Without a channel, Playwright uses its own headless shell when no window is shown.
    yield Choice(None, OWN if whole else None, "Playwright's own Chromium")
    for channel, name in CHANNELS.items():
        yield Choice(None, channel, name)
    yield from _on_path(whole=whole)


def _on_path(*, whole: bool) -> Iterator[Choice]:
    for name in ON_PATH if whole else (HEADLESS, *ON_PATH):
        program = shutil.which(name)
        if program is not None:
            yield Choice(program, None, f"{name} at {program}")


def _reason(error: Error) -> str:
    first = error.message.strip().splitlines()[0].removeprefix("BrowserType.launch: ")
    missing = "doesn't exist" in first or "is not found" in first
    return "not installed" if missing else f"does not start ({first})"


def _none_starts(failures: list[str]) -> TechnicalFailure:
    return TechnicalFailure(
        "finding a browser",
        expected="a Chromium, Chrome or Edge that starts",
        found="; ".join(failures),
        next_step=f"type: {_command_to_type()}",
    )


def _command_to_type() -> str:
    by_playwright = f"{sys.executable} -m playwright install chromium"
    if shutil.which("apt-get") is None:
        return by_playwright
    return f"{by_playwright}   (or: sudo apt-get install -y --no-install-recommends chromium)"


# Installing ---------------------------------------------------------------------------------------


def install(say: Callable[[str], None], works: Callable[[], bool] = lambda: True) -> None:
    """Install a browser in the first way that succeeds and after which `works()` is true.

    Raises TechnicalFailure naming the command to type when no way did.
    """
    failures = []
    for name, commands in _ways_to_install():
        say(f"installing a browser: {name}")
        failure = _run_all(commands)
        if failure is None and works():
            return
        failures.append(f"{name}: {failure or 'was installed, but does not start'}")
        say(failures[-1])
    raise _none_starts(failures)


def _ways_to_install() -> Iterator[tuple[str, list[list[str]]]]:
    yield "with Playwright", [[sys.executable, "-m", "playwright", "install", "chromium"]]
    apt = shutil.which("apt-get")
    if apt is not None and _is_root():
        get = [apt, "install", "-y", "--no-install-recommends", "chromium"]
        both = [*get, HEADLESS]  # the second package is not available on every system
        yield "with apt-get, which takes a minute or two", [[apt, "update"], both]
        yield "with apt-get, without its windowless form", [get]


def _run_all(commands: list[list[str]]) -> str | None:
    """Run the commands in turn; return None, or the first error line of the one that failed."""
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in commands:
        done = subprocess.run(  # noqa: S603  # the commands are all in this file
            command,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            check=False,
        )
        if done.returncode:
            said = [line.strip() for line in done.stdout.splitlines() if "rror" in line]
            return said[0] if said else f"ended with status {done.returncode}"
    return None


def find_or_install(
    playwright: Playwright, say: Callable[[str], None], explicit: str | None = None
) -> Choice:
    """Find the browser to use; install one first when there is none."""
    try:
        return find(playwright, explicit)
    except TechnicalFailure as none:
        say(none.found)
    install(say, works=lambda: _starts(playwright))
    return find(playwright)


def _starts(playwright: Playwright) -> bool:
    try:
        find(playwright)
    except TechnicalFailure:
        return False
    return True


def main() -> int:
    """Print the browser to use, after installing one if needed; return an exit status."""
    from config.settings import load_settings

    settings = load_settings()
    named = str(settings.browser) if settings.browser else None
    try:
        with driver.sync_playwright() as playwright:
            choice = find_or_install(playwright, _tell, named)
    except Problem as problem:
        print(problem, file=sys.stderr)  # noqa: T201
        return problem.exit_status
    print(choice.says)  # noqa: T201
    return 0


def _tell(text: str) -> None:
    print(text, file=sys.stderr, flush=True)  # noqa: T201


if __name__ == "__main__":
    logging.basicConfig(format="%(message)s")
    sys.exit(main())
