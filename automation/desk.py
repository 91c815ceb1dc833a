"""Desk: all that a flow is handed; the pages, the steps, and the promises about changes."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Protocol, TypeVar

from automation.billing.plan import Change, Plan
from automation.billing.request import PatientQuery, UndoWriteOff
from automation.billing.verdict import Done
from automation.errors import Outstanding, Problem
from automation.pages.activity_log import ActivityLog
from automation.pages.patient_chart import PatientChart
from automation.pages.patients import PatientsPage
from automation.pages.screen import Screen

Thing = TypeVar("Thing")


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


@dataclass(frozen=True)
class Setting:
    """One value borrowed from the practice: the policy it belongs to and what it was."""

    policy: str
    label: str
    original: str

    def as_json(self) -> dict[str, str]:
        """Write the setting for the journal."""
        return {"policy": self.policy, "label": self.label, "original": self.original}


class Recorder(Protocol):
    """Who is told of a flow's steps: journal, screen, film, report; the desk knows none of them."""

    def turn_to(self, request: UndoWriteOff) -> None:
        """The steps that follow are about this date of service."""

    def goes_on(self) -> bool:
        """Whether a further date of service may be begun."""

    def ended_by(self, ending: Exception) -> bool:
        """This date of service ended early; whether the screen is still good for another one."""

    def done(self, done: Done) -> None:
        """This date of service is done and was seen to be."""

    def began(self, step: Step) -> None:
        """A step begins; a changing one may be refused here by raising."""

    def ended(self, step: Step) -> None:
        """A step ended well."""

    def failed(self, step: Step, problem: BaseException) -> None:
        """A step ended with an error."""

    def read(self, who: PatientQuery) -> None:
        """The chart of this patient is open; refuse here while their copay is out on loan."""

    def decided(self, plan: Plan) -> None:
        """The diagnosis and the plan are known; a dry run ends here by raising."""

    def changing(self, plan: Plan) -> None:
        """The first amount is about to change: store what was there, durably."""

    def lend(self, who: PatientQuery, settings: list[Setting]) -> int:
        """Store a loan, durably, before the setting is changed; return its number."""

    def returned(self, loan: int, found: dict[str, str]) -> None:
        """Close a loan after the returned value was read back."""

    def still_owed(self, loan: int, problem: BaseException) -> None:
        """A return did not work; the loan stays open."""


@dataclass
class Desk:
    """Where a flow works: one tab of a signed-in browser and whoever listens to the steps."""

    screen: Screen
    recorder: Recorder
    is_sure: bool = True  # that the screen stands where the flow believes it does
    article: str = ""  # of the flow at work: its title and address, for messages

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
    def item(self, request: UndoWriteOff) -> Iterator[None]:
        """Work on one date of service; how it ends early is noted and ends the block alone."""
        self.recorder.turn_to(request)
        try:
            yield
        except Exception as ending:
            self.is_sure = self.recorder.ended_by(ending) and self.is_sure

    def done(self, done: Done) -> None:
        """Tell that this date of service is done, as read on a freshly loaded chart."""
        self.recorder.done(done)

    def may_work_on(self, who: PatientQuery) -> None:
        """Ask whether this patient may be worked on; refused while their copay is on loan."""
        self.recorder.read(who)

    def decided(self, plan: Plan) -> Plan:
        """Tell what would be typed; a dry run ends here, and before it nothing has changed."""
        self.recorder.decided(plan)
        return plan

    def about_to_change(self, plan: Plan) -> None:
        """Have the amounts from before stored, durably, ahead of the first Save."""
        self.recorder.changing(plan)

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
        kind = kind or (StepKind.CHANGES if changes else StepKind.LOOKS)
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

    @contextmanager
    def loan(
        self,
        who: PatientQuery,
        settings: list[Setting],
        give_back: Callable[[bool], dict[str, str]],
    ) -> Iterator[None]:
        """Borrow settings of a patient; they come back whatever happens inside.

        `give_back(went_well)` returns what a fresh reading found. Raises Outstanding when the
        return could not be checked; the loan then stays in the journal.
        """
        number = self.recorder.lend(who, settings)
        try:
            yield
        except BaseException as problem:
            self._return(number, give_back, problem)
            raise
        self._return(number, give_back, None)

    def _return(
        self, loan: int, give_back: Callable[[bool], dict[str, str]], why: BaseException | None
    ) -> None:
        try:
            self.recorder.returned(loan, give_back(why is None and self.is_sure))
        except Exception as problem:
            self.recorder.still_owed(loan, problem)
            raise _owed(problem, why) from problem


def _owed(problem: Exception, why: BaseException | None) -> Outstanding:
    first = f"{_found(why)}; then " if why is not None else ""
    return Outstanding(
        "giving the copay back",
        expected="the stored copay on a freshly loaded chart",
        found=f"{first}the return did not work: {_found(problem)}",
        next_step="run `undo-writeoff recover`; it is tried again before any new work, too",
    )


def _found(problem: BaseException) -> str:
    return problem.found if isinstance(problem, Problem) else str(problem).split("\n")[0]
