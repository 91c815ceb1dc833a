"""The desk: the interface of a flow to the pages, its steps, and the guarantees for changes."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import StrEnum
from typing import Any, Protocol, TypeVar

from automation.billing.money import plain
from automation.billing.plan import Change
from automation.billing.receipt import AnyDone, AnyPlan, Request
from automation.billing.request import PatientQuery
from automation.edit import Edit, Owed, To
from automation.editing import Borrowed, Changing, E, NotTaken
from automation.errors import Problem
from automation.pages.activity_log import ActivityLog
from automation.pages.patient_chart import PatientChart
from automation.pages.patients import PatientsPage
from automation.pages.screen import Screen

Thing = TypeVar("Thing")
P = TypeVar("P", bound=AnyPlan)
Debt = TypeVar("Debt", bound=Owed)
AnyEdit = Edit[Any, Any]


class StepKind(StrEnum):
    """What a step does to the practice."""

    LOOKS = "looks"  # reads; nothing is saved
    BORROWS = "borrows"  # changes a setting that is owed back, such as the copay
    CHANGES = "changes"  # changes what the flow is for
    RETURNS = "returns"  # gives back or puts back; owed, so never a question


@dataclass
class Step:
    """One titled part of a flow; `changes` is what it changes, None when it only reads.

    The title is for people, in the site profile's words: `text` with its `values` filled in. Code
    uses `kind` and `key`.
    """

    title: str
    changes: Change | None = None
    seconds: float = 0.0
    kind: StepKind = StepKind.LOOKS
    key: str = ""
    text: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    is_of_setting: bool = False  # it changes a borrowed setting, not what the flow is for
    own_words: Callable[[str], str] = str  # replaces the usual words by the site profile's

    def filled(self, text: str) -> str:
        """Return a text, such as the translated title, with this step's values filled in."""
        return self.own_words(text).format(**self.values)


class Recorder(Protocol):
    """The receiver of a flow's steps; the desk knows nothing of journal, screen, film or report."""

    def turn_to(self, request: Request) -> None:
        """Make this item the current one for the next steps."""

    def goes_on(self) -> bool:
        """Return whether another item may be begun."""

    def ended_by(self, ending: Exception) -> bool:
        """Record that this item ended early; return whether the screen is good for another."""

    def done(self, done: AnyDone) -> None:
        """Record that this item is done, as read on a freshly loaded chart."""

    def began(self, step: Step) -> None:
        """Record that a step begins; may raise to refuse it."""

    def ended(self, step: Step) -> None:
        """Record that a step ended well."""

    def failed(self, step: Step, problem: BaseException) -> None:
        """Record that a step ended with an error."""

    def read(self, who: PatientQuery) -> None:
        """Record whose chart is open; raises Refusal while their copay is still set aside."""

    def planned(self, plan: AnyPlan, meanwhile: Sequence[AnyEdit] = ()) -> None:
        """Record the plan, and what is set aside for it; a dry run ends here by raising."""

    def owe(self, who: PatientQuery, edits: Sequence[Owed]) -> None:
        """Store values of this patient, durably, before they change; may raise to refuse it."""

    def learned(self, edit: AnyEdit) -> None:
        """Store, durably, a further value in between that the practice made of ours."""

    def returned(self, found: Mapping[str, Decimal | None]) -> None:
        """Close what was borrowed and is back, with the values read, by place."""

    def still_owed(self, problem: BaseException) -> None:
        """Record that giving back what was borrowed failed; it stays open."""


@dataclass
class Desk:
    """What a flow works with: one tab of a signed-in browser, and the recorder of its steps."""

    screen: Screen
    recorder: Recorder
    is_sure: bool = True  # whether the screen is where the flow expects it
    is_returning: bool = False  # giving back what was borrowed; its read-only steps are owed, too
    article: str = ""  # title and URL of the running flow's article, for messages
    changed: list[Changing[Any]] = field(default_factory=list)  # changes so far, to be checked
    _borrowed: Borrowed | None = None
    _request: Any = field(init=False)  # of the current item

    @property
    def patients(self) -> PatientsPage:
        """The Patients page."""
        return PatientsPage(self.screen)

    @property
    def activity_log(self) -> ActivityLog:
        """The Activity Log."""
        return ActivityLog(self.screen)

    def word(self, label: str) -> str:
        """Return the site profile's word for one of the article's labels."""
        return self.screen.site.labels.in_own_words(label)

    def start_over(self) -> PatientsPage:
        """Leave whatever is open without saving, and go to the Patients page."""
        self.screen.doing = "opening the site"
        page = self.patients
        page.goto(self.screen.home)
        opened = page.open()
        self.is_sure = True
        return opened

    def loaded_anew(self, chart: PatientChart, here: str) -> PatientChart:
        """Reload a chart that is at `here`; if a Save led elsewhere, go to it as a person would.

        The page after a Save may be a receipt, or the form again; it is never reloaded.
        """
        chart.settled()
        if not chart.is_at(here):
            chart = self.start_over().find(chart.patient)
        return chart.fresh()

    def each(self, things: Sequence[Thing], *, to_the_end: bool = False) -> Iterator[Thing]:
        """Yield the things one by one, until the screen is in doubt or a person says stop.

        With `to_the_end` a person's stop is ignored, because the work is already begun.
        """
        for thing in things:
            if not self.is_sure or not (to_the_end or self.recorder.goes_on()):
                return
            yield thing

    @contextmanager
    def item(self, request: Request) -> Iterator[None]:
        """Work on one item; an error in the block is recorded and ends only this item."""
        self.recorder.turn_to(request)
        self._request = request
        try:
            yield
        except Exception as ending:
            self.is_sure = self.recorder.ended_by(ending) and self.is_sure

    def done(self, done: AnyDone) -> None:
        """Record that this item is done, as read on a freshly loaded chart."""
        self.recorder.done(done)

    def may_work_on(self, who: PatientQuery) -> None:
        """Raise Refusal while this patient's copay is still set aside by an earlier run."""
        self.recorder.read(who)

    def planned(self, plan: P) -> P:
        """Record what would be typed; a dry run ends here, before anything has changed."""
        self.recorder.planned(plan, self._borrowed.edits if self._borrowed else ())
        return plan

    def owe(self, chart: PatientChart, change: Debt) -> Debt:
        """Store what is about to change, durably; it is owed until its end has been read."""
        self.recorder.owe(chart.patient, [change])
        return change

    @contextmanager
    def step(
        self,
        text: str,
        *,
        key: str = "",
        kind: StepKind | None = None,
        changes: Change | None = None,
        setting: bool = False,
        **values: str,
    ) -> Iterator[Step]:
        """Do a titled part of a flow; every listener is told of its beginning and its end.

        `changes` is what its Save changes; `setting` says that it is a borrowed setting. `text` is
        in the article's words, with `{name}` for each of the `values`; the title has the site
        profile's words instead of the article's.
        """
        look = StepKind.RETURNS if self.is_returning else StepKind.LOOKS
        kind = kind or (StepKind.CHANGES if changes else look)
        if changes is not None:
            changes = replace(changes, what=self.word(changes.what))
        step = Step("", changes, 0.0, kind, key, text, values, setting, self.word)
        title = step.title = step.filled(text)
        began = time.monotonic()
        self.recorder.began(step)
        try:
            yield step
        except BaseException as problem:
            step.seconds = time.monotonic() - began
            if isinstance(problem, Problem) and not problem.step:
                problem.step, problem.article = title, self.article
            self.recorder.failed(step, problem)
            raise
        step.seconds = time.monotonic() - began
        self.recorder.ended(step)

    def saving(
        self, edit: AnyEdit, to: To, was: Decimal | None, value: Decimal
    ) -> AbstractContextManager[Step]:
        """Return the step that enters one of an edit's values and presses Save Changes."""
        words, amount = edit.words[to], "0" if value == 0 else f"{value:.2f}"
        return self.step(
            words.save,
            key=words.save_key,
            kind=_KINDS[edit.is_borrowed, to],
            changes=Change(edit.label, plain(was) or "", plain(value) or ""),
            setting=edit.is_borrowed,
            amount=amount,
            copay=amount,
            field=self.word(edit.label),
        )

    @contextmanager
    def borrow(self, chart: PatientChart, edits: Sequence[AnyEdit]) -> Iterator[Borrowed]:
        """Set values aside before the first change in the block; give them back whatever happens.

        They are set aside once for all changes of the block, and not at all without a change.
        """
        self._borrowed = Borrowed(self, chart, edits)
        try:
            yield self._borrowed
        except BaseException as problem:
            self._borrowed.give_back(problem)
            raise
        self._borrowed.give_back(None)
        self._borrowed = None

    @contextmanager
    def change(self, chart: PatientChart, edit: E, page: Any, now: Any) -> Iterator[Changing[E]]:
        """Change one value, which was read as `now` on `page` and is owed until it is settled.

        Borrowed values are set aside first. When no value in between has its effect, the block ends
        early, with everything as before.
        """
        self.recorder.owe(chart.patient, [edit])
        if self._borrowed is not None and self._borrowed.set_aside():
            page = edit.open(chart)
            edit.unmoved(edit.read(page))
        changing = Changing(self, chart, edit, page, now)
        changing.request = self._request
        with suppress(NotTaken):
            yield changing
        self.changed.append(changing)


_KINDS = {
    (True, To.BETWEEN): StepKind.BORROWS,
    (True, To.AFTER): StepKind.RETURNS,
    (False, To.BETWEEN): StepKind.CHANGES,
    (False, To.AFTER): StepKind.CHANGES,
    (False, To.BEFORE): StepKind.RETURNS,
}
