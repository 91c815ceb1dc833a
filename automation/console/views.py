"""What the pages tell, read from the journal alone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from automation.billing.diagnosis import Diagnosis
from automation.billing.money import dollars
from automation.billing.payer_types import PAYER_TYPES
from automation.billing.request import shown
from automation.console.place import Place
from automation.journal.address import address_of
from automation.journal.copies import is_first_start
from automation.journal.journal import ItemRow, ItemState, Journal, RunRow
from automation.journal.search import runs_at
from automation.reports.headline import headline_of
from automation.reports.needs import needs_a_person, owed_rows
from automation.reports.summary import copay_meanwhile, typing
from automation.runs.recovery import Settled, owed
from automation.runs.runner import FLOW, flow_of
from automation.runs.totals import totals

_NOT_ENDED = (ItemState.WAITING, ItemState.WORKING, ItemState.CHANGING)


@contextmanager
def journal_of(place: Place) -> Iterator[Journal | None]:
    """Open the journal for one page; None where there is none yet. Raises JournalUnusable."""
    if is_first_start(address_of(place.settings)):
        yield None
        return
    with Journal.of(place.settings) as journal:
        yield journal


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
    before, after = _balance(told, "before"), _balance(told, "after")
    expected = _money(told.get("expected_balance"))
    if item.state is ItemState.PLANNED:
        after = expected
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
        amount=after or _money((told.get("posted") or {}).get("amount")) or Decimal(0),
        says=_says(item, told),
        next_step=str(problem.get("next") or ""),
        typed=typing(told),
        copay=_copay(told),
        state=item.state,
        asks_autopay=told.get("diagnosis") == Diagnosis.AUTOPAY,
        warnings=tuple(told.get("warnings") or ()),
    )


def _money(value: Any) -> Decimal | None:
    return None if value in (None, "") else Decimal(str(value))


def _balance(told: Mapping[str, Any], when: str) -> Decimal | None:
    return _money((told.get(when) or {}).get("balance"))


def _payer(told: Mapping[str, Any]) -> str:
    known = PAYER_TYPES.get(str(told.get("payer_type")))
    return known.name if known else ""


def _says(item: ItemRow, told: Mapping[str, Any]) -> str:
    written_off = _money((told.get("before") or {}).get("written_off"))
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
    return (
        f"The copay of {dollars(_money(copay.get('original')))} was set to $0 for this and {back}."
    )


@dataclass(frozen=True)
class RunView:
    """A plan or a result: its items in groups, and its totals."""

    run: RunRow
    done: tuple[Line, ...]  # planned, or fixed
    needs: tuple[Line, ...]
    nothing: tuple[Line, ...]
    waiting: int
    why: tuple[str, ...]  # the totals do not meet
    failed: int
    headline: str  # how far it is, and who must act

    @property
    def sum(self) -> str:
        """What is open again, or will be."""
        return dollars(sum((line.amount for line in self.done), Decimal(0)))

    @property
    def is_plan(self) -> bool:
        """Whether nothing was changed in it."""
        return self.run.flow == "plan"

    @property
    def is_of_payments(self) -> bool:
        """Whether it is about payments, not about balances to open again."""
        return flow_of(self.run) != FLOW

    @property
    def can_be_repeated(self) -> bool:
        """Whether the charts can be looked at again from here."""
        return flow_of(self.run) == FLOW

    @property
    def is_old(self) -> bool:
        """Whether the charts were looked at more than an hour ago."""
        return dt.datetime.now(dt.UTC) - self.run.started_at > dt.timedelta(hours=1)


def run_view(journal: Journal, number: int) -> RunView:
    """Tell of one run. Raises LookupError when there is no such run."""
    run, items = journal.run(number), journal.items(number)
    good = (ItemState.PLANNED, ItemState.FIXED)
    nothing = (ItemState.NOTHING_TO_DO, ItemState.SETTLED_BY_HAND)
    found = totals(items)
    failed = [item for item in items if item.state in (ItemState.FAILED, ItemState.PUT_BACK)]
    return RunView(
        run=run,
        done=tuple(line_of(item) for item in items if item.state in good),
        needs=tuple(line_of(item) for item in items if _needs(item)),
        nothing=tuple(line_of(item) for item in items if item.state in nothing),
        waiting=found.waiting,
        why=found.why,
        failed=len(failed),
        headline=headline_of(items, is_plan=run.flow == "plan", owed=owed_rows(journal, items)),
    )


def _needs(item: ItemRow) -> bool:
    return needs_a_person(item) or item.state is ItemState.PUT_BACK


@dataclass(frozen=True)
class Progress:
    """How far a run is: the items that have ended, the one at hand, and its step."""

    run: int
    ended: int
    all: int
    at_hand: tuple[str, ...]


def progress_of(journal: Journal, run: int) -> Progress:
    """Tell how far a run is."""
    items = journal.items(run)
    at_hand = [item for item in items if item.state in (ItemState.WORKING, ItemState.CHANGING)]
    ended = len([item for item in items if item.state not in _NOT_ENDED])
    return Progress(run, ended, len(items), tuple(_at_hand(journal, item) for item in at_hand))


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


def runs_of(journal: Journal | None, place: Place, limit: int) -> Sequence[RunView]:
    """Tell of the latest runs at this practice, newest first."""
    if journal is None:
        return []
    here = runs_at(journal, place.origin, limit=limit)
    return [run_view(journal, run.id) for run in here]


def owed_here(journal: Journal | None) -> list[Settled]:
    """List what is outstanding."""
    return owed(journal) if journal is not None else []
