"""The record of one item while a flow works on it, and the listeners to its steps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from automation.billing.plan import Change
from automation.billing.receipt import AnyPlan, Receipt
from automation.billing.request import PatientQuery
from automation.desk import Step
from automation.errors import JournalUnusable, Problem, Refusal
from automation.journal.journal import ItemRow, ItemState, Journal
from automation.journal.lock import Turn


class Listener(Protocol):
    """An observer of steps, such as a terminal, a film or a test."""

    def began(self, step: Step) -> None:
        """A step begins."""

    def ended(self, step: Step) -> None:
        """A step ended well."""

    def failed(self, step: Step, problem: BaseException) -> None:
        """A step ended with an error."""


class Planned(Exception):
    """A dry run has its plan and ends here."""


class Stopped(Refusal):
    """A person asked to stop, or refused a Save."""

    by_request = False  # True for Ctrl-C or SIGTERM, False for a no to a Save


class StopRequest:
    """Set by Ctrl-C or SIGTERM; obeyed before the first Save, else after the item is complete.

    One `within` another is asked, too, when the other is.
    """

    def __init__(self, asked: bool = False, within: StopRequest | None = None) -> None:
        self._asked, self.within = asked, within

    @property
    def asked(self) -> bool:
        """Whether to begin nothing more."""
        return self._asked or (self.within is not None and self.within.asked)

    @asked.setter
    def asked(self, value: bool) -> None:
        self._asked = value


@dataclass
class ItemRecord:
    """One item: its journal row, its receipt so far, and what has happened to it."""

    journal: Journal
    lock: Turn
    item: ItemRow
    receipt: Receipt
    listeners: Sequence[Listener] = ()
    planned: dict[str, Any] | None = None  # what an earlier plan expects the screen to show
    plan: AnyPlan | None = None  # what is to be typed, once known
    last_change: Change | None = None  # the last amount change whose Save was begun
    pressed: bool = False  # Save Changes was pressed on the date of service
    half_way: bool = False  # an amount's Save was begun
    going_through: bool = False  # past the first Save, or already stopping: no more questions
    stopped: bool = False  # a person said no, or stop, and the item was stopped
    ending: Exception | None = None  # why it ends without being fixed
    is_ended: bool = False
    step_ids: set[int] = field(default_factory=set)  # the changes that this run began
    unwritten: JournalUnusable | None = None  # why not everything that was done is in the journal

    def let_wait(self) -> None:
        """Return a claimed but unchanged item to its worklist."""
        if self.item.state is ItemState.WORKING:
            self.item = self.journal.release(self.item.id)
        elif self.item.state is ItemState.CHANGING and not self.pressed:
            self.item = self.journal.never_changed(self.item.id)


def patient_key(who: PatientQuery) -> str:
    """Return what identifies a patient at one site: account number, else name and birth date."""
    return who.account or f"{who.last}|{who.first}|{who.born}".casefold()


def sentence(problem: BaseException) -> str:
    """Return one line about a problem, for a receipt."""
    lines = str(problem).splitlines() or [type(problem).__name__]
    return problem.found if isinstance(problem, Problem) else lines[0]
