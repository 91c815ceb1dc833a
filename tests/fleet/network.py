"""Two computers with a network between them: one for a worker, one for the database.

Each is a network namespace of its own, and the cable between them can be pulled. The worker's also
reaches the practice, at the practice's own address, by another way.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest

_AT_SERVER, _AT_WORKER = "10.77.0.1", "10.77.0.2"
_FORWARDER = """
import json, socket, sys, threading

here, there = json.loads(sys.argv[1])

def carry(one, other):
    try:
        while data := one.recv(65536):
            other.sendall(data)
        other.shutdown(socket.SHUT_WR)
    except OSError:
        for end in (one, other):
            end.close()

def reach(where):
    if isinstance(where, list):
        return socket.create_connection(tuple(where))
    far = socket.socket(socket.AF_UNIX)
    far.connect(where)
    return far

if isinstance(here, list):
    listener = socket.create_server(tuple(here))
else:
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(here)
    listener.listen()
print("ready", flush=True)
while True:
    near, _ = listener.accept()
    try:
        far = reach(there)
    except OSError:
        near.close()
        continue
    for ends in ((near, far), (far, near)):
        threading.Thread(target=carry, args=ends, daemon=True).start()
"""


@dataclass(frozen=True)
class Network:
    """The two computers; commands begin with `on_the_worker` to run on the worker's."""

    server: str
    worker: str

    @property
    def on_the_worker(self) -> list[str]:
        """The beginning of a command that runs on the worker's computer."""
        return ["ip", "netns", "exec", self.worker]

    def url(self, database: str) -> str:
        """The address of a database over the cable."""
        return f"postgresql://postgres@{_AT_SERVER}:5432/{database}"

    def cut(self) -> None:
        """Pull the cable; nobody is told."""
        _ip("-n", self.server, "link", "set", "cable", "down")

    def mend(self) -> None:
        """Put the cable back."""
        _ip("-n", self.server, "link", "set", "cable", "up")


@contextmanager
def network(database: Path, practice: str) -> Iterator[Network]:
    """Make the two computers, and take them away; skip where that is not allowed.

    `database` is the folder with the server's socket, `practice` the practice's address.
    """
    if os.geteuid() != 0 or shutil.which("ip") is None:
        pytest.skip("a network to cut needs network namespaces: `ip` (iproute2), run as root")
    made = Network(f"undo-server-{os.getpid()}", f"undo-worker-{os.getpid()}")
    site = urlsplit(practice)
    here = [site.hostname, site.port]
    between = str(database / "practice.socket")
    with ExitStack() as stack:
        for name in (made.server, made.worker):
            if subprocess.run(["ip", "netns", "add", name], capture_output=True).returncode:
                pytest.skip("a network to cut needs network namespaces, which this machine forbids")
            stack.callback(_ip, "netns", "delete", name)
            _ip("-n", name, "link", "set", "lo", "up")
        ends = ["cable", "netns", made.server], ["cable", "netns", made.worker]
        _ip("link", "add", *ends[0], "type", "veth", "peer", "name", *ends[1])
        for name, address in ((made.server, _AT_SERVER), (made.worker, _AT_WORKER)):
            _ip("-n", name, "address", "add", f"{address}/24", "dev", "cable")
            _ip("-n", name, "link", "set", "cable", "up")
        on_the_server = ["ip", "netns", "exec", made.server]
        stack.enter_context(_carried([], between, here))
        stack.enter_context(_carried(made.on_the_worker, here, between))
        stack.enter_context(
            _carried(on_the_server, [_AT_SERVER, 5432], str(database / ".s.PGSQL.5432"))
        )
        yield made


def _ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, capture_output=True)


@contextmanager
def _carried(where: list[str], *ends: object) -> Iterator[None]:
    """Carry every connection from one address, on that computer, to another."""
    asked = [*where, sys.executable, "-c", _FORWARDER, json.dumps(ends)]
    with subprocess.Popen(asked, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None and process.stdout.readline() == "ready\n"
            yield
        finally:
            process.kill()
