"""Where a person signs in, the plugin works in the window of `login` and leaves it open."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from automation.sandbox_process import Sandbox, sandbox
from config.qa_data import qa_data_file

HOLDER = Path(__file__).parents[1] / "browser" / "window_holder.py"
OWN_TESTS = '''
"""Our own tests of the practice, in a window where a person has signed in."""


def test_fix(undo_write_off):
    """A write-off is undone and put back."""
    assert undo_write_off("direct").is_fixed()


def test_look(practice):
    """A second test finds the window as a person left it."""
    assert practice.row("in-network").looks_written_off


def test_fails_in_the_window(practice):
    """A test that fails leaves its evidence, and the window open."""
    assert practice.row("in-network").pt_status == "Open", "pt status: expected Open, found other"


def test_other_role(desk_of):
    """Another account cannot be tested there."""
    desk_of("clinician")
'''


@pytest.fixture(scope="module")
def served() -> Iterator[Sandbox]:
    """A separately running practice, like QA's test practice."""
    with sandbox("c", ["--delay-ms", "20"]) as running:
        yield running


def run(folder: Path, *more: str) -> subprocess.CompletedProcess[str]:
    """Run QA's own tests in the folder, with the window's state folder."""
    data = ["--qa-data", str(qa_data_file("sandbox"))]
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-rs", "--site", "sandbox.toml", *data, *more],
        cwd=folder, env={**os.environ, "UNDO_WRITEOFF_STATE": str(folder / "state")},
        capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path, served: Sandbox) -> Path:
    """QA's folder: tests, and a site profile where a person signs in."""
    profile = f'address = "{served.address}"\nsandbox = true\nskin = "c"\nsign_in = "person"\n'
    (tmp_path / "sandbox.toml").write_text(profile, encoding="utf-8")
    (tmp_path / "test_ours.py").write_text(OWN_TESTS, encoding="utf-8")
    return tmp_path


@pytest.mark.long
@pytest.mark.timeout(400)
def test_suite_works_in_the_window_of_login(folder: Path, served: Sandbox) -> None:
    """Tests work one after the other in the window of `login`; other roles are skipped."""
    command = [sys.executable, str(HOLDER), str(folder / "state"), served.address]
    root = str(HOLDER.parents[2])
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": root}
    ) as window:
        assert window.stdout is not None
        try:
            assert window.stdout.readline() == "ready\n"
            before = served.control("ledger")["patients"]
            ran = run(folder)
            assert window.poll() is None
        finally:
            window.terminate()
            window.wait(60)
    told = ran.stdout + ran.stderr
    assert "1 failed, 2 passed, 1 skipped" in ran.stdout, told
    assert "a person signs in at this site, so only one account can be tested" in ran.stdout
    assert "pt status: expected Open, found other" in ran.stdout
    assert _amounts(served.control("ledger")["patients"]) == _amounts(before)


def _amounts(patients: list[dict[str, object]]) -> list[object]:
    """The amounts in the ledger, without who and when."""
    kept = ("date", "pt_amt", "rate", "coverage", "balance", "written_off", "pt_status")
    return [
        {key: visit.get(key) for key in kept}
        for patient in patients
        for visit in patient["visits"]  # type: ignore[attr-defined]
    ]


@pytest.mark.long
def test_no_window_is_said_with_the_command_that_opens_one(folder: Path) -> None:
    """Without a window the tests say which command opens one."""
    ran = run(folder, "-k", "look")
    assert "run `undo-writeoff login --site sandbox`, sign in, leave the window open" in ran.stdout
