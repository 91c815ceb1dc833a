"""Serves the practice on loopback, says where in one JSON line, and cleans up behind itself."""

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
    """A server that says where it is once it answers."""

    def __init__(self, config: uvicorn.Config, address: str, practice: Practice) -> None:
        super().__init__(config)
        self.address = address
        self.practice = practice

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start listening, then print the one line."""
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
        """Stop soon, also when a save is hanging."""
        self.should_exit = True


def stop_at_end_of_stdin(server: Server) -> None:
    """Stop the server when the program that started it is gone."""

    def watch() -> None:
        while os.read(0, 4096):  # sys.stdin would hold a lock that stopping must wait for
            pass
        server.stop()

    threading.Thread(target=watch, daemon=True).start()


def leave(number: int, frame: FrameType | None) -> None:
    """End the program in good order, so that its file is deleted."""
    raise SystemExit(0)


def bind(listener: socket.socket, port: int) -> None:
    """Take the port; ValueError in words when it is no port or somebody else has it."""
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
    """Serve until a signal (or the end of stdin); the practice's file is deleted then."""
    switches = start.switches()
    # uvicorn stops on the signal and raises it once more when it has stopped.
    signal.signal(signal.SIGTERM, leave)
    with tempfile.TemporaryDirectory(prefix="sandbox-practice-") as folder:
        practice = Practice(Path(folder) / "practice.sqlite", switches)
        # Without the protocol's name asyncio leaves Nagle's delay on: 40 ms for each answer.
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
            practice.store.db.close()
