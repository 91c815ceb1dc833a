"""A changed release of the practice, by which tests bring in bugs and harmless changes.

A bug is a line beside the rule that it breaks, which asks `practice.has(name)`. The releases are
defined by the tests that use them; the practice itself has only the one without a name.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Release:
    """What a release changes; the one without a name changes nothing."""

    name: str = ""  # several are joined by +
    says: str = ""
    faults: tuple[str, ...] = ()  # faults of the table that this release switches on
    bills: tuple[str, ...] = ()  # users with exactly these roles may bill, too
    later_ms: int = 0

    def reshape(self, html: str) -> str:
        """Return a page, or a part of one, as this release shows it."""
        return html


AS_BEFORE = Release()
