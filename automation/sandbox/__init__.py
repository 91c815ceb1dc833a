"""The sandbox: an invented practice site for training and tests, and the embedded default."""

from __future__ import annotations

from typing import Any


def serve(**options: Any) -> None:
    """Serve the practice on loopback until stopped; one JSON line on stdout says where."""
    from .server import run  # importing the sandbox's name must stay cheap
    from .settings import Start

    run(Start(**options))
