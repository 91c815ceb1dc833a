"""A full report tells everything about a run; a shareable one holds no patient data."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path
from typing import Any

import pytest
from owing import begin_to_change

from automation.errors import UsageProblem
from automation.journal.journal import ItemState, Journal
from automation.journal.lists import Lists, NewItem
from automation.reports.explain import explanation
from automation.reports.formats import FORMATS
from automation.reports.run_report import run_report
from automation.runs.totals import totals
from automation.worklists.reading import read_worklist
from automation.worklists.sheets import sheets_of

SECRETS = {
    "last": "-Zznamelast",
    "first": "<script>alert('Zznamefirst')</script>",
    "born": "1984-02-09",
    "account": "Zzaccount",
}
V1 = {"version": 1}


def receipt(**more: Any) -> dict[str, Any]:
    """A receipt as a run writes it, with a marker in every field that could identify a patient."""
    sums = {"rate": "120.00", "pt_amt": "30.00", "balance": "0.00"}
    return {
        "version": 1,
        "outcome": "fixed",
        "diagnosis": "written-off",
        "reference": "P-ZZREF",
        "patient": "Zzpatient",
        "date_of_service": "2026-03-04",
        "payer_type": "in-network",
        "field": "pt_amt",
        "before": sums,
        "after": {**sums, "balance": "30.00"},
        "copay": {"original": "25.00", "set_aside": True, "restored": True},
        "entered": "30.00",
        "expected_balance": "30.00",
        "seconds": 2.5,
        "message": "=Zzmessage()",
        "problem": {"next": "@Zznext", "found": "Zzfound"},
        "warnings": ["Zzwarning"],
        "by": "Zzby",
        **more,
    }


@pytest.fixture
def told(journal: Journal) -> Journal:
    """A run with four items: one fixed, one refused, one outstanding and one waiting."""
    run = journal.start_run("undo_write_off", "Zzsite", "https://zz.example", V1, "Zzbiller")
    new = NewItem(
        patient={**V1, **SECRETS},
        visit={**V1, "date": "2026-03-04"},
        request={**V1, "owes": "30.00", "service": "Zzservice"},
        patient_key="Zzkey",
        source={**V1, "sheet": "Zzsheet", "row": 7},
    )
    Lists(journal).add_items(run, [new] * 4)
    for number, item in enumerate(journal.items(run)[:3]):
        journal.claim(item.id)
        if number != 1:
            begin_to_change(journal, item)
    fixed, refused, owed, _ = journal.items(run)
    journal.settle(fixed.id, ItemState.FIXED, receipt())
    journal.settle(
        refused.id,
        ItemState.REFUSED,
        receipt(outcome="refused", diagnosis="Zzdiagnosis", payer_type="Zzpayer", after=None),
    )
    journal.note_recovery(owed.id, "Zzlast")
    return journal


def content(journal: Journal, format: str, tmp_path: Path, *, shareable: bool) -> str:
    """A report as text; for a workbook, the text of its cells."""
    made = FORMATS[format](run_report(journal, 0, shareable=shareable))
    if format != "xlsx":
        return made.decode()
    path = tmp_path / "report.xlsx"
    path.write_bytes(made)
    return str([sheet.grid().rows for sheet in sheets_of(path)])


@pytest.mark.parametrize("format", FORMATS)
def test_shareable_report_holds_no_patient_data(told: Journal, format: str, tmp_path: Path) -> None:
    """None of the markers in names, dates, messages, references or sources is in the report."""
    text = content(told, format, tmp_path, shareable=True)
    for secret in ("Zz", "ZZ", "1984", "2026-03-04", "3/4/2026", "P-", "zz.example"):
        assert secret not in text, secret
    assert "fixed" in text


@pytest.mark.parametrize("format", FORMATS)
def test_full_report_tells_of_every_item(told: Journal, format: str, tmp_path: Path) -> None:
    """For each item, even the outstanding one, the report says who, when and how it ended."""
    text = content(told, format, tmp_path, shareable=False)
    who_when_how = (
        r"Zznamelast.*?(?:2026-03-04|2026, 3, 4|3/4/2026).*?(fixed|refused|outstanding|waiting)"
    )
    outcomes = re.findall(who_when_how, text, re.DOTALL)
    assert outcomes[-4:] == ["fixed", "refused", "outstanding", "waiting"]


def test_html_runs_nothing_that_a_name_holds(told: Journal, tmp_path: Path) -> None:
    """A script in a patient's name is shown as text, and the page loads nothing from elsewhere."""
    text = content(told, "html", tmp_path, shareable=False)
    assert "<script>alert" not in text and "&lt;script&gt;" in text
    assert "http://" not in text and "src=" not in text


def test_json_is_for_programs(told: Journal, tmp_path: Path) -> None:
    """Items and totals come as data, amounts as text with two decimals."""
    made = json.loads(content(told, "json", tmp_path, shareable=False))
    assert made["items"][0]["Balance after"] == "30.00"
    assert made["totals"]["meets"] is False


def test_totals_name_the_outstanding_item(told: Journal) -> None:
    """The totals do not meet while nobody knows what is stored for one of the items."""
    found = totals(told.items(1))
    assert not found.meets and "item 3" in found.why[0] and found.waiting == 1
    line = found.lines["in-network"]
    assert (line.items, f"{line.expected:.2f}", f"{line.after:.2f}") == (1, "30.00", "30.00")


def test_totals_name_an_item_with_another_balance(journal: Journal, told: Journal) -> None:
    """A fixed item whose balance is not the planned one is named, with both amounts."""
    (item,) = [i for i in told.items(1) if i.state is ItemState.FIXED]
    changed = {**dict(item.receipt or {}), "expected_balance": "31.00"}
    found = totals([type(item)(**{**_fields(item), "receipt": changed})])
    assert found.why == (f"item 1 ({item.reference}): $31.00 expected, $30.00 found",)


def _fields(item: Any) -> dict[str, Any]:
    return {name: getattr(item, name) for name in type(item).__slots__}


def test_explain_says_what_to_do_next(told: Journal) -> None:
    """A run and an item are explained in sentences, with the next command to run."""
    run = explanation(told, 0, 0)
    assert "1 is still to do" in run and "undo-writeoff run --resume" in run
    assert "undo-writeoff recover" in explanation(told, 1, 3)
    assert "set aside and is back" in explanation(told, 1, 1)


def test_unknown_run_and_item(told: Journal) -> None:
    """For an unknown number the message says which numbers there are."""
    with pytest.raises(UsageProblem, match="a number up to 1"):
        run_report(told, 99, shareable=False)
    with pytest.raises(UsageProblem, match="a number from 1 to 4"):
        explanation(told, 1, 9)


def test_report_as_csv_is_no_formula(told: Journal, tmp_path: Path) -> None:
    """No cell of the CSV report is a formula that a spreadsheet would calculate."""
    path = tmp_path / "report.csv"
    path.write_bytes(FORMATS["csv"](run_report(told, 0, shareable=False)))
    with pytest.raises(UsageProblem):
        read_worklist(path)  # a report cannot be read as a worklist
    with path.open(newline="", encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    cells = [cell for row in rows for cell in (*row, *row.values())]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]
    first = rows[0]
    assert first["Patient"].startswith("'-Zznamelast")
    assert (first["Message"], first["Next step"]) == ("'=Zzmessage()", "'@Zznext")
