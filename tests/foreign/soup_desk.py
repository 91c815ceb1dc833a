"""What every page of the look "soup" needs, such as the check for a signed-in browser."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from .books import Books

USER = "Dana Whitlow"
Page = Callable[[Request], Awaitable[Response]]


def go(to: str, **query: Any) -> Response:
    """Redirects the browser to a page."""
    return RedirectResponse(f"{to}?{urlencode(query)}" if query else to, 303)


def inside(page: Page) -> Page:
    """Shows a page only to a signed-in browser."""

    async def guarded(request: Request) -> Response:
        """Shows the page, or the sign-in."""
        known = request.cookies.get("fc") in request.app.state.signed_in
        return await page(request) if known else go("/")

    return guarded


def books_of(request: Request) -> Books:
    """The practice's books."""
    books: Books = request.app.state.books
    return books


async def words(request: Request) -> dict[str, str]:
    """What was typed into a form."""
    return {name: str(value) for name, value in (await request.form()).items()}
