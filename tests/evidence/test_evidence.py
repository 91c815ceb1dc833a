"""Evidence shows everything at the sandbox, and no patient data of a real practice."""

from __future__ import annotations

import io
import json
import re
import time
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from foreign.cases import CASES
from foreign.conftest import practice as foreign_practice
from pixels import colours, legible, telling
from playwright.sync_api import Browser, Page
from shared_tab import StandingTab, foreign_profile

from automation.billing.plan import Change
from automation.billing.receipt import Outcome
from automation.billing.request import PatientQuery, typed_request
from automation.desk import Step
from automation.errors import Refusal
from automation.evidence.evidence import Evidence
from automation.pages.patients import PatientsPage
from automation.pages.screen import Screen
from automation.runs.runner import do
from automation.runs.session import Session
from config.site_profile import SiteProfile

Cases = dict[str, dict[str, Any]]
WHO = CASES[0]
NAMES = [word for case in CASES for word in re.findall(r"\w+", case.patient)] + ["whitlow"]
ALLOWED_DIGITS = re.compile(r"\[level=\d\]")

HARD = (Path(__file__).parent / "hard.html").read_text()


def real(site: SiteProfile) -> SiteProfile:
    """The same site as if it were a practice with patients."""
    told = site.model_dump(exclude={"sandbox", "make_believe_password"})
    return SiteProfile(**{**told, "name": "practice"})


def work_through(evidence: Evidence) -> Refusal:
    """Run two steps; the second one fails with a message full of patient data."""
    problem = Refusal(
        "looking at Marlowe, Teresa's chart",
        expected="Pt Amt of $31.45 on 3/4/2026",
        found="'Teresa Marlowe' and Marlowe's $1,031.45 on the screen",
        next_step="press 'Save Changes' for Marlowe",
    )
    look = Step("Patients > the patient", seconds=0.25)
    evidence.began(look)
    evidence.ended(look)
    save = Step("$31.45 into Pt Amt > Save Changes", Change("Pt Amt", "$31.45", "$0.00"), 1.5)
    evidence.began(save)
    evidence.failed(save, problem)
    return problem


def taken(evidence: Evidence) -> bytes | None:
    """The picture of a failure that happens now."""
    work_through(evidence)
    return evidence.picture


def texts(folder: Path) -> dict[str, str]:
    """The content of every text file of a folder, by file name."""
    return {f.name: f.read_text() for f in folder.iterdir() if f.suffix in (".txt", ".yaml")}


def leaks(folder: Path, words: list[str]) -> list[str]:
    """Every line of a text file that holds one of the words, an amount or a date."""
    found = []
    for name, text in texts(folder).items():
        for line in text.splitlines():
            amounts = name in ("steps.txt", "problem.txt", "screen.aria.yaml") and re.search(
                r"\$(?!0\.00)\d|\d/\d|(?<!\$)\d\.\d\d(?! s )", line
            )
            if amounts or any(word.lower() in line.lower() for word in words):
                found.append(f"{name}: {line}")
    return found


@pytest.fixture
def tab(browser: Browser, site: SiteProfile) -> Iterator[Page]:
    """A tab that can load a page full of patient data at the practice's address."""
    context = browser.new_context(viewport={"width": 1000, "height": 760})
    page = context.new_page()
    page.route("**/hard/**", lambda route: route.fulfill(body=HARD, content_type="text/html"))
    yield page
    context.close()


def hard(tab: Page, site: SiteProfile) -> None:
    """Load that page, at an address that names the patient."""
    tab.goto(f"{site.address}/hard/patients/Marlowe/31?born=1984-02-09")


def test_sandbox_evidence_tells_all(tab: Page, site: SiteProfile, tmp_path: Path) -> None:
    """At the sandbox the folder has the amounts, the names, the picture and the trace."""
    evidence = Evidence(tab, site, tmp_path / "a-test")
    hard(tab, site)
    folder = evidence.keep(work_through(evidence))
    written = texts(folder)
    assert {f.name for f in folder.iterdir()} == {*written, "screen.png", "trace.zip"}
    assert "Nothing is lacking." in written["README.txt"]
    assert ">>>   2. FAILED    1.50 s  $31.45 into Pt Amt > Save Changes" in written["steps.txt"]
    assert "      1. ok        0.25 s  Patients > the patient" in written["steps.txt"]
    assert "changes Pt Amt from $31.45 to $0.00" in written["steps.txt"]
    assert "Marlowe, Teresa" in written["problem.txt"]
    assert "Marlowe owes $31.45" in written["screen.aria.yaml"]
    assert written["console.txt"] == "log: Marlowe owes 31.45\n"
    assert re.match(r"GET /hard/patients/Marlowe/31 200 \d+ ms\n", written["network.txt"])
    assert folder.stat().st_mode & 0o077 == 0


def test_sandbox_picture_shows_what_is_on_the_screen(
    tab: Page, site: SiteProfile, browser: Browser, tmp_path: Path
) -> None:
    """At the sandbox, most texts about a patient can be read in the picture."""
    evidence = Evidence(tab, site, tmp_path / "a-test")
    hard(tab, site)
    seen = telling(tab, NAMES)
    work_through(evidence)
    evidence.drop()
    assert evidence.picture is not None
    counted = colours(browser, evidence.picture, [box for _, box in seen])
    assert len(seen) > 15
    assert sum(count > 1 for count in counted) > 10


def test_real_picture_covers_every_text_that_is_no_label(
    tab: Page, site: SiteProfile, browser: Browser, tmp_path: Path
) -> None:
    """Texts, fields, images, frames, components and texts from a style sheet are all covered."""
    evidence = Evidence(tab, real(site), tmp_path / "a-test")
    hard(tab, site)
    count, shown = legible(browser, tab, lambda: taken(evidence), NAMES)
    evidence.drop()
    assert count > 15
    assert shown == []
    assert tab.locator("html > div").count() == 0


@pytest.mark.parametrize("label", ["Save Changes", "Billing Settings"])
def test_real_picture_shows_the_labels_even_over_a_patients_name(
    tab: Page, site: SiteProfile, browser: Browser, tmp_path: Path, label: str
) -> None:
    """Labels that a developer needs stay visible, in a dialog too, whatever is behind them."""
    evidence = Evidence(tab, real(site), tmp_path / "a-test")
    hard(tab, site)
    box = tab.get_by_role("button", name=label).bounding_box()
    picture = taken(evidence)
    assert picture is not None
    assert box is not None

    middle = [box["x"], box["y"] + 8, box["x"] + box["width"], box["y"] + box["height"] - 8]
    assert colours(browser, picture, [middle])[0] > 5


def test_real_evidence_names_no_patient(tab: Page, site: SiteProfile, tmp_path: Path) -> None:
    """No text file holds a name, an amount or a date; the known words and the path stay."""
    evidence = Evidence(tab, real(site), tmp_path / "a-test")
    hard(tab, site)
    folder = evidence.keep(work_through(evidence))
    written = texts(folder)
    assert leaks(folder, ["marlowe", "teresa", "31.45", "1984"]) == []
    assert not re.search(r"\d", ALLOWED_DIGITS.sub("", written["screen.aria.yaml"]))
    assert '- button "Save Changes"' in written["screen.aria.yaml"]
    assert "[amount] into Pt Amt > Save Changes" in written["steps.txt"]
    assert "changes Pt Amt from [amount] to $0.00" in written["steps.txt"]
    assert "press 'Save Changes' for …" in written["problem.txt"]
    assert written["console.txt"] == "log: 18 characters\n"
    assert re.match(r"GET /\*/patients/\*/\* 200 \d+ ms\n", written["network.txt"])
    assert not (folder / "trace.zip").exists()
    assert "nobody asked for one by name" in written["README.txt"]
    assert evidence.steps[1] == ("[amount] into Pt Amt > Save Changes", 1.5, False)


def test_real_trace_is_taken_by_name_only_and_said_to_be_unmasked(
    tab: Page, site: SiteProfile, tmp_path: Path
) -> None:
    """A trace is kept if asked for, with a warning beside it and no amount in its groups."""
    evidence = Evidence(tab, real(site), tmp_path / "a-test", trace=True)
    hard(tab, site)
    folder = evidence.keep(work_through(evidence))
    assert "NOT masked" in (folder / "README.txt").read_text()
    assert groups((folder / "trace.zip").read_bytes())[1] == "[amount] into Pt Amt > Save Changes"


# The two practices with other markup --------------------------------------------------------------


@dataclass
class Opened:
    """A tab that shows a date of service at a foreign practice, and that practice's profile."""

    tab: Page
    site: SiteProfile


@pytest.fixture(scope="module", params=["soup", "webapp"])
def opened(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Opened]:
    """Each foreign practice, with the in-network patient's date of service open."""
    look = str(request.param)
    with foreign_practice(look) as address:
        site = foreign_profile(look, address)
        standing = StandingTab(browser, site)
        screen = standing.screen()
        open_the_date(screen)
        yield Opened(screen.tab, site)
        standing.close()


def open_the_date(screen: Screen) -> None:
    """Walk to the patient's billing, and open the date of service."""
    last, first = WHO.patient.split(", ")
    chart = PatientsPage(screen).open().find(PatientQuery(last, first, WHO.born))
    billing = chart.patient_billing().show_all_items()
    row = next(row for row in billing.transactions().visits if row.date == WHO.date)
    billing.open(row)


def test_foreign_practice_is_covered_as_well(
    opened: Opened, browser: Browser, tmp_path: Path
) -> None:
    """Tables, components and dialogs are covered on pages not made for this test as well."""
    evidence = Evidence(opened.tab, real(opened.site), tmp_path / "a-test")
    count, shown = legible(browser, opened.tab, lambda: taken(evidence), NAMES)
    folder = evidence.keep(work_through(evidence))
    assert count > 20
    assert shown == []
    assert leaks(folder, NAMES) == []
    assert "Save Changes" in (folder / "screen.aria.yaml").read_text()


def test_foreign_practice_as_a_sandbox_is_shown(
    opened: Opened, browser: Browser, tmp_path: Path
) -> None:
    """The same screen at a sandbox shows the names and amounts."""
    evidence = Evidence(opened.tab, opened.site, tmp_path / "a-test")
    seen = telling(opened.tab, NAMES)
    folder = evidence.keep(work_through(evidence))
    assert evidence.picture is not None
    counted = colours(browser, evidence.picture, [box for _, box in seen])
    assert sum(count > 1 for count in counted) > len(seen) / 2
    assert "Marlowe" in (folder / "screen.aria.yaml").read_text()


# Traces -------------------------------------------------------------------------------------------


def groups(trace: bytes) -> list[str]:
    """The titles of a trace's groups, in order."""
    with zipfile.ZipFile(io.BytesIO(trace)) as opened_zip:
        assert {"trace.trace", "trace.network"} <= set(opened_zip.namelist())
        lines = opened_zip.read("trace.trace").decode().splitlines()
    events: list[dict[str, Any]] = [json.loads(line) for line in lines]
    begun = {e["callId"]: e["title"] for e in events if e.get("method") == "tracingGroup"}
    ended = {e["callId"] for e in events if e["type"] == "after"}
    assert begun.keys() <= ended
    return list(begun.values())


def test_trace_is_grouped_by_the_steps(tab: Page, site: SiteProfile, tmp_path: Path) -> None:
    """The trace's groups are the steps' titles, and each of them ends."""
    evidence = Evidence(tab, site, tmp_path / "a-test")
    hard(tab, site)
    folder = evidence.keep(work_through(evidence))
    titles = [title for title, _, _ in evidence.steps]
    assert groups((folder / "trace.zip").read_bytes()) == titles


def test_trace_of_somebody_else_goes_on_and_has_the_steps(
    tab: Page, site: SiteProfile, tmp_path: Path
) -> None:
    """A trace that was started elsewhere gets the groups, and is left running for its owner."""
    tab.context.tracing.start()
    evidence = Evidence(tab, site, tmp_path / "a-test")
    hard(tab, site)
    folder = evidence.keep(work_through(evidence))
    tab.context.tracing.stop(path=tmp_path / "theirs.zip")
    assert "somebody else's trace" in (folder / "README.txt").read_text()
    assert len(groups((tmp_path / "theirs.zip").read_bytes())) == 2


def test_dropped_evidence_leaves_nothing_and_the_next_test_starts_afresh(
    tab: Page, site: SiteProfile, tmp_path: Path
) -> None:
    """In a tab that stays open, a test's evidence holds nothing of the test before it."""
    first = Evidence(tab, site, tmp_path / "first")
    hard(tab, site)
    work_through(first)
    first.drop()
    second = Evidence(tab, site, tmp_path / "second")
    folder = second.keep(AssertionError("nothing was looked for"))
    assert [path.name for path in tmp_path.glob("first*")] == []
    assert "nothing was asked for" in (folder / "network.txt").read_text()
    assert groups((folder / "trace.zip").read_bytes()) == []
    assert "outside these steps" in (folder / "steps.txt").read_text()


# When things go wrong -----------------------------------------------------------------------------


def test_closed_page_leaves_a_folder_that_says_what_it_lacks(
    tab: Page, site: SiteProfile, tmp_path: Path
) -> None:
    """A closed tab costs the picture and the trace, never the folder or the test's own failure."""
    evidence = Evidence(tab, site, tmp_path / "a-test")
    tab.context.close()
    folder = evidence.keep(work_through(evidence))
    written = texts(folder)
    assert "screen.png and screen.aria.yaml: not taken, TargetClosedError" in written["README.txt"]
    assert "trace.zip: not taken" in written["README.txt"]
    assert "FAILED" in written["steps.txt"]
    assert "Marlowe" in written["problem.txt"]


def test_hanging_page_is_given_up(
    tab: Page, site: SiteProfile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page that never answers costs the wait for one answer only."""
    monkeypatch.setattr("automation.evidence.evidence.PATIENCE", 2000)
    evidence = Evidence(tab, site, tmp_path / "a-test", trace=False)
    hard(tab, site)
    tab.evaluate("() => { setTimeout(() => { for (;;) ; }); }")
    began = time.monotonic()
    folder = evidence.keep(work_through(evidence))
    assert time.monotonic() - began >= 2
    assert (folder / "README.txt").read_text().count("not taken, TimeoutError") == 1


def test_moving_page_gives_no_picture(tab: Page, site: SiteProfile, tmp_path: Path) -> None:
    """No picture is kept when a moving text may show beside its cover."""
    evidence = Evidence(tab, real(site), tmp_path / "a-test")
    hard(tab, site)
    move = """() => { const text = document.querySelector('p'); let n = 0;
        const go = () => { text.style.marginLeft = `${n = (n + 7) % 200}px`;
            requestAnimationFrame(go); };
        go(); }"""
    tab.evaluate(move)
    folder = evidence.keep(work_through(evidence))
    assert "would not stand still" in (folder / "README.txt").read_text()
    assert not (folder / "screen.png").exists()


def test_folder_that_cannot_be_made_is_survived(
    tab: Page, site: SiteProfile, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """A folder that cannot be written only gives a line in the log."""
    (tmp_path / "a-file").write_text("")
    evidence = Evidence(tab, site, tmp_path / "a-file" / "a-test")
    evidence.keep(work_through(evidence))
    assert "could not be written" in caplog.text


def test_second_failure_of_that_name_gets_a_number(
    tab: Page, site: SiteProfile, tmp_path: Path
) -> None:
    """Evidence is never overwritten: the second folder gets a number."""
    made = []
    for _ in range(2):
        evidence = Evidence(tab, site, tmp_path / "a-test", trace=False)
        made.append(evidence.keep(work_through(evidence)).name)
    assert made == ["a-test", "a-test-2"]


def test_run_of_the_flow_is_noted_as_it_goes(work: Session, cases: Cases, tmp_path: Path) -> None:
    """Evidence that listens to a real run has its steps, what they change and their groups."""
    evidence = Evidence(work.screen.tab, work.screen.site, tmp_path / "a-test")
    work.listeners = [evidence]
    case = cases["in-network"]
    asked = {key: case[key] for key in ("patient", "born", "date", "owes")}
    receipt = do(work, typed_request(**asked))
    folder = evidence.keep(AssertionError("as if it had failed"))
    titles = [title for title, _, _ in evidence.steps]
    assert receipt.outcome is Outcome.FIXED
    assert titles == [step["title"] for step in receipt.steps]
    assert groups((folder / "trace.zip").read_bytes()) == titles
    assert "changes Pt Amt from" in (folder / "steps.txt").read_text()
