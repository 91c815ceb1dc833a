"""How a fix ends under each fault of the sandbox, and what the practice then holds."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from ledgers import state_of
from shared_tab import StandingTab

from automation.billing.receipt import Receipt
from automation.billing.request import typed_request
from automation.runs.recovery import owed, recover
from automation.runs.runner import do
from automation.runs.session import Session
from automation.sandbox_process import Sandbox
from config.settings import Settings

from .table import BEFORE, FIXED, STRANGER, Row, all_rows

Note = Callable[..., None]
EXIT = {"fixed": 0, "refused": 3, "failed": 4, "outstanding": 5}
SLACK = 2.0  # the promised seconds are for an idle computer, and tests share one


def chosen(case: str, row: Row) -> Any:
    """Name a row, and mark it as long unless it is a short row of in-network, with copay or not."""
    short = row.short and case in ("in-network", "in-network-copay")
    more = "-".join(f"{key}={value}" for key, value in row.options.items())
    name = f"{case}-{row.title}" + (f"-{more}" if more else "")
    return pytest.param(case, row, id=name, marks=[] if short else [pytest.mark.long])


class Trial:
    """One fix under one fault."""

    def __init__(self, practice: Sandbox, name: str, row: Row) -> None:
        practice.control("reset", {"faults": [], "variants": [], "delay_ms": 20})
        self.practice = practice
        self.case = practice.control("cases")[name]
        self.bad_answer_at = 0.0
        self.switch([] if row.fault == "none" else row.fault.split("+"))
        self.before = practice.control("ledger")
        asked = {key: self.case[key] for key in ("patient", "born", "date", "owes")}
        self.request = typed_request(**{**asked, **row.options})
        self.case["owes"] = row.options.get("owes", self.case["owes"])

    def switch(self, faults: list[str]) -> None:
        """Switch these faults on and all others off."""
        self.practice.control("faults", {"set": faults})

    def run(self, session: Session) -> Receipt:
        """Do the fix, and note when a Save was answered with an error."""

        def heard(response: Any) -> None:
            if response.request.method != "GET" and response.status >= 400:
                self.bad_answer_at = time.monotonic()

        session.screen.tab.on("response", heard)
        receipt = do(session, self.request)
        self.ended_at = time.monotonic()
        session.screen.tab.remove_listener("response", heard)
        return receipt

    def stop_seconds(self, receipt: Receipt) -> float | None:
        """How long it took to stop: after a refused Save's answer, or in the failed last step."""
        if self.bad_answer_at:
            return self.ended_at - self.bad_answer_at
        return receipt.steps[-1]["seconds"] if receipt.outcome == "failed" else None

    def holds(self) -> str:
        """What the practice holds now."""
        return state_of(self.case, self.before, self.practice.control("ledger"))


@pytest.mark.parametrize(("case", "row"), [chosen(case, row) for case, row in all_rows()])
def test_fault_ends_as_the_table_says(
    practice: Sandbox,
    standing_tab: StandingTab,
    settings: Settings,
    note: Note,
    case: str,
    row: Row,
) -> None:
    """Outcome and ledger are the table's; a failed Save stops in 3 s, a missing control in 5 s."""
    recovered, left = "", []
    with standing_tab.session(settings) as session:
        trial = Trial(practice, case, row)
        receipt = trial.run(session)
        holds = trial.holds()
        if row.name != "look-alike-patient":  # switching it off would remove the patients
            trial.switch([])
        if receipt.outcome == "outstanding":
            assert owed(session.journal), "outstanding, and the journal knows of nothing"
            recover(Session(standing_tab.screen(), session.journal, session.lock))
            recovered, left = trial.holds(), owed(session.journal)
    seconds = trial.stop_seconds(receipt)
    stop = "" if seconds is None else f"{seconds:.1f} s"
    note(row.title, case, str(receipt.outcome), stop, holds, recovered + (" *" if left else ""))
    assert (receipt.outcome, holds) == (row.outcome, row.holds), receipt.message
    assert receipt.status() == EXIT[row.outcome]
    assert recovered == row.recovered
    assert_honest(row, receipt, holds)
    assert (not left) == (recovered in ("", FIXED, BEFORE) or recovered.startswith(STRANGER))
    assert row.says in " ".join([*receipt.warnings, *(receipt.problem or {}).values()])
    if not receipt.copay.set_aside and seconds is not None:
        assert seconds < (3 if trial.bad_answer_at else 5) * SLACK


def assert_honest(row: Row, receipt: Receipt, holds: str) -> None:
    """Check that no false success is reported, and nothing is called unchanged that may not be."""
    if receipt.outcome == "fixed":
        assert holds == FIXED
    elif receipt.outcome != "outstanding":
        assert receipt.problem is not None
        assert holds == BEFORE or row.name == "saved-on-another-patient"
        changed = receipt.problem["changed"]
        assert changed.startswith(("nothing on this chart", "nothing;", "nothing that is not back"))


def test_the_table_covers_every_fault_of_the_sandbox(practice: Sandbox) -> None:
    """This table has every fault of the sandbox's own table."""
    known = {fault["name"] for fault in practice.control("faults")}
    assert known == {name for _, row in all_rows() for name in row.names} - {"none"}
