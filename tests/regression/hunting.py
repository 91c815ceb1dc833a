"""A pytest plugin that runs chosen tests at many releases in one run.

    pytest tests/regression -p tests.regression.hunting --hunt FILE.json --sandbox-release ""

The file has a list of [site, release, test]; "" is the unchanged practice. The served practice is
switched from release to release, so that browser and practice start only once.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from automation.journal.journal import Journal
from automation.regression.reporter import KEPT
from automation.runs.recovery import owed, settle_by_hand
from automation.sandbox_process import Sandbox
from config.settings import Settings
from config.site_profile import SiteProfile

BEFORE = "at:"
"""The prefix of a release's name in the name of a test."""

NOW: pytest.StashKey[tuple[str, str]] = pytest.StashKey()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option that names the file."""
    parser.addoption(
        "--hunt", metavar="FILE.json", required=True, help="Which test at which release."
    )


def plan(config: pytest.Config) -> list[tuple[str, str, str]]:
    """Read the plan: rows of site, release and test."""
    text = Path(config.getoption("--hunt")).read_text(encoding="utf-8")
    return [(site, release, test) for site, release, test in json.loads(text)]


def pytest_generate_tests(metafunc: Any) -> None:
    """Run each test of the plan at each of its releases."""
    wanted = [release for _, release, test in plan(metafunc.config)
              if test == metafunc.function.__name__]  # fmt: skip
    if wanted:
        names = sorted(set(wanted))
        metafunc.parametrize("release", names, indirect=True, ids=[BEFORE + n for n in names])


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[Any]) -> None:
    """Keep only the tests of the plan, and order them by site and release."""
    wanted = set(plan(config))
    kept = [(key, item) for item in items if (key := _key(item)) in wanted]
    config.hook.pytest_deselected(items=[item for item in items if _key(item) not in wanted])
    items[:] = [item for _, item in sorted(kept, key=lambda pair: pair[0])]


def _key(item: Any) -> tuple[str, str, str]:
    values = getattr(getattr(item, "callspec", None), "params", {})
    site = Path(str(values.get("site_name", ""))).stem
    return site, str(values.get("release", "-")), str(item.originalname)


@pytest.fixture(autouse=True)
def release(
    request: pytest.FixtureRequest,
    site: SiteProfile,
    bundled: Sandbox | None,
    qa_settings: Settings,
) -> None:
    """Switch the practice to this test's release, and drop what was kept from another."""
    now = site.name, str(request.param)
    if request.config.stash.get(NOW, None) == now:
        return
    request.config.stash[NOW] = now
    request.config.stash.setdefault(KEPT, {}).clear()
    if bundled is not None:
        bundled.control("reset", {"release": now[1]})
    else:
        address = site.address.rstrip("/")
        httpx.post(f"{address}/release", params={"name": now[1]}).raise_for_status()
    with Journal.of(qa_settings) as journal:  # else the next fix is refused over what a bug left
        for row in owed(journal):
            settle_by_hand(journal, row.kind, row.number, "the books are as on the first day")
