"""Choice of a practice's patients for the cases of a QA data file, and the text of that file.

Pure: from charts that were read to the text. `qa_walk` reads the charts.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property

from automation.billing.diagnosis import Diagnosis, diagnose
from automation.billing.money import ZERO, plain
from automation.billing.payer_types import PAYER_TYPES
from automation.billing.payment import Payment
from automation.billing.request import PatientQuery
from automation.billing.visit import Visit
from automation.errors import Problem
from config.qa_data import CASES, MORE_CASES, NAME_FORM, Role


@dataclass(frozen=True)
class Chart:
    """What the screens show of one patient; `copays` are those above 0."""

    patient: PatientQuery
    visits: tuple[Visit, ...]
    payments: tuple[Payment, ...] = ()
    copays: tuple[Decimal, ...] = ()
    is_active: bool = True
    has_namesake: bool = False
    autopay: bool = False
    has_credit: bool = False
    pages: int = 1

    @property
    def rows(self) -> int:
        """The number of rows in the table under All Items."""
        return len(self.visits) + len(self.payments)

    @cached_property
    def fits(self) -> dict[str, list[Visit]]:
        """The dates of service that fit each case; cached, because it is used often."""
        usable = [v for v in self.visits if v.payer is not None and v.patient_amount is not None]
        can_be_named = self.patient.born is not None and re.fullmatch(NAME_FORM, self.patient.name)
        if self.autopay or not can_be_named:
            usable = []
        return {case: [v for v in usable if fits(self, v)] for case, fits in FITS.items()}

    def on(self, day: dt.date) -> list[Visit]:
        """Return the sessions of one day."""
        return [visit for visit in self.visits if visit.date == day]

    def may_follow_copay(self) -> list[dt.date]:
        """Return the days whose open amount equals a copay, and so may come from it."""
        days = [v.date for v in self.visits if v.patient_amount in self.copays and _is_open(v)]
        return sorted(set(days))


def _is_open(visit: Visit) -> bool:
    return diagnose(visit).diagnosis == Diagnosis.ALREADY_OPEN and not visit.amounts.patient_paid


def _written_off(visit: Visit) -> bool:
    return diagnose(visit).diagnosis == Diagnosis.WRITTEN_OFF and visit.looks_written_off


def _whole(chart: Chart, visit: Visit) -> bool:
    """Return whether it is entirely written off, unpaid, and the only session of its day."""
    return _written_off(visit) and not visit.amounts.patient_paid and len(chart.on(visit.date)) == 1


def _plain(payer: str, *, copay: bool) -> Callable[[Chart, Visit], bool]:
    def fits(chart: Chart, visit: Visit) -> bool:
        return visit.payer_type == payer and bool(chart.copays) == copay and _whole(chart, visit)

    return fits


def _zero(chart: Chart, visit: Visit) -> bool:
    looks = visit.looks_written_off and not visit.marked
    return looks and diagnose(visit).diagnosis == Diagnosis.ZERO_RESPONSIBILITY


def _partly_paid(chart: Chart, visit: Visit) -> bool:
    paid = visit.amounts.patient_paid or ZERO
    return _written_off(visit) and paid > ZERO and len(chart.on(visit.date)) == 1


def _two_sessions(chart: Chart, visit: Visit) -> bool:
    return _written_off(visit) and len(chart.on(visit.date)) > 1 and bool(_told_apart(chart, visit))


def _copay_follows(chart: Chart, visit: Visit) -> bool:
    """Return whether a copay is stored and two or more other dates cannot follow it."""
    follow = chart.may_follow_copay()
    others = [each for each in chart.visits if each.date not in follow]
    fits = visit.payer_type == "in-network" and bool(chart.copays) and _whole(chart, visit)
    return fits and len(others) > 2


FITS: dict[str, Callable[[Chart, Visit], bool]] = {
    "namesake": lambda chart, visit: chart.has_namesake and _whole(chart, visit),
    "two-sessions": _two_sessions,
    "long-chart": lambda chart, visit: chart.pages > 1 and _whole(chart, visit),
    "inactive": lambda chart, visit: not chart.is_active and _whole(chart, visit),
    "payment-same-date": lambda chart, visit: (
        visit.date in {payment.date for payment in chart.payments} and _whole(chart, visit)
    ),
    "partly-paid": _partly_paid,
    "zero-responsibility": _zero,
    "already-open": lambda chart, visit: _is_open(visit) and len(chart.on(visit.date)) == 1,
    "copay-follows": _copay_follows,
    "in-network-copay": _plain("in-network", copay=True),
    "out-of-network-copay": _plain("out-of-network", copay=True),
    "direct-copay": _plain("direct", copay=True),
    # The tests create credit and use it up on this chart, so there must be none before.
    "in-network": lambda chart, visit: (
        not chart.has_credit and _plain("in-network", copay=False)(chart, visit)
    ),
    "out-of-network": _plain("out-of-network", copay=False),
    "direct": _plain("direct", copay=False),
}
"""What each case requires of a chart and a date of service; rare cases choose first."""

BY_HAND = {
    "autopay": "a patient with AutoPay on is never proposed, for reopening a balance charges a "
    "card: name a written-off date of one yourself, at a test practice only",
} | {
    case: "who is assigned to whom is not read: sign in as the assigned-only biller, and take a "
    f"written-off date of a patient whose chart {has} for that account"
    for case, has in (("assigned", "has the billing tab"), ("not-assigned", "lacks it"))
}
"""Cases that a walk with one account cannot or must not find, and how a person finds them."""


@dataclass
class Proposal:
    """The charts that were read, from which each case gets a chart and a date of service."""

    asked: int = 0
    charts: list[Chart] = field(default_factory=list)
    unread: list[tuple[PatientQuery, Problem]] = field(default_factory=list)
    is_whole: bool = True

    def is_complete(self) -> bool:
        """Return whether every case that can be found has a patient."""
        return all(any(chart.fits[case] for chart in self.charts) for case in FITS)

    def chosen(self) -> dict[str, tuple[Chart, Visit]]:
        """Choose a chart and date of service for each case, with different patients if possible."""
        used: set[PatientQuery] = set()
        found = {}
        for case in FITS:
            fitting = self._fitting(case)
            if fitting:
                best = min(
                    fitting, key=lambda pair: (_surprises(case, pair[0]), pair[0].patient in used)
                )
                found[case] = best
                used.add(best[0].patient)
        return found

    def _fitting(self, case: str) -> list[tuple[Chart, Visit]]:
        return [(chart, visit) for chart in self.charts for visit in chart.fits[case]]

    def why_not(self, case: str) -> str:
        """Return why a case has no patient."""
        if case in BY_HAND:
            return BY_HAND[case]
        read, asked = len(self.charts), self.asked
        of = f"{asked}" if read == asked else f"{read} of {asked}"
        says = f"none of the {of} charts that were looked at fits"
        fits = [c for c in self.charts for v in c.visits if v.payer and FITS[case](c, v)]
        if any(chart.autopay for chart in fits):
            says += "; one that does has AutoPay on, and reopening it would charge a card"
        elif fits:
            says += "; of one that does the list shows no birth date, or a name of another form"
        return says


def _surprises(case: str, chart: Chart) -> int:
    """Count what a chart has beside what the case requires, and what the case would best have."""
    more = {
        "namesake": chart.has_namesake,
        "inactive": not chart.is_active,
        "long-chart": chart.pages > 1,
        "credit": chart.has_credit,
        "several": sum(map(_written_off, chart.visits)) > 1,
    }
    lacks = case == "copay-follows" and not chart.may_follow_copay()
    surprises = sum(there for kind, there in more.items() if kind != case) + 2 * lacks
    if case in PAYER_TYPES:  # the tests of the filter compare what else is on these charts
        surprises += not any(visit.has_balance for visit in chart.visits)
        surprises += not any(visit.is_paid for visit in chart.visits)
    return surprises


def _told_apart(chart: Chart, visit: Visit) -> dict[str, str]:
    """Return what distinguishes a session from others of its day: the time, else the service."""
    others = [each for each in chart.on(visit.date) if each != visit]
    if visit.time and all(each.time != visit.time for each in others):
        return {"time": visit.time}
    code = visit.service.split(" ")[0]
    if code and all(code not in each.service for each in others):
        return {"service": code}
    return {}


# The file -----------------------------------------------------------------------------------------

_HEAD = """\
# Test patients for the regression suite, proposed by `undo-writeoff qa-data`; nothing was changed.
# Read it, then keep it beside the profile: `staging.toml` has `staging.qa.toml`.
# `undo-writeoff help qa-first-run` says what each case and key is for.
# Use test patients of a test practice: the suite reopens and closes these balances.
"""


def as_toml(proposal: Proposal) -> str:
    """Return the proposal as a valid QA data file, with the reason for each missing case."""
    chosen = proposal.chosen()
    lines = [_HEAD]
    if not proposal.is_whole:
        lines.append(
            f"# STOPPED before the end: {len(proposal.charts)} of {proposal.asked} charts."
        )
    if proposal.unread:
        lines.append(f"# Charts that could not be read: {len(proposal.unread)}.")
    lines += [
        "# Cases that this practice has no patient for; their tests are skipped.",
        f"without = {json.dumps(lacks_a_needed_case(proposal))}",
        "",
        *_users(),
    ]
    for case in [*CASES, *MORE_CASES]:
        lines += _case(case, chosen.get(case), proposal)
    return "\n".join(lines) + "\n"


def _users() -> list[str]:
    roles = [role for role in Role.__args__ if role != "biller"]  # type: ignore[attr-defined]
    return [
        "# [users]  # a test account of each role; passwords do not belong into this file",
        *(f'# {role} = "USER NAME"' for role in roles),
        "",
    ]


def _case(case: str, found: tuple[Chart, Visit] | None, proposal: Proposal) -> list[str]:
    says = {**CASES, **MORE_CASES}[case]
    if found is None:
        return [f"# [visits.{case}]  # {says}", f"# not found: {proposal.why_not(case)}", ""]
    chart, visit = found
    values: dict[str, str] = {
        "patient": json.dumps(chart.patient.name, ensure_ascii=False),
        "born": str(chart.patient.born),
        "date": str(visit.date),
        "payer": json.dumps(visit.payer_type),
        "owes": json.dumps(plain(visit.patient_amount)),
    }
    if visit.amounts.patient_paid:
        values["paid"] = json.dumps(plain(visit.amounts.patient_paid))
    values |= {key: json.dumps(value) for key, value in _told_apart_if_needed(chart, visit)}
    if case == "long-chart":
        values["rows"] = str(chart.rows)
    if case == "copay-follows":
        days = ", ".join(map(str, chart.may_follow_copay()))
        values["follow_copay"] = f"[{days}]  # their amount is the copay's and may follow it: check"
    return [f"[visits.{case}]  # {says}", *(f"{k} = {v}" for k, v in values.items()), ""]


def _told_apart_if_needed(chart: Chart, visit: Visit) -> list[tuple[str, str]]:
    alone = len(chart.on(visit.date)) == 1
    return [] if alone else list(_told_apart(chart, visit).items())


def summary(proposal: Proposal) -> list[str]:
    """Return lines for the terminal: how many cases were found, and which were not and why."""
    chosen = proposal.chosen()
    every = [*CASES, *MORE_CASES]
    lines = [f"{len(chosen)} of {len(every)} cases have a patient."]
    lines += [
        f"not found: {case}: {proposal.why_not(case)}" for case in every if case not in chosen
    ]
    return lines


def lacks_a_needed_case(proposal: Proposal) -> list[str]:
    """List the cases that every practice should have but this one has no patient for."""
    chosen = proposal.chosen()
    return [case for case in CASES if case not in chosen]
