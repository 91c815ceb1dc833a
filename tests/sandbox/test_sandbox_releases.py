"""Each release does what its row in the table says: bugs show, harmless changes do no harm."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from more_release_views import MORE_SEEN
from playwright.sync_api import Browser, Page, expect
from practice_client import PASSWORD, Harbor, Person, SignIn
from release_views import SEEN as FIRST_SEEN
from release_views import ZERO, Desk

import automation.sandbox
from tests.regression.releases import markup
from tests.regression.releases.bugs import BUGS
from tests.regression.releases.harmless import HARMLESS
from tests.regression.releases.table import RELEASES

SKINS = ("a", "b", "c")
SEEN = {**FIRST_SEEN, **MORE_SEEN}
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


@pytest.fixture
def desk(harbor: Harbor, sign_in: SignIn, biller: Person) -> Desk:
    """The practice's screens, with the biller signed in."""
    return Desk(harbor, sign_in, biller)


@pytest.mark.parametrize(
    "bug",
    [
        pytest.param(release.name, marks=[] if number % 4 == 0 else [pytest.mark.long])
        for number, release in enumerate(BUGS)
    ],
)
def test_bug_shows_on_screen(desk: Desk, bug: str) -> None:
    """A user can see each bug, and without it the same screen is right."""
    look, right, wrong = SEEN[bug]
    assert look(desk) == right
    desk.harbor.control("reset", {"release": bug, "sign_out": True})
    desk.biller = desk.sign_in("biller")
    assert look(desk) == wrong


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


def saying(words: str) -> re.Pattern[str]:
    """Return a pattern for words in any letter case and spacing, with any signs around them."""
    return re.compile(r"^\W*" + words.replace(" ", r"\s*") + r"\W*$", re.IGNORECASE)


def show_all_items(page: Page, skin: str) -> None:
    """Choose All Items as each skin offers it."""
    if skin == "a":
        page.get_by_role("combobox", name=saying("show")).select_option(label="All Items")
    elif skin == "b":
        page.get_by_role("radio", name=saying("all items")).check()
    else:
        page.get_by_role("link", name=saying("all items")).click()


def undo(page: Page, skin: str, release: str) -> None:
    """Follow the article from the Patients page to the first save, by the words on screen."""
    page.goto("/app/patients/")
    page.get_by_placeholder("Name, Acct #").fill("Marlowe")
    page.get_by_role("button", name=saying("search")).click()
    page.get_by_text("Displaying 1-1 of 1").wait_for()
    page.get_by_role("link", name="Marlowe, Juniper").click()
    if "announcement" in release:
        page.get_by_role("button", name="Got it").click()
    tabs = page.get_by_role("link" if skin == "a" else "tab")
    tabs.filter(has_text=saying("patient billing" if skin == "a" else "billing")).click()
    show_all_items(page, skin)
    page.get_by_role("link", name=re.compile("0?3.0?4.2026")).click()
    dialog = page.get_by_role("dialog", name=saying("date of service.*"))
    dialog.get_by_label(saying("(pt amt|patient responsibility).*")).fill("0")
    dialog.get_by_role("button", name=saying("save changes")).click()
    expect(dialog).to_have_count(0)


TOGETHER = "+".join(QUICK)
ALONE = [(release.name, SKINS[n % 3]) for n, release in enumerate((*HARMLESS, *HARMLESS[:2]))]


@pytest.mark.short("together-b")
@pytest.mark.parametrize(
    ("name", "skin"),
    [
        *(pytest.param(TOGETHER, skin, id=f"together-{skin}") for skin in SKINS),
        *(pytest.param(*row, marks=pytest.mark.long) for row in ALONE),
    ],
)
def test_harmless_change_lets_a_person_save(
    harbor: Harbor, browser: Browser, name: str, skin: str
) -> None:
    """A person who follows the words on screen can save an amount, whatever else has changed.

    The short run tries all changes at once but the slower answers, which have a test of their own;
    the long run tries each one alone, too.
    """
    harbor.control("reset", {"skin": skin, "release": name})
    with browser.new_context(base_url=harbor.address) as context:
        context.set_default_timeout(5000)
        page = context.new_page()
        person = {"username": "biller", "password": PASSWORD}
        page.request.post("/app/login/HARBOR/", form=person)
        undo(page, skin, name)
    assert harbor.visit("in-network")["write_off"] is None


def test_table_says_what_each_release_changes() -> None:
    """The table has each release once, with a sentence; each bug is looked for on screen."""
    assert {release.name for release in BUGS} == set(SEEN)
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
