"""The table of faults, and those faults that a fix would not notice if they did nothing."""

from __future__ import annotations

import httpx
import pytest
from practice_client import Harbor, Person

ZERO = {"rate": "120.00", "pt_amt": "0"}


def switch(harbor: Harbor, *faults: str) -> None:
    """Replace the faults that are on."""
    harbor.control("faults", {"set": list(faults)})


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


def test_banners_that_lie(harbor: Harbor, biller: Person) -> None:
    """One fault says "saved" but stores nothing; another stores but says nothing."""
    switch(harbor, "banner-without-save")
    assert biller.save("in-network", **ZERO).json()["banner"] == "Changes saved."
    assert harbor.visit("in-network")["write_off"]
    switch(harbor, "save-without-banner")
    assert biller.save("in-network", **ZERO).json()["banner"] == ""
    assert harbor.visit("in-network")["write_off"] is None


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
