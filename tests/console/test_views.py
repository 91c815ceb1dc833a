"""What the pages tell, from the journal alone."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest
from owing import borrow

from automation.console.place import place_for
from automation.console.standing import Standings
from automation.console.views import journal_of, past_runs, run_view
from automation.journal.journal import Journal
from automation.journal.lists import Lists, NewItem
from automation.sandbox_process import KeptPractice, Sandbox
from config.settings import Settings
from config.site_profile import load

V1: dict[str, object] = {"version": 1}


@pytest.fixture
def journal(settings: Settings) -> Iterator[Journal]:
    """An empty journal."""
    with Journal.of(settings) as opened:
        yield opened


def test_headline_tells_of_a_copay_that_is_away(journal: Journal) -> None:
    """A copay that is still away needs a person, though no amount was begun to change."""
    number = journal.start_run("undo_write_off", "sandbox", "https://a.example", V1, "biller")
    standings = Standings()
    patient = {**V1, "last": "Juniper", "first": "Ashby"}
    visit, request = {**V1, "date": "2026-03-04"}, {**V1, "owes": "30.00"}
    Lists(journal).add_items(number, [NewItem(patient, visit, request, "Juniper, Ashby")])
    (item,) = journal.items(number)
    assert run_view(journal, standings, number).headline.endswith(
        "1 still to do; nothing needs you."
    )
    borrow(journal, journal.claim(item.id))
    assert run_view(journal, standings, number).headline.endswith("1 is unfinished and needs you.")


def test_what_the_demonstration_did_is_on_the_page(settings: Settings) -> None:
    """`open --sandbox` goes on from copies of the demo's practice and journal."""
    kept = KeptPractice.of_demo(settings.state).emptied()
    own = settings.model_copy(update={"state": kept.folder, "journal": ""})
    with kept.begun() as practice, Journal.of(own) as journal:
        site = load("sandbox").at(practice.address)
        journal.start_run("undo_write_off", "sandbox", site.origin, V1, "biller")
        before = practice.control("ledger")
        practice.control("reset", {"patients": 60})
        after = practice.control("ledger")
    assert before != after
    for _ in range(2):  # what is done on the page stays out of it
        with place_for("", make_believe=True) as place:
            assert place.shows_demo and place.settings.state != kept.folder
            here = Sandbox(place.profile.address)
            assert here.control("ledger") == after
            here.control("reset", {})
            with journal_of(place) as journal_here:
                assert len(past_runs(journal_here, place, Standings(), 0, 9)) == 1
    taken = socket.create_server(("127.0.0.1", int(site.address.rpartition(":")[2])))
    with taken, place_for("", make_believe=True) as place, journal_of(place) as journal_here:
        assert not place.shows_demo and not past_runs(journal_here, place, Standings(), 0, 9)
