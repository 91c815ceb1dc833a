"""A journal at a server that asks for a safe connection and a password, or whose disk is full."""

from __future__ import annotations

import logging
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from servers import Server, postgresql

from automation.errors import JournalUnusable
from automation.fleet.queue import make_tables, opened
from automation.journal.address import Address
from automation.journal.journal import Journal
from automation.journal.lists import Lists, NewItem
from automation.journal.lock import RunLock

SECRET = "Harbor-light-77"
ORIGIN = "https://practice.example"


def a_certificate(folder: Path, name: str) -> None:
    """Make a certificate of 127.0.0.1 that nobody but itself vouches for."""
    asked = ["-x509", "-nodes", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"]
    names = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"]
    files = ["-keyout", folder / f"{name}.key", "-out", folder / f"{name}.crt"]
    subprocess.run(
        ["openssl", "req", *asked, "-days", "2", *names, *files], check=True, capture_output=True
    )


@pytest.fixture(scope="module")
def guarded() -> Iterator[Server]:
    """A server that lets a user in over TCP with TLS and a password only."""
    if shutil.which("openssl") is None:
        pytest.skip("no `openssl` on this machine to make a certificate with")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory(prefix="undo-pg-") as made:
        folder = Path(made)
        folder.chmod(0o755)
        for name in ("server", "other"):
            a_certificate(folder, name)
        rules = "local all all trust\nhostssl all all 127.0.0.1/32 scram-sha-256\n"
        (folder / "hba.conf").write_text(rules)
        safe = ("ssl=on", f"ssl_cert_file={folder}/server.crt", f"ssl_key_file={folder}/server.key")
        where = ("listen_addresses=127.0.0.1", f"hba_file={folder}/hba.conf")
        with postgresql(*where, *safe, folder=folder, port=port) as running:
            running.do(f"CREATE USER biller PASSWORD '{SECRET}'")
            running.do("CREATE DATABASE journal OWNER biller")
            yield running


def address(server: Server, mode: str = "verify-full", root: str = "server") -> str:
    """The journal's address, without the password."""
    more = f"sslmode={mode}&sslrootcert={server.folder}/{root}.crt"
    return f"postgresql://biller@127.0.0.1:{server.port}/journal?{more}"


@pytest.fixture
def password(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file that holds the password, as libpq wants it."""
    path = tmp_path / "pgpass"
    path.write_text(f"127.0.0.1:*:journal:biller:{SECRET}\n")
    path.chmod(0o600)
    monkeypatch.setenv("PGPASSFILE", str(path))
    return path


def test_connection_is_as_safe_as_the_address_says(guarded: Server, password: Path) -> None:
    """Journal, lock and queue come over TLS that checks the server, with the file's password."""
    url = address(guarded)
    with Journal.open(url) as journal, RunLock(url, ORIGIN):
        make_tables(Address.of(url))
        with opened(Address.of(url)):
            assert journal.audit.verify().wrong == ""
            mine = (
                "SELECT bool_and(ssl), count(*) FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) "
            )
            ((are_safe, many),) = guarded.do(mine + "WHERE usename = 'biller'")
            assert are_safe is True and many >= 3  # type: ignore[operator]


@pytest.mark.parametrize(
    ("password_is", "mode", "root", "says"),
    [
        ("missing", "verify-full", "server", "does not let this user in"),
        ("wrong", "verify-full", "server", "does not let this user in"),
        ("right", "disable", "server", "does not let this user in"),
        ("right", "verify-full", "other", "safe connection"),
        ("right", "verify-full", "nowhere", "safe connection"),
    ],
)
def test_server_that_lets_nobody_in(
    guarded: Server, password: Path, password_is: str, mode: str, root: str, says: str,
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    """Each refusal is told in words with what to do, and no message or log holds the password."""
    caplog.set_level(logging.DEBUG)
    if password_is == "missing":
        password.unlink()
    elif password_is == "wrong":
        password.write_text(password.read_text().replace(SECRET, f"{SECRET}-not"))
    url = address(guarded, mode, root)
    with pytest.raises(JournalUnusable, match=says) as told:
        Journal.open(url)
    shown = str(told.value) + caplog.text
    assert SECRET not in shown and "biller" not in str(told.value)
    assert {"safe connection": "sslmode"}.get(says, "PGPASSFILE") in told.value.next_step


def test_password_in_the_address_is_never_shown(
    guarded: Server, caplog: pytest.LogCaptureFixture
) -> None:
    """It works there, too; neither the journal's words nor a log repeat it."""
    caplog.set_level(logging.DEBUG)
    url = address(guarded).replace("biller@", f"biller:{SECRET}@")
    with Journal.open(url) as journal:
        assert SECRET not in journal.address.shown
        make_tables(journal.address)
        with opened(journal.address):
            pass
    with pytest.raises(JournalUnusable) as told:
        Journal.open(url.replace(SECRET, f"{SECRET}-not"))
    assert SECRET not in str(told.value) + caplog.text


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of its own that is soon full; skip where none can be made."""
    folder = Path(tempfile.mkdtemp(prefix="undo-pg-"))
    made = ["mount", "-t", "tmpfs", "-o", "size=160m,mode=755", "none", folder]
    if subprocess.run(made, capture_output=True).returncode:
        folder.rmdir()
        pytest.skip("a small disk is a mount, which this account may not make")
    try:
        yield folder
    finally:
        subprocess.run(["umount", folder], check=True)
        folder.rmdir()


def fill(folder: Path) -> Path:
    """Fill a disk to its last byte, and return the file that does."""
    path = folder / "full"
    with path.open("wb", buffering=0) as file:
        try:
            while file.write(b"\0" * 4096):
                pass
        except OSError:
            return path
    raise AssertionError("a disk without an end")


def test_servers_disk_is_full(small_disk: Path) -> None:
    """It is said in words, nothing is half stored, and with room again all goes on."""
    v1: dict[str, object] = {"version": 1}
    with postgresql("max_wal_size=48MB", folder=small_disk) as running:
        url = running.url(running.database())
        with Journal.open(url) as journal:
            run = journal.start_run(
                "undo_write_off", "site", ORIGIN, v1, "dana", worklist="ab" * 32
            )
            items = [NewItem({**v1, "last": f"Made-up {n}"}, v1, v1, str(n)) for n in range(500)]
            full = fill(small_disk)
            with pytest.raises(JournalUnusable, match="server's disk is full") as told:
                Lists(journal).add_items(run, items)
            assert "make room" in told.value.next_step and "Made-up" not in str(told.value)
            full.unlink()
            assert journal.items(run) == []
            Lists(journal).add_items(run, items)
            assert len(journal.items(run)) == 500 and journal.audit.verify().wrong == ""
