"""What the pages say besides a list: problems, sign-in, history, handbook, and settling by hand."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from automation import handbook
from automation.console.place import Place
from automation.console.wording import for_page
from automation.console.workers import Workers
from automation.errors import Refusal
from automation.journal.journal import Journal
from tests.console.conftest import Visit
from tests.owing import PATIENT, borrow


@pytest.fixture
def owing(place: Place) -> int:
    """A journal in which a copay is set aside and not back; the number of its row."""
    with Journal.of(place.settings) as journal:
        run = journal.start_run("undo_write_off", "sandbox", place.origin, {"version": 1}, "ada")
        item = journal.add_item(
            run,
            patient=PATIENT,
            visit={"version": 1, "date": "2026-03-04"},
            request={"version": 1, "owes": "30.00"},
        )
        journal.claim(item.id)
        return borrow(journal, item)[0].id


def test_outstanding_comes_first_on_every_page(visit: Visit, owing: int) -> None:
    """What is not finished stands first at the start, and in the head of every page."""
    start = visit.get("/").text
    assert start.index("1 thing is not finished") < start.index("Which balances")
    for path in ("/", "/history", "/handbook", "/outstanding", "/runs/1"):
        assert "Outstanding (1)" in visit.get(path).text


def test_row_is_settled_by_hand_with_a_note_only(visit: Visit, owing: int, place: Place) -> None:
    """A person's own word settles a row, as the command does it; without a note nothing does."""
    visit.post("/outstanding/by-hand", {"row": f"copay {owing}", "note": " "})
    assert "Write what you saw" in visit.get("/outstanding").text
    visit.post("/outstanding/by-hand", {"row": "copay 99", "note": "seen"})
    assert "Expected: one of" in visit.get("/outstanding").text
    visit.post("/outstanding/by-hand", {"row": f"copay {owing}", "note": "It is $25 in the chart."})
    assert "Nothing is outstanding" in visit.get("/outstanding").text
    with Journal.of(place.settings) as journal:
        kinds = [str(entry["kind"]) for entry in journal.audit.entries()]
    assert any(kind.startswith("settled by hand") for kind in kinds)


def test_trail_is_verified_in_the_history(visit: Visit, owing: int) -> None:
    """The history checks the audit trail as the command does."""
    assert "The audit trail is whole" in visit.post("/history/verify", {}).text


def test_handbook_has_every_page(visit: Visit) -> None:
    """Each page of the handbook is shown, with its own heading; no other file is."""
    contents = visit.get("/handbook").text
    for topic in handbook.TOPICS:
        assert f'href="/handbook/{topic}"' in contents
        text = visit.get(f"/handbook/{topic}").text
        assert text.count("<h1>") == 1 and "&lt;!--" not in text
    for wrong in ("nothing", "..%2f..%2fcli%2fapp", "__init__"):
        assert visit.get(f"/handbook/{wrong}").status_code == 404


def test_empty_list_can_be_filled_in_and_read(visit: Visit) -> None:
    """The empty list has the headings that are understood."""
    empty = visit.get("/empty-list.csv").content
    filled = empty + b'"Marlowe, Juniper",2/9/1984,3/4/2026,30\r\n'
    answer = visit.post("/list", {}, files={"file": ("write-offs.csv", filled)})
    assert "1 row can be read." in visit.get(answer.headers["location"]).text


def test_unknown_run_is_no_page(visit: Visit) -> None:
    """A run that is not there is said to be missing, before and after there is a journal."""
    assert visit.get("/runs/7").status_code == 404
    assert visit.get("/runs/7/report.csv").status_code == 404


def test_journal_that_is_gone_is_said_and_not_made_anew(
    visit: Visit, owing: int, place: Place
) -> None:
    """A lost journal never passes for one in which nothing is owed."""
    visit.post("/outstanding/by-hand", {"row": f"copay {owing}", "note": "It is back."})
    (place.settings.state / "journal.db").unlink()
    for path in ("/", "/outstanding", "/history"):
        answer = visit.get(path)
        assert answer.status_code == 422 and "the file is gone" in answer.text


def test_one_worker_at_a_time(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """While a worker is at work no other is begun, also by another page; its end is told once."""
    waits = [sys.executable, "-c", "import sys; sys.stdin.read(); print('[]')"]
    real = subprocess.Popen

    def start(_command: object, **more: Any) -> subprocess.Popen[bytes]:
        return real(waits, **{**more, "stdin": subprocess.PIPE})

    monkeypatch.setattr(subprocess, "Popen", start)
    first, other = Workers(place), Workers(place)
    first.start("recover", [], after_run=0)
    work = other.at_work()
    assert work is not None and work == first.at_work() and other.take_end() is None
    with pytest.raises(Refusal):
        other.start("run", ["--failed-only"], after_run=0)
    child = first._children[work.pid]
    assert child.stdin is not None
    child.stdin.close()
    child.wait(30)
    assert other.at_work() is None
    ended = other.take_end()
    assert ended is not None and ended.told == [] and not ended.was_killed
    assert list(place.folder.iterdir()) == []


def test_sign_in_window_is_opened_once(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page opens the sign-in window of its practice, and no second one beside it."""
    commands: list[list[str]] = []
    real = subprocess.Popen

    def start(command: list[str], **more: Any) -> subprocess.Popen[bytes]:
        commands.append(command[3:])
        return real([sys.executable, "-c", "input()"], **{**more, "stdin": subprocess.PIPE})

    monkeypatch.setattr(subprocess, "Popen", start)
    workers = Workers(replace(place, site="harbor.toml"))
    assert workers.open_sign_in_window() and not workers.open_sign_in_window()
    assert commands == [["login", "--site", "harbor.toml"]]
    window = workers._window
    assert window is not None and window.stdin is not None
    window.stdin.close()
    window.wait(30)
    assert workers.open_sign_in_window()
    assert workers._window is not None and workers._window.stdin is not None
    workers._window.stdin.close()
    workers._window.wait(30)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("run `undo-writeoff recover`: it looks", '"Finish it now": it looks'),
        ("run `undo-writeoff status`", '"Outstanding"'),
        (
            'then `undo-writeoff recover --settled journal --note "x"`',
            'then "I settled it by hand"',
        ),
        ("go on with `undo-writeoff run --resume`.", 'go on with "Go on with the rest".'),
        ("left out: 1 row (4); --hidden-rows takes them", "left out: 1 row (4)"),
        ("sheet 'April', 2 rows: --sheet \"April\" takes it", "sheet 'April', 2 rows"),
        ("run the command again when you want it done", "do it again when you want it done"),
        ("nothing to replace", "nothing to replace"),
    ],
)
def test_commands_to_type_become_buttons(text: str, words: str) -> None:
    """What the engine says to type is said as the button that stands on the page."""
    assert for_page(text) == words
