"""Control totals: the number of items, and the open balance before and after, by payer type.

For payments: their number, and their expected and actual sums, by what their Saves do.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from automation.billing.money import ZERO, dollars
from automation.billing.payer_types import PAYER_TYPES
from automation.billing.receipt import Outcome, in_a_word
from automation.journal.journal import ItemRow, ItemState

NOT_READ = "not read"


@dataclass
class Line:
    """One payer type: the number of items and three sums of balances, or of payments, in dollars.

    `expected` is from the plans; `after` is what freshly loaded charts showed.
    """

    items: int = 0
    before: Decimal = ZERO
    expected: Decimal = ZERO
    after: Decimal = ZERO
    to_open: Decimal = ZERO  # of a plan: what its work would open again
    outcomes: Counter[str] = field(default_factory=Counter)


@dataclass
class Totals:
    """The lines, their sum, and why stored and expected sums differ, if they do."""

    lines: dict[str, Line]
    overall: Line
    waiting: int
    why: tuple[str, ...]

    @property
    def meets(self) -> bool:
        """Whether the stored sums are the expected ones, as far as the run got."""
        return not self.why

    @property
    def are_payments(self) -> bool:
        """Whether the lines are of payments."""
        return bool(self.lines) and not {*PAYER_TYPES, NOT_READ} & set(self.lines)

    def as_json(self) -> dict[str, Any]:
        """Return the totals as JSON values; sums are strings with two decimals."""
        return {
            "payer_types": {name: _line_json(line) for name, line in self.lines.items()},
            "overall": _line_json(self.overall),
            "waiting": self.waiting,
            "meets": self.meets,
            "why": list(self.why),
        }


def _line_json(line: Line) -> dict[str, Any]:
    sums = {name: f"{getattr(line, name):.2f}" for name in ("before", "expected", "after")}
    return {"items": line.items, **sums, "outcomes": dict(line.outcomes)}


def totals(items: Sequence[ItemRow]) -> Totals:
    """Add up a run's items from their receipts; an item with an unknown end never meets."""
    lines: dict[str, Line] = {}
    overall, why, waiting = Line(), [], 0
    for item in items:
        receipt: dict[str, Any] = dict(item.receipt or {})
        if item.state in (ItemState.WAITING, ItemState.WORKING):
            waiting += 1
            continue
        line = lines.setdefault(_name(receipt), Line())
        before, expected, after = _sums(receipt)
        for each in (line, overall):
            each.items += 1
            each.outcomes[outcome_of(item)] += 1
            each.before, each.expected = each.before + before, each.expected + expected
            each.after += after
            if item.state is ItemState.PLANNED:
                each.to_open += expected - before
        why += _item_is_wrong(item, receipt, expected, after)
    return Totals(dict(sorted(lines.items())), overall, waiting, tuple(why))


def _name(receipt: Mapping[str, Any]) -> str:
    if posted := receipt.get("posted"):
        return str(posted["kind"])
    payer = receipt.get("payer_type")
    return payer if payer in PAYER_TYPES else NOT_READ


def outcome_of(item: ItemRow) -> str:
    """Return how an item ended, as one word of a known list."""
    receipt = item.receipt or {}
    if item.state.is_outstanding:
        return str(Outcome.OUTSTANDING)
    outcome = str(receipt.get("outcome"))
    known = outcome if outcome in list(Outcome) else str(item.state)
    return in_a_word(known, is_payment=bool(receipt.get("posted")))


def _sums(receipt: dict[str, Any]) -> tuple[Decimal, Decimal, Decimal]:
    """Return the balances before, expected and after; an unfixed item should not change."""
    if posted := receipt.get("posted"):
        amount, outcome = Decimal(posted["amount"]), receipt.get("outcome")
        expected = amount if outcome in (Outcome.FIXED, Outcome.PLANNED) else ZERO
        return ZERO, expected, amount if outcome == Outcome.FIXED else ZERO
    before = _balance(receipt.get("before"))
    told = receipt.get("after")
    if receipt.get("outcome") == Outcome.PLANNED:
        return before, Decimal(str(receipt.get("expected_balance") or "0")), before
    if receipt.get("outcome") != Outcome.FIXED:
        return before, before, before if told is None else _balance(told)
    return before, Decimal(str(receipt.get("expected_balance") or "0")), _balance(told)


def _balance(amounts: Any) -> Decimal:
    return Decimal(str((amounts or {}).get("balance") or "0"))


def _item_is_wrong(
    item: ItemRow, receipt: dict[str, Any], expected: Decimal, after: Decimal
) -> list[str]:
    which = f"item {item.number} ({item.reference})"
    if item.state.is_outstanding or receipt.get("outcome") == Outcome.OUTSTANDING:
        return [f"{which} is outstanding: what is stored is not known"]
    if item.state is ItemState.FIXED and not receipt:
        return [f"{which} is fixed, but has no receipt"]
    if expected != after and item.state is not ItemState.PLANNED:
        return [f"{which}: {dollars(expected)} expected, {dollars(after)} found"]
    return []
