"""What every answer of the look "webapp" needs, such as the check for a signed-in browser."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from .books import Books

SAVE_SECONDS = 0.3
USER = "Dana Whitlow"
Answer = Callable[[Request], Awaitable[Response]]


def books_of(request: Request) -> Books:
    """The practice's books."""
    books: Books = request.app.state.books
    return books


def inside(answer: Answer) -> Answer:
    """Answers only a signed-in browser."""

    async def guarded(request: Request) -> Response:
        """Answers, or says 401."""
        known = request.cookies.get("lk") in request.app.state.signed_in
        return await answer(request) if known else JSONResponse({"message": "Signed out"}, 401)

    return guarded
