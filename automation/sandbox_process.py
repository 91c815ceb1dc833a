"""The sandbox as a process beside a command: on a free port, until the command ends."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import Request, urlopen

from automation.errors import TechnicalFailure
from config.site_profile import SiteProfile


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


def running_address(state: Path) -> str | None:
    """Return the address of a sandbox run by `undo-writeoff sandbox`; None if none answers."""
    try:
        address = str(json.loads((state / "sandbox.json").read_text(encoding="utf-8"))["address"])
        Sandbox(address).control("state")
    except (OSError, ValueError, KeyError, URLError):
        return None
    return address
