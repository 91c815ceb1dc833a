"""Any flow for one item or a list: its plan, the journal, and a payment that is posted once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from persons import Person

from automation.billing.asks import DELETION, PAYMENT
from automation.billing.receipt import Receipt
from automation.errors import JournalUnusable, Refusal, UsageProblem
from automation.journal.journal import ItemState, Journal
from automation.runs.recovery import owed, recover
from automation.runs.runner import do
from automation.runs.session import Session
from automation.runs.which_run import run_of_file
from automation.runs.worklist import Summary, WorklistRun
from automation.sandbox_process import Sandbox
from automation.worklists.fields import read_items
from config.site_profile import SiteProfile

ENTER = "enter_patient_payment"
Cases = dict[str, dict[str, Any]]


@pytest.fixture
def site(site: SiteProfile) -> SiteProfile:
    """A site with a short limit for pages, so that a Save that hangs does not take long."""
    limits = site.limits.model_copy(update={"page": 8.0})
    return site.model_copy(update={"limits": limits})


def asked(cases: Cases, amount: str = "12.50", part: str = "10.00") -> dict[str, list[str]]:
    """What a person types for a payment of the patient with an open balance."""
    case = cases["already-open"]
    who = {"patient": [case["patient"]], "born": [case["born"]], "check-number": ["77"]}
    return {**who, "amount": [amount], "for": [f"{case['date']}={part}"]}


def enter(work: Session, cases: Cases, **more: Any) -> Receipt:
    """Enter the payment."""
    return do(work, PAYMENT.typed(asked(cases)), flow=ENTER, **more)


def payments(practice: Sandbox, cases: Cases) -> int:
    """How many payments of that patient the practice holds."""
    charts = practice.control("ledger")["patients"]
    return sum(len(one["payments"]) for one in charts if one["id"] == cases["already-open"]["id"])


def test_plan_of_a_payment_says_what_would_move(
    work: Session, practice: Sandbox, cases: Cases
) -> None:
    """A plan says the amount, each balance before and after, and what becomes credit."""
    before = payments(practice, cases)
    receipt = enter(work, cases, dry_run=True)
    assert str(receipt.outcome) == "planned"
    assert receipt.told == [
        ("To be entered", "$12.50"),
        ("Balance 3/17/2026", "$30.00 -> $20.00"),
        ("Unassigned credit", "$2.50 more"),
    ]
    assert payments(practice, cases) == before


@pytest.mark.long
def test_payment_is_posted_and_stands_in_the_audit_trail(
    work: Session, practice: Sandbox, cases: Cases
) -> None:
    """A payment is posted once, and the audit trail has it as saved and as read back."""
    before = payments(practice, cases)
    receipt = enter(work, cases)
    assert (str(receipt.outcome), receipt.told[0]) == ("fixed", ("Entered", "$12.50"))
    assert payments(practice, cases) == before + 1
    trail = [(one["kind"], one["field"], one["after"]) for one in work.journal.audit.entries()]
    assert ("saved", "Payment Amount", "12.50") in trail
    assert trail[-1] == ("read back", "Entered", "12.50")
    assert not owed(work.journal)


@pytest.mark.short("payment-answer-lost")
@pytest.mark.parametrize(
    ("fault", "result", "more"), [("payment-hangs", "put back", 0), ("payment-answer-lost", "", 1)]
)
def test_save_without_an_answer_is_looked_up_and_never_pressed_again(
    work: Session, practice: Sandbox, cases: Cases, fault: str, result: str, more: int
) -> None:
    """A Save without an answer is looked up on the chart; if not posted, it stays outstanding."""
    before = payments(practice, cases)
    practice.control("faults", {"set": [fault]})
    receipt = enter(work, cases)
    practice.control("faults", {"set": []})
    assert payments(practice, cases) == before + more
    if not result:
        assert str(receipt.outcome) == "fixed", receipt.as_json()
        return
    assert str(receipt.outcome) == "outstanding"
    again = enter(work, cases)
    assert (again.problem or {})["doing"].startswith("beginning a payment"), again.as_json()
    (row,) = recover(work)
    assert (row.kind, row.result) == ("payment", result)
    assert payments(practice, cases) == before
    assert str(enter(work, cases).outcome) == "fixed"
    assert payments(practice, cases) == before + 1


def full(*_: object, **__: object) -> None:
    """Fail as a journal does on a full disk."""
    raise JournalUnusable(
        "writing", expected="room on the disk", found="the disk is full", next_step="make room"
    )


def test_journal_that_fails_behind_the_save_is_told_in_words(
    work: Session, practice: Sandbox, cases: Cases, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If the journal cannot store a payment, the person is told whose it is and how much."""
    before = payments(practice, cases)
    monkeypatch.setattr(Journal, "end_step", full)
    receipt = enter(work, cases)
    assert payments(practice, cases) == before + 1
    assert str(receipt.outcome) == "outstanding"
    (said,) = work.unwritten
    assert f"whether the payment of $12.50 of {cases['already-open']['patient']} is entered" in said
    assert "the disk is full" in receipt.message
    monkeypatch.undo()
    work.stop.asked = False  # a journal that fails stops the session
    again = enter(work, cases)
    assert (again.problem or {})["doing"].startswith("beginning a payment"), again.as_json()
    (row,) = recover(work)
    assert (row.kind, row.result) == ("payment", "fixed")
    assert payments(practice, cases) == before + 1


@pytest.mark.long
def test_two_payments_on_the_chart_are_left_to_a_person(
    work: Session, practice: Sandbox, cases: Cases, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If the same payment was entered meanwhile, recovery leaves it to a person."""
    before = payments(practice, cases)
    with monkeypatch.context() as patched:
        patched.setattr(Journal, "end_step", full)
        assert str(enter(work, cases).outcome) == "outstanding"
    work.stop.asked = False  # a journal that fails stops the session
    other = asked(cases) | {"check-number": ["78"]}
    with work.journal.transaction() as connection:  # as if another program had done it
        connection.exec_driver_sql("UPDATE edits SET origin = origin || '#'")
    done = do(work, PAYMENT.typed(other), flow=ENTER)
    with work.journal.transaction() as connection:
        connection.exec_driver_sql("UPDATE edits SET origin = replace(origin, '#', '')")
    assert str(done.outcome) == "fixed", done.as_json()
    assert payments(practice, cases) == before + 2
    (row,) = recover(work)
    assert row.result == "still outstanding"
    assert "12.50" in row.message
    assert "recover --settled" in row.message


def run_list(work: Session, file: Path) -> Summary:
    """Do a list of payments."""
    items, digest = read_items(file, PAYMENT)
    number = run_of_file(work, items, digest, dry_run=False, say=lambda _: None, flow=ENTER)
    return WorklistRun([work], number, Person()).work()


@pytest.mark.long
def test_list_of_payments_is_done_once(
    work: Session, practice: Sandbox, cases: Cases, tmp_path: Path
) -> None:
    """Each row is posted once; the same list is refused again, since it would be posted twice."""
    case, before = cases["already-open"], payments(practice, cases)
    file = tmp_path / "payments.csv"
    day = case["date"]
    file.write_text(
        "Patient,Amount,For,Check Number\n"
        f'"{case["patient"]}",12.50,{day}=10.00,77\n"{case["patient"]}",5,{day}=5.00,78\n'
    )
    summary = run_list(work, file)
    assert summary.counts == {ItemState.FIXED: 2}
    assert payments(practice, cases) == before + 2
    (line,) = summary.totals.lines.items()
    assert line[0] == "entered" and summary.totals.are_payments
    assert (str(line[1].expected), str(line[1].after)) == ("17.50", "17.50")
    assert line[1].outcomes == {"done": 2}
    assert [tuple((i.receipt or {})["told"][0]) for i in work.journal.items(summary.run)] == [
        ("Entered", "$12.50"),
        ("Entered", "$5.00"),
    ]
    trail = [(one["kind"], one["field"], one["after"]) for one in work.journal.audit.entries()]
    assert ("saved", "Payment Amount", "12.50") in trail
    assert trail[-1] == ("read back", "Entered", "5.00")
    assert not owed(work.journal)
    with pytest.raises(Refusal, match="beginning this list"):
        run_list(work, file)
    assert payments(practice, cases) == before + 2


def test_list_with_mistakes_names_each_cell(tmp_path: Path) -> None:
    """Invalid rows are refused with their numbers and fields, as are copies and unknown columns."""
    file = tmp_path / "payments.csv"
    file.write_text('Patient,Amount,For\n"Marlowe, Juniper",12.505,3/4/2026=10\n"x",5,3/4/2026\n')
    with pytest.raises(UsageProblem) as caught:
        read_items(file, PAYMENT)
    assert "row 2, reading --amount" in caught.value.found
    assert "row 3, reading" in caught.value.found
    twice = '"Marlowe, Juniper",12.50,3/4/2026=10\n'
    file.write_text(f"Patient,Amount,For\n{twice}{twice}")
    with pytest.raises(UsageProblem, match="a copy of row 2"):
        read_items(file, PAYMENT)
    file.write_text('Patient,Sum\n"Marlowe, Juniper",12.50\n')
    with pytest.raises(UsageProblem, match="sum"):
        read_items(file, PAYMENT)


def test_field_of_another_flow_is_refused() -> None:
    """An unknown field is refused with the fields that the flow knows; a missing one is named."""
    with pytest.raises(UsageProblem) as caught:
        DELETION.typed({"patient": ["Marlowe, Juniper"], "for": ["3/4/2026=1.00"]})
    assert caught.value.found == "--for"
    assert "--paid-on" in caught.value.expected
    with pytest.raises(UsageProblem, match="--amount"):
        PAYMENT.typed({"patient": ["Marlowe, Juniper"]})
