"""The whole suite again and again, with slower and slower answers: how many tests fail at times?

    make qa-flakes                 20 runs, with 0 to 800 ms added to every answer
    make qa-flakes ARGS="--runs 4"

Nothing differs from run to run but the skin and the delay, so whatever fails is a flake.
"""

from __future__ import annotations

import argparse
import sys

from rich.console import Console
from rich.table import Table

from tests.regression.running import SITES, TWO, ran

SLOWEST = 800
"""The delay added to every answer in the last run, in milliseconds."""


def again(console: Console, runs: int) -> int:
    """Run the suite `runs` times, print the counts, and return 1 if any test failed."""
    table = Table(title="the suite under added delay")
    for column in ("run", "site", "ms added", "passed", "failed", "s"):
        table.add_column(column)
    flakes = tests = 0
    for number in range(runs):
        site, delay = SITES[number % len(SITES)], SLOWEST * number // max(runs - 1, 1)
        found = ran(site, *TWO, f"--sandbox-answer-delay={delay}")
        row = [number + 1, site, delay, len(found.passed), ", ".join(found.bad) or 0]
        row.append(round(found.seconds))
        console.print(*row, markup=False)
        table.add_row(*map(str, row))
        flakes, tests = flakes + len(found.bad), tests + len(found.bad) + len(found.passed)
    console.print(table)
    console.print(f"flakes: {flakes} of {tests} tests in {runs} runs")
    return 1 if flakes else 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=20, help="how often; default: 20")
    sys.exit(again(Console(width=150), parser.parse_args().runs))
