"""Frozen records of runs, items, steps and edits, as the journal returns them."""

from __future__ import annotations

import enum
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

Document = dict[str, object]
"""A JSON object that carries its own `"version": 1`."""


class ItemState(enum.StrEnum):
    """The state of an item, as the journal stores it."""

    WAITING = "waiting"  # in a worklist, not begun
    WORKING = "working"  # claimed; nothing is changed at the practice
    CHANGING = "changing"  # a changing step was begun; after a crash this is outstanding
    FIXED = "fixed"  # done, and checked on a freshly loaded chart
    PLANNED = "planned"  # read and planned; nothing is changed
    NOTHING_TO_DO = "nothing-to-do"  # the chart already shows what was requested
    REFUSED = "refused"  # a person decides; nothing is changed
    FAILED = "failed"  # it did not work; nothing is changed
    PUT_BACK = "put-back"  # interrupted by a crash, found as it was before, and settled
    SETTLED_BY_HAND = "settled-by-hand"  # a person looked and says that nothing is owed

    @property
    def is_outstanding(self) -> bool:
        """Whether the practice may hold something half-changed."""
        return self is ItemState.CHANGING


@dataclass(frozen=True, slots=True)
class RunRow:
    """One run of a flow, for one item or a worklist."""

    id: int
    flow: str
    site: str
    origin: str
    arguments: Document
    by: str
    started_at: datetime
    finished_at: datetime | None
    outcome: str | None
    worklist: str | None
    digest: str | None

    @property
    def practice(self) -> str:
        """The practice of the run, in words."""
        return str(self.arguments.get("practice") or f"Practice {self.site} at {self.origin}")


@dataclass(frozen=True, slots=True)
class ItemRow:
    """One date of service to fix; `reference` names its patient without identifying them."""

    id: int
    run_id: int
    origin: str
    reference: str
    state: ItemState
    patient: Document
    visit: Document
    request: Document
    receipt: Document | None
    added_at: datetime
    claimed_at: datetime | None
    changing_at: datetime | None
    settled_at: datetime | None
    attempts: int
    last_message: str | None
    last_attempt_at: datetime | None
    number: int | None
    source: Document | None


@dataclass(frozen=True, slots=True)
class StepRow:
    """One step that changes something; `changes` names what.

    `kind` is one of the desk's `StepKind`.
    """

    id: int
    item_id: int
    number: int
    title: str
    kind: str | None
    changes: str
    before: Document | None
    after: Document | None
    found: Document | None
    message: str | None
    begun_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class EditRow:
    """A value at the practice whose change was begun; owed while `closed_at` is None.

    `edit` is what `from_json` of this kind reads: label, before, between, after, and more.
    """

    id: int
    item_id: int
    origin: str
    patient_key: str
    reference: str
    patient: Document
    kind: str
    place: str
    borrowed: bool
    edit: dict[str, Any]
    found: Document | None
    opened_at: datetime
    closed_at: datetime | None
    settled_by: str | None
    note: str | None
    attempts: int
    last_message: str | None
    last_attempt_at: datetime | None

    @property
    def is_outstanding(self) -> bool:
        """Whether the practice may still hold an intermediate value."""
        return self.closed_at is None


def document(name: str, value: Mapping[str, object]) -> Document:
    """Return the value to be stored. Raises ValueError without a version, or if it is not JSON."""
    version = value.get("version")
    if type(version) is not int or version < 1:
        raise ValueError(f'{name} must carry its version, such as "version": 1')
    try:
        json.dumps(value, allow_nan=False)
    except TypeError as error:
        raise ValueError(f"{name} holds what JSON cannot: {error}") from error
    return dict(value)


def optional_document(name: str, value: Mapping[str, object] | None) -> Document | None:
    """Like `document`, but None stays None."""
    return None if value is None else document(name, value)
