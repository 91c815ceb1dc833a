"""Several clients on one connection to a browser, each with its own session.

The browser's pipe serves one client. Each client is given a session with the browser itself
(`Target.attachToBrowserTarget`); its requests are renumbered on the way in and their answers
numbered back on the way out, and an event goes to the client that owns the session it comes from.
When a client leaves, its session ends, and with it everything it had set up in the browser.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from typing import Any

Message = dict[str, Any]

_NO_SESSION = {"code": -32001, "message": "Session with given id not found."}


@dataclass(eq=False)
class Client:
    """One client of the browser; `send` is called for each message to it."""

    send: Callable[[Message], None]
    session: str = ""  # "" until the browser has assigned one
    waiting: list[Message] = field(default_factory=list)  # requests made before there was one
    gone: bool = False


class Switchboard:
    """Pass messages between one browser and its clients; single-threaded."""

    def __init__(self, to_browser: Callable[[Message], None]) -> None:
        self._to_browser = to_browser
        self._numbers = count(1)
        self._answers: dict[int, Callable[[Message], None]] = {}
        self._owners: dict[str, Client] = {}

    def join(self, send: Callable[[Message], None]) -> Client:
        """Add a client; its requests wait until it has a session."""
        client = Client(send)

        def answered(answer: Message) -> None:
            session = answer["result"]["sessionId"]
            if client.gone:
                self._end(session)
                return
            client.session = session
            self._owners[session] = client
            for message in client.waiting:
                self.from_client(client, message)

        self._ask({"method": "Target.attachToBrowserTarget"}, answered)
        return client

    def leave(self, client: Client) -> None:
        """Remove a client; its session ends, and with it everything it had set up."""
        client.gone = True
        if client.session:
            self._end(client.session)
        self._owners = {key: owner for key, owner in self._owners.items() if owner is not client}

    def from_client(self, client: Client, message: Message) -> None:
        """Pass on a client's request; for a session it does not own, answer that it is unknown."""
        if not client.session:
            client.waiting.append(message)
            return
        asked, session = message.get("id"), message.get("sessionId")
        if session is not None and self._owners.get(session) is not client:
            client.send({"id": asked, "sessionId": session, "error": _NO_SESSION})
            return

        def answered(answer: Message) -> None:
            if not client.gone:
                client.send(_addressed({**answer, "id": asked}, session))

        self._ask({**message, "sessionId": session or client.session}, answered)

    def from_browser(self, message: Message) -> None:
        """Pass an answer or an event on to its client."""
        if "id" in message:
            answered = self._answers.pop(message["id"], None)
            if answered is not None:
                answered(message)
            return
        session = message.get("sessionId", "")
        client = self._owners.get(session)
        if client is None:
            return
        about = message.get("params", {}).get("sessionId", "")
        if message.get("method") == "Target.attachedToTarget":
            self._owners[about] = client
        elif message.get("method") == "Target.detachedFromTarget":
            self._owners.pop(about, None)
        client.send(_addressed(message, None if session == client.session else session))

    def _ask(self, message: Message, answered: Callable[[Message], None]) -> None:
        number = next(self._numbers)
        self._answers[number] = answered
        self._to_browser({**message, "id": number})

    def _end(self, session: str) -> None:
        request = {"method": "Target.detachFromTarget", "params": {"sessionId": session}}
        self._ask(request, lambda _: None)


def _addressed(message: Message, session: str | None) -> Message:
    """Return a message with the session as the client knows it: none for the browser itself."""
    rest = {key: value for key, value in message.items() if key != "sessionId"}
    return rest if session is None else {**rest, "sessionId": session}
