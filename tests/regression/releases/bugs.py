"""The table of bugs that a regression suite must catch.

A bug is a line in the sandbox beside the rule that it breaks, which asks `practice.has(name)`;
anything else that it changes is in its row.
"""

from __future__ import annotations

from automation.sandbox.release import Release

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
    Release("list-birth-date-off", "The list of patients shows birth dates a day late."),
    Release("wrong-chart-opened", "A click on a patient opens the chart of the one before."),
    Release("chart-birth-date-off", "The chart's header shows another birth date than the list."),
    Release("default-lists-inactive", "The usual Filter, Active, lists inactive patients, too."),
    Release("numbers-not-searched", "The search finds nobody by account or insurance number."),
    Release("page-row-lost", "Each page of a table but the first begins one row too late."),
    Release("page-row-twice", "Each page of a table but the first begins one row too early."),
    Release("total-wrong", "Tables say that they have two rows more than they have."),
    Release("filter-omits-open", "All Items leaves out what is open."),
    Release("filter-omits-paid", "All Items leaves out what is paid."),
    Release(
        "default-omits-partly-paid", "Open Items, the usual filter, omits what is partly paid."
    ),
    Release("default-shows-paid", "Open Items, the usual filter, also lists what is paid."),
    Release("default-shows-payments", "Open Items, the usual filter, also lists payments."),
    Release("paid-says-written-off", "What is paid has the status of a write-off."),
    Release("zero-says-paid", "A visit of zero responsibility has the status Paid."),
    Release("paid-gets-mark", "What is paid has the asterisk and the tooltip of a write-off."),
    Release("write-off-unmarked", "A write-off has neither asterisk nor tooltip in its row."),
    Release("row-method-wrong", "The table says In Network of every date of service."),
    Release("autopay-icon-missing", "An enrolled patient's AutoPay icon is not shown."),
    Release(
        "autopay-icon-everywhere",
        "Every patient shows the AutoPay icon.",
        faults=("autopay-icon",),
    ),
    Release("summary-balance-wrong", "The Patient Balance leaves out what is partly paid."),
    Release("rate-changed", "Saving an insured date of service raises its Rate."),
    Release("claim-resubmitted", "Saving a date of service sets its claim to Pending Resubmit."),
    Release("other-patient-updated", "A Save is stored for another patient of that name, too."),
    Release("both-sessions-saved", "A Save is stored in the other session of that date, too."),
    Release("write-off-moves", "A write-off that is cleared goes to another date of service."),
    Release("balance-ignores-payments", "A saved date of service owes again what was paid."),
    Release(
        "old-amount-restored",
        "The Save after a reset stores the amount from before it, whatever was entered.",
    ),
    Release("history-swapped", "The History tab has before and after the other way round."),
    Release("history-second-missing", "The History tab gets a line for the reset only."),
    Release("copay-does-not-block", "A stored copay no longer takes the place of a zero."),
    Release("deductible-lost", "Saving a policy's form clears its Deductible."),
    Release(
        "copay-rewrites-fixed",
        "A copay that is put back also goes into the dates of service saved meanwhile.",
    ),
    Release("autopay-enrolled-by-save", "Saving a date of service enrolls the patient in AutoPay."),
    Release(
        "field-of-another-method",
        "Out-of-network the dialog has the field Pt Amt in the place of Coverage.",
    ),
    Release("dialog-forgets-write-off", "The dialog's balance leaves the write-off out."),
    Release("payment-to-oldest", "A payment goes to the oldest visit, whatever was allocated."),
    Release("deleted-payment-counts", "A deleted payment still counts for what it had paid."),
    Release("write-off-ticked", "Enter Patient Payment opens with every Write-Off ticked."),
    Release("newest-paid-first", "Enter Patient Payment gives the money to the newest visit."),
    Release("activity-log-other-patient", "The activity log names another patient."),
    Release("activity-log-for-everybody", "Everybody reads everybody's lines of the activity log."),
    Release(
        "assigned-changes-method",
        "The Biller for Assigned Patients Only may change the Method.",
    ),
    Release("statement-omits-reopened", "A statement leaves out what was saved by hand."),
    Release("statement-keeps-write-off", "A statement still writes off what was reopened."),
    Release("biller-not-all", "A Practice Biller has no billing tab of one clinician's patients."),
    Release(
        "clinician-edits-settings",
        "A Clinician without a billing role is offered Edit of an insurance policy.",
    ),
)
