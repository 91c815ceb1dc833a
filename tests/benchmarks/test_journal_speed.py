"""How long the journal takes beside 10,000 other items; `make bench` prints it, nothing asserts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import insert

from automation.runs import schema
from automation.runs.journal import ItemState, Journal
from automation.runs.loans import Loans

ITEMS = 10_000
V1: dict[str, object] = {"version": 1}
COPAY: list[dict[str, object]] = [{"policy": "Larkspur", "label": "Copay", "original": "25.00"}]


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
    """The next item of a long worklist is found, claimed and settled."""
    journal, run_id = full

    def claim_and_finish() -> None:
        item = journal.next_waiting(run_id)
        assert item is not None
        journal.claim(item.id)
        journal.settle(item.id, ItemState.NOTHING_TO_DO, V1)

    benchmark.pedantic(claim_and_finish, rounds=300, warmup_rounds=10)


def test_open_and_close_a_loan(full: tuple[Journal, int], benchmark: Any) -> None:
    """A loan is opened durably and closed after a read-back."""
    journal, run_id = full
    loans = Loans(journal)
    item = journal.next_waiting(run_id)
    assert item is not None

    def open_and_close() -> None:
        loan = loans.open(
            item_id=item.id,
            origin="https://a.example",
            patient=V1,
            patient_key="k",
            settings=COPAY,
        )
        loans.close(loan.id, {"version": 1, "settings": COPAY})

    benchmark.pedantic(open_and_close, rounds=300, warmup_rounds=10)
