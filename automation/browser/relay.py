"""Access to the sign-in window: a socket that only its owner can open, and no port.

Playwright attaches through it as through a browser's debugging port. On Windows, where Python has
no Unix sockets, it is a port on loopback with a secret of 256 bits in its address.
"""

from __future__ import annotations

import asyncio
import http
import json
import re
import secrets
import socket
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from websockets.asyncio.server import Server, ServerConnection, serve, unix_serve
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response

from automation.browser.piped import PipedBrowser
from automation.browser.switchboard import Switchboard

HAS_PRIVATE_SOCKETS = sys.platform != "win32"

# macOS limits a socket's whole path to 104 bytes, and the address allows no other characters.
SHORT_AND_PLAIN = re.compile(r"[\w/.+-]{1,80}", re.ASCII)


class Relay:
    """A relay that lets other programs of this account use a browser; `close` ends both."""

    def __init__(
        self, browser: PipedBrowser, folder: Path, *, private: bool = HAS_PRIVATE_SOCKETS
    ) -> None:
        """Open the socket in a private folder (0700); keep `address` to the folder's owner."""
        self._browser = browser
        self._path = folder / "door" if private else None
        self._secret = "/" + secrets.token_urlsafe(32)
        self._loopback = None if private else _loopback_socket()
        self._opened = threading.Event()
        self._problem: BaseException | None = None
        self._end: Callable[[], None] = lambda: None
        self._thread = threading.Thread(target=self._run, name="browser-door", daemon=True)
        self._thread.start()
        self._opened.wait()
        if self._problem is not None:
            raise self._problem

    @property
    def address(self) -> str:
        """The address at which Playwright attaches."""
        if self._loopback is None:
            return f"ws+unix://{self._path}:{self._secret}"
        return f"ws://127.0.0.1:{self._loopback.getsockname()[1]}{self._secret}"

    def close(self) -> None:
        """End the browser, then the relay; safe to call when either has ended already."""
        self._browser.close()
        self._end()
        self._thread.join()

    def _run(self) -> None:
        try:
            asyncio.run(self._serve())
        except BaseException as problem:
            self._problem = problem
        finally:
            self._opened.set()

    async def _serve(self) -> None:
        loop, over = asyncio.get_running_loop(), asyncio.Event()

        def in_loop(call: Callable[..., object], *values: object) -> None:
            with suppress(RuntimeError):  # the loop has ended
                loop.call_soon_threadsafe(call, *values)

        self._end = lambda: in_loop(over.set)
        board = Switchboard(self._browser.send)

        async def client(connection: ServerConnection) -> None:
            await _between(board, connection)

        async with await self._listen(client):
            self._browser.listen(
                lambda message: in_loop(board.from_browser, message), lambda: in_loop(over.set)
            )
            self._opened.set()
            await over.wait()

    async def _listen(self, client: Callable[[ServerConnection], Any]) -> Server:
        settings: dict[str, Any] = {
            "process_request": self._knows_the_secret,
            "origins": [None],  # a web page that finds the socket sends its origin, and is refused
            "compression": None,
            "max_size": None,
            "ping_interval": None,  # do not drop a client that was suspended for a while
            "close_timeout": 2,
        }
        if self._loopback is not None:
            return await serve(client, sock=self._loopback, **settings)
        assert self._path is not None
        server = await unix_serve(client, str(self._path), **settings)
        self._path.chmod(0o600)
        return server

    def _knows_the_secret(self, connection: ServerConnection, request: Request) -> Response | None:
        if secrets.compare_digest(request.path.encode(), self._secret.encode()):
            return None
        return connection.respond(http.HTTPStatus.FORBIDDEN, "")


async def _between(board: Switchboard, connection: ServerConnection) -> None:
    """Relay one client's messages in both directions until it disconnects."""
    queue: asyncio.Queue[dict[str, Any]] = asyncio.Queue()

    async def send() -> None:
        with suppress(ConnectionClosed):
            while True:
                await connection.send(json.dumps(await queue.get()))

    client = board.join(queue.put_nowait)
    sending = asyncio.create_task(send())
    try:
        with suppress(ConnectionClosed):
            async for text in connection:
                board.from_client(client, json.loads(text))
    finally:
        board.leave(client)
        sending.cancel()


def _loopback_socket() -> socket.socket:
    return socket.create_server(("127.0.0.1", 0))
