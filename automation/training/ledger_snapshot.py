"""What the sandbox has stored that matters to an exercise; amounts in cents."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from automation.billing.money import dollars
from automation.billing.payer_types import PAYER_TYPES
from automation.billing.request import shown
from automation.training.scenarios import Scenario

Line = Mapping[str, Any]

AMOUNTS = (
    "method",
    "rate_cents",
    "pt_amt_cents",
    "coverage_cents",
    "patient_paid_cents",
    "written_off_cents",
    "balance_cents",
)
"""The fields of a visit that must be right at the end."""


@dataclass(frozen=True)
class Task:
    """The learner's task: whose date of service, and what the patient owes for it."""

    scenario: Scenario
    patient: str
    patient_id: str
    born: str
    date: str
    time: str
    visit_id: str
    field: str
    owes: int
    enter: int
    copay: int

    @classmethod
    def of(cls, scenario: Scenario, case: Line) -> Task:
        """Build the task from a case as the sandbox's control endpoint returns it."""
        return cls(
            scenario=scenario,
            patient=case["patient"],
            patient_id=case["id"],
            born=shown(dt.date.fromisoformat(case["born"])),
            date=shown(dt.date.fromisoformat(case["date"])),
            time=case["time"],
            visit_id=case["visit"],
            field=PAYER_TYPES[case["payer_type"]].field,
            owes=cents(case["owes"]),
            enter=cents(case["enter"]),
            copay=cents(case["copay"] or "0"),
        )

    @property
    def has_copay(self) -> bool:
        """Tell whether a stored copay must be set aside for the task."""
        return self.copay > 0 and not self.scenario.leave


def cents(text: str) -> int:
    """Convert a text of plain dollars to cents."""
    return int(Decimal(text) * 100)


def money(amount: int) -> str:
    """Format cents as dollars."""
    return dollars(Decimal(amount) / 100)


class LedgerSnapshot:
    """The sandbox's ledger at one point in time."""

    def __init__(self, dump: Line) -> None:
        self._patients: dict[str, Line] = {each["id"]: each for each in dump["patients"]}
        self.visits: dict[str, tuple[str, Line]] = {
            visit["id"]: (who, visit)
            for who, page in self._patients.items()
            for visit in page["visits"]
        }
        self._amounts = {key: _amounts(visit) for key, (_, visit) in self.visits.items()}

    def visit(self, visit_id: str) -> Line:
        """Return one date of service."""
        return self.visits[visit_id][1]

    def copay(self, patient_id: str) -> int:
        """Return the sum of the copays of a patient's policies; 0 for none."""
        policies = self._patients[patient_id]["policies"]
        return sum(policy["copay_cents"] or 0 for policy in policies)

    def moved(self, since: LedgerSnapshot) -> list[str]:
        """List the ids of the visits whose amounts have changed since then."""
        return [key for key, now in self._amounts.items() if now != since._amounts[key]]

    def others_as(self, start: LedgerSnapshot, task: Task) -> bool:
        """Tell whether everything but the task's visit and its patient's copay is unchanged."""
        same = all(
            page["payments"] == start._patients[who]["payments"]
            and _policies(page, task) == _policies(start._patients[who], task)
            for who, page in self._patients.items()
        )
        return same and not set(self.moved(start)) - {task.visit_id}

    def is_open_as_asked(self, start: LedgerSnapshot, task: Task) -> bool:
        """Tell whether the task's visit is as it should be: open with what the patient owes."""
        was = dict(start.visit(task.visit_id))
        if not task.scenario.leave:
            was["written_off_cents"] = 0
            was["balance_cents"] = task.owes - was["patient_paid_cents"]
        return self._amounts[task.visit_id] == _amounts(was)


def _amounts(visit: Line) -> tuple[Any, ...]:
    return tuple(visit[name] for name in AMOUNTS)


def _policies(page: Line, task: Task) -> list[Line]:
    if page["id"] != task.patient_id or not task.has_copay:
        return list(page["policies"])
    return [{**policy, "copay_cents": None} for policy in page["policies"]]
