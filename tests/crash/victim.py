"""A run in a process of its own that reports each moment it reaches and waits at one of them.

It is started with one JSON argument, and prints a line of JSON for each moment. At the moment whose
number or text is `stop` it waits for a line on standard input, which comes only if it is to go on.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, Request, sync_playwright

from automation.browser.session import VIEWPORT, own_tab
from automation.browser.site_lock import locked
from automation.desk import Step
from automation.flow import named
from automation.journal.journal import Journal
from automation.journal.lock import RunLock
from automation.pages.screen import Screen
from automation.reports import terminal
from automation.reports.progress import WorklistProgress
from automation.runs.recorder import Recorder
from automation.runs.recovery import recover
from automation.runs.runner import do
from automation.runs.session import Session
from automation.runs.way_back import write_off_again
from config.settings import Settings
from config.site_profile import SiteProfile, load

PROMISES = ("owe", "returned")


class Moments:
    """Counts and reports the moments; also listens to the steps."""

    def __init__(self, stop: int | str) -> None:
        self.stop, self.count, self.saves = stop, 0, 0

    def reached(self, text: str) -> None:
        """Report one moment, and wait there if it is the one to stop at."""
        tell({"moment": self.count, "text": text})
        if self.stop in (self.count, text):
            sys.stdin.readline()
        self.count += 1

    def began(self, step: Step) -> None:
        """A step begins."""
        self.reached(f"before: {step.title}")

    def ended(self, step: Step) -> None:
        """A step ended."""
        self.reached(f"after: {step.title}")

    def failed(self, step: Step, problem: BaseException) -> None:
        """A step ended with an error."""
        self.reached(f"failed: {step.title}")

    def watch(self, tab: Page) -> None:
        """Report each Save that is sent, answered or lost as a moment too."""

        def heard(kind: str) -> Callable[[Any], None]:
            def note(what: Any) -> None:
                request: Request = what if isinstance(what, Request) else what.request
                if request.method != "GET":
                    self.saves += kind == "sent"
                    self.reached(f"Save {self.saves} {kind}")

            return note

        tab.on("request", heard("sent"))
        tab.on("response", heard("answered"))
        tab.on("requestfailed", heard("lost"))

    def between_steps(self) -> None:
        """Report the promises that the journal stores between the steps as moments too."""
        for name in PROMISES:
            self._around(Recorder, name)
        self._around(Journal, "settle")

    def _around(self, owner: type, name: str) -> None:
        kept = getattr(owner, name)

        def told(*arguments: Any, **named: Any) -> Any:
            what = f"{name} {arguments[2][0].kind}" if name == "owe" else name
            self.reached(f"before: {what} is written")
            value = kept(*arguments, **named)
            self.reached(f"after: {what} is written")
            return value

        setattr(owner, name, told)


def tell(what: dict[str, Any]) -> None:
    """Write one line for the parent process."""
    print(json.dumps(what), flush=True)


def engine(asked: dict[str, Any], moments: Moments) -> None:
    """Do a flow, recover, or write off again, in a browser that has the sign-in's cookies."""
    settings = Settings(state=Path(asked["state"]))
    site = load("sandbox").at(asked["address"])
    limits = site.limits.model_copy(update={"save": asked.get("save_seconds", 15.0)})
    site = site.model_copy(update={"limits": limits})
    with (
        RunLock(settings.journal_url, site.origin) as lock,
        Journal.of(settings) as journal,
        a_tab(site, asked) as tab,
    ):
        session = _office(tab, site, journal, lock, asked, moments)
        if asked["do"] == "recover":
            tell({"settled": [row.as_json() for row in recover(session)]})
        elif asked["do"] == "write off again":
            write_off_again(session, asked["item"])
        else:
            flow = named(asked.get("flow", "undo_write_off"))
            assert flow.asks is not None
            request = flow.asks.typed({key: [word] for key, word in asked["request"].items()})
            tell({"receipt": do(session, request, flow=flow.name).as_json()})


@contextmanager
def a_tab(site: SiteProfile, asked: dict[str, Any]) -> Iterator[Page]:
    """A tab of an own browser, or of a running one that outlives this process."""
    if not asked.get("browser"):
        with own_tab(site) as tab:
            yield tab
        return
    with sync_playwright() as playwright:
        browser = playwright.chromium.connect_over_cdp(asked["browser"])
        context = locked(browser.new_context(viewport=VIEWPORT), site)
        yield context.new_page()
        context.close()


def _office(
    tab: Page,
    site: SiteProfile,
    journal: Journal,
    lock: RunLock,
    asked: dict[str, Any],
    moments: Moments,
) -> Session:
    tab.context.add_cookies(asked["cookies"])
    tab.goto(site.address)
    screen = Screen(tab, site)
    screen.here_is_home()
    moments.between_steps()
    if asked.get("watch_saves"):
        moments.watch(tab)
    return Session(screen, journal, lock, listeners=[moments])


def command_line(arguments: list[str], moments: Moments) -> None:
    """Run the real command line, with this listener in place of the terminal's."""
    from automation.cli.app import main as run_command_line

    terminal.Steps = lambda _console: moments  # type: ignore[assignment, misc]
    WorklistProgress.about = lambda _self, _item: [moments]  # type: ignore[assignment, method-assign, list-item, return-value]
    sys.argv = ["undo-writeoff", *arguments]
    run_command_line()


def main() -> None:
    """Do what the one argument says."""
    asked = json.loads(sys.argv[1])
    moments = Moments(asked["stop"])
    if asked["do"] == "command line":
        if asked.get("promises"):
            moments.between_steps()
        command_line(asked["arguments"], moments)
    else:
        engine(asked, moments)


if __name__ == "__main__":
    main()
