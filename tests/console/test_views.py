"""What the pages tell, from the journal alone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from owing import borrow

from automation.console.views import run_view
from automation.journal.journal import Journal
from automation.journal.lists import Lists, NewItem
from config.settings import Settings

V1: dict[str, object] = {"version": 1}


@pytest.fixture
def journal(settings: Settings) -> Iterator[Journal]:
    """An empty journal."""
    with Journal.of(settings) as opened:
        yield opened


def test_headline_tells_of_a_copay_that_is_away(journal: Journal) -> None:
    """A copay that is still away needs a person, though no amount was begun to change."""
    number = journal.start_run("undo_write_off", "sandbox", "https://a.example", V1, "biller")
    patient = {**V1, "last": "Juniper", "first": "Ashby"}
    visit, request = {**V1, "date": "2026-03-04"}, {**V1, "owes": "30.00"}
    Lists(journal).add_items(number, [NewItem(patient, visit, request, "Juniper, Ashby")])
    (item,) = journal.items(number)
    assert run_view(journal, number).headline.endswith("1 still to do; nothing needs you.")
    borrow(journal, journal.claim(item.id))
    assert run_view(journal, number).headline.endswith("1 is unfinished and needs you.")
