"""The search for seeded bugs, in short; `make qa-mutants` runs all of it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.regression import mutants
from tests.regression.flakes import SLOWEST
from tests.regression.releases.bugs import BUGS
from tests.regression.releases.harmless import HARMLESS
from tests.regression.running import ran

SUITE = Path(mutants.__file__).parent


def test_every_bug_of_the_sandbox_has_its_test() -> None:
    """Every bug of the sandbox's table has a test that must catch it, and that test exists."""
    bugs = {release.name for release in BUGS}
    assert bugs == set(mutants.CAUGHT_BY)
    assert len(bugs) >= 60
    assert len(HARMLESS) >= 30
    tests = "\n".join(file.read_text(encoding="utf-8") for file in SUITE.glob("test_*.py"))
    assert set(mutants.CAUGHT_BY.values()) <= set(re.findall(r"^def (test_\w+)", tests, re.M))


@pytest.mark.long
def test_a_bug_is_caught_by_its_own_test_alone() -> None:
    """A bug is caught if its own test fails with the bug and passes without it.

    A test that does not check what broke does not count as catching it.
    """
    caught_by = mutants.CAUGHT_BY["namesake-hidden"]
    bugs = [
        mutants.Row("sandbox-c", "namesake-hidden", caught_by),
        mutants.Row("sandbox-c", "save-does-nothing", "test_chart_has_its_billing_tabs"),
    ]
    (_, good, says), (_, missed, why) = mutants.hunted("sandbox-c", bugs)
    assert good, says
    assert not missed
    assert "passes" in why


@pytest.mark.long
@pytest.mark.timeout(300)
def test_a_bug_of_a_foreign_practice_is_caught() -> None:
    """Bugs of a foreign practice, switched between releases in one run, are caught, too."""
    row = mutants.Row("soup", "inactive-hidden", "test_inactive_patient_is_found")
    (_, good, says), *_ = mutants.hunted("soup", [row])
    assert good, says


@pytest.mark.long
def test_a_harmless_change_breaks_nothing_and_a_bug_does() -> None:
    """Other ids and hints leave the tests passing, and a bug makes the same tests fail."""
    site, chosen = "sandbox-b", ("-k", "test_filter and direct")
    changes = [mutants.Row(site, "ids-shuffled"), mutants.Row(site, "hints")]
    for _, good, says in mutants.left_alone(site, changes, *chosen):
        assert good, says
    bug = mutants.Row(site, "default-shows-closed")
    ((_, good, says),) = mutants.left_alone(site, [bug], *chosen)
    assert not good, says


@pytest.mark.long
def test_slow_answers_change_nothing() -> None:
    """With the slowest answers of the flake runs, the tests still pass."""
    found = ran("sandbox", "-k", "test_filter and direct", f"--sandbox-answer-delay={SLOWEST}")
    assert found.passed
    assert not found.bad
