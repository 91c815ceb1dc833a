"""Finds rows that are copies of each other or contradict each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from automation.billing.names import same_words
from automation.billing.request import UndoWriteOff
from automation.worklists.rows import BadCell, WorklistItem

_MOST_OF_A_DAY = 100  # each is compared with every other


def find_conflicts(items: Sequence[WorklistItem]) -> list[BadCell]:
    """Copies of a row, and rows that contradict each other; both rows are named."""
    found: list[BadCell] = []
    sessions: dict[tuple[Any, ...], list[WorklistItem]] = {}
    people: dict[str, list[WorklistItem]] = {}
    for item in items:
        who = item.request.patient
        name = same_words(who.name)
        sessions.setdefault((name, item.request.date), []).append(item)
        people.setdefault(name, []).append(item)
    for same in sessions.values():
        found += _pairs(same)
    for same in people.values():
        found += _half_told(same)
    return found


def _pairs(same: Sequence[WorklistItem]) -> list[BadCell]:
    if len(same) == 1:
        return []
    found, different = [], dict[UndoWriteOff, WorklistItem]()
    for item in same:
        first = different.setdefault(_plain(item.request), item)
        if first is not item:
            found.append(
                _conflict_of(item, first, "each date of service once", "a copy of", copy=True)
            )
    rows = list(different.values())
    if len(rows) > _MOST_OF_A_DAY:
        expected = f"up to {_MOST_OF_A_DAY} rows for one name and day"
        return found + [
            _conflict_of(item, rows[0], expected, f"{len(rows)}, from") for item in rows
        ]
    for place, one in enumerate(rows):
        for other in rows[place + 1 :]:
            if what := _conflict(one.request, other.request):
                found.append(_conflict_of(other, one, "rows that agree", f"{what} than"))
                found.append(_conflict_of(one, other, "rows that agree", f"{what} than"))
    return found


def _plain(request: UndoWriteOff) -> UndoWriteOff:
    """The request with its name normalized, so that two spellings of it are equal."""
    who = request.patient
    name = replace(who, last=same_words(who.last), first=same_words(who.first))
    return replace(request, patient=name)


def _conflict(one: UndoWriteOff, other: UndoWriteOff) -> str:
    mine, theirs = one.patient, other.patient
    if mine.born and theirs.born and mine.born != theirs.born:
        return ""  # two people of one name
    if mine.account and theirs.account and mine.account != theirs.account:
        return ""
    if (one.time and other.time and one.time != other.time) or (
        one.service and other.service and one.service != other.service
    ):
        return ""  # two sessions on one day
    if (one.owes, one.enter) != (other.owes, other.enter):
        return "another amount for the same date of service"
    return "the same date of service told in another way"


def _half_told(same: Sequence[WorklistItem]) -> list[BadCell]:
    """Find rows of one name without birth date and account, where others of that name have them."""
    if len(same) == 1:
        return []
    facts = {(i.request.patient.born, i.request.patient.account) for i in same}
    if len(facts) == 1:
        return []
    bare = [i for i in same if (i.request.patient.born, i.request.patient.account) == (None, None)]
    other = next((i for i in same if i not in bare), None)
    if other is None:
        return []
    expected = "birth date or account in every row of this name, or in none"
    return [_conflict_of(item, other, expected, "fewer facts than") for item in bare]


def _conflict_of(
    item: WorklistItem, other: WorklistItem, expected: str, what: str, *, copy: bool = False
) -> BadCell:
    sheet = f" of sheet {other.sheet!r}" if other.sheet != item.sheet else ""
    found = f"{what} row {other.row}{sheet}"
    return BadCell(item.sheet, item.row, "row", expected, found, copy)
