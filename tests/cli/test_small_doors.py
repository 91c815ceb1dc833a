"""The small commands: runs, data, --version, completion, and names that are asked for."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from test_questions import AtAKeyboard
from typer.testing import CliRunner

from automation.cli.app import app
from automation.cli.demo import proof_name
from automation.journal.journal import Journal
from automation.journal.lists import Lists, NewItem
from config.settings import load_settings

COMMAND = [sys.executable, "-m", "automation.cli"]
LAST = "Quillfeather"


@pytest.fixture
def run() -> int:
    """A run of a list with two items that wait; return its number."""
    version = {"version": 1}
    who = {"version": 1, "last": LAST, "first": "Ada"}
    told = {"version": 1, "flow": "undo_write_off", "practice": "Make-believe practice"}
    with Journal.of(load_settings()) as journal:
        number = journal.start_run(
            "undo_write_off", "sandbox", "https://practice.example", told, "pat", worklist="abc"
        )
        day = {"version": 1, "date": "2026-03-04"}
        new = [NewItem(who, day, version, f"key {n}") for n in (1, 2)]
        Lists(journal).add_items(number, new)
    return number


def test_runs_says_when_who_what_how_many_and_what_is_left(run: int) -> None:
    """A person finds a run's number without knowing it, and no patient is named."""
    done = CliRunner().invoke(app, ["runs"])
    assert done.exit_code == 0, done.output
    line = " ".join(next(text for text in done.output.splitlines() if "pat" in text).split())
    assert line.startswith(f"{run} ")
    assert "Undo a client-balance write-off (a list)" in line
    assert line.endswith("2 2 to do")
    assert LAST not in done.output
    row = json.loads(CliRunner().invoke(app, ["runs", "--json"]).stdout)[0]
    assert (row["run"], row["by"], row["items"], row["left"]["to_do"]) == (run, "pat", 2, 2)


def test_runs_before_the_first_run() -> None:
    """No run yet is a sentence, not an error."""
    done = CliRunner().invoke(app, ["runs"])
    assert (done.exit_code, done.stdout) == (0, "There is no run yet.\n")


def test_data_says_where_the_data_lie(run: int) -> None:
    """The folder and the journal are named, and how to take them away, but no patient."""
    done = CliRunner().invoke(app, ["data"])
    assert done.exit_code == 0, done.output
    state = load_settings().state
    assert f"Folder:   {state}\n" in done.stdout
    assert f"Journal:  {state / 'journal.db'}\n" in done.stdout
    assert "undo-writeoff login --forget" in done.stdout
    assert LAST not in done.stdout
    told = json.loads(CliRunner().invoke(app, ["data", "--json"]).stdout)
    assert str(state / "journal.db") in told["files"]


def test_data_hides_the_password_of_a_server(monkeypatch: pytest.MonkeyPatch) -> None:
    """A journal on a server is named without the password in its address."""
    monkeypatch.setenv("UNDO_WRITEOFF_JOURNAL", "postgresql://biller:hush@db.example/journal")
    done = CliRunner().invoke(app, ["data"])
    assert "postgresql://biller:***@db.example/journal" in done.stdout
    assert "hush" not in done.output


def test_completion_can_be_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    """A shell can be taught to complete the commands; it is known by the program's parents."""
    monkeypatch.setattr("shellingham.detect_shell", lambda: ("bash", "/bin/bash"))
    done = CliRunner().invoke(app, ["--show-completion"])
    assert done.exit_code == 0
    assert "COMPREPLY" in done.stdout


@pytest.fixture
def no_umask() -> Iterator[None]:
    """Files are open to everybody, unless a program makes them private."""
    usual = os.umask(0)
    yield
    os.umask(usual)


def test_files_with_patients_data_are_private(run: int, tmp_path: Path, no_umask: None) -> None:
    """A report and an exported trail are readable for their owner alone, whatever the umask."""
    written = []
    for words in (["report", str(run)], ["audit", "export"]):
        for ending in ("csv", "xlsx", "html") if words[0] == "report" else ("csv",):
            path = tmp_path / f"{words[0]}.{ending}"
            done = CliRunner().invoke(app, [*words, "--out", str(path)])
            assert done.exit_code == 0, done.output
            written.append(path)
    assert {stat.S_IMODE(path.stat().st_mode) for path in written} == {0o600}


@pytest.mark.parametrize(
    ("typed", "name"),
    [("", ""), ("proof", "proof.html"), ("proof.html", "proof.html"), ("v1.2", "v1.2.html")],
)
def test_proof_is_named_so_that_a_browser_shows_it(typed: str, name: str) -> None:
    """A name without an ending gets the one by which a browser knows a page."""
    assert proof_name(typed) == name


def test_proof_goes_into_a_folder_under_its_usual_name(tmp_path: Path) -> None:
    """A folder that is there holds the page; it is not taken for the page's name."""
    assert proof_name(str(tmp_path)) == str(tmp_path / "undo-writeoff-proof.html")


def test_what_is_left_out_is_asked_for_at_the_terminal() -> None:
    """Patient, date and amount can be typed at a prompt, so that no shell keeps them."""
    person = AtAKeyboard("fix", "--site", "therapynotes")
    for asked, typed in (
        ("Patient", f"{LAST}, Ada"),
        ("Date of", "3/4/2026"),
        ("should owe", "30"),
    ):
        person.reads(asked)
        person.types(f"{typed}\n")
    assert person.ends() == 3  # nobody has signed in there
    assert "login" in person.shown


def test_what_is_left_out_in_a_pipe_is_a_mistake() -> None:
    """Where nobody can be asked, a patient that is missing is wrong usage."""
    done = subprocess.run(
        [*COMMAND, "fix", "--site", "therapynotes"],
        input="", capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert "no --patient and no --date" in done.stderr
