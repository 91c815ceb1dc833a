"""What the answers of the look "harbor" share: the sign-in check, the options, paging."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeVar

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from .books import BadEntry
from .harbor_books import HarborBooks

T = TypeVar("T")
Answer = Callable[[Request], Awaitable[Response]]
PAGE = 10
SAVE_SECONDS = 0.25
USER = "Dana Whitlow"
COOKIE = "harborview_session"
FAILED = "The server could not answer. Please try again in a moment."


def books_of(request: Request) -> HarborBooks:
    """The practice's books."""
    books: HarborBooks = request.app.state.books
    return books


def signed_in(request: Request) -> bool:
    """Whether this browser has signed in."""
    return request.cookies.get(COOKIE) in request.app.state.signed_in


async def slow(request: Request) -> None:
    """Waits for the delay that the options set."""
    await asyncio.sleep(books_of(request).options.delay_ms / 1000)


def data(answer: Answer) -> Answer:
    """Answers only a signed-in browser, and applies the options to the answer."""

    async def guarded(request: Request) -> Response:
        """Answers, or says 401, 404, 422 or 500."""
        options = books_of(request).options
        await slow(request)
        if not signed_in(request):
            return JSONResponse({"message": "You are signed out."}, 401)
        if options.fail_next:
            options.fail_next -= 1
            return JSONResponse({"message": FAILED}, 500)
        try:
            answered = await answer(request)
        except BadEntry as problem:
            answered = JSONResponse({"message": str(problem)}, 422)
        except KeyError:
            answered = JSONResponse({"message": "This record is not here any more."}, 404)
        answered.headers["X-Harbor"] = json.dumps(options.seen_by_page())
        return answered

    return guarded


def number(request: Request, name: str = "number") -> int:
    """A number in the address."""
    return int(request.path_params[name])


def page_of(request: Request, rows: Sequence[T]) -> tuple[list[T], dict[str, Any]]:
    """The rows of the page asked for, and the numbers for the pager."""
    pages = max(1, -(-len(rows) // PAGE))
    page = min(max(1, int(request.query_params.get("page", "1"))), pages)
    first = (page - 1) * PAGE
    shown = list(rows[first : first + PAGE])
    told = {"page": page, "pages": pages, "total": len(rows), "first": first + 1 if rows else 0}
    return shown, {**told, "last": first + len(shown)}
