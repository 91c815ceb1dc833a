"""A practice with renamed labels: its own pages, with other words where they are visible.

A small proxy on loopback changes the words in the practice's answers, both HTML pages and scripts.
What a form sends back in the new words reaches the practice in the old ones.
"""

from __future__ import annotations

import contextlib
import re
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import quote, quote_plus

import httpx

_HOPS = {"connection", "transfer-encoding", "content-encoding", "content-length", "keep-alive"}
_ATTRIBUTES = "aria-label|placeholder|title|label"


def renamed(text: str, names: Mapping[str, str]) -> str:
    """Rename labels in a page or a script: whole texts only, between tags or in quotes."""
    in_capitals = {old.upper(): new.upper() for old, new in names.items()}
    for old, new in {**in_capitals, **names}.items():
        between = rf"(?<=[>\]])(\W*?){re.escape(old)}(?=[:*]?\W*?<)"
        text = re.sub(between, lambda found, new=new: found[1] + new, text)
        named = rf"((?:{_ATTRIBUTES})=\"){re.escape(old)}(?=\")"
        text = re.sub(named, lambda found, new=new: found[1] + new, text)
        button = rf"(<input type=\"(?:submit|button)\"[^>]*? value=\"){re.escape(old)}(?=\")"
        text = re.sub(button, lambda found, new=new: found[1] + new, text)
    return text


def renamed_in_script(text: str, names: Mapping[str, str]) -> str:
    """Rename labels in a script: whole strings, and texts between tags and in attributes."""
    for old, new in names.items():
        text = re.sub(rf'(?<=["\'`]){re.escape(old)}(?=["\'`])', new, text)
    return renamed(text, names)


class _Renaming(BaseHTTPRequestHandler):
    """Forwards each request, and changes the words of the answer."""

    protocol_version = "HTTP/1.1"
    practice: str
    names: Mapping[str, str]
    changed: set[str]
    client: httpx.Client

    def do_GET(self) -> None:
        """Forward the browser's request."""
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length) if length else None
        own = f"http://{self.headers['Host']}"
        headers = {
            key: value.replace(own, self.practice)
            for key, value in self.headers.items()
            if key.lower() not in {*_HOPS, "host", "accept-encoding"}
        }
        answer = self.client.request(
            self.command, self.practice + self._in_old_words(self.path),
            content=self._in_old_words(body.decode()).encode() if body else None, headers=headers,
        )  # fmt: skip
        content = self._in_new_words(answer)
        self.send_response(answer.status_code)
        for key, value in answer.headers.multi_items():
            if key.lower() not in {*_HOPS, "server", "date"}:
                self.send_header(key, value.replace(self.practice, own))
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        with contextlib.suppress(ConnectionError):  # the browser no longer waits for it
            self.wfile.write(content)

    do_POST = do_PUT = do_DELETE = do_GET  # noqa: N815

    def _in_old_words(self, text: str) -> str:
        for old, new in self.names.items():
            for code in (quote, quote_plus):
                text = text.replace("=" + code(new), "=" + code(old))
        return text

    def _in_new_words(self, answer: httpx.Response) -> bytes:
        kind = answer.headers.get("content-type", "")
        if "html" in kind:
            text = renamed(answer.text, self.names)
        elif "javascript" in kind:
            text = renamed_in_script(answer.text, self.names)
        else:
            return answer.content
        if text != answer.text:
            self.changed.update(self.names)
        return text.encode()

    def log_message(self, format: str, *args: object) -> None:
        """Write no log."""


class Renamed:
    """A practice with changed words; `names` may differ from test to test.

    `changed` holds the names in use when an answer was changed.
    """

    def __init__(self, address: str) -> None:
        self.address, self.names, self.changed = address, dict[str, str](), set[str]()


@contextmanager
def renaming(practice: str) -> Iterator[Renamed]:
    """Run the proxy for a practice while the block runs."""
    with httpx.Client(timeout=30, trust_env=False) as client:
        renamed_ = Renamed("")
        handler = type(
            "Handler", (_Renaming,),
            {"practice": practice, "names": renamed_.names, "changed": renamed_.changed,
             "client": client},
        )  # fmt: skip
        server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        renamed_.address = f"http://127.0.0.1:{server.server_port}"
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield renamed_
        finally:
            server.shutdown()
            server.server_close()
