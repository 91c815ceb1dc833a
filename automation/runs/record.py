"""What is known of one item while a flow is at work on it, and who listens to its steps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from automation.billing.plan import Change
from automation.billing.receipt import AnyPlan, Receipt
from automation.billing.request import PatientQuery
from automation.desk import Step
from automation.errors import JournalUnusable, Problem, Refusal
from automation.journal.journal import ItemRow, ItemState, Journal
from automation.journal.lock import RunLock


class Listener(Protocol):
    """Somebody who only watches: a terminal, a film, a test."""

    def began(self, step: Step) -> None:
        """A step begins."""

    def ended(self, step: Step) -> None:
        """A step ended well."""

    def failed(self, step: Step, problem: BaseException) -> None:
        """A step ended with an error."""


class Planned(Exception):
    """A dry run has its plan and goes no further."""


class Stopped(Refusal):
    """A person asked to stop, or said no to a Save."""

    by_request = False  # it was Ctrl-C or the like, not a no


@dataclass
class StopRequest:
    """Set by Ctrl-C or SIGTERM; obeyed before the first Save, else after the item is whole."""

    asked: bool = False


@dataclass
class ItemRecord:
    """One item: its row, its receipt as far as it is filled in, and what happened so far."""

    journal: Journal
    lock: RunLock
    item: ItemRow
    receipt: Receipt
    listeners: Sequence[Listener] = ()
    planned: dict[str, Any] | None = None  # what an earlier plan says that the screen shows
    plan: AnyPlan | None = None  # what is to be typed, once that is known
    last_change: Change | None = None  # of an amount, the last whose Save was begun
    pressed: bool = False  # Save Changes was pressed on the date of service
    half_way: bool = False  # an amount's Save was begun
    going_through: bool = False  # past the first Save, or already stopping: no more questions
    stopped: bool = False  # a person said no, or stop, and was obeyed
    ending: Exception | None = None  # why it ends without being fixed
    is_ended: bool = False
    unwritten: JournalUnusable | None = None  # why the journal was not told of all that was done

    def let_wait(self) -> None:
        """Give an item back to the worklist that was claimed and not changed."""
        if self.item.state is ItemState.WORKING:
            self.item = self.journal.release(self.item.id)
        elif self.item.state is ItemState.CHANGING and not self.pressed:
            self.item = self.journal.never_changed(self.item.id)


def patient_key(who: PatientQuery) -> str:
    """What tells one patient from another at one site: account number, else name and birth."""
    return who.account or f"{who.last}|{who.first}|{who.born}".casefold()


def sentence(problem: BaseException) -> str:
    """One line about a problem for a receipt."""
    lines = str(problem).splitlines() or [type(problem).__name__]
    return problem.found if isinstance(problem, Problem) else lines[0]
