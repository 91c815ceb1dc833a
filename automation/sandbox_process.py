"""The sandbox as a process beside a command: on a free port, until the command ends."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import Request, urlopen

from automation.errors import TechnicalFailure
from automation.files import private_folder, write_whole
from config.site_profile import SiteProfile

_NOTE = "sandbox.json"  # where commands find a running sandbox


class Sandbox:
    """A running sandbox: its address, and its control endpoint for demos and tests."""

    def __init__(self, address: str) -> None:
        self.address = address

    def control(self, name: str, body: dict[str, Any] | None = None) -> Any:
        """Call the control endpoint: without a body to read, with one to change."""
        data = None if body is None else json.dumps(body).encode()
        request = Request(  # noqa: S310  the address is this computer's own
            f"{self.address}/sandbox-control/{name}",
            data=data,
            headers={"Content-Type": "application/json"},
        )
        with urlopen(request, timeout=10) as answer:  # noqa: S310
            return json.load(answer)


@contextmanager
def sandbox(
    skin: str = "a", more: Sequence[str] = (), module: str = "automation.sandbox"
) -> Iterator[Sandbox]:
    """Run the sandbox as a separate process until the block ends.

    It also ends when this process does, even by kill -9, because its standard input closes then.
    """
    command = [sys.executable, "-m", module, "--skin", skin, "--stop-with-stdin"]
    process = subprocess.Popen(  # noqa: S603  our own module
        [*command, *more],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,  # Ctrl-C must reach only the command, which still needs the sandbox
    )
    assert process.stdin is not None and process.stdout is not None
    try:
        yield Sandbox(_address(process.stdout.readline()))
    finally:
        process.stdin.close()
        process.wait(timeout=10)
        process.stdout.close()


def _address(line: str) -> str:
    try:
        return str(json.loads(line)["address"])
    except (ValueError, KeyError) as error:
        raise TechnicalFailure(
            "starting the bundled practice",
            expected="its address",
            found=repr(line[:80]),
            next_step="run `undo-writeoff sandbox` to see what it says",
        ) from error


@contextmanager
def at_an_address(site: SiteProfile, state: Path) -> Iterator[tuple[SiteProfile, bool]]:
    """Yield the profile with a real address: its own, a running sandbox's, or a new sandbox's.

    The second value tells whether it is a new sandbox that ends with the block.
    """
    if site.address != "embedded":
        yield site, False
    elif running := running_address(state):
        yield site.at(running), False
    else:
        with sandbox(site.skin) as practice:
            yield site.at(practice.address), True


@dataclass(frozen=True)
class KeptPractice:
    """A practice after its sandbox has ended: its address, its records, and the journal beside."""

    folder: Path

    @classmethod
    def of_demo(cls, state: Path) -> KeptPractice:
        """Return the one that the last demonstration left, if there was one."""
        return cls(state / "demo")

    def emptied(self) -> KeptPractice:
        """Forget what was kept before, and make the folder for the next."""
        shutil.rmtree(self.folder, ignore_errors=True)
        private_folder(self.folder)
        return self

    @contextmanager
    def begun(self, *more: str) -> Iterator[Sandbox]:
        """Run a sandbox whose records are kept at the end."""
        with sandbox(more=[*more, "--records", str(self._records)]) as practice:
            write_whole(self.folder / _NOTE, json.dumps({"address": practice.address}))
            yield practice

    @contextmanager
    def copied(self, into: Path, skin: str) -> Iterator[Sandbox | None]:
        """Run a sandbox that goes on from a copy, at the same address; the kept one stays.

        Yields None where nothing was kept, or where another program has the address now.
        """
        port = self._port()
        if port is None:
            yield None
            return
        shutil.copytree(self.folder, into, dirs_exist_ok=True)
        copy = KeptPractice(into)
        with sandbox(skin, ["--port", port, "--records", str(copy._records)]) as practice:
            yield practice

    def _port(self) -> str | None:
        note = _noted(self.folder)
        port = note.rpartition(":")[2] if note and self._records.exists() else ""
        if not port.isdigit():
            return None
        with socket.socket() as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                trial.bind(("127.0.0.1", int(port)))
            except OSError:
                return None
        return port

    @property
    def _records(self) -> Path:
        return self.folder / "practice.sqlite"


def running_address(state: Path) -> str | None:
    """Return the address of a sandbox run by `undo-writeoff sandbox`; None if none answers."""
    address = _noted(state)
    try:
        return address if address and Sandbox(address).control("state") else None
    except (OSError, ValueError, URLError):
        return None


def _noted(folder: Path) -> str | None:
    try:
        return str(json.loads((folder / _NOTE).read_text(encoding="utf-8"))["address"])
    except (OSError, ValueError, KeyError):
        return None
