"""The rows of a run's page: few columns, each row with a sentence that opens to its steps."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from automation.billing.money import dollars
from automation.billing.request import shown
from automation.journal.journal import ItemRow
from automation.reports.control_totals import WHY_WITHHELD
from automation.reports.explain import Told
from automation.reports.needs import Need
from automation.reports.pages import page
from automation.reports.run_report import RunReport

WORDS = {
    "nothing-to-do": "needed nothing",
    "waiting": "to do",
    "working": "to do",
    "outstanding": "unfinished",
    "planned": "will be fixed",
    "put-back": "put back",
    "settled-by-hand": "settled by hand",
}
"""The outcomes that have a plainer word on a page; the others are shown as they are."""

TONES = {
    "fixed": "good",
    "done": "good",
    "outstanding": "bad",
    "failed": "wait",
    "refused": "wait",
    "planned": "plan",
}
"""The colour of an outcome: red only for what is half-way; what is not named is grey."""


@dataclass(frozen=True)
class PageRow:
    """One item as the page shows it; texts are ready to read."""

    number: int
    patient: str
    date: dt.date | None
    day: str
    before: str
    after: str
    cents: int  # to sort by
    copay: str
    copay_away: bool
    outcome: str
    word: str
    tone: str
    payer: str
    seconds: str
    told: Told


def words_of(report: RunReport) -> dict[str, str]:
    """Return the plainer words for outcomes; a plan speaks of what will be."""
    return {**WORDS, "nothing-to-do": "needs nothing"} if report.is_plan else WORDS


def rows_of(report: RunReport) -> list[PageRow]:
    """Return a row for each item of the report, in the worklist's order."""
    words = words_of(report)
    away = {need.item.id for need in report.needs if need.copay}
    found = zip(report.items, report.rows, report.told, strict=True)
    return [
        _row(item, dict(zip(report.columns, row, strict=True)), told, item.id in away, words)
        for item, row, told in found
    ]


def _row(
    item: ItemRow, cells: dict[str, Any], told: Told, copay_away: bool, words: dict[str, str]
) -> PageRow:
    date, outcome = cells.get("Date of service"), cells["Outcome"]
    before, after = _balances(cells, item, outcome)
    is_planned_payment = outcome == "planned" and bool((item.receipt or {}).get("posted"))
    seconds = cells["Seconds"]
    return PageRow(
        number=item.number or 0,
        patient=cells.get("Patient", ""),
        date=date,
        day=shown(date) if date else "",
        before="" if before in (None, after) else dollars(before),
        after="" if after is None else dollars(after),
        cents=int((after or Decimal(0)) * 100),
        copay=cells["Copay"],
        copay_away=copay_away,
        outcome=outcome,
        word="will be done" if is_planned_payment else words.get(outcome, outcome),
        tone=TONES.get(outcome, "quiet"),
        payer=cells["Payer type"],
        seconds=f"{seconds:.1f}" if seconds else "",
        told=told,
    )


def _balances(
    cells: dict[str, Any], item: ItemRow, outcome: str
) -> tuple[Decimal | None, Decimal | None]:
    """Return the balance before and after; of a payment the amount alone, of a plan the plan's."""
    if "Balance before" not in cells:  # a shareable report
        return None, None
    posted: Any = (item.receipt or {}).get("posted")
    if posted:
        return None, Decimal(str(posted["amount"]))
    after = cells["Balance expected" if outcome == "planned" else "Balance after"]
    return cells["Balance before"], after


def as_page(report: RunReport) -> str:
    """Return the whole page, self-contained."""
    rows = rows_of(report)
    return page(
        "run.html",
        report=report,
        rows=rows,
        shown=[
            name for name in ("copay", "payer", "seconds") if any(getattr(r, name) for r in rows)
        ],
        outcomes=sorted({(row.outcome, row.word) for row in rows}),
        payers=sorted({row.payer for row in rows if row.payer}),
        tone=_tone(report.needs, report),
        words=words_of(report),
        unfinished=[need for need in report.needs if need.is_unfinished],
        others=[need for need in report.needs if not need.is_unfinished],
        why_withheld=WHY_WITHHELD,
    )


def _tone(needs: tuple[Need, ...], report: RunReport) -> str:
    """Return the colour of the first sentence: red only if something is half-way or differs."""
    if report.differences or any(need.is_unfinished for need in needs):
        return "bad"
    return "wait" if needs else ("plan" if report.is_plan else "good")
