"""A recorder that allows changes and keeps the steps, for flows that are called directly."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from automation.billing.request import PatientQuery
from automation.desk import Desk, Step
from automation.edit import Edit
from automation.runs.recorder import Recorder
from automation.runs.session import Session


class Noting(Recorder):
    """Keeps each step as it begins, with what it changes."""

    def __init__(self) -> None:
        super().__init__(read_only=True)
        self.steps: list[Step] = []

    def began(self, step: Step) -> None:
        """Keep the step; changes are allowed here."""
        self.steps.append(step)

    def ended(self, step: Step) -> None:
        """Nothing is written down."""

    def failed(self, step: Step, problem: BaseException) -> None:
        """Nothing is written down."""

    def owe(self, who: PatientQuery, edits: Sequence[Edit[Any, Any]]) -> None:
        """Nothing is written down."""

    @property
    def changes(self) -> list[str]:
        """The titles of the steps that change something."""
        return [step.title for step in self.steps if step.changes is not None]


def desk_of(work: Session) -> tuple[Desk, Noting]:
    """A desk in a session's tab, and the recorder of its steps."""
    noting = Noting()
    return Desk(work.screen, noting), noting
