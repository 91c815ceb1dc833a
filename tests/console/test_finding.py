"""Looking for written-off dates from the page: who is looked at, and what is confirmed."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest

from automation.console.finding import MOST_PATIENTS, Findings, patients_of
from automation.console.place import Place
from automation.console.workers import Workers
from automation.errors import UsageProblem
from tests.console.conftest import Visit

ROW = {"patient": "Marlowe, Juniper", "born": "1984-02-09", "account": "", "date": "2026-03-04",
       "time": "9:00 AM", "owes": "", "proposed": "30.00", "balance": "0.00",
       "method": "In Network", "status": "Patient balance written off"}  # fmt: skip
TOLD = {"version": 1, "finished": False, "not_found": ["Nobody, Here"], "rows": [
    ROW,
    {**ROW, "patient": "Okafor, Tobias", "born": "", "date": "2026-03-11"},
    {**ROW, "patient": "Lindqvist, Petra", "date": "2026-03-18", "proposed": "0.00"},
]}  # fmt: skip


@pytest.fixture
def found(visit: Visit, place: Place, monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """A worker that has told what it found; its command and what it was handed."""
    commands: list[list[str]] = []
    real = subprocess.Popen
    script = f"import sys; sys.stdin.read(); print({json.dumps(TOLD)!r})"

    def start(command: list[str], **more: Any) -> subprocess.Popen[bytes]:
        commands.append(command[3:])
        return real([sys.executable, "-c", script], **more)

    monkeypatch.setattr(subprocess, "Popen", start)
    visit.post("/find", {"patients": "Patient\tBorn\nMarlowe\tJuniper\t2/9/1984\nOkafor, Tobias"})
    monkeypatch.setattr(subprocess, "Popen", real)
    note = json.loads((place.folder / "worker.json").read_text(encoding="utf-8"))
    monkeypatch.setattr(Workers, "_is_alive", lambda self, work: _ended(self, note["pid"]))
    assert visit.get("/working").headers["location"] == "/found"
    return commands


def _ended(workers: Workers, pid: int) -> bool:
    workers._children[pid].wait(30)
    return False


def test_only_what_a_person_confirmed_goes_on(visit: Visit, found: list[list[str]]) -> None:
    """A proposal stands beside an empty field; ticked or typed it goes on, all else is left out."""
    assert found == [["find", "--patient", "-", "--site", "sandbox", "--json"]]
    page = visit.get("/found").text
    for words in ("3 dates are written off", "stopped before the end", "Nobody, Here",
                  "$30.00 is right", "born 2/9/1984"):  # fmt: skip
        assert words in page
    assert page.count('name="as-proposed"') == 2 and "checked" not in page
    visit.post("/found", {"owes-1": " "})
    assert "Type or confirm an amount" in visit.get("/found").text
    ticks = {"as-proposed": ["1", "3"], "owes-2": "12.50"}
    answer = visit.post("/found", dict(ticks))
    assert "/list/" in answer.headers["location"]
    listed = visit.get(answer.headers["location"]).text
    assert "2 rows can be read." in listed
    for words in ("Marlowe, Juniper", "30.00", "Okafor, Tobias", "12.50"):
        assert words in listed
    assert "Lindqvist" not in listed  # an amount of nothing is no proposal


def test_typed_amount_comes_before_the_proposal(visit: Visit, found: list[list[str]]) -> None:
    """Who types an amount means it, also where the proposal is ticked; a mistake is mended."""
    answer = visit.post("/found", {"as-proposed": "1", "owes-1": "thirty"})
    assert "1 row has" in visit.get(answer.headers["location"]).text


def test_patients_are_read_line_by_line() -> None:
    """Names with a comma or in two cells, birth dates behind them, headings passed over."""
    pasted = "Last Name\tFirst Name\tDOB\nMarlowe\tJuniper\t1984-02-09\n\nOkafor, Tobias\n"
    assert patients_of(pasted) == ["Marlowe, Juniper; 2/9/1984", "Okafor, Tobias"]
    assert patients_of("Okafor, Tobias; 11/23/1979\nOkafor, Tobias; 11/23/1979") == [
        "Okafor, Tobias; 11/23/1979"
    ]
    for wrong, line in (("Okafor", 1), ("Okafor, Tobias\nMarlowe, Juniper\t2/31/1984", 2)):
        with pytest.raises(UsageProblem, match=f"reading line {line} of the patients"):
            patients_of(wrong)
    many = "\n".join(f"Doe, J{'a' * number}" for number in range(MOST_PATIENTS + 1))
    with pytest.raises(UsageProblem, match="at most 200"):
        patients_of(many)


def test_nothing_was_looked_for(visit: Visit) -> None:
    """Without a search there is nothing to confirm; nothing typed begins nothing."""
    assert visit.get("/found").status_code == 404
    visit.post("/find", {"patients": " \n"})
    assert "Type or paste a patient first." in visit.get("/").text
    assert Findings.of({"rows": [], "not_found": [], "finished": True}).rows == ()
