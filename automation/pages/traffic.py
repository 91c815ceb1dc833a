"""A page's network traffic: which requests are pending, and which answers failed."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_plus, urlsplit

from automation.browser import driver
from config.site_profile import SiteProfile

if TYPE_CHECKING:
    from playwright.sync_api import Frame, Request, Response
    from playwright.sync_api import Page as Tab

_FEEDS = ("document", "xhr", "fetch")  # these load rows, dialogs and tabs
_COUNTS = (*_FEEDS, "script", "stylesheet")
_OFTEN = 2  # a request sent more often than this after one action is a poll
_ALWAYS = 6  # one sent so often after one action and never answered well loads nothing
_THE_PRACTICE_SAYS = (400, 401, 403, 409, 422)  # a page that tells a person why it refused
_NAMED = {
    "patients", "patient", "clients", "client", "list", "search", "transactions", "billing",
    "visit", "session", "appointment", "policy", "insurance", "settings", "payment", "payments",
    "history", "chart", "activity", "log", "login", "credit", "tab", "statement",
}  # fmt: skip


@dataclass(frozen=True)
class Failed:
    """A failed answer: its error status (0: none came) and what was requested."""

    status: int
    what: str
    began: float
    is_page: bool

    def __str__(self) -> str:
        asked = f"its request for '{self.what}'" if self.what else "a request of this page"
        if not self.status:
            return f"the connection broke during {asked}"
        return f"the practice answered error {self.status} to {asked}"


@dataclass
class Traffic:
    """A listener to one tab's requests, without any call to the browser."""

    tab: Tab
    site: SiteProfile
    acts: int = 0  # how often we have pressed, typed, chosen or loaded something
    acted_at: float = field(default_factory=time.monotonic)
    arrived_at: float = 0.0  # when the latest answer that counts was complete
    moved_at: float = 0.0  # when the latest request that counts began or ended
    open: dict[Request, float] = field(default_factory=dict)
    failed: dict[tuple[str, str], Failed] = field(default_factory=dict)
    since: Counter[tuple[str, str]] = field(default_factory=Counter)
    good: set[tuple[str, str]] = field(default_factory=set)  # answered well at least once
    reports: set[tuple[str, str]] = field(default_factory=set)  # a page's reports about itself
    frame: Frame | None = None  # the frame with the practice's pages, if they are in one

    def __post_init__(self) -> None:
        self.heard: dict[Any, Callable[[Any], None]] = {
            "request": self._began,
            "response": self._answered,
            "requestfinished": self._ended,
            "requestfailed": self._lost,
            "framenavigated": self._navigated,
        }
        for event, hear in self.heard.items():
            self.tab.on(event, hear)

    def act(self) -> None:
        """Record that we are about to do something, which may cause what follows."""
        self.acts += 1
        self.acted_at = time.monotonic()
        self.since.clear()

    def on_its_way(self) -> list[Request]:
        """Return the requests that count and are not completely answered yet."""
        too_old = time.monotonic() - self.site.limits.page
        return [request for request, began in self.open.items() if began > too_old]

    def is_incomplete(self) -> bool:
        """Tell whether the page itself, or a script of it, is still loading."""
        if not self.open:
            return False
        return any(
            request.resource_type == "script" or self._is_page(request)
            for request in self.on_its_way()
        )

    def failures(self, *, of_this_action: bool = False) -> list[Failed]:
        """Return what failed on this page and was not answered well since, the latest first."""
        found = [f for f in self.failed.values() if not of_this_action or f.began >= self.acted_at]
        return sorted(found, key=lambda failed: -failed.began)

    def name(self, request: Request) -> str:
        """Name a request by the known words of its URL, never by a name or a number."""
        near: list[str] = []
        found: list[str] = []
        for part in unquote_plus(urlsplit(request.url).path).casefold().split("/"):
            words = part.replace("-", " ").split()
            if words and all(word in _NAMED for word in words):
                near += words
            elif words:  # words before it name where the page belongs, not what it is
                found, near = near or found, []
        return " ".join((near or found)[-2:])

    def is_background(self, request: Request) -> bool:
        """Tell whether a page only reports about itself with a request."""
        segments = set(urlsplit(request.url).path.casefold().split("/"))
        return request.resource_type == "ping" or bool(
            segments & {word.casefold() for word in self.site.background}
        )

    def _is_page(self, request: Request) -> bool:
        return request.is_navigation_request() and _frame_of(request) == (
            self.frame or self.tab.main_frame
        )

    def _key(self, request: Request) -> tuple[str, str]:
        return request.method, request.url.partition("?")[0].partition("#")[0]

    def _counts(self, request: Request) -> bool:
        """Tell whether a request may load something; a page's reports about itself do not."""
        if request.resource_type not in _COUNTS or not request.url.startswith(self.site.origin):
            return False
        if self.is_background(request) or self._key(request) in self.reports:
            return False
        return self._is_page(request) or self.since[self._key(request)] <= _OFTEN

    def _began(self, request: Request) -> None:
        if request.resource_type in _FEEDS:
            self.since[self._key(request)] += 1
            self._see_whether_it_reports(self._key(request))
        if self._counts(request):
            self.open[request] = self.moved_at = time.monotonic()

    def _see_whether_it_reports(self, key: tuple[str, str]) -> None:
        """Ignore a request that a page repeats without ever being answered well.

        It loads nothing that a person reads, so its failures explain nothing.
        """
        if key[0] != "GET" and self.since[key] >= _ALWAYS and key not in self.good:
            self.reports.add(key)
            self.failed.pop(key, None)

    def _answered(self, response: Response) -> None:
        request = response.request
        if response.status < 400:
            self.good.add(self._key(request))
        if request not in self.open or request.resource_type not in _FEEDS:
            return
        key, bad = self._key(request), response.status >= 400
        if request.resource_type == "document":
            bad = bad and response.status not in _THE_PRACTICE_SAYS
        if bad:
            self._note(request, response.status)
        else:
            self.failed.pop(key, None)

    def _ended(self, request: Request) -> None:
        if self.open.pop(request, None) is not None:
            self.arrived_at = self.moved_at = time.monotonic()

    def _lost(self, request: Request) -> None:
        taken_back = "ERR_ABORTED" in (request.failure or "")  # cancelled by the page itself
        if request in self.open and request.resource_type in _FEEDS and not taken_back:
            self._note(request, 0)
        if self.open.pop(request, None) is not None:
            self.moved_at = time.monotonic()

    def _note(self, request: Request, status: int) -> None:
        if self._key(request) in self.reports:
            return
        began = self.open.get(request, time.monotonic())
        failed = Failed(status, self.name(request), began, request.resource_type == "document")
        self.failed[self._key(request)] = failed

    def _navigated(self, frame: Frame) -> None:
        """Forget what failed on the previous page."""
        if frame != (self.frame or self.tab.main_frame):
            return
        self.failed = {k: f for k, f in self.failed.items() if f.began >= self.acted_at}


def _frame_of(request: Request) -> Frame | None:
    try:
        return request.frame
    except driver.Error:  # the page is only just loading, or it is a worker's request
        return None
