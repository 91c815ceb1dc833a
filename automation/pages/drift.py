"""Detection of renamed labels, by what is in a label's place, and of labels in a wrong place."""

from __future__ import annotations

import contextlib
import difflib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from pydantic import BaseModel

from automation.billing.payer_types import payer_type_of
from automation.billing.request import same_words
from automation.browser import driver
from automation.errors import Problem
from automation.pages.places import PRESS, TITLES, Survey, Thing
from automation.pages.regions import ACCOUNTING, CHART, INACTIVE, MENU, POLICY, Regions

if TYPE_CHECKING:
    from automation.pages.watch import Watch

_NEVER = re.compile(
    r"\b(delete|remove|void|discard|sign ?(out|off)|log ?(out|off)|cancel|close|clear|reset|help|"
    r"export|print|download|import|back|previous|refund)\b|^\W*(new|add|create)\b",
    re.I,
)
_WHOLE = re.compile(r"\b(all|any|every\w*|entire|complete|full|whole|total|both|either)\b", re.I)

ToldProblem = TypeVar("ToldProblem", bound=Problem)
Fits = Callable[[Regions, list[Thing]], list[Thing]]


def _any(_: Regions, things: list[Thing]) -> list[Thing]:
    return things


def _payer_types(_: Regions, things: list[Thing]) -> list[Thing]:
    return [one for one in things if one.list and payer_type_of(one.value)]


def _amounts(_: Regions, things: list[Thing]) -> list[Thing]:
    """Return the boxes that are empty or have an amount in them."""
    boxes = [one for one in things if one.role == "field" and not one.list]
    return [one for one in boxes if one.kind in ("money", "blank")]


def _amounts_of_policies(regions: Regions, things: list[Thing]) -> list[Thing]:
    """Return the boxes of amounts, else the titles over amounts, else words beside an amount."""
    line, survey = regions.policy_titles, regions.survey
    if boxes := _amounts(regions, things):
        return boxes
    if line is not None:
        return _under("money")(regions, [one for one in things if line in one.path])
    words = [one for one in things if one.role == "words" and not regions.is_value(one)]
    return [one for one in words if "money" in (one.kind, survey.kind_beside(one))]


def _under(kind: str) -> Fits:
    def fits(regions: Regions, things: list[Thing]) -> list[Thing]:
        kinds = regions.survey.kinds_under(things)
        return [one for one, under in zip(things, kinds, strict=True) if _mostly(under, kind)]

    return fits


def _mostly(kinds: Sequence[str], kind: str) -> bool:
    aside = ("blank", "time") if kind == "date" else ("blank",)  # a time may be below a date
    told = [each for each in kinds if each not in aside]
    return bool(told) and told.count(kind) * 2 >= len(told)


@dataclass(frozen=True)
class Place:
    """The place of a label: its region, its roles, the kind of its value, its neighbours.

    `where` describes it in messages. `others` are usual words of the region for other things.
    `tried` means that pressing or choosing a candidate changes nothing. `alone` means that an
    only candidate is certain.
    """

    region: str
    where: str
    roles: tuple[str, ...]
    fits: Fits = _any
    others: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()
    tried: bool = False
    alone: bool = True
    also: str = ""  # another region where it may be
    only_kept: bool = False  # it may be absent: a new word is it only if the last good run says so
    whole: bool = False  # its words mean that nothing is left out


_TAB, _FIELD = ("tab", "link", "button"), ("field",)
_CHOICE = ("choice", *PRESS)
_PAID = ("Write-Off", "Allocation", "Date", "Payment Date", "Comments", "Notes")

PLACES = {
    "patients.link": Place("menu", "in the main menu", PRESS, others=(*MENU, "Settings", "Profile",
        "Library", "Messages"), tried=True),
    "patients.search": Place("search", "beside the box to search in", ("button",), tried=True),
    "patients.any_activity": Place("activity", "among the choices of active and inactive patients",
        _CHOICE, others=INACTIVE, whole=True),
    "patients.name": Place("people", "over the list of patients", TITLES, _under("words"),
        others=("Phone", "Status", "Clinician", "Insurance", "Last Visit", "Next Visit", "Portal",
        "Notes"), beside=("patients.born", "patients.account")),
    "settings.tab": Place("tabs", "among the chart's tabs", _TAB, others=CHART,
        beside=("billing.tab",), tried=True, alone=False),
    "billing.tab": Place("tabs", "among the chart's tabs", _TAB, others=CHART,
        beside=("settings.tab",), tried=True, alone=False),
    "billing.all_items": Place("items", "among the choices of the filter", _CHOICE,
        others=("Custom", "Payments Only", "Visits Only", "Closed Items", "Paid Items"),
        tried=True, whole=True),
    "billing.date": Place("transactions", "over the billing transactions", TITLES, _under("date")),
    "billing.balance": Place("transactions", "over the billing transactions", TITLES,
        _under("money"), beside=("billing.patient_paid", "billing.pt_status")),
    **{key: Place("transactions", "over the billing transactions", TITLES, only_kept=True)
       for key in ("billing.method", "billing.service", "billing.rate", "billing.pt_amt",
                   "billing.patient_paid", "billing.pt_status", "billing.ins_status")},
    "dialog.save": Place("visit", "among the details of the date of service", ("button",)),
    "dialog.history_tab": Place("visit", "beside the Billing tab of the date of service", _TAB,
        others=("Appointment", "Details", "Claims", "Documents"), beside=("dialog.tab",),
        tried=True),
    "dialog.method": Place("visit", "over the payer type of the date of service", _FIELD,
        _payer_types),
    "dialog.pt_amt": Place("visit", "at an amount of the date of service", _FIELD, _amounts),
    "dialog.coverage": Place("visit", "at an amount of the date of service", _FIELD, _amounts),
    "dialog.rate": Place("visit", "at an amount of the date of service", _FIELD, _amounts),
    "settings.edit": Place("policies", "beside an insurance policy", PRESS),
    "settings.copay": Place("policies", "at an amount of an insurance policy",
        ("column", "words", "field"), _amounts_of_policies,
        others=(*POLICY, "Coinsurance", "Premium"), also="policy"),
    "settings.save": Place("policy", "in the form of the insurance policy", ("button",)),
    "payment.enter": Place("accounting", "among the links of Patient Accounting", PRESS,
        others=ACCOUNTING, tried=True),
    "payment.save": Place("payment", "in the form of the payment", ("button",)),
    "payment.amount": Place("payment", "at an amount of the payment", _FIELD, _amounts,
        others=_PAID),
}  # fmt: skip

_SAME = ("method", "pt_amt", "coverage", "rate", "save", "edit")  # the same thing in several places

SAME_WAIT = {
    "dialog.save": ("dialog.history_tab", "dialog.method"),
    "settings.save": ("settings.copay",),
    "billing.balance": ("billing.date",),
    "payment.save": ("payment.amount",),
}
"""Labels that are waited for together: if the first one is there, one of the others is not."""


@dataclass(frozen=True)
class Found:
    """What is in the place of a label: the candidates, and the one that is certain."""

    key: str
    candidates: tuple[str, ...] = ()
    sure: str = ""
    to_try: tuple[str, ...] = field(default=())  # candidates that are safe to try

    def told_by(self, problem: ToldProblem) -> ToldProblem:
        """Add the words to try to a problem, the likeliest first, and return it."""
        words = [self.sure, *self.to_try] if self.sure else list(self.to_try)
        problem.label, problem.word = self.key, self.sure
        problem.words = tuple(dict.fromkeys(words))
        return problem


def key_of(page: Watch, words: tuple[str, ...]) -> str:
    """Return the key of a label by its words: of several, one whose place is on the screen.

    A date of service or a form, which covers the rest of the page, comes first.
    """
    groups = ("dialog", "settings", "payment")
    keys = sorted(page.labels.keys_of(words), key=lambda key: key.partition(".")[0] not in groups)
    if len(keys) > 1:
        with contextlib.suppress(driver.Error):
            look = Drift(page)
            keys = [key for key in keys if look.has_place_of(key)] or keys
    return next(iter(keys), "")


def in_its_place(page: Watch, key: str) -> Found:
    """Return what is now in the place of a label that is not on the screen."""
    try:
        return Drift(page).found(key) if key in PLACES else Found(key)
    except driver.Error:  # the page is being replaced right now
        return Found(key)


class Drift:
    """One reading of a screen, for what is in the places of the labels."""

    def __init__(self, page: Watch) -> None:
        self.labels = page.labels
        self.survey = Survey(page)
        self.regions = Regions(self.survey, page.labels)
        self.kept = page.screen.kept

    def has_place_of(self, key: str) -> bool:
        """Return whether the region of a label is on the screen."""
        return key in PLACES and self._region(PLACES[key].region) is not None

    def found(self, key: str) -> Found:
        """Return the candidates: what is in the label's place and is not another known label."""
        place = PLACES[key]
        fitting = self._fitting(place)
        if any(one.is_named(self.labels.words_of(key)) for one in fitting):
            return Found(key)  # it is there, and something else is wrong
        new = [one for one in fitting if self._is_new(one, key, place)]
        words = tuple(dict.fromkeys(_name(one) for one in new))[:6]
        sure = self._sure(key, place, new, words)
        return Found(key, words, sure, words[:4] if place.tried else ())

    def shows(self, key: str) -> bool:
        """Return whether a label is in its region, or anywhere if the region was not found."""
        place = PLACES[key]
        region, also = self._region(place.region), self._region(place.also)
        named = [one for one in self.survey.things if one.is_named(self.labels.words_of(key))]
        return any(region is None or {region, also} & set(one.path) for one in named)

    def misplaced(self, key: str) -> str:
        """Describe a control of that name that is only where the label cannot be; else ""."""
        place, words = PLACES[key], self.labels.words_of(key)
        named = [one for one in self.survey.things if one.is_named(words)]
        named = [one for one in named if one.role != "words"] or named  # words name a control
        region = self._region(place.region)
        if not named or any(self._may_be(one, place, region) for one in named):
            return ""
        wrong = named[0]
        return f"'{_name(wrong)}' is {_A[wrong.role]}{self._stands(wrong)}, not {place.where}"

    def _may_be(self, one: Thing, place: Place, region: int | None) -> bool:
        elsewhere = [self.regions.menu, self.regions.tabs]
        own = self._region(place.region)
        strange = any(e is not None and e != own and e in one.path for e in elsewhere)
        also = self._region(place.also)
        inside = region is None or region in one.path or also in one.path
        return inside and not strange and one.role in (*place.roles, "words")

    def _stands(self, one: Thing) -> str:
        if self.regions.menu in one.path:
            return " in the main menu"
        return " among the chart's tabs" if self.regions.tabs in one.path else ""

    def _region(self, name: str) -> int | None:
        found: int | None = getattr(self.regions, name) if name else None
        return found

    def _fitting(self, place: Place) -> list[Thing]:
        """Return what is in the region, has one of the roles and a fitting value."""
        for region in (self._region(place.region), self._region(place.also)):
            if region is not None:
                inside = self.survey.within(region, place.roles)
                named = [one for one in inside if one.names and not one.combo]
                if fitting := place.fits(self.regions, named):
                    return fitting
        return []

    def _is_new(self, one: Thing, key: str, place: Place) -> bool:
        name = _name(one)
        if not re.search(r"[^\W\d_]", name) or re.search(r"\d", name) or len(name) > 40:
            return False
        if _NEVER.search(name) or one.is_named(place.others):
            return False
        return not one.is_named(self._taken(key))

    def _taken(self, key: str) -> tuple[str, ...]:
        """Return the other labels' words; those of the same thing elsewhere may be its new name."""
        group, _, name = key.partition(".")
        words: list[str] = []
        for other, labels in self.labels:
            if isinstance(labels, BaseModel) and other != "activity":
                for key_, value in labels:
                    same = key_ == name and (other == group or name in _SAME)
                    words += () if same else value
        own = {same_words(word) for word in self.labels.words_of(key)}
        return tuple(word for word in words if same_words(word) not in own)

    # The certain candidate ------------------------------------------------------------------------

    def _sure(self, key: str, place: Place, new: list[Thing], words: tuple[str, ...]) -> str:
        """Return the one candidate that it must be; "" if it may be another."""
        by_contract = self._by_contract(key, place, words)
        if by_contract or place.only_kept:
            return by_contract
        beside = self._beside(place, new)
        if len(words) == 1 and (place.alone or beside):
            return words[0]
        for narrowed in (beside, self._whole(place, words), self._alike(key, words)):
            if len(narrowed) == 1:
                return narrowed[0]
        return ""

    def _by_contract(self, key: str, place: Place, words: tuple[str, ...]) -> str:
        """Return the candidate at the label's position among the others at the last good run."""
        before = self.kept.get(key, ())
        now = self._row(place)
        if len(before) != len(now) or before.count(_HERE) != 1:
            return ""
        here = before.index(_HERE)
        same = all(
            was == "" or any(same_words(was) == same_words(name) for name in one.names)
            for was, one in zip(before, now, strict=True)
            if was != _HERE
        )
        return _name(now[here]) if same and _name(now[here]) in words else ""

    def contract(self, key: str) -> tuple[str, ...]:
        """Return what is around a label, in order, for the next run; unknown words are blank."""
        place, words = PLACES[key], self.labels.words_of(key)
        known = self._taken(key)
        row = [
            _HERE if one.is_named(words) else _name(one) if one.is_named(known) else ""
            for one in self._row(place)
        ]
        return tuple(row) if row.count(_HERE) == 1 else ()

    def _row(self, place: Place) -> list[Thing]:
        region = self._region(place.region)
        inside = self.survey.within(region, place.roles) if region is not None else []
        return [one for one in inside if one.names and not one.combo]

    def _beside(self, place: Place, new: list[Thing]) -> list[str]:
        """Return the candidates directly before or after the most known neighbours."""
        row = self._row(place)
        near = [self.labels.words_of(key) for key in place.beside]
        told = {one.number: self._neighbours(one, row, near) for one in new}
        most = max(told.values(), default=0)
        return list(dict.fromkeys(_name(o) for o in new if most and told[o.number] == most))

    def _neighbours(self, one: Thing, row: list[Thing], near: list[tuple[str, ...]]) -> int:
        at = next((index for index, other in enumerate(row) if other.number == one.number), -2)
        around = [row[i] for i in (at - 1, at + 1) if 0 <= i < len(row)]
        return sum(any(other.is_named(words) for other in around) for words in near)

    def _whole(self, place: Place, words: tuple[str, ...]) -> list[str]:
        return [word for word in words if _WHOLE.search(word)] if place.whole else []

    def _alike(self, key: str, words: tuple[str, ...]) -> list[str]:
        """Return the candidates that are spelled much like the label."""
        labels = [same_words(word) for word in self.labels.words_of(key)]
        return [
            word
            for word in words
            if difflib.get_close_matches(same_words(word), labels, n=1, cutoff=0.6)
        ]


_HERE = "*"
_A = {"button": "a button", "link": "a link", "tab": "a tab", "choice": "a choice",
      "field": "a box", "column": "a title", "words": "no control"}  # fmt: skip


def _name(thing: Thing) -> str:
    """Return the name that a person reads, without icons and signs around it."""
    return re.sub(r"^[^\w#+]+|[^\w)]+$", "", thing.names[0])
