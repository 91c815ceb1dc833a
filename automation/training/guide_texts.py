"""The texts of guide and film: what each step does and shows, why, warnings, and questions.

In the texts, `{name}` stands for a value of the recorded fix; see `facts`.

Sources: the help article named in the flow, and the comments under
https://support.therapynotes.com/hc/en-us/articles/200259975-How-To-Undo-Client-Balance-Write-off
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from automation.billing.money import dollars
from automation.flow import Flow, named
from automation.training.recording import PREFLIGHT, Act, Recording, Scene
from automation.training.words import Words

DOES = {
    "patient": "Open the patient's chart.",
    "copay-read": "Look whether a copay is stored.",
    "all-items": "Show all items.",
    "date": "Open the date of service.",
    "copay-aside": "Set the copay to 0 for now.",
    "copay-aside-seen": "Load the page again: the copay is 0.",
    "reset": "Enter 0 into {field} and save.",
    "date-again": "Open the same date of service again.",
    "correct": "Enter {amount} into {field} and save.",
    "copay-back": "Set the copay back to {copay}.",
    "copay-back-seen": "Load the page again: the copay is back.",
    "fresh-chart": "Load the chart again and find the row.",
    "open-again": "See that the balance is open.",
    "history": "See that the History tab has the changes.",
}
"""What a step does, by the step's key."""

SHOWS = {
    "patient": "The chart opens. Compare the name and the birth date.",
    "copay-read": "A copay of {copay} is stored here. Note it.",
    "all-items": "All Items is chosen: written-off dates of service are in the list now.",
    "date": "The asterisk marks the write-off of {written_off}. The balance is {balance_before}.",
    "copay-aside-seen": "The copay is $0.00 for now.",
    "reset": "The window is closed. The asterisk is gone.",
    "date-again": "{field} is 0, and there is no asterisk.",
    "correct": "The window is closed. The balance is {balance}.",
    "copay-back-seen": "The copay is {copay} again.",
    "fresh-chart": "The row has a balance of {balance} and no asterisk.",
    "open-again": "The balance is {balance}. It is open again.",
    "history": "The window is closed. The fix is done.",
}
"""What the picture after a step shows, by the step's key; not every step has one."""

LOOK_FIRST = "Look first"

NO_COPAY = "No copay is stored here. There is nothing to set aside."

PLACES = {
    "copay-read": ("copay",),
    "date": ("asterisk", "balance"),
    "copay-aside-seen": ("copay",),
    "reset": ("pt_amt",),
    "date-again": ("field",),
    "correct": ("balance",),
    "copay-back-seen": ("copay",),
    "fresh-chart": ("balance",),
    "open-again": ("balance",),
}
"""What is ringed on the picture after a step, by the step's key; "field" is the amount's own."""

ACTS = {
    "click": "Click {name}.",
    "date": "Click the date {name}.",
    "patient": "Click the patient's name, {name}.",
    "close": "Close the window.",
    "type": "Type {typed} into {name}.",
    "choose": "Choose {typed} in the list {name}.",
    "tick": "Click the box or button there.",
}
"""One sentence for each action."""

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

CLOSES = ("Close", "Cancel", "\N{MULTIPLICATION SIGN}")
"""Names of the control that closes a window."""

NEXT_FLOWS = ("enter_patient_payment", "apply_credit")


def why(key: str) -> str:
    """Return why the step with this key is done; "" for a step without an explanation."""
    return WHY.get(key, "")


def next_steps() -> list[Flow]:
    """Return the flows that follow on a reopened balance: the articles to read next."""
    return [named(name) for name in NEXT_FLOWS]


# Filled in ------------------------------------------------------------------------------------


def facts(recording: Recording) -> dict[str, str]:
    """Return the values of a recorded fix that the texts name, as the screen shows them."""
    receipt = recording.receipt
    before, now = receipt.before, receipt.after
    changing = next(scene for scene in recording.scenes if scene.step.key == "correct")
    typed = [act.sight.name for act in changing.acts if act.kind == "type"]
    return {
        "field": next(filter(None, typed), changing.step.values["field"]),
        "amount": changing.step.values["amount"],
        "copay": f"${receipt.copay.original}" if receipt.copay.original else "",
        "written_off": dollars(before.written_off) if before else "",
        "balance_before": dollars(before.balance) if before else "",
        "written_off_after": dollars(now.written_off) if now else "",
        "balance": dollars(now.balance) if now else "",
        "field_before": _of_field(before, receipt.field),
        "field_after": _of_field(now, receipt.field),
    }


def _of_field(amounts: object, name: str | None) -> str:
    """Return one of the three amounts, by the name of its field."""
    amount = getattr(amounts, name or "", None)
    return dollars(amount) if isinstance(amount, Decimal) else ""


def does(recording: Recording, scene: Scene, words: Words) -> str:
    """Return what a step does, in a sentence; the flow's own title for a step without one."""
    text = DOES.get(scene.step.key)
    if text is None:
        return words.title(scene.step)
    return _filled(text, scene, words, facts(recording))


def shows(recording: Recording, scene: Scene, words: Words) -> str:
    """Return what the picture after a step shows; "" for a step that is looked at later."""
    known, key = facts(recording), scene.step.key
    text = SHOWS.get(key, "")
    if key == "copay-read" and not known["copay"]:
        text = NO_COPAY
    return _filled(text, scene, words, known) if text else ""


def _filled(text: str, scene: Scene, words: Words, known: Mapping[str, str]) -> str:
    """Translate a text and fill it in; labels of the article become the site profile's."""
    return scene.step.own_words(words.say(text)).format(**known)


def chapter(recording: Recording, name: str, words: Words) -> str:
    """Return a chapter's name; where no copay is stored the first one does not speak of it."""
    if name == PREFLIGHT and not recording.receipt.copay.original:
        name = LOOK_FIRST
    return words.say(name)


def places(recording: Recording, key: str) -> list[str]:
    """Return the names of the places that are ringed on the picture after a step."""
    field = recording.receipt.field or ""
    return [field if name == "field" else name for name in PLACES.get(key, ())]


def sentence(act: Act, scene: Scene, words: Words) -> str:
    """Return one sentence that says what to click, type or choose."""
    name = act.sight.name
    kind = act.kind
    if kind == "click":
        if not name:
            kind = "tick"
        elif act.sight.key:
            kind = "date"
        elif name in CLOSES:
            kind = "close"
        elif scene.step.key == "patient" and "," in name:
            kind = "patient"
    return words.say(ACTS[kind], name=name, typed=act.text)
