"""Serves the practice on loopback, prints where in one JSON line, and cleans up at the end."""

from __future__ import annotations

import json
import os
import signal
import socket
import sys
import tempfile
import threading
from pathlib import Path
from types import FrameType

import uvicorn

from .app import build
from .practice import PRACTICE_CODE, USERS, Practice
from .settings import Start

HOST = "127.0.0.1"


class Server(uvicorn.Server):
    """A server that prints its address once it answers."""

    def __init__(self, config: uvicorn.Config, address: str, practice: Practice) -> None:
        super().__init__(config)
        self.address = address
        self.practice = practice

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start listening, then print the JSON line."""
        await super().startup(sockets)
        line = {
            "address": self.address,
            "control": f"{self.address}/sandbox-control",
            "practice_code": PRACTICE_CODE,
            "users": list(USERS),
        }
        sys.stdout.write(json.dumps(line) + "\n")
        sys.stdout.flush()

    def stop(self) -> None:
        """Stop soon, even while a save hangs."""
        self.should_exit = True


def stop_at_end_of_stdin(server: Server) -> None:
    """Stop the server when the program that started it has ended."""

    def watch() -> None:
        while os.read(0, 4096):  # sys.stdin would hold a lock that the exit waits for
            pass
        server.stop()

    threading.Thread(target=watch, daemon=True).start()


def leave(number: int, frame: FrameType | None) -> None:
    """End the program cleanly, so that its file is deleted."""
    raise SystemExit(0)


def bind(listener: socket.socket, port: int) -> None:
    """Bind the port; raise ValueError when it is not a port number or is in use."""
    if not 0 <= port <= 65535:
        raise ValueError(f"a port is a number from 0 (any free one) to 65535, not {port}")
    try:
        listener.bind((HOST, port))
    except OSError as error:
        raise ValueError(
            f"port {port} cannot be taken ({(error.strerror or '').lower()}); "
            "leave --port out to take a free one"
        ) from error


def run(start: Start) -> None:
    """Serve until a signal (or the end of stdin), then delete the practice's own file."""
    switches = start.switches()
    # uvicorn stops on the signal and raises it again once it has stopped.
    signal.signal(signal.SIGTERM, leave)
    with tempfile.TemporaryDirectory(prefix="sandbox-practice-") as folder:
        practice = Practice(Path(folder) / "practice.sqlite", switches)
        records = Path(start.records) if start.records else None
        if records is not None and records.exists():
            practice.take(records)
        # Without an explicit protocol asyncio leaves Nagle's algorithm on: 40 ms per answer.
        listener = socket.socket(proto=socket.IPPROTO_TCP)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bind(listener, start.port)
        address = f"http://{HOST}:{listener.getsockname()[1]}"
        config = uvicorn.Config(
            build(practice),
            log_level="critical",
            lifespan="off",
            access_log=False,
            timeout_graceful_shutdown=1,
            ws="none",
        )
        server = Server(config, address, practice)
        if start.stop_with_stdin:
            stop_at_end_of_stdin(server)
        try:
            server.run(sockets=[listener])
        except KeyboardInterrupt:
            pass
        finally:
            if records is not None:
                practice.store.keep(records)
            practice.store.db.close()
