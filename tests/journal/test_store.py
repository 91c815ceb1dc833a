"""The journal's file is private, its schema matches the code, and a newer one is left alone."""

from __future__ import annotations

import os
import sqlite3
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateIndex, CreateTable

from automation.errors import UsageProblem
from automation.files import private_folder
from automation.journal import schema
from automation.journal.journal import Journal

ROOT = Path(__file__).parents[2]
only_posix = pytest.mark.skipif(os.name != "posix", reason="modes are a matter of POSIX")


def mode(path: Path) -> int:
    """The permission bits of a file or folder."""
    return stat.S_IMODE(path.stat().st_mode)


@only_posix
def test_modes_of_a_new_journal(journal: Journal, tmp_path: Path) -> None:
    """Only the owner can read the journal, SQLite's files beside it, and their folder."""
    state = tmp_path / "state"
    assert mode(state) == 0o700
    assert {path.name: mode(path) for path in state.iterdir()} == {
        f"journal.sqlite3{suffix}": 0o600 for suffix in ("", "-wal", "-shm")
    }


@only_posix
def test_modes_of_a_looser_journal(journal: Journal, journal_url: str, tmp_path: Path) -> None:
    """Opening a journal that others could read makes it private."""
    state = tmp_path / "state"
    for path in (state, *state.iterdir()):
        path.chmod(0o755)
    with Journal.open(journal_url):
        assert mode(state) == 0o700
        assert {mode(path) for path in state.iterdir()} == {0o600}


@only_posix
def test_shared_folder_is_left_alone(tmp_path: Path) -> None:
    """A folder that others use as well keeps its permissions."""
    shared = tmp_path / "shared"
    shared.mkdir()
    shared.chmod(0o1777)
    assert mode(private_folder(shared)) == 0o1777


def test_pragmas(journal: Journal) -> None:
    """Each connection flushes to the disk, checks foreign keys and waits for other programs."""
    names = ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
    with journal.reading.connect() as first, journal.writing.connect() as second:
        for connection in (first, second):
            said = [connection.scalar(text(f"PRAGMA {name}")) for name in names]
            assert said == ["wal", 2, 1, 10_000]


def test_migrations_equal_the_tables(journal: Journal) -> None:
    """The migrations make exactly the tables and indexes that the code describes."""
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    described = create_engine("sqlite://")
    schema.metadata.create_all(described)
    query = text(
        "SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'alembic%' "
        "AND type = 'index'"
    )
    with described.connect() as wanted, journal.reading.connect() as made:
        assert compare_metadata(MigrationContext.configure(made), schema.metadata) == []
        assert dict(made.execute(query).all()) == dict(wanted.execute(query).all())
    described.dispose()


def test_alembic_is_for_old_journals_only(journal: Journal, journal_url: str) -> None:
    """A journal that is up to date is opened without Alembic."""
    code = (
        "import sys; from automation.journal.journal import Journal; "
        "Journal.open(sys.argv[1]).close(); print('alembic' in sys.modules)"
    )
    command = [sys.executable, "-c", code, journal_url]
    said = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
    assert said.stdout.strip() == "False"


def test_newer_journal_is_refused(journal: Journal, journal_url: str, tmp_path: Path) -> None:
    """A journal of a newer version, not known here, is neither used nor changed."""
    journal.close()
    path = tmp_path / "state" / "journal.sqlite3"
    file = sqlite3.connect(path)
    with file:
        file.execute("UPDATE alembic_version SET version_num = '0999'")
    with pytest.raises(UsageProblem, match="0999") as refused:
        Journal.open(journal_url)
    assert "newer version" in refused.value.next_step
    assert file.execute("SELECT version_num FROM alembic_version").fetchone() == ("0999",)
    file.close()


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:"])
def test_journal_in_memory_is_refused(url: str) -> None:
    """A journal in memory is refused, because it would be lost when the program ends."""
    with pytest.raises(UsageProblem, match="path of a file"):
        Journal.open(url)


def test_path_with_a_percent_sign(tmp_path: Path) -> None:
    """The folder's name may have a percent sign and a space in it."""
    with Journal.open(f"sqlite:///{tmp_path}/100% sure/journal.sqlite3") as journal:
        assert journal.runs() == []


@pytest.mark.long
def test_first_start_of_many_programs(journal_url: str) -> None:
    """Programs that make the journal at the same moment all get the same one."""
    code = (
        "import sys; from automation.journal.journal import Journal; "
        "print(Journal.open(sys.argv[1]).reference('o', 'k'))"
    )
    command = [sys.executable, "-c", code, journal_url]
    programs = [
        subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) for _ in range(4)
    ]
    assert len({program.communicate()[0] for program in programs}) == 1
    assert {program.returncode for program in programs} == {0}


def test_postgresql_tables() -> None:
    """Every table and index can be written in PostgreSQL's SQL."""
    dialect = postgresql.dialect()  # type: ignore[no-untyped-call]
    said = [
        str(CreateTable(table).compile(dialect=dialect)) for table in schema.metadata.sorted_tables
    ]
    for table in schema.metadata.sorted_tables:
        said += [str(CreateIndex(index).compile(dialect=dialect)) for index in table.indexes]
    whole = "\n".join(said)
    assert "CREATE UNIQUE INDEX uq_edits_open" in whole
    assert "TIMESTAMP WITH TIME ZONE" in whole
