"""The stored copay: it blocks a reset, is set aside for it, and is restored afterwards."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import pytest
from payers import CENTS, EACH_WITH_COPAY, case, less_cents

from automation.billing.diagnosis import Diagnosis
from automation.billing.money import ZERO
from automation.billing.visit import Visit
from automation.regression import checks
from automation.regression.practice import ChartSnapshot, FixResult, Practice
from config.qa_data import QaData

pytestmark = pytest.mark.copay
UndoneOf = Callable[[str], FixResult]


@pytest.fixture
def undone_of(undo_write_off: Callable[..., FixResult], qa_data: QaData) -> UndoneOf:
    """Fix a case with a stored copay, with an amount other than the copay; once for all tests."""

    def fix(case: str) -> FixResult:
        undone = undo_write_off(case, **less_cents(qa_data, case))
        assert undone.is_fixed()
        return undone

    return fix


@pytest.mark.parametrize("case", EACH_WITH_COPAY)
def test_stored_copay_is_set_aside_and_comes_back(undone_of: UndoneOf, case: str) -> None:
    """With the copay set aside at $0 the balance opens, and the copay is then restored."""
    undone = undone_of(case)
    assert undone.receipt.copay.set_aside, f"the copay was not set aside: {undone.receipt.message}"
    assert undone.receipt.copay.restored, f"the copay did not come back: {undone.receipt.message}"
    checks.same_policies("after the fix", undone.before.policies, undone.after.policies)


@pytest.mark.parametrize("case", EACH_WITH_COPAY)
def test_copay_put_back_leaves_the_fixed_date_alone(undone_of: UndoneOf, case: str) -> None:
    """The entered amount stays when the copay, which differs from it, is restored."""
    undone = undone_of(case)
    owes = undone.test_visit.owes - CENTS
    copays = {f"the copay of {policy.name}": policy.copay for policy in undone.before.policies}
    checks.tells_apart(owes, copays)
    checks.balance_adds_up(undone.row, owes, undone.test_visit.paid)


@pytest.mark.parametrize("case", [case("in-network-copay")])
def test_stored_copay_stands_in_the_way_of_a_reset(practice: Practice, case: str) -> None:
    """With the copay left in place the write-off stays: a session that is stuck."""
    receipt = practice.fix(case, copay="never", **less_cents(practice.data, case))
    assert receipt.diagnosis == Diagnosis.STUCK, (
        f"with the copay in place the reset went through: {receipt.message}"
    )
    row = practice.row(case)
    assert row.looks_written_off, (
        f'{checks.which(row)}: expected to be written off still, found "{row.pt_status}"'
    )


@dataclass(frozen=True)
class Away:
    """A chart before its copay is set aside, while it is, and when it is restored."""

    before: ChartSnapshot
    meanwhile: ChartSnapshot
    back: ChartSnapshot
    follow_copay: tuple[date, ...]

    def saved_visits(self, chart: ChartSnapshot) -> list[Visit]:
        """The dates of service whose amount a person entered; the others follow the copay."""
        return [visit for visit in chart.table.visits if visit.date not in self.follow_copay]


def copay_away(practice: Practice) -> Away:
    """Set a copay aside and restore it, with nothing done in between."""
    name = "copay-follows"
    before = practice.remember(name)
    with practice.copay_set_aside(name) as meanwhile:
        pass
    return Away(before, meanwhile, practice.charted(name), practice.visit(name).follow_copay)


@pytest.fixture
def away(once: Callable[..., Away]) -> Away:
    """A chart whose copay went to $0 and back."""
    return once("copay away", copay_away)


def test_changed_copay_is_stored(away: Away) -> None:
    """A copay of $0 is $0 on a freshly loaded chart, and is restored afterwards."""
    for policy in away.meanwhile.policies:
        checks.same_amount(f"copay stored of {policy.name}", ZERO, policy.copay or ZERO)
    checks.something(
        [policy for policy in away.before.policies if policy.copay],
        "a copay above 0 of the case copay-follows",
        "choose a patient who has one",
    )
    checks.same_policies("when it is back", away.before.policies, away.back.policies)


def test_changed_copay_leaves_other_dates_of_service_alone(away: Away) -> None:
    """Saved dates of service do not change while the copay is $0, nor when it is restored."""
    before = away.saved_visits(away.before)
    checks.could_move(before, "copay-follows")
    meanwhile, back = away.saved_visits(away.meanwhile), away.saved_visits(away.back)
    checks.same_visits("while the copay is $0", before, meanwhile)
    checks.same_visits("when the copay is back", before, back)


@pytest.mark.parametrize("case", [case("in-network-copay")])
def test_changed_copay_leaves_the_rest_of_the_policy_alone(undone_of: UndoneOf, case: str) -> None:
    """The policy's payer, priority, dates and deductible do not change."""
    undone = undone_of(case)
    policies = undone.before.policies
    checks.something(
        [each for each in policies if len(each.text.split()) > len(each.name.split())],
        "more of a policy on Billing Settings than its name",
        "see whether the tab still shows its dates",
    )
    checks.same_policies("after the fix", policies, undone.after.policies)
