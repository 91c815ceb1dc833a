"""A table of renamed labels, and five practices in which they are renamed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
from foreign.cases import CASES
from foreign.conftest import practice as foreign_practice
from playwright.sync_api import Browser, Error
from renaming import Renamed, renaming
from shared_tab import StandingTab, foreign_profile

from automation.billing.request import UndoWriteOff, typed_request
from automation.runs.session import Session
from automation.sandbox_process import Sandbox, sandbox
from config.settings import Settings
from config.site_profile import Limits, SiteProfile, load

SANDBOX = {"a": "sandbox", "b": "sandbox-b", "c": "sandbox-c"}
FOREIGN = ("soup", "webapp")
PRACTICES = (*SANDBOX, *FOREIGN)
_LINE = re.compile(r'put (\w+) = "([^"]*)" under \[labels\.(\w+)\]')


@dataclass(frozen=True)
class Rename:
    """One label of the path, with a near and a far new word.

    `lines` are further labels of the profile whose line is right as well.
    """

    label: str
    old: str
    near: str
    far: str
    lines: tuple[str, ...] = ()
    elsewhere: dict[str, str] = field(default_factory=dict)  # its name where it differs
    only_at: tuple[str, ...] = PRACTICES
    in_a_fix: bool = True  # a fix uses it

    def at(self, practice: str) -> str:
        """The label's name at a practice."""
        return self.elsewhere.get(practice, self.old)

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels of the profile whose line is right."""
        return (self.label, *self.lines)

    def verdict(self, new: str, texts: Iterable[str]) -> str:
        """Return right, none or WRONG for the profile's lines that the messages propose."""
        found = lines_in(texts)
        if any(word.casefold() != new.casefold() for _, word in found):
            return "WRONG"
        return "right" if {key for key, _ in found} & set(self.labels) else "none"


def lines_in(texts: Iterable[str]) -> set[tuple[str, str]]:
    """Read the profile's lines that messages propose, each as a label and its word."""
    return {(f"{m[3]}.{m[1]}", m[2]) for text in texts for m in _LINE.finditer(text)}


def hold_to_the_bar(
    name: str, renames: Iterable[Rename], says: Callable[[Rename, str], Iterable[str]]
) -> None:
    """Print what a practice's messages propose for each rename, near and far, and check the result.

    Nine of ten must get the right line, and none a wrong one. `says` gives the messages for a name.
    """
    table = {}
    for rename in renames:
        for new in (rename.near, rename.far):
            texts = list(says(rename, new))
            told = table[rename.label, new] = rename.verdict(new, texts)
            print(f"{name:7} {rename.label:22} {rename.at(name)!r} -> {new!r}: {told}", flush=True)
            if told != "right":
                print(*texts, sep="\n", flush=True)
    verdicts = list(table.values())
    assert "WRONG" not in verdicts, table
    assert verdicts.count("right") >= 0.9 * len(verdicts), table


RENAMES = (
    Rename("patients.link", "Patients", "Patient List", "People"),
    Rename("patients.search", "Search", "Search now", "Go"),
    Rename("patients.any_activity", "Any", "Any Status", "Everyone"),
    Rename("patients.name", "Name", "Full Name", "Person"),
    Rename("settings.tab", "Billing Settings", "Billing Setup", "Plans and Cards"),
    Rename("settings.edit", "Edit", "Edit Details", "Change"),
    Rename("settings.copay", "Copay", "Copay Amount", "Visit fee"),
    Rename("billing.tab", "Patient Billing", "Patient Charges", "Money",
           elsewhere={"b": "Billing", "c": "Billing", "webapp": "Billing"}),
    Rename("billing.all_items", "All Items", "All Entries", "Everything"),
    Rename("billing.date", "Date", "Session Date", "Day"),
    Rename("billing.balance", "Pt Bal", "Pt Bal Due", "Still owing"),
    Rename("dialog.save", "Save Changes", "Save", "Update", ("settings.save",)),
    Rename("dialog.history_tab", "History", "Change History", "Audit"),
    Rename("dialog.method", "Method", "Payer Method", "Who pays"),
    Rename("dialog.pt_amt", "Pt Amt", "Pt Amt Due", "Client Share",
           elsewhere={"c": "Patient Responsibility"}),
    Rename("dialog.coverage", "Coverage", "Coverage Amount", "Plan pays"),
    Rename("dialog.rate", "Rate", "Session Rate", "Full price"),
    Rename("payment.enter", "Enter Patient Payment", "Record Patient Payment", "Take money",
           only_at=tuple(SANDBOX), in_a_fix=False),
    Rename("payment.save", "Save Payment", "Post Payment", "Done",
           only_at=tuple(SANDBOX), in_a_fix=False),
)  # fmt: skip

_IN_THE_SANDBOX = {"dialog.coverage": 12, "dialog.rate": 5, "": 0}
_FOREIGN = {"dialog.coverage": 2, "dialog.rate": 0, "": 1}
CHARTS = {name: _IN_THE_SANDBOX if name in SANDBOX else _FOREIGN for name in PRACTICES}
"""The number in the list of a chart that shows a label; "" is one with an insurance policy."""

_PAYER_TYPES = {"dialog.coverage": "out-of-network", "dialog.rate": "direct"}


@dataclass
class Drifting:
    """A practice whose labels can be renamed, and a signed-in tab there."""

    name: str
    renamed: Renamed
    tab: StandingTab
    reset: Callable[[], Any]
    case: Callable[[str], UndoWriteOff]  # a write-off with a copay, by payer type
    opened: int = 0  # sessions so far

    def chart(self, label: str) -> int:
        """The number of a chart that has a field with that label, and a policy."""
        charts = CHARTS[self.name]
        return charts.get(label, charts[""])

    def request(self, label: str) -> UndoWriteOff:
        """A write-off whose fix needs a label."""
        return self.case(_PAYER_TYPES.get(label, "in-network"))

    @contextmanager
    def session(self, settings: Settings, names: dict[str, str]) -> Iterator[Session]:
        """Open a session whose pages show the new names, without anything kept from before.

        A fix that a new name stops half-way would refuse the next one, so each has a journal.
        """
        self.opened += 1
        state = settings.state / f"drift-{self.opened}"
        settings = settings.model_copy(update={"state": state})
        self.renamed.names.clear()
        self.reset()
        for more in (True, True, False):
            try:
                self.tab.screen()
                break
            except Error:  # a page that was still loading interrupted it
                if not more:
                    raise
        self.renamed.names.update(names)
        self.renamed.changed.clear()
        with self.tab.session(settings) as session:
            session.screen.dialog, session.screen.kept = None, {}
            session.screen.roles.clear()
            session.screen.tab.reload()
            yield session
        assert self.renamed.changed >= set(names), f"{names} stands nowhere on these pages"


@contextmanager
def drifting(name: str, browser: Browser) -> Iterator[Drifting]:
    """Start a practice, behind a server that renames its labels."""
    if name in SANDBOX:
        with sandbox(name, ["--delay-ms", "20"]) as running, renaming(running.address) as renamed:
            profile = load(SANDBOX[name]).at(renamed.address)
            yield from _opened(name, renamed, profile, browser, running)
    else:
        with foreign_practice(name) as address, renaming(address) as renamed:
            yield from _opened(
                name, renamed, foreign_profile(name, renamed.address), browser, address
            )


def _opened(
    name: str, renamed: Renamed, profile: SiteProfile, browser: Browser, running: Sandbox | str
) -> Iterator[Drifting]:
    quick = Limits(control=1.5, second_look=0.5)
    tab = StandingTab(browser, profile.model_copy(update={"limits": quick}))
    if isinstance(running, str):
        reset: Callable[[], Any] = lambda: httpx.post(f"{running}/reset")  # noqa: E731
        case = _foreign_case
    else:
        reset = lambda: running.control("reset", {"skin": name, "delay_ms": 20})  # noqa: E731
        case = _sandbox_case(running)
    try:
        yield Drifting(name, renamed, tab, reset, case)
    finally:
        tab.close()


def _foreign_case(payer_type: str) -> UndoWriteOff:
    fitting = [each for each in CASES if each.expected == "fixed" and each.payer_type == payer_type]
    case = max(fitting, key=lambda each: bool(each.copay))
    return typed_request(
        patient=case.patient, born=case.born.isoformat(), date=case.date.isoformat(),
        owes=case.owes,
    )  # fmt: skip


def _sandbox_case(running: Sandbox) -> Callable[[str], UndoWriteOff]:
    def case(payer_type: str) -> UndoWriteOff:
        found = running.control("cases")[f"{payer_type}-copay"]
        return typed_request(
            patient=found["patient"], born=found["born"], date=found["date"], owes=found["owes"]
        )

    return case
