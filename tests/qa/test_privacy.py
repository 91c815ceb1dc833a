"""A failing run at a real practice reveals nothing about patients, and keeps labels readable."""

from __future__ import annotations

import datetime as dt
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from foreign.books import us_date
from foreign.cases import CASES
from foreign.people import new_books
from foreign_site import Site, site

OWN_TESTS = '''
"""Our own tests of the practice; each of them fails in another way."""

import logging

import pytest

from automation.billing.money import ZERO, dollars
from automation.billing.request import PatientQuery


@pytest.fixture
def row(practice):
    return practice.row("in-network")


def test_plain_comparison(row):
    """A comparison without a sentence of its own."""
    assert row.patient_amount == ZERO


def test_comparison_with_a_sentence(row, practice):
    """A comparison with a sentence that tells the values."""
    found = row.patient_amount
    born = practice.visit("in-network").born
    assert not found, f"Pt Amt of {practice.patient('in-network').name}, {born}: " \\
        f"expected $0.00, found {dollars(found)}"


def test_two_patients(practice):
    """Two patients of one name."""
    meant = practice.patient("namesake")
    practice.desk.start_over().find(PatientQuery(meant.last, meant.first))


def test_date_without_session(practice):
    """A date of service that is not there."""
    practice.table("in-network").the_one(practice.request("already-open"))


def test_printed(row, practice):
    """A test that prints and logs what it sees, and ends with an error of Python's."""
    print("printed:", practice.patient("in-network"), row)
    logging.getLogger().warning("logged: %s", row)
    {}[practice.patient("in-network").name]


@pytest.mark.parametrize("who", ["Marlowe, Teresa", "in-network"])
def test_parameter(row, who):
    """A parameter that is somebody's name."""
    pytest.fail(f"{who} owes {row.patient_amount} at {row}")


def test_skipped(row, practice):
    """A reason that tells somebody's name."""
    pytest.skip(f"nothing for {practice.patient('in-network').name}")
'''
pytestmark = [pytest.mark.timeout(500), pytest.mark.long]  # two runs of pytest for each look
RENAMED = '[labels.billing]\nall_items = "All the Items"'


@dataclass
class Left:
    """The files that a run left behind, and its output."""

    folder: Path
    ran: subprocess.CompletedProcess[str]

    def texts(self) -> dict[str, str]:
        """The terminal's output, and every file but QA's own and the journal."""
        own = {"test_ours.py", "staging.toml", "staging.qa.toml"}
        found = {"stdout": self.ran.stdout, "stderr": self.ran.stderr}
        for path in self.folder.rglob("*"):
            if path.is_file() and path.name not in own and "__pycache__" not in path.parts:
                found[str(path.relative_to(self.folder))] = _text_of(path)
        return {name: text for name, text in found.items() if not name.startswith("state/journal")}


def _text_of(path: Path) -> str:
    if path.suffix in (".png", ".db"):
        return path.name
    text = path.read_bytes().decode("utf-8", errors="replace")
    return re.sub(r"data:image/png;base64,[\w+/=]+", "", text)


@pytest.fixture(scope="module", params=["soup", "webapp"])
def there(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    """Each look in turn as a real practice, with QA's own failing tests."""
    folder = tmp_path_factory.mktemp(request.param)
    (folder / "test_ours.py").write_text(OWN_TESTS, encoding="utf-8")
    with site(request.param, folder) as made:
        yield made


@pytest.fixture(scope="module")
def left(there: Site) -> Left:
    """A failing run with all its reports, then one whose profile has a label that is missing."""
    reports = ["--junitxml=out.xml", "--junit-prefix=x", "--qa-report=out.html", "-rA", "-l"]
    first = there.run("test_ours.py", *reports, "-o", "junit_logging=all")
    there.profile(RENAMED)
    drift = there.run("test_ours.py", "-k", "plain", "--junitxml=drift.xml", "--evidence=drift")
    both = subprocess.CompletedProcess([], 1, first.stdout + drift.stdout, first.stderr)
    return Left(there.folder, both)


def of_patients() -> list[str]:
    """Patterns of what must not be revealed: names, dates, amounts, account numbers, charts."""
    books = new_books()
    people = books.patients.values()
    names = {part for who in people for part in re.findall(r"\w{3,}", who.listed)}
    days: set[dt.date] = {who.born for who in people} | {case.date for case in CASES}
    told = {us_date(day, padded=padded) for day in days for padded in (True, False)}
    told |= {day.isoformat() for day in days} | {repr(day) for day in days}
    patterns = [rf"\b{name}\b" for name in names] + [re.escape(day) for day in told]
    patterns += [rf"(?<![\d.]){re.escape(str(case.owes))}(?!\d)" for case in CASES]
    patterns += [rf"(?<!\d){1000 + number}(?!\d| ms)" for number in books.patients]
    return [*patterns, r"/(?:chart|patients)/\d+"]


def test_nothing_of_a_patient_is_left_behind(left: Left) -> None:
    """Nothing of a patient is in terminal, JUnit file, page, evidence, caches or past runs."""
    patterns = [re.compile(pattern, re.IGNORECASE) for pattern in of_patients()]
    found = [
        f"{name}: {match[0]} in {text[max(0, match.start() - 60) : match.end() + 40]!r}"
        for name, text in left.texts().items()
        for pattern in patterns
        for match in pattern.finditer(text)
    ]
    assert found == [], "\n".join(found[:20])


def test_search_would_find_a_patient(there: Site, left: Left) -> None:
    """The same search does find names in QA's own data file."""
    text = (there.folder / "staging.qa.toml").read_text(encoding="utf-8")
    assert sum(bool(re.search(pattern, text)) for pattern in of_patients()) > 10


@pytest.mark.parametrize(
    "says",
    [
        "Doing:    Pt Amt of …, [date]",
        "Expected: $0.00",
        "Found:    [amount]",
        "Expected: row.patient_amount == ZERO",
        "2 patients of that name, born [date 1] and [date 2]",
        "Found:    no session on [date 1]; this patient has 5 sessions; the nearest is [date 2]",
        "KeyError, whose text is not kept",
        "'All the Items'",
        "'All Items'",
        "At:       automation/pages/",
        "test_ours.py:",
        "Evidence: ",
    ],
)
def test_words_of_a_bug_report_stay_readable(left: Left, says: str) -> None:
    """Labels, candidates, what was expected and found by kind, and places in code are kept."""
    texts = left.texts()
    assert says.lower() in texts["stdout"].lower(), texts["stdout"]
    assert says.lower() in (texts["out.xml"] + texts["drift.xml"]).replace("&#10;", "\n").lower()


def test_candidate_stays_readable_in_the_evidence(left: Left) -> None:
    """The word that may be the renamed label is kept in the evidence, as in the message."""
    texts = left.texts()
    (problem,) = [text for name, text in texts.items() if re.match(r"drift/.*problem\.txt", name)]
    (outline,) = [text for name, text in texts.items() if re.match(r"drift/.*aria\.yaml", name)]
    assert "All Items" in problem
    assert "All Items" in outline


def test_parameter_is_named_by_its_name_alone(left: Left) -> None:
    """A parameter that may be a person's name is left out of the test's name; a case is kept."""
    names = set(re.findall(r"test_parameter\[(\S+)\]", left.ran.stdout))
    assert names == {"staging-who", "staging-in-network"}
