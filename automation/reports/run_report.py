"""The report of a run, the same for every format; with patient data, or without any."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from automation.billing.diagnosis import Diagnosis
from automation.billing.money import stored_amount
from automation.billing.payer_types import FIELD_LABELS, PAYER_TYPES
from automation.journal.edits import EditRow, Edits
from automation.journal.journal import ItemRow, Journal, RunRow
from automation.reports.chosen_run import is_plan, run_of
from automation.reports.control_totals import ControlTotals, control_totals, do_not_meet
from automation.reports.explain import Told, item_told
from automation.reports.headline import headline_of
from automation.reports.moments import day_and_time
from automation.reports.needs import Need, needs
from automation.runs.totals import outcome_of

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
    """One run: its sentence, its head, the rows under `columns`, the totals, what needs a person.

    `items` and `told` stand beside `rows`, one for one; `needs` has copays still away first.
    """

    title: str
    headline: str
    head: tuple[tuple[str, str], ...]
    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    items: tuple[ItemRow, ...]
    told: tuple[Told, ...]
    needs: tuple[Need, ...]
    totals: ControlTotals
    differences: tuple[str, ...]
    is_plan: bool
    shareable: bool

    def as_json(self) -> dict[str, Any]:
        """Write the report for a program; amounts are strings with two decimals."""
        made = [dict(zip(self.columns, map(_plain, row), strict=True)) for row in self.rows]
        whole = self.totals.as_json(shareable=self.shareable)
        head = {"headline": self.headline, "head": dict(self.head)}
        return {"version": 1, **head, "items": made, "totals": whole}


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return f"{value:.2f}"
    return value.isoformat() if isinstance(value, dt.date) else value


def run_report(journal: Journal, number: int, *, shareable: bool) -> RunReport:
    """Build the report of a run; 0 is the latest. Raises UsageProblem when there is no such run."""
    run = run_of(journal, number)
    items = journal.items(run.id)
    columns = SHAREABLE if shareable else FULL
    need = needs(journal, items)
    found = control_totals(items, shareable=shareable)
    unfinished = {each.item.id: each for each in need if each.is_unfinished}
    told = [item_told(journal, item, shareable=shareable) for item in items]
    return RunReport(
        title=f"{'Plan' if is_plan(run) else 'Run'} {run.id}",
        headline=headline_of(
            items,
            is_plan=is_plan(run),
            amounts=found.amounts,
            owed=unfinished,
        ),
        head=_head(journal, run, items, shareable=shareable),
        columns=columns,
        rows=tuple(_row(journal, item, columns, unfinished) for item in items),
        items=tuple(items),
        told=tuple(told),
        needs=tuple(need),
        totals=found,
        differences=tuple(do_not_meet(found.totals, items)),
        is_plan=is_plan(run),
        shareable=shareable,
    )


def _head(
    journal: Journal, run: RunRow, items: Sequence[ItemRow], *, shareable: bool
) -> tuple[tuple[str, str], ...]:
    ended = day_and_time(run.finished_at) if run.finished_at else "not finished"
    trail = journal.audit.verify()
    known = [
        ("Run", str(run.id)),
        ("Items", str(len(items))),
        ("Began", day_and_time(run.started_at)),
        ("Ended", ended),
        ("Audit trail", f"{trail.count} entries, head {trail.count}:{trail.head}"),
    ]
    if not shareable:
        known[:0] = [("Practice", run.practice)]
        known[2:2] = [("By", run.by)]
    if trail.wrong:
        known.append(("AUDIT TRAIL BROKEN", trail.wrong))
    return tuple(known)


def _row(
    journal: Journal, item: ItemRow, columns: Sequence[str], unfinished: Mapping[int, Need]
) -> tuple[Any, ...]:
    known = _values(item, Edits(journal).of_item(item.id, borrowed=True))
    if item.id in unfinished:
        known["Message"], known["Next step"] = unfinished[item.id].what, unfinished[item.id].todo
    return tuple(known[column] for column in columns)


def _values(item: ItemRow, lent: Sequence[EditRow]) -> dict[str, Any]:
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
        "Before": stored_amount(before.get(field)),
        "Entered": stored_amount(receipt.get("entered")),
        "Balance before": stored_amount(before.get("balance")),
        "Balance expected": stored_amount(receipt.get("expected_balance")),
        "Balance after": stored_amount(after.get("balance")),
        "Copay": copay_words(lent, receipt.get("copay") or {}),
        "Message": receipt.get("message") or item.last_message or "",
        "Next step": (receipt.get("problem") or {}).get("next", ""),
        "Reference": item.reference,
        "Seconds": round(float(receipt.get("seconds") or 0), 1) or None,
    }


def _one_of(value: Any, words: Sequence[str]) -> str:
    return str(value) if value in words else ""


def copay_words(lent: Sequence[EditRow], copay: Mapping[str, Any]) -> str:
    """Say where a copay is; what the journal borrowed counts, and else what the receipt says."""
    if lent:
        is_back = not any(row.is_outstanding for row in lent)
    elif copay.get("set_aside"):
        is_back = bool(copay.get("restored"))
    else:
        return ""
    return "set aside and given back" if is_back else "set aside, NOT YET BACK"
