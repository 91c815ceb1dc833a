"""The lock to the practice's site: what a browser may reach, and the name of what it may not."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, Route

from config.site_profile import SiteProfile

log = logging.getLogger(__name__)


def locked(
    context: BrowserContext, site: SiteProfile, say: Callable[[str], None] = log.warning
) -> BrowserContext:
    """Let the context reach the site's origin and the hosts its profile allows; block the rest.

    Each blocked host is named once.
    """
    allowed = [site.origin, *(_origin(host) for host in site.also_allow)]
    elsewhere = "^(?!" + "|".join(f"(?:{re.escape(o)})(?:[/?#]|$)" for o in allowed) + ")"
    named: set[str] = set()

    def block(route: Route) -> None:
        host = urlsplit(route.request.url).netloc or route.request.url[:20]
        if host not in named:
            named.add(host)
            say(f"blocked a request to {host}: it is not the practice's site")
        route.abort("blockedbyclient")

    context.route(re.compile(elsewhere + r"(?!data:|blob:|about:)"), block)
    context.route_web_socket(re.compile(elsewhere.replace("http", "(?:http|ws)")), _no_socket)
    return context


def _no_socket(socket: Any) -> None:
    socket.close(reason="not the practice's site")


def _origin(host: str) -> str:
    return host.rstrip("/") if "://" in host else f"https://{host}"
