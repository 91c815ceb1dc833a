"""Choice of a worklist command's run: a new one from a file or a plan, or an unfinished one."""

from __future__ import annotations

import dataclasses
import getpass
from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from automation.billing.counting import counted
from automation.billing.money import dollars
from automation.billing.receipt import Request
from automation.billing.request import shown
from automation.errors import Refusal, UsageProblem
from automation.journal.address import address_of
from automation.journal.audit import Decision
from automation.journal.copies import is_first_start
from automation.journal.journal import ItemRow, ItemState, Journal
from automation.journal.lists import Lists, NewItem
from automation.journal.records import RunRow
from automation.journal.seals import spans
from automation.runs.record import patient_key
from automation.runs.runner import FLOW, flow_of, request_of
from automation.runs.session import Start
from automation.runs.totals import totals
from automation.worklists.rows import WorklistItem
from config.site_profile import SiteProfile


class Place(Protocol):
    """The practice that a run is for, and the journal that keeps it: a session, or less."""

    @property
    def journal(self) -> Journal:
        """The journal, which is open."""

    @property
    def site(self) -> SiteProfile:
        """The practice's site profile, with its address."""

    @property
    def origin(self) -> str:
        """The practice's origin."""


_WITH_FILE = "give the list itself, such as `undo-writeoff run list.xlsx`"


def run_of_file(
    place: Place,
    items: Sequence[WorklistItem],
    digest: str,
    *,
    dry_run: bool,
    say: Callable[[str], None],
    flow: str = FLOW,
    shared: bool = False,
) -> int:
    """Start a run of these items, or continue the unfinished run of the same list.

    A run is `shared` with workers that may be in the middle of it: none of its items is touched.
    Raises Refusal for a list of payments that is already done: they would be posted again.
    """
    lists = Lists(place.journal)
    unfinished = None if dry_run else lists.unfinished(place.origin, digest)
    if unfinished is not None:
        say(f"This worklist was begun in run {unfinished.id}; going on with it.")
        if not shared:
            lists.wait_again(unfinished.id)
        return unfinished.id
    if not dry_run and flow != FLOW and (done := lists.done(place.origin, digest)):
        raise Refusal(
            "beginning this list",
            expected="a list that was not done yet",
            found=f"one that run {done.id} did on {shown(done.started_at.astimezone().date())}",
            next_step=f"see `undo-writeoff report {done.id}`; write what is left into a new list",
        )
    new = [_new(i.request, {"version": 1, "sheet": i.sheet, "row": i.row}) for i in items]
    return _start(place, new, digest, flow=flow, dry_run=dry_run)


def run_of_plan(place: Place, digest: str, only: frozenset[int] | None = None) -> int:
    """Start a run of what a plan would change; each item must still be as planned.

    `only` are the numbers of the items to do, None for all. Raises UsageProblem when the plan has
    nothing to do, or none to do with one of the numbers.
    """
    planned = Lists(place.journal).planned(place.origin, digest)
    items = place.journal.items(planned.id)
    _must_be_planned(items, only)
    all_planned = [item for item in items if item.state is ItemState.PLANNED]
    chosen = [item for item in all_planned if only is None or item.number in only]
    if not chosen:
        raise _nothing("a plan with something to do", "plan the worklist again")
    new = [_as_planned(item, planned) for item in chosen]
    approved = _approved(chosen, all_planned)
    flow = flow_of(planned)
    return _start(place, new, planned.worklist or "", flow=flow, approved=(planned, approved))


def _as_planned(item: ItemRow, planned: RunRow) -> NewItem:
    request = {**item.request, "planned": (item.receipt or {}).get("plan")}
    return dataclasses.replace(_again(item, planned), request=request)


def _approved(chosen: Sequence[ItemRow], planned: Sequence[ItemRow]) -> str:
    """Say for the audit trail how much of a plan was approved, and which items were not."""
    total = dollars(totals(chosen).overall.expected)
    of = f"{len(chosen)} of {counted(len(planned), 'item')}, {total}"
    left_out = sorted({item.number or 0 for item in planned} - {item.number for item in chosen})
    return f"{of}; left out: {spans(left_out)}" if left_out else of


def _must_be_planned(items: Sequence[ItemRow], only: frozenset[int] | None) -> None:
    known = {item.number for item in items if item.state is ItemState.PLANNED}
    if only is not None and (wrong := sorted(only - known)):
        raise UsageProblem(
            "choosing items of the plan",
            expected="numbers of items that the plan would change",
            found=", ".join(map(str, wrong[:20])) + ", which it would not change or does not have",
            next_step="give the numbers that the plan shows, or leave --only out to do them all",
        )


def unfinished_run(place: Place, *, shared: bool = False) -> int:
    """Continue the latest unfinished run of a worklist; raises UsageProblem without one."""
    lists = Lists(place.journal)
    unfinished = lists.unfinished(place.origin)
    if unfinished is None:
        raise _nothing("an unfinished run of a worklist", _WITH_FILE)
    if not shared:
        lists.wait_again(unfinished.id)
    return unfinished.id


def expect_work(
    begun: Start,
    *,
    resume: bool,
    failed_only: bool,
    plan: str,
    only: frozenset[int] | None = None,
) -> None:
    """Raise UsageProblem, before a browser opens, where no site has what is to be gone on with."""
    if begun.journal is None and not is_first_start(address_of(begun.settings)):
        return
    lists = Lists(begun.journal) if begun.journal is not None else None
    if resume and not (lists and lists.unfinished()):
        raise _nothing("an unfinished run of a worklist", _WITH_FILE)
    if failed_only and not (lists and lists.has_failed()):
        raise _nothing_failed()
    if plan:
        if lists is None:
            raise _nothing("a plan that was made here", "plan the worklist first")
        found = lists.planned(None, plan)
        _must_be_planned(begun.journal.items(found.id) if begun.journal else (), only)


def run_of_failed(place: Place) -> int:
    """Start a run of what failed in the latest one; raises UsageProblem if nothing did."""
    lists = Lists(place.journal)
    latest = lists.latest(place.origin)
    failed = lists.failed_in(latest) if latest else []
    if latest is None or not failed:
        raise _nothing_failed()
    again = [_again(item, latest) for item in failed]
    return _start(place, again, latest.worklist or "", flow=flow_of(latest))


def _again(item: ItemRow, run: RunRow) -> NewItem:
    return _new(request_of(item, run), dict(item.source or {"version": 1}))


def _new(request: Request, source: Mapping[str, object]) -> NewItem:
    return NewItem(
        patient={"version": 1, **request.patient.as_json()},
        visit={"version": 1, "date": request.date.isoformat()},
        request=request.as_json(),
        patient_key=patient_key(request.patient),
        source=source,
    )


def _start(
    place: Place,
    new: Sequence[NewItem],
    digest: str,
    *,
    flow: str,
    dry_run: bool = False,
    approved: tuple[RunRow, str] | None = None,
) -> int:
    """Start a run; what was approved of which plan is in the audit trail before any item waits."""
    site = place.site
    told = {"dry_run": dry_run, "items": len(new), "practice": site.practice, "flow": flow}
    number = place.journal.start_run(
        "plan" if dry_run else flow,
        site.name,
        place.origin,
        {"version": 1, **told},
        getpass.getuser(),
        worklist=digest,
    )
    if approved is not None:
        plan, what = approved
        name = f"plan of run {plan.id}"
        place.journal.note_change(Decision(number, "plan approved", name, plan.digest, what))
    Lists(place.journal).add_items(number, new)  # in one transaction with that entry
    return number


def _nothing_failed() -> UsageProblem:
    return _nothing("items that failed in the latest run", "`undo-writeoff report` shows it")


def _nothing(expected: str, next_step: str) -> UsageProblem:
    return UsageProblem(
        "looking for what to do", expected=expected, found="none", next_step=next_step
    )
