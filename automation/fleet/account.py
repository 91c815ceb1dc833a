"""An account at a practice, which one worker at a time uses."""

from __future__ import annotations

from dataclasses import dataclass

from automation.errors import Refusal
from automation.journal.lock import advisory_key


@dataclass(frozen=True)
class Account:
    """Who works where: a practice's origin, the profile's name, and the account at the practice."""

    site: str
    origin: str
    name: str
    worker: str  # the worker's name
    at_most: int | None = None  # workers at this practice

    @property
    def key(self) -> int:
        """The advisory lock of the account."""
        return advisory_key("account", self.origin, self.name)

    def a_run_is_there(self, holder: str) -> Refusal:
        """The refusal of a worker at a practice where a run of its own is at work."""
        return Refusal(
            f"starting a worker at {self.origin}",
            expected="no run of its own at this practice",
            found=f"{holder} is at work there, and shares it with nobody",
            next_step="wait until it ends, or stop it; then start the worker again",
        )

    def is_used(self, holder: str) -> Refusal:
        """The refusal of a second worker with the same account."""
        return Refusal(
            f"starting a worker at {self.origin}",
            expected="an account that no other worker uses",
            found=f"the account {self.name!r} is used by {holder}; a second sign-in would end the "
            "first",
            next_step="give this worker an account of its own (UNDO_WRITEOFF_USERNAME)",
        )

    def too_many(self, most: int) -> Refusal:
        """The refusal of a worker beyond those that the site profile allows."""
        return Refusal(
            f"starting a worker at {self.origin}",
            expected=f"at most {most} workers there, as its site profile says (workers)",
            found=f"{most} at work already",
            next_step="let them do it, or change that line of the profile",
        )
