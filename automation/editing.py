"""The desk's work on edits: one value is changed, others are borrowed meanwhile."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from automation.billing.receipt import Request
from automation.billing.request import PatientQuery
from automation.edit import Do, Edit, To, decide
from automation.errors import Outstanding, Problem
from automation.pages.patient_chart import PatientChart
from automation.pages.saving import Answer, Saved

if TYPE_CHECKING:
    from automation.desk import Desk


E = TypeVar("E", bound=Edit[Any, Any])


class NotTaken(Exception):
    """No value in between had its effect, and the value before is back."""


class Changing(Generic[E]):
    """One value being changed: its latest reading, and the answer to its last Save."""

    saved: Saved
    request: Request  # the item's request, if it is one of several

    def __init__(self, desk: Desk, chart: PatientChart, edit: E, page: Any, now: Any) -> None:
        self._desk, self._chart, self.edit = desk, chart, edit
        self._page, self.now = page, now
        self.is_entered = False

    @property
    def is_hopeful(self) -> bool:
        """Whether a freshly loaded chart may show the value after."""
        return self.is_entered and self.saved.is_hopeful

    def look(self, page: Any) -> Do:
        """Read the value again and return what to do about it."""
        self._page, self.now = page, self.edit.read(page)
        return decide(self.edit, self.now)

    def pass_through(self, *values: Decimal) -> None:
        """Enter the values in between, one after the other, until one has its effect.

        The next one is tried only if the last one was stored without effect. If none has its
        effect, everything is put back, and NotTaken skips the rest of the block.
        """
        for value in values:
            self.saved = self._save(To.BETWEEN, value)
            if self._did_its_work():
                return
            if self.edit.value(self.now) != value:
                break
        made = self.edit.made_of_ours(self.now)
        if made is not None:
            self.edit = replace(self.edit, between=(*self.edit.between, made))
            self._desk.recorder.learned(self.edit)
        self.put_back()
        raise NotTaken

    def _did_its_work(self) -> bool:
        """Read the value again; a missing effect counts only on a freshly loaded chart."""
        edit, desk, words = self.edit, self._desk, self.edit.words[To.BETWEEN]
        with desk.step(words.seen, key=words.seen_key):
            self.look(edit.open_after(self._chart, self.saved))
        if not edit.did_its_work(self.now) and self.saved.closed:
            with desk.step(edit.once_more, key=words.seen_key):
                self.look(edit.open(self._chart.fresh()))
        return edit.did_its_work(self.now)

    def end_at(self, value: Decimal) -> None:
        """Enter the value after; whether it was stored is checked later."""
        self.saved = self._save(To.AFTER, value)
        self.is_entered = True

    def put_back(self) -> None:
        """Enter the value before, unless it is there already, and check that it was stored.

        Raises a Problem when somebody else changed it, or the chart does not show it.
        """
        do, edit = decide(self.edit, self.now), self.edit
        if do is Do.LEAVE:
            raise edit.left_alone(self.now)
        if do is not Do.PUT_BACK:
            return
        saved = self._save(To.BEFORE, edit.before)
        words = edit.words[To.BEFORE]
        with self._desk.step(words.seen, key=words.seen_key):
            if self.look(edit.open(self._chart.fresh())) is not Do.AS_BEFORE:
                raise edit.not_stored(To.BEFORE, self.now, saved)

    def settle(self) -> Do:
        """Do what is needed after a crash, and return what that was."""
        do = decide(self.edit, self.now)
        if do is Do.FINISH:
            self.end_at(self.edit.after)
        else:
            self.put_back()
        return do

    def _save(self, to: To, value: Decimal) -> Saved:
        with self._desk.saving(self.edit, to, self.edit.value(self.now), value):
            return self.edit.save(self._page, self.now, value)


class Borrowed:
    """Values of one chart that are set aside when first needed, and given back."""

    def __init__(self, desk: Desk, chart: PatientChart, edits: Sequence[Edit[Any, Any]]) -> None:
        self._desk, self._chart, self._edits = desk, chart, edits
        self._is_out = False
        self._unanswered: list[Saved] = []

    @property
    def edits(self) -> Sequence[Edit[Any, Any]]:
        """What would be set aside at the first change."""
        return self._edits

    def set_aside(self) -> bool:
        """Set the values aside before a change; return whether that was done just now."""
        if self._is_out or not self._edits:
            return False
        self._desk.recorder.owe(self._chart.patient, self._edits)
        self._is_out = True
        try:
            self._set_aside()
        except BaseException as problem:
            self.give_back(problem)
            raise
        return True

    def _set_aside(self) -> None:
        saves: list[Saved] = []
        for edit in self._edits:
            with self._desk.saving(edit, To.BETWEEN, edit.before, edit.between[0]):
                page = edit.open(self._chart.fresh())
                saves.append(edit.save(page, edit.read(page), edit.between[0]))
            self._unanswered += [saves[-1]] if saves[-1].answer is Answer.NONE else []
        words = self._edits[0].words[To.BETWEEN]
        with self._desk.step(words.seen, key=words.seen_key):
            chart = self._chart.fresh()
            for edit, saved in zip(self._edits, saves, strict=True):
                now = edit.read(edit.open(chart))
                if edit.value(now) not in edit.between:
                    raise edit.not_stored(To.BETWEEN, now, saved)
            self._unanswered.clear()

    def give_back(self, why: BaseException | None) -> None:
        """Give back what was set aside; `why` is the exception that ended the work, if any.

        Raises Outstanding when it could not be checked; it then stays owed.
        """
        if not self._is_out:
            return
        self._is_out, desk = False, self._desk
        desk.is_returning = True
        try:
            if why is None and desk.is_sure:
                found = put_into_place(desk, self._chart.fresh(), self._edits)
            else:
                found = give_back(desk, self._chart.patient, self._edits)
                self._may_still_arrive()
            desk.recorder.returned(found)
        except Exception as problem:
            desk.recorder.still_owed(problem)
            raise _owed(self._edits[0], problem, why) from problem
        finally:
            desk.is_returning = False

    def _may_still_arrive(self) -> None:
        """Raise Outstanding while a Save that sets a value aside has not been answered."""
        if self._unanswered:
            name = self._edits[0].label.casefold()
            raise Outstanding(
                f"giving the {name} back",
                expected="an answer to the Save that sets it aside",
                found=f"{self._unanswered[0].says}; the {name} is in place, but that Save may "
                "still arrive",
                next_step="run `undo-writeoff recover` in a minute",
            )


def give_back(
    desk: Desk, who: PatientQuery, edits: Sequence[Edit[Any, Any]]
) -> dict[str, Decimal | None]:
    """Give back a patient's borrowed values, from wherever the screen is."""
    with desk.step(edits[0].looking, key="patient"):
        chart = desk.start_over().find(who)
    return put_into_place(desk, chart, edits)


def put_into_place(
    desk: Desk, chart: PatientChart, edits: Sequence[Edit[Any, Any]]
) -> dict[str, Decimal | None]:
    """Give back what is not back yet; return by place what a freshly loaded chart shows.

    A value that somebody else changed does not keep the others from being given back.
    """
    saves: dict[str, Saved] = {}
    left: Problem | None = None
    for edit in edits:
        page = edit.open(chart)
        now = edit.read(page)
        do = decide(edit, now)
        if do is Do.LEAVE:
            left = left or edit.left_alone(now)
        if do is Do.FINISH:
            with desk.saving(edit, To.AFTER, edit.value(now), edit.after):
                saves[edit.place] = edit.save(page, now, edit.after)
            chart.fresh()
    if left is not None:
        raise left
    words, found = edits[0].words[To.AFTER], {}
    with desk.step(words.seen, key=words.seen_key):
        for edit in edits:
            now = edit.read(edit.open(chart))
            if not edit.is_reached(now):
                raise edit.not_stored(To.AFTER, now, saves.get(edit.place))
            found[edit.place] = edit.value(now)
    return found


def _owed(edit: Edit[Any, Any], problem: Exception, why: BaseException | None) -> Outstanding:
    first = f"{_found(why)}; then " if why is not None else ""
    name = edit.label.casefold()
    return Outstanding(
        f"giving the {name} back",
        expected=f"the stored {name} on a freshly loaded chart",
        found=f"{first}the return did not work: {_found(problem)}",
        next_step="run `undo-writeoff recover`; it is tried again before any new work, too",
    )


def _found(problem: BaseException) -> str:
    return problem.found if isinstance(problem, Problem) else str(problem).split("\n")[0]
