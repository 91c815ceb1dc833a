"""Serves the sandbox with the table of releases; its control address can switch them.

python -m tests.regression.releases [--release NAME] and the options of automation.sandbox
"""

from __future__ import annotations

from typing import Any

from automation.sandbox import serve
from automation.sandbox.__main__ import options
from automation.sandbox.control import DOORS, Said, get_state, post_reset
from automation.sandbox.practice import Practice

from .table import named


def post_release(practice: Practice, said: Said) -> Any:
    """Switch to a release; an empty name is the unchanged practice."""
    practice.switches.release = named(said.get("name", ""))
    return get_state(practice, said)


def reset_with_release(practice: Practice, said: Said) -> Any:
    """Restore the seed, and switch to another release if one is named."""
    if "release" in said:
        practice.switches.release = named(said["release"])
    return post_reset(practice, {name: said[name] for name in said.keys() - {"release"}})


def main() -> None:
    """Read the options and serve."""
    parser = options()
    parser.add_argument("--release", default="", metavar="NAME", help="a release of the table")
    started = vars(parser.parse_args())
    DOORS["POST", "release"] = post_release
    DOORS["POST", "reset"] = reset_with_release
    try:
        serve(**started | {"release": named(started["release"])})
    except ValueError as refused:
        raise SystemExit(f"releases: {refused}") from None


if __name__ == "__main__":
    main()
