"""A changed release of the practice: the seam by which tests bring bugs and harmless changes.

A bug is a line at the place of its rule, which asks `practice.has(name)`. Which releases there
are is known to whoever brings one; the practice itself has only the one without a name.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Release:
    """What a release changes; without a name the practice is as it always was."""

    name: str = ""  # several are joined by +
    says: str = ""
    faults: tuple[str, ...] = ()  # what `faults` already does, with this release for everybody
    bills: tuple[str, ...] = ()  # exactly these roles bill, too
    later_ms: int = 0

    def reshape(self, html: str) -> str:
        """Return a page, or a part of one, as this release shows it."""
        return html


AS_BEFORE = Release()
