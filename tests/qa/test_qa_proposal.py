"""Which chart and date of service a case of the QA data file gets, or why it gets none."""

from __future__ import annotations

import datetime as dt
import tomllib
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

from automation.billing.payer_types import PAYER_TYPES
from automation.billing.request import PatientQuery
from automation.billing.visit import Amounts, Visit
from automation.regression.qa_proposal import BY_HAND, FITS, Chart, Proposal, as_toml, summary
from config.qa_data import CASES, MORE_CASES, load_qa_data

DAY = dt.date(2026, 3, 4)
THIRTY, NOTHING = Decimal("30.00"), Decimal("0.00")
GONE = Visit(
    DAY, "9:00 AM", "90837 Psychotherapy", "Insurance - In Network - Electronic", "in-network",
    Amounts(Decimal("120.00"), THIRTY, None, NOTHING, NOTHING),
    "Patient balance written off", marked=True,
).with_written_off()  # fmt: skip
OPEN = replace(
    GONE, date=DAY + dt.timedelta(7), pt_status="Open", marked=False,
    amounts=Amounts(Decimal("120.00"), THIRTY, None, NOTHING, THIRTY, NOTHING),
)  # fmt: skip


def chart(last: str = "Marlowe", *visits: Visit, **more: object) -> Chart:
    """A chart of an active patient, without a copay."""
    who = PatientQuery(last, "Teresa", dt.date(1984, 2, 9))
    return Chart(who, visits or (GONE,), **more)  # type: ignore[arg-type]


def chosen(*charts: Chart) -> dict[str, str]:
    """The last name that each case got."""
    got = Proposal(len(charts), list(charts)).chosen()
    return {case: chart.patient.last for case, (chart, _) in got.items()}


def test_written_off_date_without_copay_fits_its_payer_type() -> None:
    """A write-off fits its payer type's case only without copay, unassigned credit or AutoPay."""
    assert chosen(chart()) == {"in-network": "Marlowe"}
    assert "in-network" not in chosen(chart(copays=(THIRTY,)))
    assert chosen(chart(copays=(THIRTY,))) == {"in-network-copay": "Marlowe"}
    assert chosen(chart(has_credit=True)) == {}
    assert chosen(chart(autopay=True)) == {}
    assert chosen(chart("Marlowe", OPEN)) == {"already-open": "Marlowe"}


def test_rare_cases_choose_first_and_patients_are_not_shared() -> None:
    """Rare cases choose first, so a namesake is used for a plain case only if no other fits."""
    charts = [chart("Marlowe", has_namesake=True), chart("Brandt"), chart("Quill", is_active=False)]
    assert chosen(*charts) == {"namesake": "Marlowe", "inactive": "Quill", "in-network": "Brandt"}
    assert chosen(charts[0]) == {"namesake": "Marlowe", "in-network": "Marlowe"}


def test_chart_that_shows_paid_and_open_dates_is_chosen_for_a_payer_type() -> None:
    """The tests of the filter compare what else is on the chart, so it best has something."""
    paid = replace(
        OPEN, date=DAY + dt.timedelta(14), pt_status="Paid",
        amounts=Amounts(Decimal("120.00"), THIRTY, None, THIRTY, NOTHING, NOTHING),
    )  # fmt: skip
    bare, full = chart("Brandt"), chart("Quill", GONE, OPEN, paid)
    assert chosen(bare, full)["in-network"] == "Quill"
    assert chosen(bare, chart("Quill", GONE, paid))["in-network"] == "Quill"
    assert chosen(bare)["in-network"] == "Brandt"


def test_two_sessions_are_told_apart_by_time_else_by_service(tmp_path: Path) -> None:
    """The file tells two sessions apart by time or service; otherwise it has no such case."""
    later = replace(OPEN, date=DAY, time="2:00 PM")
    assert 'time = "9:00 AM"' in as_toml(Proposal(1, [chart("Marlowe", GONE, later)]))
    coded = replace(OPEN, date=DAY, service="90834 Psychotherapy")
    assert 'service = "90837"' in as_toml(Proposal(1, [chart("Marlowe", GONE, coded)]))
    alike = replace(OPEN, date=DAY)
    assert "two-sessions" not in chosen(chart("Marlowe", GONE, alike))


def test_file_loads_and_says_what_is_missing_and_why(tmp_path: Path) -> None:
    """Required cases without a patient are in `without`, and each has its reason in the file."""
    proposal = Proposal(3, [chart(), chart("O'Dell", GONE, autopay=True, copays=(THIRTY,))])
    proposal.is_whole = False
    file = tmp_path / "own.qa.toml"
    file.write_text(as_toml(proposal), encoding="utf-8")
    data = load_qa_data(file, PAYER_TYPES)
    assert set(data.visits) == {"in-network"}
    assert "partly-paid" in data.without
    text = file.read_text(encoding="utf-8")
    assert "# STOPPED before the end: 2 of 3 charts." in text
    assert (
        "# not found: none of the 2 of 3 charts that were looked at fits; one that does has" in text
    )
    assert "# not found: who is assigned to whom is not read" in text
    assert "1 of 18 cases have a patient." in summary(proposal)


def test_every_case_is_looked_for_or_has_its_way_by_hand() -> None:
    """Every case is either looked for by the walk or has instructions for finding it by hand."""
    assert set(FITS).isdisjoint(BY_HAND)
    assert {*FITS, *BY_HAND} == {*CASES, *MORE_CASES}


def test_nothing_found_is_a_file_all_the_same(tmp_path: Path) -> None:
    """A practice without a write-off gives a valid file, with the missing cases in `without`."""
    assert tomllib.loads(as_toml(Proposal(0, [])))["without"]
