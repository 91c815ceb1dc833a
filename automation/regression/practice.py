"""The practice under test: its test patients, what the screen shows of them, and the undoing."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest

from automation.billing.history import AmountChange
from automation.billing.payment import Allocation, Summary
from automation.billing.posted import added_rows
from automation.billing.receipt import Receipt
from automation.billing.request import (
    CopayRule,
    PatientQuery,
    UndoWriteOff,
    typed_patient,
    typed_request,
)
from automation.billing.visit import Visit
from automation.desk import Desk
from automation.flow import named
from automation.pages.billing_settings import Policy
from automation.pages.patient_billing import PatientBilling, Transactions
from automation.pages.patient_chart import PatientChart
from automation.regression import checks
from automation.regression.ledger import differences, without_what_only_grows
from automation.regression.ways_back import WaysBack
from automation.runs.recorder import Recorder
from automation.runs.runner import FLOW, do
from automation.runs.session import Session
from automation.runs.way_back import at_work, last_item
from automation.sandbox_process import Sandbox
from config.qa_data import QaData, TestVisit, described


@dataclass(frozen=True)
class ChartSnapshot:
    """One chart as the screen shows it: the rows under All Items and the insurance policies."""

    table: Transactions
    policies: tuple[Policy, ...]

    def is_as(self, before: ChartSnapshot) -> bool:
        """Return whether nothing changed since, except that a payment record of $0 may be new.

        Where a write-off belongs to a payment, that record has to stay.
        """
        was, now = before.table, self.table
        new = added_rows(was.payments, now.payments)
        same = (now.visits, now.autopay, self.policies) == (
            was.visits,
            was.autopay,
            before.policies,
        )
        return (
            same
            and not added_rows(now.payments, was.payments)
            and not any(one.amount for one in new)
        )


@dataclass(frozen=True)
class FixResult:
    """An undone write-off, and what the screens showed before and after."""

    case: str
    test_visit: TestVisit
    receipt: Receipt
    before: ChartSnapshot
    after: ChartSnapshot
    row_before: Visit
    row: Visit
    opened_before: Visit
    opened: Visit
    history: tuple[AmountChange, ...]

    def is_fixed(self) -> bool:
        """Raise AssertionError with the whole story unless the balance is open again."""
        checks.fixed(self.receipt, told(self.receipt))
        return True

    def others(self, chart: ChartSnapshot) -> list[Visit]:
        """Return the chart's dates of service except the one that was changed."""
        mine = (self.row_before.date, self.row_before.time, self.row_before.service)
        return [v for v in chart.table.visits if (v.date, v.time, v.service) != mine]


@dataclass(frozen=True)
class Inspection:
    """What the screens show of a case when nothing is changed.

    `as_it_opens` is the table before All Items is chosen, `opened` the date of service itself.
    """

    test_visit: TestVisit
    as_it_opens: Transactions
    table: Transactions
    row: Visit
    opened: Visit
    summary: Summary


@dataclass(frozen=True)
class StepTrace:
    """What a report may show of a fix that several tests examine: its steps and a picture."""

    steps: tuple[tuple[str, float, bool], ...] = ()
    picture: bytes | None = None


def _article() -> str:
    """Return the article that the suite is about, for messages."""
    flow = named(FLOW)
    return f"{flow.title}, {flow.article}"


def told(receipt: Receipt) -> str:
    """Return how a fix ended, for the message of a failed test."""
    problem = receipt.problem or {}
    last = receipt.steps[-1]["title"] if receipt.steps else "none"
    lines = [
        f"{receipt.outcome} ({receipt.diagnosis or 'no diagnosis'}): {receipt.message}",
        f"Step:     {problem.get('step') or last}",
        f"Article:  {problem.get('article') or _article()}",
    ]
    words = {
        "doing": "Doing:   ",
        "expected": "Expected:",
        "found": "Found:   ",
        "next": "Next:    ",
    }
    return "\n".join(lines + [f"{word} {problem[k]}" for k, word in words.items() if k in problem])


@dataclass
class Practice:
    """The test patients of one site, for one test."""

    session: Session
    data: QaData
    bundled: Sandbox | None = None
    look_at: Callable[[], StepTrace] = StepTrace
    _found: dict[PatientQuery, ChartSnapshot] = field(default_factory=dict)
    _ledger: Any = None
    site_name: str = ""

    def __post_init__(self) -> None:
        self.ways_back = WaysBack(self.data.visits)

    # Cases --------------------------------------------------------------------------------------

    def visit(self, case: str) -> TestVisit:
        """Return the test date of service for a case; skip the test when there is none."""
        if case not in self.data.visits:
            pytest.skip(f"the QA data file has no case {described([case])}")
        return self.data.visits[case]

    def patient(self, case: str) -> PatientQuery:
        """Return the patient of a case."""
        visit = self.visit(case)
        return typed_patient(visit.patient, visit.born, None)

    def request(self, case: str, **more: Any) -> UndoWriteOff:
        """Return the request to make the case's patient owe what the QA data file says."""
        visit = self.visit(case)
        said = {
            "patient": visit.patient,
            "born": visit.born.isoformat(),
            "date": visit.date.isoformat(),
            "time": visit.time or None,
            "service": visit.service or None,
            "owes": f"{visit.owes:.2f}",
            **more,
        }
        return typed_request(**said)

    # What the screen shows ----------------------------------------------------------------------

    @property
    def desk(self) -> Desk:
        """A read-only desk; it refuses every change."""
        return Desk(
            self.session.screen,
            Recorder(listeners=self.session.listeners, read_only=True),
            article=_article(),
        )

    def chart(self, case: str) -> PatientChart:
        """Open the chart of a case's patient by the article's path."""
        desk = self.desk
        with desk.step("Patients > the patient"):
            return desk.start_over().find(self.patient(case))

    def table(self, case: str) -> Transactions:
        """Read every row under All Items on a freshly loaded chart."""
        chart = self.chart(case)
        with self.desk.step("Patient Billing tab > Search Billing Transactions: All Items"):
            return chart.patient_billing().show_all_items().transactions()

    def row(self, case: str, table: Transactions | None = None) -> Visit:
        """Return the case's one row under All Items, with the written-off amount filled in."""
        visit = self.visit(case)
        which = Allocation(visit.date, time=visit.time or None, service=visit.service or None)
        return (table or self.table(case)).the_one(which).with_written_off()

    def looked(self, case: str) -> Inspection:
        """Walk the article's path to a case's date of service, and read what each click shows."""
        billing = self.chart(case).patient_billing()
        with self.desk.step("Search Billing Transactions, as it opens"):
            as_it_opens = billing.transactions()
        with self.desk.step("Search Billing Transactions: All Items"):
            table = billing.show_all_items().transactions()
            summary = billing.summary()
        row = self.row(case, table)
        with self.desk.step("The date of service"):
            date_of_service = billing.open(row)
            date_of_service.amount_field()
            opened = date_of_service.read()
        return Inspection(self.visit(case), as_it_opens, table, row, opened, summary)

    def charted(self, case: str) -> ChartSnapshot:
        """Read a whole chart: the policies, then the table, which stays on the screen."""
        return self._charted(case)[0]

    def _charted(self, case: str) -> tuple[ChartSnapshot, PatientBilling]:
        chart = self.chart(case)
        with self.desk.step("Billing Settings: read the policies"):
            policies = tuple(chart.billing_settings().policies())
            _are_seen(case, policies)
        with self.desk.step("Patient Billing tab > Search Billing Transactions: All Items"):
            billing = chart.patient_billing().show_all_items()
            return ChartSnapshot(billing.transactions(), policies), billing

    # Changes and their undoing ------------------------------------------------------------------

    def remember(self, case: str) -> ChartSnapshot:
        """Record a chart before anything on it is changed."""
        who = self.patient(case)
        return self._found[who] if who in self._found else self._remember(case)[0]

    def _remember(self, case: str) -> tuple[ChartSnapshot, PatientBilling]:
        if self.bundled is not None and self._ledger is None:
            self._ledger = without_what_only_grows(self.bundled.control("ledger"))
        charted, billing = self._charted(case)
        return self._found.setdefault(self.patient(case), charted), billing

    def undo_write_off(self, case: str, **more: Any) -> FixResult:
        """Undo a case's write-off, read everything before and after, and register the undoing."""
        before, billing = self._remember(case)
        row_before = self.row(case, before.table)
        with self.desk.step("The date of service, before the fix"):
            opened_before = billing.open(row_before).read()
        receipt = self.fix(case, **more)
        after, billing = self._charted(case)
        row = after.table.same_as(row_before)
        with self.desk.step("The date of service and its History tab, after the fix"):
            visit = billing.open(row)
            opened, history = visit.read(), tuple(visit.history() or ())
        return FixResult(
            case, self.visit(case), receipt, before, after, row_before, row.with_written_off(),
            opened_before, opened, history,
        )  # fmt: skip

    def fix(self, case: str, **more: Any) -> Receipt:
        """Undo a case's write-off; the balance is written off again when the test ends."""
        before = self.row(case, self.remember(case).table)
        saves, self.session.left_open = self.session.screen.amounts_saved, True
        receipt = do(self.session, self.request(case, **more))
        if receipt.before is not None:  # a row may show less than the date of service
            before = before.filled_from(receipt.before, receipt.payer_type or "")
        if self.session.screen.amounts_saved > saves:
            site, item = self.session.screen.site, last_item(self.session)
            undo = "the balance; write it off again"
            if not site.sandbox:  # the journal of a make-believe practice ends with the run
                undo = f"the balance: undo-writeoff write-off-again {item} --site {self.site_name}"
            self.afterwards(lambda: self._write_off_again(case, before), case, undo)
        return receipt

    def _write_off_again(self, case: str, before: Visit) -> None:
        reasons = [self.data.write_off_reason] if self.data.write_off_reason else []
        with self.at_work(case) as desk:
            named("write_off_again")(desk, self.patient(case), before, *reasons)

    def afterwards(
        self, way_back: Callable[[], object], case: str = "", what: str = "what it changed"
    ) -> None:
        """Register a function that puts back what a test is about to change.

        `what` tells a person what stays open, and how to put it back, if that fails.
        """
        self.ways_back.add(way_back, case, what)

    def way_back_now(self) -> None:
        """Put back the last change now instead of when the test ends, to examine the result."""
        self.ways_back.go_the_last()

    @contextmanager
    def at_work(self, case: str) -> Iterator[Desk]:
        """Yield a desk that may change things: journalled, and guarded like any run."""
        self.remember(case)
        with at_work(self.session, self.request(case), "regression", _article()) as desk:
            yield desk

    @contextmanager
    def copay_set_aside(self, case: str) -> Iterator[ChartSnapshot]:
        """Set the patient's copay to 0 during the block; yield the chart as it is then."""
        preflight = importlib.import_module("flows.copay_preflight")  # the engine imports no flows
        with self.at_work(case) as desk:
            with desk.step("Patients > the patient"):
                chart = desk.start_over().find(self.patient(case))
            copays = preflight.stored_copays(desk, chart, CopayRule.SET_ASIDE)
            with desk.borrow(chart, copays) as borrowed:
                assert borrowed.set_aside(), f"the case {case} has no copay above 0"
                yield self.charted(case)

    def leave_as_found(self) -> None:
        """Put back what was changed, then compare with how it was found.

        A site with a ledger dump is compared by its whole ledger, any other by a fresh reading of
        each chart that was touched. Everything is put back even when some of it fails; then the
        first problem is raised. Raises AssertionError that names what is not as it was found.
        """
        self.ways_back.go()
        if self.bundled is not None:
            now = without_what_only_grows(self.bundled.control("ledger")) if self._found else None
            assert now == self._ledger, "the ledger is not as it was found: " + (
                "; ".join(differences(self._ledger, now)[:5])
            )
            return
        for case in self._cases_of(list(self._found)):
            was, is_now = self._found[self.patient(case)], self.charted(case)
            if is_now.is_as(was):
                continue
            self.ways_back.stays_open(case, "its chart is not as it was found; look at it")
            raise AssertionError(
                f"the chart of the case {case} is not as it was found: "
                + "; ".join(_differences(was, is_now))
            )

    def _cases_of(self, patients: Sequence[PatientQuery]) -> list[str]:
        first: dict[PatientQuery, str] = {}
        for case in self.data.visits:
            first.setdefault(self.patient(case), case)
        return [first[who] for who in patients]


def _are_seen(case: str, policies: Sequence[Policy]) -> None:
    """Fail a case about a stored copay when no policy is seen: it would compare nothing."""
    if "copay" in case and not policies:
        raise AssertionError(
            f"the case {case} is about a stored copay: expected an insurance policy in the "
            "patient's Billing Settings, found none that can be read"
        )


def _differences(was: ChartSnapshot, now: ChartSnapshot) -> list[str]:
    """Name the differences between two readings of a chart, row by row."""
    before, after = was.table, now.table
    policies: list[Callable[[], None]] = []
    if was.policies or now.policies:
        policies.append(lambda: checks.same_policies("policies", was.policies, now.policies))
    return checks.what_differs(
        lambda: checks.same_visits("dates of service", before.visits, after.visits),
        lambda: checks.same_payments(before.payments, after.payments),
        *policies,
    ) or ["it reads otherwise"]
