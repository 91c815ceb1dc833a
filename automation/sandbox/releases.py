"""What a vendor's release could bring, a row each; one release, or none, is on at a time.

Bugs are what a regression suite must catch; harmless changes are what must not trouble it, since
a person who reads the words and where they stand does the same work. A bug lives as a line at
the place of its rule, which asks `practice.has(name)`; whatever else a row does stands in it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from . import layouts, wording
from .markup import Element


@dataclass(frozen=True)
class Release:
    """A row of the table; without a name it is the practice as it always was."""

    name: str = ""
    says: str = ""
    harmless: bool = False
    faults: tuple[str, ...] = ()  # what `faults` already does, with this release for everybody
    bills: tuple[str, ...] = ()  # exactly these roles bill, too
    later_ms: int = 0
    reshape: Callable[[Element], None] | None = None  # alters the pages, all at one place


AS_BEFORE = Release()

BUGS = (
    Release("filter-omits-written-off", "All Items leaves out the visits that are written off."),
    Release("filter-omits-payments", "All Items leaves out the payments."),
    Release(
        "default-shows-closed",
        "Open Items, the usual filter, also lists what is closed or written off, and payments.",
    ),
    Release(
        "save-does-nothing",
        "Save Changes of a date of service says saved and stores nothing.",
    ),
    Release(
        "cents-rounded",
        "Amounts that are saved are rounded to whole dollars.",
        faults=("cents-rounded:every",),
    ),
    Release(
        "wrong-date-updated",
        "A date of service is saved on another date of service of that chart.",
        faults=("wrong-visit-saved:every",),
    ),
    Release("copay-not-stored", "A policy's form says saved but keeps the old copay."),
    Release(
        "copay-rewrites-dates",
        "A changed copay also rewrites the Pt Amt of all other in-network dates of service,"
        " whoever set them, unless they are written off.",
    ),
    Release(
        "balance-not-recomputed",
        "Balance and status of a date of service stay as they were before its last save.",
    ),
    Release(
        "coverage-sign-turned",
        "Out-of-network the patient owes the Coverage, not the Rate less the Coverage.",
    ),
    Release("write-off-kept", "A save through zero no longer clears the write-off."),
    Release(
        "other-session-opened",
        "Where a date has two sessions, a click on either opens the other one.",
    ),
    Release(
        "clinician-bills",
        "A Clinician without a billing role has the billing tab and may use it.",
        bills=("Clinician",),
    ),
    Release(
        "scheduler-bills",
        "The Practice Scheduler has the billing tab and may use it.",
        bills=("Practice Scheduler",),
    ),
    Release(
        "assigned-locked-out",
        "The Biller for Assigned Patients Only has no billing tab, for nobody.",
    ),
    Release(
        "assigned-bills-all",
        "The Biller for Assigned Patients Only may bill patients of others, too.",
    ),
    Release("history-missing", "The History tab gets no line for a save."),
    Release("activity-log-missing", "The activity log gets no line for a date of service saved."),
    Release("date-a-day-off", "Charts show dates of service a day early."),
    Release(
        "labels-swapped",
        "In the dialog of an insured date of service Rate and the other amount have each other's"
        " label.",
    ),
    Release(
        "double-posting",
        "A payment whose Save Payment is pressed twice quickly is posted twice.",
        faults=("double-posting",),
    ),
    Release("next-page-lost", "Tables show their first page only and have no pager."),
    Release(
        "zero-gets-asterisk",
        "A visit of zero responsibility has the asterisk and the tooltip of a write-off.",
    ),
    Release(
        "payment-not-counted",
        "A saved payment does not lower the balance of the dates that it is allocated to.",
    ),
    Release(
        "credit-lost",
        "What of a payment is not allocated is no Unassigned Credit and cannot be applied.",
    ),
    Release("apply-credit-lost", "Apply Credit says saved and applies nothing."),
    Release("policy-end-cleared", "Saving a policy's form sets another end date of its Coverage."),
    Release(
        "payment-dropped",
        "Saving a date of service takes off it what was allocated of payments.",
    ),
    Release("method-changed", "Saving a date of service changes its Method."),
    Release("namesake-hidden", "A search shows only the first of the patients of one name."),
    Release("inactive-hidden", "The Filter Any leaves out inactive patients."),
)


def _harmless(name: str, says: str, **effect: Any) -> Release:
    return Release(name, says, harmless=True, **effect)


HARMLESS = (
    _harmless(
        "class-names-shuffled",
        "All classes have names that tell nothing.",
        reshape=wording.class_names,
    ),
    _harmless("ids-shuffled", "All ids are others on each page.", reshape=wording.ids),
    _harmless(
        "extra-wrappers",
        "Further elements stand around cells, fields and buttons.",
        reshape=layouts.extra_wrappers,
    ),
    _harmless(
        "columns-reordered",
        "The columns of transactions and patients stand in another order.",
        reshape=layouts.columns_reordered,
    ),
    _harmless(
        "columns-added",
        "New columns stand between those of transactions and patients.",
        reshape=layouts.columns_added,
    ),
    _harmless(
        "save-moved", "Save Changes stands at the top of its dialog.", reshape=layouts.save_moved
    ),
    _harmless(
        "banner-added", "A banner with news stands on every page.", reshape=layouts.banner_added
    ),
    _harmless(
        "icons-in-buttons",
        "Signs and drawings stand beside the words of buttons and tabs.",
        reshape=wording.icons,
    ),
    _harmless(
        "tables-as-grid",
        "Tables are grids of plain elements in every skin.",
        reshape=layouts.tables_as_grid,
    ),
    _harmless(
        "letter-case",
        "Labels are written small, buttons, tabs and headings in capitals.",
        reshape=wording.letter_case,
    ),
    _harmless(
        "spacing",
        "Labels have other spaces and line breaks between their words, and colons behind them.",
        reshape=wording.spacing,
    ),
    _harmless("slower-answers", "Every answer comes 400 ms later.", later_ms=400),
    _harmless(
        "announcement",
        "An announcement covers each chart page until Got it is pressed.",
        faults=("announcement",),
    ),
    _harmless(
        "larger-letters",
        "Pages are dark and in much larger letters.",
        faults=("large-font", "dark"),
    ),
    _harmless("rows-oldest-first", "The rows of tables stand the other way round."),
    _harmless(
        "fields-in-two-columns",
        "The fields of dialogs stand in two columns and in another order.",
        reshape=layouts.two_columns,
    ),
    _harmless(
        "footer-links",
        "New links and a button for help stand below each page.",
        reshape=layouts.footer_links,
    ),
)

RELEASES = BUGS + HARMLESS
BY_NAME = {release.name: release for release in (AS_BEFORE, *RELEASES)}


class UnknownRelease(ValueError):
    """Nobody knows a release of that name."""


def named(name: str) -> Release:
    """Return a release by its name; the empty name is the practice as it always was."""
    if name not in BY_NAME:
        known = ", ".join(release.name for release in RELEASES)
        raise UnknownRelease(f"no release is called {name!r}; known: {known}")
    return BY_NAME[name]


def listing(active: str) -> list[dict[str, Any]]:
    """Return the whole table and which row of it is on, for the control address."""
    return [
        {"name": r.name, "says": r.says, "harmless": r.harmless, "active": r.name == active}
        for r in RELEASES
    ]
