"""The first run at an unknown practice: accept what is there, and later fail on what is new."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from foreign_site import SUITE, Site, counts, site

from automation.regression.accepted import Accepted
from automation.regression.accessibility import Barrier
from automation.regression.contracts import Contract

CHOSEN = ("-m", "contract or accessibility", "-k", "patients or history")


@pytest.fixture(params=["soup", "webapp"])
def there(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Site]:
    """Each look in turn as a real practice, with site profile and QA data file."""
    with site(request.param, tmp_path) as made:
        yield made


@pytest.mark.long
@pytest.mark.timeout(900)
def test_accepted_once_later_runs_fail_on_what_is_new(there: Site) -> None:
    """Until accepted, the tests are skipped and say what to run; then they pass until a change."""
    before = there.run(str(SUITE), *CHOSEN, "-rs")
    assert counts(before) == {"skipped": 4, **_deselected(before)}, before.stdout
    assert "pytest ... --site staging.toml --qa-accept" in before.stdout
    assert "staging.qa/" in before.stdout
    first = there.run(str(SUITE), *CHOSEN, "--qa-accept")
    assert counts(first)["passed"] == 4, first.stdout
    assert "accepted, please read: staging.qa/barriers.txt" in first.stdout
    assert "accepted, please read: staging.qa/contracts/patients.yaml" in first.stdout
    later = there.run(str(SUITE), *CHOSEN)
    assert counts(later) == {"passed": 4, **_deselected(later)}, later.stdout
    _change(there.folder / "staging.qa")
    changed = there.run(str(SUITE), *CHOSEN)
    assert "press 'Apply Credit' is gone" in changed.stdout, changed.stdout
    assert counts(changed)["failed"] >= 1
    assert counts(changed)["passed"] >= 2


def _deselected(ran: subprocess.CompletedProcess[str]) -> dict[str, int]:
    return {word: number for word, number in counts(ran).items() if word not in _ENDS}


_ENDS = ("passed", "failed", "skipped", "error", "errors")


def _change(accepted: Path) -> None:
    """Change the files as if a release had lost a button and gained one screen's barriers."""
    contract = accepted / "contracts" / "patients.yaml"
    contract.write_text(contract.read_text(encoding="utf-8") + "- press: Apply Credit\n", "utf-8")
    barriers = accepted / "barriers.txt"
    kept = [line for line in barriers.read_text(encoding="utf-8").splitlines()
            if not line.startswith("history |")]  # fmt: skip
    barriers.write_text("\n".join(kept) + "\n", encoding="utf-8")


def test_barriers_are_kept_by_screen_and_compared_by_rule_and_element(tmp_path: Path) -> None:
    """Barriers are kept by screen and compared by rule and element, whatever else the line says."""
    accepted = Accepted.of(str(tmp_path / "staging.toml"), tmp_path)
    assert accepted.barriers("patients") is None
    label = Barrier("label", "input text", "critical: Form elements must have labels")
    accepted.keep_barriers("patients", [label])
    accepted.keep_barriers("history", [])
    assert accepted.barriers("patients") == {Barrier("label", "input text")}
    assert accepted.barriers("history") == set()
    assert Barrier("label", "select") not in (accepted.barriers("patients") or set())
    accepted.keep_barriers("patients", [])
    assert accepted.barriers("patients") == set()
    text = accepted.barriers_file.read_text(encoding="utf-8")
    assert text.startswith("# Barriers that were there when a person accepted this site")


def test_bundled_practice_has_no_barrier_to_accept(tmp_path: Path) -> None:
    """The sandbox's accepted files are in the suite, and a missing list of barriers is empty."""
    accepted = Accepted.of("sandbox-b", tmp_path)
    assert accepted.contract("chart") == tmp_path / "contracts" / "sandbox-b" / "chart.yaml"
    assert accepted.barriers("chart") == set()


def test_contract_is_kept_as_it_is_read(tmp_path: Path) -> None:
    """An accepted contract is read back as it was kept."""
    accepted = Accepted.of(str(tmp_path / "staging.toml"), tmp_path)
    contract = Contract(("heading: Patients", "press: Search"))
    file = accepted.keep_contract("patients", contract)
    assert file == tmp_path / "staging.qa" / "contracts" / "patients.yaml"
    assert Contract.read(file) == contract


@pytest.mark.long
def test_several_processes_at_one_practice_are_refused(tmp_path: Path) -> None:
    """Several processes are refused, because a second sign-in of an account ends the first."""
    (tmp_path / "own.toml").write_text('address = "https://own.example"\n', encoding="utf-8")
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-n", "2", "--site", "own.toml"],
        cwd=tmp_path, env={**os.environ}, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert ran.returncode == pytest.ExitCode.USAGE_ERROR
    assert "Run the suite there in one process: leave -n out." in ran.stdout + ran.stderr
