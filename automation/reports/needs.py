"""What needs a person: what is stored now, what must be, and what to do; a copay away first."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from automation.billing.money import dollars
from automation.billing.receipt import Outcome
from automation.billing.request import shown
from automation.desk import StepKind
from automation.journal.edits import EditRow, Edits
from automation.journal.journal import ItemRow, Journal, StepRow

_OF_A_LOAN = (StepKind.BORROWS, StepKind.RETURNS)
RECOVER = (
    "Run `undo-writeoff recover`: it looks first, gives a copay back, then finishes or puts back."
)
NOT_KNOWN = "A Save was begun and not checked: what is stored now is not known."


@dataclass(frozen=True)
class Need:
    """One item that needs a person; empty texts have nothing to say.

    `copay` is about a copay that is still away, `stored` about an amount that is half-way.
    """

    item: ItemRow
    copay: str
    stored: str
    why: str
    todo: str

    @property
    def who(self) -> str:
        """The patient's name."""
        return f"{self.item.patient.get('first')} {self.item.patient.get('last')}"

    @property
    def date(self) -> str:
        """The date of service, m/d/yyyy."""
        return shown(dt.date.fromisoformat(str(self.item.visit["date"])))

    @property
    def place(self) -> str:
        """The row of the worklist, or the item's number."""
        return place_of(self.item)

    @property
    def what(self) -> str:
        """What is wrong, a copay that is away first."""
        return " ".join(text for text in (self.copay, self.stored, self.why) if text)

    def lines(self) -> list[str]:
        """Write it as two lines of plain text."""
        return [f"  {self.place}: {self.who}, {self.date}: {self.what}", f"      Next: {self.todo}"]

    @property
    def is_unfinished(self) -> bool:
        """Whether something at the practice is half-way."""
        return bool(self.copay or self.stored or self.item.state.is_outstanding)


def place_of(item: ItemRow) -> str:
    """Return the row of the worklist, or the item's number."""
    row = (item.source or {}).get("row")
    return f"row {row}" if row else f"item {item.number}"


def needs_a_person(item: ItemRow) -> bool:
    """Whether a person has to look at this item."""
    outcome = (item.receipt or {}).get("outcome")
    return item.state.is_outstanding or outcome in (
        Outcome.REFUSED,
        Outcome.FAILED,
        Outcome.OUTSTANDING,
    )


def needs(journal: Journal, items: Sequence[ItemRow]) -> list[Need]:
    """Return the items that need a person: copays still away first, then what is half-way."""
    owed = owed_rows(journal, items)
    found = [
        need_of(item, owed.get(item.id, []), journal.steps(item.id))
        for item in items
        if needs_a_person(item) or item.id in owed
    ]
    return sorted(found, key=lambda need: 0 if need.copay else 1 if need.is_unfinished else 2)


def owed_rows(journal: Journal, items: Sequence[ItemRow]) -> dict[int, list[EditRow]]:
    """Return what is still owed, by the id of the item that borrowed or changed it."""
    rows: dict[int, list[EditRow]] = {}
    ids = {item.id for item in items}
    for row in Edits(journal).outstanding(items[0].origin) if items else []:
        if row.item_id in ids:
            rows.setdefault(row.item_id, []).append(row)
    return rows


def need_of(item: ItemRow, rows: Sequence[EditRow] = (), steps: Sequence[StepRow] = ()) -> Need:
    """Say what an item needs, from what is still owed (`rows`) and its changing steps."""
    receipt: dict[str, Any] = dict(item.receipt or {})
    said = [(row.borrowed, stored_now(row, rows, steps)) for row in rows]
    copay = " ".join(text for borrowed, text in said if borrowed)
    stored = " ".join(text for borrowed, text in said if not borrowed)
    why = sentence(receipt.get("message") or item.last_message)
    if rows or item.state.is_outstanding:
        return Need(item, copay, stored, why or (NOT_KNOWN if not rows else ""), RECOVER)
    then = sentence((receipt.get("problem") or {}).get("next"))
    return Need(item, copay, stored, why, then or RECOVER)


def sentence(text: object) -> str:
    """Begin with a capital and end with a full stop; "" stays ""."""
    told = str(text or "").strip()
    if not told:
        return ""
    start = told[0].upper() + told[1:]
    return start if start.endswith((".", "!", "?")) else f"{start}."


def stored_now(row: EditRow, owed: Sequence[EditRow], steps: Sequence[StepRow]) -> str:
    """Say what the practice holds as far as the journal knows, and what it must hold.

    `owed` are all open rows of the item, `steps` its changing steps.
    """
    if "between" not in row.edit:  # a payment has no value of before
        return "It is not known whether it was posted."
    label = str(row.edit["label"])
    name = f"{label} ({row.place})" if row.borrowed and row.place else label
    must = f"must be {money(row.edit['after'])}"
    own = [step for step in steps if (step.kind in _OF_A_LOAN) == row.borrowed]
    if not own:
        return f"{name} is {money(row.edit['before'])}, untouched, and {must}."
    last = own[-1]
    is_known = bool(last.ended_at and not last.message)
    if row.borrowed and sum(each.borrowed for each in owed) > 1:  # steps do not name the policy
        is_known = is_known and all(step.kind == StepKind.BORROWS for step in own)
        values = [row.edit["before"], row.edit["between"][0]]
    else:
        values = [(told or {}).get("value") for told in (last.before, last.after)]
    if is_known:
        return f"{name} is {money(values[1])} now and {must}."
    return f"{name} is {money(values[0])} or {money(values[1])}, not known which, and {must}."


def money(value: object) -> str:
    """Write a stored value for a person: "$30.00", or "blank"; what is no amount stays as it is."""
    if value in (None, ""):
        return "blank"
    try:
        return dollars(Decimal(str(value)))
    except InvalidOperation:
        return str(value)
