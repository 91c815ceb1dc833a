"""The report of a run, the same for every format; with patient data, or without any."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from automation.billing.diagnosis import Diagnosis
from automation.billing.payer_types import FIELD_LABELS, PAYER_TYPES
from automation.errors import UsageProblem
from automation.journal.journal import ItemRow, Journal, RunRow
from automation.reports.summary import needs_a_person
from automation.runs.totals import Totals, outcome_of, totals

FULL = (
    "Item",
    "Row",
    "Patient",
    "Date of service",
    "Outcome",
    "Diagnosis",
    "Payer type",
    "Field",
    "Before",
    "Entered",
    "Balance before",
    "Balance expected",
    "Balance after",
    "Copay",
    "Message",
    "Next step",
    "Reference",
    "Seconds",
)
SHAREABLE = ("Item", "Outcome", "Diagnosis", "Payer type", "Field", "Copay", "Seconds")
"""The only columns that leave the practice; none of them can hold a patient's data."""


@dataclass(frozen=True)
class RunReport:
    """One run: its head, the rows under `columns`, the totals, what needs a person."""

    title: str
    head: tuple[tuple[str, str], ...]
    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    needs: tuple[tuple[Any, ...], ...]
    totals: Totals
    shareable: bool

    def as_json(self) -> dict[str, Any]:
        """Write the report for a program; amounts are strings with two decimals."""
        made = [dict(zip(self.columns, map(_plain, row), strict=True)) for row in self.rows]
        whole = self.totals.as_json()
        if self.shareable:
            whole["why"] = [f"{len(whole['why'])} differences"] if whole["why"] else []
        return {"version": 1, "head": dict(self.head), "items": made, "totals": whole}


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return f"{value:.2f}"
    return value.isoformat() if isinstance(value, dt.date) else value


def run_report(journal: Journal, number: int, *, shareable: bool) -> RunReport:
    """Build the report of a run; 0 is the latest. Raises UsageProblem when there is no such run."""
    run = run_of(journal, number)
    items = journal.items(run.id)
    columns = SHAREABLE if shareable else FULL
    rows = {item.id: _row(item, columns) for item in items}
    return RunReport(
        title=f"Run {run.id}",
        head=_head(journal, run, items, shareable=shareable),
        columns=columns,
        rows=tuple(rows.values()),
        needs=tuple(rows[item.id] for item in items if needs_a_person(item)),
        totals=totals(items),
        shareable=shareable,
    )


def run_of(journal: Journal, number: int) -> RunRow:
    """One run by its number, 0 for the latest. Raises UsageProblem when there is none."""
    latest = journal.runs(limit=1)
    if latest and number == 0:
        return latest[0]
    try:
        return journal.run(number)
    except LookupError as error:
        raise UsageProblem(
            "looking for the run",
            expected=f"a number up to {latest[0].id}" if latest else "a journal with a run in it",
            found=str(number) if latest else "none yet",
            next_step="name a run, or leave it out for the latest",
        ) from error


def _head(
    journal: Journal, run: RunRow, items: Sequence[ItemRow], *, shareable: bool
) -> tuple[tuple[str, str], ...]:
    ended = f"{run.finished_at:%Y-%m-%d %H:%M} UTC" if run.finished_at else "not finished"
    trail = journal.audit.verify()
    known = [
        ("Run", str(run.id)),
        ("Items", str(len(items))),
        ("Began", f"{run.started_at:%Y-%m-%d %H:%M} UTC"),
        ("Ended", ended),
        ("Audit trail", f"{trail.count} entries, head {trail.count}:{trail.head}"),
    ]
    if not shareable:
        known[:0] = [("Practice", run.practice)]
        known[2:2] = [("By", run.by)]
    if trail.wrong:
        known.append(("AUDIT TRAIL BROKEN", trail.wrong))
    return tuple(known)


def _row(item: ItemRow, columns: Sequence[str]) -> tuple[Any, ...]:
    known = _values(item)
    return tuple(known[column] for column in columns)


def _values(item: ItemRow) -> dict[str, Any]:
    receipt: dict[str, Any] = dict(item.receipt or {})
    before, after = receipt.get("before") or {}, receipt.get("after") or {}
    field = str(receipt.get("field") or "")
    return {
        "Item": item.number,
        "Row": (item.source or {}).get("row"),
        "Patient": f"{item.patient.get('last')}, {item.patient.get('first')}",
        "Date of service": dt.date.fromisoformat(str(item.visit["date"])),
        # A value in a shareable report is from a known list of words, or left out.
        "Outcome": outcome_of(item),
        "Diagnosis": _one_of(receipt.get("diagnosis"), list(Diagnosis)),
        "Payer type": _one_of(receipt.get("payer_type"), tuple(PAYER_TYPES)),
        "Field": FIELD_LABELS.get(field, ""),
        "Before": _money(before.get(field)),
        "Entered": _money(receipt.get("entered")),
        "Balance before": _money(before.get("balance")),
        "Balance expected": _money(receipt.get("expected_balance")),
        "Balance after": _money(after.get("balance")),
        "Copay": _copay(receipt.get("copay") or {}),
        "Message": receipt.get("message") or item.last_message or "",
        "Next step": (receipt.get("problem") or {}).get("next", ""),
        "Reference": item.reference,
        "Seconds": round(float(receipt.get("seconds") or 0), 1),
    }


def _one_of(value: Any, words: Sequence[str]) -> str:
    return str(value) if value in words else ""


def _money(value: Any) -> Decimal | None:
    return None if value in (None, "") else Decimal(str(value))


def _copay(copay: dict[str, Any]) -> str:
    if not copay.get("set_aside"):
        return ""
    return "set aside and given back" if copay.get("restored") else "set aside, NOT YET BACK"
