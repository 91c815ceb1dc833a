"""What `plan` says about a list before anything is done, and how sheets and rows are chosen."""

from __future__ import annotations

import datetime as dt
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from typer.testing import CliRunner

from automation.cli import app, fix, worklist
from automation.cli.worklist import Asked, items_of
from automation.errors import UsageProblem
from automation.worklists.choosing import Wanted

HEAD = ("Client", "DOS", "Patient Owes", "Amount", "AutoPay", "AutoPay ok")
ROWS = (
    ("Juniper Marlowe", dt.date(2026, 3, 4), 30, 120, "Yes", "yes"),
    ("Tobias Okafor", dt.date(2026, 3, 11), 30, 120, "Yes", None),
    ("Petra Lindqvist", dt.date(2026, 3, 18), 40, 120, "No", None),
    ("Report Total (3 items)", None, 100, 360, None, None),
)


@pytest.fixture
def workbook(tmp_path: Path) -> Path:
    """A workbook with a cover, a list of March with a hidden row, and a hidden list of February."""
    path = tmp_path / "list.xlsx"
    with xlsxwriter.Workbook(path) as book:
        day = book.add_format({"num_format": "m/d/yyyy"})
        book.add_worksheet("Cover").write_string(0, 0, "Write-offs of the first quarter")
        for name, rows in (("March", ROWS), ("February", ROWS[:1])):
            page = book.add_worksheet(name)
            for number, row in enumerate((HEAD, *rows)):
                for column, cell in enumerate(row):
                    page.write(number, column, cell, day if isinstance(cell, dt.date) else None)
        book.worksheets()[1].set_row(3, None, None, {"hidden": True})
        book.worksheets()[2].hide()
    return path


def test_plan_says_what_was_read_as_what(
    workbook: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It names the columns, rows and sheets used or left out, and the rows with AutoPay consent."""
    monkeypatch.setenv("COLUMNS", "300")
    items, _ = items_of(Asked(file=workbook))
    told = [line.rstrip() for line in capsys.readouterr().err.splitlines()]
    assert [item.row for item in items] == [2, 3]
    assert told == [
        "read: sheet 'March', headings in row 1; 2 rows (2 to 3)",
        "  patient: Client (A)",
        "  date of service: DOS (B)",
        "  owes: Patient Owes (C)",
        "  autopay ok: AutoPay ok (F)",
        "  autopay, a fact: AutoPay (E)",
        "  names are read as First Last",
        "  columns not used: Amount (D)",
        "  left out: 1 hidden or filtered row (4); --hidden-rows takes them",
        "  left out: 1 row with nothing but a sum (5)",
        "left out: sheet 'Cover', 1 row: no headings of a list in it",
        "left out: sheet 'February', 1 row: hidden; --sheet \"February\" takes it",
        "AutoPay consent: given for row 2; not for row 3",
        "WARNING: 'AutoPay' says that AutoPay is on for row 3. That is a fact, no consent: an "
        "amount opened again may be charged to a card tonight. Such an item is refused unless a "
        "column 'AutoPay ok' says yes for it.",
    ]


def test_mistakes_come_after_how_it_was_read(
    workbook: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Even for a list that is refused it says which columns were used, which helps to see why."""
    with pytest.raises(UsageProblem, match="a copy of row 2 of sheet 'March'"):
        items_of(Asked(file=workbook, all_sheets=True))
    assert "owes: Patient Owes (C)" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["plan", "run"])
def test_sheets_and_rows_can_be_named(command: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """`--sheet` may be given several times and with `--hidden-rows`; `--all-sheets` takes all."""
    asked: list[Asked] = []

    def note(begun: Any, what: Asked, stop: Any) -> int:
        asked.append(what)
        return 0

    module = {"plan": fix, "run": worklist}[command]
    monkeypatch.setattr(module, "start", lambda _: nullcontext())
    monkeypatch.setattr(module, "stop_request", lambda: None)
    monkeypatch.setattr(module, "do_worklist", note)
    words = [command, "list.xlsx", "--sheet", "March", "--sheet", "May", "--hidden-rows"]
    done = CliRunner().invoke(app.app, words)
    assert (done.exit_code, asked[0].wanted) == (0, Wanted(("March", "May"), False, True))
    CliRunner().invoke(app.app, [command, "list.xlsx", "--all-sheets"])
    assert asked[1].wanted == Wanted((), True, False)
