"""The history: every run in pages, what was done to whom and when, and the audit trail."""

from __future__ import annotations

import csv

import pytest

from automation.console import past
from automation.console.place import Place
from automation.journal.journal import Journal
from tests.console.conftest import Visit
from tests.console.runs_of_tests import ADA, BEN, begun, fixed_run


@pytest.fixture
def runs(place: Place) -> dict[str, str]:
    """A run in which Marlowe and Okafor are fixed, and one in which Marlowe waits; references."""
    fixed_run(place, ADA, BEN)
    with Journal.of(place.settings) as journal:
        begun(journal, place, [(ADA[0], ADA[1], "2026-05-06")], "undo_write_off")
        return {str(item.patient["last"]): item.reference for item in journal.items(1)}


def found(visit: Visit, **typed: object) -> str:
    """Look something up, and return the page that shows what was found."""
    answer = visit.post("/history", typed)
    assert answer.headers["location"] == "/history"  # nothing that was typed is in the address
    return visit.get("/history").text


def test_what_was_done_is_found(visit: Visit, runs: dict[str, str]) -> None:
    """By name, reference, date or outcome, alone or together; the run says who and when."""
    assert "2 were found" in found(visit, who="marl")
    assert "2 were found" in found(visit, who="Marlowe, juni")
    assert "1 was found" in found(visit, who="Marlowe", outcome="done")
    assert "2 were found" in found(visit, outcome="done")
    assert "1 was found" in found(visit, outcome="waits")
    by_reference = found(visit, who=runs["Okafor"].lower())
    assert "1 was found" in by_reference and "Okafor, Tobias" in by_reference
    by_date = found(visit, date="5/6/2026")
    assert "1 was found" in by_date and 'href="/runs/2"' in by_date and "ada" in by_date
    for nothing in ({"who": "M%"}, {"who": "arlowe"}, {"who": "P-000000"}, {"date": "3/5/2026"}):
        assert "Nothing was found" in found(visit, **nothing)
    assert "Opened balances" in found(visit, all="1")


def test_date_that_is_none_is_said_at_its_field(visit: Visit, runs: dict[str, str]) -> None:
    """A mistyped date finds nothing and says what is needed."""
    page = found(visit, date="2/31/2026")
    assert 'aria-describedby="wrong"' in page and "It says &#39;2/31/2026&#39;" in page


def test_history_has_pages(
    visit: Visit, place: Place, runs: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A long history is paged; another practice's runs are not in it."""
    monkeypatch.setattr(past, "RUNS", 1)
    monkeypatch.setattr(past, "ITEMS", 2)
    with Journal.of(place.settings) as journal:
        journal.start_run("plan", "other", "https://other.example", {"version": 1}, "ada")
    first, second = visit.get("/history").text, visit.get("/history?page=2").text
    assert "Page 1 of 2" in first and 'href="/runs/2"' in first and 'href="/runs/1"' not in first
    assert "Page 2 of 2" in second and 'href="/runs/1"' in second
    assert "Page" not in found(visit, outcome="done").partition("were found")[2]
    monkeypatch.setattr(past, "ITEMS", 1)
    second = visit.get("/history?page=2").text
    assert "2 were found" in second and "Page 2 of 2" in second and "Marlowe" in second


def test_trail_is_a_file(visit: Visit, place: Place) -> None:
    """The audit trail is given as the command writes it; without a journal there is none."""
    assert visit.get("/history/audit-trail.csv").status_code == 404
    fixed_run(place)
    with Journal.of(place.settings) as journal:
        journal.begin_step(1, "Save", "Pt Amt", {"version": 1, "value": "30.00"}, None)
    answer = visit.get("/history/audit-trail.csv")
    assert 'filename="audit-trail.csv"' in answer.headers["content-disposition"]
    [entry] = csv.DictReader(answer.content.decode("utf-8-sig").splitlines())
    assert (entry["What"], entry["Field"], entry["Who"]) == ("saving", "Pt Amt", "ada")
