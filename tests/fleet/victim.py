"""A worker in a process of its own that reports each moment it reaches and waits at one of them.

It is started with one JSON argument, as `tests/crash/victim.py` is, whose moments these are.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "crash")]

from victim import Moments  # type: ignore[import-not-found]  # noqa: E402

from automation.fleet import job as fleet_job  # noqa: E402
from automation.fleet import worker as fleet_worker  # noqa: E402


def main() -> None:
    """Run the command line, with these moments told."""
    asked = json.loads(sys.argv[1])
    moments = Moments(asked["stop"])
    moments.between_steps()
    if asked.get("watch_saves"):
        _watch(moments)
    begin = fleet_job.PatientJob.__init__

    def begun(self: Any, session: Any, *more: Any) -> None:
        session.listeners = [moments]
        begin(self, session, *more)
        moments.reached("a job is taken")

    fleet_job.PatientJob.__init__ = begun  # type: ignore[method-assign]
    for name in ("_settle", "_do_what_waits", "_end"):
        _around(moments, name)
    sys.argv = ["undo-writeoff", *asked["arguments"]]
    from automation.cli.app import main as run_command_line

    run_command_line()


def _watch(moments: Moments) -> None:
    opened = fleet_worker.at_practice

    @contextmanager
    def watched(*arguments: Any, **named: Any) -> Iterator[Any]:
        with opened(*arguments, **named) as session:
            moments.watch(session.screen.tab)
            yield session

    fleet_worker.at_practice = watched


def _around(moments: Moments, name: str) -> None:
    kept = getattr(fleet_job.PatientJob, name)

    def told(self: Any, *arguments: Any) -> None:
        moments.reached(f"before the job's {name}")
        kept(self, *arguments)
        moments.reached(f"after the job's {name}")

    setattr(fleet_job.PatientJob, name, told)


if __name__ == "__main__":
    main()
