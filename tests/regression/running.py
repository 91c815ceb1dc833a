"""Running the suite, or a part of it, as a process of its own, and reading how it ended."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

SUITE = Path(__file__).parent
SITES = ("sandbox", "sandbox-b", "sandbox-c")
TWO = ("-n", "2", "--dist", "loadfile")
"""Two processes, for runs of the whole suite."""


@dataclass(frozen=True)
class Ran:
    """How a run ended: test names, and seconds."""

    passed: tuple[str, ...]
    bad: tuple[str, ...]
    seconds: float


def ran(site: str, *more: str) -> Ran:
    """Run the suite at one of the bundled practice's skins, with more options of pytest.

    What axe finds is left out. Raises SystemExit with pytest's own words when no test was run.
    """
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        told = Path(folder) / "junit.xml"
        command = [sys.executable, "-m", "pytest", str(SUITE), "--site", site, "-q", "--tb=no"]
        command += ["-m", "not accessibility", f"--junitxml={told}", f"--output={folder}/out"]
        command += [f"--evidence={folder}/evidence", *more]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        cases = list(ElementTree.parse(told).iter("testcase")) if told.exists() else []
    if not cases:
        raise SystemExit(done.stdout + done.stderr)
    ends = {case.get("name", ""): [part.tag for part in case] for case in cases}
    bad = tuple(name for name, tags in ends.items() if {"failure", "error"} & set(tags))
    passed = tuple(name for name, tags in ends.items() if not tags)
    return Ran(passed, bad, time.monotonic() - began)
