"""Edit: a value of the practice that is changed on the way and owed, and what to do about it.

A copay that is set aside and an amount that is reset are the same thing: the value before, the
values in between and the value after are stored before the first Save, and owed until settled.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any, ClassVar, Generic, NamedTuple, Self, TypeVar

from automation.billing.money import plain
from automation.billing.receipt import AnyDone
from automation.billing.request import PatientQuery
from automation.errors import Problem
from automation.pages.patient_chart import PatientChart
from automation.pages.saving import Saved

Page = TypeVar("Page")
Now = TypeVar("Now")


class Do(StrEnum):
    """What is to be done about an edit, by what a fresh reading shows."""

    NOTHING = "nothing"  # it is what it was to become
    AS_BEFORE = "as before"  # it is what it was before the first Save
    FINISH = "finish"  # a value in between did its work: the last Save is missing
    PUT_BACK = "put back"  # a Save of ours did not do its work: what was before is entered again
    LEAVE = "leave"  # somebody else was at work on it: a person decides


class To(StrEnum):
    """Which of an edit's values a Save enters."""

    BETWEEN = "between"
    AFTER = "after"
    BEFORE = "before"


class Words(NamedTuple):
    """Title and key of the step with a Save, and of the step that looks for it afterwards."""

    save: str
    save_key: str
    seen: str
    seen_key: str


kinds: dict[str, type[Owed]] = {}
"""Every kind that a flow declares, by the word under which the journal keeps it."""


@dataclass(frozen=True)
class Owed(ABC):
    """Something of a patient's chart that is stored before it changes, and owed until settled.

    `place` tells it from the patient's other things of its kind.
    """

    label: str  # of the field on the screen
    place: str

    kind: ClassVar[str] = ""
    is_borrowed: ClassVar[bool] = False
    follows_its_like: ClassVar[bool] = False  # an item goes on under its row, what was seen first
    begun: ClassVar[str] = "a change"  # what `status` says was begun and not finished

    def __init_subclass__(cls, *, kind: str = "", is_borrowed: bool = False) -> None:
        super().__init_subclass__()
        if kind:
            cls.kind, cls.is_borrowed = kind, is_borrowed
            kinds[kind] = cls

    @abstractmethod
    def settle(self, desk: Any, who: PatientQuery) -> AnyDone:
        """Look, from wherever the screen is, what a crash left of it; finish it or put it back."""

    def as_json(self) -> dict[str, Any]:
        """Write it for the journal."""
        return {"version": 1, "label": self.label}

    @classmethod
    @abstractmethod
    def from_json(cls, place: str, stored: Mapping[str, Any]) -> Self:
        """Read what `as_json` wrote."""


@dataclass(frozen=True)
class Edit(Owed, Generic[Page, Now]):
    """One value of a patient's chart: what it was, passes through and becomes, in dollars.

    `Page` is where it is read and entered, `Now` a reading of it. A borrowed value becomes what it
    was, so that to finish it is to give it back.
    """

    before: Decimal
    between: tuple[Decimal, ...]
    after: Decimal

    words: ClassVar[Mapping[To, Words]]
    looking: ClassVar[str]  # title of the step that goes and looks for it, from anywhere
    once_more: ClassVar[str] = ""  # of the one that looks again, on a freshly loaded chart

    @abstractmethod
    def open(self, chart: PatientChart) -> Page:
        """Go to where the value stands."""

    def open_after(self, chart: PatientChart, saved: Saved) -> Page:
        """Go there again after a Save."""
        return self.open(chart.fresh())

    @abstractmethod
    def read(self, page: Page) -> Now:
        """Read the value, and what tells whether it is ours."""

    @abstractmethod
    def save(self, page: Page, now: Now, value: Decimal) -> Saved:
        """Enter a value over what `now` shows and press Save Changes once."""

    @abstractmethod
    def value(self, now: Now) -> Decimal | None:
        """Return the value as read."""

    @abstractmethod
    def is_reached(self, now: Now) -> bool:
        """Return whether the value, and what follows from it, is what it was to become."""

    @abstractmethod
    def is_as_before(self, now: Now) -> bool:
        """Return whether everything still is what it was before the first Save."""

    @abstractmethod
    def did_its_work(self, now: Now) -> bool:
        """Return whether the value in between has had its effect."""

    @abstractmethod
    def is_ours(self, now: Now) -> bool:
        """Return whether our own Saves alone explain what is read."""

    def made_of_ours(self, now: Now) -> Decimal | None:
        """Return what the practice stored in place of a value in between, if it did."""
        return None

    def unmoved(self, now: Now) -> None:
        """Raise Outstanding where setting something aside moved this value."""

    @abstractmethod
    def left_alone(self, now: Now) -> Problem:
        """Build the problem of a value that is somebody else's."""

    @abstractmethod
    def not_stored(self, to: To, now: Now, saved: Saved | None) -> Problem:
        """Build the problem of a value that a freshly loaded chart does not show."""

    def settle(self, desk: Any, who: PatientQuery) -> AnyDone:
        """What is borrowed needs none of its own: the desk gives it back."""
        raise NotImplementedError

    def as_json(self) -> dict[str, Any]:
        """Write the edit for the journal."""
        values = {"before": plain(self.before), "after": plain(self.after)}
        between = [plain(value) for value in self.between]
        return {**super().as_json(), **values, "between": between}

    @classmethod
    def from_json(cls, place: str, stored: Mapping[str, Any], **more: Any) -> Self:
        """Read what `as_json` wrote."""
        between = tuple(Decimal(value) for value in stored["between"])
        before, after = Decimal(stored["before"]), Decimal(stored["after"])
        return cls(stored["label"], place, before, between, after, **more)


def decide(edit: Edit[Any, Now], now: Now) -> Do:
    """Return what is to be done: at the end of a fix, on an error and after a crash alike.

    A fix and a recovery once differed over readings that our own Saves do not explain: a write-off
    that is gone with the amount as before, a strange amount under one that stands, a reset beside
    another rate or payment than before. There nothing is entered: a Save cannot bring a write-off
    back, and could only bury somebody else's work. It stays owed until a person has looked.
    """
    if edit.is_reached(now):
        return Do.NOTHING
    if edit.is_as_before(now):
        return Do.AS_BEFORE
    if edit.value(now) in edit.between and edit.did_its_work(now) and edit.is_ours(now):
        return Do.FINISH
    return Do.PUT_BACK if edit.is_ours(now) else Do.LEAVE
