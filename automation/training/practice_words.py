"""Every text of the practice room in English; `Words` translates them."""

from __future__ import annotations

STEPS = {
    "patient": "Patients > the patient",
    "copay-aside": "Billing Settings > Edit > 0 into Copay > Save Changes",
    "all-items": "{billing} > All Items",
    "date": "Click the date of service",
    "reset": "0 into {field} > Save Changes",
    "date-again": "Click the date of service again",
    "amount": "The correct amount into {field} > Save Changes",
    "copay-back": "Billing Settings > Edit > the old copay into Copay > Save Changes",
    "leave": "Leave it as it is: nothing to undo",
    "decide": "Decide: open it again, or leave it as it is",
}

HINTS = {
    "open-patients": "Press Patients in the main menu.",
    "search": "Type the name {name} into the search box, then press Search.",
    "pick": "Choose {name}, born {born}. Compare the birth date, not only the name.",
    "close": "This is not what you need now. Close it without saving.",
    "settings": "A copay is stored, and it takes the place of your 0. Open Billing Settings to set "
    "it aside first.",
    "settings-back": "The copay is not what it was. Open Billing Settings to give it back.",
    "edit": "Press Edit beside the insurance policy.",
    "copay-zero": "Remember the Copay, {copay}, for later. Then type 0 into Copay.",
    "copay-old": "Type the old copay, {copay}, into Copay.",
    "save": "Press Save Changes.",
    "billing": "Press the tab {billing}.",
    "all-items": "Choose All Items. Until then only open items are listed, and a written-off date "
    "is not one of them.",
    "date": "Click the date {date} ({time}). It is a link in the table.",
    "reset": "Type 0 into {field}.",
    "amount": "Type {enter} into {field}.",
    "amount-coverage": "Type {enter} into Coverage. The patient owes Rate less Coverage: {rate} "
    "less that is {owes}.",
    "undo-typing": "You typed into another box than {field}. Close the dialog without saving.",
    "finish": "All is done. Press “I am done”.",
    "nothing": "Look at what the patient owes and at the words written off. Nothing is written off "
    "here, so press “Nothing to undo here”.",
    "restore": "Something that was right before is changed now. Put back what you changed, then "
    "answer.",
}

WRONG_TURNS = {
    "payment-row": "You opened a payment. Payments stand in the same table, in light blue. The row "
    "of the date of service is the one with a service code.",
    "wrong-field": "You typed into {typed}. For this Method the amount belongs into {field}.",
    "share-in-coverage": "You typed what the patient pays into Coverage. Coverage is what the "
    "insurance pays: Rate less what the patient owes, {enter} here.",
    "without-all-items": "You looked for the date without All Items. A written-off date is not an "
    "open item, so the list that is shown first does not have it.",
    "copay-in-the-way": "The 0 did not stay: a copay is stored, and it takes the place of a 0. Set "
    "the copay to 0 in Billing Settings first, and give it back at the end.",
    "copay-not-back": "The copay is still 0. It has to be {copay} again, or every later session of "
    "this patient will be billed without it.",
    "wrong-copay": "The copay is {found} now. It was {copay}.",
    "skipped-reset": "The write-off still stands. It goes only when a 0 is saved first; the "
    "correct amount comes after that.",
    "wrong-amount": "The patient owes {found} now. It should be {owes}.",
    "still-written-off": "The balance is still written off.",
    "other-patient": "You saved on another patient. Two patients may have the same name: the birth "
    "date tells them apart.",
    "other-session": "You saved on the other session of that date. The time tells them apart: it "
    "is the one at {time}.",
    "other-date": "You saved on another date of service than {date}.",
    "reset-zero": "You saved on a date that has no write-off. $0.00 only looks written off when "
    "the patient owes nothing, and an open balance needs no fix.",
    "nothing-to-do": "There is nothing to undo here, so “Nothing to undo here” is the answer.",
    "something-to-do": "There is a write-off here: the table says so behind the amount, with *.",
    "not-looked": "You answered before you looked. Click the date of service under All Items "
    "first.",
    "others-changed": "Something else than this date of service is changed now.",
}

TALK = {
    "welcome": "Do it as you would at work. Hint helps when you are stuck.",
    "namesake": "Compare the birth date: this is another patient of that name.",
    "session": "Compare the time: this is another session of that date.",
    "welcome-test": "Do it as you would at work. In a test there are no hints.",
    "next": "Right. Go on.",
    "going": "Hint helps when you are stuck.",
    "elsewhere": "This window is not part of the task. Close it and go on.",
    "not-yet": "Something is not right yet.",
    "again": "Go on and correct it, or end the exercise as it is.",
    "ended": "The exercise is over.",
}

PANEL = {
    "room": "Practice room",
    "title": "Undo a write-off",
    "patient": "Patient",
    "born": "Birth date",
    "date": "Date of service",
    "owes": "Patient owes",
    "steps": "The steps of the article",
    "done": "done",
    "hint": "Hint",
    "finish": "I am done",
    "nothing": "Nothing to undo here",
    "end": "End it as it is",
    "leave": "Exercises",
    "pause": "Pause",
    "resume": "Go on",
    "now": "Next step now",
    "any_field": "Pt Amt, Coverage or Rate",
}

WAYS = {
    "show": "Show me",
    "let": "Let me",
    "test": "Test me",
}
"""The room does it itself; the learner does it with hints; the learner does it without any."""

SHEET = {
    "title": "Score sheet",
    "passed": "Passed",
    "not_yet": "Not yet",
    "right": "The practice's books are as they should be.",
    "wrong": "This is not right yet:",
    "learner": "Learner",
    "supervisor": "Supervisor",
    "signed": "Date",
    "way": "How",
    "let": "With hints",
    "test": "As a test, without hints",
    "when": "When",
    "took": "Time taken",
    "hints": "Hints used",
    "early": "Answered too early",
    "ledger": "Date of service as it should be",
    "copay": "Copay given back",
    "others": "Everything else unchanged",
    "yes": "yes",
    "no": "no",
    "never_aside": "it was not set aside",
    "done": "done",
    "not_done": "not done",
    "steps": "Steps",
    "turns": "Wrong turns",
    "none": "No wrong turns.",
    "second": "Minute",
    "what": "What happened",
    "made_up": "Made-up patients of the bundled practice; no real data.",
    "next": "Next exercise: {title}",
    "same": "This exercise again",
    "all": "All exercises",
}

MENU = {
    "room": "Practice room",
    "intro": "Made-up patients; nothing here can go wrong. Choose an exercise and how to do it.",
    "about_show": "The room does the steps itself, slowly, and says each one.",
    "about_let": "You do it. Hint helps when you are stuck.",
    "about_test": "You do it without hints. The steps are shown at the end.",
    "name": "Your name (for the score sheet)",
    "exercises": "Exercises",
    "here": "Start here",
    "seen": "seen",
    "passed": "passed",
    "not_yet": "not yet",
    "sheets": "Score sheets are kept in {folder}",
    "moment": "One moment: the practice is made ready.",
}
