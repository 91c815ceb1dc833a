"""What a vendor's release could bring, a row each; one bug, or several harmless changes, at a time.

Bugs are what a regression suite must catch; harmless changes are what must not trouble it, since
a person who reads the words and where they stand does the same work. The bugs are in
`release_rows`; the harmless changes stand here.
"""

from __future__ import annotations

from typing import Any

from . import dressing, layouts, wording
from .markup import Element
from .release_rows import BUGS, Release

AS_BEFORE = Release()


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
    _harmless("dates-padded", "Dates are written 03/04/2026.", reshape=dressing.dates_padded),
    _harmless(
        "money-without-sign", "Amounts have no dollar sign.", reshape=dressing.money_without_sign
    ),
    _harmless(
        "minus-for-negative",
        "Negative amounts have a minus in the place of parentheses.",
        reshape=dressing.minus_for_negative,
    ),
    _harmless(
        "status-in-capitals",
        "The status of a write-off is written in capitals.",
        reshape=dressing.status_in_capitals,
    ),
    _harmless(
        "names-in-capitals",
        "Patients' names are written in capitals.",
        reshape=dressing.names_in_capitals,
    ),
    _harmless("more-rows-a-page", "Tables show 50 rows a page."),
    _harmless(
        "columns-removed",
        "Columns that the path does not need are gone.",
        reshape=dressing.columns_removed,
    ),
    _harmless("tabs-added", "Charts and dialogs have new tabs.", reshape=dressing.tabs_added),
    _harmless("fields-added", "Dialogs have new fields.", reshape=dressing.fields_added),
    _harmless("help-tips", "Labels have tooltips.", reshape=dressing.help_tips),
    _harmless("captions", "Tables have a line of words over them.", reshape=dressing.captions),
    _harmless(
        "payments-other-blue",
        "Payments have another light blue.",
        reshape=dressing.payments_other_blue,
    ),
    _harmless(
        "print-buttons", "Each row has a button to print it.", reshape=dressing.print_buttons
    ),
    _harmless(
        "totals-row", "The transactions end with a line of totals.", reshape=dressing.totals_row
    ),
    _harmless(
        "accounting-as-buttons",
        "The links of Patient Accounting are buttons.",
        reshape=dressing.accounting_as_buttons,
    ),
    _harmless("hints", "Boxes for amounts have a hint below them.", reshape=dressing.hints),
    _harmless("breadcrumbs", "Each page says where it stands.", reshape=dressing.breadcrumbs),
    _harmless(
        "menu-moved",
        "The main menu has another order and a new entry.",
        reshape=dressing.menu_moved,
    ),
    _harmless(
        "filter-choices-added",
        "The filter of transactions has one more choice.",
        reshape=dressing.filter_choices_added,
    ),
    _harmless("banner-reworded", "The banner after a Save has other words."),
    _harmless("no-banner", "No banner follows a Save.", faults=("save-without-banner:every",)),
)

RELEASES = BUGS + HARMLESS
BY_NAME = {release.name: release for release in (AS_BEFORE, *RELEASES)}


class UnknownRelease(ValueError):
    """Nobody knows a release of that name."""


def named(name: str) -> Release:
    """Return a release by its name, or harmless ones whose names are joined by + as one release.

    The empty name is the practice as it always was. Raises UnknownRelease.
    """
    rows = [_row(each) for each in name.split("+")]
    if len(rows) == 1:
        return rows[0]
    if bugs := [row.name for row in rows if not row.harmless]:
        raise UnknownRelease(f"only harmless changes go together, and {bugs[0]} is none")

    def reshape(page: Element) -> None:
        for row in rows:
            if row.reshape is not None:
                row.reshape(page)

    return Release(
        name,
        " ".join(row.says for row in rows),
        harmless=True,
        faults=tuple(fault for row in rows for fault in row.faults),
        later_ms=sum(row.later_ms for row in rows),
        reshape=reshape,
    )


def _row(name: str) -> Release:
    if name not in BY_NAME:
        known = ", ".join(release.name for release in RELEASES)
        raise UnknownRelease(f"no release is called {name!r}; known: {known}")
    return BY_NAME[name]


def listing(active: str) -> list[dict[str, Any]]:
    """Return the whole table and which row of it is on, for the control address."""
    return [
        {
            "name": r.name,
            "says": r.says,
            "harmless": r.harmless,
            "active": r.name in active.split("+"),
        }
        for r in RELEASES
    ]
