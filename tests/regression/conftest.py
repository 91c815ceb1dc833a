"""The suite's own fixtures again: nearer than those of the product's tests, of the same names."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from payers import less_cents

from automation.regression.accepted import Accept, Accepted
from automation.regression.fixtures import practice, site
from automation.regression.practice import FixResult, Inspection, Practice
from automation.regression.reporter import WRITTEN
from automation.regression.screens import Visitor
from config.qa_data import QaData

__all__ = ["practice", "site"]

RELEASES = "tests.regression.releases"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option of the hunt for seeded bugs."""
    parser.addoption(
        "--sandbox-release",
        metavar="NAME",
        help="Serve the bundled practice from tests.regression.releases, at this release.",
    )


@pytest.fixture(scope="session")
def sandbox_start(pytestconfig: pytest.Config, sandbox_start: tuple[str, ...]) -> tuple[str, ...]:
    """Which module serves the bundled practice: the one with the releases, where one is named."""
    release = pytestconfig.getoption("--sandbox-release", None)  # unknown in a run of all tests
    return sandbox_start if release is None else (RELEASES, "--release", release)


@pytest.fixture(autouse=True)
def _no_settings_of_the_developer() -> None:
    """QA's settings count here: their site, their account."""


@pytest.fixture
def visitor(practice: Practice) -> Visitor:
    """Goes to each screen of the path."""
    return Visitor(practice)


@pytest.fixture
def looked(look_at: Callable[[str], Inspection], request: pytest.FixtureRequest) -> Inspection:
    """What the path to a case's date of service shows while nothing is changed."""
    return look_at(request.param)


@pytest.fixture
def undone(
    undo_write_off: Callable[..., FixResult], qa_data: QaData, request: pytest.FixtureRequest
) -> FixResult:
    """The fix of a case, entered with an amount that has cents."""
    return undo_write_off(request.param, **less_cents(qa_data, request.param))


@pytest.fixture
def accepted(site_name: str) -> Accepted:
    """The words and the barriers of the site that a person accepted."""
    return Accepted.of(site_name, Path(__file__).parent)


@pytest.fixture
def accept(request: pytest.FixtureRequest) -> Accept | None:
    """What takes note of a file written under --qa-accept; None in any other run."""
    if not request.config.getoption("--qa-accept"):
        return None
    written: list[Path] = request.node.stash.setdefault(WRITTEN, [])
    return written.append
