"""The sandbox: an invented practice site for training and tests, and the embedded default."""

from __future__ import annotations

from collections.abc import Sequence

from .release import AS_BEFORE, Release


def serve(
    *,
    port: int = 0,
    skin: str = "a",
    faults: Sequence[str] = (),
    variants: Sequence[str] = (),
    delay_ms: int | None = None,
    patients: int | None = None,
    stop_with_stdin: bool = False,
    bulk: str = "",
    answer_delay_ms: int = 0,
    records: str = "",
    release: Release = AS_BEFORE,
) -> None:
    """Serve the practice on loopback until stopped; one JSON line on stdout says where."""
    from .server import run  # importing the sandbox's name must stay cheap
    from .settings import Start

    run(
        Start(
            port,
            skin,
            tuple(faults),
            tuple(variants),
            delay_ms,
            patients,
            stop_with_stdin,
            bulk,
            answer_delay_ms,
            records,
            release,
        )
    )
