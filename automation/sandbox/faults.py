"""The table of faults to practise on; a simple new fault is one new row.

A fault of kind "save" changes how the Nth save is treated (fields of `saves.Treatment`); one of
kind "page" changes how pages look or behave (templates and scripts look it up by its name).
An effect with a "box" puts that box over every page; "parts" are answered with an error.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Fault:
    """A row of the table; `argument` is the default for what follows the colon."""

    name: str
    says: str
    kind: str
    argument: str = ""
    effect: Mapping[str, Any] = field(default_factory=dict)
    choices: tuple[str, ...] = ()

    def takes(self, argument: str) -> bool:
        """Tell whether an argument is valid: a number, one of the choices, or none."""
        if self.choices or not self.argument:
            return argument in (self.choices or ("",))
        return argument.isdigit() or (self.kind == "save" and argument == "every")


@dataclass(frozen=True)
class Box:
    """What covers a page: its text and buttons, its place, and when it appears and goes."""

    says: str
    buttons: tuple[str, ...] = ()
    place: str = "inset: 0"
    comes_ms: int = 0
    goes_ms: int = 0  # 0: it stays until it is closed
    role: str = "dialog"


def _save(name: str, says: str, argument: str = "1", **treatment: Any) -> Fault:
    """Return a fault of the Nth save, with what it changes in the save's treatment."""
    return Fault(name, says, "save", argument, treatment)


def _over(name: str, says: str, box: Box, argument: str = "") -> Fault:
    """Return a fault that puts a box over every page."""
    return Fault(name, says, "page", argument, {"box": box})


def _asks(name: str, says: str, question: str) -> Fault:
    """Return a fault that asks a question before each save of a visit."""
    return Fault(name, says, "page", "", {"asks": question})


def _control(name: str, says: str, *choices: str) -> Fault:
    """Return a fault of one control of the pages, `save` unless another one is named."""
    return Fault(name, says, "page", "save", {}, choices)


_BELOW = "left: 0; right: 0; bottom: 0; height: 45vh"
PARTS = {
    "list": "/patients/list/",
    "tab": "/tab/",
    "table": "/transactions/",
    "dialog": "/visit/",
    "policy": "/policy/",
}
_COOKIES = "We use cookies to understand how our pages are used."
_EXPIRES = "Your session is about to expire. You will be signed out in two minutes."
FAULTS = (
    Fault("slow", "Every page and every save takes this many ms longer.", "page", "1500"),
    _save("hang", "Save N is never answered and stores nothing.", hangs=True),
    _save("save-500", "Save N is answered with an error 500 and stores nothing.",
          stores=False, status=500),
    _save("answer-lost", "Save N is stored, but the connection is dropped without an answer.",
          answers=False),
    _save("banner-without-save", "Save N says Changes saved and stores nothing.", stores=False),
    _save("save-without-banner", "Saves are stored but no banner says so.", "every", banner=False),
    _save("signed-out-before-save", "Before save N the user is signed out as idle.",
          signs_out="idle"),
    _save("signed-in-elsewhere", "Before save N the same user signs in elsewhere.",
          signs_out="elsewhere"),
    _save("edited-by-someone", "Just before save N another user changes that visit's amount.",
          meddles=True),
    Fault("edited-before-opening", "Another user changes the visit's amount just before its dialog"
          " opens for save N.", "page", "1"),
    _save("partial-save", "Save N stores only the first field of the form: rate or copay.",
          only_first=True),
    _save("optimistic-refused", "Save N shows the new values at once but stores nothing.",
          stores=False, pretends=True),
    _save("saved-on-another-patient", "Save N is stored on a visit of another patient.",
          target="other-patient"),
    _save("wrong-visit-saved", "Save N is stored on another visit of the same chart.",
          target="other-visit"),
    _save("cents-rounded", "Saves round amounts to whole dollars.", "every", rounds=True),
    Fault("double-posting", "A form that is submitted twice is posted twice.", "page"),
    Fault("payment-hangs", "Save Payment is never answered and stores nothing.", "page"),
    Fault("payment-answer-lost", "Save Payment is stored, and the connection dropped.", "page"),
    Fault("announcement", "A modal announcement covers each chart page after a moment.", "page"),
    _control("renamed-label", "A control has another name: save, field, filter or tab.",
             "save", "field", "filter", "tab"),
    Fault("autopay-icon", "Every patient shows the AutoPay icon.", "page"),
    Fault("stale-table", "The table shows old rows for this many ms after a change.",
          "page", "1500"),
    Fault("row-order-changed", "The rows of tables stand in another order on each load.", "page"),
    Fault("look-alike-patient",
          "A patient with nearly the same name stands before the right one.", "page"),
    _control("control-missing", "A control is not there: save, field, filter or tab.",
             "save", "field", "filter", "tab"),
    _control("two-controls", "A control is there twice: save or field.", "save", "field"),
    Fault("large-font", "The page is shown in much larger letters.", "page", "",
          {"body_class": "large-font"}),
    Fault("dark", "The page has a dark theme.", "page", "", {"body_class": "dark"}),
    Fault("part-500", "A part of a page is answered with an error 500: list, tab, table, dialog"
          " or policy.", "page", "list", {"parts": PARTS, "status": 500}, tuple(PARTS)),
    _over("cookie-bar", "A bar about cookies covers the lower part of every page.",
          Box(_COOKIES, ("Accept all", "Only necessary"), _BELOW, role="region")),
    _over("cookie-wall", "A wall about cookies covers every page until its terms are accepted.",
          Box(_COOKIES, ("Accept all cookies", "Cookie settings"))),
    _over("session-warning",
          "A warning that the session ends soon comes over every page after a moment.",
          Box(_EXPIRES, ("Sign out", "Stay signed in"), comes_ms=400, role="alertdialog")),
    _over("veil", "A veil lies over every page for this many ms after it was loaded.",
          Box("", role="presentation"), "3000"),
    _over("tour", "A tour of new features comes over every page after a moment.",
          Box("New here? Let us show you around.", ("Next tip", "Skip tour"), comes_ms=200)),
    _over("survey", "A survey comes over every page after a moment.",
          Box("How do you like Harbor?", ("Rate us", "No thanks"), comes_ms=200)),
    _asks("native-confirm", "The browser's own dialog asks before each save of a visit.",
          "A claim for this session was already submitted. Change it anyway?"),
    _asks("page-question", "A question of the page's own asks before each save of a visit.",
          "This session was changed by another user. Do you want to overwrite it?"),
    Fault("telemetry", "Every page reports about itself four times a second and is answered with"
          " an error 404.", "page"),
)  # fmt: skip
BY_NAME = {fault.name: fault for fault in FAULTS}

RENAMED = {
    "save": {"Save Changes": "Apply Changes"},
    "field": {
        "Pt Amt": "Client Share",
        "Patient Responsibility": "Client Share",
        "Coverage": "Insurance Part",
        "Rate": "Fee",
    },
    "filter": {"All Items": "Everything"},
    "tab": {"Patient Billing": "Accounts", "Billing": "Accounts"},
}


class UnknownFault(ValueError):
    """There is no fault of that name, or it does not take that argument."""


@dataclass(frozen=True)
class ActiveFault:
    """A fault that is on, with its argument."""

    fault: Fault
    argument: str

    def __str__(self) -> str:
        return f"{self.fault.name}:{self.argument}" if self.argument else self.fault.name

    def hits(self, save: int) -> bool:
        """Tell whether this fault treats the save of this number, counted from 1."""
        return self.fault.kind == "save" and self.argument in ("every", str(save))


def parse(texts: Sequence[str]) -> list[ActiveFault]:
    """Read faults written as NAME or NAME:ARGUMENT."""
    active = []
    for text in texts:
        name, _, argument = text.partition(":")
        if name not in BY_NAME:
            raise UnknownFault(f"no fault is called {name!r}; known: {', '.join(BY_NAME)}")
        fault = BY_NAME[name]
        if not fault.takes(argument or fault.argument):
            raise UnknownFault(f"the fault {name} does not take {argument!r}")
        active.append(ActiveFault(fault, argument or fault.argument))
    return active


def listing(active: Sequence[ActiveFault]) -> list[dict[str, Any]]:
    """Return the whole table and which faults are on, for the control address."""
    on = {one.fault.name: one.argument for one in active}
    return [
        {"name": f.name, "says": f.says, "active": f.name in on, "args": on.get(f.name, f.argument)}
        for f in FAULTS
    ]
