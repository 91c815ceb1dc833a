"""Control totals count what is known, and a shareable report tells nobody's own amount."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import pytest
from reported import a_run

from automation.journal.journal import Journal
from automation.reports.control_totals import WITHHELD, control_totals
from automation.reports.formats import FORMATS
from automation.reports.run_report import run_report

AMOUNT = re.compile(r"\$\s?\d|\d+\.\d\d\b")


def test_outstanding_item_is_in_no_sum(journal: Journal) -> None:
    """What is stored for it is not known, so it neither counts as $0 nor as a payer type."""
    told = a_run(journal, ["fixed", "crash"])
    found = control_totals(told.items)
    assert list(found.totals.lines) == ["in-network"]
    assert found.totals.overall.items == 1
    assert not found.totals.meets
    last = found.lines()[-1]
    assert (last.name, last.items, last.sums) == ("not in the sums", 1, ("", "", ""))
    assert last.outcomes() == "1 outstanding"


def test_line_for_all_says_how_the_items_ended(journal: Journal) -> None:
    """The line for all of them has outcomes, as each payer type has."""
    told = a_run(journal, ["fixed", "fixed", "refused"])
    (every,) = [line for line in control_totals(told.items).lines() if line.name == "all"]
    assert every.outcomes() == "2 fixed, 1 refused"
    assert every.sums == ("$0.00", "$60.00", "$60.00")


@pytest.mark.parametrize(
    ("outcomes", "withheld"),
    [
        (["fixed"], {"in-network", "all"}),
        (["fixed", "refused"], {"in-network", "out-of-network", "all"}),
        (["fixed"] * 3, {"in-network", "out-of-network", "direct"}),
        # Four of five have a line of two: the one that is left could be worked out from the sum.
        (["fixed"] * 5, {"direct", "all"}),
        (["fixed"] * 6, set()),
        # All others of the line were $0 before and after: the sum is the amount of one.
        (["fixed"] * 5 + ["refused"], {"direct", "all"}),
        # Two dates of one patient are still one patient.
        (["fixed", *["waiting"] * 5, "fixed"], {"in-network", "all"}),
    ],
)
def test_shareable_totals_withhold_what_is_one_patients(
    journal: Journal, outcomes: Sequence[str], withheld: set[str]
) -> None:
    """A sum of a single patient, and one from which it could be worked out, is not told."""
    found = control_totals(a_run(journal, outcomes).items, shareable=True)
    assert found.withheld == withheld
    shown = {line.name: line.sums for line in found.lines()}
    assert {name for name, sums in shown.items() if sums == (WITHHELD,) * 3} == withheld


def test_full_report_withholds_nothing(journal: Journal) -> None:
    """The practice's own report has every sum."""
    assert control_totals(a_run(journal, ["fixed"]).items).withheld == set()


@pytest.mark.parametrize("format", [name for name in FORMATS if name != "xlsx"])
def test_shareable_report_of_one_item_holds_no_amount(
    journal: Journal, tmp_path: Path, format: str
) -> None:
    """No format tells the amount of the only patient; where sums are missing it says why."""
    told = a_run(journal, ["fixed"])
    text = FORMATS[format](run_report(journal, told.run, shareable=True)).decode()
    body = text.partition("<body>")[2] or text
    assert "30.00" not in body
    assert not AMOUNT.findall(body.replace("4.25", "").replace("4.2", ""))
    if format != "csv":  # it has no totals
        assert "one patient" in body


def test_shareable_report_of_many_keeps_its_sums(journal: Journal) -> None:
    """Where each sum is made by several patients it is told."""
    told = a_run(journal, ["fixed"] * 6)
    report = run_report(journal, told.run, shareable=True)
    assert report.headline.startswith("6 of 6 balances are open again: $180.00")
    assert report.as_json()["totals"]["overall"]["after"] == "180.00"
