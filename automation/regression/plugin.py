"""The plugin's door: options, markers and which sites each test runs at.

Loaded by pytest through an entry point, so it imports nothing heavy; the fixtures come from
`automation.regression.fixtures`, registered last so that they stand before pytest-playwright's.
"""

from __future__ import annotations

from typing import Any

import pytest

MARKERS = (
    "payer_type(name): the payer type that a regression test is about",
    "role(name): the role whose account a regression test uses",
    "copay: a stored copay plays a part",
    "read_only: changes nothing at the site",
    "contract: compares a screen's words with those that are kept",
    "accessibility: examines a screen with axe",
)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options of a regression run."""
    group = parser.getgroup("undo-writeoff", "Regression of a practice's billing UI")
    group.addoption(
        "--site",
        action="append",
        metavar="NAME|FILE",
        help="A site profile to test, by name or file; may be repeated. Default: sandbox.",
    )
    group.addoption(
        "--qa-data",
        metavar="FILE",
        help="Test patients; default: NAME.qa.toml beside the profile, or the sandbox's own.",
    )
    group.addoption(
        "--qa-report", metavar="FILE.html", help="Write one self-contained page for a manager."
    )
    group.addoption(
        "--evidence",
        metavar="DIR",
        default="test-results/evidence",
        help="Where each failure leaves a folder; default: test-results/evidence.",
    )
    group.addoption(
        "--evidence-trace",
        action="store_true",
        help="Keep traces at sites other than a sandbox, too; they hold patients' data.",
    )
    group.addoption(
        "--update-contracts", action="store_true", help="Keep each screen's words as they are now."
    )
    group.addoption(
        "--sandbox-release",
        metavar="NAME",
        default="",
        help="Test a changed release of the sandbox.",
    )
    group.addoption(
        "--sandbox-delay", metavar="MS", type=int, default=20, help="How long its parts load."
    )
    group.addoption(
        "--sandbox-answer-delay", metavar="MS", type=int, default=0, help="Added to each answer."
    )


def pytest_configure(config: pytest.Config) -> None:
    """Name the markers, and bring in the fixtures and the reporter."""
    from automation.regression import fixtures, reporter

    for marker in MARKERS:
        config.addinivalue_line("markers", marker)
    config.pluginmanager.register(fixtures, "undo-writeoff-fixtures")
    config.pluginmanager.register(reporter.Reporter(config), "undo-writeoff-reporter")


def pytest_generate_tests(metafunc: Any) -> None:
    """Run a test that asks for a site at each site that was named."""
    if "site_name" in metafunc.fixturenames:
        names = metafunc.config.getoption("--site") or ["sandbox"]
        metafunc.parametrize("site_name", names, scope="session", indirect=True, ids=_short)


def _short(name: str) -> str:
    return name.rpartition("/")[2].removesuffix(".toml")
