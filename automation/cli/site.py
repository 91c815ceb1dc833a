"""The commands about the practice's site: use, doctor and login."""

from __future__ import annotations

import signal
from collections.abc import Callable
from typing import TYPE_CHECKING

from automation.cli import options
from automation.cli.shared import end, problems, remind, session, start
from automation.errors import Problem
from automation.reports import terminal

if TYPE_CHECKING:
    from automation.runs.doctor import Finding
    from automation.runs.session import Start
    from config.settings import Settings
    from config.site_profile import SiteProfile


def use(site: options.ChosenSite = "") -> None:
    """Choose the practice that the commands work at when --site names none."""
    from automation.runs.session import choose_site, chosen_site, read_profile, read_settings

    with problems(False):
        settings = read_settings()
        if site:
            profile = choose_site(settings, site)
            terminal.write(f"{profile.practice}: used by every command from now on.")
        else:
            name = chosen_site(settings)
            terminal.write(read_profile(name).practice if name else "No practice is chosen yet.")


def doctor(
    site: options.Site = "", json: options.Json = False, headed: options.Headed = False
) -> None:
    """Check browser, site, sign-in, role and every label of the path; change nothing."""
    with problems(json), start(site) as begun:
        findings = _examine(begun, headed=headed)
        if json:
            terminal.write_json([vars(finding) for finding in findings])
        else:
            for finding in findings:
                terminal.write(finding.line())
        end(0 if all(finding.well for finding in findings) else 4)


def _examine(begun: Start, *, headed: bool) -> list[Finding]:
    """Walk the path without changing anything; keep the labels for later if all is well."""
    from automation.runs import known_labels
    from automation.runs.doctor import Finding, examine

    findings: list[Finding] = []
    try:
        with session(begun, headed=headed) as work:
            work.listeners = []
            findings = examine(work)
            well = all(finding.well for finding in findings)
            if well and begun.profile.address != "embedded":
                known_labels.keep(begun.settings.state, begun.profile, work.screen.kept)
    except Problem as problem:
        findings.append(Finding("browser, site and sign-in", False, str(problem)))
    return findings


def login(forget: options.Forget = False, site: options.Site = "") -> None:
    """Open a browser window in which a person signs in; other commands then use it."""
    from automation.runs.session import settings_and_profile

    with problems(False):
        settings, profile = settings_and_profile(site)
        remind(settings)
        if forget:
            _forget_window(settings, profile)
        else:
            _keep_window(settings, profile)


def _keep_window(settings: Settings, profile: SiteProfile) -> None:
    """Open the sign-in window and keep it open until the person closes it or a signal ends it."""
    from automation.browser.window import sign_in_window
    from automation.runs.sign_in import wait_for_person
    from automation.sandbox_process import at_an_address

    enough = asked_to_end()
    with (
        at_an_address(profile, settings.state) as (site, _),
        sign_in_window(settings.state, site, program=settings.browser) as tab,
    ):
        terminal.talk().print(
            "Sign in in the window that opened, and leave it open: other commands work in it. "
            "Close it when you are done."
        )
        wait_for_person(tab, site, terminal.say, enough)


def asked_to_end() -> Callable[[], bool]:
    """Make Ctrl-C, SIGTERM and a closed terminal end in order, which clears the profile."""
    asked: list[int] = []
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), lambda number, _: asked.append(number))
    return lambda: bool(asked)


def _forget_window(settings: Settings, profile: SiteProfile) -> None:
    """Delete the profile of a site's sign-in window, with its cookies, and say so."""
    from automation.browser.window_files import forget

    if forget(settings.state, profile):
        terminal.write(
            f"Deleted the sign-in window's profile of the site {profile.name}: its cookies and "
            "everything else that it kept. The next `login` asks for a sign-in."
        )
    else:
        terminal.write(
            f"Nothing to delete: there is no sign-in window's profile of {profile.name}."
        )
