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
    add("--fault", action="append", default=[], dest="faults", metavar="NAME[:ARG]",
        help="switch a fault on")  # fmt: skip
    add("--variant", action="append", default=[], dest="variants", metavar="NAME",
        help="choose a mechanism")  # fmt: skip
    add("--delay-ms", type=int, help="how long pages take to load their parts")
    add("--patients", type=int, help="how many patients the practice has")
    add("--bulk", default="", metavar="PATIENTS:ITEMS", help="further patients, their write-offs")
    add("--answer-delay-ms", type=int, default=0, help="time before every answer")
    add("--records", default="", metavar="FILE", help="begin with these, and keep them at the end")
    add("--stop-with-stdin", action="store_true", help="stop when standard input ends")
    return parser


def main() -> None:
    """Read the options and serve."""
    try:
        serve(**vars(options().parse_args()))
    except ValueError as refused:
        raise SystemExit(f"sandbox: {refused}") from None


if __name__ == "__main__":
    main()
