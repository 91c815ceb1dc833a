"""Each report begins with one sentence: what is done, what is left, and who must act."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import pytest
from reported import a_run, give_back

from automation.journal.journal import Journal
from automation.reports.headline import End, Stands, headline, headline_of

Counts = Sequence[tuple[Stands, int]]
THIRTY = Decimal(30)


def ends(counts: Counts, *, is_payment: bool = False) -> list[End]:
    """So many items of each kind, of $30.00 each."""
    return [End(stands, THIRTY, is_payment) for stands, count in counts for _ in range(count)]


@pytest.mark.parametrize(
    ("counts", "says"),
    [
        ([], "There is nothing on this list."),
        ([(Stands.DONE, 1)], "The balance is open again: $30.00; nothing needs you."),
        ([(Stands.NEEDS, 1)], "The balance is not open again; 1 needs you."),
        ([(Stands.WAITING, 1)], "The balance is not open again; 1 still to do; nothing needs you."),
        (
            [(Stands.NOTHING, 1)],
            "Nothing was to be done: it already was as asked for; nothing needs you.",
        ),
        (
            [(Stands.DONE, 6), (Stands.WAITING, 27)],
            "6 of 33 balances are open again: $180.00; 27 still to do; nothing needs you.",
        ),
        (
            [(Stands.DONE, 1), (Stands.NEEDS, 1)],
            "1 of 2 balances is open again: $30.00; 1 needs you.",
        ),
        (
            [(Stands.NOTHING, 4), (Stands.NEEDS, 6)],
            "None of 10 balances is open again; 4 needed nothing; 6 need you.",
        ),
        (
            [(Stands.DONE, 2), (Stands.UNFINISHED, 1)],
            "2 of 3 balances are open again: $60.00; 1 is unfinished and needs you.",
        ),
        (
            [(Stands.DONE, 2), (Stands.UNFINISHED, 1), (Stands.NEEDS, 2)],
            "2 of 5 balances are open again: $60.00; 3 need you, 1 of them unfinished.",
        ),
        (
            [(Stands.UNFINISHED, 2)],
            "None of 2 balances is open again; 2 are unfinished and need you.",
        ),
        (
            [(Stands.DONE, 1), (Stands.AS_BEFORE, 1), (Stands.BY_HAND, 2)],
            "1 of 4 balances is open again: $30.00; 1 is as before; 2 are settled by hand; "
            "nothing needs you.",
        ),
    ],
)
def test_run_says_in_one_sentence_how_far_it_is(counts: Counts, says: str) -> None:
    """Numbers and verbs agree, and what is not there is not spoken of."""
    assert headline(ends(counts)) == says


@pytest.mark.parametrize(
    ("counts", "says"),
    [
        (
            [(Stands.PLANNED, 23), (Stands.NOTHING, 4), (Stands.NEEDS, 6)],
            "23 will be fixed: $690.00 opened again; 4 need nothing; 6 need you.",
        ),
        ([(Stands.PLANNED, 1)], "1 will be fixed: $30.00 opened again; nothing needs you."),
        ([(Stands.NOTHING, 1)], "Nothing will be fixed; 1 needs nothing; nothing needs you."),
        ([(Stands.NEEDS, 1)], "Nothing will be fixed; 1 needs you."),
        (
            [(Stands.PLANNED, 2), (Stands.WAITING, 3)],
            "2 will be fixed: $60.00 opened again; 3 not looked at yet; nothing needs you.",
        ),
    ],
)
def test_plan_has_a_form_of_its_own(counts: Counts, says: str) -> None:
    """A plan tells what will be, and does not add what is open already."""
    assert headline(ends(counts), is_plan=True) == says


@pytest.mark.parametrize(
    ("counts", "is_plan", "says"),
    [
        ([(Stands.DONE, 2), (Stands.NEEDS, 1)], False, "2 of 3 payments are done: $60.00"),
        ([(Stands.DONE, 1)], False, "The payment is done: $30.00"),
        ([(Stands.PLANNED, 2)], True, "2 will be done: $60.00; nothing"),
    ],
)
def test_payments_are_done_not_open_again(counts: Counts, is_plan: bool, says: str) -> None:
    """A list of payments speaks of payments."""
    assert headline(ends(counts, is_payment=True), is_plan=is_plan).startswith(says)


def test_without_amounts_no_money_is_named() -> None:
    """The sentence of a shareable report can leave the sum out."""
    for plan, stands in ((False, Stands.DONE), (True, Stands.PLANNED)):
        assert "$" not in headline(ends([(stands, 2)]), is_plan=plan, amounts=False)


def test_items_of_the_journal_are_counted_by_how_they_stand(journal: Journal) -> None:
    """What was opened is counted, not what was open before; recovery moves an item to the done."""
    outcomes = ["fixed", "fixed", "nothing-to-do", "refused", "failed", "crash", "waiting"]
    told = a_run(journal, outcomes)
    assert headline_of(told.items) == (
        "2 of 7 balances are open again: $60.00; 1 still to do; 1 needed nothing; "
        "3 need you, 1 of them unfinished."
    )
    give_back(journal, told.items[5])
    assert headline_of(journal.items(told.run)) == (
        "3 of 7 balances are open again: $90.00; 1 still to do; 1 needed nothing; 2 need you."
    )


def test_fixed_item_that_still_owes_a_copay_is_unfinished(journal: Journal) -> None:
    """A balance that is open does not hide a copay that is still away."""
    told = a_run(journal, ["fixed", "fixed"])
    assert headline_of(told.items, owed={told.items[0].id}) == (
        "1 of 2 balances is open again: $30.00; 1 is unfinished and needs you."
    )


def test_planned_items_tell_what_will_be_opened(journal: Journal) -> None:
    """The sum of a plan is what it would open."""
    told = a_run(journal, ["planned", "planned", "nothing-to-do"], is_plan=True)
    assert headline_of(told.items, is_plan=True) == (
        "2 will be fixed: $60.00 opened again; 1 needs nothing; nothing needs you."
    )
