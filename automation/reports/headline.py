"""The one sentence that every report and plan begins with: how far it is, and who must act.

Pure functions: the pages, the terminal and the proof all take the sentence from here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from automation.billing.money import ZERO, dollars
from automation.billing.receipt import Outcome
from automation.journal.journal import ItemRow, ItemState
from automation.reports.needs import needs_a_person
from automation.runs.totals import outcome_of, totals


class Stands(StrEnum):
    """How one item stands, as a reader of the sentence sees it."""

    DONE = "done"  # the balance is open again, or the payment is posted
    PLANNED = "planned"  # will be done
    NOTHING = "nothing"  # it already was as asked for
    WAITING = "waiting"  # not begun, or begun and nothing changed
    NEEDS = "needs"  # a person has to act
    UNFINISHED = "unfinished"  # a change is half-way, or a copay is still away; a person has to act
    AS_BEFORE = "as before"  # what an interruption left was put back
    BY_HAND = "by hand"  # a person settled it


@dataclass(frozen=True)
class End:
    """One item: how it stands, and how much was opened or posted, or will be, in dollars."""

    stands: Stands
    amount: Decimal = ZERO
    is_payment: bool = False


_STANDS = {
    ItemState.WAITING: Stands.WAITING,
    ItemState.WORKING: Stands.WAITING,
    ItemState.CHANGING: Stands.UNFINISHED,
    ItemState.FIXED: Stands.DONE,
    ItemState.PLANNED: Stands.PLANNED,
    ItemState.NOTHING_TO_DO: Stands.NOTHING,
    ItemState.REFUSED: Stands.NEEDS,
    ItemState.FAILED: Stands.NEEDS,
    ItemState.PUT_BACK: Stands.AS_BEFORE,
    ItemState.SETTLED_BY_HAND: Stands.BY_HAND,
}


def end_of(item: ItemRow, *, is_owed: bool = False) -> End:
    """Return how an item stands; `is_owed` says that something of it is still away."""
    found = totals([item]).overall
    is_payment = not (item.request.get("owes") or item.request.get("enter"))
    planned = item.state is ItemState.PLANNED
    amount = (found.expected if planned else found.after) - found.before
    return End(Stands.UNFINISHED if is_owed else _stands(item), amount, is_payment)


def _stands(item: ItemRow) -> Stands:
    if not needs_a_person(item):
        return _STANDS[item.state]
    return Stands.UNFINISHED if outcome_of(item) == Outcome.OUTSTANDING else Stands.NEEDS


def headline_of(
    items: Iterable[ItemRow],
    *,
    is_plan: bool = False,
    amounts: bool = True,
    owed: Collection[int] = (),
) -> str:
    """Write the sentence about a run's items; `owed` are the ids of those still owed something."""
    ends = [end_of(item, is_owed=item.id in owed) for item in items]
    return headline(ends, is_plan=is_plan, amounts=amounts)


def headline(ends: Sequence[End], *, is_plan: bool = False, amounts: bool = True) -> str:
    """Write the sentence: what is done or will be, what is left, and whether a person must act.

    Without `amounts` it holds no money, since a sum can be one patient's amount.
    """
    if not ends:
        return "There is nothing on this list."
    if not is_plan and [end.stands for end in ends] == [Stands.NOTHING]:
        return "Nothing was to be done: it already was as asked for; nothing needs you."
    count = Counter(end.stands for end in ends)
    which = Stands.PLANNED if is_plan else Stands.DONE
    total = sum((end.amount for end in ends if end.stands is which), ZERO)
    money = dollars(total) if amounts and count[which] else ""
    payments = all(end.is_payment for end in ends)
    first = (
        _will(count[which], money, payments)
        if is_plan
        else _is(count[which], len(ends), money, payments)
    )
    rest = [_to_do(count[Stands.WAITING], is_plan), _no_need(count[Stands.NOTHING], is_plan)]
    rest += [_as_before(count[Stands.AS_BEFORE]), _by_hand(count[Stands.BY_HAND])]
    rest += [_needs(count[Stands.NEEDS], count[Stands.UNFINISHED])]
    return "; ".join([first, *(part for part in rest if part)]) + "."


def be(number: int) -> str:
    """Return "is" for one and "are" for any other number."""
    return "is" if number == 1 else "are"


def _will(number: int, money: str, payments: bool) -> str:
    verb = "done" if payments else "fixed"
    if not number:
        return f"Nothing will be {verb}"
    after = f": {money}" + ("" if payments else " opened again") if money else ""
    return f"{number} will be {verb}{after}"


def _is(number: int, of: int, money: str, payments: bool) -> str:
    what, ended = ("payment", "done") if payments else ("balance", "open again")
    after = f": {money}" if money else ""
    if of == 1:
        return f"The {what} is {'' if number else 'not '}{ended}{after}"
    return f"{number or 'None'} of {of} {what}s {be(number or 1)} {ended}{after}"


def _to_do(number: int, is_plan: bool) -> str:
    if not number:
        return ""
    return f"{number} not looked at yet" if is_plan else f"{number} still to do"


def _no_need(number: int, is_plan: bool) -> str:
    if not number:
        return ""
    now = "needs" if number == 1 else "need"
    return f"{number} {now if is_plan else 'needed'} nothing"


def _as_before(number: int) -> str:
    return f"{number} {be(number)} as before" if number else ""


def _by_hand(number: int) -> str:
    return f"{number} {be(number)} settled by hand" if number else ""


def _needs(waiting_for_you: int, unfinished: int) -> str:
    number = waiting_for_you + unfinished
    if not number:
        return "nothing needs you"
    said = f"{number} {'needs' if number == 1 else 'need'} you"
    if not unfinished:
        return said
    if number == unfinished:
        return f"{number} {be(number)} unfinished and {'needs' if number == 1 else 'need'} you"
    return f"{said}, {unfinished} of them unfinished"
