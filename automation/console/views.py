"""What the pages tell, read from the journal alone."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from automation.billing.diagnosis import Diagnosis
from automation.billing.money import dollars, stored_amount
from automation.billing.payer_types import PAYER_TYPES
from automation.billing.request import shown
from automation.console.paging import Part, page_of
from automation.console.place import Place
from automation.console.standing import (
    Group,
    Standing,
    Standings,
    amount_of,
    open_then,
    owed_ids,
)
from automation.journal.address import address_of
from automation.journal.copies import is_first_start
from automation.journal.ends import Ends
from automation.journal.journal import ItemRow, ItemState, Journal, RunRow
from automation.journal.search import runs_at
from automation.reports.summary import copay_meanwhile, typing
from automation.runs.recovery import Settled, owed
from automation.runs.runner import FLOW, flow_of

if TYPE_CHECKING:
    from automation.fleet.watch import FleetNow

LINES = 100  # of each group on one page
AT_ONCE = 500  # items that a table of runs adds up before it is shown
_FIRST: Mapping[str, str] = {}  # the first page of each group
_NOT_ENDED = (ItemState.WAITING, ItemState.WORKING, ItemState.CHANGING)


@contextmanager
def journal_of(place: Place) -> Iterator[Journal | None]:
    """Open the journal for one page; None where there is none yet. Raises JournalUnusable."""
    if is_first_start(address_of(place.settings)):
        yield None
        return
    with Journal.of(place.settings) as journal:
        yield journal


@contextmanager
def the_journal_of(place: Place) -> Iterator[Journal]:
    """Open the journal for a page about something in it; LookupError where there is none yet."""
    with journal_of(place) as journal:
        if journal is None:
            raise LookupError("there is no journal yet")
        yield journal


def fleet_of(place: Place, journal: Journal | None) -> FleetNow | None:
    """What the workers of several computers do now; None where there are none."""
    if journal is None or journal.address.is_file:
        return None
    from automation.fleet.queue import TASK
    from automation.fleet.watch import fleet_here

    found = fleet_here(journal, TASK, place.settings.fleet_heartbeat)
    return found if found and (found.workers or found.runs) else None


@dataclass(frozen=True)
class Line:
    """One item in a plan or a result, in the words of a page."""

    number: int
    patient: str
    born: str
    date: str
    payer: str
    before: str
    after: str
    amount: Decimal  # that is open then, or posted
    says: str
    next_step: str
    typed: str
    copay: str
    state: ItemState
    asks_autopay: bool = False  # a person may agree that the card is charged
    warnings: tuple[str, ...] = ()

    @property
    def cents(self) -> int:
        """The amount in cents, for the sum of the ticks."""
        return int(self.amount * 100)


def line_of(item: ItemRow) -> Line:
    """Tell of one item."""
    told: dict[str, Any] = dict(item.receipt or {})
    before, after = stored_amount((told.get("before") or {}).get("balance")), open_then(item)
    problem = told.get("problem") or {}
    born = item.patient.get("born")
    return Line(
        number=item.number or 0,
        patient=f"{item.patient.get('last')}, {item.patient.get('first')}",
        born=shown(dt.date.fromisoformat(str(born))) if born else "",
        date=shown(dt.date.fromisoformat(str(item.visit["date"]))),
        payer=_payer(told),
        before="" if before is None else dollars(before),
        after="" if after is None else dollars(after),
        amount=amount_of(item),
        says=_says(item, told),
        next_step=str(problem.get("next") or ""),
        typed=typing(told),
        copay=_copay(told),
        state=item.state,
        asks_autopay=told.get("diagnosis") == Diagnosis.AUTOPAY,
        warnings=tuple(told.get("warnings") or ()),
    )


def _payer(told: Mapping[str, Any]) -> str:
    known = PAYER_TYPES.get(str(told.get("payer_type")))
    return known.name if known else ""


def _says(item: ItemRow, told: Mapping[str, Any]) -> str:
    written_off = stored_amount((told.get("before") or {}).get("written_off"))
    if item.state is ItemState.PLANNED and written_off:
        return f"{dollars(written_off)} was written off."
    if item.state.is_outstanding:
        return item.last_message or "It was begun and not finished."
    return str(told.get("message") or item.last_message or "")


def _copay(told: Mapping[str, Any]) -> str:
    copay = told.get("copay") or {}
    if not copay.get("set_aside"):
        return copay_meanwhile(told)
    back = "is back" if copay.get("restored") else "IS NOT BACK YET"
    stored = dollars(stored_amount(copay.get("original")))
    return f"The copay of {stored} was set to $0 for this and {back}."


@dataclass(frozen=True)
class _OfRun:
    """A run, and what kind of one it is."""

    run: RunRow

    @property
    def is_plan(self) -> bool:
        """Whether nothing was changed in it."""
        return self.run.flow == "plan"

    @property
    def is_of_payments(self) -> bool:
        """Whether it is about payments, not about balances to open again."""
        return flow_of(self.run) != FLOW


@dataclass(frozen=True)
class PastRun(_OfRun):
    """A run in a table of runs; a long one's sums may still be added up."""

    standing: Standing | None


@dataclass(frozen=True)
class RunView(_OfRun):
    """A plan or a result: its items in groups, a page of each, and its totals."""

    standing: Standing
    headline: str  # how far it is, and who must act
    done: Part[Line]  # planned, or fixed
    needs: Part[Line]
    nothing: Part[Line]

    @property
    def can_be_repeated(self) -> bool:
        """Whether the charts can be looked at again from here."""
        return not self.is_of_payments

    @property
    def is_old(self) -> bool:
        """Whether the charts were looked at more than an hour ago."""
        return dt.datetime.now(dt.UTC) - self.run.started_at > dt.timedelta(hours=1)


def run_view(
    journal: Journal, standings: Standings, number: int, pages: Mapping[str, str] = _FIRST
) -> RunView:
    """Tell of one run; `pages` says which page of each group. Raises LookupError for no run."""
    run = journal.run(number)
    standing = standings.of(journal, number)
    is_plan = run.flow == "plan"
    parts = {
        group: _lines(journal, page_of(standing.ids(group), pages.get(group, ""), LINES))
        for group in (Group.DONE, Group.NEEDS, Group.NOTHING)
    }
    headline = standing.headline(is_plan=is_plan, owed=owed_ids(journal, run.origin))
    return RunView(
        run, standing, headline, parts[Group.DONE], parts[Group.NEEDS], parts[Group.NOTHING]
    )


def _lines(journal: Journal, part: Part[int]) -> Part[Line]:
    """Return the lines of a page of ids."""
    items = journal.items_with(part.of)
    return Part([line_of(item) for item in items], part.number, part.last, part.whole)


@dataclass(frozen=True)
class Progress:
    """How far a run is: the items that have ended, the one at hand, and its step."""

    run: int
    ended: int
    all: int
    at_hand: tuple[str, ...]
    minutes_left: int | None  # 0 for less than one; None while that is not known


def progress_of(journal: Journal, run: int) -> Progress:
    """Tell how far a run is."""
    ends = Ends(journal)
    counts = ends.counts([run])[run]
    ended = sum(count for state, count in counts.items() if state not in _NOT_ENDED)
    at_hand = tuple(_at_hand(journal, item) for item in ends.at_hand(run))
    return Progress(run, ended, counts.total(), at_hand, _minutes_left(ends, run, counts))


def _minutes_left(ends: Ends, run: int, counts: Counter[ItemState]) -> int | None:
    each, left = ends.seconds_an_item(run), sum(counts[state] for state in _NOT_ENDED)
    return None if each is None else int(each * left // 60)


def _at_hand(journal: Journal, item: ItemRow) -> str:
    line = line_of(item)
    steps = journal.steps(item.id)
    step = f": {steps[-1].title}" if steps else ""
    return f"{line.patient}, {line.date}{step}"


def run_after(journal: Journal, place: Place, number: int) -> int:
    """Return the first run at this practice after the given one; 0 when there is none yet."""
    later = [run.id for run in journal.runs(50) if run.id > number and run.origin == place.origin]
    return min(later, default=0)


def latest_run(journal: Journal | None) -> int:
    """Return the number of the latest run; 0 when there is none."""
    runs = journal.runs(1) if journal is not None else []
    return runs[0].id if runs else 0


def past_runs(
    journal: Journal | None, place: Place, standings: Standings, first: int, count: int
) -> list[PastRun]:
    """Tell of some of the runs at this practice, newest first.

    A few items are added up at once; a run with more shows its sums once they are known.
    """
    if journal is None:
        return []
    ends = Ends(journal)
    runs = runs_at(journal, place.origin, limit=count, offset=first)
    counts = ends.counts([run.id for run in runs])
    told, budget = [], AT_ONCE
    for run in runs:
        known = standings.known(run.id, counts[run.id])
        if known is None and counts[run.id].total() <= budget:
            budget -= counts[run.id].total()
            known = standings.of(journal, run.id)
        told.append(PastRun(run, known))
    return told


def add_up(place: Place, standings: Standings, runs: Sequence[int]) -> None:
    """Add up long runs, so that they are known when they are asked for."""
    with journal_of(place) as journal:
        if journal is None:
            return
        for run in runs:
            standings.of(journal, run)


def owed_here(journal: Journal | None) -> list[Settled]:
    """List what is outstanding, but for what a worker of a fleet is doing now."""
    from automation.fleet.watch import items_under_way

    if journal is None:
        return []
    return owed(journal, under_way=items_under_way(journal))
