"""Running the suite, or a part of it, in a process of its own, and reading its results."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from tests.foreign import suite
from tests.foreign.conftest import practice
from tests.regression.hunting import BEFORE

SUITE = Path(__file__).parent
SITES = ("sandbox", "sandbox-b", "sandbox-c")
FOREIGN = ("soup", "webapp")
TWO = ("-n", "2", "--dist", "loadfile")
"""The options for two processes, for runs of the whole suite."""

CHOSEN = ("-m", "not accessibility and not contract")
"""Leaves out barriers and words, which each site accepts; a changed word is no bug here."""


@dataclass(frozen=True)
class Ran:
    """How a run ended: the names of tests, and the seconds it took."""

    passed: tuple[str, ...]
    bad: tuple[str, ...]
    seconds: float


def ran(site: str, *more: str) -> Ran:
    """Run the suite at one of the sandbox's skins, with further options of pytest.

    The accessibility tests are left out. Raise SystemExit with pytest's output when no test ran.
    """
    with tempfile.TemporaryDirectory() as folder:
        return _ran(Path(folder), site, "-m", "not accessibility", *more)


def at_release(site: str, release: str, *more: str) -> Ran:
    """Run the suite at a release of a skin, or of a foreign practice, which is served meanwhile.

    The sandbox's contracts hold for its releases too; a foreign practice has none.
    """
    if site in SITES:
        return ran(site, *more, *([f"--sandbox-release={release}"] if release else []))
    with foreign(site, release) as (folder, profile, account):
        return _ran(folder, profile, *CHOSEN, *more, environment=account)


@contextmanager
def foreign(look: str, release: str = "") -> Iterator[tuple[Path, str, dict[str, str]]]:
    """Serve a foreign practice; yield a folder with its QA data, its profile and the account."""
    options = ("--release", release) if release else ()
    with tempfile.TemporaryDirectory() as name, practice(look, *options) as address:
        folder = Path(name)
        (folder / f"{look}.toml").write_text(suite.profile(address), encoding="utf-8")
        (folder / f"{look}.qa.toml").write_text(suite.qa_data(), encoding="utf-8")
        yield folder, str(folder / f"{look}.toml"), suite.environment(look, folder / "state")


def at_releases(site: str, wanted: Sequence[tuple[str, str]], *more: str) -> dict[str, Ran]:
    """Run tests at many releases of one site in one run; return the results of each release.

    `wanted` has pairs of release and test; the same tests are also run without a release, as "".
    """
    rows = {*wanted, *(("", test) for _, test in wanted)}
    with ExitStack() as stack:
        if site in SITES:
            folder, profile = Path(stack.enter_context(tempfile.TemporaryDirectory())), site
            account = dict(os.environ)
        else:
            folder, profile, account = stack.enter_context(foreign(site))
        plan = folder / "plan.json"
        plan.write_text(json.dumps(sorted((site, *row) for row in rows)), encoding="utf-8")
        chosen = ("-p", "tests.regression.hunting", f"--hunt={plan}")
        if site in SITES:  # each process switches a practice of its own
            chosen += ("-n", "2", "--sandbox-release=")
        found = _ran(folder, profile, *chosen, "-vv", *more, environment=account, aloud=True)
    return {release: _at(found, release) for release, _ in rows}


def _at(found: Ran, release: str) -> Ran:
    """Return the results of a run at one release."""

    def here(names: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(name for name in names if re.search(rf"{BEFORE}{release}[\]-]", name))

    return Ran(here(found.passed), here(found.bad), found.seconds)


def _ran(
    folder: Path,
    site: str,
    *more: str,
    environment: Mapping[str, str] = os.environ,
    aloud: bool = False,
) -> Ran:
    """Run pytest and read its results by test name; raise SystemExit when no test ran.

    `aloud` prints each result as it comes, for runs of many minutes.
    """
    began, told = time.monotonic(), folder / "junit.xml"
    command = [sys.executable, "-m", "pytest", str(SUITE), "--site", site, "-q", "--tb=no"]
    command += [f"--junitxml={told}", f"--output={folder}/out"]
    command += [f"--evidence={folder}/evidence", *more]
    said = None if aloud else subprocess.PIPE
    done = subprocess.run(
        command, stdout=said, stderr=said, text=True, check=False, env=environment
    )
    cases = list(ElementTree.parse(told).iter("testcase")) if told.exists() else []
    if not cases:
        raise SystemExit(f"{done.stdout or ''}{done.stderr or ''}" or "no test was run")
    ends = {case.get("name", ""): [part.tag for part in case] for case in cases}
    bad = tuple(name for name, tags in ends.items() if {"failure", "error"} & set(tags))
    passed = tuple(name for name, tags in ends.items() if not tags)
    return Ran(passed, bad, time.monotonic() - began)
