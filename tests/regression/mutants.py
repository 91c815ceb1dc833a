"""The suite over every changed release of the sandbox: bugs are caught, harmless changes are not.

    make qa-mutants

A bug counts as caught when the test whose name tells it fails, and that test passes at the release
without it; a harmless change must leave every test of the suite passing. Each skin takes its turn.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from automation.embedded import sandbox
from tests.regression.running import SITES, TWO, ran

CAUGHT_BY = {
    "filter-omits-written-off": "test_all_items_holds_written_off_items",
    "filter-omits-payments": "test_all_items_holds_payments",
    "default-shows-closed": "test_default_view_leaves_written_off_items_out",
    "save-does-nothing": "test_reset_then_correct_amount_opens_the_balance",
    "cents-rounded": "test_balance_is_what_was_entered_to_the_cent",
    "wrong-date-updated": "test_no_other_date_of_service_moves",
    "copay-not-stored": "test_changed_copay_is_stored",
    "copay-rewrites-dates": "test_changed_copay_leaves_other_dates_of_service_alone",
    "balance-not-recomputed": "test_balance_is_what_was_entered_to_the_cent",
    "coverage-sign-turned": "test_patient_amount_follows_from_its_field",
    "write-off-kept": "test_reset_takes_the_write_off_away",
    "other-session-opened": "test_session_clicked_is_the_session_opened",
    "clinician-bills": "test_clinician_does_not_bill",
    "scheduler-bills": "test_scheduler_does_not_bill",
    "assigned-locked-out": "test_assigned_biller_bills_assigned_patients",
    "assigned-bills-all": "test_assigned_biller_does_not_bill_other_patients",
    "history-missing": "test_history_tab_shows_both_saves",
    "activity-log-missing": "test_activity_log_has_a_line_for_each_save",
    "date-a-day-off": "test_dates_are_the_calendar_days_of_the_visits",
    "labels-swapped": "test_date_of_service_opens_with_its_own_amounts",
    "double-posting": "test_double_click_on_save_payment_posts_once",
    "next-page-lost": "test_all_items_has_every_page",
    "zero-gets-asterisk": "test_zero_responsibility_looks_written_off_without_its_mark",
    "payment-not-counted": "test_payment_lowers_the_reopened_balance",
    "credit-lost": "test_unassigned_credit_is_created_and_shown",
    "apply-credit-lost": "test_unassigned_credit_is_applied_to_the_reopened_balance",
    "policy-end-cleared": "test_changed_copay_leaves_the_rest_of_the_policy_alone",
    "payment-dropped": "test_payments_stay",
    "method-changed": "test_method_stays",
    "namesake-hidden": "test_patients_of_one_name_are_all_listed",
    "inactive-hidden": "test_inactive_patient_is_found",
}
"""Which test tells of each bug by its name."""


def releases() -> list[dict[str, object]]:
    """Ask the sandbox for its table of changed releases."""
    with sandbox() as running:
        table: list[dict[str, object]] = running.control("releases")
    return table


def hunted(site: str, bug: str) -> tuple[bool, str]:
    """Tell whether a bug is caught by its test, which passes without it; and how it went."""
    name = CAUGHT_BY[bug]
    found = ran(site, "-k", name, f"--sandbox-release={bug}")
    without = ran(site, "-k", name)
    caught = any(each.startswith(name) for each in found.bad)
    good = caught and bool(without.passed) and not without.bad
    says = name if good else f"{name}: with it {found.bad or 'passes'}, without {without.bad}"
    return good, says


def left_alone(site: str, change: str, *chosen: str) -> tuple[bool, str]:
    """Tell whether every test passes in spite of a harmless change; and how it went."""
    found = ran(site, *TWO, f"--sandbox-release={change}", *chosen)
    good = bool(found.passed) and not found.bad
    return good, f"{len(found.passed)} passed" + (f", BROKEN: {found.bad}" if found.bad else "")


def hunt(console: Console, names: Sequence[str]) -> int:
    """Go through the table, print it with the counts, and return 1 unless all is well."""
    table = Table(title="changed releases of the sandbox")
    for column in ("release", "kind", "site", "", "by"):
        table.add_column(column)
    counts = {False: [0, 0], True: [0, 0]}
    for number, row in enumerate(releases()):
        name, harmless, site = str(row["name"]), bool(row["harmless"]), SITES[number % len(SITES)]
        if names and name not in names:
            continue
        good, says = (left_alone if harmless else hunted)(site, name)
        counts[harmless][0] += good
        counts[harmless][1] += 1
        word = (
            ("left alone" if good else "BROKEN") if harmless else ("caught" if good else "MISSED")
        )
        console.print(f"{name}: {word} ({says})", markup=False)
        table.add_row(name, "harmless" if harmless else "bug", site, word, says)
    console.print(table)
    bugs, changes = counts[False], counts[True]
    console.print(f"bugs caught: {bugs[0]} of {bugs[1]}")
    console.print(f"harmless changes breaking a test: {changes[1] - changes[0]} of {changes[1]}")
    return 0 if bugs[0] == bugs[1] and changes[0] == changes[1] else 1


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="only these releases")
    sys.exit(hunt(Console(width=150), parser.parse_args().names))
