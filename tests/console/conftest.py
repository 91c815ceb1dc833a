"""Fixtures: the page served in this process, let in or not, over a journal of its own."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import uvicorn
from httpx import Client, Response

from automation.console.answers import Console
from automation.console.app import build
from automation.console.guard import Door
from automation.console.place import Place
from automation.console.workers import Workers
from config.settings import Settings
from config.site_profile import load

LOCK_SECONDS = 900


def until(holds: Callable[[], bool], seconds: float = 60) -> None:
    """Ask again and again until something holds."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it did not come to that"
        threading.Event().wait(0.01)  # so that the page has its turn


class Clock:
    """A clock that a test moves on."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        """Return the seconds."""
        return self.now


class Visit:
    """A browser at the page: it has been let in, and posts forms as the page's own forms do."""

    def __init__(self, client: Client, door: Door) -> None:
        self.client, self.door = client, door

    def get(self, path: str, **more: object) -> Response:
        """Open a page."""
        return self.client.get(path, **more)  # type: ignore[arg-type]

    def token(self) -> str:
        """Return the token of the forms."""
        return self.get("/").text.partition('name="form_token" value="')[2].partition('"')[0]

    def post(self, path: str, data: dict[str, object], **more: object) -> Response:
        """Send a form of the page."""
        headers = {"origin": self.door.origin, "sec-fetch-site": "same-origin"}
        fields = {"form_token": self.token(), **data}
        return self.client.post(path, data=fields, headers=headers, **more)  # type: ignore[arg-type]


@pytest.fixture
def clock() -> Clock:
    """A clock that stands still."""
    return Clock()


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """The make-believe practice, which no test here opens."""
    settings = Settings(state=tmp_path / "state")
    return Place(settings, "sandbox", load("sandbox").at("http://127.0.0.1:9"))


@pytest.fixture
def stranger(place: Place, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Iterator[Visit]:
    """A browser that was not let in yet; a list is shown once it is read, however slowly."""
    monkeypatch.setattr("automation.console.lists.PATIENCE_SECONDS", 60.0)
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    door = Door(listener.getsockname()[1], LOCK_SECONDS, clock)
    app = build(Console(place, door, Workers(place)))
    server = uvicorn.Server(uvicorn.Config(app, log_level="critical", lifespan="off", ws="none"))
    listener.listen()  # requests wait until the server answers
    thread = threading.Thread(target=server.run, args=[[listener]])
    thread.start()
    with Client(base_url=door.origin, timeout=90) as client:
        yield Visit(client, door)
    server.should_exit = True
    thread.join(10)
    listener.close()


@pytest.fixture
def visit(stranger: Visit) -> Visit:
    """A browser that was let in with the key."""
    address = stranger.door.opening_address
    assert stranger.get(address).status_code == 303
    return stranger


Give = Callable[[str], str]


@pytest.fixture
def give(visit: Visit) -> Give:
    """Give a list as pasted rows; return the address of its page."""

    def given(rows: str) -> str:
        answer = visit.post("/list", {"pasted": rows})
        assert answer.status_code == 303, answer.text
        return answer.headers["location"]

    return given
