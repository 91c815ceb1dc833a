"""Edits: values of the practice that a flow changes and owes, and what to do about them.

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
    """What to do about an edit, given a fresh reading of its value."""

    NOTHING = "nothing"  # it has the value after
    AS_BEFORE = "as before"  # it is as it was before the first Save
    FINISH = "finish"  # a value in between had its effect: only the last Save is missing
    PUT_BACK = "put back"  # our Save did not have its effect: enter the value before again
    LEAVE = "leave"  # somebody else changed it: a person decides


class To(StrEnum):
    """Which of an edit's values a Save enters."""

    BETWEEN = "between"
    AFTER = "after"
    BEFORE = "before"


class Words(NamedTuple):
    """Title and key of the step with a Save, and of the step that checks it afterwards."""

    save: str
    save_key: str
    seen: str
    seen_key: str


kinds: dict[str, type[Owed]] = {}
"""Every kind that a flow declares, by its name in the journal."""


@dataclass(frozen=True)
class Owed(ABC):
    """Something on a patient's chart that is stored before it changes, and owed until settled.

    `place` distinguishes it from the patient's other edits of its kind.
    """

    label: str  # the field's label on the screen
    place: str

    kind: ClassVar[str] = ""
    is_borrowed: ClassVar[bool] = False
    follows_its_like: ClassVar[bool] = False  # the next one of an item rewrites the row of the last
    begun: ClassVar[str] = "a change"  # what `status` says was begun but not finished

    def __init_subclass__(cls, *, kind: str = "", is_borrowed: bool = False) -> None:
        super().__init_subclass__()
        if kind:
            cls.kind, cls.is_borrowed = kind, is_borrowed
            kinds[kind] = cls

    @abstractmethod
    def settle(self, desk: Any, who: PatientQuery) -> AnyDone:
        """Look at it after a crash, from wherever the screen is; finish it or put it back."""

    def as_json(self) -> dict[str, Any]:
        """Return it as JSON values for the journal."""
        return {"version": 1, "label": self.label}

    @classmethod
    @abstractmethod
    def from_json(cls, place: str, stored: Mapping[str, Any]) -> Self:
        """Build it from what `as_json` returned."""


@dataclass(frozen=True)
class Edit(Owed, Generic[Page, Now]):
    """One value of a patient's chart, in dollars: before, in between and after.

    `Page` is the page where it is read and entered, `Now` a reading of it. For a borrowed value
    `after` equals `before`, so that finishing it gives it back.
    """

    before: Decimal
    between: tuple[Decimal, ...]
    after: Decimal

    words: ClassVar[Mapping[To, Words]]
    looking: ClassVar[str]  # title of the step that opens the chart, from anywhere
    once_more: ClassVar[str] = ""  # title of the step that reads again on a freshly loaded chart

    @abstractmethod
    def open(self, chart: PatientChart) -> Page:
        """Open the page where the value is."""

    def open_after(self, chart: PatientChart, saved: Saved) -> Page:
        """Open that page again after a Save."""
        return self.open(chart.fresh())

    @abstractmethod
    def read(self, page: Page) -> Now:
        """Read the value, and whatever tells whether it is ours."""

    @abstractmethod
    def save(self, page: Page, now: Now, value: Decimal) -> Saved:
        """Replace the value in `now` by another one and press Save Changes once."""

    @abstractmethod
    def value(self, now: Now) -> Decimal | None:
        """Return the value in a reading."""

    @abstractmethod
    def is_reached(self, now: Now) -> bool:
        """Return whether the value, and what follows from it, is as intended."""

    @abstractmethod
    def is_as_before(self, now: Now) -> bool:
        """Return whether everything is as it was before the first Save."""

    @abstractmethod
    def did_its_work(self, now: Now) -> bool:
        """Return whether the value in between has had its effect."""

    @abstractmethod
    def is_ours(self, now: Now) -> bool:
        """Return whether our own Saves alone explain the reading."""

    def made_of_ours(self, now: Now) -> Decimal | None:
        """Return what the practice stored instead of a value in between; None if it did not."""
        return None

    def unmoved(self, now: Now) -> None:
        """Raise Outstanding if setting something aside changed this value."""

    @abstractmethod
    def left_alone(self, now: Now) -> Problem:
        """Return the problem of a value that somebody else changed."""

    @abstractmethod
    def not_stored(self, to: To, now: Now, saved: Saved | None) -> Problem:
        """Return the problem of a value that a freshly loaded chart does not show."""

    def settle(self, desk: Any, who: PatientQuery) -> AnyDone:
        """Raise NotImplementedError; borrowed values need no `settle`: the desk gives them back."""
        raise NotImplementedError

    def as_json(self) -> dict[str, Any]:
        """Return the edit as JSON values for the journal."""
        values = {"before": plain(self.before), "after": plain(self.after)}
        between = [plain(value) for value in self.between]
        return {**super().as_json(), **values, "between": between}

    @classmethod
    def from_json(cls, place: str, stored: Mapping[str, Any], **more: Any) -> Self:
        """Build the edit from what `as_json` returned."""
        between = tuple(Decimal(value) for value in stored["between"])
        before, after = Decimal(stored["before"]), Decimal(stored["after"])
        return cls(stored["label"], place, before, between, after, **more)


def decide(edit: Edit[Any, Now], now: Now) -> Do:
    """Return what to do about an edit: the same at the end of a fix, on an error and after a crash.

    A fix and a recovery once differed over readings that our own Saves do not explain: a write-off
    that is gone with the amount as before, an unknown amount with the write-off in place, a reset
    beside another rate or payment than before. Then nothing is entered: a Save cannot bring a
    write-off back, and could only overwrite somebody else's work. It stays owed until a person has
    looked.
    """
    if edit.is_reached(now):
        return Do.NOTHING
    if edit.is_as_before(now):
        return Do.AS_BEFORE
    if edit.value(now) in edit.between and edit.did_its_work(now) and edit.is_ours(now):
        return Do.FINISH
    return Do.PUT_BACK if edit.is_ours(now) else Do.LEAVE
