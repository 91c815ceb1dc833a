"""Serves one of the foreign practices on loopback until told to stop.

python -m tests.foreign.practice --look soup|webapp|harbor [--port N] [--stop-with-stdin]
"""

from __future__ import annotations

import argparse
import json
import socket
import sys
import threading

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from . import harbor, soup, webapp
from .harbor_people import new_harbor_books
from .people import new_books
from .releases import Release, named, rewriting

LOOKS = {"soup": soup.routes, "webapp": webapp.routes, "harbor": harbor.routes}
BOOKS = {"harbor": new_harbor_books}  # the other looks use the shared books


def application(look: str, release: Release = Release()) -> Starlette:  # noqa: B008
    """The practice in one look at a release, with the ledger and the reset for tests."""
    app = Starlette(routes=[*LOOKS[look](), Route("/ledger", ledger), Route("/reset", reset,
                    methods=["POST"]), Route("/release", bring, methods=["POST"])])  # fmt: skip
    app.add_middleware(rewriting(look))
    app.state.release = release
    app.state.new_books = BOOKS.get(look, new_books)
    app.state.books = release.opened(app.state.new_books())
    app.state.signed_in = set()
    app.state.posted = {}  # the payment that each posted form made
    return app


async def ledger(request: Request) -> Response:
    """The whole state as JSON, money in cents."""
    return JSONResponse(request.app.state.books.ledger())


async def reset(request: Request) -> Response:
    """Resets the books; sign-ins stay valid."""
    request.app.state.books = request.app.state.release.opened(request.app.state.new_books())
    return JSONResponse({"reset": True})


async def bring(request: Request) -> Response:
    """Switches to a release, and resets the books."""
    name = request.query_params.get("name", "")
    try:
        request.app.state.release = named(name)
    except ValueError as problem:
        return JSONResponse({"error": str(problem)}, 400)
    return await reset(request)


class Server(uvicorn.Server):
    """Prints its address once it answers."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Starts listening, then prints one JSON line."""
        await super().startup(sockets)
        host, port = (sockets or [])[0].getsockname()
        print(json.dumps({"address": f"http://{host}:{port}"}), flush=True)


def stop_with_stdin(server: Server) -> None:
    """Asks the server to stop at the end of standard input."""
    sys.stdin.read()
    server.should_exit = True


def main() -> None:
    """Reads the command line and serves."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--look", choices=sorted(LOOKS), required=True)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--stop-with-stdin", action="store_true")
    parser.add_argument("--release", type=named, default="")
    wanted = parser.parse_args()
    config = uvicorn.Config(
        application(wanted.look, wanted.release),
        log_level="warning",
        lifespan="off",
        timeout_graceful_shutdown=1,
    )
    server = Server(config)
    if wanted.stop_with_stdin:
        threading.Thread(target=stop_with_stdin, args=(server,), daemon=True).start()
    with socket.create_server(("127.0.0.1", wanted.port)) as listening:
        server.run(sockets=[listening])


if __name__ == "__main__":
    main()
