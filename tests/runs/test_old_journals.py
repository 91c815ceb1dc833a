"""A journal of the first released schema is gone on with by today's code."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import create_engine

from automation.runs.journal import ItemState, Journal
from automation.runs.lists import Lists
from automation.runs.loans import Loans

WHEN = "2026-05-01 10:00:00.000000"
STATES = [state for state in ItemState if state is not ItemState.PLANNED]


@pytest.fixture
def old_journal(tmp_path: Path) -> str:
    """A journal as the first release left it: an item in every state, an open and a closed loan."""
    path = tmp_path / "journal.sqlite3"
    _make(path, "0001")
    one = json.dumps({"version": 1, "last": "Ashby", "first": "Ada", "date": "2026-03-04"})
    with sqlite3.connect(path) as file:
        file.execute("INSERT INTO keys VALUES ('reference', ?)", ("ab" * 32,))
        for run in (1, 2):
            file.execute(
                "INSERT INTO runs VALUES (?, 'undo_write_off', 'sandbox', 'https://a.example', "
                "?, 'biller', ?, NULL, NULL)",
                (run, one, WHEN),
            )
        for number, state in enumerate(STATES, start=1):
            file.execute(
                "INSERT INTO items (id, run_id, origin, reference, state, patient, visit, request, "
                "before, plan, added_at) "
                "VALUES (?, ?, 'https://a.example', 'P-1', ?, ?, ?, ?, ?, ?, ?)",
                (number, 1 + number % 2, state.value, one, one, one, one, one, WHEN),
            )
        for loan, closed in ((1, None), (2, WHEN)):
            settings = json.dumps(
                {"version": 1, "settings": [{"policy": "A", "original": "25.00"}]}
            )
            file.execute(
                "INSERT INTO loans (id, item_id, origin, patient_key, reference, patient, "
                "settings, opened_at, closed_at) "
                "VALUES (?, 1, 'https://a.example', 'k', 'P-1', ?, ?, ?, ?)",
                (loan, one, settings, WHEN, closed),
            )
    file.close()
    return f"sqlite:///{path}"


def _make(path: Path, revision: str) -> None:
    from alembic import command
    from alembic.config import Config

    import automation.runs.store as store

    config = Config()
    folder = Path(store.__file__).with_name("migrations")
    config.set_main_option("script_location", str(folder))
    config.set_main_option("path_separator", "os")
    engine = create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
    engine.dispose()


def test_nothing_is_lost(old_journal: str) -> None:
    """Every run, item and loan is there, in its state, and numbered in its run."""
    with Journal.open(old_journal) as journal:
        items = journal.items(1) + journal.items(2)
        assert sorted(item.state for item in items) == sorted(STATES)
        assert [item.number for item in journal.items(1)] == [
            n + 1 for n in range(len(journal.items(1)))
        ]
        assert len(Loans(journal).outstanding()) == 1
        assert journal.audit.verify().count == 0


def test_it_is_gone_on_with(old_journal: str) -> None:
    """What was outstanding is settled, what waited is claimed, and the trail begins."""
    with Journal.open(old_journal) as journal:
        (changing,) = journal.outstanding()
        assert journal.settle(changing.id, ItemState.PUT_BACK).state is ItemState.PUT_BACK
        (loan,) = Loans(journal).outstanding()
        Loans(journal).settle_by_hand(loan.id, "biller", "looked")
        waiting = [i for run in (1, 2) for i in Lists(journal).waiting(run)]
        assert journal.claim(waiting[0].id).state is ItemState.WORKING
        assert journal.audit.verify().count == 1 and journal.audit.verify().wrong == ""


def test_trail_from_before_seals_is_gone_on_with(tmp_path: Path) -> None:
    """Entries written before there were seals stay whole, and later ones follow them."""
    path = tmp_path / "journal.sqlite3"
    _make(path, "0002")
    one = json.dumps({"version": 1, "date": "2026-03-04"})
    entry = ("2026-03-04T10:00:00.000+00:00", "biller", "sandbox", "https://a.example", 1, 1, "P-1",
             "2026-03-04", "saving", "Pt Amt", "30.00", "0.00")  # fmt: skip
    told = json.dumps([1, *entry, "0" * 64], ensure_ascii=False)
    sealed = hashlib.sha256(told.encode()).hexdigest()
    with sqlite3.connect(path) as file:
        file.execute(
            "INSERT INTO runs VALUES (1, 'undo_write_off', 'sandbox', 'https://a.example', ?, "
            "'biller', ?, NULL, NULL, NULL, NULL)",
            (one, WHEN),
        )
        file.execute(
            "INSERT INTO items (id, run_id, origin, reference, state, patient, visit, request, "
            "added_at) VALUES (1, 1, 'https://a.example', 'P-1', 'changing', ?, ?, ?, ?)",
            (one, one, one, WHEN),
        )
        marks = ", ".join("?" * 15)
        file.execute(f"INSERT INTO audit VALUES ({marks})", (1, *entry, "0" * 64, sealed))
        file.execute("INSERT INTO keys VALUES ('audit-head', ?)", (f"1:{sealed}",))
    file.close()
    with Journal.open(f"sqlite:///{path}") as journal:
        assert (journal.audit.verify().count, journal.audit.verify().wrong) == (1, "")
        journal.begin_step(1, "Save", "Pt Amt")
        assert (journal.audit.verify().count, journal.audit.verify().wrong) == (2, "")
        mark = journal.marks.read()
        assert mark is not None and (mark.number, mark.outstanding) == (2, 1)
