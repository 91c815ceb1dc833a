"""The journal on PostgreSQL: the same promises, and one lock for all computers that share it."""

from __future__ import annotations

import os
import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from owing import borrow as journal_borrow
from owing import copay
from servers import Server, journal_url, server, template
from sqlalchemy import text
from test_mark import borrow

from automation.cli.recover import list_owed
from automation.errors import JournalUnusable, Refusal, UsageProblem
from automation.journal import schema, store, stored
from automation.journal.audit import head_of
from automation.journal.edits import Edits
from automation.journal.journal import Journal
from automation.journal.lock import RunLock
from config.settings import Settings

if TYPE_CHECKING:
    from journals import Programs

__all__ = ["journal_url", "server", "template"]

ORIGIN = "https://practice.example"
V1 = {"version": 1}
PERSON = {"version": 1, "last": "Juniper", "first": "Ashby"}

HOLD = """
import signal, sys
from automation.journal.lock import RunLock
with RunLock(sys.argv[1], sys.argv[2]) as lock:
    print("READY", flush=True)
    signal.pause()
"""


@pytest.fixture
def settings(journal_url: str, tmp_path: Path) -> Settings:
    """The settings of a computer that uses the journal on the server."""
    return Settings(state=tmp_path / "state", journal=journal_url)


def test_migrations_equal_the_tables_on_a_server(journal: Journal) -> None:
    """On a server, too, the migrations make exactly the tables that the code describes."""
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    with journal.reading.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), schema.metadata) == []
        said = connection.scalar(
            text("SELECT indexdef FROM pg_indexes WHERE indexname = 'uq_edits_open'")
        )
    assert str(said).endswith("WHERE (closed_at IS NULL)")


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_addresses_that_people_write(journal_url: str, scheme: str) -> None:
    """Each of the usual ways to write a server's address is understood."""
    with Journal.open(journal_url.replace("postgresql", scheme, 1)) as journal:
        assert journal.runs() == []


def test_trail_on_a_server_is_only_added_to(journal: Journal) -> None:
    """The server itself refuses to change, remove or empty the trail."""
    borrow(journal)
    for statement in ("UPDATE audit SET \"by\" = 'x'", "DELETE FROM audit", "TRUNCATE audit"):
        with pytest.raises(JournalUnusable, match="refuses"), journal.writing.begin() as connection:
            connection.execute(text(statement))
    assert journal.audit.verify().count == 1


def test_database_that_lost_its_journal(server: Server, settings: Settings) -> None:
    """The mark in the state folder shows that the database held a journal before."""
    with Journal.of(settings) as journal:
        borrow(journal)
    database = settings.journal.partition("@/")[2].partition("?")[0]
    server.do("DROP SCHEMA public CASCADE", database)
    server.do("CREATE SCHEMA public", database)
    with pytest.raises(JournalUnusable, match="holds no journal any more; it had 1 audit entries"):
        list_owed(settings, json=False)


def test_server_that_does_not_answer(settings: Settings) -> None:
    """Without an answer nobody knows what is owed: status 5, what to do, and no password shown."""
    away = "postgresql://biller:secret@/journal?host=/nowhere"
    with pytest.raises(JournalUnusable, match="does not answer") as told:
        list_owed(settings.model_copy(update={"journal": away}), json=False)
    assert told.value.exit_status == 5 and "secret" not in str(told.value)
    assert "/nowhere" in told.value.doing and "server runs" in told.value.next_step


def test_bring_back_is_the_servers_own_matter(settings: Settings, tmp_path: Path) -> None:
    """The journal on a server is restored from the server's own backup, not from a copied file."""
    from automation.journal import copies
    from automation.journal.address import address_of

    with pytest.raises(UsageProblem, match="server's own backup"):
        copies.bring_back(address_of(settings), tmp_path / "copy.db")


def wait_until_free(journal_url: str) -> None:
    """Wait for the server, which needs a moment to notice that a connection was lost."""
    until = time.monotonic() + 20
    while RunLock.is_held(journal_url, ORIGIN):
        assert time.monotonic() < until, "the lock outlives its connection"


def test_turn_of_another_computer(journal_url: str, programs: Programs) -> None:
    """The refusal names the other computer's run, paused or not, and its lock ends with it."""
    other = programs.start(HOLD, journal_url, ORIGIN)
    for sent in (None, signal.SIGSTOP):
        if sent is not None:
            other.send_signal(sent)
        with (
            pytest.raises(Refusal, match=f"undo-writeoff {other.pid} on "),
            RunLock(journal_url, ORIGIN),
        ):
            raise AssertionError("two runs have the lock")
    assert RunLock.is_held(journal_url, ORIGIN)
    with RunLock(journal_url, "https://other.example") as elsewhere:
        assert elsewhere.is_still_held()
    os.kill(other.pid, signal.SIGKILL)
    other.wait()
    wait_until_free(journal_url)
    with RunLock(journal_url, ORIGIN) as lock:
        assert lock.is_still_held()


def test_turn_whose_connection_was_lost(server: Server, journal_url: str) -> None:
    """The lock ends with its connection: a run that lost its connection may change nothing."""
    with RunLock(journal_url, ORIGIN) as lock:
        server.do(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            f"WHERE application_name LIKE 'undo-writeoff {os.getpid()} %'"
        )
        wait_until_free(journal_url)
        with RunLock(journal_url, ORIGIN) as other:
            assert not lock.is_still_held() and not lock.is_still_held()
            assert not lock.is_orphaned()  # its place still exists, and another run holds it
            assert other.is_still_held()


def test_programs_that_write_at_once_keep_one_chain(journal_url: str) -> None:
    """Computers with wrong clocks write side by side: no entry is lost, none goes back in time."""
    together = threading.Barrier(6)

    def write(number: int) -> None:
        with Journal.open(journal_url) as journal:
            run = journal.start_run("undo_write_off", "site", ORIGIN, V1, f"biller {number}")
            item = journal.add_item(run, patient=PERSON, visit=PERSON, request=PERSON)
            journal.claim(item.id)
            together.wait(60)
            for place in range(10):
                made = copay(f"policy {place}")
                (row,) = journal_borrow(journal, item, made, key=f"patient {number}")
                told = [{"version": 1, "value": value} for value in ("25.00", "0.00")]
                journal.end_step(journal.begin_step(item.id, "a Save", "Copay", *told))
                Edits(journal).close(row.id, {"version": 1, "value": "25.00"})

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(write, range(6)))
    with Journal.open(journal_url) as journal:
        verdict = journal.audit.verify()
        assert (verdict.wrong, verdict.count) == ("", 6 * 10 * 3)
        assert not [note for note in verdict.notes if "goes back" in note]


def test_the_servers_clock_decides(journal_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A computer whose clock is wrong by a day writes the server's time into the audit trail."""
    wrong = datetime.now(UTC) - timedelta(days=1)
    monkeypatch.setattr(stored, "_own_clock", lambda: wrong)
    with Journal.open(journal_url) as journal:
        run = journal.start_run("undo_write_off", "site", ORIGIN, V1, "biller")
        item = journal.add_item(run, patient=PERSON, visit=PERSON, request=PERSON)
        journal.end_step(journal.begin_step(item.id, "a Save", "Copay"))
        journal.probe()
        (saving, _) = journal.audit.entries()
    assert datetime.fromisoformat(saving["at"]) - wrong > timedelta(hours=23)


def test_program_paused_while_it_writes_keeps_nobody_waiting(
    journal_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server ends a transaction in which nothing happens, and what it began is not stored."""
    monkeypatch.setattr(store, "PAUSED_SECONDS", 1)
    with Journal.open(journal_url) as paused, Journal.open(journal_url) as other:
        run = other.start_run("undo_write_off", "site", ORIGIN, V1, "biller")
        item = other.add_item(run, patient=PERSON, visit=PERSON, request=PERSON)
        with pytest.raises(JournalUnusable), paused.transaction() as connection:
            head_of(connection, to_write=True)  # the place where writers wait for each other
            other.end_step(other.begin_step(item.id, "a Save", "Copay"))
        assert [entry["kind"] for entry in other.audit.entries()] == ["saving"]


def test_connection_that_ended_while_unused_is_replaced(server: Server, journal: Journal) -> None:
    """A server that was restarted between two writes is written to as before."""
    journal.probe()
    server.do(
        "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
        "WHERE datname LIKE 'journal_%' AND pid <> pg_backend_pid()"
    )
    journal.probe()
    assert journal.runs() == []
