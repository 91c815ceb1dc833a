"""Explains a run or an item in sentences: what happened, what is stored now, what to do next."""

from __future__ import annotations

import datetime as dt
from typing import Any

from automation.billing.request import shown
from automation.errors import UsageProblem
from automation.journal.edits import Edits
from automation.journal.journal import ItemRow, ItemState, Journal
from automation.reports.run_report import run_of
from automation.reports.summary import needs_a_person, needs_line, own_lines
from automation.runs.totals import totals

_NOW = {
    ItemState.WAITING: "It was not begun; nothing is changed.",
    ItemState.WORKING: "It was begun and nothing is changed; `undo-writeoff run --resume` goes on.",
    ItemState.CHANGING: "What is stored now is not known: a Save was begun and not checked. "
    "Run `undo-writeoff recover`: it looks first, then finishes or puts back.",
    ItemState.FIXED: "The balance is open again; a freshly loaded chart showed it.",
    ItemState.PLANNED: "It was only read; nothing is changed.",
    ItemState.NOTHING_TO_DO: "It already was as asked for; nothing was changed.",
    ItemState.REFUSED: "Nothing is changed; a person decides.",
    ItemState.FAILED: "It did not work, and the date of service is as it was before.",
    ItemState.PUT_BACK: "What an interruption left was put back as it was before.",
    ItemState.SETTLED_BY_HAND: "A person looked and said that nothing is owed.",
}


def explanation(journal: Journal, number: int, item_number: int) -> str:
    """Explain a run, or one of its items if `item_number` is above 0."""
    run = run_of(journal, number)
    items = journal.items(run.id)
    if item_number:
        chosen = [item for item in items if item.number == item_number]
        if not chosen:
            raise UsageProblem(
                f"looking for item {item_number} of run {run.id}",
                expected=f"a number from 1 to {len(items)}",
                found=str(item_number),
                next_step="`undo-writeoff report` lists the items",
            )
        return "\n".join([run.practice, *_item(journal, chosen[0])])
    found = totals(items)
    lines = [
        f"{run.practice}\nRun {run.id} of {run.started_at:%Y-%m-%d %H:%M} UTC, by {run.by}, "
        f"has {len(items)} items: "
        + ", ".join(f"{count} {word}" for word, count in sorted(found.overall.outcomes.items()))
        + (f", {found.waiting} not begun" if found.waiting else "")
        + "."
    ]
    lines += ["The totals meet." if found.meets else f"The totals do not meet: {found.why[0]}."]
    needs = [item for item in items if needs_a_person(item)]
    lines += [f"{len(needs)} need a person:"] if needs else ["Nothing needs a person."]
    lines += [needs_line(item) for item in needs]
    if found.waiting:
        lines.append("Go on with `undo-writeoff run --resume`.")
    return "\n".join(lines)


def _item(journal: Journal, item: ItemRow) -> list[str]:
    receipt: dict[str, Any] = dict(item.receipt or {})
    asked = item.request.get("owes") or item.request.get("enter")
    date = shown(dt.date.fromisoformat(str(item.visit["date"])))
    name = f"{item.patient.get('first')} {item.patient.get('last')}"
    lines = [f"{name} ({item.reference}) was to owe ${asked} for {date}."]
    if not asked:  # an item of another flow, described in that flow's own lines
        own = own_lines(receipt) or "nothing was planned"
        lines = [f"{name} ({item.reference}), {date}: {own}."]
    if receipt.get("diagnosis"):
        lines.append(f"The screen showed: {str(receipt['diagnosis']).replace('-', ' ')}.")
    for step in journal.steps(item.id):
        was, to = ((stored or {}).get("value") for stored in (step.before, step.after))
        end = "" if step.ended_at and not step.message else ", not known to be stored"
        lines.append(
            f"{step.begun_at:%H:%M:%S} UTC: {step.changes} {was} -> {to}, "
            f"Save Changes pressed{end}."
        )
    if any(row.is_outstanding for row in Edits(journal).of_item(item.id, borrowed=True)):
        lines.append("The copay that was set aside is NOT back: run `undo-writeoff recover`.")
    elif (receipt.get("copay") or {}).get("set_aside"):
        lines.append(f"The copay of ${receipt['copay']['original']} was set aside and is back.")
    if asked or item.state not in (ItemState.FIXED, ItemState.FAILED):
        lines.append(_NOW[item.state])
    if receipt.get("message"):
        lines.append(str(receipt["message"]))
    if receipt.get("problem"):
        lines.append(f"Next: {receipt['problem']['next']}.")
    return lines
