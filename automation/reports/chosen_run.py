"""Finds the run that a report is about."""

from __future__ import annotations

from automation.errors import UsageProblem
from automation.journal.journal import Journal, RunRow


def run_of(journal: Journal, number: int) -> RunRow:
    """One run by its number, 0 for the latest. Raises UsageProblem when there is none."""
    latest = journal.runs(limit=1)
    if latest and number == 0:
        return latest[0]
    try:
        return journal.run(number)
    except LookupError as error:
        raise UsageProblem(
            "looking for the run",
            expected=f"a number up to {latest[0].id}" if latest else "a journal with a run in it",
            found=str(number) if latest else "none yet",
            next_step="name a run, or leave it out for the latest",
        ) from error


def is_plan(run: RunRow) -> bool:
    """Return whether a run only looked at the charts and planned."""
    return bool(run.arguments.get("dry_run"))
