"""Opens the file or database that holds the journal: its modes, its pragmas, its schema."""

from __future__ import annotations

import os
import sqlite3
import stat
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.engine import make_url

from automation.errors import UsageProblem
from automation.runs.schema import REVISIONS

BUSY_SECONDS = 10
"""How long a write waits for another program's write to the same journal."""


def open_engine(url: str) -> tuple[Engine, Engine]:
    """Two views of the journal, for reading and for writing, its schema brought up to this code's.

    UsageProblem when the journal was written by a newer version, or the address names no file.
    """
    is_file = make_url(url).get_backend_name() == "sqlite"
    reading = _sqlite(url) if is_file else create_engine(url)
    writing = reading.execution_options(writes=True)
    try:
        _bring_up_to_date(reading, writing)
    except BaseException:
        reading.dispose()
        raise
    return reading, writing


def private_folder(folder: Path) -> Path:
    """Make the folder if need be, open to its owner only; one shared with others is left as is."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if os.name == "posix" and not _is_shared(folder):
        _tighten(folder, 0o700)
    return folder


def _is_shared(folder: Path) -> bool:
    """Whether it is more than ours: /tmp, a home, right under the root, another's folder."""
    whole = folder.resolve()
    status = whole.stat()
    return (
        bool(status.st_mode & stat.S_ISVTX)
        or status.st_uid != os.geteuid()
        or len(whole.parts) <= 2
        or whole == Path.home()
    )


def _tighten(path: Path, mode: int) -> None:
    if stat.S_IMODE(path.stat().st_mode) & ~mode:
        path.chmod(mode)


def _sqlite(url: str) -> Engine:
    name = make_url(url).database
    if not name or name == ":memory:":
        raise UsageProblem(
            "opening the journal",
            expected="the path of a file, such as sqlite:///journal.sqlite3",
            found=url,
            next_step="name a file that stays when the program ends",
        )
    _private_file(Path(name))
    engine = create_engine(url, connect_args={"timeout": BUSY_SECONDS})
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _private_file(path: Path) -> None:
    """The journal's file, made before SQLite could make it readable for others."""
    private_folder(path.parent)
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    if os.name == "posix":
        for suffix in ("", "-wal", "-shm"):
            part = path.with_name(path.name + suffix)
            if part.exists():
                _tighten(part, 0o600)


def _prepare(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # `_begin` says when a transaction starts, not the driver
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA synchronous = FULL")
    if connection.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
        connection.execute("PRAGMA journal_mode = WAL")


def _begin(connection: Connection) -> None:
    # A writer takes its turn at once: a read that later turns into a write cannot wait, only fail.
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _bring_up_to_date(reading: Engine, writing: Engine) -> None:
    with reading.connect() as connection:
        if _stored_revision(connection) == REVISIONS[-1]:
            return
    with writing.begin() as connection:
        if _stored_revision(connection) != REVISIONS[-1]:
            _upgrade(connection)


def _stored_revision(connection: Connection) -> str | None:
    """The schema's revision as stored, None in an empty journal; UsageProblem for a newer one."""
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
    # Imported here because a journal that is up to date, which is nearly every start, needs none.
    from alembic import command
    from alembic.config import Config

    config = Config()
    folder = str(Path(__file__).with_name("migrations"))
    config.set_main_option("script_location", folder.replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.upgrade(config, REVISIONS[-1])
