"""Keeps a sign-in window open as `login` does, but without a screen: STATE ADDRESS [LAST FIRST].

Signs in, opens the named patient's billing, prints "ready", and ends as `login` ends.
"""

from __future__ import annotations

import sys
from pathlib import Path

from automation.billing.request import PatientQuery
from automation.browser.window import sign_in_window
from automation.cli.site import asked_to_end
from automation.pages.login import LoginPage
from automation.pages.patients import PatientsPage
from automation.pages.screen import Screen
from automation.runs.sign_in import credentials, wait_for_person
from config.settings import Settings
from config.site_profile import load


def main(state: Path, address: str, *patient: str) -> None:
    site, settings = load("sandbox").at(address), Settings(state=state)
    enough = asked_to_end()
    with sign_in_window(state, site, headless=True) as tab:
        screen = Screen(tab, site)
        LoginPage(screen).open().sign_in(*credentials(site, settings))
        if patient:
            PatientsPage(screen).open().find(PatientQuery(*patient)).patient_billing()
        print("ready", flush=True)
        wait_for_person(tab, site, print, enough)


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
