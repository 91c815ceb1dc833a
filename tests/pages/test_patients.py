"""Who stands in the list of patients, and how often."""

from __future__ import annotations

from automation.pages.patients import each_once
from automation.pages.table import Row


def row(account: str, text: str, index: int = 0) -> Row:
    """A row of the list; "" for a list without account numbers."""
    return Row({"name": "Marsh, Ada", "account": account}, text, "", False, index)


def test_a_patient_read_twice_is_one_patient() -> None:
    """The row read last counts; a namesake with another number, or none at all, stays."""
    first, again, other = row("10236", "page 1"), row("10236", "page 2", 3), row("10240", "other")
    assert each_once([first, again, other]) == [again, other]
    assert each_once([row("", "a"), row("", "b")]) == [row("", "a"), row("", "b")]
