"""A real PostgreSQL for tests, started under an ordinary account and reached by a Unix socket."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from automation.journal.journal import Journal


def program(name: str) -> str:
    """Find a program of PostgreSQL in Debian's folder or on the path; "" if there is none."""
    found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    return str(found[-1]) if found else shutil.which(name) or ""


def _account() -> str | None:
    """The account that PostgreSQL runs under if the tests run as root, which it refuses."""
    if os.geteuid() != 0:
        return None
    import pwd

    names = {entry.pw_name for entry in pwd.getpwall()}
    return next((name for name in ("postgres", "nobody") if name in names), None)


class Server:
    """One server, and databases in it."""

    def __init__(self, folder: Path, begin: Callable[[], subprocess.Popen[str]], port: int) -> None:
        self.folder, self.port, self._begin = folder, port, begin
        self._process = begin()
        self._made = 0

    def url(self, database: str) -> str:
        """The address of a database."""
        return f"postgresql://postgres@/{database}?host={self.folder}&port={self.port}"

    def database(self, like: str = "template0") -> str:
        """Make a database, empty or like another one, and return its name."""
        self._made += 1
        name = f"journal_{self._made}"
        self.do(f"CREATE DATABASE {name} TEMPLATE {like}")
        return name

    def stop(self) -> None:
        """End it, and every connection to it; may be called more than once."""
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGINT)
            self._process.communicate(timeout=20)
        if self._process.stderr is not None:
            self._process.stderr.close()

    def kill(self) -> None:
        """End it at once, as a loss of power would."""
        self._process.send_signal(signal.SIGQUIT)
        self._process.communicate(timeout=20)

    def start(self) -> None:
        """Start it again, with all that was stored."""
        self._process = self._begin()
        self.wait()

    def wait(self) -> None:
        """Wait until it lets programs in."""
        _wait_until_ready(self._process)

    def do(self, statement: str, database: str = "postgres") -> list[tuple[object, ...]]:
        """Run one statement as the server's owner, and return its rows."""
        import psycopg

        with psycopg.connect(self.url(database), autocommit=True) as connection:
            cursor = connection.execute(statement.encode())
            return list(cursor.fetchall()) if cursor.description else []


@contextmanager
def postgresql(*settings: str, folder: Path | None = None, port: int = 5432) -> Iterator[Server]:
    """Start a server in a folder of its own, or in the one given; skip if PostgreSQL is missing.

    Each setting is of the form `name=value`; a test needs no answer that is safe on the disk.
    """
    pytest.importorskip("psycopg", reason="the driver for PostgreSQL is not installed")
    initdb, postgres = program("initdb"), program("postgres")
    if not initdb or not postgres:
        pytest.skip("PostgreSQL is not installed on this machine")
    account = _account()
    with ExitStack() as stack:
        if folder is None:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="undo-pg-")))
        if account is not None:
            for one in (folder, *folder.iterdir()):
                shutil.chown(one, account)
        data = folder / "data"
        subprocess.run(
            [initdb, "-D", data, "-A", "trust", "-U", "postgres", "--no-sync", "-E", "UTF8"],
            user=account, check=True, capture_output=True, cwd=folder,
        )  # fmt: skip
        usual = ("listen_addresses=", "fsync=off", f"port={port}")
        said = [f"--{one}" for one in (*usual, *settings)]

        def begin() -> subprocess.Popen[str]:
            return subprocess.Popen(
                [postgres, "-D", data, "-k", folder, *said],
                user=account, stderr=subprocess.PIPE, text=True, cwd=folder,
            )  # fmt: skip

        server = Server(folder, begin, port)
        try:
            server.wait()
            yield server
        finally:
            server.stop()


def _wait_until_ready(process: subprocess.Popen[str]) -> None:
    assert process.stderr is not None
    lines = []
    for line in process.stderr:
        lines.append(line)
        if "ready to accept connections" in line:
            return
    raise AssertionError("PostgreSQL did not start: " + "".join(lines))


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """One server for these tests."""
    with postgresql() as running:
        yield running


@pytest.fixture(scope="module")
def template(server: Server) -> str:
    """A database with an empty journal."""
    name = server.database()
    Journal.open(server.url(name)).close()
    return name


@pytest.fixture
def journal_url(server: Server, template: str) -> str:
    """The URL of a database with a new journal."""
    return server.url(server.database(template))
