"""The Patients page, the chart's transactions and the payments, read without a browser."""

from __future__ import annotations

import re

import pytest
from practice_client import Harbor, Person


def names(person: Person, **query: str) -> list[str]:
    """Return the names a patient search lists."""
    html = person.see("/app/patients/list/", **query).text
    return re.findall(r'/">([^<]*, [^<]*)</a>', html)


def test_patients_default_to_active_twenty_a_page(biller: Person) -> None:
    """The list begins with twenty active patients and says how many there are."""
    html = biller.http.get("/app/patients/").text
    assert re.search(r"Displaying 1-20 of \d+ active patients", html)
    assert len(names(biller)) == 20
    assert html.count('class="Row"') == html.count('class="AlternateRow"') == 10
    assert ">Next</a>" in html and ">Last</a>" in html


def test_search_finds_any_of_its_words(biller: Person) -> None:
    """Two words find more patients, not fewer; an account number finds its owner."""
    both = names(biller, q="Marlowe Okafor")
    assert both == ["Marlowe, Juniper", "Okafor, Tobias"]
    assert names(biller, q="10236") == ["Marlowe, Juniper"]


def test_namesakes_and_inactive_patients(biller: Person) -> None:
    """The second namesake is only found with the filter set to Any or Inactive."""
    assert names(biller, q="Fairchild") == ["Fairchild, Morgan"]
    assert names(biller, q="Fairchild", filter="Any") == ["Fairchild, Morgan"] * 2
    assert names(biller, q="Goldwater") == []
    assert names(biller, q="Goldwater", filter="Inactive") == ["Goldwater, Stellan"]
    html = biller.see("/app/patients/list/", q="Fairchild", filter="Any").text
    assert "5/5/1985" in html and "10/20/1958" in html


def test_open_items_hide_written_off_paid_and_payments(biller: Person) -> None:
    """The default filter shows only what is still owed."""
    rows = biller.rows("in-network")
    assert rows and all("Open" in row or "Partly paid" in row for row in rows)
    assert not any("Patient Payment" in row for row in rows)


def test_written_off_visit_has_asterisk_and_tooltip(biller: Person) -> None:
    """A write-off shows an asterisk, and its tooltip shows amount, reason, user and time."""
    (row,) = [r for r in biller.rows("in-network", items="all") if "written off" in r]
    assert row.startswith("3/4/2026 9:00 AM 90837 Psychotherapy, 60 min")
    assert "$30.00 *" in row and "$0.00 Patient balance written off" in row
    html = biller.see(biller.of("in-network", "transactions/"), items="all").text
    assert "$30.00 written off: Bad debt, by biller on 5/20/2026 4:42 PM" in html


def test_payment_row_with_the_visits_date(biller: Person) -> None:
    """A payment on the visit's date has the same link text, but different words beside it."""
    rows = [r for r in biller.rows("payment-same-date", items="all") if r.startswith("4/13/2026")]
    assert len(rows) == 2
    assert sum("Patient Payment" in row for row in rows) == 1


def test_the_case_on_page_three_of_six(biller: Person) -> None:
    """The long chart has six pages of up to twenty rows, and the case is on the third."""
    for page in range(1, 7):
        rows = biller.rows("page-three", items="all", page=str(page))
        assert any("written off" in row for row in rows) == (page == 3)
        assert len(rows) == 20 or page == 6
    html = biller.see(biller.of("page-three", "transactions/"), items="all", page="6").text
    assert "Next" not in html


def test_three_hundred_visits_are_all_listed_once(harbor: Harbor, biller: Person) -> None:
    """Paging through All Items shows each of 300 visits exactly once."""
    rows: list[str] = []
    while part := biller.rows("three-hundred", items="all", page=str(len(rows) // 20 + 1)):
        rows += part
        if len(part) < 20:
            break
    visits = [row for row in rows if "Psychotherapy" in row]
    assert len(visits) == 300 == len(harbor.chart("three-hundred")["visits"])
    assert len(set(visits)) == 300


def test_custom_finds_payments_only(biller: Person) -> None:
    """Custom with Payments Only lists payments and nothing else."""
    rows = biller.rows("in-network", items="custom", what="Payments Only")
    assert rows and all("Patient Payment" in row for row in rows)


@pytest.mark.parametrize("case", ["insurance-write-off", "claim-rejected", "overpaid", "paid"])
def test_states_are_told_in_their_words(biller: Person, case: str) -> None:
    """Each state of a date of service has its own words in the table."""
    words = {
        "insurance-write-off": "Insurance balance written off",
        "claim-rejected": "Pending Resubmit",
        "overpaid": "Overpaid",
        "paid": "Paid",
    }[case]
    assert any(words in row for row in biller.rows(case, items="all"))


@pytest.mark.parametrize(
    ("skin", "off"), [("a", "disabled"), ("b", "disabled"), ("c", 'aria-disabled="true"')]
)
def test_save_begins_switched_off(harbor: Harbor, biller: Person, skin: str, off: str) -> None:
    """In each skin Save Changes is disabled at first; the page's script enables it later."""
    harbor.control("skin", {"skin": skin})
    html = biller.see(biller.of("in-network", "visit/{visit}/")).text
    button = re.findall(r"<(?:input|button|psy-button)[^>]*data-save[^>]*>", html)
    assert len(button) == 1
    assert off in button[0] and "data-late" in button[0]
