"""The hunt for seeded bugs, in short: the whole of it is `make qa-mutants`."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.regression import mutants
from tests.regression.flakes import SLOWEST

SUITE = Path(mutants.__file__).parent


def test_every_bug_of_the_sandbox_has_its_test() -> None:
    """The table of the sandbox and the hunt's own agree, and every test named in it exists."""
    table = mutants.releases()
    bugs = {str(row["name"]) for row in table if not row["harmless"]}
    assert bugs == set(mutants.CAUGHT_BY)
    assert len(bugs) >= 24
    assert len(table) - len(bugs) >= 14
    tests = "\n".join(file.read_text(encoding="utf-8") for file in SUITE.glob("test_*.py"))
    assert set(mutants.CAUGHT_BY.values()) <= set(re.findall(r"^def (test_\w+)", tests, re.M))


def test_a_bug_is_caught_by_its_test() -> None:
    """The named test fails at the release with the bug and passes at the one without."""
    good, says = mutants.hunted("sandbox-c", "namesake-hidden")
    assert good, says


def test_a_bug_is_missed_when_its_test_passes(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test that does not look at what broke does not count as catching it."""
    monkeypatch.setitem(mutants.CAUGHT_BY, "save-does-nothing", "test_chart_has_its_billing_tabs")
    good, says = mutants.hunted("sandbox", "save-does-nothing")
    assert not good
    assert "passes" in says


def test_a_harmless_change_breaks_nothing_and_a_bug_does() -> None:
    """Other class names and ids leave the tests green; the same tests turn red at a bug."""
    chosen = ("-k", "test_filter and direct")
    good, says = mutants.left_alone("sandbox-b", "ids-shuffled", *chosen)
    assert good, says
    assert not mutants.left_alone("sandbox-b", "default-shows-closed", *chosen)[0]


def test_slow_answers_change_nothing() -> None:
    """With the slowest answers that are tried, a walk of the path still passes."""
    found = mutants.ran(
        "sandbox", "-k", "test_filter and direct", f"--sandbox-answer-delay={SLOWEST}"
    )
    assert found.passed
    assert not found.bad
