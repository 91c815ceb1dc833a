"""Each release of the table does what its row says: bugs are to be seen, harmless changes not."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from html import unescape
from typing import Any

import pytest
from conftest import PART, PASSWORD, Harbor, Person, SignIn
from playwright.sync_api import Browser, Page, expect

from automation.sandbox import markup
from automation.sandbox.releases import BUGS, HARMLESS

ZERO = {"rate": "120.00", "pt_amt": "0"}
SKINS = ("a", "b", "c")


def words_of(html: str) -> str:
    """Return what a reader sees of a page, in small letters and with single spaces."""
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", html))).strip()


@dataclass
class Desk:
    """A biller at the practice's screens, read by the words on them (skin A)."""

    harbor: Harbor
    sign_in: SignIn
    biller: Person

    def part(self, case: str, what: str, **query: str) -> str:
        """Return the HTML of a part of a case's chart."""
        return self.biller.see(self.biller.of(case, what), **query).text

    def table(self, html: str) -> list[dict[str, str]]:
        """Return the rows of a page's table by its columns."""
        heads = [words_of(head) for head in re.findall(r"<th .*?</th>", html)]
        rows = re.findall(r"<tr class=.*?</tr>", html, re.DOTALL)
        cells = [re.findall(r"<td.*?</td>", row, re.DOTALL) for row in rows]
        return [dict(zip(heads, map(words_of, row), strict=True)) for row in cells]

    def rows(self, case: str, **query: str) -> list[dict[str, str]]:
        """Return the transactions of a case's patient."""
        return self.table(self.part(case, "transactions/", **({"items": "all"} | query)))

    def day(self, case: str) -> str:
        """Return a case's date of service as screens write it."""
        year, month, day = self.harbor.control("cases")[case]["date"].split("-")
        return f"{int(month)}/{int(day)}/{year}"

    def row(self, case: str) -> dict[str, str]:
        """Return the row of a case's date of service."""
        time_of_day = self.harbor.control("cases")[case]["time"]
        wanted = f"{self.day(case)} {time_of_day}"
        return next(row for row in self.rows(case) if row["Date"] == wanted)

    def dialog(self, case: str) -> str:
        """Return the HTML of a case's date-of-service dialog."""
        return self.part(case, "visit/{visit}/")

    def policy(self, case: str) -> dict[str, str]:
        """Return the row of the patient's first policy."""
        return self.table(self.part(case, "tab/Billing Settings/"))[0]

    def save(self, case: str, *steps: dict[str, str]) -> None:
        """Press Save Changes of the date of service, with one step after the other."""
        for typed in steps:
            assert self.biller.save(case, **typed).json()["banner"] == "Changes saved."

    def pay(self, case: str, payment: str, **typed: str) -> None:
        """Press Save Payment in the form of a payment, or of a new one."""
        form = self.part(case, f"payment/{payment}/" + ("edit/" if payment != "new" else ""))
        token = form.split('name="token" value="')[1].split('"')[0]
        data = {"date": "6/15/2026", "token": token, "anyway": "yes", **typed}
        address = self.biller.of(case, f"payment/{payment}/")
        for _ in range(2 if typed.pop("twice", "") else 1):
            assert self.biller.http.post(address, data=data, headers=PART).json()["saved"]

    def bills(self, username: str, case: str) -> tuple[bool, int]:
        """Tell whether somebody has the billing tab of a chart, and how a save is answered."""
        person = self.sign_in(username)
        chart = person.http.get(person.of(case)).text
        return "Patient Billing" in chart, person.save(case, **ZERO).status_code


@pytest.fixture
def desk(harbor: Harbor, sign_in: SignIn, biller: Person) -> Desk:
    """The biller at work."""
    return Desk(harbor, sign_in, biller)


def written_off_listed(desk: Desk) -> bool:
    """Tell whether All Items lists the visit that is written off."""
    return any(row["Date"].startswith(desk.day("in-network")) for row in desk.rows("in-network"))


def payments_listed(desk: Desk) -> int:
    """Count the payments in All Items."""
    return [row["Service"] for row in desk.rows("partly-paid")].count("Patient Payment")


def default_filter(desk: Desk) -> set[str]:
    """Return which statuses the default filter lists; payments have none."""
    return {row["Pt Status"] for row in desk.rows("partly-paid", items="open")}


def after_zero(desk: Desk) -> str:
    """Return the amount that stands in the row once zero was saved."""
    desk.save("in-network", ZERO)
    return desk.row("in-network")["Pt Amt"]


def after_cents(desk: Desk) -> str:
    """Return the amount that stands in the row once dollars and cents were saved."""
    desk.save("in-network", {"rate": "120", "pt_amt": "30.55"})
    return desk.row("in-network")["Pt Amt"]


def copay_after_save(desk: Desk) -> str:
    """Return the copay that stands in the settings once another was saved."""
    assert desk.biller.save_copay("in-network-copay", "10").json()["saved"]
    return desk.policy("in-network-copay")["Copay"]


def amounts_after_copay(desk: Desk) -> set[str]:
    """Return the amounts of all visits once another copay was saved."""
    desk.biller.save_copay("in-network-copay", "35")
    return {row["Pt Amt"] for row in desk.rows("in-network-copay")} - {""}


def undone(desk: Desk) -> tuple[str, str, str]:
    """Return amount, balance and status of a visit whose write-off was undone."""
    desk.save("in-network", ZERO, {"rate": "120", "pt_amt": "30"})
    row = desk.row("in-network")
    return row["Pt Amt"], row["Pt Bal"], row["Pt Status"]


def owed_out_of_network(desk: Desk) -> str:
    """Return what is owed of a rate of 120 once a Coverage of 90 was saved."""
    desk.save("out-of-network", {"coverage": "0"}, {"coverage": "90"})
    return desk.row("out-of-network")["Pt Amt"]


def session_opened(desk: Desk) -> str:
    """Return which session opens when that of 9:00 AM is clicked."""
    return re.findall(r"4/8/2026 (\d+:\d\d \wM)", desk.dialog("two-sessions"))[0]


def history(desk: Desk) -> bool:
    """Tell whether a save stands in the History tab."""
    desk.save("in-network", ZERO)
    return "Write-off cleared" in desk.dialog("in-network")


def activity_log(desk: Desk) -> bool:
    """Tell whether a save stands in the activity log."""
    desk.save("in-network", ZERO)
    return "Saved the visit" in desk.biller.http.get("/app/activity-log/").text


def dates_shown(desk: Desk) -> tuple[bool, bool, bool]:
    """Tell whether table, dialog and Schedule tab show the date of service."""
    parts = ("transactions/", "visit/{visit}/", "tab/Schedule/")
    day, *others = (desk.part("in-network", part, items="all") for part in parts)
    return "3/4/2026" in day, "3/4/2026" in others[0], "3/4/2026" in others[1]


def labelled_rate(desk: Desk) -> str:
    """Return the amount in the field that is called Rate."""
    html = desk.dialog("in-network")
    field = re.findall(r'<label for="(\w+)">Rate</label>', html)[0]
    return re.findall(rf'<input id="{field}".*?value="(.*?)"', html)[0]


def posted_twice(desk: Desk) -> int:
    """Count the payments of today once Save Payment was pressed twice."""
    desk.pay("in-network", "new", amount="10", twice="yes")
    return [row["Date"] for row in desk.rows("in-network")].count("6/15/2026")


def pages(desk: Desk) -> tuple[bool, bool]:
    """Tell whether a long table has a pager, and whether its third page is to be had."""
    html = desk.part("page-three", "transactions/", items="all", page="3")
    return ">Last</a>" in html, "Displaying 41-60" in html


def zero_responsibility(desk: Desk) -> tuple[str, bool]:
    """Return the amount of a visit of zero responsibility, and whether it has a tooltip."""
    html = desk.part("zero-responsibility", "transactions/", items="all")
    return desk.row("zero-responsibility")["Pt Amt"], "written off: " in html


def balance_after_payment(desk: Desk) -> str:
    """Return the balance of a visit of 30.00 once 10.00 were paid for it."""
    visit = desk.harbor.visit("already-open")["id"]
    desk.pay("already-open", "new", amount="10", **{f"part_{visit}": "10"})
    return desk.row("already-open")["Pt Bal"]


def credit(desk: Desk) -> tuple[str, bool]:
    """Return the Unassigned Credit, and whether any can be used."""
    summary = words_of(desk.part("unassigned-credit", "tab/Patient Billing/"))
    shown = re.findall(r"Unassigned Credit (\S+)", summary)[0]
    return shown, "Use Credit" in desk.part("unassigned-credit", "credit/")


def credit_after_use(desk: Desk) -> tuple[str, bool]:
    """Return the Unassigned Credit once 10.00 of 45.00 were applied."""
    found = desk.harbor.chart("unassigned-credit")
    payment = next(p["id"] for p in found["payments"] if p["unassigned_cents"])
    visit = next(v["id"] for v in found["visits"] if v["balance_cents"] > 0)
    desk.pay("unassigned-credit", payment, amount="45", **{f"part_{visit}": "10"})
    return credit(desk)


def coverage_after_save(desk: Desk) -> str:
    """Return the policy's dates once its copay was saved."""
    desk.biller.save_copay("in-network-copay", "10")
    return desk.policy("in-network-copay")["Coverage"]


def paid_after_save(desk: Desk) -> str:
    """Return what is paid of a visit once it was saved."""
    desk.save("partly-paid", ZERO)
    return desk.row("partly-paid")["Pt Paid"]


def method_after_save(desk: Desk) -> str:
    """Return the Method of a visit once it was saved."""
    desk.save("in-network", ZERO)
    return re.findall(r"<option selected>(.*?)</option>", desk.dialog("in-network"))[0]


def found(desk: Desk, name: str) -> int:
    """Count the patients that a search finds with the Filter Any."""
    html = desk.biller.see("/app/patients/list/", q=name, filter="Any").text
    return sum(name in row["Name"] for row in desk.table(html))


Look = Callable[[Desk], Any]
E, OFF = "Insurance - In Network - ", "Patient balance written off"

# What the biller sees as it should be, and with the bug.
SEEN: dict[str, tuple[Look, Any, Any]] = {
    "filter-omits-written-off": (written_off_listed, True, False),
    "filter-omits-payments": (payments_listed, 4, 0),
    "default-shows-closed": (
        default_filter,
        {"Open", "Partly paid"},
        {"Open", "Partly paid", "Paid", OFF, ""},
    ),
    "save-does-nothing": (after_zero, "$0.00", "$30.00 *"),
    "cents-rounded": (after_cents, "$30.55 *", "$31.00 *"),
    "wrong-date-updated": (after_zero, "$0.00", "$30.00 *"),
    "copay-not-stored": (copay_after_save, "$10.00", "$25.00"),
    "copay-rewrites-dates": (amounts_after_copay, {"$25.00", "$25.00 *"}, {"$35.00", "$25.00 *"}),
    "balance-not-recomputed": (
        undone,
        ("$30.00", "$30.00", "Open"),
        ("$30.00", "$0.00", OFF),
    ),
    "coverage-sign-turned": (owed_out_of_network, "$30.00", "$90.00"),
    "write-off-kept": (undone, ("$30.00", "$30.00", "Open"), ("$30.00 *", "$0.00", OFF)),
    "other-session-opened": (session_opened, "9:00 AM", "2:00 PM"),
    "clinician-bills": (
        lambda desk: desk.bills("clinician", "in-network"),
        (False, 403),
        (True, 200),
    ),
    "scheduler-bills": (
        lambda desk: desk.bills("scheduler", "in-network"),
        (False, 403),
        (True, 200),
    ),
    "assigned-locked-out": (
        lambda desk: desk.bills("assigned", "assigned"),
        (True, 200),
        (False, 403),
    ),
    "assigned-bills-all": (
        lambda desk: desk.bills("assigned", "not-assigned"),
        (False, 403),
        (True, 200),
    ),
    "history-missing": (history, True, False),
    "activity-log-missing": (activity_log, True, False),
    "date-a-day-off": (dates_shown, (True, True, True), (False, False, False)),
    "labels-swapped": (labelled_rate, "120.00", "30.00"),
    "double-posting": (posted_twice, 1, 2),
    "next-page-lost": (pages, (True, True), (False, False)),
    "zero-gets-asterisk": (zero_responsibility, ("$0.00", False), ("$0.00 *", True)),
    "payment-not-counted": (balance_after_payment, "$20.00", "$30.00"),
    "credit-lost": (credit, ("$45.00", True), ("$0.00", False)),
    "apply-credit-lost": (credit_after_use, ("$35.00", True), ("$45.00", True)),
    "policy-end-cleared": (coverage_after_save, "1/1/2025 - open", "1/1/2025 - 12/31/2026"),
    "payment-dropped": (paid_after_save, "$20.00", "$0.00"),
    "method-changed": (method_after_save, E + "Electronic", E + "Paper"),
    "namesake-hidden": (lambda desk: found(desk, "Fairchild, Morgan"), 2, 1),
    "inactive-hidden": (lambda desk: found(desk, "Goldwater, Stellan"), 1, 0),
}


@pytest.mark.parametrize("bug", [release.name for release in BUGS])
def test_bug_shows_on_screen(desk: Desk, bug: str) -> None:
    """Each bug is to be seen by a user, and what is seen is right without it."""
    look, right, wrong = SEEN[bug]
    assert look(desk) == right
    desk.harbor.control("reset", {"release": bug, "sign_out": True})
    desk.biller = desk.sign_in("biller")
    assert look(desk) == wrong


def seen(html: str) -> Counter[str]:
    """Count the words and amounts of a page, those in its fields and tooltips, too."""
    counted: Counter[str] = Counter()
    for element in markup.read(html).walk():
        text = [child for child in element.children if isinstance(child, str)]
        if element.get("type") != "hidden" and element.tag != "!":
            text += [element.get("value"), element.get("title")]
            counted.update(" ".join(text).casefold().replace(":", " ").split())
    return counted


def screens(person: Person) -> list[str]:
    """Return the pages of one patient's billing."""
    tab = "Billing" if person.harbor.control("state")["skin"] != "a" else "Patient Billing"
    parts = ("", f"tab/{tab}/", "tab/Billing Settings/", "visit/{visit}/", "payment/new/")
    policy = person.harbor.chart("partly-paid")["policies"][0]["id"]
    addresses = [person.of("partly-paid", part) for part in (*parts, f"policy/{policy}/")]
    addresses += [person.of("out-of-network", "visit/{visit}/"), "/app/patients/"]
    return [person.see(address, items="all", q="Kinsella").text for address in addresses]


QUICK = [release.name for release in HARMLESS if not release.later_ms]


@pytest.mark.parametrize("skin", SKINS)
def test_harmless_change_keeps_every_word_and_amount(
    harbor: Harbor, biller: Person, skin: str
) -> None:
    """No harmless change takes a word or an amount from a screen; some add words."""
    harbor.control("skin", {"skin": skin})
    usual = [seen(html) for html in screens(biller)]
    for name in QUICK:
        harbor.control("release", {"name": name})
        for before, now in zip(usual, map(seen, screens(biller)), strict=True):
            assert before <= now, (name, before - now)


def test_slower_answers_take_400_ms_longer(harbor: Harbor, biller: Person) -> None:
    """The slower release waits before it answers, and a save is stored as ever."""
    harbor.control("release", {"name": "slower-answers"})
    began = time.monotonic()
    assert biller.save("in-network", **ZERO).json()["saved"]
    assert time.monotonic() - began >= 0.4
    assert harbor.visit("in-network")["pt_amt_cents"] == 0


def saying(words: str) -> re.Pattern[str]:
    """Return a pattern for words in whatever letters and spaces, with signs around them."""
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
    """Go the article's way from the Patients page to the first save, by the words on screen."""
    page.goto("/app/patients/")
    page.get_by_placeholder("Name, Acct #").fill("Marlowe")
    page.get_by_role("button", name=saying("search")).click()
    page.get_by_text("Displaying 1-1 of 1").wait_for()
    page.get_by_role("link", name="Marlowe, Juniper").click()
    if release == "announcement":
        page.get_by_role("button", name="Got it").click()
    tabs = page.get_by_role("link" if skin == "a" else "tab")
    tabs.filter(has_text=saying("patient billing" if skin == "a" else "billing")).click()
    show_all_items(page, skin)
    page.get_by_role("link", name="3/4/2026").click()
    dialog = page.get_by_role("dialog", name=saying("date of service.*"))
    dialog.get_by_label(saying("(pt amt|patient responsibility)")).fill("0")
    dialog.get_by_role("button", name=saying("save changes")).click()
    expect(page.get_by_text("Changes saved.", exact=True)).to_be_visible()


@pytest.mark.parametrize(
    ("name", "skin"), [(r.name, SKINS[n % 3]) for n, r in enumerate((*HARMLESS, *HARMLESS[:2]))]
)
def test_harmless_change_lets_a_person_save(
    harbor: Harbor, browser: Browser, name: str, skin: str
) -> None:
    """Whoever goes by the words on the screen saves an amount, whatever else has changed."""
    harbor.control("reset", {"skin": skin, "release": name})
    with browser.new_context(base_url=harbor.address) as context:
        context.set_default_timeout(5000)
        page = context.new_page()
        person = {"username": "biller", "password": PASSWORD}
        page.request.post("/app/login/HARBOR/", form=person)
        undo(page, skin, name)
    assert harbor.visit("in-network")["write_off"] is None


def test_table_says_which_release_is_on(harbor: Harbor) -> None:
    """The control address lists each release with a sentence and marks the one that is on."""
    harbor.control("release", {"name": "spacing"})
    table = harbor.control("releases")
    assert {row["name"] for row in table if not row["harmless"]} == set(SEEN)
    assert len({row["name"] for row in table}) == len(table) == len(BUGS) + len(HARMLESS)
    assert all(row["says"].endswith(".") for row in table)
    assert [row["name"] for row in table if row["active"]] == ["spacing"]
    assert harbor.control("state")["release"] == "spacing"
    assert harbor.control("reset", {"release": ""})["release"] == ""


def test_unknown_release_is_refused_by_name(harbor: Harbor) -> None:
    """A mistyped release is refused with the names that are known, and nothing is switched."""
    for door, said in (("release", {"name": "typo"}), ("reset", {"release": "typo"})):
        answer = harbor.http.post(f"/sandbox-control/{door}", json=said)
        assert answer.status_code == 400
        assert "'typo'" in answer.json()["error"] and "save-does-nothing" in answer.json()["error"]
    assert harbor.control("state")["release"] == ""


def test_start_takes_a_release_or_refuses_it() -> None:
    """The option --release starts the practice with it; a mistyped one stops the start."""
    with Harbor("--patients", "40", "--release", "save-moved") as harbor:
        assert harbor.control("state")["release"] == "save-moved"
    command = [sys.executable, "-m", "automation.sandbox", "--release", "typo"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode != 0 and "'typo'" in done.stderr and not done.stdout


def test_pages_without_a_release_are_as_they_were(harbor: Harbor, biller: Person) -> None:
    """A release leaves nothing behind: once it is gone the pages are what they were."""
    numbers = re.compile(r"ctl00_Field\d+|name=\"token\" value=\"\w+\"")
    before = [numbers.sub("", html) for html in screens(biller)]
    for release in (*BUGS, *HARMLESS):
        harbor.control("release", {"name": release.name})
    biller.see(biller.of("in-network", "visit/{visit}/"))
    harbor.control("release", {"name": ""})
    assert [numbers.sub("", html) for html in screens(biller)] == before
