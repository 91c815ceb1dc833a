"""The bulk of invented patients, its worklists and those of the cases, and many tabs at once."""

from __future__ import annotations

import subprocess
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from practice_client import PART, Harbor, Person

Row = dict[str, Any]
KEYS = [
    "case", "last", "first", "born", "account", "date", "time", "service", "payer", "owes",
    "expect", "copay",
]  # fmt: skip


def worklist(harbor: Harbor, cases: str) -> list[Row]:
    """Return the rows of the bulk or of the named cases."""
    rows: list[Row] = harbor.control("worklist")
    return [row for row in rows if (row["case"] == "bulk") == (cases == "bulk")]


def whose(row: Row) -> tuple[str, str, str]:
    """Return the patient of a worklist's row or of a chart in the ledger."""
    return row["last"], row["first"], row["born"]


def charts(harbor: Harbor) -> dict[tuple[str, str, str], Row]:
    """Return the ledger's charts by patient."""
    return {whose(page): page for page in harbor.control("ledger")["patients"]}


def visit_of(chart: Row, row: Row) -> Row:
    """Return the one visit that a worklist's row names."""
    timed = [v for v in chart["visits"] if v["date"] == row["date"]]
    (found,) = [v for v in timed if row["time"] in ("", v["time"])]
    return dict(found)


@pytest.mark.parametrize("bulk", [(40, 100), (7, 35), (30, 31)])
def test_bulk_has_as_many_patients_and_items_as_asked(
    harbor: Harbor, bulk: tuple[int, int]
) -> None:
    """Every row is one written-off visit, and every patient of the bulk has one to five of them."""
    people, items = bulk
    harbor.control("reset", {"bulk": f"{people}:{items}"})
    rows = worklist(harbor, "bulk")
    each = Counter(whose(row) for row in rows)
    assert (len(each), len(rows)) == bulk
    assert set(each.values()) <= {1, 2, 3, 4, 5}
    pages = charts(harbor)
    for row in rows:
        assert list(row) == KEYS
        visit = visit_of(pages[whose(row)], row)
        assert visit["written_off_cents"] == round(float(row["owes"]) * 100) > 0
        assert (visit["payer_type"], visit["balance_cents"]) == (row["payer"], 0)


def test_bulk_of_one_patient_is_one_long_chart(harbor: Harbor) -> None:
    """One patient alone may have many more dates of service, each on a day of its own."""
    harbor.control("reset", {"bulk": "1:120"})
    rows = worklist(harbor, "bulk")
    assert len({whose(row) for row in rows}) == 1
    assert len({row["date"] for row in rows}) == len(rows) == 120


def test_bulk_mixes_payer_types_copays_and_numbers_of_items(harbor: Harbor) -> None:
    """A quarter of the patients has a copay, all payer types occur, and some have more to fix."""
    harbor.control("reset", {"bulk": "40:100"})
    rows, pages = worklist(harbor, "bulk"), charts(harbor)
    assert {row["payer"] for row in rows} == {"in-network", "out-of-network", "direct"}
    assert set(Counter(whose(row) for row in rows).values()) == {1, 2, 3, 4, 5}
    assert len({whose(row) for row in rows if row["copay"]}) == 10
    for row in rows:
        chart = pages[whose(row)]
        assert row["copay"] == any(policy["copay_cents"] for policy in chart["policies"])
        assert chart["payments"]
        assert any(not visit["written_off_cents"] for visit in chart["visits"])


def test_bulk_is_the_same_each_time_and_leaves_the_cases_alone(harbor: Harbor) -> None:
    """Asking twice for the same bulk gives the same practice; the named cases are unchanged."""
    seed, cases = worklist(harbor, "seed"), harbor.control("cases")
    harbor.control("reset", {"bulk": "20:60"})
    first = harbor.control("ledger")["patients"]
    harbor.control("reset", {"bulk": "20:60"})
    assert harbor.control("ledger")["patients"] == first
    assert (worklist(harbor, "seed"), harbor.control("cases")) == (seed, cases)
    assert harbor.control("worklist") == seed + worklist(harbor, "bulk")
    assert harbor.control("reset", {"bulk": ""})["bulk"] == ""
    assert worklist(harbor, "bulk") == []


@pytest.mark.long
def test_surnames_of_a_large_bulk_tell_patients_apart(harbor: Harbor) -> None:
    """With 4,000 patients, each surname occurs once, has only letters, and is in no other name."""
    harbor.control("reset", {"bulk": "4000:10000"})
    bulk = {whose(row) for row in worklist(harbor, "bulk")}
    surnames = {last for last, _, _ in bulk}
    assert len(bulk) == len(surnames) == 4000
    assert all(last.isalpha() and first.isalpha() for last, first, _ in bulk)
    others = {name.casefold() for page in charts(harbor) if page not in bulk for name in page[:2]}
    for last in surnames:
        assert not any(last.casefold() in name for name in others)


@pytest.mark.parametrize("bulk", ["40", "40:", "0:0", "40:39", "40:201", "many:more", "9000:9000"])
def test_bulk_that_cannot_be_is_refused(harbor: Harbor, bulk: str) -> None:
    """A bulk that is not PATIENTS:ITEMS, too large, or not one to five each changes nothing."""
    answer = harbor.http.post("/sandbox-control/reset", json={"bulk": bulk})
    assert answer.status_code == 400
    assert "PATIENTS:ITEMS" in answer.json()["error"]
    assert harbor.control("state")["bulk"] == ""


def test_start_with_a_bulk() -> None:
    """The start-up options create the bulk at once, and the state shows them."""
    with Harbor("--bulk", "12:30", "--answer-delay-ms", "1") as harbor:
        assert len(worklist(harbor, "bulk")) == 30
        state = harbor.control("state")
        assert (state["bulk"], state["answer_delay_ms"]) == ("12:30", 1)


def test_mistyped_bulk_stops_the_start() -> None:
    """A bulk that cannot be is refused in plain words before anything is served."""
    command = [sys.executable, "-m", "automation.sandbox", "--bulk", "12"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert "PATIENTS:ITEMS" in done.stderr
    assert not done.stdout


def test_worklist_of_the_cases_names_each_and_what_it_owes(harbor: Harbor) -> None:
    """Every named case is on the list; one to end as fixed is written off with its amount."""
    rows, pages = worklist(harbor, "seed"), charts(harbor)
    assert {row["case"] for row in rows} == set(harbor.control("cases"))
    for row in rows:
        visit = visit_of(pages[whose(row)], row)
        if row["expect"] == "fixed":
            assert visit["written_off_cents"] > 0
            assert visit["pt_amt_cents"] == round(float(row["owes"]) * 100)
        if row["expect"] == "nothing-to-do":
            assert visit["written_off_cents"] == 0


def test_worklist_has_every_visit_to_fix_of_a_chart(harbor: Harbor) -> None:
    """Two sessions on one date are two rows with times, and the stuck chart has all three rows."""
    rows = worklist(harbor, "seed")
    two = [row["time"] for row in rows if row["case"] == "two-sessions"]
    assert two == ["9:00 AM", "2:00 PM"]
    stuck = [row for row in rows if row["case"] == "stuck-one"]
    assert [row["payer"] for row in stuck] == ["direct", "out-of-network", "in-network"]
    assert all(row["copay"] for row in stuck)
    assert [row for row in rows if row["time"] and row["case"] != "two-sessions"] == []


@pytest.mark.parametrize(
    ("expect", "cases"),
    [
        ("nothing-to-do", {"already-open", "paid", "insurance-write-off"}),
        (
            "refused",
            {
                "zero-responsibility",
                "zero-responsibility-out-of-network",
                "zero-responsibility-direct",
                "overpaid",
                "misc-charge",
                "autopay",
            },
        ),
    ],
)
def test_worklist_says_how_a_row_ends(harbor: Harbor, expect: str, cases: set[str]) -> None:
    """The worklist says beforehand which rows are open already and which this path cannot fix."""
    assert {r["case"] for r in worklist(harbor, "seed") if r["expect"] == expect} == cases


def test_many_tabs_of_one_sign_in_save_at_once(harbor: Harbor, biller: Person) -> None:
    """Eight saves at once with one sign-in are all stored, each on its own date of service."""
    harbor.control("reset", {"bulk": "8:8", "answer_delay_ms": 1500})
    pages, rows = charts(harbor), worklist(harbor, "bulk")
    typed = {"rate": "300", "pt_amt": "50", "coverage": "50"}

    def save(row: Row) -> bool:
        chart = pages[whose(row)]
        address = f"/app/patients/edit/{chart['id']}/visit/{visit_of(chart, row)['id']}/"
        return bool(biller.http.post(address, data=typed, headers=PART).json()["saved"])

    began = time.monotonic()
    with ThreadPoolExecutor(8) as tabs:
        assert list(tabs.map(save, rows)) == [True] * 8
    assert time.monotonic() - began < 8 * 1.5, "one after the other"
    pages = charts(harbor)
    assert {visit_of(pages[whose(row)], row)["rate_cents"] for row in rows} == {30000}
