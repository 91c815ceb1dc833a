"""Work with a long list in a process of its own, which takes the memory of it along as it ends.

`python -m automation.console.apart` takes one call from its standard input and answers on its
standard output; nothing is written to a disk.
"""

from __future__ import annotations

import pickle
import subprocess
import sys
from collections.abc import Callable
from typing import Any, TypeVar, cast

from automation.errors import TechnicalFailure

T = TypeVar("T")

FAR, MADE, PROBLEM = "far", "made", "problem"


def apart(
    work: Callable[..., T], *given: Any, told: Callable[[int, int], None] = lambda _done, _all: None
) -> T:
    """Return what a function makes of what is given to it, in another process.

    The function is called with the given things and with a function that is told how far it is.
    Raises what it raises.
    """
    command = [sys.executable, "-m", __name__]
    with subprocess.Popen(  # noqa: S603  our own module
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as child:
        assert child.stdin is not None and child.stdout is not None
        pickle.dump((work, given), child.stdin)
        child.stdin.close()
        while True:
            try:
                kind, value = pickle.load(child.stdout)  # noqa: S301  our own process made it
            except EOFError:
                raise TechnicalFailure(
                    "reading the list",
                    expected="it to be read to its end",
                    found="the program that reads it was ended",
                    next_step="give the list again",
                ) from None
            if kind == FAR:
                told(*value)
            elif kind == PROBLEM:
                raise value
            else:
                return cast("T", value)


def main() -> None:
    """Do the one piece of work that standard input asks for."""
    work, given = pickle.load(sys.stdin.buffer)  # noqa: S301  our own process made it
    answer = sys.stdout.buffer

    def says(kind: str, value: object) -> None:
        pickle.dump((kind, value), answer)
        answer.flush()

    try:
        says(MADE, work(*given, lambda done, of: says(FAR, (done, of))))
    except BrokenPipeError:
        raise SystemExit(1) from None  # the page has ended
    except Exception as problem:  # raised again in the process of the page
        says(PROBLEM, problem)


if __name__ == "__main__":
    main()
