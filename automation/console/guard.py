"""Who may come in: this computer's own browser, with the key of the opening address, and no page
of another origin.

The key is used once and becomes a cookie. Whoever did nothing for some minutes is locked out.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from automation.console.tables import BillerList
from automation.console.ticks import Ticks
from automation.worklists.limits import LARGEST_BYTES

MOST_BYTES = LARGEST_BYTES + 1_000_000  # of one request: the largest list, and its form
MOST_LISTS = 8  # of one visitor
HEADERS = {
    "Content-Security-Policy": "default-src 'self'; base-uri 'none'; object-src 'none'; "
    "form-action 'self'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_READING_SECONDS = 60  # the locked page is shown once; then its program may end
_OWN_SITE = ("same-origin", "none")

Refused = Callable[[int, str], Response]
"""Makes the page that says why somebody may not come in."""


class TooLarge(Exception):
    """A request has more bytes than any list may have."""


@dataclass(frozen=True)
class Notice:
    """What the next page says once: an English text, and the values of the `{names}` in it."""

    text: str = ""
    values: Mapping[str, object] = field(default_factory=dict)


@dataclass
class Visitor:
    """One browser that came in: its token for forms, its lists, and when it was used last."""

    form_token: str = field(default_factory=lambda: secrets.token_urlsafe(32), repr=False)
    lists: dict[str, BillerList] = field(default_factory=dict, repr=False)
    ticks: Ticks = field(default_factory=Ticks)
    used: float = 0.0
    found: object = field(default=None, repr=False)  # the latest `Findings` of a search
    search: dict[str, str] = field(default_factory=dict, repr=False)  # in the history
    language: str = ""  # chosen on the page
    notice: Notice = Notice()

    def keep(self, given: BillerList, name: str = "") -> str:
        """Keep a list in memory, under the name it has or a new random one; return the name.

        Only this one is kept as it was read, and the oldest go when all are too large together.
        """
        name = name or secrets.token_urlsafe(12)
        self.lists = {**self.lists, name: given}
        self.turn_to(name)
        while len(self.lists) > MOST_LISTS or self._bytes() > MOST_BYTES:
            del self.lists[next(iter(self.lists))]
        return name

    def turn_to(self, name: str) -> BillerList:
        """Return a list, which is the latest now; the others are read again when they are shown."""
        given = self.lists[name]
        others = {key: one.unread() for key, one in self.lists.items() if key != name}
        self.lists = {**others, name: given}
        return given

    def _bytes(self) -> int:
        return sum(len(one.given.content) for one in self.lists.values())

    def may_post(self, token: str) -> bool:
        """Return whether a form carries this visitor's token."""
        return hmac.compare_digest(token.encode(), self.form_token.encode())


class Door:
    """The key, the visitors, and the time after which an unused page locks itself."""

    def __init__(
        self, port: int, lock_seconds: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.host = f"127.0.0.1:{port}"
        self.origin = f"http://{self.host}"
        self.cookie = f"undo_writeoff_{port}"  # cookies of one host are shared by all its ports
        self.lock_seconds = lock_seconds
        self._clock = clock
        self._key = secrets.token_urlsafe(32)
        self._visitors: dict[str, Visitor] = {}  # by a hash of the cookie
        self._used = 0.0  # when anybody used it last

    @property
    def opening_address(self) -> str:
        """The address that lets one browser in, once."""
        return f"{self.origin}/open?key={self._key}"

    @property
    def is_deserted(self) -> bool:
        """Whether everybody is locked out, and has had a while to read so; no key is left."""
        unused = self._clock() - self._used
        return not self._key and unused >= self.lock_seconds + _READING_SECONDS

    def enter(self, key: str) -> str | None:
        """Take the key; return the cookie of a new visitor, None for a wrong or used key."""
        if not self._key or not hmac.compare_digest(key.encode(), self._key.encode()):
            return None
        self._key, self._used = "", self._clock()
        cookie = secrets.token_urlsafe(32)
        self._visitors[_hash(cookie)] = Visitor(used=self._used)
        return cookie

    def visitor(self, cookie: str, *, by_hand: bool = True) -> Visitor | None:
        """Return the visitor of a cookie, None for a stranger or after the lock.

        What the page asks for by itself, not `by_hand`, does not keep it open.
        """
        name = _hash(cookie)
        found = self._visitors.get(name)
        if found is None:
            return None
        now = self._clock()
        if now - found.used >= self.lock_seconds:
            del self._visitors[name]  # and with it every list
            return None
        if by_hand:
            found.used = self._used = now
        return found


def _hash(cookie: str) -> str:
    return hashlib.sha256(cookie.encode()).hexdigest()


class Guard:
    """Lets a request through to the pages, or refuses it; adds the headers to every answer."""

    def __init__(self, app: ASGIApp, door: Door, refused: Refused) -> None:
        self._app, self._door, self._refused = app, door, refused

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            if scope["type"] == "websocket":
                await send({"type": "websocket.close", "code": 1008})
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(HEADERS)
            await send(message)

        request = Request(scope)
        answer = self._stopped(request)
        if answer is None:
            await self._app(scope, _counted(receive), with_headers)
        else:
            await answer(scope, receive, with_headers)

    def _stopped(self, request: Request) -> Response | None:
        """Return the answer for who may not come in or has just come in; else None."""
        if request.headers.getlist("host") != [self._door.host]:
            return self._refused(400, "This address is not the page's own.")
        if not _is_of_own_page(request, self._door.origin):
            return self._refused(403, "Another page asked for this, so nothing was done.")
        if int_of(request.headers.get("content-length")) > MOST_BYTES:
            return self._refused(413, too_large())
        path = request.url.path
        if path == "/open":
            return self._let_in(request)
        if path.startswith("/static/"):
            return None
        by_hand = "auto" not in request.query_params
        cookie = request.cookies.get(self._door.cookie, "")
        visitor = self._door.visitor(cookie, by_hand=by_hand)
        if visitor is None:
            return self._refused(401, "")
        request.state.visitor = visitor
        return None

    def _let_in(self, request: Request) -> Response:
        cookie = self._door.enter(request.query_params.get("key", ""))
        if cookie is None:
            return self._refused(403, "This address was used before. Each one works once.")
        answer = RedirectResponse("/", status_code=303)  # the key leaves the address bar
        answer.set_cookie(self._door.cookie, cookie, path="/", httponly=True, samesite="strict")
        return answer


def too_large() -> str:
    """Say that a request is too large."""
    return f"That is more than {MOST_BYTES // 1_000_000} MB. Save only the rows that are needed."


def _is_of_own_page(request: Request, own: str) -> bool:
    """Return whether our own page or the person asked, as the browser's headers tell.

    With our Referrer-Policy a browser sends the origin "null" with our own forms: then the other
    header decides, which no page can set.
    """
    origins = request.headers.getlist("origin")
    site = request.headers.get("sec-fetch-site")
    if origins not in ([], ["null"]):
        return origins == [own]
    if request.method in ("GET", "HEAD"):
        return site is None or site in _OWN_SITE
    return site == "same-origin"


def int_of(text: str | None) -> int:
    """Read a whole number that is 0 or more; anything else is 0."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 12 else 0


def _counted(receive: Receive) -> Receive:
    """Raise TooLarge when a request goes on for too long, whatever length it names."""
    count = 0

    async def counting() -> Message:
        nonlocal count
        message = await receive()
        count += len(message.get("body", b""))
        if count > MOST_BYTES:
            raise TooLarge
        return message

    return counting
