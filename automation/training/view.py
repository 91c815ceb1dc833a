"""What the page shows a learner, as the coach's script in the page reports it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from automation.billing.money import shown_amount
from automation.training.ledger_snapshot import Task


@dataclass(frozen=True)
class Dialog:
    """The open dialog: its kind, its heading, and the values of its fields in cents."""

    kind: str
    title: str
    values: Mapping[str, int | None]


@dataclass(frozen=True)
class View:
    """What the screen shows now."""

    place: str = ""  # "patients", "chart" or "" for another page
    who: str = ""  # the heading of a chart
    tab: str = ""  # "billing", "settings" or "" for another tab
    all_items: bool = False
    listed: bool = False  # the patient is in the list of patients
    dialog: Dialog | None = field(default=None)

    @classmethod
    def of(cls, said: Mapping[str, Any]) -> View:
        """Build a view from what the script sent; amounts become cents."""
        told = dict(said)
        box = told.pop("dialog", None)
        dialog = box and Dialog(
            box["kind"], box["title"], {key: _cents(text) for key, text in box["values"].items()}
        )
        return cls(**told, dialog=dialog or None)

    def is_chart_of(self, task: Task) -> bool:
        """Tell whether the chart of the right patient is open."""
        return self.place == "chart" and task.patient in self.who and task.born in self.who.split()

    def is_chart_of_namesake(self, task: Task) -> bool:
        """Tell whether the chart of another patient of that name is open."""
        named = self.place == "chart" and task.patient in self.who
        return named and not self.is_chart_of(task)

    def shows_visit(self, task: Task) -> bool:
        """Tell whether the right date of service is open."""
        return self.is_chart_of(task) and self.is_visit(f"{task.date} {task.time}")

    def shows_other_session(self, task: Task) -> bool:
        """Tell whether another session of the right date is open."""
        return self.is_chart_of(task) and self.is_visit(task.date) and not self.shows_visit(task)

    def is_visit(self, told: str) -> bool:
        """Tell whether a date of service with these words in its heading is open."""
        return self.shows("visit") and told in self.title

    def shows(self, kind: str) -> bool:
        """Tell whether a dialog of this kind is open."""
        return self.dialog is not None and self.dialog.kind == kind

    @property
    def title(self) -> str:
        """The open dialog's heading, "" where none is open."""
        return self.dialog.title if self.dialog else ""

    def value(self, name: str) -> int | None:
        """Return the value of a field of the open dialog in cents; None without one."""
        return self.dialog.values.get(name) if self.dialog else None


def _cents(text: str) -> int | None:
    amount = shown_amount(text)
    return None if amount is None else int(amount * 100)
