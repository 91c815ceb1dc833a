"""How an item ends, as tables: no browser, no journal."""

from __future__ import annotations

import datetime as dt
import itertools

import pytest

from automation.billing.receipt import Outcome
from automation.errors import (
    JournalUnusable,
    Outstanding,
    Problem,
    Refusal,
    SignedOut,
    TechnicalFailure,
    UnknownOutcome,
    UsageProblem,
)
from automation.journal.records import ItemState, StepRow
from automation.runs.outcome import (
    Facts,
    changed,
    is_owed,
    is_technical,
    may_wait,
    next_step,
    outcome_of,
    state_after,
)

KINDS = (Refusal, UsageProblem, TechnicalFailure, SignedOut, UnknownOutcome, Outstanding,
         JournalUnusable)  # fmt: skip
REFUSED, FAILED, OWED = (
    Outcome.REFUSED, Outcome.FAILED, Outcome.OUTSTANDING,
)  # fmt: skip


def problem(kind: type[Problem], *, as_before: bool = False, moved_more: bool = False) -> Problem:
    """A problem of this kind."""
    made = kind("saving", expected="an answer", found="none", next_step="look")
    made.as_before, made.moved_more = as_before, moved_more
    return made


def facts(kind: type[Problem], words: str = "") -> Facts:
    """The facts that these words name, such as "pressed prepared as-before"."""
    said = words.split()
    known = {"pressed", "lent", "prepared", "stopped", "as-before", "moved-more"}
    assert set(said) <= known
    about = {name: name in said for name in ("pressed", "lent", "prepared", "stopped")}
    stated = problem(kind, as_before="as-before" in said, moved_more="moved-more" in said)
    return Facts(stated, **about)


@pytest.mark.parametrize(
    ("kind", "words", "wanted"),
    [
        # Nothing was pressed: the kind of the problem says how it ends.
        (Refusal, "", REFUSED),
        (UsageProblem, "", REFUSED),
        (TechnicalFailure, "", FAILED),
        (UnknownOutcome, "", FAILED),
        (Refusal, "prepared", REFUSED),
        (TechnicalFailure, "prepared", FAILED),
        # The copay is owed, whatever else happened.
        (Refusal, "lent", OWED),
        (TechnicalFailure, "lent prepared as-before", OWED),
        # A Save was pressed: owed, unless a fresh chart shows everything as before.
        (TechnicalFailure, "pressed prepared", OWED),
        (Refusal, "pressed prepared", OWED),
        (Outstanding, "pressed prepared", OWED),
        (Refusal, "pressed prepared as-before", REFUSED),
        (TechnicalFailure, "pressed prepared as-before", FAILED),
        # Other amounts changed with the copay: owed, though no Save of the amount was pressed.
        (Outstanding, "prepared moved-more", OWED),
        # Looked up and put right since.
        (Outstanding, "pressed", FAILED),
        (UnknownOutcome, "pressed prepared as-before", FAILED),
    ],
)
def test_outcome_follows_from_the_facts(kind: type[Problem], words: str, wanted: Outcome) -> None:
    """How an item ends follows from what was pressed, what is owed and what was read."""
    assert outcome_of(facts(kind, words)) is wanted


ALL = [
    Facts(problem(kind, as_before=as_before, moved_more=moved), pressed, lent, prepared, stopped)
    for kind in KINDS
    for as_before, moved, pressed, lent, prepared, stopped in itertools.product((True, False),
                                                                               repeat=6)
]  # fmt: skip


def test_every_combination_keeps_the_promises() -> None:
    """What is owed is outstanding with `recover` as next step; what was pressed never waits."""
    reached = set()
    for one in ALL:
        found = outcome_of(one)
        reached.add(found)
        assert (found is OWED) == is_owed(one)
        assert not (one.lent and found is not OWED)
        if one.pressed or one.lent or isinstance(one.problem, JournalUnusable):
            assert not may_wait(one)
        if is_owed(one) and not isinstance(one.problem, UnknownOutcome):
            assert next_step(one).startswith("run `undo-writeoff recover`")
        if not is_owed(one) and type(one.problem) in (UnknownOutcome, Outstanding):
            assert next_step(one) == "nothing is owed any more; run the command again"
    assert reached == {REFUSED, FAILED, OWED}


@pytest.mark.parametrize(
    ("kind", "words", "waits"),
    [
        (TechnicalFailure, "", True),
        (SignedOut, "prepared", True),
        (Refusal, "", False),
        (Refusal, "stopped", True),
        (Refusal, "stopped lent", False),
        (TechnicalFailure, "pressed", False),
        (TechnicalFailure, "lent", False),
        (JournalUnusable, "stopped", False),
        (UnknownOutcome, "", False),
    ],
)
def test_only_what_changed_nothing_is_tried_again(
    kind: type[Problem], words: str, waits: bool
) -> None:
    """A worklist tries again only what failed technically or was stopped, and changed nothing."""
    assert may_wait(facts(kind, words)) is waits


def test_errors_that_nobody_foresaw_are_technical() -> None:
    """Any other exception counts as a technical failure."""
    assert is_technical(RuntimeError("no"))
    assert not is_technical(None)
    assert not is_technical(problem(Refusal))


@pytest.mark.parametrize("outcome", list(Outcome))
@pytest.mark.parametrize("state", [ItemState.WORKING, ItemState.CHANGING])
def test_only_what_is_owed_stays_open(outcome: Outcome, state: ItemState) -> None:
    """Only an outstanding item that was changing stays open; any other gets a final state."""
    found = state_after(outcome, state)
    stays = outcome is OWED and state is ItemState.CHANGING
    assert (found is None) == stays
    if found is not None:
        wanted = ItemState.FAILED if outcome is OWED else ItemState(outcome.value)
        assert found is wanted


def step(kind: str, what: str, before: str, after: str, *, ended: bool = True) -> StepRow:
    """A changing step as the journal has it."""
    at = dt.datetime(2026, 3, 4, tzinfo=dt.UTC)
    values = [{"version": 1, "value": value} for value in (before, after)]
    return StepRow(1, 1, 1, "a title", kind, what, values[0], values[1], None, None, at,
                   at if ended else None)  # fmt: skip


ASIDE = step("borrows", "Copay", "25.00", "0.00")
RESET = step("changes", "Pt Amt", "30.00", "0.00", ended=False)


@pytest.mark.parametrize(
    ("words", "steps", "wanted"),
    [
        ("", (), "nothing; Save Changes was not pressed"),
        ("as-before", (ASIDE, RESET), "nothing on this chart; freshly loaded, it shows everything"),
        ("", (ASIDE, RESET), "nothing that is not back; a freshly loaded chart shows the copay"),
        ("lent", (ASIDE,), "Copay 25.00 -> 0.00"),
        (
            "pressed lent",
            (ASIDE, RESET),
            "Copay 25.00 -> 0.00; then Pt Amt 30.00 -> 0.00 (not known to be stored)",
        ),
    ],
)
def test_what_was_saved_is_said_in_order(
    words: str, steps: tuple[StepRow, ...], wanted: str
) -> None:
    """What the run changed is taken from the journal's steps, whatever their titles are."""
    assert changed(facts(TechnicalFailure, words), steps).startswith(wanted)
