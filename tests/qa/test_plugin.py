"""The plugin as QA uses it, with their own test files outside this checkout."""

from __future__ import annotations

import stat
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

OWN_TESTS = '''
"""Our own tests of the practice."""

import pytest

from automation.billing.money import ZERO


def test_patients_page(desk, site):
    """The Patients page opens."""
    assert site.sandbox
    with desk.step("Patients"):
        assert desk.patients.open().ready()


@pytest.mark.payer_type("direct")
def test_direct_pay(undo_write_off):
    """A direct pay write-off is undone."""
    undone = undo_write_off("direct")
    assert undone.is_fixed()
    assert undone.row.amounts.written_off == ZERO


def test_not_named_in_the_data(practice):
    """A case that our data file lacks."""
    practice.visit("long-chart")


@pytest.mark.read_only
def test_renamed(practice, bundled):
    """A label that a release renamed."""
    bundled.control("faults", {"set": ["renamed-label:filter"]})
    practice.table("in-network")
'''


def run(folder: Path, *more: str) -> subprocess.CompletedProcess[str]:
    """Run pytest in a folder of QA's own."""
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", *more],
        cwd=folder, capture_output=True, text=True, timeout=170, check=False,
    )  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """QA's own folder: tests, and a QA data file with only the required cases."""
    from config.qa_data import CASES, qa_data_file

    made = tmp_path_factory.mktemp("qa")
    (made / "test_ours.py").write_text(OWN_TESTS, encoding="utf-8")
    bundled = qa_data_file("sandbox").read_text(encoding="utf-8")
    _, *visits = bundled.split("[visits.")
    kept = ["[visits." + text for text in visits if text.partition("]")[0] in CASES]
    (made / "data.toml").write_text("".join(kept), encoding="utf-8")
    return made


@pytest.fixture(scope="module")
def ran(folder: Path) -> subprocess.CompletedProcess[str]:
    """One run of QA's own tests, with all its reports."""
    return run(folder, "--qa-data", "data.toml", "--junitxml=out.xml", "--qa-report", "out.html")


@pytest.mark.long
def test_own_tests_run_outside_the_checkout(ran: subprocess.CompletedProcess[str]) -> None:
    """The fixtures work outside the checkout; a case that the data file lacks is skipped."""
    assert "1 failed, 2 passed, 1 skipped" in ran.stdout, ran.stdout + ran.stderr


@pytest.mark.long
def test_reports_are_for_their_owner(folder: Path, ran: subprocess.CompletedProcess[str]) -> None:
    """A run's page and result file, which name test patients, are readable by their owner only."""
    modes = {name: oct(stat.S_IMODE((folder / name).stat().st_mode))
             for name in ("out.html", "out.xml")}  # fmt: skip
    assert set(modes.values()) == {"0o600"}


@pytest.mark.long
def test_drift_names_step_article_label_and_the_line_that_would_follow_it(
    ran: subprocess.CompletedProcess[str],
) -> None:
    """A renamed label's failure names step, article, expected label, finding and profile line."""
    assert "Step:     Patients > the patient" not in ran.stdout
    assert "Step:     Patient Billing tab > Search Billing Transactions: All Items" in ran.stdout
    assert "Article:  Undo a client-balance write-off, https://" in ran.stdout
    assert "'All Items'" in ran.stdout
    assert "Found:    'Everything' among the choices of the filter" in ran.stdout
    assert 'put all_items = "Everything" under [labels.billing] in its site profile' in ran.stdout


@pytest.mark.long
def test_drift_is_named_within_five_seconds(
    folder: Path, ran: subprocess.CompletedProcess[str]
) -> None:
    """A renamed label fails within five seconds, not after a long timeout."""
    cases = {c.get("name", ""): c for c in ElementTree.parse(folder / "out.xml").iter("testcase")}
    (renamed,) = [case for name, case in cases.items() if name.startswith("test_renamed")]
    assert renamed.find("failure") is not None
    steps = next(folder.glob("test-results/evidence/test-renamed*")) / "steps.txt"
    (failed,) = [line for line in steps.read_text().splitlines() if "FAILED" in line]
    assert float(failed.split("FAILED")[1].split()[0]) < 5


@pytest.mark.long
def test_evidence_of_a_failure_is_one_folder(
    folder: Path, ran: subprocess.CompletedProcess[str]
) -> None:
    """Steps, problem, picture, outline, console, network and trace are in one private folder."""
    (kept,) = folder.glob("test-results/evidence/*")
    assert {stat.S_IMODE(path.stat().st_mode) for path in kept.iterdir()} == {0o600}
    names = {file.name for file in kept.iterdir()}
    assert names >= {
        "steps.txt", "problem.txt", "screen.png", "screen.aria.yaml", "console.txt",
        "network.txt", "trace.zip",
    }  # fmt: skip
    assert f"evidence: test-results/evidence/{kept.name}" in ran.stdout


@pytest.mark.long
def test_manager_gets_one_page(folder: Path, ran: subprocess.CompletedProcess[str]) -> None:
    """The page shows each test's promise, and a failure with its picture."""
    page = (folder / "out.html").read_text(encoding="utf-8")
    for promise in ("A direct pay write-off is undone.", "A label that a release renamed."):
        assert promise in page
    assert "data:image/png;base64," in page


@pytest.mark.short("bad data")
@pytest.mark.parametrize(
    ("more", "says"),
    [
        (["--site", "nowhere.toml"], ["site profile 'nowhere.toml'", "check the name"]),
        (["--qa-data", "none.toml"], ["QA data file 'none.toml'", "zero-responsibility"]),
        (["--qa-data", "bad.toml"], ["visits.direct.owes", "dollars and cents", "3 mistakes"]),
    ],
    ids=["no site", "no data", "bad data"],
)
def test_bad_files_stop_the_run_in_words(folder: Path, more: list[str], says: list[str]) -> None:
    """Bad files stop the run with what is wrong, where, and what to do; no traceback is shown."""
    text = (folder / "data.toml").read_text(encoding="utf-8")
    bad = text.replace('owes = "100.00"', "owes = 100.00").replace("born = 1984-02-09", "bron = 1")
    (folder / "bad.toml").write_text(bad, encoding="utf-8")
    done = run(folder, *more)
    told = done.stdout + done.stderr
    assert done.returncode == pytest.ExitCode.USAGE_ERROR, told
    assert all(part in told for part in [*says, "Doing:", "Expected:", "Found:", "Next:"]), told
    assert "Traceback" not in told
