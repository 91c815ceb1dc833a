"""The journal keeps what was begun, in the order it was begun, however the program ends."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from owing import PLAN, begin_to_change
from sqlalchemy import text

from automation.errors import Refusal
from automation.journal.edits import Edits
from automation.journal.journal import ItemRow, ItemState, Journal
from automation.journal.lists import Lists
from automation.journal.records import document
from automation.journal.schema import aware_utc
from automation.runs.recovery import edit_of

if TYPE_CHECKING:
    from journals import Programs

ORIGIN = "https://practice.example"
V1: dict[str, object] = {"version": 1}
AddItem = Callable[[], ItemRow]


def at(journal: Journal, item: ItemRow, state: ItemState) -> ItemRow:
    """Bring the item to a state the way a run does, and return it."""
    if state is not ItemState.WAITING:
        item = journal.claim(item.id)
    if state is ItemState.CHANGING:
        item = begin_to_change(journal, item)
    return item


def test_item_round_trip(journal: Journal, add_item: AddItem) -> None:
    """An item is read back as it was stored, with times in UTC and states as the enum."""
    item = at(journal, add_item(), ItemState.CHANGING)
    done = journal.settle(item.id, ItemState.FIXED, {"version": 1, "outcome": "fixed"})
    assert done == journal.item(item.id)
    assert done.state is ItemState.FIXED
    assert done.receipt == {"version": 1, "outcome": "fixed"}
    assert done.patient["name"] == "Juniper, Ashby"
    assert done.origin == ORIGIN
    assert done.settled_at is not None
    assert done.settled_at.utcoffset() == timedelta(0)


def test_run_round_trip(journal: Journal) -> None:
    """Runs are listed with what they were asked and how they ended, the newest first."""
    asked = [{"version": 1, "items": count} for count in (2, 1)]
    second_asked, first_asked = asked
    first = journal.start_run("undo_write_off", "sandbox", ORIGIN, first_asked, "biller")
    second = journal.start_run("undo_write_off", "sandbox", ORIGIN, second_asked, "biller")
    journal.finish_run(first, "fixed")
    assert [run.id for run in journal.runs()] == [second, first]
    assert [run.arguments for run in journal.runs()] == asked
    assert journal.run(first).outcome == "fixed"
    assert journal.run(second).finished_at is None
    assert [run.id for run in journal.runs(limit=1)] == [second]


def test_claim_twice(journal: Journal, add_item: AddItem) -> None:
    """An item that is being worked on cannot be claimed a second time."""
    item = add_item()
    journal.claim(item.id)
    with pytest.raises(Refusal, match="it is working"):
        journal.claim(item.id)


def test_release_lets_an_item_wait_again(journal: Journal, add_item: AddItem) -> None:
    """An item whose worker ended before any change can be claimed again."""
    item = add_item()
    journal.claim(item.id)
    assert journal.release(item.id).state is ItemState.WAITING
    assert journal.claim(item.id).state is ItemState.WORKING


def test_release_of_a_changing_item(journal: Journal, add_item: AddItem) -> None:
    """An item that may be half-changed never becomes one that waits to be begun."""
    item = at(journal, add_item(), ItemState.CHANGING)
    with pytest.raises(Refusal):
        journal.release(item.id)


def test_begin_to_change_only_from_working(journal: Journal, add_item: AddItem) -> None:
    """The values before a change are written once and never overwritten by half-changed ones."""
    item = add_item()
    with pytest.raises(Refusal):
        begin_to_change(journal, item)
    assert Edits(journal).outstanding() == []
    at(journal, item, ItemState.CHANGING)
    (row,) = Edits(journal).outstanding()
    with pytest.raises(Refusal):
        begin_to_change(journal, item)
    assert Edits(journal).outstanding() == [row]


SETTLED = [state for state in ItemState if state not in ("waiting", "working", "changing")]


@pytest.mark.parametrize("state", SETTLED)
def test_settled_once(journal: Journal, add_item: AddItem, state: ItemState) -> None:
    """An item that is settled cannot be settled again by a late worker."""
    unchanged = (ItemState.NOTHING_TO_DO, ItemState.PLANNED)
    begun = ItemState.WORKING if state in unchanged else ItemState.CHANGING
    item = at(journal, add_item(), begun)
    assert journal.settle(item.id, state).state is state
    with pytest.raises(Refusal):
        journal.settle(item.id, ItemState.FAILED)


def test_fixed_needs_a_change(journal: Journal, add_item: AddItem) -> None:
    """An item can only be settled as fixed if its change was recorded first."""
    item = at(journal, add_item(), ItemState.WORKING)
    with pytest.raises(Refusal):
        journal.settle(item.id, ItemState.FIXED)


def test_settle_as_unfinished(journal: Journal, add_item: AddItem) -> None:
    """An item can only be settled in a state that is an end."""
    with pytest.raises(ValueError, match="cannot end as waiting"):
        journal.settle(add_item().id, ItemState.WAITING)


def test_outstanding_lists_changing_items(journal: Journal, add_item: AddItem) -> None:
    """Exactly the items that may be half-changed are outstanding, and only at their practice."""
    waiting, working, changing, done = (add_item() for _ in range(4))
    at(journal, working, ItemState.WORKING)
    at(journal, changing, ItemState.CHANGING)
    at(journal, done, ItemState.CHANGING)
    journal.settle(done.id, ItemState.FIXED)
    edits = Edits(journal)
    assert [row.item_id for row in edits.outstanding()] == [changing.id]
    assert [row.item_id for row in edits.outstanding(ORIGIN)] == [changing.id]
    assert edits.outstanding("https://other.example") == []
    assert [state for state in ItemState if state.is_outstanding] == [ItemState.CHANGING]
    assert Lists(journal).waiting(waiting.run_id) == [waiting]


def test_note_recovery_counts(journal: Journal, add_item: AddItem) -> None:
    """Each try to settle an outstanding item is counted, and the last message is kept."""
    item = at(journal, add_item(), ItemState.CHANGING)
    journal.note_recovery(item.id, "no answer")
    noted = journal.note_recovery(item.id, "still no answer")
    assert (noted.attempts, noted.last_message) == (2, "still no answer")
    assert noted.last_attempt_at is not None
    assert noted.state is ItemState.CHANGING


def test_unknown_ids(journal: Journal) -> None:
    """An id that was never given out is an error, not an empty answer."""
    for ask in (journal.item, journal.run, journal.claim):
        with pytest.raises(LookupError):
            ask(99)
    with pytest.raises(LookupError):
        journal.begin_step(99, "Save", "amount")


def test_changing_step_is_stored_at_once(
    journal: Journal, add_item: AddItem, journal_url: str
) -> None:
    """A changing step, and the end of the one before, can be read by another program at once."""
    item = add_item()
    reset = journal.begin_step(item.id, "Reset the amount due", "amount", before=V1, after=V1)
    journal.end_step(reset, found=V1)
    save = journal.begin_step(item.id, "Enter the amount due", "amount", before=V1, after=V1)
    with Journal.open(journal_url) as other:
        assert [step.id for step in other.steps(item.id)] == [reset, save]
        assert other.steps(item.id)[0].ended_at is not None
        assert other.steps(item.id)[1].ended_at is None
    journal.end_step(save, found=V1)
    assert journal.steps(item.id)[1].found == V1


def test_steps_of_a_closed_journal(journal_url: str) -> None:
    """Closing the journal writes the steps, and the ends of steps, that were not yet written."""
    with Journal.open(journal_url) as journal:
        run_id = journal.start_run("undo_write_off", "sandbox", ORIGIN, V1, "biller")
        item = journal.add_item(run_id, patient=V1, visit=V1, request=V1)
        journal.end_step(journal.keep_step(item.id, "Save", "amount"))
    with Journal.open(journal_url) as journal:
        journal.begin_step(item.id, "Save again", "amount")
        first, second = journal.steps(item.id)
        assert [(first.number, first.title), (second.number, second.title)] == [
            (1, "Save"),
            (2, "Save again"),
        ]
        assert first.ended_at is not None


def test_failed_step_keeps_its_message(journal: Journal, add_item: AddItem) -> None:
    """A step that failed keeps the reason."""
    item = add_item()
    journal.fail_step(journal.begin_step(item.id, "Save", "amount"), "no answer came")
    (step,) = journal.steps(item.id)
    assert step.message == "no answer came"
    assert step.ended_at is not None


def test_steps_from_two_journals(journal: Journal, add_item: AddItem, journal_url: str) -> None:
    """Two programs that record steps of one item never block each other's writes."""
    item = add_item()
    with Journal.open(journal_url) as other:
        other.keep_step(item.id, "Give back", "amount")
        journal.keep_step(item.id, "Give back too", "amount")
        other.begin_step(item.id, "Save", "amount")
        journal.begin_step(item.id, "Save too", "amount")
    assert len(journal.steps(item.id)) == 4


def test_document_without_a_version(journal: Journal, add_item: AddItem) -> None:
    """Only JSON with a version is stored, so that later versions can tell documents apart."""
    item = add_item()
    journal.claim(item.id)
    with pytest.raises(ValueError, match="version"):
        journal.settle(item.id, ItemState.REFUSED, {"pt_amt": "0.00"})
    with pytest.raises(ValueError, match="JSON"):
        journal.settle(item.id, ItemState.REFUSED, {"version": 1, "rate": object()})
    assert journal.item(item.id).state is ItemState.WORKING


@given(
    st.dictionaries(st.text(), st.none() | st.booleans() | st.integers() | st.text()),
    st.integers(min_value=1, max_value=9),
)
def test_document_is_kept_whole(content: dict[str, Any], version: int) -> None:
    """Any JSON content is accepted unchanged, with its version."""
    value = {**content, "version": version}
    assert document("visit", value) == value


def test_naive_clock(journal_url: str) -> None:
    """A time without a time zone is never stored."""
    with (
        Journal.open(journal_url, clock=lambda: datetime(2026, 3, 4)) as journal,  # noqa: DTZ001
        pytest.raises(ValueError, match="time zone"),
    ):
        journal.start_run("undo_write_off", "sandbox", ORIGIN, V1, "biller")


@given(st.datetimes(timezones=st.just(timezone(timedelta(hours=-5)))))
def test_moments_are_utc(moment: datetime) -> None:
    """A time in another time zone is stored as the same moment in UTC."""
    assert aware_utc(moment) == moment
    assert aware_utc(moment).tzinfo is UTC


def test_reference_is_stable(journal: Journal, journal_url: str) -> None:
    """A patient keeps one reference in a journal, across restarts, and has another elsewhere."""
    reference = journal.reference(ORIGIN, "Juniper, Ashby|1984-02-09")
    with Journal.open(journal_url) as again:
        assert again.reference(ORIGIN, "Juniper, Ashby|1984-02-09") == reference
    assert journal.reference("https://other.example", "Juniper, Ashby|1984-02-09") != reference


def test_reference_is_secret(journal: Journal, tmp_path: object) -> None:
    """Another journal gives other references, so one cannot be worked out from a name."""
    with Journal.open(f"sqlite:///{tmp_path}/other/journal.sqlite3") as other:
        assert other.reference(ORIGIN, "Juniper, Ashby") != journal.reference(
            ORIGIN, "Juniper, Ashby"
        )


def test_form_of_a_reference(journal: Journal, add_item: AddItem) -> None:
    """A reference is P- and six letters or digits; 500 patients have 500 different ones."""
    item = add_item()
    assert add_item().reference == item.reference
    prefix, _, rest = item.reference.partition("-")
    assert prefix == "P"
    assert len(rest) == 6
    assert set(rest) <= set("0123456789ABCDEFGHJKMNPQRSTVWXYZ")
    assert len({journal.reference(ORIGIN, f"patient {n}") for n in range(500)}) == 500


def test_begun_change_survives_kill_9(
    journal: Journal, add_item: AddItem, journal_url: str, programs: Programs
) -> None:
    """A change that was begun is outstanding after kill -9."""
    item = add_item()
    programs.kill(
        """
import sys, time
sys.path.insert(0, "tests")
from owing import begin_to_change
from automation.journal.journal import Journal
journal = Journal.open(sys.argv[1])
item_id = int(sys.argv[2])
begin_to_change(journal, journal.claim(item_id))
journal.begin_step(item_id, "Reset the amount due", "amount")
print("READY", flush=True)
time.sleep(600)
""",
        journal_url,
        str(item.id),
    )
    with Journal.open(journal_url) as after:
        (outstanding,) = Edits(after).outstanding(ORIGIN)
        assert edit_of(outstanding).before == Decimal("30.00")
        assert edit_of(outstanding).plan == PLAN
        assert [step.title for step in after.steps(item.id)] == ["Reset the amount due"]


def test_lookups_use_their_indexes(journal: Journal) -> None:
    """The queries run for each item of a worklist use an index, never the whole table."""
    questions = {
        "SELECT * FROM items WHERE run_id = 1 AND state = 'waiting'": "ix_items_run_id_state",
        "SELECT * FROM edits WHERE closed_at IS NULL": "uq_edits_open",
        "SELECT * FROM edits WHERE item_id = 1": "ix_edits_item_id",
        "SELECT * FROM steps WHERE item_id = 1": "ix_steps_item_id",
    }
    with journal.reading.connect() as connection:
        for question, index in questions.items():
            plan = connection.execute(text(f"EXPLAIN QUERY PLAN {question}")).all()
            assert index in str(plan), question
