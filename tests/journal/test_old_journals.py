"""Journals of every earlier schema can still be used, and what they owe can be settled."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from ledgers import copays, state_of
from sqlalchemy import create_engine

from automation.billing.money import ZERO
from automation.billing.plan import Plan, plan_for
from automation.billing.request import UndoWriteOff, typed_request
from automation.desk import Desk
from automation.journal.edits import Edits
from automation.journal.journal import ItemState, Journal
from automation.journal.lists import Lists
from automation.journal.lock import RunLock
from automation.runs.record import patient_key
from automation.runs.recorder import Recorder
from automation.runs.recovery import owed, recover
from automation.runs.runner import Session
from automation.sandbox_process import Sandbox

WHEN = "2026-05-01 10:00:00.000000"
STATES = [state for state in ItemState if state is not ItemState.PLANNED]


@pytest.fixture
def old_journal(tmp_path: Path) -> str:
    """A journal of the first release: an item in each of its states, an open and a closed loan."""
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

    import automation.journal.store as store

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
    """Every run, item and loan is still there in its state, and items are numbered in each run."""
    with Journal.open(old_journal) as journal:
        items = journal.items(1) + journal.items(2)
        assert sorted(item.state for item in items) == sorted(STATES)
        assert [item.number for item in journal.items(1)] == [
            n + 1 for n in range(len(journal.items(1)))
        ]
        assert [row.kind for row in Edits(journal).outstanding()] == ["copay", "amount"]
        begun = [s for s in STATES if s not in (ItemState.WAITING, ItemState.WORKING)]
        kept = [row for item in items for row in Edits(journal).of_item(item.id, borrowed=False)]
        assert len(kept) == len(begun)
        assert sum(row.is_outstanding for row in kept) == 1
        lent = Edits(journal).of_item(1, borrowed=True)
        assert [(row.place, row.edit["after"], row.is_outstanding) for row in lent] == [
            ("A", "25.00", True),
            ("A", "25.00", False),
        ]
        assert journal.audit.verify().count == 0


def test_it_is_gone_on_with(old_journal: str) -> None:
    """What was outstanding can be settled, a waiting item claimed, and the audit trail begins."""
    with Journal.open(old_journal) as journal:
        copay, changing = Edits(journal).outstanding()
        assert journal.settle(changing.item_id, ItemState.PUT_BACK).state is ItemState.PUT_BACK
        Edits(journal).settle_by_hand(copay.id, "biller", "looked")
        assert Edits(journal).outstanding() == []
        waiting = [i for run in (1, 2) for i in Lists(journal).waiting(run)]
        assert journal.claim(waiting[0].id).state is ItemState.WORKING
        assert journal.audit.verify().count == 1 and journal.audit.verify().wrong == ""


def test_trail_from_before_seals_is_gone_on_with(tmp_path: Path) -> None:
    """Audit entries from before there were seals still verify, and later ones follow them."""
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


# What an earlier version left half-way at the practice ------------------------------------------


@pytest.mark.short("0001")
@pytest.mark.parametrize("revision", ["0001", "0002", "0003", "0004"])
def test_open_copay_and_half_way_amount_are_settled(
    revision: str, work: Session, practice: Sandbox, cases: dict[str, Any], tmp_path: Path
) -> None:
    """A copay set aside and a reset amount are recovered from a journal of any earlier schema."""
    case, before = cases["in-network-copay"], practice.control("ledger")
    request = typed_request(**{key: case[key] for key in ("patient", "born", "date", "owes")})
    plan, policy = left_half_way(work, request)
    assert copays(practice.control("ledger"), case) == [0]
    path = tmp_path / "old.sqlite3"
    _make(path, revision)
    _tell_of(path, request, work.origin, plan, policy)
    url = f"sqlite:///{path}"
    with Journal.open(url) as journal, RunLock(url, work.origin) as lock:
        assert [row.kind for row in owed(journal)] == ["copay", "amount"]
        settled = recover(Session(work.screen, journal, lock))
        assert [(row.kind, row.result) for row in settled] == [
            ("copay", "given back"),
            ("amount", "fixed"),
        ]
        assert owed(journal) == []
        receipt = journal.items(1)[0].receipt or {}
        assert receipt["copay"] == {"original": "25.00", "set_aside": True, "restored": True}
    assert state_of(case, before, practice.control("ledger")) == "fixed"


def left_half_way(work: Session, request: UndoWriteOff) -> tuple[Plan, str]:
    """Set the copay to $0, reset the amount and stop; return the plan and the policy's name."""
    desk = Desk(work.screen, Recorder(read_only=True))
    settings = desk.start_over().find(request.patient).billing_settings()
    (policy,) = settings.policies()
    settings.set_copay(policy.name, ZERO)
    billing = desk.start_over().find(request.patient).patient_billing().show_all_items()
    table = billing.transactions()
    visit = billing.only_the_table().open(table.the_one(request))
    plan = plan_for(visit.read(), request, autopay=False, copay=True)
    visit.enter(plan.field, plan.resets[0]).save_changes()
    return plan.beside(table.not_asked_for([request])), policy.name


def _tell_of(path: Path, request: UndoWriteOff, origin: str, plan: Plan, policy: str) -> None:
    """Write what a run of an earlier version stored before it was killed."""
    who, asked, told = (
        json.dumps({"version": 1, **each})
        for each in (request.patient.as_json(), request.as_json(), plan.before.as_json())
    )
    lent = [{"policy": policy, "label": "Copay", "original": "25.00"}]
    with sqlite3.connect(path) as file:
        file.execute(
            "INSERT INTO runs (id, flow, site, origin, arguments, by, started_at) "
            "VALUES (1, 'undo_write_off', 'sandbox', ?, ?, 'biller', ?)",
            (origin, asked, WHEN),
        )
        file.execute(
            "INSERT INTO items (id, run_id, origin, reference, state, patient, visit, request, "
            "before, plan, added_at, changing_at) "
            "VALUES (1, 1, ?, 'P-1', 'changing', ?, ?, ?, ?, ?, ?, ?)",
            (origin, who, told, asked, told, json.dumps(plan.as_json()), WHEN, WHEN),
        )
        file.execute(
            "INSERT INTO loans (id, item_id, origin, patient_key, reference, patient, settings, "
            "opened_at) VALUES (1, 1, ?, ?, 'P-1', ?, ?, ?)",
            (
                origin,
                patient_key(request.patient),
                who,
                json.dumps({"version": 1, "settings": lent}),
                WHEN,
            ),
        )
    file.close()
