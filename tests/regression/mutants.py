"""The suite over every changed release: bugs are caught, harmless changes are not.

    make qa-mutants
    make qa-mutants ARGS="write-off-kept banner-added --site soup"

A bug counts as caught when the test whose name tells it fails, and that test passes at the release
without it; a harmless change must leave every test of the suite passing. Harmless changes are tried
all at once; where that breaks a test, they are halved until the one is found that does. The
sandbox's skins take turns; the releases of the foreign practices are tried at each of them.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table

from tests.foreign import releases as foreign
from tests.regression.releases.bugs import BUGS
from tests.regression.releases.table import RELEASES
from tests.regression.running import FOREIGN, SITES, TWO, Ran, at_release, at_releases

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
    "list-birth-date-off": "test_patients_list_shows_the_birth_date",
    "wrong-chart-opened": "test_search_opens_the_chart_of_the_patient",
    "chart-birth-date-off": "test_search_opens_the_chart_of_the_patient",
    "default-lists-inactive": "test_patients_page_opens_without_inactive_patients",
    "numbers-not-searched": "test_search_finds_a_patient_by_account_number",
    "page-row-lost": "test_all_items_has_every_page",
    "page-row-twice": "test_all_items_has_every_page",
    "total-wrong": "test_all_items_has_every_page",
    "filter-omits-open": "test_all_items_holds_all_that_the_usual_view_has",
    "filter-omits-paid": "test_all_items_holds_paid_items",
    "default-omits-partly-paid": "test_default_view_lists_what_is_open",
    "default-shows-paid": "test_default_view_leaves_paid_items_out",
    "default-shows-payments": "test_default_view_leaves_payments_out",
    "paid-says-written-off": "test_status_fits_the_balance",
    "zero-says-paid": "test_zero_responsibility_looks_written_off_without_its_mark",
    "paid-gets-mark": "test_only_write_offs_carry_the_mark",
    "write-off-unmarked": "test_write_off_has_its_mark",
    "row-method-wrong": "test_table_tells_the_method_of_each_date",
    "autopay-icon-missing": "test_autopay_is_shown_for_an_enrolled_patient",
    "autopay-icon-everywhere": "test_autopay_is_shown_for_nobody_else",
    "summary-balance-wrong": "test_patient_balance_is_the_sum_of_the_rows",
    "rate-changed": "test_other_fields_stay",
    "claim-resubmitted": "test_insurance_status_stays",
    "other-patient-updated": "test_no_other_patient_moves",
    "both-sessions-saved": "test_right_session_of_two_is_changed",
    "write-off-moves": "test_no_other_date_of_service_moves",
    "balance-ignores-payments": "test_balance_of_a_partly_paid_date_is_less_what_was_paid",
    "old-amount-restored": "test_balance_is_what_was_entered_to_the_cent",
    "history-swapped": "test_history_tab_shows_both_saves",
    "history-second-missing": "test_history_tab_shows_both_saves",
    "copay-does-not-block": "test_stored_copay_stands_in_the_way_of_a_reset",
    "deductible-lost": "test_changed_copay_leaves_the_rest_of_the_policy_alone",
    "copay-rewrites-fixed": "test_copay_put_back_leaves_the_fixed_date_alone",
    "autopay-enrolled-by-save": "test_no_card_is_charged_or_enrolled",
    "field-of-another-method": "test_date_of_service_opens_with_its_own_amounts",
    "dialog-forgets-write-off": "test_date_of_service_opens_with_its_own_amounts",
    "payment-to-oldest": "test_payment_goes_to_the_date_it_is_for",
    "deleted-payment-counts": "test_deleted_payment_no_longer_counts",
    "write-off-ticked": "test_payment_form_opens_with_no_write_off_ticked",
    "newest-paid-first": "test_payment_goes_to_the_oldest_date_by_itself",
    "activity-log-other-patient": "test_activity_log_names_the_patient",
    "activity-log-for-everybody": "test_activity_log_of_others_is_for_administrators",
    "assigned-changes-method": "test_assigned_biller_does_not_change_the_method",
    "statement-omits-reopened": "test_statement_shows_the_reopened_balance",
    "statement-keeps-write-off": "test_statement_shows_the_reopened_balance",
    "biller-not-all": "test_biller_bills_every_patient",
    "clinician-edits-settings": "test_clinician_does_not_edit_the_copay",
}
"""The test that must catch each bug of the sandbox; the foreign table names its own."""


@dataclass(frozen=True)
class Row:
    """A release at a site; `by` is the test that must fail, "" for a harmless change."""

    site: str
    name: str
    by: str = ""


def rows() -> list[Row]:
    """List every release: the sandbox's at one skin each, in turn, foreign ones at each look."""
    ours = [
        Row(SITES[number % len(SITES)], each.name, CAUGHT_BY[each.name] if each in BUGS else "")
        for number, each in enumerate(RELEASES)
    ]
    theirs = [Row(look, each.name, each.caught_by) for look in FOREIGN for each in foreign.RELEASES
              if look in each.looks]  # fmt: skip
    return ours + theirs


Result = tuple[Row, bool, str]
"""A release, whether it went as it must, and how it went."""


def hunted(site: str, bugs: Sequence[Row]) -> list[Result]:
    """Try the bugs of one site: each has to be caught by its test, which passes without it."""
    ends = at_releases(site, [(row.name, row.by) for row in bugs]) if bugs else {}
    return [(row, *verdict(row, ends[row.name], ends[""])) for row in bugs]


def verdict(row: Row, found: Ran, without: Ran) -> tuple[bool, str]:
    """Tell whether a bug was caught by its test, which passed without it, and how it went."""
    usual = [name for name in without.passed if name.startswith(row.by)]
    broken = [name for name in without.bad if name.startswith(row.by)]
    caught = any(name.startswith(row.by) for name in found.bad)
    good = caught and bool(usual) and not broken
    says = f"{row.by}: with it {found.bad or 'passes'}, without {broken or usual or 'not run'}"
    return good, row.by if good else says


def left_alone(site: str, changes: Sequence[Row], *chosen: str) -> Iterator[Result]:
    """Try harmless changes together; halve them when a test fails, down to the one that breaks it.

    A test that also fails without the changes says nothing about them.
    """
    side_by_side = TWO if site in SITES else ()  # elsewhere one sign-in ends another
    found = at_release(site, "+".join(row.name for row in changes), *side_by_side, *chosen)
    good = bool(found.passed) and not found.bad
    if good or len(changes) == 1:
        beside = f" beside {len(changes) - 1} others" if len(changes) > 1 else ""
        says = f"{len(found.passed)} passed{beside}" if good else f"BROKEN: {found.bad}"
        yield from ((row, good, says) for row in changes)
        return
    print(f"{site}: {len(changes)} changes together break {found.bad}", flush=True)
    half = len(changes) // 2
    for part in (changes[:half], changes[half:]):
        yield from left_alone(site, part, *chosen)


def tried(picked: Sequence[Row]) -> Iterator[Result]:
    """Try releases site by site: the bugs in one run, the harmless changes in another."""
    for site in (*SITES, *FOREIGN):
        here = [row for row in picked if row.site == site]
        yield from hunted(site, [row for row in here if row.by])
        if changes := [row for row in here if not row.by]:
            yield from left_alone(site, changes)


def chosen(names: Sequence[str], sites: Sequence[str], only: str) -> list[Row]:
    """Choose releases by name, by site and by kind; an empty choice means all."""
    kinds = {"bugs": [True], "changes": [False]}.get(only, [True, False])
    return [row for row in rows() if row.name in (names or [row.name])
            and row.site in (sites or [row.site]) and bool(row.by) in kinds]  # fmt: skip


def hunt(console: Console, picked: Sequence[Row]) -> int:
    """Try the releases and print the table with the counts; return 1 unless all went well."""
    table = Table(title="changed releases of the sandbox and of the foreign practices")
    for column in ("release", "kind", "site", "", "by"):
        table.add_column(column)
    counts = {False: [0, 0], True: [0, 0]}
    for row, good, says in tried(picked):
        counts[not row.by][0] += good
        counts[not row.by][1] += 1
        word = ("caught" if good else "MISSED") if row.by else ("left alone" if good else "BROKEN")
        console.print(f"{row.site}, {row.name}: {word} ({says})", markup=False)
        table.add_row(row.name, "bug" if row.by else "harmless", row.site, word, says)
    console.print(table)
    bugs, changes = counts[False], counts[True]
    console.print(f"bugs caught: {bugs[0]} of {bugs[1]}")
    console.print(f"harmless changes breaking a test: {changes[1] - changes[0]} of {changes[1]}")
    return 0 if bugs[0] == bugs[1] and changes[0] == changes[1] else 1


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="only these releases")
    parser.add_argument("--site", action="append", default=[], choices=[*SITES, *FOREIGN],
                        help="only at this site; may be repeated")  # fmt: skip
    parser.add_argument("--only", choices=["bugs", "changes"], default="")
    told = parser.parse_args()
    sys.exit(hunt(Console(width=150), chosen(told.names, told.site, told.only)))
