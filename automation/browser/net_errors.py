"""Browsers' network errors in everyday words."""

from __future__ import annotations

import re

_WORDS = {
    "NAME_NOT_RESOLVED": "its name is not known on the internet",
    "INTERNET_DISCONNECTED": "this computer has no internet connection",
    "ADDRESS_UNREACHABLE": "this computer has no way to it",
    "NETWORK_CHANGED": "the network changed meanwhile",
    "CONNECTION_REFUSED": "nothing answers there",
    "CONNECTION_RESET": "the connection was cut",
    "CONNECTION_CLOSED": "the connection was cut",
    "EMPTY_RESPONSE": "the connection was cut",
    "TIMED_OUT": "it did not answer in time",
    "PROXY_CONNECTION_FAILED": "the office's proxy does not answer",
    "TUNNEL_CONNECTION_FAILED": "the office's proxy refused to lead there",
    "CERT": "its certificate cannot be trusted",
    "SSL": "no safe connection came about",
}


def in_words(error: str) -> str:
    """Return why a page did not load, without the browser's error codes."""
    match = re.search(r"ERR_([A-Z_]+)", error)
    if match is not None:
        known = (words for sign, words in _WORDS.items() if match[1].startswith(sign))
        return next(known, f"it does not answer ({match[1].lower().replace('_', ' ')})")
    if "Timeout" in error:
        return "it did not answer in time"
    return re.sub(r"^(?:Page|Frame)\.\w+: ", "", error)
