"""The sandbox's own command line: python -m automation.sandbox."""

from __future__ import annotations

import argparse

from . import serve


def options() -> argparse.ArgumentParser:
    """Return the options; their help says what each does."""
    parser = argparse.ArgumentParser(prog="python -m automation.sandbox", description=serve.__doc__)
    add = parser.add_argument
    add("--port", type=int, default=0, help="port on 127.0.0.1; 0 takes a free one")
    add("--skin", choices=("a", "b", "c"), default="a", help="age of the pages: 2016, 2021, 2025")
    add("--fault", action="append", default=[], metavar="NAME[:ARG]", help="switch a fault on")
    add("--variant", action="append", default=[], metavar="NAME", help="choose a mechanism")
    add("--delay-ms", type=int, help="how long pages take to load their parts")
    add("--patients", type=int, help="how many patients the practice has")
    add("--bulk", default="", metavar="PATIENTS:ITEMS", help="further patients, their write-offs")
    add("--answer-delay-ms", type=int, default=0, help="time before every answer")
    add("--release", default="", metavar="NAME", help="a changed release to test against")
    add("--stop-with-stdin", action="store_true", help="stop when standard input ends")
    return parser


def main() -> None:
    """Read the options and serve."""
    said = options().parse_args()
    try:
        serve(
            port=said.port,
            skin=said.skin,
            faults=said.fault,
            variants=said.variant,
            delay_ms=said.delay_ms,
            patients=said.patients,
            stop_with_stdin=said.stop_with_stdin,
            bulk=said.bulk,
            answer_delay_ms=said.answer_delay_ms,
            release=said.release,
        )
    except ValueError as refused:
        raise SystemExit(f"sandbox: {refused}") from None


if __name__ == "__main__":
    main()
