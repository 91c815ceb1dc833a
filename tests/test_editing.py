"""How the desk borrows and changes values, with a scripted edit, no browser and no journal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from types import SimpleNamespace
from typing import Any, ClassVar

import pytest

from automation.desk import Desk, Step, StepKind
from automation.edit import Edit, To, Words, kinds
from automation.errors import Outstanding, Problem, TechnicalFailure
from automation.pages.saving import Answer, Saved

ZERO, WAS, THEIRS = Decimal(0), Decimal(25), Decimal(12)
TAKEN, NONE = Saved(Answer.TAKEN, "taken", closed=True), Saved(Answer.NONE, "no answer")


@dataclass
class Place:
    """A page with values by name; `stores` and `answers` say what its Saves do."""

    values: dict[str, Decimal]
    answers: list[Saved] = field(default_factory=list)
    stores: bool = True
    patient: str = "somebody"

    def fresh(self) -> Place:
        """Reload it."""
        return self

    def find(self, _: object) -> Place:
        """Find the patient."""
        return self


class StepLog:
    """Stands for the recorder: keeps what is owed, what is returned, and each changing step."""

    def __init__(self) -> None:
        self.said: list[str] = []

    def began(self, step: Step) -> None:
        """Keep each changing step."""
        if step.changes is not None:
            self.said.append(f"{step.changes.before} -> {step.changes.after}")

    def ended(self, step: Step) -> None:
        """Do nothing."""

    def failed(self, step: Step, problem: BaseException) -> None:
        """Do nothing."""

    def owe(self, who: object, edits: Sequence[Edit[Any, Any]]) -> None:
        """Keep what is owed from now on."""
        self.said.append("owe " + " ".join(edit.place for edit in edits))

    def learned(self, edit: Edit[Any, Any]) -> None:
        """Keep a further value that may come in between."""
        self.said.append(f"learned {edit.between[-1]}")

    def returned(self, found: Mapping[str, Decimal | None]) -> None:
        """Keep that all was returned."""
        self.said.append("returned " + " ".join(found))

    def still_owed(self, problem: BaseException) -> None:
        """Keep that something is still owed."""
        self.said.append("still owed")


class Scripted(Edit[Place, Decimal], kind="scripted", is_borrowed=True):
    """A value of a place, with the decisions of a copay."""

    words: ClassVar = {to: Words(f"{to} {{amount}}", to, f"seen {to}", to) for to in To}
    looking = "look"

    def open(self, chart: Any) -> Place:
        """Go there."""
        place: Place = chart
        return place

    def read(self, page: Place) -> Decimal:
        """Read it."""
        return page.values[self.place]

    def save(self, page: Place, now: Decimal, value: Decimal) -> Saved:
        """Store it, unless the script says otherwise."""
        if page.stores:
            page.values[self.place] = value
        return page.answers.pop(0) if page.answers else TAKEN

    def value(self, now: Decimal) -> Decimal:
        """Return it."""
        return now

    def is_reached(self, now: Decimal) -> bool:
        """Return whether it is the value after the edit."""
        return now == self.after

    def is_as_before(self, now: Decimal) -> bool:
        """Return whether it is the value before the edit."""
        return now == self.before

    def did_its_work(self, now: Decimal) -> bool:
        """Return whether it is the last value in between."""
        return self.is_borrowed or now == self.between[-1]

    def is_ours(self, now: Decimal) -> bool:
        """Return whether it is a value in between."""
        return now in self.between

    def left_alone(self, now: Decimal) -> Problem:
        """Say that it is another user's value."""
        return Outstanding("looking", expected="ours", found="theirs", next_step="decide")

    def not_stored(self, to: To, now: Decimal, saved: Saved | None) -> Problem:
        """Say that it is not there."""
        return TechnicalFailure("saving", expected=to, found="not stored", next_step="look")


class Changed(Scripted, kind="changed"):
    """The same, changed for good."""


for _kind in ("scripted", "changed"):
    del kinds[_kind]


def borrowed(name: str) -> Scripted:
    """A value of 25.00 that is set to 0 and given back."""
    return Scripted("Copay", name, WAS, (ZERO,), WAS)


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A desk whose Patients page is the place itself."""
    labels = SimpleNamespace(in_own_words=str)
    made = Desk(SimpleNamespace(site=SimpleNamespace(labels=labels)), StepLog())  # type: ignore[arg-type]
    made._request = "the request"  # type: ignore[assignment]
    return made


def said(desk: Desk) -> list[str]:
    """What the recorder kept."""
    assert isinstance(desk.recorder, StepLog)
    return desk.recorder.said


def change(desk: Desk, place: Any) -> None:
    """Change a value for good, by way of 1 and 2, of which only 2 works."""
    edit = Changed("Amount", "amount", WAS, (Decimal(1), Decimal(2)), Decimal(30))
    with desk.change(place, edit, place, WAS) as changing:
        changing.pass_through(*edit.between)
        changing.end_at(edit.after)


def test_borrowed_is_set_aside_when_first_needed_and_comes_back(desk: Desk) -> None:
    """Borrowed values are owed before their first Save, and each goes to $0 and back once."""
    place: Any = Place({"a": WAS, "b": WAS, "amount": WAS})
    with desk.borrow(place, [borrowed("a"), borrowed("b")]) as out:
        change(desk, place)
        assert place.values == {"a": ZERO, "b": ZERO, "amount": 30}
        assert not out.set_aside()
    assert place.values == {"a": WAS, "b": WAS, "amount": 30}
    assert said(desk)[:4] == ["owe amount", "owe a b", "25.00 -> 0.00", "25.00 -> 0.00"]
    assert said(desk)[-3:] == ["0.00 -> 25.00", "0.00 -> 25.00", "returned a b"]


def test_nothing_is_borrowed_where_nothing_is_changed(desk: Desk) -> None:
    """Without a change no value is set aside or owed."""
    place: Any = Place({"a": WAS})
    with desk.borrow(place, [borrowed("a")]):
        pass
    assert (place.values, said(desk)) == ({"a": WAS}, [])


def test_borrowed_comes_back_after_an_error(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever ends the work, the value is looked up from the start and given back."""
    place: Any = Place({"a": WAS})
    monkeypatch.setattr(Desk, "start_over", lambda _: place)
    with pytest.raises(KeyboardInterrupt), desk.borrow(place, [borrowed("a")]) as out:
        out.set_aside()
        raise KeyboardInterrupt
    assert place.values == {"a": WAS}
    assert said(desk)[-1] == "returned a"


def test_value_of_somebody_else_keeps_no_other_from_coming_back(desk: Desk) -> None:
    """A copay that another user changed is left alone, and the other one is given back."""
    place: Any = Place({"a": WAS, "b": WAS})
    with (
        pytest.raises(Outstanding) as owed,
        desk.borrow(place, [borrowed("a"), borrowed("b")]) as out,
    ):
        out.set_aside()
        place.values["a"] = THEIRS
    assert place.values == {"a": THEIRS, "b": WAS}
    assert "theirs" in owed.value.found and said(desk)[-1] == "still owed"


@pytest.mark.parametrize(
    ("answer", "end"), [(TAKEN, "returned a"), (NONE, "still owed")], ids=["answered", "unanswered"]
)
def test_save_without_an_answer_keeps_it_owed(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, answer: Saved, end: str
) -> None:
    """A Save without an answer stays owed, since it may still arrive although all is as before."""
    place: Any = Place({"a": WAS}, [answer], stores=False)
    monkeypatch.setattr(Desk, "start_over", lambda _: place)
    with desk.borrow(place, [borrowed("a")]) as out, pytest.raises(Problem) as problem:
        out.set_aside()
    assert said(desk)[-1] == end
    assert ("may still arrive" in problem.value.found) == (answer is NONE)


def test_further_value_is_tried_where_the_first_did_nothing(desk: Desk) -> None:
    """If the first value is stored but has no effect, the second is tried, and then the last."""
    place: Any = Place({"amount": WAS})
    change(desk, place)
    assert said(desk) == ["owe amount", "25.00 -> 1.00", "1.00 -> 2.00", "2.00 -> 30.00"]
    (changing,) = desk.changed
    assert changing.is_hopeful and changing.request == "the request"


def test_value_that_is_not_stored_ends_the_block(desk: Desk) -> None:
    """If nothing is stored, no further value is tried and the last one is not entered."""
    place: Any = Place({"amount": WAS}, stores=False)
    change(desk, place)
    assert said(desk) == ["owe amount", "25.00 -> 1.00"]
    (changing,) = desk.changed
    assert not changing.is_entered


def test_looks_while_giving_back_are_owed_as_well(desk: Desk) -> None:
    """Each step of giving back, even a look, is of the kind at which a stop is not obeyed."""
    place: Any = Place({"a": WAS})
    steps: list[Step] = []
    desk.recorder.began = steps.append  # type: ignore[method-assign]
    with desk.borrow(place, [borrowed("a")]) as out:
        out.set_aside()
    assert [step.kind for step in steps] == [
        StepKind.BORROWS, StepKind.LOOKS, StepKind.RETURNS, StepKind.RETURNS,
    ]  # fmt: skip
