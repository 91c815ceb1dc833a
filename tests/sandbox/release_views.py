"""What a biller sees with each bug of the first table, and what is right without it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from html import unescape
from typing import Any

from practice_client import PART, Harbor, Person, SignIn

ZERO = {"rate": "120.00", "pt_amt": "0"}


def words_of(html: str) -> str:
    """Return the text that a reader sees on a page, with single spaces."""
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", html))).strip()


@dataclass
class Desk:
    """A biller who uses the practice's screens and reads them by their words (skin A)."""

    harbor: Harbor
    sign_in: SignIn
    biller: Person

    def part(self, case: str, what: str, **query: str) -> str:
        """Return the HTML of a part of a case's chart."""
        return self.biller.see(self.biller.of(case, what), **query).text

    def table(self, html: str) -> list[dict[str, str]]:
        """Return the rows of a page's table, each as cells by column heading."""
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
        """Press Save Changes in the case's date of service, once for each step."""
        for typed in steps:
            assert self.biller.save(case, **typed).json()["banner"] == "Changes saved."

    def pay(self, case: str, payment: str, **typed: str) -> None:
        """Press Save Payment in the form of an existing or a new payment."""
        form = self.part(case, f"payment/{payment}/" + ("edit/" if payment != "new" else ""))
        token = form.split('name="token" value="')[1].split('"')[0]
        data = {"date": "6/15/2026", "token": token, "anyway": "yes", **typed}
        address = self.biller.of(case, f"payment/{payment}/")
        for _ in range(2 if typed.pop("twice", "") else 1):
            assert self.biller.http.post(address, data=data, headers=PART).json()["saved"]

    def bills(self, username: str, case: str) -> tuple[bool, int]:
        """Tell whether a user sees a chart's billing tab, and return the status code of a save."""
        person = self.sign_in(username)
        chart = person.http.get(person.of(case)).text
        return "Patient Billing" in chart, person.save(case, **ZERO).status_code


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
    """Return the amount in the row after zero is saved."""
    desk.save("in-network", ZERO)
    return desk.row("in-network")["Pt Amt"]


def after_cents(desk: Desk) -> str:
    """Return the amount in the row after dollars and cents are saved."""
    desk.save("in-network", {"rate": "120", "pt_amt": "30.55"})
    return desk.row("in-network")["Pt Amt"]


def copay_after_save(desk: Desk) -> str:
    """Return the copay in the settings after another one is saved."""
    assert desk.biller.save_copay("in-network-copay", "10").json()["saved"]
    return desk.policy("in-network-copay")["Copay"]


def amounts_after_copay(desk: Desk) -> set[str]:
    """Return the amounts of all visits after another copay is saved."""
    desk.biller.save_copay("in-network-copay", "35")
    return {row["Pt Amt"] for row in desk.rows("in-network-copay")} - {""}


def undone(desk: Desk) -> tuple[str, str, str]:
    """Return amount, balance and status of a visit whose write-off was undone."""
    desk.save("in-network", ZERO, {"rate": "120", "pt_amt": "30"})
    row = desk.row("in-network")
    return row["Pt Amt"], row["Pt Bal"], row["Pt Status"]


def owed_out_of_network(desk: Desk) -> str:
    """Return what is owed at a rate of 120 after a Coverage of 90 is saved."""
    desk.save("out-of-network", {"coverage": "0"}, {"coverage": "90"})
    return desk.row("out-of-network")["Pt Amt"]


def session_opened(desk: Desk) -> str:
    """Return which session opens when the one at 9:00 AM is clicked."""
    return re.findall(r"4/8/2026 (\d+:\d\d \wM)", desk.dialog("two-sessions"))[0]


def history(desk: Desk) -> bool:
    """Tell whether a save is listed in the History tab."""
    desk.save("in-network", ZERO)
    return "Write-off cleared" in desk.dialog("in-network")


def activity_log(desk: Desk) -> bool:
    """Tell whether a save is listed in the activity log."""
    desk.save("in-network", ZERO)
    return "Saved the visit" in desk.biller.http.get("/app/activity-log/").text


def dates_shown(desk: Desk) -> tuple[bool, bool, bool]:
    """Tell whether table, dialog and Schedule tab show the date of service."""
    parts = ("transactions/", "visit/{visit}/", "tab/Schedule/")
    day, *others = (desk.part("in-network", part, items="all") for part in parts)
    return "3/4/2026" in day, "3/4/2026" in others[0], "3/4/2026" in others[1]


def labelled_rate(desk: Desk) -> str:
    """Return the amount in the field labelled Rate."""
    html = desk.dialog("in-network")
    field = re.findall(r'<label for="(\w+)">Rate</label>', html)[0]
    return re.findall(rf'<input id="{field}".*?value="(.*?)"', html)[0]


def posted_twice(desk: Desk) -> int:
    """Count today's payments after Save Payment is pressed twice."""
    desk.pay("in-network", "new", amount="10", twice="yes")
    return [row["Date"] for row in desk.rows("in-network")].count("6/15/2026")


def pages(desk: Desk) -> tuple[bool, bool]:
    """Tell whether a long table has a pager, and whether its third page can be opened."""
    html = desk.part("page-three", "transactions/", items="all", page="3")
    return ">Last</a>" in html, "Displaying 41-60" in html


def zero_responsibility(desk: Desk) -> tuple[str, bool]:
    """Return the amount of a zero-responsibility visit, and whether it has a write-off tooltip."""
    html = desk.part("zero-responsibility", "transactions/", items="all")
    return desk.row("zero-responsibility")["Pt Amt"], "written off: " in html


def balance_after_payment(desk: Desk) -> str:
    """Return the balance of a visit of 30.00 after 10.00 is paid for it."""
    visit = desk.harbor.visit("already-open")["id"]
    desk.pay("already-open", "new", amount="10", **{f"part_{visit}": "10"})
    return desk.row("already-open")["Pt Bal"]


def credit(desk: Desk) -> tuple[str, bool]:
    """Return the Unassigned Credit, and whether any can be used."""
    summary = words_of(desk.part("unassigned-credit", "tab/Patient Billing/"))
    shown = re.findall(r"Unassigned Credit (\S+)", summary)[0]
    return shown, "Use Credit" in desk.part("unassigned-credit", "credit/")


def credit_after_use(desk: Desk) -> tuple[str, bool]:
    """Return the Unassigned Credit after 10.00 of 45.00 is applied."""
    found = desk.harbor.chart("unassigned-credit")
    payment = next(p["id"] for p in found["payments"] if p["unassigned_cents"])
    visit = next(v["id"] for v in found["visits"] if v["balance_cents"] > 0)
    desk.pay("unassigned-credit", payment, amount="45", **{f"part_{visit}": "10"})
    return credit(desk)


def coverage_after_save(desk: Desk) -> str:
    """Return the policy's dates after its copay is saved."""
    desk.biller.save_copay("in-network-copay", "10")
    return desk.policy("in-network-copay")["Coverage"]


def paid_after_save(desk: Desk) -> str:
    """Return the amount paid on a visit after it is saved."""
    desk.save("partly-paid", ZERO)
    return desk.row("partly-paid")["Pt Paid"]


def method_after_save(desk: Desk) -> str:
    """Return the Method of a visit after it is saved."""
    desk.save("in-network", ZERO)
    return re.findall(r"<option selected>(.*?)</option>", desk.dialog("in-network"))[0]


def found(desk: Desk, name: str) -> int:
    """Count the patients that a search finds with the Filter Any."""
    html = desk.biller.see("/app/patients/list/", q=name, filter="Any").text
    return sum(name in row["Name"] for row in desk.table(html))


Look = Callable[[Desk], Any]
E, OFF = "Insurance - In Network - ", "Patient balance written off"

# For each bug: how to look, what is seen without it, and what is seen with it.
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
