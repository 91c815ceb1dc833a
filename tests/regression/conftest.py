"""The suite's fixtures, which override those of the product's tests that have the same names."""

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
    """Add the option that serves a release with seeded bugs."""
    parser.addoption(
        "--sandbox-release",
        metavar="NAME",
        help="Serve the bundled practice from tests.regression.releases, at this release.",
    )


@pytest.fixture(scope="session")
def sandbox_start(pytestconfig: pytest.Config, sandbox_start: tuple[str, ...]) -> tuple[str, ...]:
    """The module that serves the sandbox: the one with the releases if a release is named."""
    release = pytestconfig.getoption("--sandbox-release", None)  # unknown in a run of all tests
    return sandbox_start if release is None else (RELEASES, "--release", release)


@pytest.fixture(autouse=True)
def _no_settings_of_the_developer() -> None:
    """Keep QA's settings in this suite: their site, their account."""


@pytest.fixture
def visitor(practice: Practice) -> Visitor:
    """A visitor that goes to each screen of the path."""
    return Visitor(practice)


@pytest.fixture
def looked(look_at: Callable[[str], Inspection], request: pytest.FixtureRequest) -> Inspection:
    """What the path to a case's date of service shows before anything is changed."""
    return look_at(request.param)


@pytest.fixture
def undone(
    undo_write_off: Callable[..., FixResult], qa_data: QaData, request: pytest.FixtureRequest
) -> FixResult:
    """A fixed case, whose entered amount has cents."""
    return undo_write_off(request.param, **less_cents(qa_data, request.param))


@pytest.fixture
def accepted(site_name: str) -> Accepted:
    """The site's words and barriers that a person accepted."""
    return Accepted.of(site_name, Path(__file__).parent)


@pytest.fixture
def accept(request: pytest.FixtureRequest) -> Accept | None:
    """A function that records a file written under --qa-accept; None in any other run."""
    if not request.config.getoption("--qa-accept"):
        return None
    written: list[Path] = request.node.stash.setdefault(WRITTEN, [])
    return written.append
