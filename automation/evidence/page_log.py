"""A log of a tab: its console, its page errors and its network requests."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from automation.evidence.redaction import Redaction

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, ConsoleMessage, Request, Response, WebError

MOST = 400  # lines of each kind; the oldest go first


class Lines:
    """The last lines of a log, and how many came before them."""

    def __init__(self, most: int = MOST) -> None:
        self._last: deque[str] = deque(maxlen=most)
        self._count = 0

    def add(self, line: str) -> None:
        """Add a line, cut at a thousand characters."""
        self._last.append(" ".join(line.split())[:1000])
        self._count += 1

    def text(self, nothing: str) -> str:
        """Return the lines as the text of a file; `nothing` when there are none."""
        lost = self._count - len(self._last)
        head = [f"({lost} earlier lines are left out)"] if lost else []
        return "\n".join([*head, *self._last] if self._last else [nothing]) + "\n"


class Overheard:
    """Listen to every tab of a context until stopped, without any call to the browser."""

    def __init__(self, context: BrowserContext, redaction: Redaction) -> None:
        self.console, self.network = Lines(), Lines()
        self._context, self._redaction = context, redaction
        self._ears: dict[Any, Callable[[Any], None]] = {
            "console": self._said,
            "weberror": self._broke,
            "response": self._answered,
            "requestfailed": self._unanswered,
        }
        for event, ear in self._ears.items():
            context.on(event, ear)

    def stop(self) -> None:
        """Stop listening."""
        for event, ear in self._ears.items():
            self._context.remove_listener(event, ear)
        self._ears = {}

    def _said(self, message: ConsoleMessage) -> None:
        self.console.add(self._redaction.console(message.type, message.text))

    def _broke(self, error: WebError) -> None:
        self.console.add(self._redaction.console("page error", str(error.error)))

    def _answered(self, response: Response) -> None:
        self._note(response.request, str(response.status), response.request.timing)

    def _unanswered(self, request: Request) -> None:
        # The browser's own words, such as net::ERR_ABORTED; they name no address.
        self._note(request, f"failed ({request.failure or 'no reason given'})", request.timing)

    def _note(self, request: Request, status: str, timing: Any) -> None:
        took = timing.get("responseStart", -1)
        ms = f"{took:.0f} ms" if took >= 0 else "- ms"
        self.network.add(f"{request.method} {self._redaction.path(request.url)} {status} {ms}")
