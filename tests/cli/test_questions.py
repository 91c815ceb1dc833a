"""A question is alone on the screen, and only a typed answer counts."""

from __future__ import annotations

import io
import json
import os
import pty
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from automation.billing.receipt import Receipt
from automation.billing.request import typed_request
from automation.cli.questions import Questions
from automation.desk import Step
from automation.runs.record import StopRequest
from automation.sandbox_process import Sandbox, sandbox

STEP: Any = Step("0 into Pt Amt > Save Changes", SimpleNamespace(  # a change, as a plan makes it
    what="Pt Amt", before="25.00", after="0.00"))  # fmt: skip


def receipt() -> Receipt:
    """A receipt that has just begun."""
    request = typed_request(patient="Abernathy, Rosalind", date="2026-04-02", owes="25.00")
    return Receipt(request, "sandbox", "Make-believe practice")


@pytest.mark.parametrize(
    ("typed", "saves", "stops"),
    [("y\n", True, False), ("\ny\n", True, False), ("yes please\nn\n", False, False),
     ("n\n", False, False), ("\n", False, True), ("", False, True)],
)  # fmt: skip
def test_only_a_typed_y_saves(
    typed: str, saves: bool, stops: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only y saves: n, Enter, other words and the end of input never do."""
    monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
    stop = StopRequest()
    assert Questions(stop).before_save(STEP, receipt()) is saves
    assert stop.asked is stops


def test_question_names_practice_patient_date_and_amounts(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The person at the screen sees what is about to be saved, and for whom."""
    monkeypatch.setattr(sys, "stdin", io.StringIO("y\n"))
    Questions(StopRequest()).before_save(STEP, receipt())
    asked = capsys.readouterr().err
    for words in (
        "Make-believe practice",
        "Abernathy, Rosalind, 4/2/2026",
        "Pt Amt: $25.00 -> $0.00 ",
    ):
        assert words in asked


@pytest.fixture(scope="module")
def harbor() -> Iterator[Sandbox]:
    """A sandbox for this module only."""
    with sandbox(more=["--delay-ms", "20"]) as running:
        yield running


class AtAKeyboard:
    """A command in a terminal, and the person who reads its screen and types."""

    def __init__(self, *words: str) -> None:
        self.screen, theirs = pty.openpty()
        self.shown = ""
        self.process = subprocess.Popen(
            [sys.executable, "-m", "automation.cli", *words],
            stdin=theirs, stdout=theirs, stderr=theirs, env={**os.environ, "TERM": "xterm"},
            start_new_session=True,
        )  # fmt: skip
        os.close(theirs)

    def reads(self, words: str) -> None:
        """Read until the words are on the screen."""
        while words not in self.shown:
            self.shown += os.read(self.screen, 4096).decode(errors="replace")

    def types(self, text: str) -> None:
        """Type, and forget what was on the screen."""
        self.shown = ""
        os.write(self.screen, text.encode())

    def ends(self) -> int:
        """Read to the end and return the exit status."""
        try:
            while piece := os.read(self.screen, 4096):
                self.shown += piece.decode(errors="replace")
        except OSError:  # the terminal's other side was closed
            pass
        os.close(self.screen)
        return self.process.wait(30)


def copay_of(harbor: Sandbox, case: dict[str, Any]) -> int:
    """The stored copay, in cents."""
    who = next(p for p in harbor.control("ledger")["patients"] if p["id"] == case["id"])
    return int(who["policies"][0]["copay_cents"])


@pytest.mark.long
@pytest.mark.skipif(os.name != "posix", reason="needs a pseudo-terminal")
def test_ctrl_c_at_a_question_gives_the_copay_back_at_once(harbor: Sandbox, tmp_path: Path) -> None:
    """Nothing is redrawn over the question; Ctrl-C there gives the copay back and reports it."""
    case = harbor.control("cases")["in-network-copay"]
    profile = tmp_path / "harbor.toml"
    profile.write_text(
        f'address = "{harbor.address}"\nsandbox = true\nsign_in = "form"\n'
        'practice_code = "HARBOR"\nusername = "biller"\nmake_believe_password = "Sandbox-2026!"\n',
        encoding="utf-8",
    )
    listed = tmp_path / "list.csv"
    listed.write_text(
        "Patient,DOB,DOS,Patient Owes\n"
        f'"{case["patient"]}",{case["born"]},{case["date"]},{case["owes"]}\n',
        encoding="utf-8",
    )
    person = AtAKeyboard("run", str(listed), "--attended", "--site", str(profile))
    person.reads("x = stop here: ")
    last = person.shown.rpartition("Make-believe practice")[2]
    assert "\x1b" not in last, "nothing is redrawn over the question"
    assert case["patient"] in last
    person.types("y\n")
    person.reads("x = stop here: ")
    assert copay_of(harbor, case) == 0
    os.killpg(person.process.pid, signal.SIGINT)
    assert person.ends() in (3, 4)
    assert copay_of(harbor, case) == 2500
    assert "given back first" in person.shown
    status = subprocess.run(
        [sys.executable, "-m", "automation.cli", "status", "--json"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (status.returncode, json.loads(status.stdout)) == (0, [])
