"""The plugin's entry point: options, markers, and the sites that each test runs at.

pytest loads it through an entry point, so it imports nothing heavy; the fixtures are in
`automation.regression.fixtures`, registered last so that they override pytest-playwright's.
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
        "--qa-accept",
        action="store_true",
        help="Accept the site as it is: write each screen's words and the known barriers to files "
        "beside the profile, for a person to read; later runs fail on what is new.",
    )
    group.addoption(
        "--sandbox-delay", metavar="MS", type=int, default=20, help="How long its parts load."
    )
    group.addoption(
        "--sandbox-answer-delay", metavar="MS", type=int, default=0, help="Added to each answer."
    )


def pytest_configure(config: pytest.Config) -> None:
    """Register the markers, the fixtures and the reporter."""
    from automation.regression import fixtures, reporter

    _one_browser_at_a_site(config)
    for marker in MARKERS:
        config.addinivalue_line("markers", marker)
    config.pluginmanager.register(fixtures, "undo-writeoff-fixtures")
    config.pluginmanager.register(reporter.Reporter(config), "undo-writeoff-reporter")


def _one_browser_at_a_site(config: pytest.Config) -> None:
    """Raise UsageError for several processes, unless each of them gets its own sandbox."""
    from config.site_profile import ProfileError, load

    if (getattr(config.option, "numprocesses", None) or 0) < 2:
        return
    for name in config.getoption("--site") or []:
        try:
            alone = load(name).address == "embedded"
        except ProfileError:
            continue  # the `site` fixture reports it in full and ends the run
        if not alone:
            raise pytest.UsageError(
                f"--site {name} with -n {config.option.numprocesses}: a practice ends a sign-in "
                "when the same account signs in again elsewhere, and the tests compare whole "
                "charts. Run the suite there in one process: leave -n out."
            )


def pytest_generate_tests(metafunc: Any) -> None:
    """Run a test that uses a site at each `--site`."""
    if "site_name" in metafunc.fixturenames:
        names = metafunc.config.getoption("--site") or ["sandbox"]
        metafunc.parametrize("site_name", names, scope="session", indirect=True, ids=_short)


def pytest_make_parametrize_id(config: pytest.Config, val: object, argname: str) -> str | None:
    """Leave values that may be patients' data out of test names, except at a sandbox."""
    from automation.regression.privacy import Privacy, parameter_id

    if argname == "site_name" or Privacy.of_run(config).all_open:
        return None
    return parameter_id(val, argname)


def _short(name: str) -> str:
    return name.rpartition("/")[2].removesuffix(".toml")
