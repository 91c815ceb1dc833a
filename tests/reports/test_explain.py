"""One writer says what happened to an item, what is stored now and what to do; nothing twice."""

from __future__ import annotations

import datetime as dt
import re
from zoneinfo import ZoneInfo

import pytest
from owing import borrow, copay
from reported import V1, a_run, crash, give_back, receipt, save

from automation.journal.edits import Edits
from automation.journal.journal import ItemState, Journal
from automation.reports.explain import explanation, item_told
from automation.reports.moments import clock, day_and_time
from automation.reports.needs import needs
from automation.reports.run_report import run_report

OUTCOMES = ["fixed", "refused", "failed", "nothing-to-do", "crash", "waiting", "planned"]


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_no_sentence_stands_twice(journal: Journal, outcome: str) -> None:
    """However an item ended, no sentence about it is said again in other words or the same."""
    told = a_run(journal, [outcome])
    lines = item_told(journal, told.items[0]).lines()
    assert lines
    assert len(set(lines)) == len(lines)
    assert sum("freshly loaded chart" in line for line in lines) == (outcome == "fixed")
    assert len(re.findall(r"nothing (?:is|was) changed", " ".join(lines), re.IGNORECASE)) <= 1


def test_row_shows_the_first_sentence_and_opens_to_the_rest(journal: Journal) -> None:
    """What the closed row says is not said again below it, and no line is lost."""
    told = a_run(journal, OUTCOMES)
    for item in told.items:
        each = item_told(journal, item)
        assert sorted([each.first, *each.rest()]) == sorted(each.lines())


def test_item_left_half_way_shows_copay_and_amount_and_the_next_step(journal: Journal) -> None:
    """Killed between the two Saves: the copay is $0, the amount is at its reset, `recover` next."""
    told = a_run(journal, ["fixed", "crash"])
    (need,) = needs(journal, told.items)
    assert need.copay == "Copay (Larkspur Mutual) is $0.00 now and must be $25.00."
    assert need.stored == "Pt Amt is $0.00 now and must be $30.00."
    assert "`undo-writeoff recover`" in need.todo
    report = run_report(journal, told.run, shareable=False)
    row = dict(zip(report.columns, report.rows[1], strict=True))
    assert row["Message"] == f"{need.copay} {need.stored}"
    assert (row["Next step"], row["Copay"]) == (need.todo, "set aside, NOT YET BACK")
    text = explanation(journal, told.run, 2)
    assert need.copay in text and need.stored in text and f"Next: {need.todo}" in text
    assert "Pt Amt $30.00 -> $0.00, Save Changes pressed." in text


def test_save_without_an_answer_is_not_said_to_be_stored(journal: Journal) -> None:
    """Killed in the middle of a Save, either value may be stored, and it says so."""
    told = a_run(journal, ["crash"])
    values = [{**V1, "value": value} for value in ("0.00", "30.00")]
    journal.begin_step(told.items[0].id, "30.00 into Pt Amt", "Pt Amt", *values)
    (need,) = needs(journal, told.items)
    assert need.stored == "Pt Amt is $0.00 or $30.00, not known which, and must be $30.00."


def test_one_of_two_copays_of_which_it_is_not_known_which_is_back(journal: Journal) -> None:
    """Steps do not name the policy, so that a return under way makes both copays unknown."""
    told = a_run(journal, ["waiting"])
    (item,) = told.items
    journal.claim(item.id)
    borrow(journal, item, copay(), copay("Thistledown Health", "15.00"), key="k")
    save(journal, item, "Copay", "25.00", "0.00", "borrows")
    save(journal, item, "Copay", "15.00", "0.00", "borrows")
    (both,) = needs(journal, told.items)
    assert "(Thistledown Health) is $0.00 now and must be $15.00." in both.copay
    save(journal, item, "Copay", "0.00", "25.00", "returns")
    (unknown,) = needs(journal, told.items)
    assert (
        "(Thistledown Health) is $15.00 or $0.00, not known which, and must be $15.00."
        in unknown.copay
    )


def test_copay_that_is_still_away_comes_first(journal: Journal) -> None:
    """Of all that needs a person, a copay that is away stands first, even of a fixed item."""
    told = a_run(journal, ["refused", "failed", "fixed", "crash"])
    fixed = told.items[2]
    borrow(journal, fixed, copay(was="15.00"), key="another")
    save(journal, fixed, "Copay", "15.00", "0.00", "borrows")
    found = needs(journal, told.items)
    assert [need.item.number for need in found] == [3, 4, 1, 2]
    assert found[0].copay.endswith("is $0.00 now and must be $15.00.")


def test_recovered_item_shows_its_copay_and_its_seconds(journal: Journal) -> None:
    """What `recover` finished is reported like what a run finished."""
    told = a_run(journal, ["crash"])
    give_back(journal, told.items[0])
    report = run_report(journal, told.run, shareable=False)
    row = dict(zip(report.columns, report.rows[0], strict=True))
    assert (row["Copay"], row["Seconds"]) == ("set aside and given back", 3.5)
    assert report.needs == ()
    assert "The copay of $25.00 was set aside and is back." in explanation(journal, told.run, 1)


def test_plan_says_what_would_be_typed_and_that_a_copay_is_set_to_0(journal: Journal) -> None:
    """An owner who reads a plan learns of the field, the values and the stored copay."""
    told = a_run(journal, ["waiting"], is_plan=True)
    planned = receipt("planned", diagnosis="copay-in-the-way", warnings=["a claim is out"])
    planned["copay"] = {"original": "25.00", "set_aside": False, "restored": None}
    journal.claim(told.items[0].id)
    journal.settle(told.items[0].id, ItemState.PLANNED, planned)
    lines = item_told(journal, journal.items(told.run)[0]).lines()
    assert (
        "Pt Amt $30.00 -> $0.00 -> $30.00; then $30.00 is open. "
        "Copay $25.00 -> $0.00 meanwhile, then given back."
    ) in lines
    assert "Mind: a claim is out" in lines


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_shareable_text_holds_nothing_of_a_patient(journal: Journal, outcome: str) -> None:
    """No name, reference, date, time or amount is in what is said about an item."""
    told = a_run(journal, [outcome])
    (item,) = told.items
    text = "\n".join(item_told(journal, item, shareable=True).lines())
    for secret in ("Abernathy", "Rosalind", item.reference, "2026", ":0", "$", "Larkspur"):
        assert secret not in text, secret
    assert text


def test_run_is_explained_by_the_sentence_and_what_needs_a_person(journal: Journal) -> None:
    """It begins with the practice and the sentence; unfinished items tell where the copay is."""
    told = a_run(journal, ["fixed", "crash", "waiting"])
    lines = explanation(journal, told.run, 0).splitlines()
    assert lines[1] == (
        "1 of 3 balances is open again: $30.00; 1 still to do; 1 is unfinished and needs you."
    )
    assert "  row 3: Linnea Ferreira, 3/5/2026: Copay (Larkspur Mutual) is $0.00 now" in "\n".join(
        lines
    )
    assert lines[2].endswith(", by b.quill: 1 fixed, 1 outstanding, 1 not begun.")
    assert lines[-1] == "1 is still to do: `undo-writeoff run --resume`."


def test_closed_edits_of_a_put_back_item_are_not_owed(journal: Journal) -> None:
    """Once a copay is back it is not told as away, whatever became of the amount."""
    told = a_run(journal, ["waiting"])
    (item,) = told.items
    journal.claim(item.id)
    crash(journal, item)
    (row,) = Edits(journal).of_item(item.id, borrowed=True)
    Edits(journal).close(row.id, {**V1, "value": "25.00"})
    (need,) = needs(journal, journal.items(told.run))
    assert need.copay == ""
    assert need.stored


def test_times_are_local() -> None:
    """A time is told in the time zone of the reader, with its name."""
    moment = dt.datetime(2026, 3, 4, 14, 5, 7, tzinfo=dt.UTC)
    zone = ZoneInfo("America/New_York")
    assert clock(moment, zone) == "9:05:07 AM"
    assert day_and_time(moment, zone) == "3/4/2026, 9:05 AM EST"
