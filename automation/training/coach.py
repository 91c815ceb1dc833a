"""The coach: follows what a learner does, says what is next, and explains a wrong turn.

It has no access to the browser: callers pass in what the page shows and the practice has stored.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from automation.training.ledger_snapshot import LedgerSnapshot, Task, money
from automation.training.next_step import Hint, next_step
from automation.training.view import View

Said = tuple[str, dict[str, str]]  # a text's key, and what it is filled with


@dataclass(frozen=True)
class WrongTurn:
    """One wrong turn: which one, what it was about, and when, in seconds from the start."""

    kind: str
    values: dict[str, str]
    second: float


@dataclass
class Coach:
    """One learner at one exercise; `clock` gives seconds since the start."""

    task: Task
    start: LedgerSnapshot
    clock: Callable[[], float]
    way: str = "let"  # of practice_words.WAYS
    view: View = field(default_factory=View)
    done: dict[str, float] = field(default_factory=dict)
    wrong_turns: list[WrongTurn] = field(default_factory=list)
    hints: int = 0
    early: int = 0  # how often an answer came before all was right
    warned: str = ""  # the answer just given too early; a Save makes it past
    answer: str = ""  # "done" or "nothing" once the exercise is over
    left_wrong: list[Said] = field(default_factory=list)  # what was not right at the end
    copay_moved: bool = False  # a stored copay was changed at some time
    tone: str = "note"  # "note", "good", "hint" or "wrong"

    def __post_init__(self) -> None:
        self.books = self.start
        self.said: list[Said] = [("welcome-test" if self.way == "test" else "welcome", {})]
        self.reset = False
        self._hinted = ("", 0)
        self._opened: View = View()
        self._told: set[str] = set()  # the wrong turns explained since the dialog was opened
        self._saved_in: View = View()

    # What the page reports ----------------------------------------------------------------------

    def sees(self, view: View) -> None:
        """Take in what the page shows."""
        was, self.view = self.view, view
        if view.dialog and (was.dialog is None or was.title != view.title):
            self._dialog_opened(view)
        if view.is_chart_of_namesake(self.task) and not was.is_chart_of_namesake(self.task):
            self._say("note", ("namesake", {}))
        if view.is_chart_of(self.task):
            self._did("patient")
            if view.tab == "billing" and view.all_items:
                self._did("all-items")
        if view.shows_visit(self.task):
            self._did("date-again" if self.reset else "date")
        if self.tone == "hint" and self.next().key != self._hinted[0]:
            self._say("good", ("next", {}))

    def _dialog_opened(self, view: View) -> None:
        self._opened, self._told = view, set()
        if view.shows("payment"):
            self._wrong("payment-row")
        elif view.shows("other"):
            self._say("note", ("elsewhere", {}))
        elif view.shows_other_session(self.task):
            self._say("note", ("session", {}))
        looks_elsewhere = view.shows("visit") and not view.is_visit(self.task.date)
        if looks_elsewhere and view.is_chart_of(self.task) and not view.all_items:
            self._wrong("without-all-items")

    def presses(self) -> None:
        """Take in a press: praise for the step before it does not stand any longer."""
        if self.tone == "good":
            self._say("note", ("going", {}))

    def typed(self) -> None:
        """Check what was typed into the date of service."""
        if not self.view.shows_visit(self.task):
            return
        for name, before in self._opened.dialog.values.items() if self._opened.dialog else ():
            if name != self.task.field and self.view.value(name) != before:
                self._wrong("wrong-field", typed=name, field=self.task.field)
        value = self.view.value(self.task.field)
        shares = {self.task.owes, self.task.copay} - {self.task.enter, 0}
        if self.task.field == "coverage" and value in shares:
            self._wrong("share-in-coverage", enter=money(self.task.enter))

    def saves(self) -> None:
        """Remember in which dialog Save Changes was pressed."""
        self.typed()
        self._saved_in = self.view

    def turned_the_page(self) -> None:
        """Handle a turn of the table's page, in search of the date."""
        on_billing = self.view.is_chart_of(self.task) and self.view.tab == "billing"
        if on_billing and not self.view.all_items:
            self._wrong("without-all-items")

    # What was stored ----------------------------------------------------------------------------

    def stored(self, now: LedgerSnapshot) -> None:
        """Take in what the practice has stored after a Save."""
        before, self.books, self.warned = self.books, now, ""
        patient = self.task.patient_id
        self.copay_moved |= now.copay(patient) != self.start.copay(patient)
        saved, self._saved_in = self._saved_in, View()
        if saved.shows("policy"):
            self._copay_saved(now)
            return
        for visit_id in now.moved(before):
            if visit_id != self.task.visit_id and visit_id in now.moved(self.start):
                self._other_changed(visit_id)
        if saved.shows_visit(self.task):
            self._visit_saved(now, saved)

    def _copay_saved(self, now: LedgerSnapshot) -> None:
        copay = now.copay(self.task.patient_id)
        if not self.task.has_copay:
            return
        if copay == 0:
            self._did("copay-aside")
        elif copay != self.task.copay:
            self._wrong("wrong-copay", found=money(copay), copay=money(self.task.copay))
        elif "copay-aside" in self.done:
            self._did("copay-back")

    def _other_changed(self, visit_id: str) -> None:
        who, visit = self.books.visits[visit_id]
        if who != self.task.patient_id:
            self._wrong("other-patient")
        elif visit["date"] == self.start.visit(self.task.visit_id)["date"]:
            self._wrong("other-session", time=self.task.time)
        else:
            self._wrong("other-date", date=self.task.date)

    def _visit_saved(self, now: LedgerSnapshot, saved: View) -> None:
        visit = now.visit(self.task.visit_id)
        in_wrong_box = self._told & {"wrong-field", "share-in-coverage"}
        if self.task.scenario.leave:
            self._wrong("reset-zero")
        elif not self.reset:
            if visit["written_off_cents"] == 0:
                self.reset = True
                self._did("reset")
            elif saved.value(self.task.field) == 0 and now.copay(self.task.patient_id):
                self._wrong("copay-in-the-way")
            elif not in_wrong_box:
                self._wrong("skipped-reset")
        elif now.is_open_as_asked(self.start, self.task):
            self._did("amount")
        elif not in_wrong_box:
            self._wrong_amount()

    def _wrong_amount(self) -> None:
        found = self.books.visit(self.task.visit_id)["pt_amt_cents"]
        self._wrong("wrong-amount", found=money(found), owes=money(self.task.owes))

    # What the learner asks ----------------------------------------------------------------------

    def next(self) -> Hint:
        """Return the next step, from what the page shows and what is stored."""
        return next_step(self.task, self.start, self.books, self.view, reset=self.reset)

    def hint(self) -> None:
        """Say in words what is next; when asked again, show where. A test has no hints."""
        if self.way == "test":
            return
        hint = self.next()
        key, times = self._hinted
        times = times + 1 if key == hint.key else 1
        self._hinted = (hint.key, times)
        self.hints += times <= 2
        self._say("hint", (hint.key, hint.values))

    @property
    def shows(self) -> Hint | None:
        """The hint whose place to show, once it was asked for twice; None otherwise."""
        key, times = self._hinted
        hint = self.next() if times > 1 else None
        return hint if hint and hint.key == key else None

    def answers(self, answer: str) -> None:
        """Take an answer: a right one ends the exercise, a wrong one is counted and warned of.

        Only what is stored at the end counts for passing, so a wrong one is no wrong turn.
        """
        if not (turns := self._what_is_wrong(answer)):
            self._end(answer, [])
            return
        self.early, self.warned = self.early + 1, answer
        told = [("not-yet", {})] if self.way == "test" else turns
        self._tell("wrong", *told, ("again", {}))

    def gives_up(self) -> None:
        """End the exercise as it is, after an answer that came too early."""
        if self.warned:
            self._end(self.warned, self._what_is_wrong(self.warned))

    def _end(self, answer: str, left_wrong: list[Said]) -> None:
        self.answer, self.left_wrong = answer, left_wrong
        self._did("leave" if self.task.scenario.leave and not left_wrong else "")
        self._tell("note", ("ended", {}))

    def _what_is_wrong(self, answer: str) -> list[Said]:
        task, leave = self.task, self.task.scenario.leave
        if leave and answer == "done":
            return [("nothing-to-do", {})]
        if answer == "nothing" and not leave:
            return [("something-to-do", {})]
        turns: list[Said] = []
        if leave and "date" not in self.done:
            turns.append(("not-looked", {}))
        visit = self.books.visit(task.visit_id)
        if not self.books.is_open_as_asked(self.start, task):
            values = {"found": money(visit["pt_amt_cents"]), "owes": money(task.owes)}
            off = visit["written_off_cents"] and not leave
            turns.append(("still-written-off", {}) if off else ("wrong-amount", values))
        was, copay = self.start.copay(task.patient_id), self.books.copay(task.patient_id)
        if copay != was:
            values = {"found": money(copay), "copay": money(was)}
            turns.append(("wrong-copay" if copay else "copay-not-back", values))
        elif not self.books.others_as(self.start, task):
            turns.append(("others-changed", {}))
        return turns

    def _did(self, step: str) -> None:
        if step and step not in self.done:
            self.done[step] = self.clock()
            self._say("good", ("next", {}))

    def _wrong(self, kind: str, **values: str) -> None:
        """Explain a wrong turn, and record it once per dialog."""
        if kind not in self._told:
            self._told.add(kind)
            self.wrong_turns.append(WrongTurn(kind, values, self.clock()))
        self._say("wrong", (kind, values))

    def _say(self, tone: str, *said: Said) -> None:
        """Say something about a step; nothing in a test, where it would help."""
        if self.way != "test":
            self._tell(tone, *said)

    def _tell(self, tone: str, *said: Said) -> None:
        self.tone, self.said = tone, list(said)
