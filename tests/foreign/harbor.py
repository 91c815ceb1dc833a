"""The look "harbor": a page drawn by script, with a server address for each screen.

Options are read and set at /options, as JSON, and are off again after /reset.
"""

from __future__ import annotations

import secrets
from html import escape
from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from . import harbor_chart, harbor_log, harbor_payments
from .cases import SIGN_IN
from .harbor_desk import COOKIE, USER, Answer, books_of, data, signed_in, slow

FILES = Path(__file__).parent / "harbor_files"
SCRIPTS = ("app", "parts", "layers", "tables", "patients", "billing", "visit", "settings",
           "payments", "reports")  # fmt: skip
SCREENS = ("home", "schedule", "patients", "payers", "reports", "staff", "profile")
DOOR = SIGN_IN["harbor"]
PRACTICE = "Harborview Counseling Associates"
SHELL = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{name}</title>
<link rel="icon" href="data:,"><style>html,body,iframe{{margin:0;height:100%;width:100%;border:0;
display:block}}</style></head><body><iframe title="{name}" src="/inner{path}"></iframe></body>
</html>
"""


async def sign_in(request: Request) -> Response:
    """Checks the practice code alone, or with user and password, which signs in."""
    await slow(request)
    typed = await request.json()
    if str(typed.get("code", "")).strip().upper() != DOOR.practice_code:
        return JSONResponse({"message": "This practice code is not known."}, 403)
    if "user" not in typed:
        return JSONResponse({"practice": PRACTICE})
    if (typed["user"], typed.get("password")) != (DOOR.user, DOOR.password):
        return JSONResponse({"message": "Username or password is wrong."}, 403)
    answer, key = JSONResponse({"user": USER}), secrets.token_hex(8)
    request.app.state.signed_in.add(key)
    answer.set_cookie(COOKIE, key, httponly=True, samesite="lax")
    return answer


async def sign_out(request: Request) -> Response:
    """Ends this browser's sign-in."""
    request.app.state.signed_in.discard(request.cookies.get(COOKIE))
    return JSONResponse({"signed_out": True})


@data
async def me(request: Request) -> Response:
    """Who is signed in, and where."""
    return JSONResponse({"user": USER, "initials": "DW", "practice": PRACTICE})


@data
async def close_overlay(request: Request) -> Response:
    """Remembers that the overlay was closed."""
    books_of(request).options.overlay = ""
    return JSONResponse({"closed": True})


async def screen(request: Request) -> Response:
    """The page; with the option "iframe" a signed-in browser gets a page around it."""
    await slow(request)
    path = request.url.path
    if books_of(request).options.iframe and signed_in(request) and not path.startswith("/inner"):
        inner = escape(f"{'/home' if path == '/' else path}?{request.url.query}")
        return HTMLResponse(SHELL.format(name=PRACTICE, path=inner))
    return FileResponse(FILES / "index.html", headers={"Cache-Control": "no-store"})


async def options(request: Request) -> Response:
    """Returns the options, after setting those that were sent."""
    switches = books_of(request).options
    if request.method == "POST":
        try:
            switches.take(await request.json())
        except ValueError as problem:
            return JSONResponse({"message": str(problem)}, 400)
    return JSONResponse(vars(switches))


def _file(name: str) -> Answer:
    """Serves one file of the page."""

    async def serve(request: Request) -> Response:
        """The file."""
        await slow(request)
        return FileResponse(FILES / name, headers={"Cache-Control": "no-store"})

    return serve


def routes() -> list[Route]:
    """The pages and the data of this look."""
    names = ("app.css", *(f"{each}.js" for each in SCRIPTS))
    return [
        Route("/", screen),
        *(Route(f"/{each}", screen) for each in SCREENS),
        *(Route(f"/{each}/{{rest:path}}", screen) for each in (*SCREENS, "inner")),
        *(Route(f"/files/{name}", _file(name)) for name in names),
        Route("/options", options, methods=["GET", "POST"]),
        Route("/api/sign-in", sign_in, methods=["POST"]),
        Route("/api/sign-out", sign_out, methods=["POST"]),
        Route("/api/me", me),
        Route("/api/overlay/close", close_overlay, methods=["POST"]),
        *harbor_chart.routes(),
        *harbor_payments.routes(),
        *harbor_log.routes(),
    ]
