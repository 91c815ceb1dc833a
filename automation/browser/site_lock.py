"""The lock to the practice's site: what a browser may reach, and messages about what it may not.

Two layers. The browser itself is started with a proxy rule that knows only the hosts of the site
profile; everything else goes to a proxy that does not exist, so that no redirect, worker, socket,
prerender or WebRTC packet leaves, whether Playwright sees it or not. Routes in front of it
report each host that was blocked.
"""

from __future__ import annotations

import base64
import json
import logging
import re
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from automation.errors import Refusal
from config.site_profile import SiteProfile

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Request, Route

log = logging.getLogger(__name__)

NOWHERE = "http://127.0.0.1:1"
"""A proxy that does not exist: port 1 is reserved for the system; no user program can listen."""


def contained_arguments(site: SiteProfile) -> list[str]:
    """Return command-line arguments that limit a browser to the hosts of the site profile.

    When the office reaches the internet through a proxy of its own (HTTPS_PROXY, HTTP_PROXY or
    the system's setting), the profile's hosts go through it, and all others nowhere.
    """
    hosts = [_host_and_port(origin) for origin in allowed_origins(site)]
    office = _proxy_of_the_office(site)
    names = [
        urlsplit(f"//{host}").hostname or "" for host in (*hosts, *([office] if office else []))
    ]
    known = ", ".join(f"EXCLUDE {name}" for name in dict.fromkeys(names))
    resolver = f"--host-resolver-rules=MAP * ~NOTFOUND, {known}"
    return [resolver, *_proxy_arguments(hosts, office)]


def _proxy_arguments(hosts: list[str], office: str | None) -> list[str]:
    if office is None:
        return [f"--proxy-server={NOWHERE}", f"--proxy-bypass-list=<-loopback>;{';'.join(hosts)}"]
    script = _PAC % (json.dumps(hosts), office, urlsplit(NOWHERE).netloc)
    packed = base64.b64encode(script.encode()).decode()
    return [f"--proxy-pac-url=data:application/x-ns-proxy-autoconfig;base64,{packed}"]


def has_script(arguments: Iterable[str]) -> bool:
    """Return whether the proxy rule is a script, which a headless shell ignores."""
    return any(argument.startswith("--proxy-pac-url") for argument in arguments)


_PAC = """function FindProxyForURL(url, host) {
  var parts = /^([a-z]+):\\/\\/(\\[[^\\]]*\\]|[^:\\/]+)(?::(\\d+))?/.exec(url.toLowerCase());
  var usual = { http: "80", ws: "80", https: "443", wss: "443" };
  var place = parts && parts[2] + ":" + (parts[3] || usual[parts[1]]);
  return %s.indexOf(place) >= 0 ? "PROXY %s" : "PROXY %s";
}"""


def context_proxy(site: SiteProfile) -> dict[str, str]:
    """Return the same rule for one context of a browser that is shared by several sites."""
    office = _proxy_of_the_office(site)
    if office is not None:  # a context accepts no script; the routes are then the only layer
        return {"server": f"http://{office}"}
    hosts = [_host_and_port(origin) for origin in allowed_origins(site)]
    return {"server": NOWHERE, "bypass": ",".join(hosts)}


def _proxy_of_the_office(site: SiteProfile) -> str | None:
    """Return host and port of the proxy through which the practice is reached; None without one."""
    parts = urlsplit(site.address)
    host = parts.hostname or ""
    if host in ("", "localhost", "127.0.0.1", "::1") or proxy_bypass(host):
        return None
    proxies = getproxies()
    address = proxies.get(parts.scheme) or proxies.get("all")
    if not address:
        return None
    found = urlsplit(address if "://" in address else f"//{address}")
    return f"{found.hostname}:{found.port or 80}" if found.hostname else None


def _host_and_port(origin: str) -> str:
    parts = urlsplit(origin)
    port = parts.port or {"http": 80, "https": 443}[parts.scheme]
    host = parts.hostname or ""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


# Origins -------------------------------------------------------------------------------------


def allowed_origins(site: SiteProfile) -> list[str]:
    """Return the origins in the site profile, the practice's own first."""
    return [site.origin, *(_origin(host) for host in site.also_allow)]


def _origin(host: str) -> str:
    return host.rstrip("/") if "://" in host else f"https://{host}"


def origin_of(url: str) -> str:
    """Return the scheme, host and port of a URL as a browser writes it."""
    match = re.match(r"[a-z][a-z0-9+.-]*://[^/?#]*", url)
    return match[0] if match else url[:20]


def is_of(site: SiteProfile, url: str) -> bool:
    """Return whether a URL is the practice's: the same scheme, host and port."""
    return origin_of(url) == site.origin


def led_away(site: SiteProfile, doing: str, found: str) -> Refusal:
    """Return the Refusal to work on a page that is not the practice's."""
    return Refusal(
        doing,
        expected=f"a page of {site.origin}",
        found=f"{found}; nothing was typed or clicked there",
        next_step="look at the site in an ordinary browser and ask the practice's vendor about it; "
        "if the practice has moved, put its new address into the site profile",
        diagnosis="another-site",
    )


# Routes --------------------------------------------------------------------------------------


def locked(
    context: BrowserContext, site: SiteProfile, say: Callable[[str], None] = log.warning
) -> BrowserContext:
    """Block the hosts that the site profile does not allow, and report each of them once.

    The browser or the context must have been started with the proxy rule: routes do not see the
    hops of a redirect, which are only reported here.
    """
    allowed = allowed_origins(site)
    elsewhere = "^(?!" + "|".join(f"(?:{re.escape(o)})(?:[/?#]|$)" for o in allowed) + ")"
    foreign = re.compile(elsewhere + r"(?!data:|blob:|about:)")
    named: set[str] = set()

    def name(url: str) -> None:
        host = urlsplit(url).netloc or url[:20]
        if host not in named:
            named.add(host)
            say(f"blocked a request to {host}: it is not the practice's site")

    def block(route: Route) -> None:
        name(route.request.url)
        route.abort("blockedbyclient")

    def redirected(request: Request) -> None:
        if request.redirected_from is not None and foreign.match(request.url):
            name(request.url)

    context.route(foreign, block)
    context.route_web_socket(re.compile(elsewhere.replace("http", "(?:http|ws)")), _no_socket)
    context.on("request", redirected)
    return context


def _no_socket(socket: Any) -> None:
    socket.close(reason="not the practice's site")
