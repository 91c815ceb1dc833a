"""Each fault does what its row in the table says."""

from __future__ import annotations

import re
from collections import Counter
from itertools import groupby
from typing import Any

import httpx
import pytest
from practice_client import PART, Harbor, Person

ZERO = {"rate": "120.00", "pt_amt": "0"}


def switch(harbor: Harbor, *faults: str) -> None:
    """Replace the faults that are on."""
    harbor.control("faults", {"set": list(faults)})


def whole(harbor: Harbor) -> dict[str, Any]:
    """Return every visit of the practice by its id."""
    return {v["id"]: v for p in harbor.control("ledger")["patients"] for v in p["visits"]}


def changed(before: dict[str, Any], after: dict[str, Any]) -> set[str]:
    """Return the ids of the visits that have changed."""
    return {key for key in before if before[key] != after[key]}


def test_the_table_says_what_is_on(harbor: Harbor) -> None:
    """The control address lists each fault with a sentence, and marks those switched on."""
    switch(harbor, "save-500:2", "dark")
    table = {row["name"]: row for row in harbor.control("faults")}
    assert len(table) >= 26 and all(row["says"].endswith(".") for row in table.values())
    on = {name: row["args"] for name, row in table.items() if row["active"]}
    assert on == {"save-500": "2", "dark": ""}


@pytest.mark.parametrize("fault", ["typo", "save-500:typo", "control-missing:typo", "dark:typo"])
def test_unknown_fault_is_refused_by_name(harbor: Harbor, fault: str) -> None:
    """A mistyped fault or argument is refused, and the answer names it."""
    answer = harbor.http.post("/sandbox-control/faults", json={"set": [fault]})
    assert answer.status_code == 400 and "typo" in answer.json()["error"]


@pytest.mark.parametrize(
    "fault",
    [
        "save-500",
        "banner-without-save",
        "optimistic-refused",
        "signed-out-before-save",
        "signed-in-elsewhere",
    ],
)
def test_first_save_stores_nothing(harbor: Harbor, biller: Person, fault: str) -> None:
    """These faults keep the first save from being stored."""
    switch(harbor, fault)
    before = whole(harbor)
    biller.save("in-network", **ZERO)
    assert whole(harbor) == before


def test_save_500_hits_the_save_that_is_named(harbor: Harbor, biller: Person) -> None:
    """With :2 only the second save fails; switching the fault on again restarts the count."""
    switch(harbor, "save-500:2")
    assert biller.save("in-network", **ZERO).status_code == 200
    assert biller.save("in-network", rate="120", pt_amt="30").status_code == 500
    assert harbor.visit("in-network")["pt_amt_cents"] == 0
    assert harbor.control("state")["saves"] == 2
    switch(harbor, "save-500:2")
    assert harbor.control("state")["saves"] == 0


def test_answer_lost_is_stored_without_an_answer(harbor: Harbor, biller: Person) -> None:
    """The save is stored once, even though the connection breaks."""
    switch(harbor, "answer-lost")
    with pytest.raises(httpx.RemoteProtocolError):
        biller.save("in-network", **ZERO)
    assert harbor.visit("in-network")["write_off"] is None
    assert harbor.control("state")["saves"] == 1


def test_hang_never_answers_and_stores_nothing(harbor: Harbor, biller: Person) -> None:
    """A hanging save gives no answer, but the practice still answers other requests."""
    switch(harbor, "hang")
    biller.http.timeout = httpx.Timeout(0.3)
    with pytest.raises(httpx.ReadTimeout):
        biller.save("in-network", **ZERO)
    assert harbor.visit("in-network")["write_off"]


def test_banners_that_lie(harbor: Harbor, biller: Person) -> None:
    """One fault says "saved" but stores nothing; another stores but says nothing."""
    switch(harbor, "banner-without-save")
    assert biller.save("in-network", **ZERO).json()["banner"] == "Changes saved."
    assert harbor.visit("in-network")["write_off"]
    switch(harbor, "save-without-banner")
    assert biller.save("in-network", **ZERO).json()["banner"] == ""
    assert harbor.visit("in-network")["write_off"] is None


@pytest.mark.parametrize(
    ("fault", "why"), [("signed-out-before-save", "idle"), ("signed-in-elsewhere", "elsewhere")]
)
def test_signed_out_before_save_says_which(
    harbor: Harbor, biller: Person, fault: str, why: str
) -> None:
    """After a sign-out, the answer to a save gives the reason, and pages lead to the sign-in."""
    switch(harbor, fault)
    answer = biller.save("in-network", **ZERO)
    assert answer.status_code == 401 and answer.json()["signed_out"] == why
    assert biller.http.get("/app/").headers["location"] == f"/app/login/HARBOR/?why={why}"


def test_edited_by_someone_leaves_another_name_in_history(harbor: Harbor, biller: Person) -> None:
    """Another user's change is listed in the History tab just before the save."""
    switch(harbor, "edited-by-someone")
    biller.save("in-network", **ZERO)
    html = biller.see(biller.of("in-network", "visit/{visit}/")).text
    newest_first = re.findall(r"<td *>(biller|twofactor)</td>", html)
    assert [who for who, _ in groupby(newest_first)] == ["biller", "twofactor", "biller"]


def test_edited_before_opening_shows_in_the_dialog(harbor: Harbor, biller: Person) -> None:
    """The dialog that is opened for save N shows the changed amount; the change is made once."""
    switch(harbor, "edited-before-opening:2")
    address = biller.of("in-network", "visit/{visit}/")
    assert 'value="30.00"' in biller.see(address).text
    biller.save("in-network", rate="120", pt_amt="30")
    for _ in range(2):
        assert 'value="40.00"' in biller.see(address).text
        assert harbor.visit("in-network")["pt_amt_cents"] == 4000


@pytest.mark.parametrize(
    ("fault", "own_chart"), [("wrong-visit-saved", True), ("saved-on-another-patient", False)]
)
def test_save_lands_elsewhere(harbor: Harbor, biller: Person, fault: str, own_chart: bool) -> None:
    """The save changes one other visit, of this chart or of another patient's."""
    switch(harbor, fault)
    before = whole(harbor)
    biller.save("in-network", **ZERO)
    moved = changed(before, whole(harbor))
    mine = {v["id"] for v in harbor.chart("in-network")["visits"]}
    assert len(moved) == 1 and (moved <= mine) == own_chart
    assert harbor.visit("in-network")["id"] not in moved


def test_partial_save_keeps_only_the_first_field(harbor: Harbor, biller: Person) -> None:
    """From a visit's form only the rate is stored, from a policy's form only the copay."""
    switch(harbor, "partial-save:every")
    biller.save("in-network", rate="130.00", pt_amt="10.00")
    visit = harbor.visit("in-network")
    assert (visit["rate_cents"], visit["pt_amt_cents"]) == (13000, 3000)
    policy = harbor.chart("in-network-copay")["policies"][0]
    address = biller.of("in-network-copay", f"policy/{policy['id']}/")
    biller.http.post(address, data={"copay": "10", "deductible": "1"}, headers=PART)
    after = harbor.chart("in-network-copay")["policies"][0]
    assert after == policy | {"copay_cents": 1000} != policy


def test_cents_are_rounded(harbor: Harbor, biller: Person) -> None:
    """Amounts are stored in whole dollars."""
    switch(harbor, "cents-rounded")
    biller.save("in-network", rate="120", pt_amt="30.55")
    assert harbor.visit("in-network")["pt_amt_cents"] == 3100


def test_double_posting_posts_twice(harbor: Harbor, biller: Person) -> None:
    """A payment form sent twice is posted once, and twice with the fault."""

    def twice() -> int:
        before = len(harbor.chart("in-network")["payments"])
        form = biller.see(biller.of("in-network", "payment/new/")).text
        token = form.split('name="token" value="')[1].split('"')[0]
        data = {"date": "6/15/2026", "amount": "10", "token": token, "anyway": "yes"}
        for _ in range(2):
            biller.http.post(biller.of("in-network", "payment/new/"), data=data, headers=PART)
        return len(harbor.chart("in-network")["payments"]) - before

    assert twice() == 1
    switch(harbor, "double-posting")
    assert twice() == 2


def test_look_alike_stands_before_the_right_patient(harbor: Harbor, biller: Person) -> None:
    """With the fault on, the look-alike is listed first; with it off, the look-alike is gone."""
    before = harbor.control("ledger")["patients"]
    switch(harbor, "look-alike-patient")
    html = biller.see("/app/patients/list/", q="Marlowe").text
    assert html.index("Marlowe, Junipe<") < html.index("Marlowe, Juniper<")
    switch(harbor)
    assert harbor.control("ledger")["patients"] == before


def test_rows_change_their_order(harbor: Harbor, biller: Person) -> None:
    """The same rows come in a different order when the page is loaded again."""
    usual = biller.rows("in-network", items="all")
    switch(harbor, "row-order-changed")
    loads = [biller.rows("in-network", items="all") for _ in range(3)]
    assert loads[0] != loads[1] or loads[1] != loads[2]
    assert all(sorted(rows) == sorted(usual) for rows in loads)


def words_on(html: str) -> Counter[str]:
    """Count the texts on a page, and the names of its controls."""
    found = re.findall(r'>\s*([^<>]*[^<>\s])\s*<|(?:value|aria-label)="([A-Z][^"]*)"', html)
    return Counter("".join(each) for each in found)


SEARCH = "Search Billing Transactions|Show|Open Items|All Items|Custom|Items|From|To"
SEARCH += "|Payments Only|Visits Only"
CHANGED = [
    ("renamed-label:save", "visit/{visit}/", "Save Changes", "Apply Changes"),
    ("renamed-label:field", "visit/{visit}/", "Pt Amt|Rate", "Client Share|Fee"),
    ("renamed-label:filter", "tab/Patient Billing/", "All Items", "Everything"),
    ("renamed-label:tab", "", "Patient Billing", "Accounts"),
    ("control-missing:field", "visit/{visit}/", "Pt Amt", ""),
    ("control-missing:save", "visit/{visit}/", "Save Changes", ""),
    ("control-missing:filter", "tab/Patient Billing/", SEARCH, ""),
    ("control-missing:tab", "", "Patient Billing", ""),
    ("autopay-icon", "tab/Patient Billing/", "", "AutoPay|AutoPay enrolled"),
]


@pytest.mark.parametrize(
    ("fault", "what", "gone", "come"), CHANGED, ids=[fault for fault, *_ in CHANGED]
)
def test_page_faults_change_the_page(
    harbor: Harbor, biller: Person, fault: str, what: str, gone: str, come: str
) -> None:
    """A page fault renames, removes or adds the words of the control it names, and no others."""
    address = biller.of("in-network", what)
    usual = words_on(biller.see(address).text)
    switch(harbor, fault)
    now = words_on(biller.see(address).text)
    assert set(usual - now) == set(gone.split("|")) - {""}
    assert set(now - usual) == set(come.split("|")) - {""}


@pytest.mark.parametrize("fault", ["two-controls:save", "two-controls:field"])
def test_two_controls_of_one_name(harbor: Harbor, biller: Person, fault: str) -> None:
    """The named control is on the page once more than usual."""
    words = {"two-controls:save": 'value="Save Changes"', "two-controls:field": ">Pt Amt</label>"}
    address = biller.of("in-network", "visit/{visit}/")
    usual = biller.see(address).text.count(words[fault])
    switch(harbor, fault)
    assert biller.see(address).text.count(words[fault]) == usual + 1
