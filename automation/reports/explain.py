"""Explains a run or an item in sentences: what happened, what is stored now, what to do next.

`told_of` is the one writer of what there is to say about an item: the command and the pages, the
shareable ones too, take their sentences from it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from automation.billing.diagnosis import case_says
from automation.billing.request import shown
from automation.errors import UsageProblem
from automation.journal.edits import EditRow, Edits
from automation.journal.journal import ItemRow, ItemState, Journal, StepRow
from automation.reports.chosen_run import is_plan, run_of
from automation.reports.control_totals import do_not_meet
from automation.reports.headline import be, headline_of
from automation.reports.moments import clock, day_and_time
from automation.reports.needs import NOT_KNOWN, RECOVER, money, needs, sentence, stored_now
from automation.reports.summary import copay_meanwhile, own_lines, typing
from automation.runs.totals import Totals, totals

_NOW = {
    ItemState.WAITING: "It was not begun; nothing is changed.",
    ItemState.WORKING: "It was begun and nothing is changed; `undo-writeoff run --resume` goes on.",
    ItemState.CHANGING: NOT_KNOWN,
    ItemState.FIXED: "The balance is open again; a freshly loaded chart shows it.",
    ItemState.PLANNED: "It was only read; nothing is changed.",
    ItemState.NOTHING_TO_DO: "It already was as asked for; nothing was changed.",
    ItemState.REFUSED: "Nothing is changed; a person decides.",
    ItemState.FAILED: "It did not work, and the date of service is as it was before.",
    ItemState.PUT_BACK: "What an interruption left was put back as it was before.",
    ItemState.SETTLED_BY_HAND: "A person looked and said that nothing is owed.",
}
_SAID_BY_NOW = (ItemState.FIXED, ItemState.PLANNED)
"""States whose message says only what the sentence about the state says."""


@dataclass(frozen=True)
class Told:
    """What there is to say about one item, no sentence twice; empty texts have nothing to say.

    `saves` are times of day with what was saved then; `owed` is about a copay or an amount that is
    still half-way.
    """

    asked: str
    showed: str
    saves: tuple[tuple[str, str], ...]
    owed: tuple[str, ...]
    copay: str
    now: str
    why: str
    todo: str
    warned: tuple[str, ...] = ()

    def lines(self) -> list[str]:
        """Write it as lines of plain text."""
        saves = [f"{time}: {text}" for time, text in self.saves]
        todo = f"Next: {self.todo}" if self.todo else ""
        said: list[str] = [
            self.asked,
            self.showed,
            *saves,
            *self.owed,
            self.copay,
            self.now,
            self.why,
        ]
        said += [*self.warned, todo]
        return [text for text in said if text]

    @property
    def first(self) -> str:
        """The sentence that says how the item stands."""
        return next(iter(self.owed), "") or self.why or self.now or self.asked

    def rest(self) -> list[str]:
        """The lines without the first sentence."""
        return [line for line in self.lines() if line != self.first]


def told_of(
    item: ItemRow,
    steps: Sequence[StepRow],
    edits: Sequence[EditRow],
    *,
    shareable: bool = False,
    zone: dt.tzinfo | None = None,
) -> Told:
    """Say what happened to an item, from its changing steps and all that it changed or borrowed.

    In a shareable text is no name, date, time, amount or message: only how many Saves were pressed
    and how the item stands. Times are in the computer's own time zone unless `zone` is given.
    """
    owed = [row for row in edits if row.is_outstanding]
    if shareable:
        return _without_patient(item, steps, edits, owed)
    receipt: dict[str, Any] = dict(item.receipt or {})
    case = case_says(str(receipt.get("diagnosis") or ""))
    is_own = _is_of_own_flow(item) and item.state in (ItemState.FIXED, ItemState.FAILED)
    why = "" if item.state in _SAID_BY_NOW and not is_own else sentence(receipt.get("message"))
    then = (receipt.get("problem") or {}).get("next")
    return Told(
        asked=_asked(item, receipt),
        showed=f"The screen showed: {case}." if case else "",
        saves=tuple((clock(step.begun_at, zone), _save(step)) for step in steps),
        owed=tuple(stored_now(row, owed, steps) for row in owed),
        copay=_copay(edits, receipt),
        now="" if is_own or (owed and item.state is ItemState.CHANGING) else _NOW[item.state],
        why=_planned(receipt) if item.state is ItemState.PLANNED else why,
        todo=RECOVER if owed or item.state is ItemState.CHANGING else sentence(then),
        warned=tuple(f"Mind: {text}" for text in receipt.get("warnings") or ()),
    )


def _without_patient(
    item: ItemRow, steps: Sequence[StepRow], edits: Sequence[EditRow], owed: Sequence[EditRow]
) -> Told:
    count = f"Save Changes was pressed {len(steps)} time{'' if len(steps) == 1 else 's'}."
    away = "The copay that was set aside is NOT back." if any(r.borrowed for r in owed) else ""
    back = "The copay was set aside and is back." if any(r.borrowed for r in edits) else ""
    now = _NOW[item.state]
    if _is_of_own_flow(item) and item.state is ItemState.FIXED:
        now = "It is done; a freshly loaded chart shows it."
    todo = RECOVER if owed or item.state is ItemState.CHANGING else ""
    return Told("", count if steps else "", (), (), away or back, now, "", todo)


def _is_of_own_flow(item: ItemRow) -> bool:
    """Return whether it is an item of another flow, described in that flow's own lines."""
    return not (item.request.get("owes") or item.request.get("enter"))


def _asked(item: ItemRow, receipt: dict[str, Any]) -> str:
    date = shown(dt.date.fromisoformat(str(item.visit["date"])))
    name = f"{item.patient.get('first')} {item.patient.get('last')}"
    if _is_of_own_flow(item):
        return f"{name} ({item.reference}), {date}: {own_lines(receipt) or 'nothing was planned'}."
    if owes := item.request.get("owes"):
        return f"{name} ({item.reference}) was to owe ${owes} for {date}."
    return f"{name} ({item.reference}) was to have ${item.request['enter']} entered for {date}."


def _planned(receipt: Mapping[str, Any]) -> str:
    """Say what would be typed, and that a stored copay is set to $0 meanwhile."""
    plan = receipt.get("plan") or {}
    if "resets" not in plan:
        return ""
    copay = copay_meanwhile(receipt)
    return f"{typing(receipt)}; then {money(plan['balance'])} is open." + (
        f" {copay}." if copay else ""
    )


def _save(step: StepRow) -> str:
    was, to = (money((stored or {}).get("value")) for stored in (step.before, step.after))
    end = "" if step.ended_at and not step.message else ", not known to be stored"
    return f"{step.changes} {was} -> {to}, Save Changes pressed{end}."


def _copay(edits: Sequence[EditRow], receipt: dict[str, Any]) -> str:
    """Say that copays are back; one that is not is told with what is owed."""
    lent = [row for row in edits if row.borrowed]
    if any(row.is_outstanding for row in lent):
        return ""
    copay = receipt.get("copay") or {}
    amounts = [money(row.edit["before"]) for row in lent]
    if not amounts and copay.get("set_aside") and copay.get("restored"):
        amounts = [money(copay.get("original"))]
    if not amounts:
        return ""
    return f"The copay of {' and of '.join(amounts)} was set aside and is back."


def item_told(
    journal: Journal, item: ItemRow, *, shareable: bool = False, zone: dt.tzinfo | None = None
) -> Told:
    """Read from the journal what there is to say about an item."""
    edits = Edits(journal)
    rows = [*edits.of_item(item.id, borrowed=True), *edits.of_item(item.id, borrowed=False)]
    if item.state is not ItemState.CHANGING:  # its own edits are closed with it
        rows = [row for row in rows if row.borrowed]
    return told_of(item, journal.steps(item.id), rows, shareable=shareable, zone=zone)


def _ended(found: Totals) -> str:
    counts = [f"{count} {word}" for word, count in sorted(found.overall.outcomes.items())]
    return ", ".join(counts + ([f"{found.waiting} not begun"] if found.waiting else []))


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
        return "\n".join([run.practice, *item_told(journal, chosen[0]).lines()])
    need = needs(journal, items)
    found = totals(items)
    lines = [
        run.practice,
        headline_of(
            items, is_plan=is_plan(run), owed={each.item.id for each in need if each.is_unfinished}
        ),
        f"Run {run.id} of {day_and_time(run.started_at)}, by {run.by}: {_ended(found)}.",
        *(f"Look again: {why}." for why in do_not_meet(found, items)),
        *([f"What needs you ({len(need)}):"] if need else []),
        *(line for each in need for line in each.lines()),
    ]
    if found.waiting:
        lines.append(
            f"{found.waiting} {be(found.waiting)} still to do: `undo-writeoff run --resume`."
        )
    return "\n".join(lines)
