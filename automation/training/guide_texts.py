"""The guide's texts: why each step of the fix is done, warnings, and readers' questions.

Sources: the help article named in the flow, and the comments under
https://support.therapynotes.com/hc/en-us/articles/200259975-How-To-Undo-Client-Balance-Write-off
"""

from __future__ import annotations

from automation.flow import Flow, named

WHY = {
    "patient": (
        "Search by surname alone, with the filter on Any: a patient with an old balance may not be "
        "active any more. Compare name and birth date before you open the chart."
    ),
    "copay-read": (
        "A copay that is stored here takes the place of the 0 that you enter later, and the "
        "write-off stays. Note what it is before you begin."
    ),
    "all-items": (
        "The list opens without what is written off and without payments. All Items shows them."
    ),
    "date": (
        "Click the date in the white row of the session; rows in light blue are payments. A real "
        "write-off has an asterisk in its row and an amount that was owed."
    ),
    "copay-aside": (
        "Set aside for the time of the fix only. Other dates of service keep their amounts."
    ),
    "copay-aside-seen": "Only a chart that was loaded again shows what is really stored.",
    "reset": (
        "Saving 0 takes the write-off away. The date of service still looks written off then, "
        "because a patient who owes nothing looks the same."
    ),
    "date-again": (
        "The window closed with the first Save. Open it again and see that the 0 stands there."
    ),
    "correct": (
        "Why twice: the first Save takes the write-off away, the second one says what the patient "
        "owes. Between the two the amount is wrong, so never stop there."
    ),
    "copay-back": (
        "Why it must come back: every new date of service takes its copay from here. One that is "
        "forgotten at 0 costs money with each visit."
    ),
    "copay-back-seen": (
        "Look once more: a copay counts as given back when a freshly loaded chart shows it."
    ),
    "fresh-chart": "What stands in the row now comes from the practice's records.",
    "open-again": (
        "The amount is the one you entered, the asterisk is gone, and the status is not the one "
        "of a write-off."
    ),
    "history": "The History tab lists both Saves, from what to what and by whom.",
}
"""Why each step is done, by the step's key."""

WARNINGS = (
    "Zero responsibility: where the patient owes $0 the row looks written off, but nothing is. It "
    "has no asterisk. Leave it alone; there is nothing to undo.",
    "AutoPay: a patient who is enrolled has an icon beside the balance. Their card is charged for "
    "every open balance in the next night, with no further click. Ask before you reopen one.",
    "Role: only a Practice Biller, or a Biller for Assigned Patients Only with a patient of "
    "theirs, sees the billing tab.",
)

QUESTIONS = (
    (
        "It worked for several sessions and sticks on one.",
        "Look for the asterisk. Without it that session was never written off: the patient owes "
        "$0 there, and that looks the same.",
    ),
    (
        "It does not work for me either.",
        "Look at Billing Settings. A copay above $0 that is stored there comes back in place of "
        "your 0. Set it to $0, do both Saves, and give it back.",
    ),
    (
        "I set the copay to $0. What now?",
        "Give it back at once, also when the fix did not work, and see on a freshly loaded chart "
        "that it is there.",
    ),
    (
        "I was signed out between the two Saves.",
        "Sign in again and open the date of service: if 0 stands there, enter the correct amount "
        "and save. Then look at the copay.",
    ),
)
"""Questions asked in the article's comments, and the answers."""

NEXT_FLOWS = ("enter_patient_payment", "apply_credit")


def why(key: str) -> str:
    """Return why the step with this key is done; "" for a step without an explanation."""
    return WHY.get(key, "")


def next_steps() -> list[Flow]:
    """Return the flows that follow on a reopened balance: the articles to read next."""
    return [named(name) for name in NEXT_FLOWS]
