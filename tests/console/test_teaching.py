"""The pages for training and for checking the practice's pages."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from automation.console import workers
from automation.console.place import Place
from automation.console.workers import Ended, Work
from tests.console.conftest import Visit, until


class Commands:
    """Stands in for the command line: notes each command, and ends when it may."""

    def __init__(self) -> None:
        self.given: list[list[str]] = []
        self.may_end = threading.Event()
        self.end = (0, "", "")

    def __call__(self, arguments: list[str]) -> tuple[int, str, str]:
        """Note a command."""
        self.given.append(arguments)
        self.may_end.wait(60)
        return self.end


@pytest.fixture
def commands(monkeypatch: pytest.MonkeyPatch) -> Commands:
    """The commands that the page runs, none of which is run."""
    made = Commands()
    monkeypatch.setattr(workers.Workers, "ask", lambda _, given, **more: made(given))
    return made


def ended(visit: Visit) -> bool:
    """Whether nothing is being made any more."""
    return visit.get("/training?part=1&auto=1").status_code == 204


@pytest.mark.parametrize(
    ("kind", "command"),
    [
        ("film", ["film"]),
        ("pdf", ["guide", "--format", "pdf", "--paper", "a4"]),
        ("crib", ["guide", "--crib", "--format", "pdf", "--paper", "a4"]),
    ],
)
def test_guide_or_film_is_made_beside_the_pages(
    visit: Visit, commands: Commands, kind: str, command: list[str]
) -> None:
    """The page says that it is being made, takes no second one meanwhile, and goes on."""
    form = {"kind": kind, "payer": "direct", "language": "es", "paper": "a4"}
    visit.post("/training/make", form)
    assert "is being made" in visit.get("/training").text
    visit.post("/training/make", form)
    assert "One is being made already." in visit.get("/training").text
    commands.may_end.set()
    until(lambda: ended(visit))
    (given,) = commands.given
    assert given[0] == "train" and given[1] == command[0]
    assert set(command) | {"--payer", "direct", "--language", "es"} <= set(given)
    assert "is being made" not in visit.get("/training").text


def test_what_kept_it_from_being_made_is_said(visit: Visit, commands: Commands) -> None:
    """A command that fails says why, in its own words."""
    commands.end = (2, "", "a package is missing: install it")
    commands.may_end.set()
    form = {"kind": "film", "payer": "direct", "language": "en", "paper": "letter"}
    visit.post("/training/make", form)
    until(lambda: ended(visit))
    page = visit.get("/training").text
    assert "it did not work" in page and "a package is missing" in page


def test_practice_room_that_was_left_unpassed_is_no_problem(
    visit: Visit, commands: Commands
) -> None:
    """The room opens once at a time; ending it before all is passed is nothing to warn of."""
    commands.end = (4, "", "not passed")
    visit.post("/training/practise", {"payer": "direct", "language": "en"})
    visit.post("/training/practise", {"payer": "direct", "language": "en"})
    assert "open already" in visit.get("/training").text
    assert len(commands.given) == 1
    commands.may_end.set()
    until(lambda: "The practice room is open" not in visit.get("/training").text)
    assert "did not work" not in visit.get("/training").text


@pytest.mark.parametrize(
    ("field", "value"), [("payer", "--out"), ("kind", "exe"), ("language", "../x"), ("paper", "b5")]
)
def test_only_what_is_offered_can_be_made(
    visit: Visit, commands: Commands, field: str, value: str
) -> None:
    """No text of a form becomes part of a command."""
    form = {"kind": "pdf", "payer": "direct", "language": "en", "paper": "a4", field: value}
    assert visit.post("/training/make", form).status_code == 404
    assert commands.given == []


def test_files_and_score_sheets_are_handed_over(visit: Visit, place: Place) -> None:
    """What lies in the folder for training can be taken, as a file, and nothing else."""
    folder = place.settings.state / "training"
    folder.mkdir(parents=True)
    names = ("guide-direct.pdf", "copay-20261130-101500.html", "secret.txt")
    for name in names:
        (folder / name).write_text(name, encoding="utf-8")
    page = visit.get("/training").text
    assert "guide-direct.pdf" in page and "11/30/2026, 10:15" in page and "secret" not in page
    for name in names[:2]:
        answer = visit.get(f"/training/files/{name}")
        assert answer.text == name
        assert answer.headers["content-disposition"].startswith("attachment")
    for name in ("secret.txt", "..%2Fjournal.db", "guide-direct.pdf%00"):
        assert visit.get(f"/training/files/{name}").status_code == 404


FINDINGS = [
    {"what": "browser, site and sign-in", "well": True, "says": ""},
    {"what": "Patient Billing tab", "well": False, "says": 'put tab = "Bills" under [labels.x]'},
    {"what": "all lines for the site profile", "well": False, "says": '[labels.x]\ntab = "Bills"'},
]


@pytest.mark.parametrize(
    ("told", "says"),
    [(FINDINGS, "Not as expected (1)"), (FINDINGS[:1], "All is as it should be.")],
)
def test_findings_are_shown_with_the_lines_to_add(
    visit: Visit, monkeypatch: pytest.MonkeyPatch, told: list[dict[str, Any]], says: str
) -> None:
    """What `doctor` found stands in groups; the lines for the profile stand together."""
    begun: list[str] = []
    monkeypatch.setattr(workers.Workers, "start", lambda _, kind, *a, **k: begun.append(kind))
    visit.post("/doctor/check", {})
    assert begun == ["doctor"]
    work = Work("doctor", 1, "", 0)
    monkeypatch.setattr(workers.Workers, "take_end", lambda _: Ended(work, None, told))
    assert visit.get("/working").headers["location"] == "/doctor"
    page = visit.get("/doctor").text
    assert says in page
    assert ("Lines for the site profile" in page) == (len(told) > 1)
