"""A read-only walk through a practice's charts, for the proposal of a QA data file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from itertools import chain, zip_longest

from automation.billing.money import ZERO
from automation.billing.request import PatientQuery
from automation.billing.visit import Visit
from automation.desk import Desk
from automation.errors import BrowserGone, Problem, SignedOut
from automation.pages.patient_billing import PatientBilling
from automation.pages.patient_chart import PatientChart
from automation.regression.qa_proposal import Chart, Proposal

_IN_A_ROW = 3
"""After so many unreadable charts in a row, the walk stops: something else is wrong."""


def walk(
    desk: Desk,
    proposal: Proposal,
    stopped: Callable[[], bool],
    say: Callable[[str], None],
    limit: int = 0,
) -> None:
    """Read charts into the proposal until every case is found or `stopped` returns True.

    Raises the Problem of the last chart when several in a row could not be read.
    """
    with desk.step("Patients: the active ones, then everybody"):
        active = set(desk.start_over().active())
        everybody = desk.start_over().everybody()
    names = Counter(who.name for who in everybody)
    order = list(_rare_first(everybody, active, names))[: limit or None]
    proposal.asked = len(order)
    proposal.is_whole = False
    bad = 0
    for number, who in enumerate(order, start=1):
        if stopped():
            return
        if proposal.is_complete():
            say("Every case has a patient; the rest is not looked at.")
            break
        say(f"{number}/{proposal.asked}  {who.name}")
        known = (who in active, names[who.name] > 1)
        bad = 0 if _added(desk, proposal, who, known, say) else bad + 1
        if bad == _IN_A_ROW:
            raise proposal.unread[-1][1]
    proposal.is_whole = True


def _added(
    desk: Desk,
    proposal: Proposal,
    who: PatientQuery,
    known: tuple[bool, bool],
    say: Callable[[str], None],
) -> bool:
    """Read one chart into the proposal; record and skip a chart that cannot be read."""
    try:
        wants_open = "already-open" not in proposal.chosen()
        proposal.charts.append(_read(desk, who, *known, wants_open))
    except (BrowserGone, SignedOut):
        raise
    except Problem as problem:
        say(f"  not read: {problem.found}")
        proposal.unread.append((who, problem))
        return False
    return True


def _rare_first(
    everybody: Sequence[PatientQuery], active: set[PatientQuery], names: Counter[str]
) -> Iterator[PatientQuery]:
    """Yield namesakes first, then active and inactive patients in turn."""
    same = [who for who in everybody if names[who.name] > 1]
    rest = [who for who in everybody if names[who.name] == 1]
    turns = zip_longest(
        (who for who in rest if who in active), (who for who in rest if who not in active)
    )
    yield from same
    yield from (who for who in chain.from_iterable(turns) if who is not None)


def _read(
    desk: Desk, who: PatientQuery, is_active: bool, has_namesake: bool, wants_open: bool
) -> Chart:
    with desk.step("Patients > the patient"):
        chart = desk.start_over().find(who)
    with desk.step("Patient Billing tab > Search Billing Transactions: All Items"):
        billing = chart.patient_billing().show_all_items()
        table = billing.transactions()
        has_credit = bool(billing.summary().credit)
    visits = [visit.with_written_off() for visit in table.visits]
    with desk.step("The dates of service whose row does not show enough"):
        visits = list(_completed(chart, billing, visits, wants_open))
    copays: tuple[Decimal, ...] = ()
    if any(_is_of_use(visit) for visit in visits):
        with desk.step("Billing Settings: read the stored copay"):
            policies = chart.fresh().billing_settings().policies()
        copays = tuple(p.copay for p in policies if p.copay is not None and p.copay > ZERO)
    return Chart(
        patient=chart.patient,
        visits=tuple(visits),
        payments=table.payments,
        copays=copays,
        is_active=is_active,
        has_namesake=has_namesake,
        autopay=table.autopay,
        has_credit=has_credit,
        pages=table.pages,
    )


def _is_of_use(visit: Visit) -> bool:
    return visit.looks_written_off or visit.marked


def _completed(
    chart: PatientChart, billing: PatientBilling, visits: Sequence[Visit], wants_open: bool
) -> Iterator[Visit]:
    """Yield the visits; open and read those of use whose row lacks Method or amount.

    Of those with an open balance one is enough, and none when that case has its patient.
    """
    is_open = False
    for visit in visits:
        open_one = wants_open and bool(visit.amounts.balance)
        of_use = _is_of_use(visit) or open_one
        if not of_use or (visit.payer is not None and visit.patient_amount is not None):
            yield visit
            continue
        if is_open:
            billing = chart.fresh().patient_billing().show_all_items()
            billing.transactions()
        is_open, wants_open = True, wants_open and not open_one
        yield billing.open(visit).read().with_written_off()
