"""A recorder for work that only looks: it refuses every change and writes nothing down."""

from __future__ import annotations

from collections.abc import Sequence

from automation.billing.plan import Plan
from automation.billing.request import PatientQuery, UndoWriteOff
from automation.billing.verdict import Done
from automation.desk import Setting, Step
from automation.errors import Refusal
from automation.runs.recorders import Listener


class OnlyLooking:
    """Lets steps pass that look; a change is refused before anything is pressed."""

    def __init__(self, listeners: Sequence[Listener] = ()) -> None:
        self._listeners = listeners

    def turn_to(self, request: UndoWriteOff) -> None:
        """Whoever is looked at."""

    def goes_on(self) -> bool:
        """Looking may go on."""
        return True

    def ended_by(self, ending: Exception) -> bool:
        """Nothing is kept of it."""
        raise ending

    def done(self, done: Done) -> None:
        """Nothing is kept of it."""

    def began(self, step: Step) -> None:
        """Refuse a change."""
        if step.changes is not None:
            self._refuse(step.title)
        for listener in self._listeners:
            listener.began(step)

    def ended(self, step: Step) -> None:
        """Tell whoever listens."""
        for listener in self._listeners:
            listener.ended(step)

    def failed(self, step: Step, problem: BaseException) -> None:
        """Tell whoever listens."""
        for listener in self._listeners:
            listener.failed(step, problem)

    def read(self, who: PatientQuery) -> None:
        """Looking harms nobody, a copay on loan or not."""

    def decided(self, plan: Plan) -> None:
        """Nothing is kept of it."""

    def changing(self, plan: Plan) -> None:
        """Refuse it."""
        self._refuse("changing an amount")

    def lend(self, who: PatientQuery, settings: list[Setting]) -> int:
        """Refuse it."""
        self._refuse("setting a copay aside")
        return 0

    def returned(self, loan: int, found: dict[str, str]) -> None:
        """There never is a loan."""

    def still_owed(self, loan: int, problem: BaseException) -> None:
        """There never is a loan."""

    def _refuse(self, what: str) -> None:
        raise Refusal(
            what,
            expected="only looks",
            found="a change, in a command that makes none; nothing was pressed",
            next_step="tell whoever keeps this program",
        )
