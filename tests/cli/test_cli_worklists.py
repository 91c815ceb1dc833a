"""The worklist commands, run as a person runs them."""

from __future__ import annotations

import csv
import getpass
import io
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook
from test_questions import AtAKeyboard
from typer.testing import CliRunner

from automation.cli.app import app
from automation.journal.journal import Journal
from automation.sandbox_process import Sandbox, sandbox
from config.settings import load_settings

COMMAND = [sys.executable, "-m", "automation.cli"]
HEADINGS = {"last": "Last Name", "first": "First Name", "born": "DOB", "date": "DOS"}


@pytest.fixture(scope="module")
def harbor() -> Iterator[Sandbox]:
    """A sandbox for this module only, with 8 written-off dates of 4 more patients."""
    with sandbox(more=["--delay-ms", "20", "--bulk", "4:8"]) as running:
        yield running


class Biller:
    """A person at a keyboard, with their own state folder and files."""

    def __init__(self, practice: Sandbox, folder: Path) -> None:
        practice.control("reset", {"faults": [], "bulk": "4:8", "delay_ms": 5})
        self.practice, self.folder = practice, folder
        self.site = folder / "harbor.toml"
        self.site.write_text(
            f'address = "{practice.address}"\nsandbox = true\nsign_in = "form"\n'
            'practice_code = "HARBOR"\nusername = "biller"\n'
            'make_believe_password = "Sandbox-2026!"\n[limits]\ncontrol = 4.0\nsave = 5.0\n',
            encoding="utf-8",
        )
        rows: list[dict[str, Any]] = practice.control("worklist")
        self.rows = [row for row in rows if row["case"] == "bulk"]

    def types(self, *words: str, answers: str = "", status: int = 0) -> str:
        """Run one command to its end and return its standard output."""
        process = self.starts(*words)
        out, self.said = process.communicate(answers, timeout=200)
        assert process.returncode == status, out + self.said
        return out

    def types_within(self, *words: str, status: int = 0) -> str:
        """Run a command that opens no browser inside this process; return its standard output."""
        done = CliRunner().invoke(app, self._at_the_practice(words), env={"COLUMNS": "200"})
        self.said = done.stderr
        assert done.exit_code == status, done.output
        return done.stdout

    def _at_the_practice(self, words: Sequence[str]) -> list[str]:
        own_site = words[0] in ("plan", "run", "find", "recover")
        return [*words, *(["--site", str(self.site)] if own_site else [])]

    def starts(self, *words: str) -> subprocess.Popen[str]:
        """Start one command."""
        return subprocess.Popen(
            [*COMMAND, *self._at_the_practice(words)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "COLUMNS": "200"},
        )

    def worklist(self, rows: list[dict[str, Any]] | None = None, **owes: str) -> str:
        """Write rows to a CSV file, by default all of `self.rows`, and return its path."""
        path = self.folder / "worklist.csv"
        with path.open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow([*HEADINGS.values(), "Patient Owes"])
            for place, row in enumerate(self.rows if rows is None else rows, start=2):
                amount = owes.get(f"row_{place}", row["owes"])
                writer.writerow([*(row[key] for key in HEADINGS), amount])
        return str(path)

    def saves(self) -> int:
        """How many Saves the practice has had."""
        return int(self.practice.control("state")["saves"])

    def balances(self) -> list[str]:
        """The open balance of each row, in dollars."""
        patients = self.practice.control("ledger")["patients"]
        charts = {(who["last"], who["first"]): who for who in patients}
        return [self._balance(charts[row["last"], row["first"]], row) for row in self.rows]

    def _balance(self, chart: dict[str, Any], row: dict[str, Any]) -> str:
        visit = next(v for v in chart["visits"] if v["date"] == row["date"])
        return f"{visit['balance_cents'] / 100:.2f}"

    def owed(self) -> list[str]:
        """What each row asks for, in dollars."""
        return [f"{float(row['owes']):.2f}" for row in self.rows]


@pytest.fixture
def biller(harbor: Sandbox, tmp_path: Path) -> Biller:
    """A biller who has done nothing yet."""
    return Biller(harbor, tmp_path)


@pytest.mark.long
def test_plan_then_run_what_was_planned_and_nothing_else(biller: Biller) -> None:
    """`plan` changes nothing and gives a digest; `run --plan` refuses what has changed since."""
    told = json.loads(biller.types("plan", biller.worklist(), "--json"))
    assert biller.saves() == 0
    assert {item["state"] for item in told["items"]} == {"planned"}
    moved = biller.rows[2]
    biller.types("fix", "--patient", f"{moved['last']}, {moved['first']}", "--born", moved["born"],
                 "--date", moved["date"], "--owes", "7.00", "--site", str(biller.site))  # fmt: skip
    before = biller.balances()
    told = json.loads(biller.types("run", "--plan", told["digest"], "--json", status=3))
    outcomes = [item["receipt"]["outcome"] for item in told["items"]]
    assert outcomes == ["fixed", "fixed", "refused", *["fixed"] * 5]
    refused = told["items"][2]
    assert refused["source"]["row"] == 4
    receipt = refused["receipt"]
    assert receipt["diagnosis"] == "changed-meanwhile"
    assert receipt["problem"]["found"] == (
        "somebody worked on it since it was planned: "
        f"${moved['owes']} is more than the session's Rate of $7.00"
    )
    assert biller.balances()[2] == before[2] == "7.00"


@pytest.mark.long
def test_only_some_items_of_a_plan_are_run(biller: Biller) -> None:
    """`--only` does the named items, and the trail has who approved which of them."""
    biller.rows = biller.rows[1:3]
    told = json.loads(biller.types("plan", biller.worklist(), "--json"))
    before = biller.balances()
    for wrong in ("3", "1,3", "0", "1;2", "one", "1,", "1-2"):
        biller.types_within("run", "--plan", told["digest"], "--only", wrong, status=2)
    biller.types_within("run", "--resume", "--only", "1", status=2)
    assert biller.balances() == before and biller.saves() == 0
    done = json.loads(biller.types("run", "--plan", told["digest"], "--only", "2", "--json"))
    assert [item["source"]["row"] for item in done["items"]] == [3]
    assert [item["state"] for item in done["items"]] == ["fixed"]
    assert biller.balances()[0] == before[0]
    approved, *saves = csv.DictReader(biller.types("audit", "export").splitlines())
    assert approved["What"] == "plan approved" and approved["Who"] == getpass.getuser()
    assert approved["Field"] == f"plan of run {told['run']}"
    assert approved["Before"] == told["digest"]
    assert approved["After"] == f"1 of 2 items, ${biller.owed()[1]}; left out: 1"
    assert {one["What"] for one in saves} == {"saving", "saved", "read back"}
    assert "The audit trail is whole" in biller.types("audit", "verify")


@pytest.mark.long
def test_list_comes_from_standard_input(biller: Biller) -> None:
    """`plan -` reads the list from standard input, so another program can hand it over."""
    text = Path(biller.worklist(biller.rows[:1])).read_text(encoding="utf-8")
    told = json.loads(biller.types("plan", "-", "--json", answers=text))
    assert [item["state"] for item in told["items"]] == ["planned"]


def test_mistyped_cell_is_kept_out_of_logs(biller: Biller) -> None:
    """Standard error names row, column and what was expected, the cell's text only at a terminal.

    With `--json` the cell's text is in the JSON on standard output.
    """
    path = biller.worklist(biller.rows[:1], row_2="12.345.6")
    biller.types_within("plan", path, status=2)
    assert "row 2, Patient Owes: expected" in biller.said
    assert "12.345.6" not in biller.said
    person = AtAKeyboard("plan", path, "--site", str(biller.site))
    assert person.ends() == 2
    assert "row 2, Patient Owes: expected" in person.shown
    assert "12.345.6" in person.shown
    told = json.loads(biller.types_within("plan", path, "--json", status=2))
    assert "12.345.6" in told["problem"]["found"]


def test_unknown_plan_is_named(biller: Biller) -> None:
    """A digest that belongs to no plan is a usage error."""
    with Journal.of(load_settings()):
        pass  # so that there is one, with no plan in it
    biller.types_within("run", "--plan", "abc", status=2)
    assert "8 or more digits of it" in biller.said


@pytest.mark.long
@pytest.mark.timeout(300)
def test_killed_run_is_gone_on_with_reported_and_never_done_twice(biller: Biller) -> None:
    """The commands after a crash: run, kill -9, resume, run again, report, explain, audit."""
    biller.rows = biller.rows[:2]
    assert [row["copay"] for row in biller.rows] == [True, False]
    path = biller.worklist()
    process = biller.starts("run", path)
    assert process.stderr is not None
    assert any("1/2" in line for line in process.stderr)
    process.kill()
    process.communicate(timeout=30)
    biller.types("run", "--resume")
    assert biller.balances() == biller.owed()
    saves = biller.saves()
    assert "every balance is as expected" in biller.types("run", path)  # read, not saved again
    assert biller.saves() == saves
    tells_of_run(biller, copay=True)


def test_run_is_reported_explained_and_audited(biller: Biller) -> None:
    """The commands that tell of a run afterwards."""
    biller.rows = biller.rows[1:2]
    biller.types("run", biller.worklist())
    assert biller.balances() == biller.owed()
    tells_of_run(biller, copay=False)


def tells_of_run(biller: Biller, *, copay: bool) -> None:
    """Nothing is left of run 1, and each command that tells of it says the same."""
    biller.types_within("run", "--failed-only", status=2)
    assert "items that failed" in biller.said
    names = [row["last"] for row in biller.rows]
    assert all(name in biller.types_within("report", "1") for name in names)
    rows = biller.types_within("report", "1", "--format", "csv")
    assert len(list(csv.reader(io.StringIO(rows)))) == len(names) + 1
    told = json.loads(biller.types_within("report", "1", "--format", "json"))
    assert told["head"]["Run"] == "1"
    page = biller.types_within("report", "1", "--format", "html", "--shareable")
    assert not [name for name in names if name in page]
    book = biller.folder / "report.xlsx"
    biller.types_within("report", "1", "--format", "xlsx", "--out", str(book))
    sheet = CalamineWorkbook.from_path(book).get_sheet_by_index(0)
    assert names[0] in str(sheet.to_python())
    assert "fixed" in biller.types_within("explain", "1")
    assert biller.rows[0]["last"] in biller.types_within("explain", "1", "1")
    assert "whole" in biller.types_within("audit", "verify")
    trail = list(csv.DictReader(io.StringIO(biller.types_within("audit", "export"))))
    fields = {entry["Field"] for entry in trail}
    assert fields & {"Pt Amt", "Coverage", "Rate"} and ("Copay" in fields) == copay


@pytest.mark.long
def test_ctrl_c_stops_when_the_item_is_whole(biller: Biller) -> None:
    """After Ctrl-C no item is left half done; the rest waits, and `run --resume` does it."""
    process = biller.starts("run", biller.worklist())
    assert process.stderr is not None
    assert any(f"1/{len(biller.rows)}" in line for line in process.stderr)
    process.send_signal(signal.SIGINT)
    out, said = process.communicate(timeout=60)
    assert process.returncode == 4, out + said
    held = list(zip(biller.balances(), biller.owed(), strict=True))
    assert all(now in ("0.00", wanted) for now, wanted in held)
    assert 0 < sum(now == wanted for now, wanted in held) < len(held)
    copays = {
        p["copay_cents"]
        for who in biller.practice.control("ledger")["patients"]
        if who["last"] in {row["last"] for row in biller.rows if row["copay"]}
        for p in who["policies"]
    }
    assert 0 not in copays
    biller.types("run", "--resume")
    assert biller.balances() == biller.owed()


def test_every_bad_row_is_named_and_nothing_runs(biller: Biller) -> None:
    """All mistakes are reported at once, with row and column; `--skip-bad-rows` does the rest."""
    biller.rows = biller.rows[1:4]
    path = biller.worklist(row_2="lots", row_4="0.00")
    biller.types_within("run", path, status=2)
    assert "row 2, Patient Owes" in biller.said
    assert "row 4, Patient Owes" in biller.said
    assert biller.saves() == 0
    biller.types("run", path, "--skip-bad-rows", "--tabs", "2")
    held = list(zip(biller.balances(), biller.owed(), strict=True))
    assert [n for n, (now, wanted) in enumerate(held, start=2) if now != wanted] == [2, 4]


@pytest.mark.long
def test_careful_start_does_as_many_as_were_asked_for(biller: Biller) -> None:
    """`--limit` does only that many items, and says that the rest waits."""
    out = biller.types("run", biller.worklist(), "--limit", "2", "--pause-between", "0.1")
    assert f"{len(biller.rows) - 2} still to do. To go on:\n  undo-writeoff run --resume" in out
    assert sum(now != "0.00" for now in biller.balances()) == 2


@pytest.mark.long
def test_plan_of_what_is_refused_claims_nothing(biller: Biller) -> None:
    """If nothing can be done, the output offers no plan and does not say that totals meet."""
    out = biller.types("plan", biller.worklist(biller.rows[:1], row_2="9000"), status=3)
    assert "as expected" not in out
    assert "--plan" not in out
    assert out.startswith("Make-believe practice\n")


@pytest.mark.long
def test_attended_run_skips_one_and_stops(biller: Biller) -> None:
    """The run asks before each Save: s leaves that item unchanged, x stops before the next one."""
    biller.rows = [r for r in biller.rows if not r["copay"]][:3]
    said = "s\n\ny\ny\nx\n"  # an empty line saves nothing; the run asks again
    biller.types("run", biller.worklist(), "--attended", answers=said, status=4)
    assert [now != "0.00" for now in biller.balances()] == [False, True, False]


@pytest.mark.long
def test_failed_only_tries_again_what_failed(biller: Biller) -> None:
    """`--failed-only` does, in a new run, what failed while the practice could not save."""
    one = [biller.rows[-1]]
    biller.practice.control("faults", {"set": ["save-500:every"]})
    biller.types("run", biller.worklist(one), status=4)
    biller.practice.control("faults", {"set": []})
    assert biller.balances()[-1] == "0.00"
    biller.types("run", "--failed-only")
    assert biller.balances()[-1] == biller.owed()[-1]


@pytest.mark.long
def test_found_write_offs_become_a_worklist(biller: Biller) -> None:
    """`find` writes a worklist that a person then fills in and runs."""
    who = biller.rows[0]
    mine = [row for row in biller.rows if row["last"] == who["last"]]
    path = biller.folder / "found.csv"
    name = f"{who['last']}, {who['first']}"
    misspelt = ["--patient", "Nobody, Here"]
    out = biller.types("find", str(path), *misspelt, "--patient", name, status=3)
    assert out.count(name) == len(mine)
    assert "1 patient, " in biller.said
    assert f"{len(mine)} written off." in biller.said
    assert "Not looked at: Nobody, Here" in biller.said
    with path.open(newline="", encoding="utf-8-sig") as file:
        lines = list(csv.DictReader(file))
    assert sorted(line["Date of Service"] for line in lines) == sorted(r["date"] for r in mine)
    assert all(line["Date of Birth"] and line["Account"] for line in lines)
    assert {line["Proposed (from the screen)"] for line in lines} == {who["owes"]}
    typed = f"{name}; {who['born']}\nNobody, Here\n\n"
    told = json.loads(biller.types("find", "--patient", "-", "--json", answers=typed, status=3))
    assert sorted(row["date"] for row in told["rows"]) == sorted(row["date"] for row in mine)
    assert {row["proposed"] for row in told["rows"]} == {f"{float(who['owes']):.2f}"}
    assert {row["owes"] for row in told["rows"]} == {""}
    assert (told["finished"], told["not_found"]) == (True, ["Nobody, Here"])
    biller.types("run", str(path), status=2)  # the proposal is not taken for the amount
    assert "Patient Owes: expected what the patient should owe" in biller.said
    assert "columns not used" not in biller.said
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(lines[0]))
        writer.writeheader()
        writer.writerows({**line, "Patient Owes": who["owes"]} for line in lines)
    biller.types("run", str(path))
    assert all(now != "0.00" for now in biller.balances()[: len(mine)])
    biller.types("find", str(path), "--patient", name, status=2)  # the file is not overwritten
    assert "left as it is" in biller.said


@pytest.mark.long
def test_search_that_is_stopped_tells_how_far_it_came(biller: Biller) -> None:
    """After Ctrl-C the list says in its name that it is partial, and the exit status is not 0."""
    path = biller.folder / "all.csv"
    process = biller.starts("find", str(path), "--all-patients")
    assert process.stderr is not None
    assert any(line.startswith("2/") for line in process.stderr)  # the first was looked at
    process.send_signal(signal.SIGINT)
    out, said = process.communicate(timeout=60)
    assert process.returncode == 4, out + said
    assert "patients of " in said
    assert "; stopped before the end." in said
    assert "The list is partial" in said
    assert not path.exists()
    written = (biller.folder / "all-partial.csv").read_text(encoding="utf-8-sig")
    assert written.count("\n") == 1 + int(said.partition(" written off;")[0].split()[-1])


@pytest.mark.long
def test_example_worklist_of_the_sandbox_is_planned_case_by_case(biller: Biller) -> None:
    """The sandbox's example worklist has every kind of case, and the plan tells them apart."""
    path = biller.folder / "example.xlsx"
    process = subprocess.Popen(
        [*COMMAND, "sandbox", "--worklist", str(path)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert "rows" in process.stdout.readline()
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=30)
    told = json.loads(biller.types("plan", str(path), "--json", "--tabs", "2", status=3))
    states = [item["state"] for item in told["items"]]
    assert len(states) > 25
    assert {"planned", "nothing-to-do", "refused"} == set(states)
    assert biller.saves() == 0


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (["--resume"], "an unfinished run of a worklist"),
        (["--failed-only"], "items that failed in the latest run"),
        (["--plan", "0123456789"], "a plan that was made here"),
    ],
)
def test_nothing_to_go_on_with_is_said_before_a_browser_opens(
    biller: Biller, words: list[str], named: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The journal alone tells that there is nothing to do; a browser that is missing is not met."""
    monkeypatch.setenv("UNDO_WRITEOFF_BROWSER", str(biller.folder / "no-browser"))
    biller.types_within("run", *words, status=2)
    assert f"Expected: {named}" in biller.said


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (["run"], "none of them"),
        (["run", "a.csv", "--resume"], "worklist and resume"),
        (["run", "--resume"], "unfinished run"),
        (["run", "no-such-file.xlsx"], "no-such-file.xlsx"),
        (["plan", "a.csv", "--owes", "3"], "--owes"),
        (["find"], "neither"),
        (["find", "--patient", "Abernathy"], "Marlowe, Juniper"),
        (["report", "7"], "none yet"),
        (["explain", "7"], "none yet"),
        (["report", "--format", "pdf"], "--format"),
    ],
)
def test_wrong_usage_is_named(biller: Biller, words: list[str], named: str) -> None:
    """Every mistake exits 2, says what was found, and changes nothing."""
    biller.types_within(*words, status=2)
    assert named.casefold() in biller.said.casefold()
    assert biller.saves() == 0
