"""How long the journal takes beside 10,000 other items; `make bench` prints it, nothing asserts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from owing import borrow
from sqlalchemy import insert

from automation.journal import schema
from automation.journal.edits import Edits
from automation.journal.journal import ItemState, Journal
from automation.journal.lists import Lists

ITEMS = 10_000
V1: dict[str, object] = {"version": 1}


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Journal, int]]:
    """A journal with one long worklist."""
    path = tmp_path_factory.mktemp("state") / "journal.sqlite3"
    with Journal.open(f"sqlite:///{path}") as journal:
        run_id = journal.start_run("undo_write_off", "sandbox", "https://a.example", V1, "me")
        row = {
            "run_id": run_id,
            "origin": "https://a.example",
            "reference": "P-000000",
            "state": "waiting",
            "patient": V1,
            "visit": V1,
            "request": V1,
            "added_at": journal.now(),
        }
        with journal.transaction() as connection:
            connection.execute(insert(schema.items), [row] * ITEMS)
        yield journal, run_id


def test_claim_and_finish(full: tuple[Journal, int], benchmark: Any) -> None:
    """The next item of a long worklist is claimed and settled."""
    journal, run_id = full
    waiting = iter(Lists(journal).waiting(run_id))

    def claim_and_finish() -> None:
        item = next(waiting)
        journal.claim(item.id)
        journal.settle(item.id, ItemState.NOTHING_TO_DO, V1)

    benchmark.pedantic(claim_and_finish, rounds=300, warmup_rounds=10)


def test_open_and_close_an_edit(full: tuple[Journal, int], benchmark: Any) -> None:
    """A copay is noted durably as set aside, and closed after a read-back."""
    journal, run_id = full
    item = Lists(journal).waiting(run_id)[0]

    def open_and_close() -> None:
        (row,) = borrow(journal, item)
        Edits(journal).close(row.id, {"version": 1, "value": "25.00"})

    benchmark.pedantic(open_and_close, rounds=300, warmup_rounds=10)
