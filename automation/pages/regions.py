"""The regions of a screen in which labels are, found by the known labels in them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cached_property

from automation.pages.places import PRESS, TITLES, Survey, Thing
from config.site_profile import Labels

MENU = ("Home", "To-Do", "Scheduling", "Calendar", "Staff", "Payers", "Billing", "Reports")
CHART = ("Info", "Patient Info", "Client Info", "Schedule", "Documents", "Clinicians", "Portal",
         "Messages", "Notes")  # fmt: skip
ACCOUNTING = ("Create Statement", "Enter Insurance Payment", "Enter Refund", "Apply Credit",
              "Submit Electronic Claims")  # fmt: skip
INACTIVE = ("Inactive", "Inactive Patients", "Inactive only")
POLICY = ("Deductible", "Member ID", "Coverage", "Coverage start", "Coverage ends")
_CHOSEN = ("choice", *PRESS)


class Regions:
    """The regions of one reading of a screen, each the number of an element; None if absent."""

    def __init__(self, survey: Survey, labels: Labels) -> None:
        self.survey, self.labels = survey, labels

    @cached_property
    def menu(self) -> int | None:
        """The main menu, by its usual words."""
        words = [(word,) for word in MENU] + [self.labels.patients.link]
        found = self.survey.smallest(self._each(words, PRESS))
        path = self._path(found)
        marked = [e for e in path if e in self.survey.menus]
        return marked[-1] if marked else found

    @cached_property
    def tabs(self) -> int | None:
        """The strip of a chart's tabs, by its known tabs."""
        words = [(w,) for w in CHART] + [self.labels.settings.tab, self.labels.billing.tab]
        groups = [
            [one for one in group if not self._is_in(one, self.menu, *self.survey.dialogs)]
            for group in self._each(words, PRESS)
        ]
        return self.survey.smallest(groups)

    @cached_property
    def search(self) -> int | None:
        """The search of patients: the nearest box around the search field with a button."""
        words = self.labels.patients.search_box
        boxes = [one for word in words for one in self.survey.named((word,), ("field",))]
        boxes = boxes or self._inside(self.activity)
        return self._around(boxes[:1], ("button",), [self.menu])

    @cached_property
    def activity(self) -> int | None:
        """The choices between active and inactive patients."""
        return self._choices(INACTIVE + self.labels.patients.usual_activity)

    @cached_property
    def items(self) -> int | None:
        """The choices of the filter of billing transactions."""
        return self._choices(self.labels.billing.usual_items)

    @cached_property
    def people(self) -> int | None:
        """The line of titles over the list of patients."""
        words = self.labels.patients
        also = [("Phone",), ("Status",), ("Clinician",)]
        return self.survey.smallest(self._each([words.name, words.born, words.account, *also],
                                               TITLES))  # fmt: skip

    @cached_property
    def transactions(self) -> int | None:
        """The line of titles over the billing transactions."""
        words = self.labels.billing
        keys = ("date", "method", "rate", "pt_amt", "patient_paid", "balance", "pt_status",
                "ins_status", "service")  # fmt: skip
        groups = self._outside_dialogs(self._each([getattr(words, key) for key in keys], TITLES))
        return self.survey.smallest(groups, least=3)

    @cached_property
    def visit(self) -> int | None:
        """The details of a date of service: their dialog, else the box around their fields."""
        words = self.labels.dialog
        told = [words.method, words.rate, words.pt_amt, words.coverage]
        history = self._each([words.history_tab], PRESS)
        opened = self._dialog_with([*self._each(told, ("field", "words")), *history])
        fields = self._each(told, ("field",))
        if opened is not None or sum(map(bool, [*fields, *history])) < 2:
            return opened
        return self._box_of([one for group in fields for one in group])

    @cached_property
    def policies(self) -> int | None:
        """The insurance policies on Billing Settings: the nearest box with something to press."""
        return self._with(self._policy_line, PRESS, [self.tabs, self.menu])

    @cached_property
    def policy_titles(self) -> int | None:
        """The line of titles over the insurance policies, if they are listed in a table."""
        inside = self._inside(self._policy_line)
        is_of_titles = not any(re.search(r"\d", name) for one in inside for name in one.names)
        return self._policy_line if is_of_titles else None

    @cached_property
    def _policy_line(self) -> int | None:
        """The smallest box around the words of a policy, or around the titles over several."""
        groups = self._each(self._policy_words, ("words", "column"))
        return self.survey.smallest(self._outside_dialogs(groups))

    @cached_property
    def _policy_words(self) -> list[tuple[str, ...]]:
        words = self.labels.settings
        return [words.copay, words.priority, words.payer, *((word,) for word in POLICY)]

    def is_value(self, thing: Thing) -> bool:
        """Return whether words directly follow a label of an insurance policy."""
        words = self.labels.settings
        known = (*words.priority, *words.payer, *POLICY)
        at = self.survey.things.index(thing)
        return at > 0 and self.survey.things[at - 1].is_named(known)

    @cached_property
    def policy(self) -> int | None:
        """The form of one insurance policy."""
        fields = self._each(self._policy_words, ("field",))
        opened = self._dialog_with(fields)
        found = opened if opened is not None else self.survey.smallest(fields)
        return self._with(found, ("button",), [self.tabs, self.menu])

    @cached_property
    def accounting(self) -> int | None:
        """The links of Patient Accounting."""
        words = [(word,) for word in ACCOUNTING] + [self.labels.payment.enter]
        return self.survey.smallest(self._each(words, PRESS))

    @cached_property
    def payment(self) -> int | None:
        """The form of a patient's payment."""
        words = self.labels.payment
        told = [words.amount, words.method, words.check_number, words.reason]
        fields = self._each(told, ("field",))
        opened = self._dialog_with([*fields, *self._each([words.save], PRESS)])
        return opened if opened is not None else self._box_of([o for g in fields for o in g])

    # Finding them ---------------------------------------------------------------------------------

    def _each(self, words: Iterable[tuple[str, ...]], roles: tuple[str, ...]) -> list[list[Thing]]:
        return [self.survey.named(each, roles) for each in words]

    def _is_in(self, thing: Thing, *elements: int | None) -> bool:
        return any(element in thing.path for element in elements)

    def _outside_dialogs(self, groups: list[list[Thing]]) -> list[list[Thing]]:
        inside = self.survey.dialogs
        return [[one for one in group if not self._is_in(one, *inside)] for group in groups]

    def _path(self, element: int | None) -> tuple[int, ...]:
        """Return the elements around an element, and itself."""
        holding = (one.path for one in self.survey.things if element in one.path)
        path = next(holding, ())
        return path[: path.index(element) + 1] if element is not None and path else ()

    def _choices(self, words: tuple[str, ...]) -> int | None:
        """Return the nearest element around a known choice that has another one in it."""
        for known in self.survey.named(words, _CHOSEN):
            roles = PRESS if known.role in PRESS else (known.role,)
            if known.combo:
                continue
            element = self.survey.holder(
                known,
                lambda e, roles=roles: len(self.survey.within(e, roles)) > 1,  # type: ignore[misc]
            )
            if element is not None:
                return element
        return None

    def _inside(self, element: int | None) -> list[Thing]:
        return [one for one in self.survey.things if element in one.path]

    def _dialog_with(self, groups: list[list[Thing]]) -> int | None:
        """Return the last dialog on the screen with things of at least two groups."""
        for dialog in reversed(self.survey.dialogs):
            if sum(any(dialog in one.path for one in group) for group in groups) >= 2:
                return dialog
        return None

    def _box_of(self, fields: list[Thing]) -> int | None:
        """Return the widest box around fields that contains no other part of the page."""
        marks = [self.menu, self.tabs, self.items, self.transactions]
        return self.survey.widened(fields, marks)

    def _with(
        self, element: int | None, roles: tuple[str, ...], stop: list[int | None]
    ) -> int | None:
        """Return the nearest element around one, or itself, with something of these roles."""
        if element is None:
            return None
        path = self._path(element)
        return self._first_with(path, roles, stop)

    def _around(
        self, things: list[Thing], roles: tuple[str, ...], stop: list[int | None]
    ) -> int | None:
        return self._first_with(things[0].path, roles, stop) if things else None

    def _first_with(
        self, path: tuple[int, ...], roles: tuple[str, ...], stop: list[int | None]
    ) -> int | None:
        for element in reversed(path):
            inside = self.survey.within(element, roles)
            if inside:
                marks = {mark for mark in stop if mark is not None}
                held = any(marks & set(one.path) for one in self.survey.within(element, PRESS))
                return None if held else element
        return None
