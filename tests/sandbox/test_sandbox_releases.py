"""The table of releases: harmless ones do no harm; `make qa-mutants` sees that bugs show."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from practice_client import Harbor, Person

import automation.sandbox
from tests.regression.releases import markup
from tests.regression.releases.bugs import BUGS
from tests.regression.releases.harmless import HARMLESS
from tests.regression.releases.table import RELEASES

SKINS = ("a", "b", "c")
ZERO = {"rate": "120.00", "pt_amt": "0"}
MODULE = "tests.regression.releases"


@pytest.fixture(scope="module")
def harbor_process() -> Iterator[Harbor]:
    """One practice for all of these tests, served with the table of releases."""
    with Harbor("--delay-ms", "0", module=MODULE) as running:
        yield running


@pytest.fixture
def harbor(harbor: Harbor) -> Harbor:
    """The practice, reset to its seed, with no release on."""
    harbor.control("release", {"name": ""})
    return harbor


def seen(html: str) -> Counter[str]:
    """Count the words and amounts on a page, including those in its fields and tooltips."""
    counted: Counter[str] = Counter()
    for element in markup.read(html).walk():
        text = [child for child in element.children if isinstance(child, str)]
        if element.get("type") != "hidden" and element.tag != "!":
            text += [element.get("value"), element.get("title")]
            counted.update(alike(" ".join(text)).split())
    return counted


def alike(text: str) -> str:
    """Return a text with its dates, amounts and letter case written in one standard way."""
    text = re.sub(r"\b0(\d)(?=/)", r"\1", text.casefold().replace(":", " "))
    return re.sub(r"\(\$?([\d,.]+)\)", r"-\1", text).replace("$", "")


def addresses_of(person: Person) -> list[str]:
    """Return the addresses of one patient's billing, of another's visit and of the list."""
    tab = "Billing" if person.harbor.control("state")["skin"] != "a" else "Patient Billing"
    parts = ("", f"tab/{tab}/", "tab/Billing Settings/", "visit/{visit}/", "payment/new/")
    policy = person.harbor.chart("partly-paid")["policies"][0]["id"]
    addresses = [person.of("partly-paid", part) for part in (*parts, f"policy/{policy}/")]
    return [*addresses, person.of("out-of-network", "visit/{visit}/"), "/app/patients/"]


def screens(person: Person, addresses: list[str]) -> list[str]:
    """Return the pages at these addresses."""
    return [person.see(address, items="all", q="Kinsella").text for address in addresses]


QUICK = [release.name for release in HARMLESS if not release.later_ms]


@pytest.mark.short("b")
@pytest.mark.parametrize("skin", SKINS)
def test_harmless_change_keeps_every_word_and_amount(
    harbor: Harbor, biller: Person, skin: str
) -> None:
    """No harmless change removes a word or an amount from a screen; some add words.

    The release `columns-removed` and slower releases are not tried here.
    """
    harbor.control("skin", {"skin": skin})
    addresses = addresses_of(biller)
    usual = [seen(html) for html in screens(biller, addresses)]
    for name in sorted(set(QUICK) - {"columns-removed"}):
        harbor.control("release", {"name": name})
        for before, now in zip(usual, map(seen, screens(biller, addresses)), strict=True):
            assert before <= now, (name, before - now)


def test_slower_answers_take_400_ms_longer(harbor: Harbor, biller: Person) -> None:
    """The slower release waits before it answers, and a save is stored as usual."""
    harbor.control("release", {"name": "slower-answers"})
    began = time.monotonic()
    assert biller.save("in-network", **ZERO).json()["saved"]
    assert time.monotonic() - began >= 0.4
    assert harbor.visit("in-network")["pt_amt_cents"] == 0


def test_table_says_what_each_release_changes() -> None:
    """The table has each release once, with a sentence."""
    assert len({release.name for release in RELEASES}) == len(BUGS) + len(HARMLESS)
    assert all(release.says.endswith(".") for release in RELEASES)


def test_practice_asks_for_the_releases_of_the_table() -> None:
    """Each name asked for with `has` is in the table; each release is named or acts by itself.

    A release counts as named if its name is quoted anywhere in the practice's sources.
    """
    folder = Path(automation.sandbox.__file__).parent
    files = [*folder.rglob("*.py"), *folder.rglob("*.html")]
    source = "\n".join(file.read_text(encoding="utf-8") for file in files)
    asked = set(re.findall(r"""\bhas\(\s*["']([\w-]+)["']""", source))
    assert asked <= {release.name for release in RELEASES}
    named = set(re.findall(r"""["']([\w-]+)["']""", source))
    for release in RELEASES:
        change = getattr(release, "change", None)
        by_itself = release.faults or release.bills or release.later_ms or change
        assert by_itself or release.name in named, f"nothing asks for {release.name}"


def test_state_says_which_release_is_on(harbor: Harbor) -> None:
    """The control address shows which release is on, and shows none after it is removed."""
    harbor.control("release", {"name": "spacing"})
    assert harbor.control("state")["release"] == "spacing"
    assert harbor.control("reset", {"release": ""})["release"] == ""


def test_unknown_release_is_refused_by_name(harbor: Harbor) -> None:
    """A mistyped release is refused, with the known names, and no release is switched on."""
    for door, said in (("release", {"name": "typo"}), ("reset", {"release": "typo"})):
        answer = harbor.http.post(f"/sandbox-control/{door}", json=said)
        assert answer.status_code == 400
        assert "'typo'" in answer.json()["error"] and "save-does-nothing" in answer.json()["error"]
    assert harbor.control("state")["release"] == ""


def test_start_takes_a_release_or_refuses_it() -> None:
    """The option --release starts the practice with a release; a mistyped one stops the start."""
    with Harbor("--patients", "40", "--release", "save-moved", module=MODULE) as harbor:
        assert harbor.control("state")["release"] == "save-moved"
    command = [sys.executable, "-m", MODULE, "--release", "typo"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode != 0 and "'typo'" in done.stderr and not done.stdout


def test_pages_without_a_release_are_as_they_were(harbor: Harbor, biller: Person) -> None:
    """A release that was looked at leaves nothing behind: afterwards the pages are as before."""
    numbers = re.compile(r"ctl00_Field\d+|name=\"token\" value=\"\w+\"")
    addresses = addresses_of(biller)
    before = [numbers.sub("", html) for html in screens(biller, addresses)]
    visit = biller.of("in-network", "visit/{visit}/")
    transactions = biller.of("partly-paid", "transactions/")
    for release in (*BUGS, *HARMLESS):
        if not release.later_ms:  # it changes no page, and has a test of its own
            harbor.control("release", {"name": release.name})
            biller.see(visit)
            biller.see(transactions, items="all")
    harbor.control("release", {"name": ""})
    assert [numbers.sub("", html) for html in screens(biller, addresses)] == before
