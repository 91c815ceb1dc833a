"""The address of a journal: a file, or a database on a server; shown without the password."""

from __future__ import annotations

import hashlib
import importlib.util
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import URL
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from automation.errors import UsageProblem

if TYPE_CHECKING:
    from config.settings import Settings

_FILES = ("sqlite", "sqlite+pysqlite")
_SERVERS = ("postgres", "postgresql", "postgresql+psycopg")


@dataclass(frozen=True)
class Address:
    """The address of one journal, and the state folder of the installation opening it, if any."""

    url: URL
    state: Path | None = None

    @classmethod
    def of(cls, url: str, state: Path | None = None) -> Address:
        """Parse an address. Raises UsageProblem, which never repeats it: it may hold a password."""
        try:
            parsed = make_url(url)
        except (ArgumentError, ValueError):
            raise _nonsense("something that is no database address") from None
        if parsed.drivername in _FILES:
            return cls(_of_a_file(parsed), state)
        if parsed.drivername in _SERVERS:
            return cls(_of_a_server(parsed), state)
        raise _nonsense(f"an address of another kind, {parsed.drivername}://...")

    @property
    def is_file(self) -> bool:
        """Whether the journal is a file, not a database on a server."""
        return self.url.drivername in _FILES

    @property
    def path(self) -> Path:
        """The journal's file."""
        assert self.url.database is not None
        return Path(self.url.database)

    @property
    def shown(self) -> str:
        """The address in words, without user and password."""
        if self.is_file:
            return str(self.path)
        host = self.url.host or self.url.query.get("host") or "this computer"
        port = f":{self.url.port}" if self.url.port else ""
        return f"the database {self.url.database} at {host}{port}"

    @property
    def digest(self) -> str:
        """A short digest of the address that does not reveal it."""
        return hashlib.sha256(self.shown.encode()).hexdigest()[:16]

    @property
    def copies(self) -> Path | None:
        """The folder in which copies of the journal are kept; None without a state folder."""
        return self.state / "copies" if self.state else None


def address_of(settings: Settings) -> Address:
    """Return the address of an installation's journal; raises UsageProblem like Address.of."""
    return Address.of(settings.journal_url, settings.state)


def _of_a_file(parsed: URL) -> URL:
    if not parsed.database or parsed.database == ":memory:":
        raise UsageProblem(
            "opening the journal",
            expected="the path of a file, such as sqlite:///journal.sqlite3",
            found="an address without one",
            next_step="name a file that stays when the program ends",
        )
    return URL.create("sqlite", database=str(Path(parsed.database).absolute()))


def _of_a_server(parsed: URL) -> URL:
    if not parsed.database:
        raise _nonsense("a server's address without the name of a database")
    if importlib.util.find_spec("psycopg") is None:
        raise UsageProblem(
            "opening the journal",
            expected="the driver for PostgreSQL, which is an extra of this program",
            found="none in this installation",
            next_step="in this program's folder, type: pip install -e '.[postgres]'",
        )
    return parsed.set(drivername="postgresql+psycopg")


def _nonsense(found: str) -> UsageProblem:
    return UsageProblem(
        "reading the journal's address (UNDO_WRITEOFF_JOURNAL)",
        expected="sqlite:///PATH, or postgresql://USER@HOST/DATABASE",
        found=f"{found} (not repeated here, it may hold a password)",
        next_step="mend it, or take it out: the journal is then a file in the state folder",
    )
