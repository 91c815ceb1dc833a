"""The table of harmless changes, which must not break a regression suite.

A person who reads the words, and sees where they are, does the same work with and without them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from automation.sandbox.release import Release

from . import dressing, layouts, markup, wording
from .markup import Element

STYLES = (Path(__file__).parent / "releases.css").read_text(encoding="utf-8")


@dataclass(frozen=True)
class Change(Release):
    """A release that changes how pages are built, but nothing that a person relies on."""

    change: Callable[[Element], None] | None = None

    def reshape(self, html: str) -> str:
        """Return a page, or a part of one, with the change made."""
        if self.change is None:
            return html
        page = markup.read(html)
        for head in page.all(lambda one: one.tag == "head"):
            head.children.append(Element("style", {}, [STYLES]))
        self.change(page)
        return markup.write(page)


HARMLESS = (
    Change(
        "class-names-shuffled",
        "All classes have names that tell nothing.",
        change=wording.class_names,
    ),
    Change("ids-shuffled", "All ids are others on each page.", change=wording.ids),
    Change(
        "extra-wrappers",
        "Further elements stand around cells, fields and buttons.",
        change=layouts.extra_wrappers,
    ),
    Change(
        "columns-reordered",
        "The columns of transactions and patients stand in another order.",
        change=layouts.columns_reordered,
    ),
    Change(
        "columns-added",
        "New columns stand between those of transactions and patients.",
        change=layouts.columns_added,
    ),
    Change(
        "save-moved", "Save Changes stands at the top of its dialog.", change=layouts.save_moved
    ),
    Change("banner-added", "A banner with news stands on every page.", change=layouts.banner_added),
    Change(
        "icons-in-buttons",
        "Signs and drawings stand beside the words of buttons and tabs.",
        change=wording.icons,
    ),
    Change(
        "tables-as-grid",
        "Tables are grids of plain elements in every skin.",
        change=layouts.tables_as_grid,
    ),
    Change(
        "letter-case",
        "Labels are written small, buttons, tabs and headings in capitals.",
        change=wording.letter_case,
    ),
    Change(
        "spacing",
        "Labels have other spaces and line breaks between their words, and colons behind them.",
        change=wording.spacing,
    ),
    Change("slower-answers", "Every answer comes 400 ms later.", later_ms=400),
    Change(
        "announcement",
        "An announcement covers each chart page until Got it is pressed.",
        faults=("announcement",),
    ),
    Change(
        "larger-letters",
        "Pages are dark and in much larger letters.",
        faults=("large-font", "dark"),
    ),
    Change("rows-oldest-first", "The rows of tables stand the other way round."),
    Change(
        "fields-in-two-columns",
        "The fields of dialogs stand in two columns and in another order.",
        change=layouts.two_columns,
    ),
    Change(
        "footer-links",
        "New links and a button for help stand below each page.",
        change=layouts.footer_links,
    ),
    Change("dates-padded", "Dates are written 03/04/2026.", change=dressing.dates_padded),
    Change(
        "money-without-sign", "Amounts have no dollar sign.", change=dressing.money_without_sign
    ),
    Change(
        "minus-for-negative",
        "Negative amounts have a minus in the place of parentheses.",
        change=dressing.minus_for_negative,
    ),
    Change(
        "status-in-capitals",
        "The status of a write-off is written in capitals.",
        change=dressing.status_in_capitals,
    ),
    Change(
        "names-in-capitals",
        "Patients' names are written in capitals.",
        change=dressing.names_in_capitals,
    ),
    Change("more-rows-a-page", "Tables show 50 rows a page."),
    Change(
        "columns-removed",
        "Columns that the path does not need are gone.",
        change=dressing.columns_removed,
    ),
    Change("tabs-added", "Charts and dialogs have new tabs.", change=dressing.tabs_added),
    Change("fields-added", "Dialogs have new fields.", change=dressing.fields_added),
    Change("help-tips", "Labels have tooltips.", change=dressing.help_tips),
    Change("captions", "Tables have a line of words over them.", change=dressing.captions),
    Change(
        "payments-other-blue",
        "Payments have another light blue.",
        change=dressing.payments_other_blue,
    ),
    Change("print-buttons", "Each row has a button to print it.", change=dressing.print_buttons),
    Change("totals-row", "The transactions end with a line of totals.", change=dressing.totals_row),
    Change(
        "accounting-as-buttons",
        "The links of Patient Accounting are buttons.",
        change=dressing.accounting_as_buttons,
    ),
    Change("hints", "Boxes for amounts have a hint below them.", change=dressing.hints),
    Change("breadcrumbs", "Each page says where it stands.", change=dressing.breadcrumbs),
    Change(
        "menu-moved",
        "The main menu has another order and a new entry.",
        change=dressing.menu_moved,
    ),
    Change(
        "filter-choices-added",
        "The filter of transactions has one more choice.",
        change=dressing.filter_choices_added,
    ),
    Change("banner-reworded", "The banner after a Save has other words."),
    Change("no-banner", "No banner follows a Save.", faults=("save-without-banner:every",)),
)
