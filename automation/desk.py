"""Desk: all that a flow is handed; the pages, the steps, and the promises about changes."""

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
    """One titled part of a flow; `changes` names what it changes, None for a look.

    The title is prose in the profile's own words: `text` with its `values` filled in. Code goes
    by `kind` and `key`.
    """

    title: str
    changes: Change | None = None
    seconds: float = 0.0
    kind: StepKind = StepKind.LOOKS
    key: str = ""
    text: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    is_of_setting: bool = False  # what it changes is a borrowed setting, not what the flow is for
    own_words: Callable[[str], str] = str  # puts a site profile's words in the place of the usual

    def filled(self, text: str) -> str:
        """Return a text, such as the title in another language, with this step's values in it."""
        return self.own_words(text).format(**self.values)


class Recorder(Protocol):
    """Who is told of a flow's steps: journal, screen, film, report; the desk knows none of them."""

    def turn_to(self, request: Request) -> None:
        """The steps that follow are about this item."""

    def goes_on(self) -> bool:
        """Whether a further date of service may be begun."""

    def ended_by(self, ending: Exception) -> bool:
        """This date of service ended early; whether the screen is still good for another one."""

    def done(self, done: AnyDone) -> None:
        """This item is done and was seen to be."""

    def began(self, step: Step) -> None:
        """A step begins; a changing one may be refused here by raising."""

    def ended(self, step: Step) -> None:
        """A step ended well."""

    def failed(self, step: Step, problem: BaseException) -> None:
        """A step ended with an error."""

    def read(self, who: PatientQuery) -> None:
        """The chart of this patient is open; refuse here while their copay is still set aside."""

    def planned(self, plan: AnyPlan) -> None:
        """The diagnosis and the plan are known; a dry run ends here by raising."""

    def owe(self, who: PatientQuery, edits: Sequence[Owed]) -> None:
        """Values of this patient are about to change: store them, durably; refused by raising."""

    def learned(self, edit: AnyEdit) -> None:
        """The practice made another value of ours: store that it is one in between, durably."""

    def returned(self, found: Mapping[str, Decimal | None]) -> None:
        """What was borrowed is back: close it by what was read, by place."""

    def still_owed(self, problem: BaseException) -> None:
        """The return of what was borrowed did not work; it stays open."""


@dataclass
class Desk:
    """Where a flow works: one tab of a signed-in browser and whoever listens to the steps."""

    screen: Screen
    recorder: Recorder
    is_sure: bool = True  # that the screen stands where the flow believes it does
    is_returning: bool = False  # what was borrowed is being given back; its looks are owed, too
    article: str = ""  # of the flow at work: its title and address, for messages
    changed: list[Changing[Any]] = field(default_factory=list)  # so far, to be looked at
    _borrowed: Borrowed | None = None
    _request: Any = field(init=False)  # whose turn it is

    @property
    def patients(self) -> PatientsPage:
        """The Patients page."""
        return PatientsPage(self.screen)

    @property
    def activity_log(self) -> ActivityLog:
        """The Activity Log."""
        return ActivityLog(self.screen)

    def word(self, label: str) -> str:
        """The site profile's own word for one of the article's labels."""
        return self.screen.site.labels.in_own_words(label)

    def start_over(self) -> PatientsPage:
        """Leave whatever is open, without saving, and go to the Patients page."""
        self.screen.doing = "opening the site"
        page = self.patients
        page.goto(self.screen.home)
        opened = page.open()
        self.is_sure = True
        return opened

    def loaded_anew(self, chart: PatientChart, here: str) -> PatientChart:
        """Load a chart anew from `here`; where a Save led elsewhere, by the path a person takes.

        The page that a Save ends on may be a receipt, or the form once more; it is never reloaded.
        """
        chart.settled()
        if not chart.is_at(here):
            chart = self.start_over().find(chart.patient)
        return chart.fresh()

    def each(self, things: Sequence[Thing], *, to_the_end: bool = False) -> Iterator[Thing]:
        """Hand out one after the other, until the screen is in doubt or a person says stop.

        What is begun is brought `to_the_end`, whoever says stop.
        """
        for thing in things:
            if not self.is_sure or not (to_the_end or self.recorder.goes_on()):
                return
            yield thing

    @contextmanager
    def item(self, request: Request) -> Iterator[None]:
        """Work on one item; how it ends early is noted and ends the block alone."""
        self.recorder.turn_to(request)
        self._request = request
        try:
            yield
        except Exception as ending:
            self.is_sure = self.recorder.ended_by(ending) and self.is_sure

    def done(self, done: AnyDone) -> None:
        """Tell that this item is done, as read on a freshly loaded chart."""
        self.recorder.done(done)

    def may_work_on(self, who: PatientQuery) -> None:
        """Ask whether this patient may be worked on; refused while their copay is set aside."""
        self.recorder.read(who)

    def planned(self, plan: P) -> P:
        """Tell what would be typed; a dry run ends here, and before it nothing has changed."""
        self.recorder.planned(plan)
        return plan

    def owe(self, chart: PatientChart, change: Debt) -> Debt:
        """Store what is about to change, durably; it is owed until its end was seen."""
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
        """Do a titled part of a flow; every listener hears of its beginning and its end.

        `changes` says what a Save of it changes, `setting` that this is a borrowed one.
        `text` is the article's, with `{name}` where one of the `values` goes; the title has the
        site profile's words in the place of the article's.
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
        """Do the step in which one of an edit's values is entered and Save Changes is pressed."""
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
        """Have values set aside ahead of the first change; they come back whatever happens.

        They are set aside once for all changes of the block, not at all when there is none.
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
        """Change one value, owed from here on until it is settled; it is read as `now` on `page`.

        What is borrowed meanwhile is set aside first. Where no value in between does its work,
        the block ends early, with everything as before.
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
