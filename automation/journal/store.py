"""Opens the file or database that holds the journal: file modes, pragmas and schema."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import Connection, Engine, create_engine, event, inspect, text

from automation.errors import UsageProblem
from automation.files import private_file, tighten
from automation.journal.address import Address
from automation.journal.faults import of_the_system, say_faults_in_words
from automation.journal.schema import REVISIONS

BUSY_SECONDS = 10
"""How long a write waits for another program's write to the same journal."""

PATIENCE = {"connect_timeout": 10, "keepalives_idle": 10, "keepalives_interval": 5} | {
    "keepalives_count": 3,
    "tcp_user_timeout": 20_000,
}
"""A server that is cut off keeps no program waiting for ever: seconds, and milliseconds."""

PAUSED_SECONDS = 20
"""How long a transaction at a server may do nothing before the server ends it."""

MAKERS = 0x756E646F  # the advisory lock of PostgreSQL for those who make what is there once


def open_engine(address: Address, lost: Callable[[str], Exception | None]) -> tuple[Engine, Engine]:
    """Open the journal, upgrade its schema, and return engines for reading and for writing.

    In a file one transaction writes at a time. At a server several do, and take turns where they
    add to the audit trail, so that its chain never forks, and where they are `made_once`.

    `lost` returns the error for a journal that is gone or empty, None where there was none before.
    Raises UsageProblem when the journal was written by a newer version, and JournalUnusable when it
    is damaged, or its disk or server fails.
    """
    reading = _sqlite(address, lost) if address.is_file else _server(address)
    writing = reading.execution_options(writes=True)
    try:
        _bring_up_to_date(reading, writing, lost)
    except BaseException:
        reading.dispose()
        raise
    return reading, writing


def _server(address: Address) -> Engine:
    engine = create_engine(address.url, pool_pre_ping=True, connect_args=PATIENCE)
    say_faults_in_words(engine, address)
    event.listen(engine, "connect", _prepare_at_a_server)
    event.listen(engine, "begin", _begin_at_a_server)
    return engine


def _prepare_at_a_server(connection: Any, _record: object) -> None:
    # A program that is paused in the middle of writing must not keep the others waiting for ever.
    connection.execute(f"SET idle_in_transaction_session_timeout = '{PAUSED_SECONDS}s'")
    connection.commit()


def _begin_at_a_server(connection: Connection) -> None:
    if connection.get_execution_options().get("made_once", False):
        take_turns(connection)


def made_once(writing: Engine) -> Engine:
    """For what is there only once: whoever asks second, though at the same time, finds it made."""
    return writing.execution_options(made_once=True)


def take_turns(connection: Connection) -> None:
    """Wait until this transaction is the only one of those that take turns; nothing in a file."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({MAKERS})")


def _sqlite(address: Address, lost: Callable[[str], Exception | None]) -> Engine:
    path = address.path
    try:
        _must_be_whole(path, lost)
        private_file(path)
        if os.name == "posix":
            for suffix in ("", "-wal", "-shm"):
                part = path.with_name(path.name + suffix)
                if part.exists():
                    tighten(part, 0o600)
    except OSError as error:
        raise of_the_system(address, error) from error

    def connect() -> sqlite3.Connection:
        # mode=rw never recreates a file that is gone; quoted, no character of the path is special.
        name = f"file:{quote(str(path))}?mode=rw"
        return sqlite3.connect(name, uri=True, timeout=BUSY_SECONDS, check_same_thread=False)

    engine = create_engine(address.url, creator=connect)
    say_faults_in_words(engine, address)
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _must_be_whole(path: Path, lost: Callable[[str], Exception | None]) -> None:
    cause = "" if path.exists() else "the file is gone"
    if not cause and path.is_file() and not path.stat().st_size:
        wal = path.with_name(path.name + "-wal")
        cause = "" if wal.exists() and wal.stat().st_size else "the file is empty"
    problem = lost(cause) if cause else None
    if problem is not None:
        raise problem


def _prepare(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # `_begin` starts transactions, not the driver
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA synchronous = FULL")
    if connection.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
        connection.execute("PRAGMA journal_mode = WAL")


def _begin(connection: Connection) -> None:
    # A writer locks at once: a read that later turns into a write cannot wait, only fail.
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _bring_up_to_date(
    reading: Engine, writing: Engine, lost: Callable[[str], Exception | None]
) -> None:
    with reading.connect() as connection:
        stored = _stored_revision(connection)
        if stored == REVISIONS[-1]:
            return
    problem = lost("it holds no journal any more") if stored is None else None
    if problem is not None:
        raise problem
    with made_once(writing).begin() as connection:
        if _stored_revision(connection) != REVISIONS[-1]:
            _upgrade(connection)


def _stored_revision(connection: Connection) -> str | None:
    """The stored schema revision, None in an empty journal. Raises UsageProblem for a newer one."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    stored: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    if stored is not None and stored not in REVISIONS:
        raise UsageProblem(
            "opening the journal",
            expected=f"a journal of schema {REVISIONS[-1]} or older",
            found=f"schema {stored}, written by a newer version of undo-writeoff",
            next_step="use the newer version, or name another journal; this one was left as it is",
        )
    return stored


def _upgrade(connection: Connection) -> None:
    # Imported here because at nearly every start the journal is up to date and does not need it.
    from alembic import command
    from alembic.config import Config

    config = Config()
    folder = str(Path(__file__).with_name("migrations"))
    config.set_main_option("script_location", folder.replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.upgrade(config, REVISIONS[-1])
