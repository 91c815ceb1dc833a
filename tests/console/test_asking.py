"""Questions of a worker on the page: they wait, count once, and end with the worker."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from automation.billing.receipt import Receipt
from automation.billing.request import typed_request
from automation.cli.questions import QuestionsOnThePage, questions_for
from automation.console import asking as asking_module
from automation.console.asking import NO, STOP, YES, Question, Questions, folder_of
from automation.console.place import Place
from automation.console.workers import Workers
from automation.desk import Step
from automation.runs.record import StopRequest
from tests.console.conftest import LOCK_SECONDS, Clock, Visit

STEP: Any = Step("0 into Pt Amt > Save Changes", SimpleNamespace(  # a change, as a plan makes it
    what="Pt Amt", before="25.00", after="0.00"))  # fmt: skip
WORKER = """
import pathlib, sys
from automation.console.asking import Question, Questions
question = Question(who="Abernathy, Rosalind, 4/2/2026", what="Pt Amt", before="$25.00",
                    after="$0.00", step="0 into Pt Amt", number="first")
answer = Questions(pathlib.Path(sys.argv[1])).ask(question, lambda: False)
print('{"run": "' + answer + '"}')
"""


@pytest.fixture
def asking(place: Place, monkeypatch: pytest.MonkeyPatch) -> Iterator[subprocess.Popen[bytes]]:
    """A worker that asks one question, and ends with the answer."""
    real = subprocess.Popen

    def start(_command: object, **more: Any) -> subprocess.Popen[bytes]:
        return real([sys.executable, "-c", WORKER, str(place.folder)], **more)

    monkeypatch.setattr(subprocess, "Popen", start)
    workers = Workers(place)
    workers.start("run", ["--failed-only", "--attended", "--on-page"], after_run=0)
    (child,) = workers._children.values()
    until(lambda: workers.question() is not None)
    yield child
    child.kill()
    child.wait(30)


def until(holds: Callable[[], bool]) -> None:
    """Wait until something holds."""
    pause = threading.Event()
    for _ in range(600):
        if holds():
            return
        pause.wait(0.05)
    raise AssertionError("it did not come to that")


def test_question_stands_until_it_is_answered_once(
    visit: Visit, asking: subprocess.Popen[bytes], place: Place
) -> None:
    """The page shows what would be saved, as often as it is opened; the first answer counts."""
    for _ in range(2):
        page = visit.get("/working").text
        for words in ("Save this?", "Abernathy, Rosalind, 4/2/2026", "Pt Amt", "$25.00", "$0.00"):
            assert words in page
        assert visit.get("/working?part=1&auto=1").json()["question"] == "first"
        assert "At work: a question" in visit.get("/history").text
    for wrong in ({"question": "other", "answer": "yes"}, {"question": "first", "answer": "y"}):
        visit.post("/working/answer", dict(wrong))
        assert "answered or stopped already" in visit.get("/working").text
    assert asking.poll() is None
    visit.post("/working/answer", {"question": "first", "answer": "yes"})
    assert "Save this?" not in visit.get("/working").text
    visit.post("/working/answer", {"question": "first", "answer": "stop"})
    assert asking.wait(30) == 0
    assert '"yes"' in (place.folder / "worker.out").read_text(encoding="utf-8")
    assert not left_in(place)


def left_in(place: Place) -> list[Path]:
    """Questions and answers that nobody took back."""
    return list(place.folder.glob("question*.json")) + list(place.folder.glob("answer*.json"))


def test_question_taken_back_at_the_very_look_does_not_stand(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page reads the question, and the worker takes it back before the page sees an answer."""
    questions = Questions(tmp_path)
    (tmp_path / "question.json").write_text(json.dumps(asdict(Question(who="A", number="first"))))
    assert questions.standing() is not None and questions.answer("first", YES)
    read = asking_module._read

    def taken_back_after(path: Path) -> dict[str, Any]:
        told = read(path)
        questions.take_back()
        return told

    monkeypatch.setattr(asking_module, "_read", taken_back_after)
    assert questions.standing() is None


def test_late_answer_is_not_in_the_way_of_the_next_question(tmp_path: Path) -> None:
    """Two pages answer at once, one of them for a question that is over."""
    questions = Questions(tmp_path)
    (tmp_path / "answer-old.json").write_text('{"answer": "yes"}', encoding="utf-8")
    (tmp_path / "question.json").write_text(json.dumps(asdict(Question(who="A", number="next"))))
    assert questions.standing() is not None and questions.answer("next", NO)
    assert not questions.answer("next", YES)


def test_killed_worker_leaves_no_question(
    visit: Visit, asking: subprocess.Popen[bytes], place: Place
) -> None:
    """With the worker its question goes, too, and an answer to it does nothing."""
    asking.kill()
    asking.wait(30)
    visit.post("/working/answer", {"question": "first", "answer": "yes"})
    page = visit.get("/").text
    assert "answered or stopped already" in page and "a question" not in page
    assert not left_in(place)


@pytest.mark.parametrize(
    ("answer", "saves", "stops"), [(YES, True, False), (NO, False, False), (STOP, False, True)]
)
def test_only_yes_saves(place: Place, answer: str, saves: bool, stops: bool) -> None:
    """No leaves one out and goes on; stop ends the run, too."""
    request = typed_request(patient="Abernathy, Rosalind", date="2026-04-02", owes="25.00")
    receipt = Receipt(request, "sandbox", "Make-believe practice", typed=["0.00"])
    stop, told = StopRequest(), list[bool]()
    questions = QuestionsOnThePage(stop, place.settings)
    worker = threading.Thread(target=lambda: told.append(questions.before_save(STEP, receipt)))
    worker.start()
    page = Questions(folder_of(place.settings))
    until(lambda: page.standing() is not None)
    question = page.standing()
    assert question is not None
    assert (question.who, question.what) == ("Abernathy, Rosalind, 4/2/2026", "Pt Amt")
    assert (question.before, question.after, question.is_half_way) == ("$25.00", "$0.00", True)
    mode = (place.folder / "question.json").stat().st_mode
    assert mode & 0o077 == 0
    assert page.answer(question.number, answer)
    worker.join(30)
    assert (told, stop.asked) == ([saves], stops)


def test_stop_ends_a_question(place: Place) -> None:
    """A run that is to stop waits for no answer."""
    questions = questions_for(place.settings, StopRequest(asked=True), on_page=True)
    assert questions.is_somebody_there and not questions.yes("Go on?", "Several failures")


def test_file_that_is_no_question_is_none(tmp_path: Path) -> None:
    """A file of another version, or half a file, asks nothing."""
    page = Questions(tmp_path)
    for content in ("{", '{"colour": "red"}', "[]"):
        (tmp_path / "question.json").write_text(content, encoding="utf-8")
        assert page.standing() is None and not page.answer("", YES)
    assert Question(text="Go on?").number != Question(text="Go on?").number


def test_progress_comes_as_events_until_it_ends(
    visit: Visit, asking: subprocess.Popen[bytes]
) -> None:
    """The page hears what changes, once each, then the end; nobody else hears anything."""
    accept = {"accept": "text/event-stream"}
    heard: list[str] = []
    with visit.client.stream("GET", "/working?part=1&auto=1", headers=accept) as events:
        assert events.headers["content-type"].startswith("text/event-stream")
        for line in events.iter_lines():
            heard.append(line)
            if line.startswith("data: {") and '"first"' in line:
                visit.post("/working/answer", {"question": "first", "answer": "yes"})
    said = [line for line in heard if line and line != ":"]
    assert said[-2:] == ["event: ended", "data: -"]
    assert len(said) == len(set(said)) and len(said) <= 4
    visit.client.cookies.clear()
    assert visit.get("/working?part=1&auto=1", headers=accept).status_code == 401


def test_events_end_with_the_lock(
    visit: Visit, asking: subprocess.Popen[bytes], clock: Clock
) -> None:
    """To look on is not to use the page: it locks itself, and the events end."""
    accept = {"accept": "text/event-stream"}
    with visit.client.stream("GET", "/working?part=1&auto=1", headers=accept) as events:
        lines = events.iter_lines()
        assert next(lines).startswith("data: {")
        clock.now += LOCK_SECONDS + 1
        assert list(lines)[-3:] == ["event: ended", "data: -", ""]
