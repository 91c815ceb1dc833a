"""Serves the page on this computer alone, and opens it in the person's browser."""

from __future__ import annotations

import signal
import socket
import threading
import webbrowser
from collections.abc import Callable
from types import FrameType

import uvicorn

from automation.console.answers import Console
from automation.console.app import build
from automation.console.guard import Door
from automation.console.place import place_for
from automation.console.workers import Workers

_HOST = "127.0.0.1"
_PATIENCE_SECONDS = 20  # for a worker at a make-believe practice that ends


class _Server(uvicorn.Server):
    """A server that does something once it answers, and ends when it is of no use any more."""

    def __init__(
        self, config: uvicorn.Config, ready: Callable[[], None], is_useless: Callable[[], bool]
    ) -> None:
        super().__init__(config)
        self._ready, self._is_useless = ready, is_useless

    async def on_tick(self, counter: int) -> bool:
        """Return whether to end; asked ten times a second."""
        return await super().on_tick(counter) or (counter % 50 == 0 and self._is_useless())

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start listening, then say so."""
        await super().startup(sockets)
        self._ready()


def serve(
    site: str,
    *,
    make_believe: bool,
    with_browser: bool,
    say: Callable[[str], None],
    language: str = "",
) -> None:
    """Serve the page until Ctrl-C or SIGTERM; what a worker does goes on."""
    signal.signal(signal.SIGTERM, _leave)  # uvicorn ends first, then raises the signal again
    with place_for(site, make_believe=make_believe) as place:
        listener = socket.socket(proto=socket.IPPROTO_TCP)  # else each answer waits 40 ms
        listener.bind((_HOST, 0))
        door = Door(listener.getsockname()[1], place.settings.page_lock_minutes * 60)

        def ready() -> None:
            say(f"The page is open at {door.opening_address}")
            if with_browser:
                threading.Thread(target=webbrowser.open, args=[door.opening_address]).start()

        _serve(Console(place, door, Workers(place), language), listener, ready)


def _leave(number: int, frame: FrameType | None) -> None:
    raise SystemExit(0)


def _serve(console: Console, listener: socket.socket, ready: Callable[[], None]) -> None:
    place, door, workers = console.place, console.door, console.workers
    config = uvicorn.Config(
        build(console),
        log_level="critical",
        lifespan="off",
        access_log=False,  # addresses have the key once, and names of lists
        server_header=False,
        timeout_graceful_shutdown=1,
        ws="none",
    )

    def is_useless() -> bool:
        return door.is_deserted and not (place.is_own and workers.at_work())

    try:
        _Server(config, ready, is_useless).run(sockets=[listener])
    finally:
        if place.is_own:  # its patients are gone with it, so there is nothing to go on with
            workers.end(_PATIENCE_SECONDS)
